//! Merges facts into an existing spec.

mod schema;

use serde_json::{Map, Value};

use schema::Merge;

/// The permitted changes that may break callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakingChanges {
    /// None.
    None,
    /// All except the values of enumerations with hand-written texts.
    ExceptHandWritten,
    /// All.
    All,
}

impl BreakingChanges {
    /// Whether the values of an enumeration may be removed, or added where there were none.
    fn takes_values(self, schema: &Map<String, Value>) -> bool {
        match self {
            Self::None => false,
            Self::ExceptHandWritten => !is_by_hand(schema),
            Self::All => true,
        }
    }
}

/// Whether a schema has a hand-written text. An import writes texts only with an option.
fn is_by_hand(schema: &Map<String, Value>) -> bool {
    ["title", "description", "enumValueTitles"].iter().any(|key| schema.contains_key(*key))
}

/// Merges the facts into the spec. A fact that would break callers is taken only if `permitted` contains it.
pub(super) fn merge(
    spec: &mut Map<String, Value>,
    facts: &Map<String, Value>,
    permitted: BreakingChanges,
    notes: &mut Vec<String>,
) {
    let accept = permitted != BreakingChanges::None;
    let none = Map::new();
    let new = |key: &str| facts.get(key).and_then(Value::as_object).unwrap_or(&none);
    if accept {
        let style = new("info").get("style").cloned();
        object(spec, "info", |info| info.extend(style.map(|style| ("style".to_owned(), style))));
    }
    let new_schemas = new("components").get("schemas").and_then(Value::as_object).unwrap_or(&none);
    let schemas = object(spec, "components", |components| object(components, "schemas", std::mem::take));
    let mut merge = Merge::new(schemas.flatten().unwrap_or_default(), new_schemas, permitted, notes);
    for (name, schema) in new_schemas {
        merge.shared(name, schema);
    }
    object(spec, "apis", |apis| {
        for (name, facts) in new("apis") {
            match apis.get_mut(name).and_then(Value::as_object_mut) {
                Some(operation) => merge.operation(name, operation, facts),
                None => drop(apis.insert(name.clone(), facts.clone())),
            }
        }
        if accept {
            apis.retain(|name, _| new("apis").contains_key(name));
        }
    });
    let schemas = merge.into_schemas();
    object(spec, "components", |components| components.insert("schemas".to_owned(), schemas.into()));
    endpoints(spec, facts, accept);
    document_error_codes(spec, facts);
    for key in ["changeSet", "flowControl"] {
        spec.extend(facts.get(key).map(|fact| (key.to_owned(), fact.clone())));
    }
}

impl Merge<'_> {
    fn operation(&mut self, name: &str, old: &mut Map<String, Value>, new: &Value) {
        for key in ["summary", "title", "description"] {
            fill(old, new, key);
        }
        for key in ["methods", "schemes", "security", "deprecated"] {
            let told = new.get(key).filter(|fact| fact.as_array().is_none_or(|list| !list.is_empty()));
            // An application may read the events of an operation that is declared to return them.
            let events = |value: Option<&Value>| {
                value.and_then(Value::as_array).is_some_and(|list| list.iter().any(|scheme| scheme == "sse"))
            };
            let ends_events = key == "schemes" && events(old.get(key)) && !events(told);
            if let Some(fact) = told.filter(|_| self.accepts() || !ends_events) {
                old.insert(key.to_owned(), fact.clone());
            }
        }
        // A type of operation with a source is more reliable than the document's.
        let sourced = old.get("x-source").is_some_and(|source| source.get("operationType").is_some());
        if let (Some(kind), false) = (new.get("operationType"), sourced) {
            old.insert("operationType".to_owned(), kind.clone());
        }
        let stated = sourced || old.contains_key("operationType");
        let tags = new.get("systemTags").and_then(Value::as_object).into_iter().flatten();
        let tags: Vec<_> = tags.filter(|(key, _)| *key != "operationType" || !stated).collect();
        if !tags.is_empty() {
            object(old, "systemTags", |known| {
                known.extend(tags.into_iter().map(|(key, tag)| (key.clone(), tag.clone())));
            });
        }
        // The short form is hand-written, and takes precedence.
        for key in ["ramActions", "flowControl"] {
            let fact = new.get(key).filter(|_| key != "ramActions" || !old.contains_key("x-ram-action"));
            old.extend(fact.map(|fact| (key.to_owned(), fact.clone())));
        }
        for (key, value) in new.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("x-")) {
            old.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let path = self.path(old, new);
        self.parameters(name, old, new, path);
        self.responses(name, old, new);
        error_codes(old, new);
    }

    /// Merges the path; returns whether the placement is that of the document.
    fn path(&mut self, old: &mut Map<String, Value>, new: &Value) -> bool {
        let places = |path: Option<&Value>| -> Vec<String> {
            let path = path.and_then(Value::as_str).unwrap_or_default();
            let mut names: Vec<String> = path
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            names.sort();
            names
        };
        let same = places(old.get("path")) == places(new.get("path"));
        match new.get("path") {
            Some(path) if same || self.accepts() => drop(old.insert("path".to_owned(), path.clone())),
            None if self.accepts() => drop(old.shift_remove("path")),
            _ => {}
        }
        same || self.accepts()
    }

    fn parameters(&mut self, operation: &str, old: &mut Map<String, Value>, new: &Value, path: bool) {
        let facts = new.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let old = old.entry("parameters").or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(parameters) = old else { return };
        let known = parameters.len();
        let mut met = vec![false; known];
        for fact in &facts {
            let name = fact.get("name").and_then(Value::as_str).unwrap_or_default();
            let at = format!("{operation}.{name}");
            let met_before =
                |index: &usize| !met[*index] && parameters[*index].get("name").and_then(Value::as_str) == Some(name);
            match (0..known).find(met_before) {
                Some(index) => {
                    met[index] = true;
                    self.parameter(&mut parameters[index], fact, &at);
                }
                None if fact.get("in").and_then(Value::as_str) == Some("path") && !path => {}
                None => {
                    let mut added = fact.clone();
                    if let Some(schema) = added.get_mut("schema").and_then(Value::as_object_mut) {
                        self.as_optional(schema);
                    }
                    parameters.push(added);
                }
            }
        }
        if self.accepts() {
            let mut index = 0;
            parameters.retain(|_| {
                index += 1;
                met.get(index - 1).copied().unwrap_or(true)
            });
        }
    }

    fn parameter(&mut self, old: &mut Value, new: &Value, at: &str) {
        let Value::Object(old) = old else { return };
        let place = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let (was, is) = (place(old.get("in")), place(new.get("in")));
        // Path, host and body determine which parameters are required, and their types.
        let free = |place: &str| ["query", "formData", "header"].contains(&place);
        if was != is && (self.accepts() || free(&was) && free(&is)) {
            old.insert("in".to_owned(), is.into());
        }
        match new.get("style") {
            Some(style) => drop(old.insert("style".to_owned(), style.clone())),
            None => drop(old.shift_remove("style")),
        }
        if let (Some(Value::Object(schema)), Some(fact)) = (old.get_mut("schema"), new.get("schema")) {
            self.place(schema, fact, at, true);
        }
    }

    fn responses(&mut self, operation: &str, old: &mut Map<String, Value>, new: &Value) {
        let chosen = |responses: Option<&Value>| -> Option<String> {
            let responses = responses.and_then(Value::as_object)?;
            let ok = responses.keys().find(|status| *status == "200");
            ok.or_else(|| responses.keys().find(|status| status.starts_with('2'))).cloned()
        };
        let (was, is) = (chosen(old.get("responses")), chosen(new.get("responses")));
        let empty = Map::new();
        let facts = new.get("responses").and_then(Value::as_object).unwrap_or(&empty);
        let responses = old.entry("responses").or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(responses) = responses else { return };
        for (status, fact) in facts {
            let at = format!("{operation}.{status}");
            let Some(response) = responses.get_mut(status).and_then(Value::as_object_mut) else {
                let replaces = is.as_ref() == Some(status) && was.is_some();
                if !replaces || self.accepts() {
                    responses.insert(status.clone(), fact.clone());
                }
                continue;
            };
            match (response.get_mut("schema"), fact.get("schema")) {
                (Some(Value::Object(schema)), Some(fact)) => self.place(schema, fact, &at, false),
                (_, Some(fact)) => drop(response.insert("schema".to_owned(), fact.clone())),
                _ => {}
            }
        }
        if self.accepts() && !facts.is_empty() {
            responses.retain(|status, _| facts.contains_key(status));
        }
    }
}

/// Runs a function on the object under a key, which is created if it is missing or `[]`.
fn object<R>(map: &mut Map<String, Value>, key: &str, work: impl FnOnce(&mut Map<String, Value>) -> R) -> Option<R> {
    let value = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if value.as_array().is_some_and(Vec::is_empty) || value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().map(work)
}

/// Sets a value if there is none.
fn fill(old: &mut Map<String, Value>, new: &Value, key: &str) {
    if let (false, Some(value)) = (old.contains_key(key), new.get(key)) {
        old.insert(key.to_owned(), value.clone());
    }
}

/// Adds the error codes that the spec lacks.
fn error_codes(old: &mut Map<String, Value>, new: &Value) {
    for (status, entries) in new.get("errorCodes").and_then(Value::as_object).into_iter().flatten() {
        let codes = old.entry("errorCodes").or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(codes) = codes else { return };
        let known = codes.entry(status.clone()).or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(known) = known else { continue };
        for entry in entries.as_array().into_iter().flatten() {
            let same = |other: &Value| other.get("errorCode") == entry.get("errorCode");
            match known.iter_mut().find(|other| same(other)) {
                Some(Value::Object(other)) => fill(other, entry, "errorMessage"),
                _ => known.push(entry.clone()),
            }
        }
    }
}

/// Adds the error codes of all operations that the spec lacks.
fn document_error_codes(spec: &mut Map<String, Value>, facts: &Map<String, Value>) {
    let new = facts.get("errorCodes").and_then(Value::as_array).cloned().unwrap_or_default();
    if new.is_empty() {
        return;
    }
    let Value::Array(known) = spec.entry("errorCodes").or_insert_with(|| Value::Array(Vec::new())) else { return };
    let key = |entry: &Value| (entry.get("code").map(Value::to_string), entry.get("http_code").map(Value::to_string));
    let mut indices: std::collections::HashMap<_, usize> =
        known.iter().enumerate().map(|(index, entry)| (key(entry), index)).collect();
    for entry in new {
        match indices.get(&key(&entry)).and_then(|index| known.get_mut(*index)).and_then(Value::as_object_mut) {
            Some(other) => fill(other, &entry, "message"),
            None => {
                indices.insert(key(&entry), known.len());
                known.push(entry);
            }
        }
    }
}

fn endpoints(spec: &mut Map<String, Value>, facts: &Map<String, Value>, accept: bool) {
    let new = facts.get("endpoints").and_then(Value::as_array).cloned().unwrap_or_default();
    let old = spec.entry("endpoints").or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(old) = old else { return };
    for endpoint in &new {
        let same = |other: &Value| other.get("regionId") == endpoint.get("regionId");
        match old.iter_mut().find(|other| same(other)) {
            Some(Value::Object(other)) => {
                for (key, value) in endpoint.as_object().into_iter().flatten() {
                    // Another host changes the destination of calls, and older documents have older hosts.
                    if accept || other.get(key).is_none() {
                        other.insert(key.clone(), value.clone());
                    }
                }
            }
            _ => old.push(endpoint.clone()),
        }
    }
    if accept && !new.is_empty() {
        old.retain(|endpoint| new.iter().any(|other| other.get("regionId") == endpoint.get("regionId")));
    }
}
