//! Corrections to a vendor's document, in a separate file.
//!
//! An overlay is a JSON list of entries that are applied to the document in order:
//!
//! ```json
//! [
//!   {"at": "/apis/GetThing/parameters/Size/schema/type", "set": "integer", "why": "the service rejects a string"},
//!   {"at": "/apis/GetThing/parameters/Legacy", "remove": true, "why": "the service does not know it"},
//!   {"at": "/apis/GetThing/parameters/Size/schema", "merge": {"minimum": "1"}, "why": "observed"}
//! ]
//! ```
//!
//! `at` is a JSON pointer (RFC 6901). In a list, a token may also be the `name` or `regionId` of an element, so that an
//! entry still matches when the order changes. `set` replaces an existing value, or with `-` at the end of the pointer
//! appends one to a list; `merge` is a JSON merge patch (RFC 7396); `remove` removes the value. Every entry must match
//! something, change something, and state a reason; otherwise nothing is applied.

mod edit;
#[cfg(test)]
mod tests;

use crate::diagnostic::{self, Diagnostic};
use crate::json::{self, Kind, Member, Value};
use crate::source::{Source, Span};

/// Returns the source with the corrections of an overlay. Later stages report a value at its position in the document
/// or the overlay, see [`Source::locate`].
///
/// A document that is not JSON is returned unchanged; reading it reports the error.
///
/// # Errors
/// Returns all problems of the overlay, to be rendered with the overlay as their source.
pub fn apply(source: &Source, overlay: &Source) -> Result<Source, Vec<Diagnostic>> {
    let root = overlay.tree().map_err(|error| {
        vec![Diagnostic::error(diagnostic::SYNTAX, error.span, error.message.clone()).help(error.help)]
    })?;
    let Kind::List(entries) = &root.kind else {
        let message = format!("an overlay is a list of entries, not {}", root.describe());
        let help = r#"write `[{"at": "/…", "set": …, "why": "…"}]`"#;
        return Err(vec![problem(root.span, message).help(help)]);
    };
    let Ok(tree) = source.tree() else { return Ok(source.clone()) };
    let mut tree = tree.clone();
    let mut problems = Vec::new();
    for entry in entries {
        match Entry::read(entry) {
            Ok(entry) => problems.extend(edit::apply(&mut tree, &entry, source.overlay_start()).err()),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(source.overlaid(tree, overlay)) } else { Err(problems) }
}

fn problem(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(diagnostic::OVERLAY, span, message)
}

/// A correction.
struct Entry<'a> {
    /// The unescaped tokens of the pointer.
    tokens: Vec<String>,
    /// The pointer in the file.
    at: &'a str,
    /// Its position.
    span: Span,
    /// The action.
    action: Action<'a>,
}

/// The action of an entry.
enum Action<'a> {
    Set(&'a Value),
    Merge(&'a Value),
    Remove,
}

impl<'a> Entry<'a> {
    fn read(value: &'a Value) -> Result<Self, Vec<Diagnostic>> {
        let Kind::Object(members) = &value.kind else {
            return Err(vec![problem(value.span, format!("an entry is an object, not {}", value.describe()))]);
        };
        let mut problems: Vec<Diagnostic> =
            members.iter().filter_map(|member| member_problem(member, members)).collect();
        let start = Span::new(value.span.start as usize, value.span.start as usize + 1);
        let why = value.get("why").map(|why| why.text().is_some_and(|why| !why.trim().is_empty()));
        if why != Some(true) {
            let span = value.get("why").map_or(start, |why| why.span);
            problems
                .push(problem(span, "the entry has no `why`").help("state how you know that the document is wrong"));
        }
        let actions: Vec<Action<'a>> = members.iter().filter_map(action).collect();
        if actions.len() != 1 {
            let help = "use one of `set`, `merge` and `remove`, and a separate entry for each correction";
            problems.push(problem(start, format!("the entry has {} corrections", actions.len())).help(help));
        }
        let pointer = value.get("at");
        let tokens = pointer.and_then(Value::text).and_then(tokens);
        if tokens.is_none() {
            let span = pointer.map_or(start, |pointer| pointer.span);
            let help = "a pointer is empty or begins with `/`, with `~1` for a slash in a key and `~0` for a tilde";
            problems.push(problem(span, "`at` must be a JSON pointer").help(help));
        }
        match (problems.is_empty(), pointer, tokens, actions.into_iter().next()) {
            (true, Some(pointer), Some(tokens), Some(action)) => {
                Ok(Self { tokens, at: pointer.text().unwrap_or_default(), span: pointer.span, action })
            }
            _ => Err(problems),
        }
    }
}

/// Returns what is wrong with a member of an entry.
fn member_problem(member: &Member, members: &[Member]) -> Option<Diagnostic> {
    let twice = members.iter().filter(|other| other.key == member.key).count() > 1;
    let message = match (member.key.as_str(), &member.value.kind) {
        _ if twice => format!("`{}` occurs twice in the entry", member.key),
        ("at" | "set" | "why", _) | ("remove", Kind::Boolean(true)) | ("merge", Kind::Object(_)) => return None,
        ("remove", _) => "`remove` can only be true".to_owned(),
        ("merge", _) => format!("`merge` must be an object, not {}", member.value.describe()),
        (other, _) => format!("an entry has no `{other}`"),
    };
    let help = "the keys of an entry are `at`, `why`, and one of `set`, `merge` and `remove`";
    Some(problem(member.key_span, message).help(help))
}

fn action(member: &Member) -> Option<Action<'_>> {
    match member.key.as_str() {
        "set" => Some(Action::Set(&member.value)),
        "merge" => Some(Action::Merge(&member.value)),
        "remove" => Some(Action::Remove),
        _ => None,
    }
}

/// Returns the unescaped tokens of a JSON pointer; `None` if the text is not a JSON pointer.
fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    pointer.strip_prefix('/')?.split('/').map(unescape).collect()
}

fn unescape(unescape: &str) -> Option<String> {
    let mut out = String::with_capacity(unescape.len());
    let mut chars = unescape.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '~' => match chars.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

/// Whether two values are equal, regardless of positions and of the order of keys.
fn equal(first: &Value, second: &Value) -> bool {
    match (&first.kind, &second.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Boolean(first), Kind::Boolean(second)) => first == second,
        (Kind::Number(first), Kind::Number(second)) | (Kind::Text(first), Kind::Text(second)) => first == second,
        (Kind::List(first), Kind::List(second)) => {
            first.len() == second.len() && first.iter().zip(second).all(|(first, second)| equal(first, second))
        }
        (Kind::Object(members), Kind::Object(others)) => {
            members.len() == others.len()
                && members.iter().all(|member| second.get(&member.key).is_some_and(|other| equal(&member.value, other)))
        }
        _ => false,
    }
}

/// Returns a value of the overlay with its spans moved behind the document's text.
fn shifted(value: &Value, by: usize) -> Value {
    let shift = |span: Span| Span::new(span.start as usize + by, span.end as usize + by);
    let kind = match &value.kind {
        Kind::List(items) => Kind::List(items.iter().map(|item| shifted(item, by)).collect()),
        Kind::Object(members) => Kind::Object(
            members
                .iter()
                .map(|member| Member {
                    key: member.key.clone(),
                    key_span: shift(member.key_span),
                    value: shifted(&member.value, by),
                })
                .collect(),
        ),
        other => other.clone(),
    };
    json::Value { span: shift(value.span), kind }
}
