//! The final check of a merged spec: without the option, nothing in it may break callers.
//!
//! Merging keeps facts that are known to break callers. The meaning of a change may depend on the whole document,
//! however: a second list in a response ends the pagination, and a new type can take a name. The merged spec is
//! therefore compared with the previous one as crates, and remaining breaking changes are reverted.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::diff::{self, Change, Diff, Effect, Kind, Side, Subject};
use crate::model::{Pages, PaginationStyle};

/// The maximum number of comparisons before the whole import is reverted.
const ROUNDS: usize = 8;

/// The reverted changes.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The remaining difference.
    pub changes: Diff,
    /// The operations that are unchanged, with all their facts.
    pub operations: BTreeSet<String>,
    /// Additions to the spec that keep something, one line each.
    pub notes: Vec<String>,
}

/// Reverts breaking changes: records pagination, and restores operations and shared schemas.
///
/// # Errors
/// Returns the problems of the spec if it cannot be read.
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
        // A spec that cannot be read any more is reverted as a whole.
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
            // A new part has taken a name, or made a type part of requests.
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

/// Records the pagination of an operation.
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

/// Returns a pagination in the document's format.
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

/// Restores an operation.
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

/// Restores a member below the keys; returns whether it existed.
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
