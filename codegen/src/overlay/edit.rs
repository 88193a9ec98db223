//! One correction to a tree.

use super::{Action, Entry, moved, problem, same};
use crate::diagnostic::Diagnostic;
use crate::json::{Kind, Member, Value};

/// Applies the entry; values from it are moved by `start`.
pub(super) fn apply(root: &mut Value, entry: &Entry<'_>, start: usize) -> Result<(), Diagnostic> {
    let Some((last, parents)) = entry.steps.split_last() else {
        return match entry.action {
            Action::Set(value) => replace(root, value, entry, start),
            Action::Merge(patch) => patched(root, patch, entry, start),
            Action::Remove => Err(problem(entry.span, "the whole document cannot be removed")),
        };
    };
    let mut parent = root;
    for step in parents {
        parent = child(parent, step, entry)?;
    }
    match (&entry.action, &mut parent.kind) {
        (Action::Set(value), Kind::List(items)) if last == "-" => {
            items.push(moved(value, start));
            Ok(())
        }
        (Action::Set(value), _) => replace(child(parent, last, entry)?, value, entry, start),
        (Action::Merge(patch), _) => patched(child(parent, last, entry)?, patch, entry, start),
        (Action::Remove, _) => {
            child(parent, last, entry)?;
            match &mut parent.kind {
                Kind::Object(members) => {
                    // Of a key that stands twice, the last counts, so that one is removed.
                    if let Some(at) = members.iter().rposition(|member| member.key == *last) {
                        members.remove(at);
                    }
                }
                Kind::List(items) => {
                    items.remove(index(items, last, entry)?);
                }
                _ => {}
            }
            Ok(())
        }
    }
}

fn replace(target: &mut Value, value: &Value, entry: &Entry<'_>, start: usize) -> Result<(), Diagnostic> {
    if same(target, value) {
        return Err(unchanged(entry, value));
    }
    *target = moved(value, start);
    Ok(())
}

fn patched(target: &mut Value, patch: &Value, entry: &Entry<'_>, start: usize) -> Result<(), Diagnostic> {
    if target.members().is_none() {
        let message = format!("`{}` is {}, and only an object can be merged into", entry.at, target.describe());
        return Err(problem(entry.span, message).help("use `set` to replace the value"));
    }
    if merge(target, patch, start) { Ok(()) } else { Err(unchanged(entry, patch)) }
}

/// A JSON merge patch; whether it changed anything.
fn merge(target: &mut Value, patch: &Value, start: usize) -> bool {
    let Kind::Object(changes) = &patch.kind else {
        let differs = !same(target, patch);
        *target = moved(patch, start);
        return differs;
    };
    let mut changed = false;
    if !matches!(target.kind, Kind::Object(_)) {
        // `[]` where an empty object is meant.
        changed = target.members().is_none();
        target.kind = Kind::Object(Vec::new());
    }
    let Kind::Object(members) = &mut target.kind else { return changed };
    for change in changes {
        let known = members.iter().rposition(|member| member.key == change.key);
        match (known, &change.value.kind) {
            (Some(at), Kind::Null) => {
                members.remove(at);
                changed = true;
            }
            (None, Kind::Null) => {}
            (Some(at), _) => changed |= merge(&mut members[at].value, &change.value, start),
            (None, _) => {
                let moved = moved(&Value { span: change.key_span, kind: Kind::Null }, start);
                let mut value = Value { span: self::moved(&change.value, start).span, kind: Kind::Null };
                if matches!(change.value.kind, Kind::Object(_)) {
                    value.kind = Kind::Object(Vec::new());
                }
                merge(&mut value, &change.value, start);
                members.push(Member { key: change.key.clone(), key_span: moved.span, value });
                changed = true;
            }
        }
    }
    changed
}

fn unchanged(entry: &Entry<'_>, value: &Value) -> Diagnostic {
    let message = format!("the entry changes nothing: the document has this at `{}` already", entry.at);
    problem(value.span, message).help("the vendor may have corrected the document; remove the entry")
}

/// The value that a step leads to.
fn child<'v>(value: &'v mut Value, step: &str, entry: &Entry<'_>) -> Result<&'v mut Value, Diagnostic> {
    let described = value.describe();
    match &mut value.kind {
        Kind::Object(members) => {
            let near = members.iter().find(|member| member.key.eq_ignore_ascii_case(step));
            let near = near.map(|member| format!("did you mean `{}`?", member.key));
            match members.iter_mut().rev().find(|member| member.key == step) {
                Some(member) => Ok(&mut member.value),
                None => {
                    let mut found =
                        problem(entry.span, format!("`{}` matches nothing: there is no `{step}`", entry.at));
                    found.help = near.or_else(|| Some("to add a key, `merge` into the object that gets it".to_owned()));
                    Err(found)
                }
            }
        }
        Kind::List(items) => {
            let at = index(items, step, entry)?;
            Ok(&mut items[at])
        }
        _ => {
            let message = format!("`{}` matches nothing: `{step}` is looked for in {described}", entry.at);
            Err(problem(entry.span, message))
        }
    }
}

/// The index of the element that a step means: by number, or by the name of a parameter or the region of an endpoint.
fn index(items: &[Value], step: &str, entry: &Entry<'_>) -> Result<usize, Diagnostic> {
    let number =
        step == "0" || !step.starts_with('0') && !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    if number {
        let at = step.parse::<usize>().ok().filter(|at| *at < items.len());
        return at.ok_or_else(|| {
            let message = format!("`{}` matches nothing: the list has {} elements", entry.at, items.len());
            problem(entry.span, message)
        });
    }
    let named = |item: &Value| ["name", "regionId"].iter().any(|key| item.get(key).and_then(Value::text) == Some(step));
    let found: Vec<usize> = (0..items.len()).filter(|at| named(&items[*at])).collect();
    match found[..] {
        [at] => Ok(at),
        [] => Err(problem(entry.span, format!("`{}` matches nothing: no element is named `{step}`", entry.at))),
        _ => {
            let places: Vec<String> = found.iter().map(usize::to_string).collect();
            let message = format!("`{}` matches {} elements named `{step}`", entry.at, found.len());
            Err(problem(entry.span, message).help(format!("take one by its index: {}", places.join(", "))))
        }
    }
}
