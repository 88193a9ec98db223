//! Unique values for every text of an operation.

use alicloud_codegen::model::{Encoding, Model, Operation, ResponseBody, Shape, TypeId, TypeKind};
use serde_json::{Map, Value, json};

/// The maximum depth of types that contain themselves.
const MAX_DEPTH: usize = 6;

/// An operation with unique values in its texts.
pub(super) struct Planted {
    /// The wire name.
    pub(super) operation: String,
    /// The Rust name.
    pub(super) rust: String,
    /// The path of each text; those of the response begin with `Response`.
    pub(super) paths: Vec<String>,
    request: Value,
    response: Value,
}

/// Returns a unique text, which contains the numbers of the document, of the operation and of the text.
pub(super) fn canary(document: usize, operation: usize, at: usize) -> String {
    format!("canary-{document}-{operation}-{at}-")
}

impl Planted {
    /// Returns the request and the response with the values as JSON, for the program.
    pub(super) fn json(&self, document: usize, operation: usize) -> String {
        let count = self.paths.len();
        let fill = |value: &Value| fill(value, document, operation);
        let canaries: Vec<String> = (0..count).map(|at| canary(document, operation, at)).collect();
        json!({
            "operation": self.operation, "request": fill(&self.request), "response": fill(&self.response),
            "canaries": canaries,
        })
        .to_string()
    }
}

/// Placeholders of values, until the numbers of document and operation are known.
fn fill(value: &Value, document: usize, operation: usize) -> Value {
    match value {
        Value::Object(members) if members.contains_key("\u{0}") => {
            canary(document, operation, members["\u{0}"].as_u64().unwrap_or_default() as usize).into()
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), fill(value, document, operation))).collect()
        }
        Value::Array(items) => items.iter().map(|item| fill(item, document, operation)).collect(),
        other => other.clone(),
    }
}

/// Returns every operation of the model.
pub(super) fn all(model: &Model) -> Vec<Planted> {
    model.operations.iter().map(|operation| plant_operation(model, operation)).collect()
}

fn plant_operation(model: &Model, operation: &Operation) -> Planted {
    let mut planter = Planter { model, paths: Vec::new() };
    let mut request = Map::new();
    for parameter in &operation.parameters {
        let wire = &parameter.field.name.wire;
        // Old documents declare the first items of a list in addition to the list: both at once are refused.
        let list = wire.split_once('.').filter(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
        if list.is_some_and(|(list, _)| operation.parameters.iter().any(|other| other.field.name.wire == list)) {
            continue;
        }
        let value = match parameter.encoding {
            // A label of the host cannot be any text.
            Encoding::Host => "label".into(),
            _ => planter.value(&parameter.field.shape, wire, &mut Vec::new()),
        };
        request.insert(wire.clone(), value);
    }
    let mut response = match &operation.response_body {
        ResponseBody::Object(id) => planter.object(*id, "Response", &mut Vec::new()),
        ResponseBody::Whole(shape) => planter.value(shape, "Response", &mut Vec::new()),
        ResponseBody::Bytes | ResponseBody::Empty => json!({}),
    };
    if let Some(code) = &operation.error_code {
        // Any other code reports a failure.
        if let Some(at) = response[code]["\u{0}"].as_u64() {
            planter.paths[at as usize].clear();
        }
        response[code] = "200".into();
    }
    Planted {
        operation: operation.name.wire.clone(),
        rust: operation.name.rust.clone(),
        paths: planter.paths,
        request: request.into(),
        response,
    }
}

struct Planter<'a> {
    model: &'a Model,
    paths: Vec<String>,
}

impl Planter<'_> {
    fn value(&mut self, shape: &Shape, path: &str, open: &mut Vec<TypeId>) -> Value {
        match shape {
            Shape::Boolean => true.into(),
            Shape::Int32 | Shape::Int64 | Shape::Number => 1.into(),
            Shape::Text | Shape::Timestamp => self.text(path),
            // `Debug` shows only the length of bytes, secret or not.
            Shape::Bytes => "AAAA".into(),
            Shape::Json => json!({"planted": self.text(path)}),
            Shape::Sensitive(inner) => self.value(inner, path, open),
            Shape::List(item) => json!([self.value(item, path, open)]),
            Shape::Map(item) => json!({"key": self.value(item, path, open)}),
            Shape::Named(id) => match &self.model.get(*id).kind {
                TypeKind::Enum(_) => self.text(path),
                TypeKind::Object(_) if open.contains(id) || open.len() > MAX_DEPTH => json!({}),
                TypeKind::Object(_) => self.object(*id, path, open),
            },
        }
    }

    fn object(&mut self, id: TypeId, path: &str, open: &mut Vec<TypeId>) -> Value {
        let TypeKind::Object(fields) = &self.model.get(id).kind else { return json!({}) };
        open.push(id);
        let mut members = Map::new();
        for field in fields {
            let wire = &field.name.wire;
            members.insert(wire.clone(), self.value(&field.shape, &format!("{path}.{wire}"), open));
        }
        open.pop();
        members.into()
    }

    fn text(&mut self, path: &str) -> Value {
        self.paths.push(path.to_owned());
        json!({"\u{0}": self.paths.len() - 1})
    }
}
