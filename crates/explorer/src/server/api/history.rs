//! The calls that were made.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, Selection, absolute, blocking};
use crate::compare::differences;
use crate::history::Entry;
use crate::recording;
use crate::server::State;

impl State {
    /// Returns the call with this ID.
    fn made(&self, id: &str) -> Result<Entry, Failure> {
        self.history.find(id).ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, "the history has no such call"))
    }
}

/// All calls, newest first.
pub(in crate::server) async fn list(Extract(state): Extract<Arc<State>>) -> Json<Vec<Entry>> {
    Json(state.history.list())
}

/// Removes all calls.
pub(in crate::server) async fn clear(Extract(state): Extract<Arc<State>>) -> Result<Json<Value>, Failure> {
    let cleared = state.history.clear();
    cleared.map_err(|error| Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(Json(json!({})))
}

/// Two calls, by their IDs.
#[derive(Debug, Deserialize)]
pub(in crate::server) struct Pair {
    left: String,
    right: String,
}

/// The differences between the parameters and the results of two calls.
pub(in crate::server) async fn compare(
    Extract(state): Extract<Arc<State>>,
    Json(pair): Json<Pair>,
) -> Result<Json<Value>, Failure> {
    let parts = |call: &Entry| {
        let error = call.outcome.error.as_ref();
        json!({
            "parameters": call.parameters,
            "status": call.outcome.status,
            "error": error.map(|error| json!({"code": error.code, "message": error.service_message})),
            "response": call.outcome.value.as_ref().map_or_else(|| json!(call.outcome.text), Clone::clone),
        })
    };
    let (left, right) = (state.made(&pair.left)?, state.made(&pair.right)?);
    Ok(Json(json!(differences(&parts(&left), &parts(&right)))))
}

/// A call and the folder of a project.
#[derive(Debug, Deserialize)]
pub(in crate::server) struct Export {
    id: String,
    folder: Option<PathBuf>,
}

/// Writes a package with a test that replays a call.
pub(in crate::server) async fn export(
    Extract(state): Extract<Arc<State>>,
    Json(export): Json<Export>,
) -> Result<Json<Value>, Failure> {
    let call = state.made(&export.id)?;
    let folder = absolute(export.folder)?;
    let selection =
        Selection { product: call.product.clone(), version: call.version.clone(), operation: call.operation.clone() };
    let shared = Arc::clone(&state);
    let (_, operation) = blocking(move || Ok(shared.find(&selection)?)).await?;
    let dependency = state.dependencies.on(&operation.model().package);
    recording::export(&operation, &call, &dependency, &folder).await.map_err(Failure::unprocessable)?;
    Ok(Json(json!({"folder": folder})))
}
