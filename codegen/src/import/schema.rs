//! The facts of a schema.

use serde_json::{Map, Value};

use super::open_set;

/// Keys of bounds.
pub(super) const BOUNDS: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "pattern",
];

/// The maximum length of an example, a default or a bound that is text, in bytes. Longer ones are omitted.
const MAX_VALUE_BYTES: usize = 200;

/// Returns the facts of a schema in the order of a spec. `name` is the name of the field, `at` its position in notes.
pub(super) fn facts(value: &Value, name: &str, at: &str, prose: bool, notes: &mut Vec<String>) -> Map<String, Value> {
    let empty = Map::new();
    let source = value.as_object().unwrap_or(&empty);
    let mut schema = Map::new();
    for key in ["title", "description"].into_iter().filter(|_| prose) {
        let text = source.get(key).filter(|text| text.as_str().is_some_and(|text| !text.trim().is_empty()));
        schema.extend(text.map(|text| (key.to_owned(), text.clone())));
    }
    for key in ["$ref", "type", "format"] {
        let fact = source.get(key).filter(|fact| fact.as_str().is_some_and(|text| !text.is_empty()));
        schema.extend(fact.map(|fact| (key.to_owned(), fact.clone())));
    }
    match source.get("required") {
        Some(Value::Bool(true)) => drop(schema.insert("required".to_owned(), Value::Bool(true))),
        Some(Value::Array(names)) if !names.is_empty() => {
            drop(schema.insert("required".to_owned(), names.clone().into()))
        }
        _ => {}
    }
    enumeration(source, &mut schema, (name, at), prose, notes);
    for key in ["example", "default"] {
        schema.extend(source.get(key).filter(|value| is_plain(value)).map(|value| (key.to_owned(), value.clone())));
    }
    for key in BOUNDS {
        let fact = source.get(*key).filter(|bound| match bound {
            Value::Number(_) => true,
            Value::Bool(flag) => *flag,
            bound => is_plain(bound),
        });
        schema.extend(fact.map(|bound| ((*key).to_owned(), bound.clone())));
    }
    if source.get("deprecated") == Some(&Value::Bool(true)) {
        schema.insert("deprecated".to_owned(), Value::Bool(true));
    }
    match source.get("properties") {
        Some(Value::Object(properties)) => {
            let fields = properties.iter();
            let fields = fields
                .map(|(key, value)| (key.clone(), facts(value, key, &format!("{at}.{key}"), prose, notes).into()));
            let fields: Map<String, Value> = fields.collect();
            schema.insert("properties".to_owned(), fields.into());
        }
        Some(Value::Array(items)) if items.is_empty() => {
            drop(schema.insert("properties".to_owned(), Map::new().into()))
        }
        _ => {}
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
        let inner = match source.get(key) {
            Some(value @ Value::Object(_)) => facts(value, name, &format!("{at}{mark}"), prose, notes).into(),
            Some(Value::Array(items)) if items.is_empty() => Map::new().into(),
            Some(Value::Bool(flag)) if key == "additionalProperties" => Value::Bool(*flag),
            _ => continue,
        };
        schema.insert(key.to_owned(), inner);
    }
    schema.extend(
        source.iter().filter(|(key, _)| key.starts_with("x-")).map(|(key, value)| (key.clone(), value.clone())),
    );
    schema
}

/// Adds the values if they are a closed set. Their titles are prose.
fn enumeration(
    source: &Map<String, Value>,
    schema: &mut Map<String, Value>,
    (name, at): (&str, &str),
    prose: bool,
    notes: &mut Vec<String>,
) {
    let titles = source.get("enumValueTitles").and_then(Value::as_object).filter(|titles| !titles.is_empty());
    let mut values: Vec<Value> = Vec::new();
    for value in source.get("enum").and_then(Value::as_array).into_iter().flatten() {
        if !values.contains(value) && !value.is_null() && !value.is_object() && !value.is_array() {
            values.push(value.clone());
        }
    }
    if values.is_empty() {
        values = titles.into_iter().flat_map(Map::keys).map(|key| key.as_str().into()).collect();
    }
    if values.is_empty() {
        return;
    }
    if source.get("type").and_then(Value::as_str) == Some("string") {
        let texts: Vec<String> = values.iter().map(text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        if let Some(reason) = open_set::reason(name, &texts) {
            notes.push(format!("{at}: the {} listed values are omitted: {reason}", texts.len()));
            return;
        }
    }
    schema.insert("enum".to_owned(), values.into());
    schema.extend(titles.filter(|_| prose).map(|titles| ("enumValueTitles".to_owned(), titles.clone().into())));
}

/// Returns a scalar as text.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether an example, a default or a bound is a value and not prose: one short line of ASCII.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
            printable && !text.trim().is_empty() && text.len() <= MAX_VALUE_BYTES
        }
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    }
}
