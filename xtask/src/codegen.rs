//! `cargo xtask codegen`

use std::path::{Path, PathBuf};
use std::time::Instant;

use alicloud_codegen::cli::{self, Arguments, Format, Job, Place, Summary};
use alicloud_codegen::plan::Runtime;

use crate::process::shown;
use crate::{Failure, root};

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let started = Instant::now();
    let jobs = match &arguments.out {
        _ if arguments.spec.is_empty() => specs()?.into_iter().map(member).collect(),
        Some(out) => arguments.spec.iter().map(|spec| stand_alone(spec, out, arguments)).collect(),
        None => arguments.spec.iter().cloned().map(member).collect::<Vec<_>>(),
    };
    let reports = cli::run(&jobs, arguments)?;
    let summary = Summary {
        reports: &reports,
        elapsed: started.elapsed(),
        check: arguments.check,
        list_secrets: arguments.list_secrets,
    };
    summary.print(arguments.format == Format::Json);
    if arguments.check && !summary.is_success() {
        eprintln!("the crates differ from their specs: run `cargo xtask codegen`");
    }
    Ok(summary.is_success())
}

/// Every spec of the workspace, in stable order.
fn specs() -> Result<Vec<PathBuf>, Failure> {
    let mut specs = Vec::new();
    let folder = root().join("spec");
    let read = |folder: &Path| {
        let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        entries.map_err(|error| Failure(format!("{}: cannot be read: {error}", shown(folder))))
    };
    for product in read(&folder)?.into_iter().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let versions = read(&product)?.into_iter().map(|entry| entry.path());
        specs.extend(versions.filter(|path| path.extension().is_some_and(|ending| ending == "json")));
    }
    specs.sort();
    Ok(specs)
}

/// A crate of this workspace.
fn member(spec: PathBuf) -> Job {
    let name = std::path::absolute(&spec).map_or_else(|_| shown(&spec), |spec| shown(&spec));
    Job { name, spec, place: Place::Member(root().join("crates")), runtime: Runtime::Workspace }
}

/// A crate anywhere, with the runtime of this workspace unless another is asked for.
fn stand_alone(spec: &Path, out: &Path, arguments: &Arguments) -> Job {
    let many = arguments.spec.len() > 1;
    let runtime = match (&arguments.runtime_path, &arguments.runtime_version) {
        (Some(path), _) => Runtime::Path(path.display().to_string()),
        (None, Some(version)) => Runtime::Version(version.clone()),
        (None, None) => {
            let from = if many { out.join("crate") } else { out.to_owned() };
            Runtime::Path(relative(&from, &root().join("crates/core")))
        }
    };
    let place = if many { Place::Below(out.to_owned()) } else { Place::Folder(out.to_owned()) };
    Job { name: spec.display().to_string(), spec: spec.to_owned(), place, runtime }
}

/// The way from one folder to another, so that the manifest holds no path of this machine.
fn relative(from: &Path, to: &Path) -> String {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (from, to) = (absolute(from), absolute(to));
    let shared = from.components().zip(to.components()).take_while(|(from, to)| from == to).count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}
