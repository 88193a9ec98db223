//! Parameters of an operation as JSON values, checked against the model.

use serde_json::{Map, Number, Value};

use crate::model::{Field, Model, Operation, ResponseBody, Shape, TypeKind};
use crate::spelling::did_you_mean;

/// A problem of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of wire names, separated by dots: the parameter, and the fields below it.
    pub path: String,
    /// The message, which continues a sentence that begins with the path.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.path, self.message)
    }
}

/// Whether required parameters may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// A missing parameter is a problem.
    All,
    /// A missing parameter is accepted, as in a form that is being filled in.
    Any,
}

/// Returns the parameters by wire name, in the order of the model, each with a JSON value of its type.
///
/// Converts values that users enter as text (`"5"` for an integer, `"true"` for a boolean). `null` means absent.
/// Bytes are base64 text.
///
/// # Errors
/// Returns every problem: an unknown name, a value of another type, or a missing required parameter.
pub fn read(
    model: &Model,
    operation: &Operation,
    given: &Map<String, Value>,
    required: Required,
) -> Result<Map<String, Value>, Vec<Problem>> {
    let mut reader = Reader { model, problems: Vec::new() };
    let fields: Vec<&Field> = operation.parameters.iter().map(|parameter| &parameter.field).collect();
    let owner = format!("the operation {}", operation.name.wire);
    let values = reader.fields(&fields, given, "", &owner);
    if required == Required::All {
        for field in fields.iter().filter(|field| field.required && !values.contains_key(&field.name.wire)) {
            let failed = reader.problems.iter().any(|problem| problem.path.split('.').next() == Some(&field.name.wire));
            if !failed {
                reader.problem(&field.name.wire, "is required");
            }
        }
    }
    if reader.problems.is_empty() { Ok(values) } else { Err(reader.problems) }
}

/// Returns an example of every parameter: that of the document if it has the parameter's type.
///
/// Nested values are at most four levels deep. Sensitive values are omitted unless they are required.
#[must_use]
pub fn examples(model: &Model, operation: &Operation) -> Map<String, Value> {
    let fields = operation.parameters.iter().map(|parameter| &parameter.field);
    fields.filter_map(|field| Some((field.name.wire.clone(), example_of(model, field, 0)?))).collect()
}

/// Returns an example of the response, like those of the parameters; `None` if it is not a JSON value.
#[must_use]
pub fn response_example(model: &Model, operation: &Operation) -> Option<Value> {
    match &operation.response_body {
        ResponseBody::Object(id) => example(model, &Shape::Named(*id), None, 0),
        ResponseBody::Whole(shape) => example(model, shape, None, 0),
        ResponseBody::Bytes | ResponseBody::Empty => None,
    }
}

/// The maximum depth of an example.
const EXAMPLE_DEPTH: usize = 4;

fn example_of(model: &Model, field: &Field, depth: usize) -> Option<Value> {
    let text = field.docs.example.as_deref();
    example(model, &field.shape, text, depth).filter(|_| field.required || !matches!(field.shape, Shape::Sensitive(_)))
}

fn example(model: &Model, shape: &Shape, text: Option<&str>, depth: usize) -> Option<Value> {
    if depth > EXAMPLE_DEPTH {
        return None;
    }
    let given = text.map(|text| Value::from(text.trim()));
    let parsed = || text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    Some(match shape {
        Shape::Boolean => given.as_ref().and_then(boolean).unwrap_or(true).into(),
        Shape::Int32 => {
            let number = given.as_ref().and_then(integer).filter(|number| i32::try_from(*number).is_ok());
            number.unwrap_or(1).into()
        }
        Shape::Int64 => given.as_ref().and_then(integer).unwrap_or(1).into(),
        Shape::Number => given.as_ref().and_then(number).or_else(|| Number::from_f64(1.5))?.into(),
        Shape::Text => text.filter(|text| !text.is_empty()).unwrap_or("example").into(),
        Shape::Timestamp => text.filter(|text| !text.is_empty()).unwrap_or("2026-01-02T03:04:05Z").into(),
        Shape::Bytes => "ZXhhbXBsZQ==".into(),
        Shape::Json => parsed().filter(|value| value.is_object()).unwrap_or_else(|| Value::Object(Map::new())),
        Shape::Sensitive(inner) => example(model, inner, text, depth)?,
        Shape::List(item) => {
            let text = text.filter(|text| !text.contains(['[', '{', '\n']));
            Value::Array(example(model, item, text, depth + 1).into_iter().collect())
        }
        Shape::Map(item) => Value::Object(
            example(model, item, None, depth + 1).map(|value| ("key".to_owned(), value)).into_iter().collect(),
        ),
        Shape::Named(id) => match &model.get(*id).kind {
            TypeKind::Enum(variants) => {
                let known = variants.iter().map(|variant| variant.name.wire.as_str());
                let chosen = known.clone().find(|known| Some(*known) == text);
                chosen.or_else(|| known.clone().next()).unwrap_or("example").into()
            }
            TypeKind::Object(fields) => {
                let fields = fields.iter().filter(|field| !field.docs.deprecated);
                let values =
                    fields.filter_map(|field| Some((field.name.wire.clone(), example_of(model, field, depth + 1)?)));
                Value::Object(values.collect())
            }
        },
    })
}

struct Reader<'m> {
    model: &'m Model,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, path: &str, message: impl Into<String>) {
        self.problems.push(Problem { path: path.to_owned(), message: message.into() });
    }

    fn fields(&mut self, fields: &[&Field], given: &Map<String, Value>, path: &str, owner: &str) -> Map<String, Value> {
        let names = || fields.iter().map(|field| field.name.wire.as_str());
        for name in given.keys().filter(|name| names().all(|known| known != *name)) {
            let hint = did_you_mean(name, names()).map(|hint| format!("; {hint}")).unwrap_or_default();
            self.problem(&below(path, name), format!("is unknown to {owner}{hint}"));
        }
        let mut values = Map::new();
        for field in fields {
            let name = &field.name.wire;
            if let Some(value) = given.get(name).filter(|value| !value.is_null())
                && let Some(value) = self.value(&field.shape, value, &below(path, name))
            {
                values.insert(name.clone(), value);
            }
        }
        values
    }

    fn value(&mut self, shape: &Shape, value: &Value, path: &str) -> Option<Value> {
        let read = match shape {
            Shape::Boolean => boolean(value).map(Value::Bool),
            Shape::Int32 => integer(value).filter(|number| i32::try_from(*number).is_ok()).map(Value::from),
            Shape::Int64 => integer(value).map(Value::from),
            Shape::Number => number(value).map(Value::Number),
            Shape::Text | Shape::Timestamp => text(value).map(Value::String),
            Shape::Bytes => text(value).filter(|text| bytes(text).is_some()).map(Value::String),
            Shape::Json => Some(value.clone()),
            Shape::Sensitive(inner) => return self.value(inner, value, path),
            Shape::List(item) => {
                if let Value::Array(items) = value {
                    let items = items.iter().enumerate();
                    return items
                        .map(|(index, value)| self.item(item, value, &below(path, &(index + 1).to_string())))
                        .collect();
                }
                None
            }
            Shape::Map(item) => {
                if let Value::Object(members) = value {
                    let mut names: Vec<&String> = members.keys().collect();
                    names.sort();
                    let mut map = Map::new();
                    for name in names {
                        map.insert(name.clone(), self.item(item, &members[name], &below(path, name))?);
                    }
                    return Some(Value::Object(map));
                }
                None
            }
            Shape::Named(id) => match (&self.model.get(*id).kind, value) {
                (TypeKind::Enum(_), value) => text(value).map(Value::String),
                (TypeKind::Object(fields), Value::Object(members)) => {
                    let fields: Vec<&Field> = fields.iter().collect();
                    return Some(Value::Object(self.fields(&fields, members, path, path)));
                }
                (TypeKind::Object(_), _) => None,
            },
        };
        if read.is_none() {
            self.problem(path, format!("is {}; expected {}", kind(value), expected(self.model, shape)));
        }
        read
    }

    /// Reads an item of a list or a map, which cannot be absent.
    fn item(&mut self, shape: &Shape, value: &Value, path: &str) -> Option<Value> {
        if value.is_null() && *shape != Shape::Json {
            self.problem(path, format!("is null; expected {}", expected(self.model, shape)));
            return None;
        }
        self.value(shape, value, path)
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Number> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.and_then(Number::from_f64)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Decodes base64 text.
#[must_use]
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// Returns the kind of a JSON value, without the value, which may be a secret.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn expected(model: &Model, shape: &Shape) -> &'static str {
    match shape {
        Shape::Boolean => "`true` or `false`",
        Shape::Int32 => "an integer of 32 bits",
        Shape::Int64 => "an integer of 64 bits",
        Shape::Number => "a finite number",
        Shape::Text => "a text",
        Shape::Timestamp => "a date and time as text",
        Shape::Bytes => "base64 text",
        Shape::Json => "a JSON value",
        Shape::List(_) => "a list",
        Shape::Map(_) => "an object",
        Shape::Sensitive(inner) => expected(model, inner),
        Shape::Named(id) => match model.get(*id).kind {
            TypeKind::Enum(_) => "a text",
            TypeKind::Object(_) => "an object",
        },
    }
}
