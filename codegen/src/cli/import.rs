//! `import`: merges a vendor's document into the folder of specs.

use std::path::{Path, PathBuf};

use super::Failure;
use super::diff::file;
use super::staging::StagedFiles;
use crate::diff::{Change, Effect, Kind, fold};
use crate::document::is_date;
use crate::import::{self, Options, Outcome, Problem};
use crate::source::Source;

/// Imports the facts of a vendor's document into `<spec-dir>/<product>/<version>.json`.
#[derive(Clone, Debug, clap::Args)]
pub struct ImportArguments {
    /// The vendor's document
    #[arg(value_name = "FILE")]
    pub document: PathBuf,
    /// The folder of specs
    #[arg(long, value_name = "DIR", default_value = "spec")]
    pub spec_dir: PathBuf,
    /// Also copy the vendor's texts where the spec has none; check their copyright first
    #[arg(long)]
    pub with_descriptions: bool,
    /// Accept changes that break callers or redirect their calls, and remove parts that the document no longer has
    #[arg(long)]
    pub accept_breaking: bool,
    /// Move the common parts of new operations to `components.schemas`, instead of proposing it
    #[arg(long)]
    pub share: bool,
    /// Raise the version of the crate, and record the changes as the release of this date
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub release: Option<String>,
    /// Write nothing
    #[arg(long)]
    pub dry_run: bool,
}

fn date(text: &str) -> Result<String, &'static str> {
    if is_date(text) { Ok(text.to_owned()) } else { Err("a date has the form 2026-11-27") }
}

/// Writes the spec and prints the changes. Returns `false` if the spec keeps a fact that the document contradicts.
///
/// # Errors
/// Returns an error if a file cannot be read or written, or is not a document.
pub fn import(arguments: &ImportArguments) -> Result<bool, Failure> {
    let document = file(&arguments.document)?;
    let relative = import::path(&document).map_err(|problem| failure(&problem, &document, None))?;
    let target = arguments.spec_dir.join(relative);
    let spec = match target.try_exists() {
        Ok(true) => Some(file(&target)?),
        Ok(false) => None,
        Err(error) => return Err(Failure::at(&target, "cannot be read", &error)),
    };
    let options = Options {
        with_descriptions: arguments.with_descriptions,
        accept_breaking: arguments.accept_breaking,
        share: arguments.share,
        release: arguments.release.clone(),
    };
    let outcome = import::import(&document, spec.as_ref(), &options)
        .map_err(|problem| failure(&problem, &document, spec.as_ref()))?;
    print!("{}", report(&outcome));
    // Git may have converted the line ends.
    if spec.as_ref().is_some_and(|spec| spec.text().replace("\r\n", "\n") == outcome.text) {
        println!("{}: nothing to change", target.display());
    } else if arguments.dry_run {
        println!("{}: would be written", target.display());
    } else {
        write(&target, &outcome.text)?;
        println!("{}: written", target.display());
    }
    Ok(outcome.withheld.is_empty())
}

/// Records the Rust names of the types of a spec, so that they never change.
#[derive(Clone, Debug, clap::Args)]
pub struct FreezeNamesArguments {
    /// The spec
    #[arg(value_name = "FILE")]
    pub spec: PathBuf,
}

/// Sets `x-rust-type` for each type of an operation that does not have it.
///
/// # Errors
/// Returns an error if the file cannot be read or written, or is not a spec.
pub fn freeze_names(arguments: &FreezeNamesArguments) -> Result<bool, Failure> {
    let spec = file(&arguments.spec)?;
    let frozen = import::freeze(&spec).map_err(|problem| failure(&problem, &spec, Some(&spec)))?;
    if frozen.count == 0 {
        println!("{}: all names are recorded already", arguments.spec.display());
        return Ok(true);
    }
    write(&arguments.spec, &frozen.text)?;
    println!("{}: {} names recorded", arguments.spec.display(), frozen.count);
    Ok(true)
}

/// Returns the withheld changes, the applied changes and the notes, the most severe first.
fn report(outcome: &Outcome) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&fold::wrapped(&text, "    "));
        out.push('\n');
    };
    let withdrawn: Vec<&str> = outcome.withdrawn().collect();
    if !withdrawn.is_empty() {
        line(format!("removed by the vendor and kept: {}", withdrawn.join(", ")));
    }
    for effect in Effect::ALL {
        let of_effect = outcome.withheld.iter().filter(|change| change.effect == effect);
        let others: Vec<&Change> = of_effect.filter(|change| change.kind != Kind::OperationRemoved).collect();
        for change in fold::lines(&others) {
            line(format!("not applied ({}): {change}", effect.word()));
        }
    }
    if !outcome.withheld.is_empty() {
        line("--accept-breaking applies these changes".to_owned());
    }
    if let Some(changes) = outcome.changes.as_ref().filter(|changes| !changes.changes.is_empty()) {
        out.push_str(&changes.text());
    }
    for note in fold::notes(&outcome.notes) {
        out.push_str(&fold::wrapped(&format!("note: {note}"), "    "));
        out.push('\n');
    }
    out
}

fn failure(problem: &Problem, document: &Source, spec: Option<&Source>) -> Failure {
    let source = spec.filter(|_| problem.in_spec).unwrap_or(document);
    let problems: Vec<String> = problem.diagnostics.iter().map(|found| found.render(source)).collect();
    Failure(format!("{} cannot be imported\n{}", source.name(), problems.concat()))
}

/// Writes the file atomically and durably, because hand-written parts of a spec cannot be generated again.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let unwritten = |error| Failure::at(path, "cannot be written", &error);
    let mut staged = StagedFiles::open(path.parent().unwrap_or(Path::new("."))).map_err(unwritten)?;
    staged.add(path, text, true).map_err(unwritten)?;
    staged.commit().map_err(|(_, error)| unwritten(error))
}
