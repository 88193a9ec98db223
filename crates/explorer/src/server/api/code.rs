//! What the parameters of a form result in, without a call: code, commands, the signature, the permission.

use std::sync::Arc;

use alicloud_codegen::code::program;
use alicloud_codegen::parameters::{self, Required};
use alicloud_policy::policy::Policy;
use axum::Json;
use axum::extract::State as Extract;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Failure, Filled, absolute, blocking};
use crate::curl::{self, Signed};
use crate::invocation::capture;
use crate::outcome::redact_parameters;
use crate::permission::{Permission, permissions, policy};
use crate::server::State;
use crate::target::{Settings, Target, config};
use crate::{signature, snippet};

/// The Rust program, its manifest, the command line and the raw request.
pub(in crate::server) async fn code(
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

/// A command line of `curl`.
///
/// Only one for the mock is signed, with the mock's own key, which is no secret. A signature of the user's key would
/// let anyone who reads the page send the request, so a command for the service has none, and the response names the
/// command that prints a signed one in the user's terminal. A request with secret parameters is not signed either: the
/// page must not receive their values, which the signature covers.
pub(in crate::server) async fn curl(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let (document, operation) = state.find(&filled.selection)?;
        let (model, of) = (operation.model(), operation.operation());
        let values = parameters::read(model, of, &filled.parameters, Required::Any)?;
        let shown = redact_parameters(model, of, &values);
        let signed = filled.settings.target == Target::Mock && shown == values;
        let line = if signed {
            let config =
                config(&state.mocks, &document, &operation, &filled.settings).map_err(Failure::unprocessable)?;
            let request = capture(&operation, &values, config).map_err(Failure::unprocessable)?;
            curl::command(&request, Signed::Yes)
        } else {
            curl::unsigned(&operation, &shown).map_err(Failure::unprocessable)?
        };
        let command = format!("{} --curl", snippet::command(&document, &operation, &values));
        Ok(Json(json!({"curl": line, "signed": signed, "command": command})))
    })
    .await
}

/// The steps of the signature, with a dummy key.
pub(in crate::server) async fn signature(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let (_, operation) = state.find(&filled.selection)?;
        let (model, of) = (operation.model(), operation.operation());
        let values = parameters::read(model, of, &filled.parameters, Required::Any)?;
        let steps = signature::explain(&operation, &redact_parameters(model, of, &values));
        Ok(Json(json!(steps.map_err(Failure::unprocessable)?)))
    })
    .await
}

/// Writes a package that runs with `cargo run`.
pub(in crate::server) async fn project(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let (_, operation) = state.find(&filled.selection)?;
        let of = operation.operation();
        let values = parameters::read(operation.model(), of, &filled.parameters, Required::All)?;
        let folder = absolute(filled.folder)?;
        let dependency = state.dependencies.on(&operation.model().package);
        let program = program(operation.model(), of, &values, &dependency, endpoint(&filled.settings));
        snippet::save_program(&folder, &program).map_err(Failure::unprocessable)?;
        Ok(Json(json!({"folder": folder, "variables": program.variables})))
    })
    .await
}

/// The permissions that a call with these parameters needs; an empty list if the document names no action.
pub(in crate::server) async fn needed_permissions(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let (_, operation) = state.find(&filled.selection)?;
        let (model, of) = (operation.model(), operation.operation());
        let values = parameters::read(model, of, &filled.parameters, Required::Any)?;
        let values: Map<String, Value> = redact_parameters(model, of, &values);
        Ok(Json(json!(permissions(&operation, &values, filled.settings.region()))))
    })
    .await
}

/// Permissions that the user collected.
#[derive(Debug, Deserialize)]
pub(in crate::server) struct Collected {
    permissions: Vec<Permission>,
}

/// A policy that grants permissions.
pub(in crate::server) async fn policy_of(
    Extract(_): Extract<Arc<State>>,
    Json(collected): Json<Collected>,
) -> Json<Policy> {
    Json(policy(&collected.permissions))
}
