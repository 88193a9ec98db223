//! Extracts the facts of a document, in the structure and the order of a spec.

use serde_json::{Map, Value};

use super::{permissions, schema};
use crate::document::Document;
use crate::json::{self, Kind};

/// Returns a value without positions; of duplicate keys, the last one counts.
pub(super) fn plain(value: &json::Value) -> Value {
    match &value.kind {
        Kind::Null => Value::Null,
        Kind::Boolean(flag) => Value::Bool(*flag),
        Kind::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
        Kind::Text(text) => Value::String(text.clone()),
        Kind::List(items) => Value::Array(items.iter().map(plain).collect()),
        Kind::Object(members) => {
            Value::Object(members.iter().map(|member| (member.key.clone(), plain(&member.value))).collect())
        }
    }
}

/// Returns the members of an object; none of `[]`, which some documents contain in place of an empty object.
fn object(value: Option<&Value>) -> Map<String, Value> {
    value.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Returns the items of a list; none of `{}`.
fn list(value: Option<&Value>) -> Vec<Value> {
    value.and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Returns the spec of a document.
pub(super) fn document(
    root: &json::Value,
    read: &Document,
    prose: bool,
    notes: &mut Vec<String>,
) -> Map<String, Value> {
    let root = object(Some(&plain(root)));
    let mut spec = Map::new();
    spec.insert("$schema".to_owned(), "../schema.json".into());
    spec.insert("version".to_owned(), root.get("version").cloned().unwrap_or_else(|| "1.0".into()));
    let info = object(root.get("info"));
    let own = |key: &str| ["style", "product", "version"].contains(&key) || key.starts_with("x-");
    let info: Map<String, Value> = info.into_iter().filter(|(key, _)| own(key)).collect();
    spec.insert("info".to_owned(), info.into());
    let mut normal = Facts { prose, notes };
    let components = object(root.get("components"));
    let schemas = object(components.get("schemas")).into_iter();
    let schemas: Map<String, Value> =
        schemas.map(|(name, value)| (name.clone(), normal.schema(&value, &name, &name))).collect();
    spec.insert("components".to_owned(), Value::Object(Map::from_iter([("schemas".to_owned(), schemas.into())])));
    let apis = object(root.get("apis")).into_iter();
    let mut apis: Map<String, Value> =
        apis.map(|(name, value)| (name.clone(), normal.operation(&name, &value))).collect();
    for operation in &read.operations {
        if let Some(Value::Object(made)) = apis.get_mut(operation.name.value.as_str()) {
            // A spec that states the action in short keeps that form.
            let short = made.contains_key("x-ram-action");
            made.extend(permissions::operation(operation).into_iter().filter(|(key, _)| key != "ramActions" || !short));
        }
    }
    spec.insert("apis".to_owned(), apis.into());
    let endpoints = list(root.get("endpoints")).into_iter();
    let endpoints: Vec<Value> = endpoints.filter(Value::is_object).map(|endpoint| endpoint_facts(&endpoint)).collect();
    spec.insert("endpoints".to_owned(), endpoints.into());
    spec.extend(permissions::document(read, prose));
    spec
}

/// Returns the tags that the generator reads, and of these only the values with a meaning; none if there are none.
fn system_tags(tags: &Value) -> Option<Value> {
    let text = |key: &str| tags.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let kept = [
        ("operationType", text("operationType")),
        ("chargeType", text("chargeType").filter(|charge| *charge == "paid")),
        ("riskType", text("riskType").filter(|risk| *risk == "high")),
    ];
    let kept = kept.into_iter().filter_map(|(key, tag)| Some((key.to_owned(), tag?.into())));
    let kept: Map<String, Value> = kept.collect();
    (!kept.is_empty()).then(|| kept.into())
}

fn endpoint_facts(endpoint: &Value) -> Value {
    let keys = ["regionId", "endpoint", "vpc"];
    let is_stated =
        |key: &&str| endpoint.get(*key).is_some_and(|value| value.as_str().is_some_and(|text| !text.is_empty()));
    let member = |key: &str| (key.to_owned(), endpoint.get(key).cloned().unwrap_or_default());
    Value::Object(keys.into_iter().filter(is_stated).map(member).collect())
}

struct Facts<'n> {
    prose: bool,
    notes: &'n mut Vec<String>,
}

impl Facts<'_> {
    fn operation(&mut self, name: &str, value: &Value) -> Value {
        let source = object(Some(value));
        let mut operation = Map::new();
        for key in ["summary", "title", "description"] {
            self.text(&source, key, &mut operation);
        }
        for key in ["path", "methods", "schemes", "security", "deprecated", "operationType", "systemTags"] {
            let fact = match (key, source.get(key)) {
                ("methods" | "schemes" | "security", Some(Value::Object(_))) => Some(Value::Array(Vec::new())),
                ("deprecated", Some(Value::Bool(true))) => Some(Value::Bool(true)),
                ("deprecated", _) => None,
                ("operationType", Some(Value::String(text))) if text.is_empty() => None,
                ("systemTags", Some(tags)) => system_tags(tags),
                (_, found) => found.cloned(),
            };
            operation.extend(fact.map(|fact| (key.to_owned(), fact)));
        }
        operation.extend(
            source.iter().filter(|(key, _)| key.starts_with("x-")).map(|(key, value)| (key.clone(), value.clone())),
        );
        let parameters = list(source.get("parameters")).into_iter().filter(Value::is_object);
        let parameters: Vec<Value> = parameters.map(|parameter| self.parameter(name, &parameter)).collect();
        operation.insert("parameters".to_owned(), parameters.into());
        let responses = object(source.get("responses")).into_iter();
        let responses: Map<String, Value> = responses
            .map(|(status, response)| {
                let schema = response.get("schema").filter(|schema| !schema.is_null());
                let schema = schema.map(|schema| self.schema(schema, "", &format!("{name}.{status}")));
                let response = schema.map(|schema| ("schema".to_owned(), schema)).into_iter();
                (status, Value::Object(response.collect()))
            })
            .collect();
        operation.insert("responses".to_owned(), responses.into());
        let codes = self.error_codes(&source);
        if !codes.is_empty() {
            operation.insert("errorCodes".to_owned(), codes.into());
        }
        operation.into()
    }

    fn parameter(&mut self, operation: &str, value: &Value) -> Value {
        let name = value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut parameter = Map::new();
        for key in ["name", "in", "style"] {
            let fact =
                value.get(key).filter(|fact| key != "style" || fact.as_str().is_some_and(|style| !style.is_empty()));
            parameter.extend(fact.map(|fact| (key.to_owned(), fact.clone())));
        }
        parameter.extend(
            value
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(key, _)| key.starts_with("x-"))
                .map(|(key, value)| (key.clone(), value.clone())),
        );
        let schema = value.get("schema").cloned().unwrap_or_default();
        parameter.insert("schema".to_owned(), self.schema(&schema, &name, &format!("{operation}.{name}")));
        parameter.into()
    }

    fn schema(&mut self, value: &Value, name: &str, at: &str) -> Value {
        schema::facts(value, name, at, self.prose, self.notes).into()
    }

    fn error_codes(&self, operation: &Map<String, Value>) -> Map<String, Value> {
        let mut codes = Map::new();
        for (status, entries) in object(operation.get("errorCodes")) {
            let mut kept: Vec<Value> = Vec::new();
            for entry in list(Some(&entries)) {
                let Some(code) = entry.get("errorCode").and_then(Value::as_str).filter(|code| !code.is_empty()) else {
                    continue;
                };
                if kept.iter().any(|known| known.get("errorCode").and_then(Value::as_str) == Some(code)) {
                    continue;
                }
                let message = entry.get("errorMessage").filter(|_| self.prose).cloned();
                let mut fact = Map::from_iter([("errorCode".to_owned(), code.into())]);
                fact.extend(message.map(|message| ("errorMessage".to_owned(), message)));
                kept.push(fact.into());
            }
            if !kept.is_empty() {
                codes.insert(status, kept.into());
            }
        }
        codes
    }

    fn text(&self, source: &Map<String, Value>, key: &str, target: &mut Map<String, Value>) {
        let text = source.get(key).filter(|text| text.as_str().is_some_and(|text| !text.trim().is_empty()));
        target.extend(text.filter(|_| self.prose).map(|text| (key.to_owned(), text.clone())));
    }
}
