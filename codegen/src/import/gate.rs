//! The last look at a merged spec: without leave, nothing in it may break callers.
//!
//! Merging keeps what it knows to break callers. What a change means follows from the whole document, though: a second
//! list in a response ends its pages, a new type can take a name. So the merged spec is compared with the one that stood
//! there, as crates, and what still breaks is taken back.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::diff::{self, Change, Diff, Effect, Kind, Side, Subject};
use crate::model::{Pages, PaginationStyle};

/// How often the spec is compared again, before nothing is taken at all.
const ROUNDS: usize = 8;

/// What was taken back.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// How the spec differs now.
    pub changes: Diff,
    /// The operations that stay as they were, with everything that the document says of them.
    pub operations: BTreeSet<String>,
    /// What was written into the spec to keep something, one line each.
    pub notes: Vec<String>,
}

/// Takes back what breaks callers: pages are written down, operations and shared schemas stay as they were.
///
/// # Errors
/// The problems of the spec, if it cannot be read.
pub(super) fn hold(
    made: &mut Map<String, Value>,
    standing: &Map<String, Value>,
    old: &Side,
    read: impl Fn(&Map<String, Value>) -> Result<Side, Vec<Diagnostic>>,
) -> Result<Held, Vec<Diagnostic>> {
    let mut held = Held::default();
    let mut frozen = BTreeSet::new();
    let mut done = BTreeSet::new();
    for _ in 0..ROUNDS {
        // A spec that can no longer be read at all is taken back as a whole.
        let Ok(new) = read(made) else { break };
        held.changes = diff::compare(old, &new);
        let breaking: Vec<Change> = held.changes.with(Effect::Breaking).cloned().collect();
        if breaking.is_empty() {
            return Ok(held);
        }
        let mut progress = false;
        for change in &breaking {
            match (&change.subject, change.kind) {
                (Subject::Operation(name), Kind::PagesRemoved | Kind::PagesChanged) if frozen.insert(name.clone()) => {
                    progress |= freeze(made, old, name, &mut held.notes);
                }
                (Subject::Operation(name), _) => progress |= restore(made, standing, name, &mut held, &mut done),
                (Subject::Type(path), _) => {
                    if let Some(schema) = old.schema_of(path) {
                        progress |= done.insert(format!("schema {schema}"))
                            && put(made, standing, &["components", "schemas"], schema);
                    }
                    for name in &change.operations {
                        progress |= restore(made, standing, name, &mut held, &mut done);
                    }
                }
                (Subject::Crate, _) => {}
            }
        }
        if !progress {
            // What is new has taken a name, or made a type part of requests.
            let known = |name: &String| standing.get("apis").and_then(|apis| apis.get(name)).is_some();
            let Some(apis) = made.get_mut("apis").and_then(Value::as_object_mut) else { break };
            let new: Vec<String> = apis.keys().filter(|name| !known(name)).cloned().collect();
            if new.is_empty() {
                break;
            }
            for name in new {
                apis.shift_remove(&name);
                held.operations.insert(name);
            }
        }
    }
    made.clone_from(standing);
    held.changes = diff::compare(old, &read(made)?);
    held.notes =
        vec!["nothing is taken: the document breaks callers in a style that cannot be taken in part".to_owned()];
    Ok(held)
}

/// Writes down how the pages of an operation were gone through.
fn freeze(made: &mut Map<String, Value>, old: &Side, name: &str, notes: &mut Vec<String>) -> bool {
    let operation = old.operation(name);
    let Some(pages) = operation.and_then(|operation| operation.pages.as_ref()) else { return false };
    let target = made.get_mut("apis").and_then(|apis| apis.get_mut(name)).and_then(Value::as_object_mut);
    let Some(target) = target else { return false };
    target.insert("x-pages".to_owned(), written(pages));
    let items = pages.items.join(".");
    notes.push(format!("{name}: `x-pages` keeps the pages of `{items}`, which the document alone no longer gives"));
    true
}

/// Pages as a document says them.
fn written(pages: &Pages) -> Value {
    let mut out = Map::new();
    let mut add = |key: &str, name: &str| drop(out.insert(key.to_owned(), name.into()));
    let path = |path: &[String]| path.join(".");
    add("items", &path(&pages.items));
    let mut start = None;
    match &pages.style {
        PaginationStyle::Token { token } => add("token", token),
        PaginationStyle::Number { page, size, first } => {
            add("page", page);
            add("size", size);
            start = Some(*first);
        }
        PaginationStyle::Offset { offset, limit } => {
            add("offset", offset);
            add("size", limit);
        }
        PaginationStyle::Either { page, size, first, token, limit } => {
            for (key, name) in [("page", page), ("size", size), ("token", token), ("limit", limit)] {
                add(key, name);
            }
            start = Some(*first);
        }
    }
    for (key, field) in [("next", &pages.next), ("more", &pages.more), ("total", &pages.total)] {
        if !field.is_empty() {
            add(key, &path(field));
        }
    }
    if let Some(first) = start.filter(|first| *first != 1) {
        out.insert("first".to_owned(), first.into());
    }
    out.into()
}

/// Makes an operation what it was.
fn restore(
    made: &mut Map<String, Value>,
    standing: &Map<String, Value>,
    name: &str,
    held: &mut Held,
    done: &mut BTreeSet<String>,
) -> bool {
    if !done.insert(format!("operation {name}")) || !put(made, standing, &["apis"], name) {
        return false;
    }
    held.operations.insert(name.to_owned());
    true
}

/// Puts a member back that stood below the keys; whether it did.
fn put(made: &mut Map<String, Value>, standing: &Map<String, Value>, keys: &[&str], name: &str) -> bool {
    let (first, rest) = match keys {
        [] => {
            let Some(value) = standing.get(name) else { return false };
            made.insert(name.to_owned(), value.clone());
            return true;
        }
        [first, rest @ ..] => (*first, rest),
    };
    match (made.get_mut(first).and_then(Value::as_object_mut), standing.get(first).and_then(Value::as_object)) {
        (Some(made), Some(standing)) => put(made, standing, rest, name),
        _ => false,
    }
}
