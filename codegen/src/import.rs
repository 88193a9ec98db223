//! From a vendor's document to a spec of this workspace.
//!
//! A spec holds facts and hand-written texts. The facts of the document are taken in, its prose is not; what stands in
//! the spec by hand stays: texts, examples, keys that begin with `x-`, shared schemas. A document that says less than the
//! spec contradicts nothing: it does not take an enumeration, a field's bounds or an error code away. One that says
//! something else where callers would notice is reported, and the old fact is kept unless that is accepted: whatever the
//! document says, a spec that was imported without leave to break differs from the old one in nothing that breaks callers.

mod freeze;
mod gate;
mod merge;
mod normal;
mod open;
mod schema;
mod share;
#[cfg(test)]
mod tests;

pub use freeze::{Frozen, freeze};
use merge::Leave;
use serde_json::{Map, Value};

use crate::diagnostic::{self, Diagnostic};
use crate::diff::{self, Change, Diff, Effect, Side, Subject};
use crate::source::Source;

/// How a document is taken in.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Take the vendor's texts where the spec has none.
    pub with_descriptions: bool,
    /// Take facts that break callers, and drop what the document no longer has.
    pub accept_breaking: bool,
    /// Move what new operations have in common to `components.schemas`, instead of proposing it.
    pub share: bool,
}

/// What came of a document.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The text of the spec.
    pub text: String,
    /// How the new spec differs from the one that stood there, if one did.
    pub changes: Option<Diff>,
    /// What the document says otherwise and the spec keeps; empty if breaking changes are accepted. Enumerations that have
    /// texts written by hand are deliberate, and stand in the notes.
    pub withheld: Vec<Change>,
    /// What was left out, shared, or could be shared, one line each.
    pub notes: Vec<String>,
}

impl Outcome {
    /// The operations that the document no longer has and the spec keeps.
    pub fn withdrawn(&self) -> impl Iterator<Item = &str> {
        self.withheld.iter().filter_map(|change| match (&change.subject, change.kind) {
            (Subject::Operation(name), diff::Kind::OperationRemoved) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether something was kept that would break callers.
    #[must_use]
    pub fn keeps_breaking(&self) -> bool {
        self.withheld.iter().any(|change| change.effect == Effect::Breaking)
    }
}

/// Why nothing was taken in.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Whether it is the spec that is at fault, not the document.
    pub in_spec: bool,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where the spec of a document belongs, below the folder of specs: `<product>/<version>.json`,
/// the product in lower case.
///
/// # Errors
/// If the document is no JSON, or names its product or its version in a style that is no file name.
pub fn path(document: &Source) -> Result<String, Problem> {
    let fail = |found: Diagnostic| Problem { in_spec: false, diagnostics: vec![found] };
    let root = document
        .tree()
        .map_err(|error| fail(Diagnostic::error(diagnostic::SYNTAX, error.span, error.message.clone())))?;
    let part = |key: &str| {
        let value = root.get("info").and_then(|info| info.get(key));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let fits = |text: &&str| text.chars().all(plain) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
        value.and_then(|value| value.text()).filter(fits).ok_or_else(|| {
            let message =
                format!("`info.{key}` must be a text of letters, digits, dashes and dots: it names the spec's file");
            let span = value.map_or(root.span, |value| value.span);
            fail(Diagnostic::error(diagnostic::MISSING_KEY, span, message))
        })
    };
    Ok(format!("{}/{}.json", part("product")?.to_ascii_lowercase(), part("version")?))
}

/// Takes a document into the spec that stands, or makes a new one.
///
/// # Errors
/// If the document or the spec cannot be read at all; problems of single operations are no obstacle.
pub fn import(document: &Source, spec: Option<&Source>, options: &Options) -> Result<Outcome, Problem> {
    let fail = |in_spec: bool| move |diagnostics| Problem { in_spec, diagnostics };
    path(document)?;
    Side::read(document).map_err(fail(false))?;
    let Ok(root) = document.tree() else { return Ok(Outcome::default()) };
    let mut outcome = Outcome::default();
    let facts = normal::document(root, options.with_descriptions, &mut outcome.notes);
    let Some(spec) = spec else {
        let mut made = facts;
        let all: Vec<String> = operations(&made);
        share::share(&mut made, &all, options.share, &mut outcome.notes);
        outcome.text = write(&made);
        return Ok(outcome);
    };
    let old = Side::read(spec).map_err(fail(true))?;
    let Ok(standing) = spec.tree() else { return Ok(Outcome::default()) };
    let Value::Object(standing) = normal::plain(standing) else { return Ok(Outcome::default()) };
    let known = operations(&standing);
    let share = |made: &mut Map<String, Value>, notes: &mut Vec<String>| {
        let new: Vec<String> = operations(made).into_iter().filter(|name| !known.contains(name)).collect();
        share::share(made, &new, options.share, notes);
    };
    let side = |made: &Map<String, Value>| Side::read(&Source::new(spec.name(), write(made)));
    let mut made = standing.clone();
    let leave = if options.accept_breaking { Leave::Everything } else { Leave::Nothing };
    merge::merge(&mut made, &facts, leave, &mut outcome.notes);
    share(&mut made, &mut outcome.notes);
    if options.accept_breaking {
        outcome.changes = Some(diff::compare(&old, &side(&made).map_err(fail(true))?));
    } else {
        let held = gate::hold(&mut made, &standing, &old, side).map_err(fail(true))?;
        outcome.notes.extend(held.notes);
        // Accepted, only to know what the document says otherwise.
        let mut accepted = standing.clone();
        merge::merge(&mut accepted, &facts, Leave::NotByHand, &mut Vec::new());
        share(&mut accepted, &mut Vec::new());
        let all = diff::compare(&old, &side(&accepted).map_err(fail(true))?);
        let told = |change: &Change| held.changes.changes.iter().any(|other| other.says_same(change));
        let whole =
            |change: &Change| matches!(&change.subject, Subject::Operation(name) if held.operations.contains(name));
        let kept = |change: &Change| (change.effect > Effect::Additive || whole(change)) && !told(change);
        outcome.withheld = all.changes.into_iter().filter(kept).collect();
        outcome.changes = Some(held.changes);
    }
    outcome.text = write(&made);
    outcome.notes.dedup();
    Ok(outcome)
}

/// The spec's text: two blanks a level, one line feed at the end.
fn write(spec: &Map<String, Value>) -> String {
    serde_json::to_string_pretty(spec).map(|text| text + "\n").unwrap_or_default()
}

fn operations(spec: &Map<String, Value>) -> Vec<String> {
    spec.get("apis").and_then(Value::as_object).map(|apis| apis.keys().cloned().collect()).unwrap_or_default()
}
