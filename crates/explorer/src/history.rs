//! The calls that were made, in a file that only the user can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::outcome::Outcome;
use crate::target::Target;

/// The greatest number of calls that are kept.
const LIMIT: usize = 500;

/// A call that was made, without secrets.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Entry {
    /// A random name.
    #[serde(default)]
    pub id: String,
    /// The seconds since 1970.
    pub time: u64,
    /// The product.
    pub product: String,
    /// The version of the product's API.
    pub version: String,
    /// The operation.
    pub operation: String,
    /// The parameters.
    pub parameters: Map<String, Value>,
    /// Where the call went.
    pub target: Target,
    /// Whether the value of the result is joined from several pages or events.
    #[serde(default)]
    pub joined: bool,
    /// The result.
    pub outcome: Outcome,
}

/// The calls that were made, one JSON object in each line. Secrets are redacted before a call is added.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    lock: Mutex<()>,
}

impl History {
    /// Uses this file, which need not exist.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, lock: Mutex::new(()) }
    }

    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Adds a call. When there are too many, the oldest half is removed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&self, call: &Entry) -> io::Result<()> {
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = self.lines();
        if lines.len() >= LIMIT {
            let kept = lines[lines.len() - LIMIT / 2..].join("\n") + "\n";
            let temporary = self.path.with_extension("new");
            private(&temporary, true)?.write_all(kept.as_bytes())?;
            fs::rename(&temporary, &self.path)?;
        }
        writeln!(private(&self.path, false)?, "{}", serde_json::to_string(call)?)
    }

    /// Returns the calls, newest first. A line that cannot be read is left out.
    #[must_use]
    pub fn list(&self) -> Vec<Entry> {
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.lines().iter().rev().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Returns the call with this ID.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Entry> {
        self.list().into_iter().find(|call| call.id == id)
    }

    /// Removes all calls.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn clear(&self) -> io::Result<()> {
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// Opens a file that nobody else can read.
fn private(path: &std::path::Path, truncate: bool) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true);
    if truncate {
        options.write(true).truncate(true);
    } else {
        options.append(true);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}
