//! `generate`: crates outside of this workspace.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Arguments, Destination, Failure, Job, print_summary, run};
use crate::build::Builder;
use crate::generate::Runtime;

/// Generates crates with the runtime of this generator's own version, unless an option names another one, and prints a
/// summary. Returns `false` if a document has errors, or if `--check` finds a difference.
///
/// # Errors
/// Returns an error if `--spec` or `--out` is missing, or if a file cannot be read or written.
pub fn generate(arguments: &Arguments) -> Result<bool, Failure> {
    let started = Instant::now();
    if let Some(file) = &arguments.module {
        return module(arguments, file);
    }
    let (Some(out), false) = (&arguments.out, arguments.spec.is_empty()) else {
        return Err(Failure("pass at least one --spec FILE, and --out DIR".to_owned()));
    };
    let own = || Runtime::Version(env!("CARGO_PKG_VERSION").to_owned());
    let runtime = arguments.runtime().unwrap_or_else(own);
    let reports = run(&separate(arguments, out, &runtime), arguments)?;
    Ok(print_summary(&reports, arguments, started))
}

/// Writes one module.
fn module(arguments: &Arguments, file: &Path) -> Result<bool, Failure> {
    let [spec] = &arguments.spec[..] else {
        return Err(Failure("pass exactly one --spec FILE with --module".to_owned()));
    };
    let (Some(folder), Some(name)) = (file.parent(), file.file_stem().and_then(|name| name.to_str())) else {
        return Err(Failure(format!("{}: is not a file name", file.display())));
    };
    if file.extension().is_none_or(|extension| extension != "rs") {
        return Err(Failure(format!("{}: the file of a module must have the extension `.rs`", file.display())));
    }
    let builder = arguments.overlay.iter().fold(Builder::new(spec), Builder::overlay).only(arguments.only.clone());
    let builder = if arguments.skip_unsupported { builder.skip_unsupported() } else { builder };
    match builder.generate(folder, name) {
        Ok(warnings) => {
            eprint!("{warnings}");
            Ok(true)
        }
        Err(error) => {
            eprint!("{error}");
            Ok(false)
        }
    }
}

/// Returns the jobs of `--spec` and `--out`: a crate in the folder or, for several documents, crates below it.
#[must_use]
pub fn separate(arguments: &Arguments, out: &Path, runtime: &Runtime) -> Vec<Job> {
    let destination = match arguments.spec.len() {
        0 | 1 => Destination::Folder(out.to_owned()),
        _ => Destination::Below(out.to_owned()),
    };
    let job = |spec: &PathBuf| Job {
        spec: spec.clone(),
        name: spec.display().to_string(),
        destination: destination.clone(),
        runtime: runtime.clone(),
    };
    arguments.spec.iter().map(job).collect()
}
