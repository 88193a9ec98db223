//! The files of a crate on disk: writes those that differ, deletes those that are no longer generated, and keeps edited
//! ones.
//!
//! All checks happen before the first write.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Failure;
use super::staging::{StagedFiles, remove_leftovers};
use crate::marker::{State, origin, state};

/// The permitted changes on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// None: differences are only reported.
    Check,
    /// All except changes to edited files.
    Write,
    /// All.
    Force,
}

/// The permitted changes to a folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// The permitted changes to files.
    pub mode: Mode,
    /// Whether another product's crate may be replaced, and omitted operations may be deleted.
    pub replace: bool,
    /// Whether the run omits operations of the document.
    pub partial: bool,
}

/// Differences or changes, by path in the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Written files.
    pub written: Vec<String>,
    /// Deleted files, which are no longer generated.
    pub deleted: Vec<String>,
    /// Kept files, which were edited by hand.
    pub kept: Vec<String>,
    /// Kept files that this generator did not write.
    pub foreign: BTreeSet<String>,
    /// The number of unchanged files.
    pub unchanged: usize,
}

impl Changes {
    /// Returns whether the disk differs, or differed, from the generated files.
    #[must_use]
    pub fn any(&self) -> bool {
        !(self.written.is_empty() && self.deleted.is_empty() && self.kept.is_empty())
    }
}

/// Updates a folder to the generated files.
///
/// # Errors
/// Returns an error if the folder cannot be read or written; if it contains the crate of another document, or one that
/// is not generated; or if a file would be outside of it, by its path or through a symbolic link. Unless writing itself
/// fails, nothing is written then.
pub fn apply(folder: &Path, files: &BTreeMap<String, String>, mode: Mode) -> Result<Changes, Failure> {
    Plan::new(folder, files, Rules { mode, replace: false, partial: false })?.commit()
}

/// The planned changes to a folder.
pub(super) struct Plan<'a> {
    folder: &'a Path,
    files: &'a BTreeMap<String, String>,
    mode: Mode,
    changes: Changes,
}

impl<'a> Plan<'a> {
    /// Compares the folder with the generated files.
    ///
    /// # Errors
    /// See [`apply`].
    pub(super) fn new(folder: &'a Path, files: &'a BTreeMap<String, String>, rules: Rules) -> Result<Self, Failure> {
        let mut changes = Changes::default();
        let mut existing = ExistingFiles::default();
        for (path, text) in files {
            refuse_outside(folder, path)?;
            refuse_links(folder, path)?;
            let Some(existing_text) = read(&folder.join(path))? else {
                changes.written.push(path.clone());
                continue;
            };
            let state = existing.add(path, &existing_text);
            match state {
                _ if existing_text == *text => changes.unchanged += 1,
                State::Generated => changes.written.push(path.clone()),
                State::Edited | State::Foreign if rules.mode == Mode::Force => changes.written.push(path.clone()),
                State::Edited => changes.kept.push(path.clone()),
                State::Foreign => {
                    changes.foreign.insert(path.clone());
                    changes.kept.push(path.clone());
                }
            }
        }
        for path in list(folder)? {
            if files.contains_key(&path) {
                continue;
            }
            let Some(text) = read(&folder.join(&path))? else { continue };
            match existing.add(&path, &text) {
                State::Foreign => {}
                State::Edited if rules.mode != Mode::Force => changes.kept.push(path),
                State::Edited | State::Generated => changes.deleted.push(path),
            }
        }
        let planned = files.values().find_map(|text| origin(text));
        existing.refuse(folder, planned, &changes, rules)?;
        Ok(Self { folder, files, mode: rules.mode, changes })
    }

    /// Writes and deletes files, except when checking.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be written.
    pub(super) fn commit(self) -> Result<Changes, Failure> {
        if self.mode == Mode::Check {
            return Ok(self.changes);
        }
        if self.changes.written.is_empty() {
            remove_leftovers(self.folder);
        } else {
            let unwritten = |error| Failure::at(self.folder, "cannot be written", &error);
            let mut staged = StagedFiles::open(self.folder).map_err(unwritten)?;
            for path in &self.changes.written {
                let text = self.files.get(path).map(String::as_str).unwrap_or_default();
                staged.add(&self.folder.join(path), text, false).map_err(unwritten)?;
            }
            staged.commit().map_err(|(path, error)| Failure::at(&path, "cannot be written", &error))?;
        }
        for path in &self.changes.deleted {
            let target = self.folder.join(path);
            match fs::remove_file(&target) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Failure::at(&target, "cannot be deleted", &error));
                }
                _ => remove_empty(self.folder, &target),
            }
        }
        Ok(self.changes)
    }
}

/// The markers of the files in a folder.
#[derive(Default)]
struct ExistingFiles {
    /// The documents of generated files.
    origins: BTreeMap<String, usize>,
    /// Whether the manifest is generated.
    manifest: bool,
    /// The operations of generated files, by path.
    operations: BTreeMap<String, String>,
}

impl ExistingFiles {
    fn add(&mut self, path: &str, text: &str) -> State {
        let state = state(text);
        if state != State::Foreign {
            *self.origins.entry(origin(text).unwrap_or_default().to_owned()).or_default() += 1;
            self.manifest |= path == "Cargo.toml";
            if path.starts_with("src/operation/") {
                let title = text.lines().nth(1).and_then(|line| line.strip_prefix("//! "));
                let name = title.and_then(|title| title.split_once(':')).map_or(path, |(name, _)| name);
                self.operations.insert(path.to_owned(), name.to_owned());
            }
        }
        state
    }

    /// Returns an error if the changes would overwrite or delete other work.
    fn refuse(&self, folder: &Path, planned: Option<&str>, changes: &Changes, rules: Rules) -> Result<(), Failure> {
        let name = folder.display();
        let other = self.origins.iter().find(|(origin, _)| Some(origin.as_str()) != planned);
        if let (Some((other, files)), Some(planned), false) = (other, planned, rules.replace) {
            return Err(Failure(format!(
                "{name}: has {files} generated files of {other}, and this document is {planned}; choose another \
                 folder, or pass --replace to replace that crate"
            )));
        }
        if let (Some(first), false) = (changes.foreign.first(), self.manifest) {
            return Err(Failure(format!(
                "{name}: {first} was not written by this generator, so nothing is written; choose another folder, or \
                 pass --force to overwrite it"
            )));
        }
        let operations = changes.deleted.iter().filter_map(|path| self.operations.get(path));
        let operations: Vec<&str> = operations.map(String::as_str).collect();
        if rules.partial && rules.mode != Mode::Check && !rules.replace && !operations.is_empty() {
            return Err(Failure(format!(
                "{name}: this run omits operations of the existing crate and would delete them: {}; choose another \
                 folder, or pass --replace to delete them",
                operations.join(", ")
            )));
        }
        Ok(())
    }
}

/// Returns the text of a file with the line ends of generated files; none if it does not exist. A file that is not text
/// is not generated.
fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_default().replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::at(path, "cannot be read", &error)),
    }
}

fn refuse_outside(folder: &Path, path: &str) -> Result<(), Failure> {
    if Path::new(path).components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(());
    }
    let reason = "a file of the crate would be outside of its folder";
    Err(Failure::at(&folder.join(path), "is not below the folder", &reason))
}

fn refuse_links(folder: &Path, path: &str) -> Result<(), Failure> {
    let mut here = folder.to_owned();
    for part in path.split('/') {
        here.push(part);
        match fs::symlink_metadata(&here) {
            Ok(existing) if existing.file_type().is_symlink() => {
                let reason = "a file written through it would be in another folder";
                return Err(Failure::at(&here, "is a symbolic link", &reason));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns every file that could be generated: those of the folder itself, and those below `src`.
fn list(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut paths = Vec::new();
    let mut pending = vec![(PathBuf::new(), false), (PathBuf::from("src"), true)];
    while let Some((relative, deep)) = pending.pop() {
        let here = folder.join(&relative);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Failure::at(&here, "cannot be read", &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| Failure::at(&here, "cannot be read", &error))?;
            let kind = entry.file_type().map_err(|error| Failure::at(&entry.path(), "cannot be read", &error))?;
            let path = relative.join(entry.file_name());
            if kind.is_dir() && deep {
                pending.push((path, true));
            } else if kind.is_file() {
                let known = |ending: &str| ["rs", "toml", "md"].contains(&ending);
                if path.extension().and_then(|ending| ending.to_str()).is_some_and(known) {
                    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                    paths.push(parts.join("/"));
                }
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// Removes folders that a deletion emptied, up to the folder of the crate.
fn remove_empty(folder: &Path, deleted: &Path) {
    let mut here = deleted.parent();
    while let Some(parent) = here.filter(|parent| *parent != folder && parent.starts_with(folder)) {
        if fs::remove_dir(parent).is_err() {
            break;
        }
        here = parent.parent();
    }
}
