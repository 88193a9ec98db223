//! Applies a correction to a tree.

use super::{Action, Entry, equal, problem, shifted};
use crate::diagnostic::Diagnostic;
use crate::json::{Kind, Member, Value};

/// Applies the entry. The spans of its values are shifted by `start`.
pub(super) fn apply(root: &mut Value, entry: &Entry<'_>, start: usize) -> Result<(), Diagnostic> {
    let Some((last, parents)) = entry.tokens.split_last() else {
        return match entry.action {
            Action::Set(value) => replace(root, value, entry, start),
            Action::Merge(patch) => merge_into(root, patch, entry, start),
            Action::Remove => Err(problem(entry.span, "the whole document cannot be removed")),
        };
    };
    let mut parent = root;
    for token in parents {
        parent = child(parent, token, entry)?;
    }
    match (&entry.action, &mut parent.kind) {
        (Action::Set(value), Kind::List(items)) if last == "-" => {
            items.push(shifted(value, start));
            Ok(())
        }
        (Action::Set(value), _) => replace(child(parent, last, entry)?, value, entry, start),
        (Action::Merge(patch), _) => merge_into(child(parent, last, entry)?, patch, entry, start),
        (Action::Remove, _) => {
            child(parent, last, entry)?;
            match &mut parent.kind {
                Kind::Object(members) => {
                    // The last one of duplicate keys is the effective one.
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
    if equal(target, value) {
        return Err(unchanged(entry, value));
    }
    *target = shifted(value, start);
    Ok(())
}

fn merge_into(target: &mut Value, patch: &Value, entry: &Entry<'_>, start: usize) -> Result<(), Diagnostic> {
    if target.members().is_none() {
        let message = format!("`{}` is {}, and only an object can be merged into", entry.at, target.describe());
        return Err(problem(entry.span, message).help("use `set` to replace the value"));
    }
    if merge(target, patch, start) { Ok(()) } else { Err(unchanged(entry, patch)) }
}

/// Applies a JSON merge patch. Returns whether it changed anything.
fn merge(target: &mut Value, patch: &Value, start: usize) -> bool {
    let Kind::Object(changes) = &patch.kind else {
        let differs = !equal(target, patch);
        *target = shifted(patch, start);
        return differs;
    };
    let mut changed = false;
    if !matches!(target.kind, Kind::Object(_)) {
        // The vendor's documents contain `[]` in place of empty objects.
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
                let key = shifted(&Value { span: change.key_span, kind: Kind::Null }, start);
                let mut value = Value { span: shifted(&change.value, start).span, kind: Kind::Null };
                if matches!(change.value.kind, Kind::Object(_)) {
                    value.kind = Kind::Object(Vec::new());
                }
                merge(&mut value, &change.value, start);
                members.push(Member { key: change.key.clone(), key_span: key.span, value });
                changed = true;
            }
        }
    }
    changed
}

fn unchanged(entry: &Entry<'_>, value: &Value) -> Diagnostic {
    let message = format!("the entry has no effect: the document already has this value at `{}`", entry.at);
    problem(value.span, message).help("the vendor may have corrected the document; remove the entry")
}

/// Returns the value that a token of a pointer refers to.
fn child<'v>(value: &'v mut Value, token: &str, entry: &Entry<'_>) -> Result<&'v mut Value, Diagnostic> {
    let described = value.describe();
    match &mut value.kind {
        Kind::Object(members) => {
            let near = members.iter().find(|member| member.key.eq_ignore_ascii_case(token));
            let near = near.map(|member| format!("did you mean `{}`?", member.key));
            match members.iter_mut().rev().find(|member| member.key == token) {
                Some(member) => Ok(&mut member.value),
                None => {
                    let mut found =
                        problem(entry.span, format!("`{}` matches nothing: there is no `{token}`", entry.at));
                    found.help =
                        near.or_else(|| Some("to add a key, use `merge` with the pointer of its object".to_owned()));
                    Err(found)
                }
            }
        }
        Kind::List(items) => {
            let at = index(items, token, entry)?;
            Ok(&mut items[at])
        }
        _ => {
            let message = format!("`{}` matches nothing: `{token}` is applied to {described}", entry.at);
            Err(problem(entry.span, message))
        }
    }
}

/// Returns the index of an element by number, by the name of a parameter, or by the region of an endpoint.
fn index(items: &[Value], token: &str, entry: &Entry<'_>) -> Result<usize, Diagnostic> {
    let number =
        token == "0" || !token.starts_with('0') && !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    if number {
        let at = token.parse::<usize>().ok().filter(|at| *at < items.len());
        return at.ok_or_else(|| {
            let message = format!("`{}` matches nothing: the list has {} elements", entry.at, items.len());
            problem(entry.span, message)
        });
    }
    let named =
        |item: &Value| ["name", "regionId"].iter().any(|key| item.get(key).and_then(Value::text) == Some(token));
    let found: Vec<usize> = (0..items.len()).filter(|at| named(&items[*at])).collect();
    match found[..] {
        [at] => Ok(at),
        [] => Err(problem(entry.span, format!("`{}` matches nothing: no element is named `{token}`", entry.at))),
        _ => {
            let indices: Vec<String> = found.iter().map(usize::to_string).collect();
            let message = format!("`{}` matches {} elements named `{token}`", entry.at, found.len());
            Err(problem(entry.span, message).help(format!("select one by its index: {}", indices.join(", "))))
        }
    }
}
