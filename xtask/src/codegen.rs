//! `cargo xtask codegen`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use alicloud_codegen::cli::{self, Arguments, Destination, Job};
use alicloud_codegen::generate::Runtime;

use crate::process::display_path;
use crate::{Failure, root};

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let started = Instant::now();
    let crates = root().join("crates");
    let all = arguments.spec.is_empty();
    let jobs = match &arguments.out {
        _ if all => specs()?.into_iter().map(member).collect(),
        Some(out) => cli::separate(arguments, out, &arguments.runtime().unwrap_or_else(own_runtime)),
        None => arguments.spec.iter().map(|spec| check_is_spec(spec).map(member)).collect::<Result<Vec<_>, _>>()?,
    };
    let before = folders(&crates);
    let reports = cli::run(&jobs, arguments)?;
    let mut success = cli::print_summary(&reports, arguments, started);
    if arguments.check && !success {
        eprintln!("the crates differ from their specs: run `cargo xtask codegen`");
    }
    for added in folders(&crates).difference(&before) {
        eprintln!("note: {} is a new member of this workspace", display_path(added));
    }
    if all && reports.iter().all(|report| report.success) {
        for (folder, document) in cli::orphans(&crates, &reports)? {
            let folder = display_path(&folder);
            eprintln!("error: {folder}: its spec ({document}) does not exist; delete the folder, or restore the spec");
            success = false;
        }
    }
    Ok(success)
}

/// Returns the folders in a folder.
fn folders(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// Checks that a document is a spec of this workspace. The crate of another document would be a member without a spec.
fn check_is_spec(spec: &Path) -> Result<PathBuf, Failure> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if real(spec).starts_with(real(&root().join("spec"))) {
        return Ok(spec.to_owned());
    }
    let name = spec.display();
    Err(Failure(format!(
        "{name}: is not a spec of this workspace: pass --out DIR for a separate crate, or import it with `cargo \
         xtask import {name}`"
    )))
}

/// Returns every spec of the workspace in stable order.
fn specs() -> Result<Vec<PathBuf>, Failure> {
    let mut specs = Vec::new();
    let folder = root().join("spec");
    let read = |folder: &Path| {
        let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        entries.map_err(|error| Failure(format!("{}: cannot be read: {error}", display_path(folder))))
    };
    for product in read(&folder)?.into_iter().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let versions = read(&product)?.into_iter().map(|entry| entry.path());
        specs.extend(versions.filter(|path| path.extension().is_some_and(|ending| ending == "json")));
    }
    specs.sort();
    Ok(specs)
}

/// Returns the job of a crate of this workspace.
fn member(spec: PathBuf) -> Job {
    let name = std::path::absolute(&spec).map_or_else(|_| display_path(&spec), |spec| display_path(&spec));
    Job { name, spec, destination: Destination::Member(root().join("crates")), runtime: Runtime::Workspace }
}

/// Returns the runtime of this workspace, for separate crates.
fn own_runtime() -> Runtime {
    Runtime::Path(root().join("crates/core").display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codegen_of_a_foreign_document_without_out_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let foreign = folder.path().join("x.json");
        std::fs::write(&foreign, "{}").expect("a file");
        let before = folders(&root().join("crates"));
        let failure = run(&Arguments { spec: vec![foreign], ..Arguments::default() }).expect_err("no --out");
        assert!(failure.0.contains("--out") && failure.0.contains("import"), "{failure}");
        assert_eq!(folders(&root().join("crates")), before);
        let own = specs().expect("the specs");
        assert!(own.iter().all(|spec| check_is_spec(spec).is_ok()));
    }
}
