//! What several tests need.
#![allow(dead_code, reason = "no test needs all of it")]

use std::path::{Path, PathBuf};

use alicloud_explorer::Catalog;
use alicloud_explorer::server::{Dependencies, Explorer, Options};
use alicloud_explorer::target::Settings;
use tempfile::TempDir;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Starts a server whose history is in a folder, and returns its link.
pub(crate) async fn start(documents: &[PathBuf], folder: &TempDir) -> String {
    let options = Options {
        port: 0,
        settings: Settings::default(),
        history: folder.path().join("history.jsonl"),
        dependency: Dependencies::Below(root().join("crates")),
    };
    let explorer = Explorer::bind(Catalog::load(documents).unwrap(), options).await.unwrap();
    let link = explorer.link();
    tokio::spawn(explorer.serve());
    link
}
