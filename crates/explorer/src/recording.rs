//! A recorded call as a package with a test that replays it.

use std::fmt;
use std::path::Path;

use alicloud_codegen::code::{Dependency, Expected, RECORDING, replay_test};
use alicloud_codegen::model::{ResponseBody, Shape};
use alicloud_codegen::parameters::{self, Problem, Required};
use alicloud_core::credentials::Credentials;
use alicloud_core::testing::Recorder;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Client, Config, http};
use base64::Engine as _;
use serde_json::{Map, Value, json};

use crate::catalog::LoadedOperation;
use crate::history::Entry;
use crate::invocation::{contains_secret, request};
use crate::outcome::Outcome;
use crate::snippet;

/// Why a call cannot be exported.
#[derive(Debug)]
pub enum ExportError {
    /// The call has no response that a test could replay.
    NotReplayable(&'static str),
    /// The parameters do not fit the document any more.
    Parameters(Vec<Problem>),
    /// The recording cannot be made.
    Recording(alicloud_core::Error),
    /// The files cannot be written.
    Io(std::io::Error),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReplayable(reason) => f.write_str(reason),
            Self::Parameters(problems) => {
                let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
                f.write_str(&problems.join("; "))
            }
            Self::Recording(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExportError {}

/// Writes a package with a test and a recording to a folder that is empty or does not exist. Secrets are redacted in
/// both.
///
/// # Errors
/// The call has no response, its parameters do not fit the document any more, or the folder cannot be written to.
pub async fn export(
    operation: &LoadedOperation,
    call: &Entry,
    dependency: &Dependency,
    folder: &Path,
) -> Result<(), ExportError> {
    let (model, of) = (operation.model(), operation.operation());
    let outcome = &call.outcome;
    let status = outcome.status.and_then(|status| http::StatusCode::from_u16(status).ok());
    let Some(status) = status.filter(|_| !call.joined) else {
        let reason = if call.joined { "a test can replay one response alone" } else { "the call has no response" };
        return Err(ExportError::NotReplayable(reason));
    };
    let values = parameters::read(model, of, &call.parameters, Required::All).map_err(ExportError::Parameters)?;
    let mut ignored: Vec<String> = of.token.clone().into_iter().filter(|token| !values.contains_key(token)).collect();
    // The recording redacts these as a whole, and the client of the crate only their secret fields.
    let partly_secret =
        |shape: &Shape| !matches!(shape, Shape::Sensitive(_)) && contains_secret(model, shape, &mut Vec::new());
    ignored.extend(
        of.parameters
            .iter()
            .filter(|p| partly_secret(&p.field.shape))
            .map(|parameter| parameter.field.name.wire.clone()),
    );
    let expected = match &outcome.error {
        Some(error) => Expected::Error(error.code.clone()),
        None => {
            Expected::Response(outcome.value.as_ref().and_then(|value| value["RequestId"].as_str()).map(str::to_owned))
        }
    };
    let test = replay_test(model, of, &values, &expected, &ignored, dependency);
    let files = test.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let own = [("Cargo.toml", test.manifest.as_bytes()), ("tests/replay.rs", test.test.as_bytes())];
    snippet::save(folder, own.into_iter().chain(files)).map_err(ExportError::Io)?;

    let mut response = http::Response::new(body(operation, outcome));
    *response.status_mut() = status;
    for (name, value) in &outcome.headers {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), http::HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    let file = folder.join(RECORDING);
    let config = Config::new()
        .credentials(Credentials::access_key("id", "secret"))
        .region("cn-hangzhou")
        .endpoint("replay.invalid")
        .max_attempts(1)
        .transport(Recorder::new(Recorded(response), &file));
    let client = Client::new(operation.service(), config).map_err(ExportError::Recording)?;
    // The recorder writes a failure as well as a success.
    let result = client.call(request(operation, &values)).response().await;
    match result {
        Err(error) if !file.exists() => Err(ExportError::Recording(error)),
        _ => Ok(()),
    }
}

/// The body of a response, from what the history has of it.
fn body(operation: &LoadedOperation, outcome: &Outcome) -> Bytes {
    if let Some(error) = &outcome.error {
        let mut fields = Map::new();
        let mut add = |name: &str, value: Option<Value>| _ = value.map(|value| fields.insert(name.to_owned(), value));
        let of = operation.operation();
        add(of.error_code.as_deref().unwrap_or("Code"), error.code.clone().map(Value::from));
        add("Message", Some(error.service_message.clone().into()));
        add("RequestId", outcome.request_id.clone().map(Value::from));
        add("Recommend", error.troubleshooting_url.clone().map(Value::from));
        add("AccessDeniedDetail", error.access_denied.clone());
        add(of.success.as_deref().unwrap_or("Success"), Some(false.into()));
        return Value::Object(fields).to_string().into();
    }
    match (&outcome.text, &outcome.bytes, &outcome.value) {
        (Some(text), ..) => text.clone().into(),
        (_, Some(bytes), _) => base64::engine::general_purpose::STANDARD.decode(bytes).unwrap_or_default().into(),
        (.., Some(value)) => value.to_string().into(),
        _ if matches!(operation.operation().response_body, ResponseBody::Empty) => Bytes::new(),
        _ => json!({}).to_string().into(),
    }
}

/// Responds to every request with one response.
struct Recorded(http::Response<Bytes>);

impl Transport for Recorded {
    fn send(
        &self,
        _: http::Request<Body>,
        _: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}
