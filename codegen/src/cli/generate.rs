//! `generate`: crates outside of this workspace.

use std::path::Path;
use std::time::Instant;

use super::{Arguments, Destination, Failure, Format, Job, Summary, run};
use crate::generate::Runtime;

/// Generates crates with the runtime of this generator's own version, unless an option names another one, and prints a
/// summary. Returns `false` if a document has errors, or if `--check` finds a difference.
///
/// # Errors
/// `--spec` or `--out` is missing, or a file cannot be read or written.
pub fn generate(arguments: &Arguments) -> Result<bool, Failure> {
    let started = Instant::now();
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

fn job(spec: &Path, out: &Path, arguments: &Arguments, runtime: &Runtime) -> Job {
    let many = arguments.spec.len() > 1;
    Job {
        spec: spec.to_owned(),
        name: spec.display().to_string(),
        place: if many { Destination::Below(out.to_owned()) } else { Destination::Folder(out.to_owned()) },
        runtime: runtime.clone(),
    }
}
