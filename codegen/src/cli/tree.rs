//! The files of a crate on disk: what differs is written, what is no longer planned is deleted, what somebody edited is
//! kept.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Failure;
use crate::plan::{State, state};

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

/// What differs, or was changed, by path inside the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are written.
    pub written: Vec<String>,
    /// Files that are no longer generated and are deleted.
    pub deleted: Vec<String>,
    /// Files that somebody edited, or made, and that are kept.
    pub kept: Vec<String>,
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
/// If the folder cannot be read or written, or a file would land outside of it: by its path, or through a part of the
/// folder that is a symbolic link.
pub fn apply(folder: &Path, files: &BTreeMap<String, String>, mode: Mode) -> Result<Changes, Failure> {
    let mut changes = Changes::default();
    for (path, text) in files {
        let target = folder.join(path);
        refuse_outside(folder, path)?;
        refuse_links(folder, path)?;
        let found = read(&target)?;
        match found.as_deref().map(|found| (found == text, state(found))) {
            Some((true, _)) => changes.unchanged += 1,
            Some((false, State::Edited | State::Foreign)) if mode != Mode::Force => changes.kept.push(path.clone()),
            _ => {
                if mode != Mode::Check {
                    write(&target, text)?;
                }
                changes.written.push(path.clone());
            }
        }
    }
    for path in list(folder)? {
        if files.contains_key(&path) {
            continue;
        }
        let target = folder.join(&path);
        let Some(found) = read(&target)? else { continue };
        match state(&found) {
            State::Foreign => {}
            State::Edited if mode != Mode::Force => changes.kept.push(path),
            State::Edited | State::Generated => {
                if mode != Mode::Check {
                    fs::remove_file(&target).map_err(|error| Failure::at(&target, "cannot be deleted", &error))?;
                    remove_empty(folder, &target);
                }
                changes.deleted.push(path);
            }
        }
    }
    Ok(changes)
}

/// The text of a file, or none where there is no such file; a file that is not text is nobody's generated file.
fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_default())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::at(path, "cannot be read", &error)),
    }
}

/// Writes beside the target and renames, so that an interrupted run leaves no half of a file.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".partial");
        fs::write(&beside, text)?;
        fs::rename(&beside, path)
    };
    write().map_err(|error| Failure::at(path, "cannot be written", &error))
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
