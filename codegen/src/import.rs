//! Imports a vendor's document into a spec of this workspace.
//!
//! A spec contains facts and hand-written texts. An import copies the facts of the document, not its prose, and keeps
//! the hand-written parts of the spec: texts, examples, keys that begin with `x-`, shared schemas. A document that
//! omits something does not contradict the spec: it removes no enumeration, bounds or error codes. An import reports
//! changes that would break callers, and applies them only with [`Options::accept_breaking`].

mod compatibility;
mod facts;
mod freeze;
mod merge;
mod open_set;
mod permissions;
mod release;
mod schema;
mod share;
#[cfg(test)]
mod tests;

pub use freeze::{Frozen, freeze};
use merge::BreakingChanges;
use serde_json::{Map, Value};

use crate::diagnostic::{self, Diagnostic};
use crate::diff::{self, Change, Diff, Effect, Side, Subject};
use crate::source::Source;

/// Options of an import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the vendor's texts are copied where the spec has none.
    pub with_descriptions: bool,
    /// Whether changes that break callers are applied, including the removal of parts that the document no longer has.
    pub accept_breaking: bool,
    /// Whether the common parts of new operations are moved to `components.schemas` instead of being proposed.
    pub share: bool,
    /// The date of a release: the version of the crate is raised, and the changes are recorded in `info.x-changelog`.
    pub release: Option<String>,
}

/// The result of an import.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The text of the spec.
    pub text: String,
    /// The difference between the new spec and the previous one, if there was one.
    pub changes: Option<Diff>,
    /// Facts of the document that the spec contradicts and keeps; empty if breaking changes are accepted. Enumerations
    /// with hand-written texts are deliberate, and are reported as notes.
    pub withheld: Vec<Change>,
    /// Parts that were omitted, shared, or could be shared, one line each.
    pub notes: Vec<String>,
}

impl Outcome {
    /// Returns the operations that the document no longer has and the spec keeps.
    pub fn withdrawn(&self) -> impl Iterator<Item = &str> {
        self.withheld.iter().filter_map(|change| match (&change.subject, change.kind) {
            (Subject::Operation(name), diff::Kind::OperationRemoved) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Returns whether a change that would break callers was not applied.
    #[must_use]
    pub fn keeps_breaking(&self) -> bool {
        self.withheld.iter().any(|change| change.effect == Effect::Breaking)
    }
}

/// Why nothing was imported.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Whether the spec is invalid, and not the document.
    pub in_spec: bool,
    /// The problems.
    pub diagnostics: Vec<Diagnostic>,
}

/// Returns the path of a document's spec in the folder of specs: `<product>/<version>.json`, with the product in lower
/// case.
///
/// # Errors
/// Returns an error if the document is not JSON, or if its product or version cannot be a file name.
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
                format!("`info.{key}` must consist of letters, digits, dashes and dots: it is part of the spec's path");
            let span = value.map_or(root.span, |value| value.span);
            fail(Diagnostic::error(diagnostic::MISSING_KEY, span, message))
        })
    };
    Ok(format!("{}/{}.json", part("product")?.to_ascii_lowercase(), part("version")?))
}

/// Imports a document into an existing spec, or creates one.
///
/// # Errors
/// Returns an error if the document or the spec cannot be read as a whole; problems in single operations are accepted.
pub fn import(document: &Source, spec: Option<&Source>, options: &Options) -> Result<Outcome, Problem> {
    let fail = |in_spec: bool| move |diagnostics| Problem { in_spec, diagnostics };
    path(document)?;
    Side::read(document).map_err(fail(false))?;
    let Ok(root) = document.tree() else { return Ok(Outcome::default()) };
    let mut outcome = Outcome::default();
    let (read, _) = crate::document::read(document);
    let document_facts = facts::document(root, &read, options.with_descriptions, &mut outcome.notes);
    let Some(spec) = spec else {
        let mut merged = document_facts;
        let all: Vec<String> = operations(&merged);
        share::share(&mut merged, &all, options.share, &mut outcome.notes);
        outcome.text = write(&merged);
        return Ok(outcome);
    };
    let old = Side::read(spec).map_err(fail(true))?;
    let Ok(previous) = spec.tree() else { return Ok(Outcome::default()) };
    let Value::Object(previous) = facts::plain(previous) else { return Ok(Outcome::default()) };
    let known = operations(&previous);
    let share = |merged: &mut Map<String, Value>, notes: &mut Vec<String>| {
        let new: Vec<String> = operations(merged).into_iter().filter(|name| !known.contains(name)).collect();
        share::share(merged, &new, options.share, notes);
    };
    let side = |merged: &Map<String, Value>| Side::read(&Source::new(spec.name(), write(merged)));
    let mut merged = previous.clone();
    let permitted = if options.accept_breaking { BreakingChanges::All } else { BreakingChanges::None };
    merge::merge(&mut merged, &document_facts, permitted, &mut outcome.notes);
    share(&mut merged, &mut outcome.notes);
    if options.accept_breaking {
        outcome.changes = Some(diff::compare(&old, &side(&merged).map_err(fail(true))?));
    } else {
        let compatible = compatibility::revert_breaking(&mut merged, &previous, &old, side).map_err(fail(true))?;
        outcome.notes.extend(compatible.notes);
        // Merges again with all changes accepted, to find the facts that the spec contradicts.
        let mut accepted = previous.clone();
        merge::merge(&mut accepted, &document_facts, BreakingChanges::ExceptHandWritten, &mut Vec::new());
        share(&mut accepted, &mut Vec::new());
        let all = diff::compare(&old, &side(&accepted).map_err(fail(true))?);
        let is_reported = |change: &Change| compatible.changes.changes.iter().any(|other| other.is_same(change));
        let is_unchanged = |change: &Change| match &change.subject {
            Subject::Operation(name) => compatible.operations.contains(name),
            Subject::Crate | Subject::Type(_) => false,
        };
        let kept = |change: &Change| (change.effect > Effect::Additive || is_unchanged(change)) && !is_reported(change);
        outcome.withheld = all.changes.into_iter().filter(kept).collect();
        outcome.changes = Some(compatible.changes);
    }
    if let (Some(date), Some(changes)) = (&options.release, &outcome.changes) {
        release::record(&mut merged, changes, date);
    }
    outcome.text = write(&merged);
    outcome.notes.dedup();
    Ok(outcome)
}

/// Returns the text of a spec: two spaces for each level, one line feed at the end.
fn write(spec: &Map<String, Value>) -> String {
    serde_json::to_string_pretty(spec).map(|text| text + "\n").unwrap_or_default()
}

fn operations(spec: &Map<String, Value>) -> Vec<String> {
    spec.get("apis").and_then(Value::as_object).map(|apis| apis.keys().cloned().collect()).unwrap_or_default()
}
