//! The endpoints of the page.

pub(super) mod call;
pub(super) mod code;
pub(super) mod history;

use std::path::PathBuf;
use std::sync::Arc;

use alicloud_codegen::parameters::Problem;
use axum::Json;
use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::State;
use crate::catalog::{CatalogError, Document, LoadedOperation};
use crate::form;
use crate::target::Settings;

/// Names an operation.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Selection {
    product: String,
    version: String,
    operation: String,
}

/// An operation with parameters.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Filled {
    #[serde(flatten)]
    selection: Selection,
    #[serde(default)]
    parameters: Map<String, Value>,
    #[serde(default)]
    settings: Settings,
    /// The name of the operation, which a call that changes something on the service needs.
    #[serde(default)]
    confirm: String,
    /// Whether all pages of a list are requested.
    #[serde(default)]
    all: bool,
    /// The folder of a project.
    #[serde(default)]
    folder: Option<PathBuf>,
}

/// Why a request of the page fails.
pub(super) struct Failure(StatusCode, Value);

impl Failure {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self(status, json!({"error": message.into()}))
    }

    /// The request cannot be made, for this reason.
    fn unprocessable(reason: impl ToString) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, reason.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self::new(StatusCode::NOT_FOUND, error.to_string())
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        let problems: Vec<Value> =
            problems.iter().map(|problem| json!({"path": problem.path, "message": problem.message})).collect();
        Self(StatusCode::UNPROCESSABLE_ENTITY, json!({"error": "some parameters are not valid", "problems": problems}))
    }
}

/// The folder of a project, which a request must give as an absolute path.
fn absolute(folder: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let folder = folder.filter(|folder| folder.is_absolute());
    folder.ok_or_else(|| Failure::unprocessable("give an absolute path for the folder of the project"))
}

impl State {
    fn find(&self, selection: &Selection) -> Result<(Arc<Document>, LoadedOperation), CatalogError> {
        let document = self.catalog.document(&selection.product, Some(&selection.version))?;
        Ok((Arc::clone(document), document.operation(&selection.operation)?))
    }
}

/// Every operation, as rows that are short on the wire: name, summary, deprecated.
pub(super) async fn index(Extract(state): Extract<Arc<State>>) -> Json<Value> {
    let documents = state.catalog.documents().iter().map(|document| {
        let rows =
            document.entries().iter().map(|entry| json!([entry.name, entry.summary, u8::from(entry.deprecated)]));
        json!({
            "product": document.product(),
            "version": document.version(),
            "title": document.title(),
            "operations": rows.collect::<Vec<_>>(),
        })
    });
    Json(json!({"documents": documents.collect::<Vec<_>>(), "settings": state.settings}))
}

pub(super) async fn operation(
    Extract(state): Extract<Arc<State>>,
    Query(selection): Query<Selection>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let (document, operation) = state.find(&selection)?;
        Ok(Json(form::describe(&document, &operation)))
    })
    .await
}

/// Runs work that takes long, such as making a model, outside of the tasks that serve requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}
