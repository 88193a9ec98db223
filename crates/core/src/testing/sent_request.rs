//! A request as a test inspects it.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde_json::Value;

use crate::transport::{Body, TransportError, TransportErrorKind};

/// A request as it was sent.
///
/// `Debug` shows the operation, the method and the path.
#[derive(Clone)]
#[non_exhaustive]
pub struct SentRequest {
    /// The operation's name.
    pub operation: String,
    /// The HTTP method.
    pub method: Method,
    /// The path, escaped as it was sent.
    pub path: String,
    /// The query parameters.
    pub query: BTreeMap<String, String>,
    /// The fields of the body, if it is a form.
    pub form: BTreeMap<String, String>,
    /// The headers, without `host` and `content-length`.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl SentRequest {
    /// Returns a parameter of the query or the form by its wire name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).or_else(|| self.form.get(name)).map(String::as_str)
    }

    /// Returns a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        self.is("application/json").then(|| serde_json::from_slice(&self.body).ok())?
    }

    /// Parses a request; a body with a source is read.
    pub(super) async fn of(request: &Request<Body>) -> Result<Self, TransportError> {
        let body = request.body().open().whole().await?;
        let operation = request
            .headers()
            .get("x-acs-action")
            .and_then(|name| name.to_str().ok())
            .ok_or_else(|| TransportError::new(TransportErrorKind::Request, "the request names no operation"))?;
        let mut sent = Self {
            operation: operation.to_owned(),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: pairs(request.uri().query().unwrap_or_default().as_bytes()),
            form: BTreeMap::new(),
            headers: request.headers().clone(),
            body,
        };
        if sent.is(crate::sign::FORM) {
            sent.form = pairs(&sent.body);
        }
        Ok(sent)
    }

    fn is(&self, content_type: &str) -> bool {
        self.header("content-type").is_some_and(|text| text.starts_with(content_type))
    }
}

fn pairs(text: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(text).into_owned().collect()
}

impl std::fmt::Debug for SentRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SentRequest")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
