//! A transport that responds from a recording.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::Value;

use super::record::VERSION;
use super::record::writer::repair;
use super::scrub::{Scrubber, headers};
use super::sent_request::SentRequest;
use crate::transport::{Body, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind};

/// Responds to each request with the response that was recorded for an equal one, in the order of the recording.
///
/// Two requests are equal if their operation, method, path, parameters and body are equal, apart from redacted secrets
/// and idempotency tokens, which are random. A request that was not recorded, or that is sent more often than it was
/// recorded, fails with an error that names the differences.
#[derive(Debug)]
pub struct Replay {
    exchanges: Mutex<Vec<Recorded>>,
    scrubber: Scrubber,
    ignored: Vec<String>,
}

#[derive(Debug)]
struct Recorded {
    request: Value,
    response: Value,
    used: bool,
}

impl Replay {
    /// Opens a recording. A truncated recording of a killed program is read up to its last complete response.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or is not a recording.
    pub fn open(file: impl AsRef<Path>) -> std::io::Result<Self> {
        let file = file.as_ref();
        let wrong =
            |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{}: {what}", file.display()));
        let text = std::fs::read(file)
            .map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", file.display())))?;
        let text = String::from_utf8_lossy(&text);
        let recording: serde_json::Result<Value> = serde_json::from_str(&text).or_else(|error| match repair(&text) {
            Some(whole) if error.is_eof() => serde_json::from_str(&whole),
            _ => Err(error),
        });
        let recording = recording.map_err(|error| wrong(&error.to_string()))?;
        if recording["version"].as_u64() != Some(VERSION) {
            return Err(wrong("is no recording of this version"));
        }
        let exchanges = recording["exchanges"].as_array().ok_or_else(|| wrong("has no exchanges"))?;
        let exchanges = exchanges.iter().map(|exchange| {
            let (request, response) = (exchange["request"].clone(), exchange["response"].clone());
            let whole = request["operation"].is_string() && status(&response).is_some();
            if whole {
                Ok(Recorded { request, response, used: false })
            } else {
                Err(wrong("has an exchange that is none"))
            }
        });
        Ok(Self {
            exchanges: Mutex::new(exchanges.collect::<Result<_, _>>()?),
            scrubber: Scrubber::default(),
            ignored: vec!["ClientToken".into(), "clientToken".into()],
        })
    }

    /// Treats values with this name as redacted; see [`Recorder::sensitive`](super::Recorder::sensitive).
    pub fn sensitive(mut self, name: impl Into<String>) -> Self {
        self.scrubber.names.push(name.into());
        self
    }

    /// Ignores differences in the parameter with this name.
    pub fn ignore(mut self, name: impl Into<String>) -> Self {
        self.ignored.push(name.into());
        self
    }

    /// Returns the recorded operations that were not requested yet.
    pub fn unused(&self) -> Vec<String> {
        let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |it: &Recorded| it.request["operation"].as_str().unwrap_or_default().to_owned();
        exchanges.iter().filter(|it| !it.used).map(name).collect()
    }

    fn answer(&self, request: &Value) -> Result<Response<Bytes>, TransportError> {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.comparable(request);
        let mut nearest = Nearest::Nothing;
        for recorded in exchanges.iter_mut() {
            let known = self.comparable(&recorded.request);
            if known != wanted {
                if known["operation"] == wanted["operation"] && !matches!(nearest, Nearest::Used) {
                    nearest = Nearest::Differs(difference(&known, &wanted));
                }
            } else if recorded.used {
                nearest = Nearest::Used;
            } else {
                recorded.used = true;
                return Ok(response(&recorded.response));
            }
        }
        let what = match nearest {
            Nearest::Nothing => "was not recorded".to_owned(),
            Nearest::Used => "is made more often than it was recorded".to_owned(),
            Nearest::Differs(what) => format!("was recorded differently: {what}"),
        };
        let operation = wanted["operation"].as_str().unwrap_or_default();
        Err(TransportError::new(TransportErrorKind::Request, format!("the request of `{operation}` {what}")))
    }

    /// Returns a request without the parts that may differ.
    fn comparable(&self, request: &Value) -> Value {
        let mut request = request.clone();
        for place in ["query", "form", "body"] {
            if let Some(fields) = request[place].as_object_mut() {
                fields.retain(|name, _| !self.ignored.contains(name));
            }
        }
        for place in ["query", "form", "body"] {
            if request[place].is_null() || request[place].as_object().is_some_and(serde_json::Map::is_empty) {
                request.as_object_mut().map(|fields| fields.remove(place));
            }
        }
        request
    }
}

enum Nearest {
    Nothing,
    Used,
    Differs(String),
}

/// Returns the paths at which two requests differ. The values may be secrets and are left out.
fn difference(known: &Value, wanted: &Value) -> String {
    let mut places = Vec::new();
    for place in ["method", "path", "query", "form", "body"] {
        match (known[place].as_object(), wanted[place].as_object()) {
            (Some(a), Some(b)) => {
                let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
                places
                    .extend(names.filter(|name| a.get(*name) != b.get(*name)).map(|name| format!("{place} `{name}`")));
            }
            _ if known[place] != wanted[place] => places.push(place.to_owned()),
            _ => {}
        }
    }
    places.join(", ")
}

/// Returns the status of a recorded response.
fn status(kept: &Value) -> Option<StatusCode> {
    let status = u16::try_from(kept["status"].as_u64()?).ok()?;
    StatusCode::from_u16(status).ok()
}

fn response(kept: &Value) -> Response<Bytes> {
    let status = status(kept).unwrap_or_default();
    let text = |name: &str| kept[name].as_str();
    let body: Bytes = match (&kept["json"], text("text"), text("base64")) {
        (Value::Null, Some(text), _) => text.to_owned().into(),
        (Value::Null, None, Some(text)) => {
            base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default().into()
        }
        (Value::Null, None, None) if kept.get("json").is_none() => Bytes::new(),
        (json, ..) => json.to_string().into(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers(&kept["headers"]);
    response
}

impl Transport for Replay {
    fn send(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let sent = SentRequest::of(&request).await?;
            self.answer(&self.scrubber.request(&sent, &context.secrets))
        })
    }

    fn wants_secrets(&self) -> bool {
        true
    }
}
