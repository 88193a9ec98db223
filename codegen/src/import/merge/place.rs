//! Facts of one schema into the schema that stands, through references on both sides.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::schema::{BOUNDS, text};
use super::Leave;
use crate::diff::fold;

/// What is said of a place, and not of the type that its reference leads to.
const OWN: &[&str] = &["title", "description", "example", "default", "required", "deprecated"];

/// Where a shared enumeration keeps, during one merge, the values that the document lists in all of its places. No key of
/// a document has this name.
const LISTED: &str = "\0listed";

/// How many references are followed from one place.
const HOPS: usize = 32;

/// The state of one merge.
pub(super) struct Merge<'a> {
    /// The spec's shared schemas; the one that is being merged into is absent from its place.
    schemas: Map<String, Value>,
    /// The document's.
    facts: &'a Map<String, Value>,
    leave: Leave,
    notes: &'a mut Vec<String>,
    /// The shared schemas that were merged into before: what one place said is not undone by the next.
    settled: BTreeSet<String>,
}

/// What callers see of a schema's type.
#[derive(PartialEq)]
enum Class {
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
        leave: Leave,
        notes: &'a mut Vec<String>,
    ) -> Self {
        Self { schemas, facts, leave, notes, settled: BTreeSet::new() }
    }

    pub(super) fn into_schemas(mut self) -> Map<String, Value> {
        for (name, schema) in &mut self.schemas {
            settle_all(schema, name, self.leave, self.notes);
        }
        self.schemas
    }

    pub(super) fn accepts(&self) -> bool {
        self.leave != Leave::Nothing
    }

    /// A shared schema of the document.
    pub(super) fn shared(&mut self, name: &str, facts: &Value) {
        if self.schemas.contains_key(name) {
            self.through(name, facts, name, false);
        } else {
            self.schemas.insert(name.to_owned(), facts.clone());
        }
    }

    /// What a new parameter or field of a standing operation is: never required.
    pub(super) fn as_optional(&self, schema: &mut Map<String, Value>) {
        if !self.accepts() {
            schema.shift_remove("required");
        }
    }

    /// A parameter or a response: what is said of the place, then its type.
    pub(super) fn place(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, request: bool) {
        self.said(old, new, request);
        self.schema(old, new, at, request, None);
    }

    /// Whether a value must be given; in a request that concerns callers.
    fn said(&self, old: &mut Map<String, Value>, new: &Value, request: bool) {
        let flag = |schema: Option<&Value>| schema == Some(&Value::Bool(true));
        match (flag(old.get("required")), flag(new.get("required"))) {
            _ if request && !self.accepts() => {}
            (false, true) => drop(old.insert("required".to_owned(), true.into())),
            (true, false) => drop(old.shift_remove("required")),
            _ => {}
        }
    }

    /// The type. `shared` names the shared schema that it is a part of.
    fn schema(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, request: bool, shared: Option<&str>) {
        let Some(new) = self.resolved(new) else { return };
        for key in ["title", "description"] {
            super::fill(old, &new, key);
        }
        if let Some(name) = old.get("$ref").and_then(Value::as_str).map(local) {
            self.number(old, &new, "default", shared);
            let mut facts = new;
            // What the place says for itself is no fact of the shared type.
            if let Value::Object(facts) = &mut facts {
                if facts.contains_key("deprecated") {
                    old.insert("deprecated".to_owned(), true.into());
                }
                facts.retain(|key, _| !OWN.contains(&key.as_str()));
            }
            self.through(&name, &facts, at, request);
            return;
        }
        self.inline(old, &new, at, request, shared);
    }

    /// Merges into a shared schema of the spec, unless that is being done already.
    fn through(&mut self, name: &str, facts: &Value, at: &str, request: bool) {
        let Some(slot) = self.schemas.get_mut(name) else { return };
        let Value::Object(mut target) = slot.take() else { return };
        self.schema(&mut target, facts, at, request, Some(name));
        self.settled.insert(name.to_owned());
        if let Some(slot) = self.schemas.get_mut(name) {
            *slot = target.into();
        }
    }

    /// Whether the place at hand decides for the schema it is a part of: of a shared one, the first that is met.
    fn decides(&self, shared: Option<&str>) -> bool {
        shared.is_none_or(|name| !self.settled.contains(name))
    }

    fn inline(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, request: bool, shared: Option<&str>) {
        let (was, is) = (class(&Value::Object(old.clone())), class(new));
        if is == Class::Unknown && was != Class::Unknown {
            return; // the document says less
        }
        // The spec has one width for a name that the document has in two.
        let widened = was == Class::Scalar("int64") && is == Class::Scalar("int32");
        if was != is && !widened {
            if self.accepts() && self.decides(shared) {
                retype(old, new);
            }
            return;
        }
        if let Some(format) = new.get("format").filter(|_| !widened) {
            old.insert("format".to_owned(), format.clone());
        }
        if new.get("deprecated").is_some() {
            old.insert("deprecated".to_owned(), true.into());
        }
        let listed = self.values(old, new, at, shared);
        self.number(old, new, "default", shared);
        for key in BOUNDS.iter().filter(|_| !listed) {
            self.number(old, new, key, shared);
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
                    if self.decides(shared) {
                        self.said(field, fact, request);
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
                            format!("{at}: the field is added to the shared schema `{shared}`, for all that use it");
                        self.notes.push(note);
                    }
                }
            }
        }
        if self.accepts() && self.decides(shared) {
            fields.retain(|name, _| facts.contains_key(name));
        }
    }

    /// The values of an enumeration; whether the spec lists any.
    fn values(&mut self, old: &mut Map<String, Value>, new: &Value, at: &str, shared: Option<&str>) -> bool {
        let facts = new.get("enum").and_then(Value::as_array);
        let titles = old.get("enumValueTitles").and_then(Value::as_object);
        let titled: Option<Vec<Value>> = titles.map(|titles| titles.keys().map(|key| key.as_str().into()).collect());
        let is_text = old.get("type").and_then(Value::as_str) == Some("string");
        if old.get("enum").is_none() && titled.as_ref().is_none_or(Vec::is_empty) {
            match facts {
                Some(facts) if is_text && !(self.leave.takes_values(old) && self.decides(shared)) => {
                    let values: Vec<String> = facts.iter().map(text).collect();
                    let values = fold::values(values.iter().map(String::as_str));
                    self.notes.push(format!("{at}: stays text; the document lists {values}"));
                }
                Some(facts) => {
                    old.insert("enum".to_owned(), facts.clone().into());
                    if shared.is_some() {
                        old.insert(LISTED.to_owned(), facts.clone().into());
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
                    self.notes.push(format!("{at}: the value {} is new", text(fact)));
                    values.push(fact.clone());
                }
            }
            let listed = old.entry(LISTED).or_insert_with(|| Value::Array(Vec::new()));
            listed.as_array_mut().into_iter().for_each(|listed| listed.extend(facts.iter().cloned()));
            // A shared one is complete when all of its places are met.
            if shared.is_none() {
                settle(old, at, self.leave, self.notes);
            }
        }
        true
    }

    /// Takes a bound or a default. In a shared schema the first place that is met decides.
    fn number(&mut self, old: &mut Map<String, Value>, new: &Value, key: &str, shared: Option<&str>) {
        if let Some(fact) = new.get(key).filter(|_| self.decides(shared) || !old.contains_key(key)) {
            // A number and its text are one bound.
            if old.get(key).is_none_or(|value| text(value) != text(fact)) {
                old.insert(key.to_owned(), fact.clone());
            }
        }
    }

    /// The document's schema behind its references, with what the place says of it.
    fn resolved(&self, new: &Value) -> Option<Value> {
        let mut schema = new.as_object()?.clone();
        for _ in 0..HOPS {
            let Some(name) = schema.get("$ref").and_then(Value::as_str).map(local) else { return Some(schema.into()) };
            // Beside a reference, only what is said of the place counts.
            schema.retain(|key, _| OWN.contains(&key.as_str()));
            let target = self.facts.get(&name).and_then(Value::as_object)?;
            for (key, value) in target {
                schema.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        None
    }
}

/// Drops the values of an enumeration that the document does not list, with leave.
fn settle(schema: &mut Map<String, Value>, at: &str, leave: Leave, notes: &mut Vec<String>) {
    let Some(Value::Array(listed)) = schema.shift_remove(LISTED) else { return };
    let listed: BTreeSet<String> = listed.iter().map(text).collect();
    let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten().map(text);
    let gone: Vec<String> = values.filter(|value| !listed.contains(value)).collect();
    if gone.is_empty() {
        return;
    }
    if !leave.takes_values(schema) {
        // Of the others the comparison tells.
        if super::is_by_hand(schema) {
            let gone = fold::values(gone.iter().map(String::as_str));
            notes.push(format!(
                "{at}: the document does not list {gone}; --accept-breaking drops what it does not list"
            ));
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

/// Settles every enumeration in a shared schema.
fn settle_all(value: &mut Value, at: &str, leave: Leave, notes: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            settle(members, at, leave, notes);
            members.values_mut().for_each(|inner| settle_all(inner, at, leave, notes));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| settle_all(item, at, leave, notes)),
        _ => {}
    }
}

fn local(reference: &str) -> String {
    reference.strip_prefix("#/components/schemas/").unwrap_or(reference).to_owned()
}

fn class(schema: &Value) -> Class {
    let full = |key: &str| schema.get(key).and_then(Value::as_object).is_some_and(|inner| !inner.is_empty());
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    match schema.get("type").and_then(Value::as_str) {
        Some("boolean") => Class::Scalar("boolean"),
        Some("integer" | "int" | "long") if format == "int32" => Class::Scalar("int32"),
        Some("integer" | "int" | "long") => Class::Scalar("int64"),
        Some("number" | "float" | "double") => Class::Scalar("number"),
        Some("string") if format == "byte" => Class::Scalar("bytes"),
        Some("string" | "file" | "date" | "datetime") => Class::Scalar("text"),
        Some("array") => Class::List,
        Some("object") | None if full("properties") => Class::Object,
        Some("object") | None if full("additionalProperties") => Class::Map,
        None if schema.get("items").is_some() => Class::List,
        Some("object" | "any") | None => Class::Unknown,
        Some(other) => Class::Other(other.to_owned()),
    }
}

/// Takes the document's type, and keeps the texts and this project's own keys.
fn retype(old: &mut Map<String, Value>, new: &Value) {
    let own = |key: &str| ["title", "description", "required"].contains(&key) || key.starts_with("x-");
    old.retain(|key, _| own(key));
    for (key, value) in new.as_object().into_iter().flatten().filter(|(key, _)| !own(key)) {
        old.insert(key.clone(), value.clone());
    }
}
