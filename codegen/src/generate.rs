//! Generates every file of a crate, in order.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::check;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{self, Document};
use crate::emit;
pub use crate::emit::{InternalError, Runtime};
use crate::marker::mark;
use crate::model::Model;
use crate::module::module;
use crate::name::name;
use crate::resolve::{resolve, resolve_leniently};
use crate::source::Source;
use crate::spelling::did_you_mean;

/// Options of the generator.
#[derive(Clone, Debug)]
pub struct Options {
    /// How the crate depends on the runtime.
    pub runtime: Runtime,
    /// The operations to generate; empty for all.
    pub only: BTreeSet<String>,
    /// Whether operations that cannot be generated are omitted instead of failing the run.
    pub skip_unsupported: bool,
}

impl Default for Options {
    /// Returns options for all operations, and the runtime with the version of this generator.
    fn default() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { runtime: Runtime::Version(version), only: BTreeSet::new(), skip_unsupported: false }
    }
}

/// The result of a document.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The name of the package.
    pub package: String,
    /// The files by relative path, with `/` between the parts; empty if the run failed.
    pub files: BTreeMap<String, String>,
    /// The problems, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
    /// The number of operations in the document, or of those requested.
    pub operations: usize,
    /// The number of generated operations.
    pub generated: usize,
    /// The number of paginated operations.
    pub paged: usize,
    /// The omitted operations.
    pub refused: Vec<String>,
    /// The fields that are sensitive because of their names, as `operation: path`.
    pub marked: Vec<String>,
}

impl Outcome {
    /// Returns whether there are files.
    #[must_use]
    pub fn is_success(&self) -> bool {
        !self.files.is_empty()
    }
}

/// Generates a crate from a document: bytes in, files out.
///
/// # Errors
/// Returns an error only for a bug in the generator; problems of the document are in [`Outcome::diagnostics`].
pub fn generate(source: &Source, options: &Options) -> Result<Outcome, InternalError> {
    let ModelResult { model, operations, diagnostics } = build(source, options);
    let errors = || diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let fatal = errors().any(|found| found.operation.is_none());
    let mut outcome = Outcome {
        package: model.package.clone(),
        operations,
        refused: refused(&diagnostics).into_iter().collect(),
        ..Outcome::default()
    };
    if !(fatal || !outcome.refused.is_empty() && !options.skip_unsupported) {
        outcome.generated = model.operations.len();
        outcome.paged = model.operations.iter().filter(|operation| operation.pages.is_some()).count();
        outcome.marked = model.marked.iter().map(ToString::to_string).collect();
        outcome.files = files(&model, &options.runtime)?;
    }
    outcome.diagnostics = diagnostics;
    Ok(outcome)
}

/// Generates the contents of a crate as one module, for `include!`; none if the document has an error.
///
/// # Errors
/// Returns an error only for a bug in the generator; problems of the document are in the diagnostics.
pub(crate) fn generate_module(
    source: &Source,
    options: &Options,
) -> Result<(Option<String>, Vec<Diagnostic>), InternalError> {
    let outcome = generate(source, options)?;
    let text = if outcome.is_success() { Some(module(&outcome.files)?) } else { None };
    Ok((text, outcome.diagnostics))
}

/// A model, the number of operations in the document, and the problems.
struct ModelResult {
    model: Model,
    operations: usize,
    diagnostics: Vec<Diagnostic>,
}

/// Runs the stages before emission.
fn build(source: &Source, options: &Options) -> ModelResult {
    let (mut document, mut diagnostics) = document::read(source);
    diagnostics.extend(check(source));
    select(&mut document, options, &mut diagnostics);
    let operations = document.operations.len();
    let broken = refused(&diagnostics);
    document.operations.retain(|operation| !broken.contains(&operation.name.value));
    let (mut model, found) = resolve(&document);
    diagnostics.extend(found);
    let found = name(&mut model, &document);
    let unnameable = refused(&found);
    diagnostics.extend(found);
    if !unnameable.is_empty() {
        // Without these operations, others may have other names; their problems are already reported.
        document.operations.retain(|operation| !unnameable.contains(&operation.name.value));
        model = resolve(&document).0;
        let _ = name(&mut model, &document);
    }
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
    ModelResult { model, operations, diagnostics }
}

/// Returns the operations with an error.
fn refused(diagnostics: &[Diagnostic]) -> BTreeSet<String> {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.filter_map(|found| found.operation.clone()).collect()
}

/// Returns the named model of a document without the operations that cannot be generated, and the problems.
#[must_use]
pub fn model(source: &Source, options: &Options) -> (Model, Vec<Diagnostic>) {
    let built = build(source, options);
    (built.model, built.diagnostics)
}

/// Returns the named model of every operation, including those that cannot be generated, as far as they can be
/// resolved.
#[must_use]
pub fn whole_model(source: &Source) -> Model {
    let (document, _) = document::read(source);
    let mut model = resolve_leniently(&document);
    let _ = name(&mut model, &document);
    model
}

/// Keeps the requested operations.
fn select(document: &mut Document, options: &Options, diagnostics: &mut Vec<Diagnostic>) {
    if options.only.is_empty() {
        return;
    }
    for wanted in &options.only {
        if document.operations.iter().all(|operation| operation.name.value != *wanted) {
            let message = format!("`--only {wanted}` names no operation of this document");
            let names = document.operations.iter().map(|operation| operation.name.value.as_str());
            let help = did_you_mean(wanted, names).unwrap_or_else(|| "`apis` lists the operations".to_owned());
            let problem = Diagnostic::error(crate::diagnostic::UNKNOWN_OPERATION, document.product.span, message);
            diagnostics.push(problem.help(help));
        }
    }
    document.operations.retain(|operation| options.only.contains(&operation.name.value));
    document.changes.retain(|change| options.only.contains(&change.operation));
    diagnostics.retain(|found| found.operation.as_ref().is_none_or(|operation| options.only.contains(operation)));
}

fn files(model: &Model, runtime: &Runtime) -> Result<BTreeMap<String, String>, InternalError> {
    let mut files = BTreeMap::new();
    for (path, text) in emit::frame(model, runtime)? {
        files.insert(path.clone(), mark(&path, &text, model));
    }
    for index in 0..model.operations.len() {
        let (path, text) = emit::operation(model, index)?;
        files.insert(path.clone(), mark(&path, &text, model));
    }
    Ok(files)
}
