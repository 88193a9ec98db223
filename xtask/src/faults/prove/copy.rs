//! A copy of the workspace for mutations.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use alicloud_codegen::cli::Failure;

use super::Verdict;
use super::patch::Change;
use crate::faults::{SUITE, Tests, row};
use crate::files::{read, write};
use crate::process::target;
use crate::root;

/// A copy of the sources with its own target folder, which is reused.
pub(super) struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

impl Copy {
    pub(super) fn new() -> Result<Self, Failure> {
        let below = target().join("faults");
        let copy = Self { folder: below.join("workspace"), target: below.join("target") };
        let mut kept = BTreeSet::new();
        copy_changed(&root(), &copy.folder, Path::new(""), &mut kept)?;
        remove_deleted(&copy.folder, &copy.folder, &kept)?;
        Ok(copy)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs the tests of the rows with the changes applied, and restores the files.
    pub(super) fn prove(&self, rows: &[u32], changes: &[Change]) -> Result<Verdict, Failure> {
        let mut originals = Vec::new();
        for change in changes {
            let path = self.folder.join(&change.file);
            originals.push((path.clone(), read(&path)?));
            write(&path, &change.content)?;
        }
        let verdict = self.test(rows);
        for (path, content) in originals {
            write(&path, &content)?;
        }
        verdict
    }

    pub(super) fn build(&self) -> Result<bool, Failure> {
        crate::process::run(self.cargo(&["test", "--quiet", "--no-run"]).args(SUITE))
    }

    fn test(&self, rows: &[u32]) -> Result<Verdict, Failure> {
        let unproved = |reason: String| Ok(Verdict::Unproved(reason));
        // A patch that does not compile proves nothing.
        let build = self.cargo(&["test", "--quiet", "--no-run"]).args(SUITE).stderr(Stdio::null()).status();
        if !build.map_err(|error| Failure(format!("cargo cannot be started: {error}")))?.success() {
            return unproved("it does not compile".to_owned());
        }
        let output = self
            .cargo(&["test", "--quiet"])
            .args(SUITE)
            .args(["--", "--format", "pretty"])
            .args(rows.iter().map(|row| format!("fault_{row:02}_")))
            .stderr(Stdio::null())
            .output()
            .map_err(|error| Failure(format!("cargo cannot be started: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout);
        // A test that aborts the program, for instance by a stack overflow, has no result.
        let aborted = output.status.code().is_none_or(|code| code == 101) && !text.contains("test result:");
        if aborted {
            return Ok(Verdict::Proved);
        }
        let tests = Tests::read(&text);
        let missed = rows.iter().find(|number| !tests.failed.iter().any(|name| row(name) == Some(**number)));
        match missed {
            None => Ok(Verdict::Proved),
            Some(row) => unproved(format!("no test of row {row} fails")),
        }
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = crate::process::cargo(arguments);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        // Debug information takes half of the build time.
        command.env("CARGO_PROFILE_DEV_DEBUG", "false");
        // Environment variables that cargo sets for this program do not apply to the copy.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                command.env_remove(name);
            }
        }
        command
    }
}

/// Copies changed files, so that cargo rebuilds only these. Folders without sources are omitted.
fn copy_changed(from: &Path, to: &Path, relative: &Path, kept: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let folder = from.join(relative);
    let wrong = |path: &Path, error: std::io::Error| Failure(format!("{}: {error}", path.display()));
    for entry in fs::read_dir(&folder).map_err(|error| wrong(&folder, error))? {
        let entry = entry.map_err(|error| wrong(&folder, error))?;
        let name = entry.file_name();
        if [".git", "target", "corpus"].iter().any(|left_out| name == *left_out) {
            continue;
        }
        let relative = relative.join(&name);
        let kind = entry.file_type().map_err(|error| wrong(&entry.path(), error))?;
        if kind.is_dir() {
            copy_changed(from, to, &relative, kept)?;
        } else if kind.is_file() {
            let content = fs::read(entry.path()).map_err(|error| wrong(&entry.path(), error))?;
            let copy = to.join(&relative);
            if !fs::read(&copy).is_ok_and(|found| found == content) {
                let parent = copy.parent().unwrap_or(to);
                fs::create_dir_all(parent)
                    .and_then(|()| fs::write(&copy, content))
                    .map_err(|error| wrong(&copy, error))?;
            }
            kept.insert(relative);
        }
    }
    Ok(())
}

/// Removes files that the workspace no longer has.
fn remove_deleted(folder: &Path, here: &Path, kept: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| Failure(format!("{}: {error}", here.display()));
    for entry in fs::read_dir(here).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() {
            remove_deleted(folder, &path, kept)?;
        } else if path.strip_prefix(folder).is_ok_and(|relative| !kept.contains(relative)) {
            fs::remove_file(&path).map_err(wrong)?;
        }
    }
    Ok(())
}
