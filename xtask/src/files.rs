//! Reads and writes files, with the path in every error.

use std::fs;
use std::path::Path;

use alicloud_codegen::cli::Failure;

/// Returns the text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure(format!("{}: cannot be read: {error}", path.display())))
}

/// Writes a file if its text differs, so that cargo rebuilds only what changed.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let write = || {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)
    };
    write().map_err(|error| Failure(format!("{}: cannot be written: {error}", path.display())))
}
