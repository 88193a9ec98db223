//! Running other programs.

use std::path::Path;
use std::process::Command;

use crate::{Failure, root};

/// A cargo command at the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
}

/// Runs the command to its end; true if it succeeded.
pub(crate) fn run(command: &mut Command) -> Result<bool, Failure> {
    let status = command.status().map_err(|error| Failure(format!("{command:?} cannot be started: {error}")))?;
    Ok(status.success())
}

/// The folder that cargo builds into.
pub(crate) fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

/// The path as a message shows it: relative to the root where it is inside.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
