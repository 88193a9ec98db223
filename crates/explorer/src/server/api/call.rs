//! Calls of the mock or the service.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use alicloud_codegen::parameters::{self, Required};
use alicloud_core::{Client, Error, Events, RawRequest};
use alicloud_mock::Script;
use axum::Json;
use axum::body::Body;
use axum::extract::State as Extract;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Failure, Filled, blocking};
use crate::catalog::{Document, LoadedOperation};
use crate::history::Entry;
use crate::outcome::{Outcome, redact_parameters, redact_response};
use crate::pages::{Next, Walk};
use crate::server::State;
use crate::target::{Attempts, Settings, Target, client};
use crate::{diagnosis, identity, invocation, random};

/// A call that may be made.
struct Prepared {
    state: Arc<State>,
    document: Arc<Document>,
    operation: LoadedOperation,
    values: Map<String, Value>,
    target: Target,
    client: Client,
    attempts: Attempts,
}

impl Prepared {
    /// Checks the parameters, and the confirmation of a call of the service that may change something or cost money.
    async fn new(state: Arc<State>, filled: &Filled) -> Result<Self, Failure> {
        let shared = Arc::clone(&state);
        let selection = filled.selection.clone();
        let (document, operation) = blocking(move || Ok(shared.find(&selection)?)).await?;
        let of = operation.operation();
        let target = filled.settings.target;
        let required = match target {
            // The mock reports a missing parameter as the service does.
            Target::Mock => Required::Any,
            Target::Service => Required::All,
        };
        let values = parameters::read(operation.model(), of, &filled.parameters, required)?;
        if target == Target::Service && (operation.is_write() || of.docs.charged) && filled.confirm != of.name.wire {
            let message =
                format!("{} may change something or cost money: confirm the call with its name", of.name.wire);
            return Err(Failure::new(StatusCode::CONFLICT, message));
        }
        let attempts = Attempts::default();
        let client = client(&state.mocks, &document, &operation, &filled.settings, &attempts);
        let client = client.map_err(Failure::unprocessable)?;
        Ok(Self { state, document, operation, values, target, client, attempts })
    }

    /// Adds the call to the history, and returns its result as the page receives it.
    fn finish(&self, outcome: Outcome, joined: bool) -> Value {
        let of = self.operation.operation();
        let entry = Entry {
            id: random::hexadecimal().unwrap_or_default(),
            time: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
            product: self.document.product().to_owned(),
            version: self.document.version().to_owned(),
            operation: of.name.wire.clone(),
            parameters: redact_parameters(self.operation.model(), of, &self.values),
            target: self.target,
            joined,
            outcome,
        };
        let saved = self.state.history.add(&entry);
        let warning = saved.err().map(|error| format!("the call is not in the history: {error}"));
        json!({"outcome": entry.outcome, "warning": warning})
    }
}

/// A call, or the calls for all pages of a list.
pub(in crate::server) async fn call(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Json<Value>, Failure> {
    let prepared = Prepared::new(state, &filled).await?;
    let Prepared { operation, client, attempts, .. } = &prepared;
    let mut walk = Walk::new(operation.operation()).filter(|_| filled.all);
    let mut parameters = prepared.values.clone();
    let mut items = Vec::new();
    let mut outcome = loop {
        let outcome = match client.call(invocation::request(operation, &parameters)).response().await {
            Ok(response) => Outcome::of_response(operation, &response, attempts.take()),
            Err(error) => Outcome::of_error(operation, &error, attempts.take()),
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
    let joined = walk.is_some() && outcome.ok;
    if joined {
        outcome.value = Some(Value::Array(items));
    }
    Ok(Json(prepared.finish(outcome, joined)))
}

/// A call whose response is a stream of events: a line of JSON for each event as it arrives, and one for the result.
pub(in crate::server) async fn events(
    Extract(state): Extract<Arc<State>>,
    Json(filled): Json<Filled>,
) -> Result<Response, Failure> {
    let prepared = Prepared::new(state, &filled).await?;
    let script = match prepared.target {
        Target::Mock => prepared.state.mocks.stream_events(&prepared.document, &prepared.operation).map(Some),
        Target::Service => Ok(None),
    };
    let live = Live {
        prepared,
        script: script.map_err(Failure::unprocessable)?,
        started: Instant::now(),
        progress: Progress::Start,
        request_id: None,
        values: Vec::new(),
        error: None,
    };
    let lines = futures_util::stream::unfold(live, Live::next);
    let kind = HeaderValue::from_static("application/x-ndjson");
    Ok(([(header::CONTENT_TYPE, kind)], Body::from_stream(lines)).into_response())
}

/// A stream of events that is being read. If the page closes the connection, it is dropped, which ends the call.
struct Live {
    prepared: Prepared,
    script: Option<Script>,
    started: Instant,
    progress: Progress,
    request_id: Option<String>,
    values: Vec<Value>,
    error: Option<Error>,
}

enum Progress {
    Start,
    Reading(Box<Events<RawRequest>>),
    Finish,
    Done,
}

impl Live {
    /// Returns the next line.
    async fn next(mut self) -> Option<(Result<String, std::convert::Infallible>, Self)> {
        let line = loop {
            let Prepared { operation, client, values, .. } = &self.prepared;
            match &mut self.progress {
                Progress::Start => match client.call(invocation::request(operation, values)).events().await {
                    Ok(events) => {
                        self.request_id = events.request_id().map(str::to_owned);
                        self.progress = Progress::Reading(Box::new(events));
                    }
                    Err(error) => {
                        self.error = Some(error);
                        self.progress = Progress::Finish;
                    }
                },
                Progress::Reading(events) => match events.next().await {
                    Some(Ok(event)) => {
                        let value = redact_response(operation.model(), operation.operation(), &event.value);
                        self.values.push(value.clone());
                        let milliseconds = self.started.elapsed().as_secs_f64() * 1_000.0;
                        break json!({"event": {
                            "kind": event.kind, "id": event.id, "value": value, "milliseconds": milliseconds,
                        }});
                    }
                    Some(Err(error)) => {
                        let line = json!({"event": {"error": error.to_string()}});
                        self.error.get_or_insert(error);
                        break line;
                    }
                    None => self.progress = Progress::Finish,
                },
                Progress::Finish => {
                    self.progress = Progress::Done;
                    let (operation, attempts) = (&self.prepared.operation, self.prepared.attempts.take());
                    let (id, values) = (self.request_id.take(), std::mem::take(&mut self.values));
                    let elapsed = self.started.elapsed();
                    let outcome = Outcome::of_events(operation, id, values, self.error.as_ref(), elapsed, attempts);
                    break self.prepared.finish(outcome, true);
                }
                Progress::Done => return None,
            }
        };
        Some((Ok(format!("{line}\n")), self))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // A refused request has not used the script, and the next one must not find it.
        if let Some(script) = &self.script {
            script.cancel();
        }
    }
}

/// Who calls the service with these settings: never the key itself.
pub(in crate::server) async fn caller(
    Extract(_): Extract<Arc<State>>,
    Json(settings): Json<Settings>,
) -> Result<Json<Value>, Failure> {
    match identity::caller(&settings).await {
        Ok(caller) => Ok(Json(json!(caller))),
        Err(error) => Err(Failure::new(StatusCode::BAD_GATEWAY, error.to_string())),
    }
}

/// The encrypted message of an error about a missing permission.
#[derive(Debug, Deserialize)]
pub(in crate::server) struct Diagnostic {
    message: String,
    #[serde(default)]
    settings: Settings,
}

/// Decodes the message of an error about a missing permission, with a call of the service.
pub(in crate::server) async fn diagnose(
    Extract(_): Extract<Arc<State>>,
    Json(diagnostic): Json<Diagnostic>,
) -> Result<Json<Value>, Failure> {
    let failed = |error: Error| Failure::new(StatusCode::BAD_GATEWAY, error.to_string());
    let mut config = diagnostic.settings.config().map_err(failed)?;
    if let Some(mock) = diagnostic.settings.mock_endpoint() {
        config = config.endpoint(mock).allow_http(true);
    }
    Ok(Json(diagnosis::decode(config, &diagnostic.message).await.map_err(failed)?))
}
