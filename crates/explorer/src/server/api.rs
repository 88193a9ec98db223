//! The endpoints of the page.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use alicloud_codegen::code::program;
use alicloud_codegen::parameters::{self, Problem, Required};
use axum::Json;
use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::State;
use crate::catalog::{CatalogError, Document, LoadedOperation};
use crate::outcome::{Outcome, redact_parameters};
use crate::pages::{Next, Walk};
use crate::target::{Attempts, Settings, Target, client};
use crate::{form, invocation, snippet};

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

pub(super) async fn code(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let (document, operation) = state.find(&filled.selection)?;
        let values = parameters::read(operation.model(), operation.operation(), &filled.parameters, Required::Any)?;
        let dependency = state.dependencies.on(&operation.model().package);
        let snippet = snippet::snippet(&document, &operation, &values, &dependency, endpoint(&filled.settings));
        Ok(Json(serde_json::to_value(snippet).unwrap_or_default()))
    })
    .await
}

/// The endpoint that a program for these settings names.
fn endpoint(settings: &Settings) -> Option<&str> {
    settings.endpoint().filter(|_| settings.target == Target::Service)
}

pub(super) async fn project(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let (_, operation) = state.find(&filled.selection)?;
        let of = operation.operation();
        let values = parameters::read(operation.model(), of, &filled.parameters, Required::All)?;
        let folder = filled.folder.filter(|folder| folder.is_absolute());
        let message = "give an absolute path for the folder of the project";
        let folder = folder.ok_or_else(|| Failure::new(StatusCode::UNPROCESSABLE_ENTITY, message))?;
        let dependency = state.dependencies.on(&operation.model().package);
        let program = program(operation.model(), of, &values, &dependency, endpoint(&filled.settings));
        snippet::save(&folder, &program)
            .map_err(|error| Failure::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
        Ok(Json(json!({"folder": folder, "variables": program.variables})))
    })
    .await
}

pub(super) async fn call(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    let shared = Arc::clone(&state);
    let selection = filled.selection.clone();
    let (document, operation) = blocking(move || Ok(shared.find(&selection)?)).await?;
    let of = operation.operation();
    let values = match filled.settings.target {
        // The mock reports a missing parameter as the service does.
        Target::Mock => parameters::read(operation.model(), of, &filled.parameters, Required::Any)?,
        Target::Service => parameters::read(operation.model(), of, &filled.parameters, Required::All)?,
    };
    if filled.settings.target == Target::Service && operation.is_write() && filled.confirm != of.name.wire {
        let message = format!("{} may change something: confirm the call with its name", of.name.wire);
        return Err(Failure::new(StatusCode::CONFLICT, message));
    }
    let attempts = Attempts::default();
    let client = client(&state.mocks, &document, &operation, &filled.settings, &attempts)
        .map_err(|error| Failure::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    let mut walk = Walk::new(of).filter(|_| filled.all);
    let mut parameters = values.clone();
    let mut items = Vec::new();
    let mut outcome = loop {
        let outcome = match client.call(invocation::request(&operation, &parameters)).response().await {
            Ok(response) => Outcome::of_response(&operation, &response, attempts.take()),
            Err(error) => Outcome::of_error(&operation, &error, attempts.take()),
        };
        let (Some(walk), Some(value)) = (&mut walk, &outcome.value) else { break outcome };
        items.extend_from_slice(walk.items(value));
        match walk.next(&parameters, value) {
            Next::Page(next) => parameters = next,
            Next::End => break outcome,
            Next::Endless => {
                return Err(Failure::new(StatusCode::BAD_GATEWAY, "the service repeats the pages of the list"));
            }
        }
    };
    if walk.is_some() && outcome.ok {
        outcome.value = Some(Value::Array(items));
    }
    let shown = json!({
        "time": SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
        "product": document.product(),
        "version": document.version(),
        "operation": of.name.wire,
        "parameters": redact_parameters(operation.model(), of, &values),
        "target": filled.settings.target,
        "outcome": outcome,
    });
    let saved = state.history.add(&shown);
    let warning = saved.err().map(|error| format!("the call is not in the history: {error}"));
    Ok(Json(json!({"outcome": outcome, "warning": warning})))
}

/// Who calls the service with these settings: never the key itself.
pub(super) async fn caller(
    Extract(_): Extract<Arc<State>>,
    Json(settings): Json<Settings>,
) -> Result<Json<Value>, Failure> {
    match crate::identity::caller(&settings).await {
        Ok(caller) => Ok(Json(json!(caller))),
        Err(error) => Err(Failure::new(StatusCode::BAD_GATEWAY, error.to_string())),
    }
}

pub(super) async fn history(Extract(state): Extract<Arc<State>>) -> Json<Value> {
    Json(Value::Array(state.history.list()))
}

pub(super) async fn clear_history(Extract(state): Extract<Arc<State>>) -> Result<Json<Value>, Failure> {
    let cleared = state.history.clear();
    cleared.map_err(|error| Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(Json(json!({})))
}

/// Runs work that takes long, such as making a model, outside of the tasks that serve requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}
