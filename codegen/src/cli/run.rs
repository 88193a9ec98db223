//! One run over any number of documents, on any number of threads; the order of what is told is the order of the
//! arguments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::report::Report;
use super::tree::{self, Changes, Mode};
use super::{Arguments, Failure, Format};
use crate::plan::{Options, Outcome, Runtime, generate};
use crate::source::Source;

/// One document and the folder of its crate.
#[derive(Clone, Debug)]
pub struct Job {
    /// The document.
    pub spec: PathBuf,
    /// How it is named in diagnostics.
    pub name: String,
    /// Where the crate goes.
    pub place: Place,
    /// How the crate depends on the runtime.
    pub runtime: Runtime,
}

/// Where a crate goes.
#[derive(Clone, Debug)]
pub enum Place {
    /// Into this folder.
    Folder(PathBuf),
    /// Below this folder, under the package's name.
    Below(PathBuf),
    /// Below this folder of a workspace that is named after the SDK, under the package's name without the SDK's.
    Member(PathBuf),
}

impl Place {
    fn folder(&self, package: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Below(folder) => folder.join(package),
            Self::Member(folder) => folder.join(package.strip_prefix("alicloud-").unwrap_or(package)),
        }
    }
}

/// Generates all of them.
///
/// # Errors
/// If something outside the documents fails, or two documents make the same package.
pub fn run(jobs: &[Job], arguments: &Arguments) -> Result<Vec<Report>, Failure> {
    let mode = match (arguments.check, arguments.force) {
        (true, _) => Mode::Check,
        (false, true) => Mode::Force,
        (false, false) => Mode::Write,
    };
    if !arguments.overlay.is_empty() && jobs.len() != 1 {
        return Err(Failure("--overlay corrects one document: give one --spec with it".to_owned()));
    }
    let threads = arguments.jobs.map_or_else(processors, usize::from).min(jobs.len()).max(1);
    let progress = progress(jobs.len(), arguments.format);
    let made = each(jobs, threads, |job| {
        let made = one(job, arguments);
        tell(&progress, job, &made);
        made
    });
    progress.finish_and_clear();
    let made = made.into_iter().collect::<Result<Vec<_>, _>>()?;
    // Nothing is written for any before all are known to be apart.
    let mut folders = BTreeMap::new();
    for (job, Made { report, .. }) in jobs.iter().zip(&made).filter(|(_, made)| made.report.success) {
        if let Some(first) = folders.insert(&report.folder, &job.name) {
            let message = format!("{first} and {} both make the package {}", job.name, report.package);
            return Err(Failure(format!("{message}; set `info.x-crate.name` in one of them")));
        }
    }
    let written = each(&made, threads, |Made { report, files }| {
        if report.success { tree::apply(&report.folder, files, mode) } else { Ok(Changes::default()) }
    });
    made.into_iter()
        .zip(written)
        .map(|(Made { report, .. }, changes)| Ok(Report { changes: changes?, ..report }))
        .collect()
}

/// What came of one document, before anything is written.
struct Made {
    report: Report,
    files: BTreeMap<String, String>,
}

/// The work on every item, on so many threads, in the order of the items.
fn each<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
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

fn one(job: &Job, arguments: &Arguments) -> Result<Made, Failure> {
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
                return Ok(Made { report, files: BTreeMap::new() });
            }
        }
    }
    let options = Options {
        runtime: job.runtime.clone(),
        only: arguments.only.iter().cloned().collect(),
        skip_unsupported: arguments.skip_unsupported,
    };
    let outcome = generate(&source, &options).map_err(|fault| Failure(fault.to_string()))?;
    let diagnostics = outcome.diagnostics.iter().map(|found| found.render(&source)).collect();
    let mut report = Report::new(&job.name, &outcome, diagnostics);
    let mut files = outcome.files;
    if report.success {
        report.folder = job.place.folder(&outcome.package);
        if matches!(&job.place, Place::Folder(folder) if inside_workspace(folder)) {
            stand_alone(&mut files);
        }
    }
    Ok(Made { report, files })
}

/// Makes the crate the root of its own workspace, since the one around it does not know it.
fn stand_alone(files: &mut BTreeMap<String, String>) {
    if let Some(manifest) = files.get_mut("Cargo.toml") {
        *manifest = crate::plan::append(manifest, "\n[workspace]\n");
    }
}

fn inside_workspace(folder: &Path) -> bool {
    let Ok(folder) = std::path::absolute(folder) else { return false };
    let manifests = folder.ancestors().skip(1).filter_map(|parent| fs::read_to_string(parent.join("Cargo.toml")).ok());
    manifests.into_iter().any(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}

/// The runtime's folder in a checkout that holds this folder.
#[must_use]
pub fn find_core(folder: &Path) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    let candidates = folder.ancestors().map(|parent| parent.join("crates/core"));
    candidates.into_iter().find(|core| core.join("Cargo.toml").is_file())
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

/// A bar moves on a terminal; elsewhere each document is a line.
fn tell(progress: &ProgressBar, job: &Job, made: &Result<Made, Failure>) {
    progress.set_message(job.name.clone());
    progress.inc(1);
    let many = progress.length().unwrap_or_default() > 1;
    if let (true, true, Ok(Made { report, .. })) = (many, progress.is_hidden(), made) {
        eprintln!("{}: {} of {} operations", job.name, report.generated, report.operations);
    }
}
