//! Runs over any number of documents and threads. The order of the output is the order of the arguments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::paths::{relative, resolved};
use super::report::Report;
use super::tree::{Changes, Mode, Plan, Rules};
use super::workspace::{Membership, entry, membership};
use super::{Arguments, Failure, Format};
use crate::diagnostic::fold;
use crate::generate::{Options, Outcome, Runtime, generate};
use crate::marker::{State, origin, state};
use crate::source::Source;

/// A document and the folder of its crate.
#[derive(Clone, Debug)]
pub struct Job {
    /// The document.
    pub spec: PathBuf,
    /// The name in diagnostics.
    pub name: String,
    /// The destination.
    pub destination: Destination,
    /// How the crate depends on the runtime.
    pub runtime: Runtime,
}

impl Job {
    /// Returns the runtime for the manifest of the crate: a path is relative to the crate.
    fn runtime(&self) -> Runtime {
        match &self.runtime {
            // Every crate below one folder has the same relative path.
            Runtime::Path(path) => Runtime::Path(relative(&self.destination.folder("crate"), Path::new(path))),
            other => other.clone(),
        }
    }
}

/// The destination of a crate.
#[derive(Clone, Debug)]
pub enum Destination {
    /// This folder.
    Folder(PathBuf),
    /// A folder below this one, named like the package.
    Below(PathBuf),
    /// A folder below this one of a workspace, named like the package without the SDK's prefix.
    Member(PathBuf),
}

impl Destination {
    fn folder(&self, package: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Below(folder) => folder.join(package),
            Self::Member(folder) => folder.join(package.strip_prefix("alicloud-").unwrap_or(package)),
        }
    }
}

/// Generates all crates.
///
/// # Errors
/// Returns an error if something outside of the documents fails, or if two documents result in the same package.
pub fn run(jobs: &[Job], arguments: &Arguments) -> Result<Vec<Report>, Failure> {
    let mode = match (arguments.check, arguments.force) {
        (true, _) => Mode::Check,
        (false, true) => Mode::Force,
        (false, false) => Mode::Write,
    };
    if !arguments.overlay.is_empty() && jobs.len() != 1 {
        return Err(Failure("--overlay applies to a single document: pass exactly one --spec".to_owned()));
    }
    let threads = arguments.jobs.map_or_else(processors, usize::from).min(jobs.len()).max(1);
    let progress = progress(jobs.len(), arguments.format);
    let results = each(jobs, threads, |job| {
        let result = one(job, arguments);
        report_progress(&progress, job, &result);
        result
    });
    progress.finish_and_clear();
    let results = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    // Nothing is written before all destinations are known to be different.
    let mut folders = BTreeMap::new();
    for (job, Generated { report, .. }) in jobs.iter().zip(&results).filter(|(_, result)| result.report.success) {
        if let Some(first) = folders.insert(&report.folder, &job.name) {
            let message = format!("{first} and {} both generate the package {}", job.name, report.package);
            return Err(Failure(format!("{message}; set `info.x-crate.name` in one of them")));
        }
    }
    let plans = each(&results, threads, |Generated { report, files }| {
        let partial = !arguments.only.is_empty() || arguments.skip_unsupported && !report.refused.is_empty();
        let rules = Rules { mode, replace: arguments.replace, partial };
        report.success.then(|| Plan::new(&report.folder, files, rules)).transpose()
    });
    // Nothing is written if one crate is refused.
    let plans = plans.into_iter().collect::<Result<Vec<_>, _>>()?;
    let plans: Vec<Mutex<Option<Plan>>> = plans.into_iter().map(Mutex::new).collect();
    let written = each(&plans, threads, |plan| {
        let plan = plan.lock().ok().and_then(|mut plan| plan.take());
        plan.map_or_else(|| Ok(Changes::default()), Plan::commit)
    });
    drop(plans);
    results
        .into_iter()
        .zip(written)
        .map(|(Generated { report, .. }, changes)| Ok(Report { changes: changes?, ..report }))
        .collect()
}

/// Returns the generated crates below a folder that belong to none of the documents, each with its document.
///
/// # Errors
/// Returns an error if the folder cannot be read.
pub fn orphans(folder: &Path, reports: &[Report]) -> Result<Vec<(PathBuf, String)>, Failure> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| Failure::at(folder, "cannot be read", &error))?;
    let folders: Vec<PathBuf> = reports.iter().map(|report| resolved(&report.folder)).collect();
    let orphan = |path: PathBuf| {
        let manifest = fs::read_to_string(path.join("Cargo.toml")).ok()?;
        let origin = origin(&manifest).filter(|_| state(&manifest) != State::Foreign)?;
        (!folders.contains(&resolved(&path))).then(|| (path, origin.to_owned()))
    };
    let mut found: Vec<_> = entries.into_iter().filter_map(|entry| orphan(entry.path())).collect();
    found.sort();
    Ok(found)
}

/// The result of a document, before anything is written.
struct Generated {
    report: Report,
    files: BTreeMap<String, String>,
}

/// Runs a function on every item, on a number of threads, and returns the results in order.
fn each<'t, T: Sync, R: Send>(items: &'t [T], threads: usize, work: impl Fn(&'t T) -> R + Sync) -> Vec<R> {
    if threads == 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, R>> = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(item);
                    if let Ok(mut done) = done.lock() {
                        done.insert(index, result);
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_default().into_values().collect()
}

fn one(job: &Job, arguments: &Arguments) -> Result<Generated, Failure> {
    let bytes = fs::read(&job.spec).map_err(|error| Failure::at(&job.spec, "cannot be read", &error))?;
    let text = String::from_utf8(bytes).map_err(|error| Failure::at(&job.spec, "is not UTF-8", &error.utf8_error()))?;
    let mut source = Source::new(&job.name, text);
    for path in &arguments.overlay {
        let overlay = super::diff::file(path)?;
        match crate::overlay::apply(&source, &overlay) {
            Ok(corrected) => source = corrected,
            Err(problems) => {
                let problems = problems.iter().map(|found| found.render(&overlay)).collect();
                let report = Report::new(&job.name, &Outcome::default(), problems);
                return Ok(Generated { report, files: BTreeMap::new() });
            }
        }
    }
    let options = Options {
        runtime: job.runtime(),
        only: arguments.only.iter().cloned().collect(),
        skip_unsupported: arguments.skip_unsupported,
    };
    let mut outcome = generate(&source, &options).map_err(|fault| Failure(fault.to_string()))?;
    super::rustfmt::format(&mut outcome.files)?;
    let problems = if arguments.verbose { outcome.diagnostics.clone() } else { fold(&outcome.diagnostics) };
    let diagnostics = problems.iter().map(|found| found.render(&source)).collect();
    let mut report = Report::new(&job.name, &outcome, diagnostics);
    if report.success {
        report.folder = job.destination.folder(&outcome.package);
        if let Membership::Unknown(manifest) = membership(&report.folder) {
            let entry = entry(&manifest, &report.folder);
            let manifest = manifest.display();
            report.diagnostics.push(format!(
                "note: {manifest}: the workspace does not list the crate; add {entry} to `members` in `[workspace]`\n"
            ));
        }
    }
    Ok(Generated { report, files: outcome.files })
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn progress(jobs: usize, format: Format) -> ProgressBar {
    let quiet = jobs < 2 || format == Format::Json;
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(jobs as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Reports progress: a bar on a terminal, elsewhere a line for each document.
fn report_progress(progress: &ProgressBar, job: &Job, result: &Result<Generated, Failure>) {
    progress.set_message(job.name.clone());
    progress.inc(1);
    let many = progress.length().unwrap_or_default() > 1;
    if let (true, true, Ok(Generated { report, .. })) = (many, progress.is_hidden(), result) {
        eprintln!("{}: {} of {} operations", job.name, report.generated, report.operations);
    }
}
