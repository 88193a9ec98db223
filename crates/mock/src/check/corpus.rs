//! Valid requests for every operation of every available document.

use std::fs;

use alicloud_document::document::{self, Schema};
use alicloud_document::source::Source;

use super::*;
use crate::default_response::plausible;
use crate::schema::{self, Kind};

/// Flattens a value; empty values add nothing.
fn flatten(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{name}.{}", index + 1), item, pairs);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                flatten(&format!("{name}.{key}"), member, pairs);
            }
        }
        Value::Null => {}
        _ => pairs.push((name.to_owned(), text(value))),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a flattened value is empty.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        other => other.is_null(),
    }
}

/// Returns a value without its empty parts.
fn without_empty(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().filter(|item| !is_empty(item)).map(without_empty).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !is_empty(member));
            Value::Object(kept.map(|(key, member)| (key.clone(), without_empty(member))).collect())
        }
        _ => value.clone(),
    }
}

/// Whether a flattened value is decoded unchanged: an untyped value is decoded as text.
fn is_typed<'a>(types: Types<'a>, schema: &'a Schema, depth: usize) -> bool {
    let (kind, schema) = (types.kind(schema), types.resolve(schema));
    match kind {
        _ if depth > 8 => true,
        Kind::Any => false,
        Kind::Object if schema.properties.is_empty() => schema.additional.is_some(),
        _ => {
            let parts = schema.items.iter().chain(&schema.additional).map(Box::as_ref);
            parts.chain(schema.properties.iter().map(|(_, schema)| schema)).all(|part| is_typed(types, part, depth + 1))
        }
    }
}

fn try_operation<'a>(types: Types<'a>, operation: &'a Operation) -> Result<(), String> {
    let method = operation.methods.first().map_or("POST".to_owned(), |method| method.value.to_ascii_uppercase());
    let source = ParameterSource::of(&method);
    let (mut query, mut form, mut path, mut headers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut body = Vec::new();
    let mut expected = Map::new();
    let mut seen: Vec<&str> = Vec::new();
    for parameter in &operation.parameters {
        let name = parameter.name.value.as_str();
        // Other tests cover two parameters with the same wire name.
        let below = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'));
        let mut others = operation.parameters.iter().map(|other| other.name.value.as_str());
        if seen.contains(&name) || others.any(|other| below(name, other) || below(other, name)) {
            continue;
        }
        seen.push(name);
        let value = plausible(types, &parameter.schema);
        let kind = types.kind(&parameter.schema);
        let style = parameter.style.as_ref().map(|style| style.value.as_str());
        let mut pairs = Vec::new();
        match (style, &value) {
            (Some("json"), Value::Array(_) | Value::Object(_)) => pairs.push((name.to_owned(), value.to_string())),
            (Some("simple"), Value::Array(items)) => {
                pairs.push((name.to_owned(), items.iter().map(text).collect::<Vec<_>>().join(",")));
            }
            (_, Value::Array(_) | Value::Object(_)) if parameter.place.value == "body" => {}
            _ => flatten(name, &value, &mut pairs),
        }
        match Location::of(parameter, source) {
            Location::Query => query.append(&mut pairs),
            Location::Form => form.append(&mut pairs),
            Location::Path => path.append(&mut pairs),
            Location::Header => headers.append(&mut pairs),
            Location::Body if body.is_empty() => {
                let json = !kind.is_scalar();
                headers.push(("content-type".to_owned(), if json { "application/json" } else { "x/y" }.to_owned()));
                body = if json { value.to_string() } else { text(&value) }.into_bytes();
            }
            Location::Body | Location::Elsewhere => continue,
        }
        let whole = matches!(style, Some("json" | "simple")) || parameter.place.value == "body";
        let commas = style == Some("simple") && value.to_string().contains(',');
        if whole && !commas && kind != Kind::Any {
            expected.insert(name.to_owned(), value);
        } else if !whole && !is_empty(&value) && is_typed(types, &parameter.schema, 0) {
            expected.insert(name.to_owned(), without_empty(&value));
        }
    }
    let request = Request { method, target: String::new(), headers, body };
    let form = (!form.is_empty()).then_some(form.as_slice());
    let parts = Parts { request: &request, query: &query, form, path: &path, system: &[], source };
    let decoded = Rules { types, operation, strict: false }.check(&parts).map_err(|failure| failure.to_string())?;
    for (name, value) in expected {
        if decoded.get(&name) != Some(&value) {
            return Err(format!("{name} became {:?}, not {value}", decoded.get(&name)));
        }
    }
    Ok(())
}

/// Invented operations without a published counterpart: a body that is a number, which is decoded as text here, and a
/// list style of an object.
const INVENTED: [&str; 2] = ["Number", "Styles"];

#[test]
fn check_accepts_valid_requests_of_every_document() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for path in crate::documents::all() {
        let text = fs::read_to_string(path).unwrap();
        let (document, _) = document::read(&Source::new("api-docs.json", text));
        let index = schema::index(&document);
        let invented = |name: &str| document.product.value == "shapes" && INVENTED.contains(&name);
        for operation in document.operations.iter().filter(|operation| !invented(&operation.name.value)) {
            tried += 1;
            if let Err(problem) = try_operation(Types::new(&document, &index), operation) {
                wrong.push(format!("{} {}: {problem}", document.product.value, operation.name.value));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    println!("{tried} requests");
}
