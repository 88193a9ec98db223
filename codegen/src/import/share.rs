//! Deduplicates schemas: moves those that occur several times to `components.schemas`, or proposes it.

use crate::singular::singular;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schema::text;

/// Keys that belong to an occurrence and are not shared.
const OCCURRENCE_KEYS: &[&str] = &[
    "title",
    "description",
    "required",
    "example",
    "default",
    "deprecated",
    "x-rust-name",
    "x-sensitive",
    "x-error-code",
    "x-success",
];

/// The maximum number of passes. Each pass shares types that contain types of the previous pass.
const MAX_PASSES: usize = 32;

/// An occurrence of a type that could be shared.
struct Candidate {
    /// The path of keys.
    keys: Vec<String>,
    /// The name in notes and of the shared schema.
    path: String,
    /// The wire name of the field, singular for the items of a list.
    name: String,
    /// The canonical form, which is equal for all occurrences of a type.
    form: String,
    /// The schema without the keys that belong to the occurrence.
    schema: Map<String, Value>,
}

/// Shares schemas among the given operations, and with existing shared schemas. Without `apply`, only adds notes.
pub(super) fn share(spec: &mut Map<String, Value>, operations: &[String], apply: bool, notes: &mut Vec<String>) {
    for _ in 0..MAX_PASSES {
        let candidates = candidates(spec, operations);
        // An occurrence that contains one of this pass is outdated until the next pass.
        let mut replaced: BTreeSet<String> = BTreeSet::new();
        let mut done: BTreeSet<(&str, &str)> = BTreeSet::new();
        for candidate in &candidates {
            let prefix = prefix(&candidate.keys);
            let stale = replaced.range(prefix.clone()..).next().is_some_and(|key| key.starts_with(&prefix));
            if stale || done.contains(&(candidate.form.as_str(), candidate.name.as_str())) {
                continue;
            }
            let known = known(spec, candidate);
            let equal: Vec<&Candidate> = match &known {
                // A shared enumeration with that name may have more values than each occurrence.
                Some((_, true)) => candidates
                    .iter()
                    .filter(|other| other.form == candidate.form && other.name == candidate.name)
                    .collect(),
                _ => candidates.iter().filter(|other| other.form == candidate.form).collect(),
            };
            done.extend(equal.iter().map(|other| (other.form.as_str(), other.name.as_str())));
            if known.is_none() && equal.len() < 2 {
                continue;
            }
            let paths: Vec<&str> = equal.iter().map(|candidate| candidate.path.as_str()).collect();
            let name = known.map_or_else(|| free(spec, &candidate.name), |(name, _)| name);
            if !apply {
                notes.push(format!("could share `{name}`: {}", paths.join(", ")));
                continue;
            }
            notes.push(format!("shared `{name}`: {}", paths.join(", ")));
            if !schemas(spec).is_some_and(|schemas| schemas.contains_key(&name)) {
                let mut schema = candidate.schema.clone();
                let paths = paths.iter().map(|path| Value::from(*path)).collect::<Vec<_>>();
                schema.insert("x-shared-from".to_owned(), paths.into());
                insert(spec, &name, schema);
            }
            for place in equal {
                refer(spec, &place.keys, &name);
                replaced.insert(self::prefix(&place.keys));
            }
        }
        if replaced.is_empty() {
            break;
        }
    }
}

/// Returns the keys as one text, each followed by a separator.
fn prefix(keys: &[String]) -> String {
    keys.iter().map(|key| format!("{key}\n")).collect()
}

fn schemas(spec: &Map<String, Value>) -> Option<&Map<String, Value>> {
    spec.get("components")?.get("schemas")?.as_object()
}

/// Returns the shared schema that is equal to the candidate, or (`true`) an enumeration with the same name that has all
/// its values.
fn known(spec: &Map<String, Value>, candidate: &Candidate) -> Option<(String, bool)> {
    let schemas = schemas(spec)?;
    let equal = schemas.iter().find(|(_, schema)| {
        schema.as_object().is_some_and(|schema| schema.get("$ref").is_none() && form(&bare(schema)) == candidate.form)
    });
    if let Some((name, _)) = equal {
        return Some((name.clone(), false));
    }
    let values = candidate.schema.get("enum")?.as_array()?;
    let known = schemas.get(&candidate.name)?.get("enum")?.as_array()?;
    let lists = values.iter().all(|value| known.iter().any(|other| text(other) == text(value)));
    lists.then(|| (candidate.name.clone(), true))
}

/// Returns the name, or the first free one with a number.
fn free(spec: &Map<String, Value>, name: &str) -> String {
    let taken = |name: &String| schemas(spec).is_some_and(|schemas| schemas.contains_key(name));
    let names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}{number}")));
    names.into_iter().find(|name| !taken(name)).unwrap_or_default()
}

fn insert(spec: &mut Map<String, Value>, name: &str, schema: Map<String, Value>) {
    if let Some(Value::Object(schemas)) =
        spec.get_mut("components").and_then(|components| components.get_mut("schemas"))
    {
        schemas.insert(name.to_owned(), schema.into());
    }
}

/// Replaces the schema at the path with a reference.
fn refer(spec: &mut Map<String, Value>, keys: &[String], name: &str) {
    let Some((first, rest)) = keys.split_first() else { return };
    let mut here = spec.get_mut(first);
    for key in rest {
        here = here.and_then(|value| match value {
            Value::Array(items) => key.parse::<usize>().ok().and_then(|at| items.get_mut(at)),
            Value::Object(members) => members.get_mut(key),
            _ => None,
        });
    }
    if let Some(Value::Object(schema)) = here {
        let reference = ("$ref".to_owned(), Value::from(format!("#/components/schemas/{name}")));
        let kept = std::mem::take(schema).into_iter().filter(|(key, _)| OCCURRENCE_KEYS.contains(&key.as_str()));
        *schema = std::iter::once(reference).chain(kept).collect();
    }
}

/// Returns every occurrence that could share its type, inner ones first, so that outer ones become equal.
fn candidates(spec: &Map<String, Value>, operations: &[String]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let apis = spec.get("apis").and_then(Value::as_object);
    for (operation, value) in apis.into_iter().flatten().filter(|(name, _)| operations.contains(name)) {
        let keys = |rest: &[&str]| -> Vec<String> {
            ["apis", operation].iter().chain(rest).map(|key| (*key).to_owned()).collect()
        };
        for (index, parameter) in value.get("parameters").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
            let keys = keys(&["parameters", &index.to_string(), "schema"]);
            collect(parameter.get("schema"), keys, &format!("{operation}.{name}"), name, &mut found);
        }
        for (status, response) in value.get("responses").and_then(Value::as_object).into_iter().flatten() {
            // The response itself belongs to the operation.
            for (name, field) in response.pointer("/schema/properties").and_then(Value::as_object).into_iter().flatten()
            {
                let keys = keys(&["responses", status, "schema", "properties", name]);
                collect(Some(field), keys, &format!("{operation}.{status}.{name}"), name, &mut found);
            }
        }
    }
    found
}

fn collect(schema: Option<&Value>, keys: Vec<String>, path: &str, name: &str, found: &mut Vec<Candidate>) {
    let Some(schema) = schema.and_then(Value::as_object) else { return };
    let with = |more: &[&str]| -> Vec<String> {
        keys.iter().cloned().chain(more.iter().map(|key| (*key).to_owned())).collect()
    };
    let fields = schema.get("properties").and_then(Value::as_object);
    for (field, inner) in fields.into_iter().flatten() {
        collect(Some(inner), with(&["properties", field]), &format!("{path}.{field}"), field, found);
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
        collect(schema.get(key), with(&[key]), &format!("{path}{mark}"), &singular(name), found);
    }
    let lists = schema.get("type").and_then(Value::as_str) == Some("string")
        && schema.get("enum").and_then(Value::as_array).is_some_and(|values| !values.is_empty());
    if lists || fields.is_some_and(|fields| fields.len() > 1) {
        let bare = bare(schema);
        let name = crate::name::pascal(name);
        found.push(Candidate { keys, path: path.to_owned(), name, form: form(&bare), schema: bare });
    }
}

fn bare(schema: &Map<String, Value>) -> Map<String, Value> {
    let kept = schema.iter().filter(|(key, _)| !OCCURRENCE_KEYS.contains(&key.as_str()) && *key != "x-shared-from");
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Returns the form that two equal schemas share: everything except prose, examples, and the order of keys and values.
fn form(schema: &Map<String, Value>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (key, value) in schema {
        let text = match (key.as_str(), value) {
            ("title" | "description" | "example" | "enumValueTitles" | "x-source", _) => continue,
            ("enum", Value::Array(values)) => {
                let mut values: Vec<String> = values.iter().map(Value::to_string).collect();
                values.sort();
                values.join(",")
            }
            ("properties", Value::Object(fields)) => {
                let form = |field: &Value| field.as_object().map(form).unwrap_or_default();
                let mut fields: Vec<String> =
                    fields.iter().map(|(name, field)| format!("{name:?}:{}", form(field))).collect();
                fields.sort();
                fields.join(",")
            }
            (_, Value::Object(inner)) => form(inner),
            (_, other) => other.to_string(),
        };
        parts.push(format!("{key}={{{text}}}"));
    }
    parts.sort();
    parts.join(";")
}
