//! Summaries of a run.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use super::tree::Changes;
use super::{Arguments, Format};
use crate::generate::Outcome;

/// The result of a document.
#[derive(Clone, Debug)]
pub struct Report {
    /// The document.
    pub name: String,
    /// The package.
    pub package: String,
    /// The folder of the crate; empty if there is none.
    pub folder: PathBuf,
    /// The number of operations in the document.
    pub operations: usize,
    /// The number of operations in the crate.
    pub generated: usize,
    /// The number of paginated operations.
    pub paged: usize,
    /// The omitted operations.
    pub refused: Vec<String>,
    /// The fields that are sensitive because of their names.
    pub marked: Vec<String>,
    /// The problems, as text.
    pub diagnostics: Vec<String>,
    /// The number of files in the crate.
    pub files: usize,
    /// The number of lines in the files.
    pub lines: usize,
    /// The differences on disk.
    pub changes: Changes,
    /// Whether there is a crate.
    pub success: bool,
}

impl Report {
    pub(super) fn new(name: &str, outcome: &Outcome, diagnostics: Vec<String>) -> Self {
        Self {
            name: name.to_owned(),
            package: outcome.package.clone(),
            folder: PathBuf::new(),
            operations: outcome.operations,
            generated: outcome.generated,
            paged: outcome.paged,
            refused: outcome.refused.clone(),
            marked: outcome.marked.clone(),
            diagnostics,
            files: outcome.files.len(),
            lines: outcome.files.values().map(|text| text.lines().count()).sum(),
            changes: Changes::default(),
            success: outcome.is_success(),
        }
    }
}

/// Prints the summary of a run that began at this time. Returns whether it succeeded.
pub fn print_summary(reports: &[Report], arguments: &Arguments, started: Instant) -> bool {
    let summary =
        Summary { reports, elapsed: started.elapsed(), check: arguments.check, list_secrets: arguments.list_secrets };
    summary.print(arguments.format == Format::Json);
    summary.is_success()
}

/// The summary of all documents.
struct Summary<'a> {
    reports: &'a [Report],
    elapsed: Duration,
    /// Whether files were only compared.
    check: bool,
    /// Whether every field that is sensitive because of its name is listed.
    list_secrets: bool,
}

impl Summary<'_> {
    fn sum(&self, count: impl Fn(&Report) -> usize) -> usize {
        self.reports.iter().map(count).sum()
    }

    /// Returns whether every crate is complete and up to date. A kept file is not up to date; a written one is, unless
    /// files were only compared.
    fn is_success(&self) -> bool {
        let complete = |changes: &Changes| if self.check { !changes.any() } else { changes.kept.is_empty() };
        self.reports.iter().all(|report| report.success && complete(&report.changes))
    }

    /// Prints the problems to standard error, and the summary to standard output.
    fn print(&self, json: bool) {
        if json {
            println!("{}", self.json());
            return;
        }
        for diagnostic in self.reports.iter().flat_map(|report| &report.diagnostics) {
            eprintln!("{diagnostic}");
        }
        print!("{}", self.text());
    }

    /// Returns the number or the names of the fields that are sensitive because of their names.
    fn secrets(&self) -> String {
        let count = self.sum(|report| report.marked.len());
        if count == 0 {
            return String::new();
        }
        let mut out = format!("note: {count} fields are sensitive because of their names");
        if !self.list_secrets {
            out.push_str("; --list-secrets lists them, and `x-sensitive` overrides this");
        }
        out.push('\n');
        for report in self.reports.iter().filter(|_| self.list_secrets) {
            report.marked.iter().for_each(|field| out.push_str(&format!("  {}: {field}\n", report.package)));
        }
        out
    }

    /// Returns the summary as one JSON object.
    fn json(&self) -> String {
        let documents: Vec<_> = self
            .reports
            .iter()
            .map(|report| {
                json!({
                    "document": report.name,
                    "package": report.package,
                    "success": report.success,
                    "operations": report.operations,
                    "generated": report.generated,
                    "paged": report.paged,
                    "refused": report.refused,
                    "secrets": report.marked,
                    "files": report.files,
                    "lines": report.lines,
                    "written": report.changes.written,
                    "deleted": report.changes.deleted,
                    "kept": report.changes.kept,
                    "diagnostics": report.diagnostics,
                })
            })
            .collect();
        let summary = json!({
            "documents": self.reports.len(),
            "operations": self.sum(|report| report.operations),
            "generated": self.sum(|report| report.generated),
            "paged": self.sum(|report| report.paged),
            "refused": self.sum(|report| report.refused.len()),
            "secrets": self.sum(|report| report.marked.len()),
            "files": self.sum(|report| report.files),
            "lines": self.sum(|report| report.lines),
            "seconds": self.elapsed.as_secs_f64(),
            "success": self.is_success(),
            "details": documents,
        });
        summary.to_string()
    }

    /// Returns the summary as a table, with the differences on disk.
    fn text(&self) -> String {
        let mut out = String::new();
        let here = std::env::current_dir().unwrap_or_default();
        let (done, verb) = if self.check { ("would be written", "differs") } else { ("written", "written") };
        for report in self.reports {
            let Changes { written, deleted, kept, foreign, .. } = &report.changes;
            let place = |path: &String| {
                let path = report.folder.join(path);
                path.strip_prefix(&here).unwrap_or(&path).display().to_string()
            };
            for path in written {
                if self.check || written.len() <= 12 {
                    out.push_str(&format!("{verb}: {}\n", place(path)));
                }
            }
            for path in deleted {
                let verb = if self.check { "no longer generated" } else { "deleted" };
                out.push_str(&format!("{verb}: {}\n", place(path)));
            }
            for path in kept {
                let what = if foreign.contains(path) { "not written by this generator" } else { "edited by hand" };
                out.push_str(&format!("kept: {}: {what}; --force overwrites it\n", place(path)));
            }
        }
        out.push_str(&format!(
            "{:<44} {:>10} {:>9} {:>7} {:>6} {:>8}\n",
            "document", "operations", "generated", "refused", "files", "lines"
        ));
        let row = |name: &str, figures: [usize; 5]| {
            let [operations, generated, refused, files, lines] = figures;
            format!("{name:<44} {operations:>10} {generated:>9} {refused:>7} {files:>6} {lines:>8}\n")
        };
        for report in self.reports {
            let figures = [report.operations, report.generated, report.refused.len(), report.files, report.lines];
            out.push_str(&row(&report.name, figures));
        }
        if self.reports.len() > 1 {
            let figures = [
                self.sum(|report| report.operations),
                self.sum(|report| report.generated),
                self.sum(|report| report.refused.len()),
                self.sum(|report| report.files),
                self.sum(|report| report.lines),
            ];
            out.push_str(&row(&format!("{} documents", self.reports.len()), figures));
        }
        out.push_str(&self.secrets());
        let written = self.sum(|report| report.changes.written.len());
        let deleted = self.sum(|report| report.changes.deleted.len());
        let kept = self.sum(|report| report.changes.kept.len());
        let seconds = self.elapsed.as_secs_f64();
        if written + deleted + kept == 0 && self.reports.iter().all(|report| report.success) {
            out.push_str(&format!("nothing to change ({seconds:.2} s)\n"));
        } else {
            out.push_str(&format!("{written} files {done}, {deleted} deleted, {kept} kept ({seconds:.2} s)\n"));
        }
        out
    }
}
