//! `diff`: compares two documents.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Failure;
use crate::diff::{Effect, Side, compare};
use crate::source::Source;

/// Reports the changes of an API between two documents, and their effect on callers.
#[derive(Clone, Debug, clap::Args)]
pub struct DiffArguments {
    /// The older document: a file, `REVISION:PATH`, or with --spec a revision
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The newer document, in the same form; with --spec it defaults to the file
    #[arg(value_name = "NEW", required_unless_present = "spec")]
    pub new: Option<String>,
    /// A document whose revisions are compared
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// The date of the changelog section; unreleased by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// Exit with 1 if a change has this effect or a more severe one
    #[arg(long, value_enum, value_name = "EFFECT")]
    pub fail_on: Option<FailOn>,
    /// Exit with 1 if the newer document does not raise the version of the crate as the changes require
    #[arg(long)]
    pub check_version: bool,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DiffFormat {
    /// Text.
    Text,
    /// One JSON object.
    Json,
    /// A section of a changelog.
    Changelog,
}

/// The least effect of a change that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Code of callers may no longer compile.
    Breaking,
    /// The same code behaves differently.
    Behavior,
    /// An addition.
    Additive,
    /// Any change, including changes of only the documentation.
    Documentation,
}

/// Prints the changes. Returns `false` if one has the effect of `--fail-on`, or if `--check-version` finds the version
/// too low.
///
/// # Errors
/// Returns an error if a document or its revision cannot be read.
pub fn diff(arguments: &DiffArguments) -> Result<bool, Failure> {
    let spec = arguments.spec.as_deref();
    let old = side(&load(&arguments.old, spec)?)?;
    let new = match (&arguments.new, spec) {
        (Some(new), _) => load(new, spec)?,
        (None, Some(spec)) => file(spec)?,
        (None, None) => return Err(Failure("pass the newer document, or --spec".to_owned())),
    };
    let diff = compare(&old, &side(&new)?);
    match arguments.format {
        DiffFormat::Text => print!("{}", diff.text()),
        DiffFormat::Json => print!("{}", diff.json()),
        DiffFormat::Changelog => print!("{}", diff.changelog_section(arguments.date.as_deref())),
    }
    let least = arguments.fail_on.map(|fail_on| match fail_on {
        FailOn::Breaking => Effect::Breaking,
        FailOn::Behavior => Effect::Behavior,
        FailOn::Additive => Effect::Additive,
        FailOn::Documentation => Effect::Documentation,
    });
    let fails = least.is_some_and(|least| diff.effect() >= Some(least));
    Ok(!fails && (!arguments.check_version || diff.is_raised()))
}

fn side(source: &Source) -> Result<Side, Failure> {
    Side::read(source).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| problem.render(source)).collect();
        Failure(format!("{} cannot be compared\n{}", source.name(), problems.concat()))
    })
}

/// Returns a file, or its contents in a revision.
fn load(name: &str, spec: Option<&Path>) -> Result<Source, Failure> {
    let path = Path::new(name);
    match spec {
        None if path.is_file() || !name.contains(':') => file(path),
        Some(_) if path.is_file() => file(path),
        None => revision(name),
        Some(_) if name.contains(':') => revision(name),
        // Relative to the current folder, not to the root of the repository.
        Some(spec) if spec.is_relative() => revision(&format!("{name}:./{}", spec.display())),
        Some(spec) => {
            let folder = spec.parent().unwrap_or(spec);
            let file = spec.file_name().unwrap_or_default().to_string_lossy();
            revision_in(Some(folder), &format!("{name}:./{file}"))
        }
    }
}

/// Returns the text of a file.
pub(super) fn file(path: &Path) -> Result<Source, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::at(path, "cannot be read", &error))?;
    text(&path.display().to_string(), bytes)
}

fn text(name: &str, bytes: Vec<u8>) -> Result<Source, Failure> {
    let text =
        String::from_utf8(bytes).map_err(|error| Failure(format!("{name}: is not UTF-8: {}", error.utf8_error())))?;
    Ok(Source::new(name, text))
}

fn revision(object: &str) -> Result<Source, Failure> {
    revision_in(None, object)
}

fn revision_in(folder: Option<&Path>, object: &str) -> Result<Source, Failure> {
    if object.starts_with('-') {
        return Err(Failure(format!("{object}: is not a revision")));
    }
    let mut command = Command::new("git");
    command.args(["show", "--no-textconv", object]);
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let output = command.output().map_err(|error| Failure(format!("git cannot be run: {error}")))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failure(format!("{object}: git cannot read it: {reason}")));
    }
    text(object, output.stdout)
}
