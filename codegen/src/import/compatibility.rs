//! Reverts the breaking changes that remain in a merged spec.
//!
//! [`merge`](super::merge) omits facts that always break callers. Other changes are breaking only in combination: a
//! second list in a response makes the pagination ambiguous, and a new type can claim a name. The crates of the merged
//! spec and of the previous one are therefore compared.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::diff::{self, Change, Diff, Effect, Kind, Side, Subject};
use crate::model::{Pages, PaginationStyle};

/// The maximum number of comparisons before the whole import is reverted.
const MAX_COMPARISONS: usize = 8;

/// A merged spec without breaking changes.
#[derive(Debug, Default)]
pub(super) struct Compatible {
    /// The difference from the previous spec.
    pub changes: Diff,
    /// The operations that were restored or omitted as a whole.
    pub operations: BTreeSet<String>,
    /// Additions to the spec that preserve pagination, one line each.
    pub notes: Vec<String>,
}

/// Reverts breaking changes: records pagination, and restores operations and shared schemas.
///
/// # Errors
/// Returns the problems of the spec if it cannot be read.
pub(super) fn revert_breaking(
    merged: &mut Map<String, Value>,
    previous: &Map<String, Value>,
    old: &Side,
    read: impl Fn(&Map<String, Value>) -> Result<Side, Vec<Diagnostic>>,
) -> Result<Compatible, Vec<Diagnostic>> {
    let mut result = Compatible::default();
    let mut recorded = BTreeSet::new();
    let mut restored = BTreeSet::new();
    for _ in 0..MAX_COMPARISONS {
        // A spec that can no longer be read is reverted as a whole.
        let Ok(new) = read(merged) else { break };
        result.changes = diff::compare(old, &new);
        let breaking: Vec<Change> = result.changes.with(Effect::Breaking).cloned().collect();
        if breaking.is_empty() {
            return Ok(result);
        }
        let mut progress = false;
        for change in &breaking {
            match (&change.subject, change.kind) {
                (Subject::Operation(name), Kind::PagesRemoved | Kind::PagesChanged)
                    if recorded.insert(name.clone()) =>
                {
                    progress |= record_pages(merged, old, name, &mut result.notes);
                }
                (Subject::Operation(name), _) => {
                    progress |= restore(merged, previous, name, &mut result, &mut restored)
                }
                (Subject::Type(path), _) => {
                    if let Some(schema) = old.schema_of(path) {
                        progress |= restored.insert(format!("schema {schema}"))
                            && restore_member(merged, previous, &["components", "schemas"], schema);
                    }
                    for name in &change.operations {
                        progress |= restore(merged, previous, name, &mut result, &mut restored);
                    }
                }
                (Subject::Crate, _) => {}
            }
        }
        if !progress {
            // A new operation has claimed a name, or uses a type of responses in its request.
            let known = |name: &String| previous.get("apis").and_then(|apis| apis.get(name)).is_some();
            let Some(apis) = merged.get_mut("apis").and_then(Value::as_object_mut) else { break };
            let new: Vec<String> = apis.keys().filter(|name| !known(name)).cloned().collect();
            if new.is_empty() {
                break;
            }
            for name in new {
                apis.shift_remove(&name);
                result.operations.insert(name);
            }
        }
    }
    merged.clone_from(previous);
    result.changes = diff::compare(old, &read(merged)?);
    result.notes =
        vec!["nothing is imported: the document breaks callers, and it cannot be imported in part".to_owned()];
    Ok(result)
}

/// Records the pagination of an operation.
fn record_pages(merged: &mut Map<String, Value>, old: &Side, name: &str, notes: &mut Vec<String>) -> bool {
    let operation = old.operation(name);
    let Some(pages) = operation.and_then(|operation| operation.pages.as_ref()) else { return false };
    let target = merged.get_mut("apis").and_then(|apis| apis.get_mut(name)).and_then(Value::as_object_mut);
    let Some(target) = target else { return false };
    target.insert("x-pages".to_owned(), pages_value(pages));
    let items = pages.items.join(".");
    notes
        .push(format!("{name}: `x-pages` records the pagination of `{items}`, which the new document makes ambiguous"));
    true
}

/// Returns a pagination in the document's format.
fn pages_value(pages: &Pages) -> Value {
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
    merged: &mut Map<String, Value>,
    previous: &Map<String, Value>,
    name: &str,
    result: &mut Compatible,
    restored: &mut BTreeSet<String>,
) -> bool {
    if !restored.insert(format!("operation {name}")) || !restore_member(merged, previous, &["apis"], name) {
        return false;
    }
    result.operations.insert(name.to_owned());
    true
}

/// Restores a member below the keys; returns whether it existed.
fn restore_member(merged: &mut Map<String, Value>, previous: &Map<String, Value>, keys: &[&str], name: &str) -> bool {
    let (first, rest) = match keys {
        [] => {
            let Some(value) = previous.get(name) else { return false };
            merged.insert(name.to_owned(), value.clone());
            return true;
        }
        [first, rest @ ..] => (*first, rest),
    };
    match (merged.get_mut(first).and_then(Value::as_object_mut), previous.get(first).and_then(Value::as_object)) {
        (Some(merged), Some(previous)) => restore_member(merged, previous, rest, name),
        _ => false,
    }
}
