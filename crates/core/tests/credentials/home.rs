//! An environment and a home folder of a test's own.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

#[derive(Clone)]
pub(crate) struct Home {
    folder: Arc<TempDir>,
    variables: Arc<Mutex<Vec<(String, String)>>>,
    looked: Arc<Mutex<Vec<String>>>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let home = folder.path().to_str().unwrap().to_owned();
        let variables = Arc::new(Mutex::new(vec![(HOME.to_owned(), home)]));
        Self { folder, variables, looked: Arc::default() }
    }

    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        let home = Self::new();
        variables.iter().for_each(|(name, value)| home.set(name, value));
        home
    }

    pub(crate) fn set(&self, name: &str, value: &str) {
        let mut variables = self.variables.lock().unwrap();
        variables.retain(|(known, _)| known != name);
        variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The configuration of the command-line tool.
    pub(crate) fn cli(&self, content: impl AsRef<[u8]>) {
        self.write(".aliyun/config.json", content);
    }

    /// Looks variables up here.
    pub(crate) fn variables(&self) -> impl Fn(&str) -> Option<String> + Send + Sync + 'static {
        let (variables, looked) = (self.variables.clone(), self.looked.clone());
        move |name| {
            looked.lock().unwrap().push(name.to_owned());
            let variables = variables.lock().unwrap();
            variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        }
    }

    /// How often anything was looked up.
    pub(crate) fn looks(&self) -> usize {
        self.looked.lock().unwrap().len()
    }
}
