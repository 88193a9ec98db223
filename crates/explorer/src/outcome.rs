//! What a call returned, as JSON for people and programs, without secrets.

use std::time::Duration;

use alicloud_codegen::model::{Model, Operation, Permission, ResponseBody, Shape, TypeKind};
use alicloud_core::{Error, Response};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalog::LoadedOperation;
use crate::target::Attempt;

/// The text that replaces a value that must not be shown.
pub const REDACTED: &str = "***";

/// The result of a call.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Whether the call succeeded.
    pub ok: bool,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// The ID of the request, if the service sent one.
    pub request_id: Option<String>,
    /// The time of the call with all attempts, in milliseconds.
    pub milliseconds: f64,
    /// The attempts.
    pub attempts: Vec<Attempt>,
    /// The headers of the response.
    pub headers: Vec<(String, String)>,
    /// The response, if it is JSON.
    pub value: Option<Value>,
    /// The response, if it is text that is not JSON.
    pub text: Option<String>,
    /// The response as base64, if it is neither JSON nor text.
    pub bytes: Option<String>,
    /// Why the call failed.
    pub error: Option<Failure>,
}

/// Why a call failed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The kind of the error, such as `Service` or `Timeout`.
    pub kind: String,
    /// The error code of the service.
    pub code: Option<String>,
    /// The text of the error with those of its sources.
    pub message: String,
    /// The message of the service, or of the error itself.
    #[serde(default)]
    pub service_message: String,
    /// Whether the service may have executed the request.
    pub may_have_been_executed: bool,
    /// The vendor's page about the error.
    pub troubleshooting_url: Option<String>,
    /// What the document and the error say, in sentences.
    pub explanation: Vec<String>,
    /// The meaning of the code in the document's list.
    #[serde(default)]
    pub documented: Option<String>,
    /// The RAM action that the caller lacks.
    #[serde(default)]
    pub missing_action: Option<String>,
    /// The difference between the text that was signed here and the text that the service signed.
    #[serde(default)]
    pub signature_difference: Option<String>,
    /// The details of a missing permission.
    pub access_denied: Option<Value>,
    /// The encrypted message about a missing permission, which [`diagnosis::decode`](crate::diagnosis::decode) decodes.
    #[serde(default)]
    pub diagnostic_message: Option<String>,
}

/// Headers of responses that contain credentials.
const SECRET_HEADERS: [&str; 3] = ["authorization", "set-cookie", "x-acs-security-token"];

impl Outcome {
    /// Describes a response.
    #[must_use]
    pub fn of_response(operation: &LoadedOperation, response: &Response<Value>, attempts: Vec<Attempt>) -> Self {
        let (model, of) = (operation.model(), operation.operation());
        let body = response.body();
        let (mut value, mut text, mut bytes) = (None, None, None);
        match (&of.response_body, &response.value) {
            (ResponseBody::Empty, _) => {}
            (ResponseBody::Bytes, _) | (_, Value::Null) if !body.is_empty() => match std::str::from_utf8(body) {
                Ok(readable) if !of.sensitive_response => text = Some(readable.to_owned()),
                Ok(_) => text = Some(REDACTED.to_owned()),
                Err(_) => bytes = Some(base64::engine::general_purpose::STANDARD.encode(body)),
            },
            (_, shown) => value = Some(redact_response(model, of, shown)),
        }
        let header = |(name, value): (&alicloud_core::http::HeaderName, &alicloud_core::http::HeaderValue)| {
            let secret = SECRET_HEADERS.contains(&name.as_str());
            let value =
                if secret { REDACTED.to_owned() } else { String::from_utf8_lossy(value.as_bytes()).into_owned() };
            (name.to_string(), value)
        };
        Self {
            ok: true,
            status: Some(response.status()),
            request_id: response.request_id().map(str::to_owned),
            milliseconds: response.elapsed().as_secs_f64() * 1_000.0,
            attempts,
            headers: response.headers().iter().map(header).collect(),
            value,
            text,
            bytes,
            error: None,
        }
    }

    /// Describes a stream of events that has ended.
    #[must_use]
    pub fn of_events(
        operation: &LoadedOperation,
        request_id: Option<String>,
        events: Vec<Value>,
        error: Option<&Error>,
        elapsed: Duration,
        attempts: Vec<Attempt>,
    ) -> Self {
        let outcome = match error {
            Some(error) => Self::of_error(operation, error, attempts),
            None => Self {
                ok: true,
                status: None,
                request_id,
                milliseconds: 0.0,
                attempts,
                headers: Vec::new(),
                value: None,
                text: None,
                bytes: None,
                error: None,
            },
        };
        Self { value: Some(Value::Array(events)), milliseconds: elapsed.as_secs_f64() * 1_000.0, ..outcome }
    }

    /// Describes an error.
    #[must_use]
    pub fn of_error(operation: &LoadedOperation, error: &Error, attempts: Vec<Attempt>) -> Self {
        Self {
            ok: false,
            status: error.status(),
            request_id: error.request_id().map(str::to_owned),
            milliseconds: error.elapsed().as_secs_f64() * 1_000.0,
            attempts,
            headers: Vec::new(),
            value: None,
            text: None,
            bytes: None,
            error: Some(Failure {
                kind: format!("{:?}", error.kind()),
                code: error.code().map(str::to_owned),
                message: with_causes(error),
                may_have_been_executed: error.may_have_been_executed(),
                troubleshooting_url: error.troubleshooting_url().map(str::to_owned),
                service_message: error.message().to_owned(),
                documented: documented(operation.operation(), error),
                missing_action: missing_action(operation.operation(), error),
                signature_difference: error.signature_difference().map(str::to_owned),
                diagnostic_message: error
                    .access_denied_detail()
                    .and_then(|detail| detail.encoded_diagnostic_message())
                    .map(str::to_owned),
                explanation: explain(operation.model(), operation.operation(), error),
                access_denied: error.access_denied_detail().map(|detail| Value::Object(detail.as_map().clone())),
            }),
        }
    }
}

/// Returns the text of an error with those of its sources.
#[must_use]
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// The meaning of an error's code in the document's list.
fn documented(operation: &Operation, error: &Error) -> Option<String> {
    let known = operation.docs.error_codes.iter().find(|known| Some(known.code.as_str()) == error.code())?;
    Some(known.message.as_deref()?.trim().to_owned())
}

/// The RAM action that an error of a missing permission is about: the one that the service names, or the document's.
fn missing_action(operation: &Operation, error: &Error) -> Option<String> {
    let actions: Vec<&str> = missing_permissions(operation, error).into_iter().map(|(action, _)| action).collect();
    (!actions.is_empty()).then(|| actions.join(", "))
}

/// The actions and resources that an error of a missing permission is about: the action that the service names, or
/// those of the document.
fn missing_permissions<'e>(operation: &'e Operation, error: &'e Error) -> Vec<(&'e str, String)> {
    let code = error.code().unwrap_or_default();
    let detail = error.access_denied_detail();
    if detail.is_none() && !["Forbidden", "NoPermission"].iter().any(|denied| code.starts_with(denied)) {
        return Vec::new();
    }
    let documented = || operation.docs.permissions.iter();
    let resources = |permission: &Permission| {
        let resources: Vec<&str> = permission.resources.iter().map(|resource| resource.arn.as_str()).collect();
        if resources.is_empty() { "*".to_owned() } else { resources.join(", ") }
    };
    match detail.and_then(|detail| detail.auth_action()) {
        Some(action) => {
            let known = documented().find(|permission| permission.action == action);
            vec![(action, known.map_or_else(|| "*".to_owned(), resources))]
        }
        None => documented().map(|permission| (permission.action.as_str(), resources(permission))).collect(),
    }
}

/// What the document and the error say about a failure.
fn explain(model: &Model, operation: &Operation, error: &Error) -> Vec<String> {
    let mut sentences = Vec::new();
    let code = error.code().unwrap_or_default();
    let is_listed = operation.docs.error_codes.iter().any(|known| known.code == code);
    match documented(operation, error) {
        Some(meaning) => sentences.push(format!("{code}: {meaning}")),
        None if is_listed => sentences.push(format!("{code}: the document has no explanation")),
        None if !code.is_empty() && !operation.docs.error_codes.is_empty() => {
            sentences.push(format!("The document of {} does not list the code {code}.", operation.name.wire));
        }
        None => {}
    }
    sentences.extend(about_parameter(model, operation, code));
    sentences.push(
        if error.may_have_been_executed() {
            "The service may have executed the request: check before you send it again."
        } else {
            "The service did not execute the request."
        }
        .to_owned(),
    );
    for (action, resources) in missing_permissions(operation, error) {
        sentences.push(format!("The caller needs the RAM action {action} on {resources}."));
    }
    if let Some(difference) = error.signature_difference() {
        sentences.push(difference.to_owned());
    }
    if error.is_throttling() {
        sentences.push("The service limits the rate of calls: send fewer requests, or wait.".to_owned());
    }
    sentences
}

/// What the document says about the parameter that a code such as `InvalidParameter.ProductType` names.
fn about_parameter(model: &Model, operation: &Operation, code: &str) -> Option<String> {
    let (_, name) = code.split_once('.')?;
    let field = &operation.parameters.iter().find(|parameter| parameter.field.name.wire == name)?.field;
    let mut text = match field.docs.text.as_deref().and_then(|text| text.trim().lines().next()) {
        Some(line) => format!("{name}: {line}"),
        None => format!("{name} is a parameter of the request."),
    };
    if let Shape::Named(id) = &field.shape
        && let TypeKind::Enum(variants) = &model.get(*id).kind
    {
        let values: Vec<&str> = variants.iter().map(|variant| variant.name.wire.as_str()).collect();
        text.push_str(&format!(" Known values: {}.", values.join(", ")));
    }
    Some(text)
}

pub(crate) fn redact_response(model: &Model, operation: &Operation, value: &Value) -> Value {
    match &operation.response_body {
        ResponseBody::Object(id) => redact(model, &Shape::Named(*id), value),
        ResponseBody::Whole(shape) => redact(model, shape, value),
        ResponseBody::Bytes | ResponseBody::Empty => Value::Null,
    }
}

/// Returns parameters without the values that must not be shown.
#[must_use]
pub fn redact_parameters(model: &Model, operation: &Operation, values: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in values {
        let found = operation.parameters.iter().find(|parameter| parameter.field.name.wire == *name);
        let value = found.map_or_else(|| REDACTED.into(), |parameter| redact(model, &parameter.field.shape, value));
        shown.insert(name.clone(), value);
    }
    shown
}

/// Returns a value of a type without the parts that must not be shown.
pub(crate) fn redact(model: &Model, shape: &Shape, value: &Value) -> Value {
    match (shape, value) {
        (_, Value::Null) => Value::Null,
        (Shape::Sensitive(_), _) => REDACTED.into(),
        (Shape::List(item), Value::Array(values)) => values.iter().map(|value| redact(model, item, value)).collect(),
        (Shape::Map(item), Value::Object(values)) => {
            values.iter().map(|(name, value)| (name.clone(), redact(model, item, value))).collect()
        }
        (Shape::Named(id), Value::Object(values)) => match &model.get(*id).kind {
            TypeKind::Object(fields) => {
                let of = |name: &str| fields.iter().find(|field| field.name.wire.eq_ignore_ascii_case(name));
                let shown = values.iter().map(|(name, value)| match of(name) {
                    Some(field) => (name.clone(), redact(model, &field.shape, value)),
                    None => (name.clone(), value.clone()),
                });
                Value::Object(shown.collect())
            }
            TypeKind::Enum(_) => value.clone(),
        },
        _ => value.clone(),
    }
}
