//! Writes several files at once: first to a staging folder, from which they are then moved to their targets.
//!
//! The staging folder is inside the target folder and has a random name, so that two runs never share one. A run locks
//! a file in its folder. A folder without a lock belongs to a killed run, and the next run removes it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use tempfile::TempDir;

/// The prefix of staging folders.
const PREFIX: &str = ".alicloud-codegen-";

/// The file in a staging folder that its run locks.
const LOCK: &str = "lock";

/// The maximum number of attempts to create a staging folder that another run removes.
const ATTEMPTS: usize = 8;

/// Files in a staging folder. Dropping it before [`StagedFiles::commit`] removes them.
pub(super) struct StagedFiles {
    files: Vec<(PathBuf, PathBuf)>,
    /// Released before the folder is removed, because some systems do not remove open files.
    _lock: File,
    dir: TempDir,
}

impl StagedFiles {
    /// Creates a staging folder in a folder, which is created if it does not exist.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be written.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        remove_leftovers(folder);
        let mut failure = io::Error::other("other runs keep removing the temporary folder");
        for _ in 0..ATTEMPTS {
            let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder)?;
            let path = dir.path().join(LOCK);
            match File::create_new(&path) {
                Ok(lock) => {
                    // On a file system without locks, another run may remove the folder.
                    let _ = FileExt::lock(&lock);
                    if path.exists() {
                        return Ok(Self { files: Vec::new(), _lock: lock, dir });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => failure = error,
                Err(error) => return Err(error),
            }
        }
        Err(failure)
    }

    /// Writes the text to a temporary file, which [`StagedFiles::commit`] moves to the target. `durable` waits for the
    /// disk.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(super) fn add(&mut self, target: &Path, text: &str, durable: bool) -> io::Result<()> {
        let staged = self.dir.path().join(self.files.len().to_string());
        let mut file = File::create_new(&staged)?;
        file.write_all(text.as_bytes())?;
        if durable {
            file.sync_all()?;
        }
        self.files.push((staged, target.to_owned()));
        Ok(())
    }

    /// Moves every file to its target.
    ///
    /// # Errors
    /// Returns the first target that cannot be written; the files before it are written.
    pub(super) fn commit(self) -> Result<(), (PathBuf, io::Error)> {
        for (staged, target) in &self.files {
            let parent = || target.parent().map_or(Ok(()), fs::create_dir_all);
            let moved = parent().and_then(|()| fs::rename(staged, target));
            let moved = match moved {
                // Another run removed a folder that it had emptied.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    parent().and_then(|()| fs::rename(staged, target))
                }
                moved => moved,
            };
            moved.map_err(|error| (target.clone(), error))?;
        }
        Ok(())
    }
}

/// Removes the staging folders of killed runs. A folder that cannot be removed is left for the next run.
pub(super) fn remove_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if !named || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let path = entry.path();
        match File::open(path.join(LOCK)) {
            Ok(lock) => {
                if FileExt::try_lock(&lock).is_ok() {
                    let _ = fs::remove_dir_all(&path);
                }
            }
            // Killed before it locked the file. The folder of a running process is not empty.
            Err(_) => drop(fs::remove_dir(&path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn staged_files_open_removes_folders_of_killed_runs_only() {
        let folder = tempfile::tempdir().expect("a folder");
        for killed in ["a", "b"] {
            let dir = folder.path().join(format!("{PREFIX}{killed}"));
            fs::create_dir(&dir).expect("a folder");
            if killed == "a" {
                fs::write(dir.join(LOCK), "").expect("a file");
                fs::write(dir.join("0"), "half of a fi").expect("a file");
            }
        }
        fs::write(folder.path().join(format!("{PREFIX}mine")), "a file of a user").expect("a file");
        let mut running = StagedFiles::open(folder.path()).expect("staged files");
        running.add(&folder.path().join("one"), "1", false).expect("a file");
        let other = StagedFiles::open(folder.path()).expect("staged files");
        assert_eq!(names(folder.path()).len(), 3, "{:?}", names(folder.path()));
        drop(other);
        running.commit().map_err(|(_, error)| error).expect("a file");
        assert_eq!(names(folder.path()), [format!("{PREFIX}mine"), "one".to_owned()]);
    }

    #[test]
    fn staged_files_dropped_before_commit_change_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("one"), "old").expect("a file");
        let mut staged = StagedFiles::open(folder.path()).expect("staged files");
        staged.add(&folder.path().join("one"), "new", true).expect("a file");
        drop(staged);
        assert_eq!(fs::read_to_string(folder.path().join("one")).expect("a file"), "old");
        assert_eq!(names(folder.path()), ["one"]);
    }
}
