//! Installation of the vendor's Python SDKs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::run_quietly;

/// The time limit of an installation.
const INSTALLATION: Duration = Duration::from_secs(180);

/// Returns a Python with these packages and versions, which is installed in `folder` unless it is there already.
///
/// # Errors
/// Returns an error if there is no Python or no package index.
pub fn python(folder: &Path, packages: &[(&str, &str)]) -> Result<PathBuf, String> {
    let folder = folder.join("venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !has_packages(&python, packages) {
        install(&folder, &python, packages)?;
    }
    if has_packages(&python, packages) { Ok(python) } else { Err(format!("{packages:?} cannot be installed")) }
}

fn has_packages(python: &Path, packages: &[(&str, &str)]) -> bool {
    let checks: String =
        packages.iter().map(|(name, version)| format!("; assert m.version({name:?}) == {version:?}")).collect();
    let mut command = Command::new(python);
    command.args(["-c", &format!("import importlib.metadata as m{checks}")]);
    python.is_file() && run_quietly(&mut command, Duration::from_secs(60)).is_ok()
}

fn install(folder: &Path, python: &Path, packages: &[(&str, &str)]) -> Result<(), String> {
    let mut command = Command::new(if cfg!(windows) { "python" } else { "python3" });
    command.args(["-m", "venv", "--clear"]).arg(folder);
    run_quietly(&mut command, Duration::from_secs(60)).map_err(|error| format!("no virtual environment: {error}"))?;
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", "--prefer-binary"]);
    command.args(packages.iter().map(|(name, version)| format!("{name}=={version}")));
    run_quietly(&mut command, INSTALLATION).map_err(|error| format!("pip cannot install {packages:?}: {error}"))
}
