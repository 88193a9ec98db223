//! `generate`: crates outside of this workspace.

use std::path::Path;
use std::time::Instant;

use super::{Arguments, Destination, Failure, Format, Job, Summary, run};
use crate::build::Builder;
use crate::generate::Runtime;

/// Generates crates with the runtime of this generator's own version, unless an option names another one, and prints a
/// summary. Returns `false` if a document has errors, or if `--check` finds a difference.
///
/// # Errors
/// `--spec` or `--out` is missing, or a file cannot be read or written.
pub fn generate(arguments: &Arguments) -> Result<bool, Failure> {
    let started = Instant::now();
    if let Some(file) = &arguments.module {
        return module(arguments, file);
    }
    let (Some(out), false) = (&arguments.out, arguments.spec.is_empty()) else {
        return Err(Failure("give at least one --spec FILE, and --out DIR".to_owned()));
    };
    let own = || Runtime::Version(env!("CARGO_PKG_VERSION").to_owned());
    let runtime = arguments.runtime().unwrap_or_else(own);
    let jobs: Vec<Job> = arguments.spec.iter().map(|spec| job(spec, out, arguments, &runtime)).collect();
    let reports = run(&jobs, arguments)?;
    let summary = Summary {
        reports: &reports,
        elapsed: started.elapsed(),
        check: arguments.check,
        list_secrets: arguments.list_secrets,
    };
    summary.print(arguments.format == Format::Json);
    Ok(summary.is_success())
}

/// Writes one module.
fn module(arguments: &Arguments, file: &Path) -> Result<bool, Failure> {
    let [spec] = &arguments.spec[..] else {
        return Err(Failure("give one --spec FILE for a module".to_owned()));
    };
    let (Some(folder), Some(name)) = (file.parent(), file.file_stem().and_then(|name| name.to_str())) else {
        return Err(Failure(format!("{}: is no name of a file", file.display())));
    };
    if file.extension().is_none_or(|extension| extension != "rs") {
        return Err(Failure(format!("{}: the name of a module ends in `.rs`", file.display())));
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

fn job(spec: &Path, out: &Path, arguments: &Arguments, runtime: &Runtime) -> Job {
    let many = arguments.spec.len() > 1;
    Job {
        spec: spec.to_owned(),
        name: spec.display().to_string(),
        place: if many { Destination::Below(out.to_owned()) } else { Destination::Folder(out.to_owned()) },
        runtime: runtime.clone(),
    }
}
