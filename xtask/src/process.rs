//! Runs other programs.

use std::path::Path;
use std::process::Command;

use crate::{Failure, root};

/// Returns a cargo command in the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command to its end; returns whether it succeeded.
pub(crate) fn run(command: &mut Command) -> Result<bool, Failure> {
    let status = command.status().map_err(|error| Failure(format!("{command:?} cannot be started: {error}")))?;
    Ok(status.success())
}

/// Returns the target folder of cargo.
pub(crate) fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

/// Returns a path for messages: relative to the root if it is inside.
pub(crate) fn display_path(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
