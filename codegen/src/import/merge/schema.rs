//! Merges the facts of a schema into the spec's schema, following references on both sides.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::schema::{BOUNDS, text};
use super::BreakingChanges;
use crate::diff::fold;

/// Keys that describe an occurrence of a type, and not the type that its reference names.
const OCCURRENCE_KEYS: &[&str] = &["title", "description", "example", "default", "required", "deprecated"];

/// The temporary key of an enumeration, with the values that the document lists in the occurrences so far. No key of a
/// document has this name.
const LISTED_KEY: &str = "\0listed";

/// The maximum number of references that are followed from one schema.
const MAX_REFERENCES: usize = 32;

/// The state of a merge.
pub(super) struct Merge<'a> {
    /// The spec's shared schemas. The one that is being merged into is temporarily `null`, which ends cycles.
    schemas: Map<String, Value>,
    /// The document's shared schemas.
    facts: &'a Map<String, Value>,
    permitted: BreakingChanges,
    notes: &'a mut Vec<String>,
    /// The shared schemas that a previous occurrence was merged into. Later occurrences do not override its facts.
    merged: BTreeSet<String>,
}

/// The kind of a schema's Rust type.
#[derive(PartialEq)]
enum TypeClass {
    Unknown,
    Scalar(&'static str),
    Other(String),
    List,
    Map,
    Object,
}

impl<'a> Merge<'a> {
    pub(super) fn new(
        schemas: Map<String, Value>,
        facts: &'a Map<String, Value>,
        permitted: BreakingChanges,
        notes: &'a mut Vec<String>,
    ) -> Self {
        Self { schemas, facts, permitted, notes, merged: BTreeSet::new() }
    }

    pub(super) fn into_schemas(mut self) -> Map<String, Value> {
        for (name, schema) in &mut self.schemas {
            remove_unlisted_in(schema, name, self.permitted, self.notes);
        }
        self.schemas
    }

    pub(super) fn accepts(&self) -> bool {
        self.permitted != BreakingChanges::None
    }

    /// Merges a shared schema of the document.
    pub(super) fn shared(&mut self, name: &str, facts: &Value) {
        if self.schemas.contains_key(name) {
            self.merge_shared(name, facts, name, false);
        } else {
            self.schemas.insert(name.to_owned(), facts.clone());
        }
    }

    /// Makes a new parameter or field optional unless breaking changes are accepted: a required one breaks callers.
    pub(super) fn as_optional(&self, schema: &mut Map<String, Value>) {
        if !self.accepts() {
            schema.shift_remove("required");
        }
    }

    /// Merges the schema of a parameter or a response: whether it is required, and its type.
    pub(super) fn place(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, request: bool) {
        self.required(old, new, request);
        self.schema(old, new, at, request, None);
    }

    /// Merges `required`. In a request, a change breaks callers, so that it must be accepted.
    fn required(&self, old: &mut Map<String, Value>, new: &Value, request: bool) {
        let flag = |schema: Option<&Value>| schema == Some(&Value::Bool(true));
        match (flag(old.get("required")), flag(new.get("required"))) {
            _ if request && !self.accepts() => {}
            (false, true) => drop(old.insert("required".to_owned(), true.into())),
            (true, false) => drop(old.shift_remove("required")),
            _ => {}
        }
    }

    /// Merges the type. `shared` is the name of the shared schema that contains it.
    fn schema(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, request: bool, shared: Option<&str>) {
        let Some(new) = self.resolved(new) else { return };
        for key in ["title", "description"] {
            super::fill(old, &new, key);
        }
        if let Some(name) = old.get("$ref").and_then(Value::as_str).map(schema_name) {
            self.scalar(old, &new, "default", shared);
            let mut facts = new;
            // Keys of the occurrence are not facts of the shared type.
            if let Value::Object(facts) = &mut facts {
                if facts.contains_key("deprecated") {
                    old.insert("deprecated".to_owned(), true.into());
                }
                facts.retain(|key, _| !OCCURRENCE_KEYS.contains(&key.as_str()));
            }
            self.merge_shared(&name, &facts, at, request);
            return;
        }
        self.inline(old, &new, at, request, shared);
    }

    /// Merges into a shared schema of the spec, unless this merge is already in progress.
    fn merge_shared(&mut self, name: &str, facts: &Value, at: &str, request: bool) {
        let Some(slot) = self.schemas.get_mut(name) else { return };
        let Value::Object(mut target) = slot.take() else { return };
        self.schema(&mut target, facts, at, request, Some(name));
        self.merged.insert(name.to_owned());
        if let Some(slot) = self.schemas.get_mut(name) {
            *slot = target.into();
        }
    }

    /// Whether the current occurrence determines the facts of its schema: for a shared schema, only the first one does.
    fn is_first(&self, shared: Option<&str>) -> bool {
        shared.is_none_or(|name| !self.merged.contains(name))
    }

    fn inline(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, request: bool, shared: Option<&str>) {
        let (was, is) = (type_class(&Value::Object(old.clone())), type_class(new));
        if is == TypeClass::Unknown && was != TypeClass::Unknown {
            return; // The document is less specific.
        }
        // The spec may widen an integer to 64 bits; the document's 32 bits do not revert this.
        let widened = was == TypeClass::Scalar("int64") && is == TypeClass::Scalar("int32");
        if was != is && !widened {
            if self.accepts() && self.is_first(shared) {
                replace_type(old, new);
            }
            return;
        }
        if let Some(format) = new.get("format").filter(|_| !widened) {
            old.insert("format".to_owned(), format.clone());
        }
        if new.get("deprecated").is_some() {
            old.insert("deprecated".to_owned(), true.into());
        }
        let listed = self.enumeration(old, new, at, shared);
        self.scalar(old, new, "default", shared);
        for key in BOUNDS.iter().filter(|_| !listed) {
            self.scalar(old, new, key, shared);
        }
        for key in ["items", "additionalProperties"] {
            if let (Some(Value::Object(inner)), Some(facts)) =
                (old.get_mut(key), new.get(key).filter(|facts| facts.is_object()))
            {
                let mark = if key == "items" { "[]" } else { "{}" };
                self.schema(inner, facts, &format!("{at}{mark}"), request, shared);
            }
        }
        self.properties(old, new, at, request, shared);
    }

    fn properties(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, request: bool, shared: Option<&str>) {
        let Some(facts) = new.get("properties").and_then(Value::as_object).filter(|facts| !facts.is_empty()) else {
            return;
        };
        let Some(Value::Object(fields)) = old.get_mut("properties") else { return };
        for (name, fact) in facts {
            let at = format!("{at}.{name}");
            match fields.get_mut(name) {
                Some(Value::Object(field)) => {
                    if self.is_first(shared) {
                        self.required(field, fact, request);
                    }
                    self.schema(field, fact, &at, request, shared);
                }
                Some(_) => {}
                None => {
                    let mut field = fact.clone();
                    if let (Some(field), true) = (field.as_object_mut(), request) {
                        self.as_optional(field);
                    }
                    fields.insert(name.clone(), field);
                    if let Some(shared) = shared {
                        let note =
                            format!("{at}: the field is added to the shared schema `{shared}`, and to all of its uses");
                        self.notes.push(note);
                    }
                }
            }
        }
        if self.accepts() && self.is_first(shared) {
            fields.retain(|name, _| facts.contains_key(name));
        }
    }

    /// Merges the values of an enumeration. Returns whether the spec lists values.
    fn enumeration(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, shared: Option<&str>) -> bool {
        let facts = new.get("enum").and_then(Value::as_array);
        let titles = old.get("enumValueTitles").and_then(Value::as_object);
        let titled: Option<Vec<Value>> = titles.map(|titles| titles.keys().map(|key| key.as_str().into()).collect());
        let is_text = old.get("type").and_then(Value::as_str) == Some("string");
        if old.get("enum").is_none() && titled.as_ref().is_none_or(Vec::is_empty) {
            match facts {
                Some(facts) if is_text && !(self.permitted.takes_values(old) && self.is_first(shared)) => {
                    let values: Vec<String> = facts.iter().map(text).collect();
                    let values = fold::values(values.iter().map(String::as_str));
                    self.notes.push(format!("{at}: remains text; the document lists {values}"));
                }
                Some(facts) => {
                    old.insert("enum".to_owned(), facts.clone().into());
                    if shared.is_some() {
                        old.insert(LISTED_KEY.to_owned(), facts.clone().into());
                    }
                }
                None => {}
            }
            return false;
        }
        let values = old.entry("enum").or_insert_with(|| titled.unwrap_or_default().into());
        if let (Value::Array(values), Some(facts)) = (values, facts) {
            for fact in facts {
                if !values.iter().any(|value| text(value) == text(fact)) {
                    self.notes.push(format!("{at}: the value {} was added", text(fact)));
                    values.push(fact.clone());
                }
            }
            let listed = old.entry(LISTED_KEY).or_insert_with(|| Value::Array(Vec::new()));
            listed.as_array_mut().into_iter().for_each(|listed| listed.extend(facts.iter().cloned()));
            // The list of a shared enumeration is complete only after all of its occurrences.
            if shared.is_none() {
                remove_unlisted(old, at, self.permitted, self.notes);
            }
        }
        true
    }

    /// Merges a bound or a default. In a shared schema, the first occurrence determines it.
    fn scalar(&mut self, old: &mut Map<String, Value>, new: &Value, key: &str, shared: Option<&str>) {
        if let Some(fact) = new.get(key).filter(|_| self.is_first(shared) || !old.contains_key(key)) {
            // A number and the same number as text are equal.
            if old.get(key).is_none_or(|value| text(value) != text(fact)) {
                old.insert(key.to_owned(), fact.clone());
            }
        }
    }

    /// Returns the document's schema with its references resolved, and with the keys of the occurrence.
    fn resolved(&self, new: &Value) -> Option<Value> {
        let mut schema = new.as_object()?.clone();
        for _ in 0..MAX_REFERENCES {
            let Some(name) = schema.get("$ref").and_then(Value::as_str).map(schema_name) else {
                return Some(schema.into());
            };
            // Only the keys of the occurrence apply beside a reference.
            schema.retain(|key, _| OCCURRENCE_KEYS.contains(&key.as_str()));
            let target = self.facts.get(&name).and_then(Value::as_object)?;
            for (key, value) in target {
                schema.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        None
    }
}

/// Removes the values of an enumeration that the document does not list, if permitted.
fn remove_unlisted(schema: &mut Map<String, Value>, at: &str, permitted: BreakingChanges, notes: &mut Vec<String>) {
    let Some(Value::Array(listed)) = schema.shift_remove(LISTED_KEY) else { return };
    let listed: BTreeSet<String> = listed.iter().map(text).collect();
    let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten().map(text);
    let unlisted: Vec<String> = values.filter(|value| !listed.contains(value)).collect();
    if unlisted.is_empty() {
        return;
    }
    if !permitted.takes_values(schema) {
        // The comparison of the specs reports the others.
        if super::is_by_hand(schema) {
            let unlisted = fold::values(unlisted.iter().map(String::as_str));
            notes.push(format!("{at}: the document does not list {unlisted}; --accept-breaking removes them"));
        }
        return;
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| listed.contains(&text(value)));
    }
    for key in ["enumValueTitles", "x-enum-names"] {
        if let Some(Value::Object(names)) = schema.get_mut(key) {
            names.retain(|value, _| listed.contains(value));
        }
    }
}

/// Removes the values that the document does not list from every enumeration in a shared schema.
fn remove_unlisted_in(value: &mut Value, at: &str, permitted: BreakingChanges, notes: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            remove_unlisted(members, at, permitted, notes);
            members.values_mut().for_each(|inner| remove_unlisted_in(inner, at, permitted, notes));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove_unlisted_in(item, at, permitted, notes)),
        _ => {}
    }
}

fn schema_name(reference: &str) -> String {
    reference.strip_prefix("#/components/schemas/").unwrap_or(reference).to_owned()
}

fn type_class(schema: &Value) -> TypeClass {
    let full = |key: &str| schema.get(key).and_then(Value::as_object).is_some_and(|inner| !inner.is_empty());
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    match schema.get("type").and_then(Value::as_str) {
        Some("boolean") => TypeClass::Scalar("boolean"),
        Some("integer" | "int" | "long") if format == "int32" => TypeClass::Scalar("int32"),
        Some("integer" | "int" | "long") => TypeClass::Scalar("int64"),
        Some("scalar" | "float" | "double") => TypeClass::Scalar("scalar"),
        Some("string") if format == "byte" => TypeClass::Scalar("bytes"),
        Some("string" | "file" | "date" | "datetime") => TypeClass::Scalar("text"),
        Some("array") => TypeClass::List,
        Some("object") | None if full("properties") => TypeClass::Object,
        Some("object") | None if full("additionalProperties") => TypeClass::Map,
        None if schema.get("items").is_some() => TypeClass::List,
        Some("object" | "any") | None => TypeClass::Unknown,
        Some(other) => TypeClass::Other(other.to_owned()),
    }
}

/// Replaces the type by the document's, and keeps texts and keys that begin with `x-`.
fn replace_type(old: &mut Map<String, Value>, new: &Value) {
    let own = |key: &str| ["title", "description", "required"].contains(&key) || key.starts_with("x-");
    old.retain(|key, _| own(key));
    for (key, value) in new.as_object().into_iter().flatten().filter(|(key, _)| !own(key)) {
        old.insert(key.clone(), value.clone());
    }
}
