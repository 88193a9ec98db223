//! Workspaces that a test makes, and cargo for them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, io};

use crate::root;

/// A workspace of its own below the target folder, with the runtime of this one at hand.
///
/// Its crates are built beside this workspace's own, so that dependencies are built once for all.
#[derive(Clone, Debug)]
pub struct Scratch {
    folder: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// An empty workspace with these members. `temporary` is the `CARGO_TARGET_TMPDIR` that cargo gives to tests.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn new(temporary: impl AsRef<Path>, name: &str, members: &[&str]) -> io::Result<Self> {
        let temporary = temporary.as_ref();
        let folder = temporary.join(name);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let target = temporary.parent().unwrap_or(temporary).to_owned();
        let scratch = Self { folder, target };
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n\
             [workspace.package]\nrepository = \"https://example.com\"\n\n\
             [workspace.dependencies]\nalicloud-core = {{ path = '{}', default-features = false }}\n\
             tokio = \"1\"\n",
            root().join("crates/core").display()
        );
        scratch.write("Cargo.toml", &manifest)?;
        fs::copy(root().join("Cargo.lock"), scratch.path("Cargo.lock"))?;
        Ok(scratch)
    }

    /// The folder, or a file in it.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.join(relative)
    }

    /// Writes a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, relative: &str, text: &str) -> io::Result<()> {
        let path = self.path(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)
    }

    /// Runs cargo to its end, first without the network, for all that is needed is there as a rule.
    ///
    /// # Errors
    /// If cargo cannot be started.
    pub fn cargo<S: AsRef<OsStr>>(&self, arguments: &[S]) -> io::Result<ProgramOutput> {
        self.cargo_with(arguments, &[])
    }

    /// Runs cargo to its end as [`cargo`](Self::cargo) does, with environment variables.
    ///
    /// # Errors
    /// If cargo cannot be started.
    pub fn cargo_with<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        variables: &[(&str, &Path)],
    ) -> io::Result<ProgramOutput> {
        let offline = self.run(arguments, variables, true)?;
        let unreachable = offline.errors.contains("--offline") && !offline.success;
        if unreachable { self.run(arguments, variables, false) } else { Ok(offline) }
    }

    fn run<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        variables: &[(&str, &Path)],
        offline: bool,
    ) -> io::Result<ProgramOutput> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        command.envs(variables.iter().copied());
        // The variables that cargo sets for a test are not for these crates.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                command.env_remove(name);
            }
        }
        if offline {
            command.env("CARGO_NET_OFFLINE", "true");
        }
        command.output().map(ProgramOutput::from)
    }
}

/// The output of a program.
#[derive(Clone, Debug)]
pub struct ProgramOutput {
    /// Whether it succeeded.
    pub success: bool,
    /// Its output.
    pub output: String,
    /// Its errors and warnings.
    pub errors: String,
}

impl From<Output> for ProgramOutput {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { success: output.status.success(), output: text(&output.stdout), errors: text(&output.stderr) }
    }
}

/// The files below a folder by relative path with `/` between the parts, the `target` folder left out.
///
/// # Errors
/// If a file cannot be read.
pub fn files(folder: &Path) -> io::Result<std::collections::BTreeMap<String, Vec<u8>>> {
    let mut files = std::collections::BTreeMap::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(relative) = pending.pop() {
        for entry in fs::read_dir(folder.join(&relative))? {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if entry.file_name() != "target" {
                    pending.push(path);
                }
            } else {
                let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                files.insert(parts.join("/"), fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}
