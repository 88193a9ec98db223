//! Formats generated files by `rustfmt` with its default settings.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::Failure;
use crate::marker::{body, with_body};

/// The environment variable of another `rustfmt`, as for cargo.
const PROGRAM: &str = "RUSTFMT";

/// Formats the Rust files of a crate, and updates the hashes in their markers.
///
/// # Errors
/// Returns an error if `rustfmt` is not installed, or rejects a file.
pub fn format(files: &mut BTreeMap<String, String>) -> Result<(), Failure> {
    const ROOT: &str = "src/lib.rs";
    if !files.contains_key(ROOT) {
        return Ok(());
    }
    let folder = tempfile::tempdir();
    let folder = folder.map_err(|error| Failure(format!("no temporary folder can be created: {error}")))?;
    let write = |path: PathBuf, text: &str| {
        let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = parent.and_then(|()| fs::write(&path, text));
        written.map_err(|error| Failure::at(&path, "cannot be written", &error))
    };
    // Without its own file, rustfmt searches for settings in the parent folders.
    let settings = folder.path().join("rustfmt.toml");
    write(settings.clone(), "")?;
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        write(folder.path().join(path), body(text))?;
    }
    // rustfmt follows the declarations of modules to their files.
    let mut command = Command::new(std::env::var_os(PROGRAM).unwrap_or_else(|| OsString::from("rustfmt")));
    command.args(["--edition", "2024", "--config-path"]).arg(&settings).arg(folder.path().join(ROOT));
    let output = command.output().map_err(|error| {
        Failure(format!("rustfmt cannot be started: {error}; install it with `rustup component add rustfmt`"))
    })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(Failure(format!("rustfmt rejects generated code: {}; please report this", message.trim())));
    }
    for (path, text) in files.iter_mut().filter(|(path, _)| path.ends_with(".rs")) {
        let path = folder.path().join(path);
        let formatted = fs::read_to_string(&path);
        let formatted = formatted.map_err(|error| Failure::at(&path, "cannot be read", &error))?;
        *text = with_body(text, &formatted);
    }
    Ok(())
}
