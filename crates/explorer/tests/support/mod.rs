//! What several tests need.
#![allow(dead_code, reason = "no test needs all of it")]

pub(crate) mod browser;

use std::path::{Path, PathBuf};

use alicloud_explorer::Catalog;
use alicloud_explorer::server::{Dependencies, Explorer, Options};
use alicloud_explorer::target::Settings;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
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

/// A secret that no response may contain.
pub(crate) const PLANTED: &str = "planted-secret-7Q";

pub(crate) struct Server {
    pub(crate) link: String,
    pub(crate) client: Client,
    pub(crate) folder: TempDir,
}

impl Server {
    pub(crate) async fn start(documents: &[PathBuf]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let link = start(documents, &folder).await;
        // Another test may have installed it.
        _ = rustls::crypto::ring::default_provider().install_default();
        Self { link, client: Client::builder().no_proxy().build().unwrap(), folder }
    }

    pub(crate) async fn app_streaming() -> Self {
        Self::start(&[root().join("spec/appstream-center/2021-09-01.json")]).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.client.get(format!("{}api/{path}", self.link)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    /// The lines of a streamed response.
    pub(crate) async fn lines(&self, path: &str, body: &Value) -> Vec<String> {
        let response = self.client.post(format!("{}api/{path}", self.link)).json(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap().lines().map(str::to_owned).collect()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.client.post(format!("{}api/{path}", self.link)).json(body).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }
}

pub(crate) fn log_off(parameters: Value) -> Value {
    json!({
        "product": "appstream-center",
        "version": "2021-09-01",
        "operation": "LogOffAllSessionsInAppInstanceGroup",
        "parameters": parameters,
    })
}

/// The modules of the page; `types.js` has only types.
pub(crate) fn scripts() -> Vec<String> {
    let files = std::fs::read_dir(root().join("crates/explorer/page")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let scripts: Vec<String> = names.filter(|name| name.ends_with(".js") && name != "types.js").collect();
    assert!(scripts.len() > 10);
    scripts
}
