//! The files of a crate on disk: what differs is written, what is no longer planned is deleted, what somebody edited is
//! kept.
//!
//! Everything that can be refused is refused before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Failure;
use super::stage::{Stage, remove_leftovers};
use crate::marker::{State, origin, state};

/// What may be done to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: differences are found only.
    Check,
    /// Everything but to files that were edited by hand.
    Write,
    /// Everything.
    Force,
}

/// What a run may do to a folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// What may be done to files.
    pub mode: Mode,
    /// Whether another product's crate may be replaced, and operations that the run leaves out may be deleted.
    pub replace: bool,
    /// Whether the run leaves out operations that the document has.
    pub partial: bool,
}

/// What differs, or was changed, by path inside the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are written.
    pub written: Vec<String>,
    /// Files that are no longer generated and are deleted.
    pub deleted: Vec<String>,
    /// Files that somebody edited, or made, and that are kept.
    pub kept: Vec<String>,
    /// Those of the kept files that this generator did not write.
    pub foreign: BTreeSet<String>,
    /// How many files are as they should be.
    pub unchanged: usize,
}

impl Changes {
    /// Whether the disk had, or has, anything else than what is planned.
    #[must_use]
    pub fn any(&self) -> bool {
        !(self.written.is_empty() && self.deleted.is_empty() && self.kept.is_empty())
    }
}

/// Brings the folder to the planned files.
///
/// # Errors
/// If the folder cannot be read or written; if it has the crate of another document, or one that is nobody's generated
/// crate; if a file would land outside of it, by its path or through a part of the folder that is a symbolic link.
/// Unless writing itself fails, nothing is written then.
pub fn apply(folder: &Path, files: &BTreeMap<String, String>, mode: Mode) -> Result<Changes, Failure> {
    Plan::new(folder, files, Rules { mode, replace: false, partial: false })?.commit()
}

/// What is to be done to a folder, found out and allowed.
pub(super) struct Plan<'a> {
    folder: &'a Path,
    files: &'a BTreeMap<String, String>,
    mode: Mode,
    changes: Changes,
}

impl<'a> Plan<'a> {
    /// Compares the folder with the planned files.
    ///
    /// # Errors
    /// See [`apply`].
    pub(super) fn new(folder: &'a Path, files: &'a BTreeMap<String, String>, rules: Rules) -> Result<Self, Failure> {
        let mut changes = Changes::default();
        let mut found = Found::default();
        for (path, text) in files {
            refuse_outside(folder, path)?;
            refuse_links(folder, path)?;
            let Some(text_found) = read(&folder.join(path))? else {
                changes.written.push(path.clone());
                continue;
            };
            let state = found.add(path, &text_found);
            match state {
                _ if text_found == *text => changes.unchanged += 1,
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
            match found.add(&path, &text) {
                State::Foreign => {}
                State::Edited if rules.mode != Mode::Force => changes.kept.push(path),
                State::Edited | State::Generated => changes.deleted.push(path),
            }
        }
        let planned = files.values().find_map(|text| origin(text));
        found.refuse(folder, planned, &changes, rules)?;
        Ok(Self { folder, files, mode: rules.mode, changes })
    }

    /// Writes and deletes; nothing when checking.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(super) fn commit(self) -> Result<Changes, Failure> {
        if self.mode == Mode::Check {
            return Ok(self.changes);
        }
        if self.changes.written.is_empty() {
            remove_leftovers(self.folder);
        } else {
            let unwritten = |error| Failure::at(self.folder, "cannot be written", &error);
            let mut stage = Stage::open(self.folder).map_err(unwritten)?;
            for path in &self.changes.written {
                let text = self.files.get(path).map(String::as_str).unwrap_or_default();
                stage.add(&self.folder.join(path), text, false).map_err(unwritten)?;
            }
            stage.commit().map_err(|(path, error)| Failure::at(&path, "cannot be written", &error))?;
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

/// What the files of a folder say of themselves.
#[derive(Default)]
struct Found {
    /// The documents that generated files come from.
    origins: BTreeMap<String, usize>,
    /// Whether the manifest is a generated one.
    manifest: bool,
    /// The operations of generated files, by path.
    operations: BTreeMap<String, String>,
}

impl Found {
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

    /// Refuses what would destroy somebody's work.
    fn refuse(&self, folder: &Path, planned: Option<&str>, changes: &Changes, rules: Rules) -> Result<(), Failure> {
        let name = folder.display();
        let other = self.origins.iter().find(|(origin, _)| Some(origin.as_str()) != planned);
        if let (Some((other, files)), Some(planned), false) = (other, planned, rules.replace) {
            return Err(Failure(format!(
                "{name}: has {files} generated files of {other}, and this document is {planned}; choose another folder, or \
                 pass --replace to replace that crate"
            )));
        }
        if let (Some(first), false) = (changes.foreign.first(), self.manifest) {
            return Err(Failure(format!(
                "{name}: {first} was not written by this generator, so nothing is written; choose another folder, or pass \
                 --force to overwrite it"
            )));
        }
        let operations = changes.deleted.iter().filter_map(|path| self.operations.get(path));
        let operations: Vec<&str> = operations.map(String::as_str).collect();
        if rules.partial && rules.mode != Mode::Check && !rules.replace && !operations.is_empty() {
            return Err(Failure(format!(
                "{name}: this run leaves out operations that the crate has, and would delete them: {}; choose another \
                 folder, or pass --replace to delete them",
                operations.join(", ")
            )));
        }
        Ok(())
    }
}

/// The text of a file with the line ends of generated files, or none where there is no such file; a file that is not text
/// is nobody's generated file.
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
    let reason = "a file of the crate would land outside of its folder";
    Err(Failure::at(&folder.join(path), "is not below the folder", &reason))
}

fn refuse_links(folder: &Path, path: &str) -> Result<(), Failure> {
    let mut here = folder.to_owned();
    for part in path.split('/') {
        here.push(part);
        match fs::symlink_metadata(&here) {
            Ok(found) if found.file_type().is_symlink() => {
                let reason = "a file written through it would land elsewhere";
                return Err(Failure::at(&here, "is a symbolic link", &reason));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Every file that the generator could have made: the folder's own, and those below `src`.
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

/// Removes the folders that a deletion emptied, up to the crate's own.
fn remove_empty(folder: &Path, deleted: &Path) {
    let mut here = deleted.parent();
    while let Some(parent) = here.filter(|parent| *parent != folder && parent.starts_with(folder)) {
        if fs::remove_dir(parent).is_err() {
            break;
        }
        here = parent.parent();
    }
}
