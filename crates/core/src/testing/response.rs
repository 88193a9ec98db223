//! Responses of a mock transport.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json as object};

#[cfg(feature = "pds")]
use crate::encode::Fields;
use crate::encode::{View, Wire, json};
use crate::info::ResponseKind;
use crate::operation::Operation;
use crate::transport::{TransportError, TransportErrorKind};

/// The response of a mock.
#[derive(Debug)]
pub struct MockResponse {
    // Boxed, so that the function of a rule returns a small error.
    pub(super) result: Box<Result<Response<Bytes>, TransportError>>,
    pub(super) delay: Duration,
}

impl MockResponse {
    /// Creates a JSON response of status 200.
    pub fn json(body: impl Into<Value>) -> Self {
        Self::bytes(body.into().to_string()).header("content-type", "application/json")
    }

    /// Creates an error of the service, with the request ID `mock-request`.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(object!({"Code": code, "Message": message, "RequestId": "mock-request"})).status(status)
    }

    /// Creates the response that the service would send for a typed response of the operation `O`.
    pub fn of<O>(response: &O::Response) -> Self
    where
        O: Operation<Response: Wire>,
    {
        let mut text = String::new();
        match (O::INFO.response, response.view().plain()) {
            (ResponseKind::Empty, _) => Self::bytes(Bytes::new()),
            #[cfg(feature = "pds")]
            (ResponseKind::Redirect, view) => Self::redirect(&view),
            (ResponseKind::Bytes | ResponseKind::Text, View::Bytes(bytes)) => Self::bytes(bytes.clone()),
            (ResponseKind::Bytes | ResponseKind::Text, View::Text(text)) => Self::bytes(text.to_owned()),
            (_, view) => match json::write(&view, &mut text, 0) {
                Ok(_) => Self::bytes(text).header("content-type", "application/json"),
                Err(problem) => {
                    let text =
                        format!("the response of `{}` cannot be encoded: a value {}", O::INFO.name(), problem.text());
                    Self::from_error(TransportError::new(TransportErrorKind::Request, text))
                }
            },
        }
    }

    /// Creates the redirect to the field `location` of a response.
    #[cfg(feature = "pds")]
    fn redirect(response: &View<'_>) -> Self {
        let found = Self::bytes(Bytes::new()).status(302);
        let View::Object(fields) = response else { return found };
        let mut location = String::new();
        fields.encode(&mut Fields::new(&mut |name, value| {
            if let ("location", View::Text(text)) = (name, value.plain()) {
                text.clone_into(&mut location);
            }
        }));
        if location.is_empty() { found } else { found.header("location", &location) }
    }

    /// Creates a response of status 200 with the given body.
    pub fn bytes(body: impl Into<Bytes>) -> Self {
        Self { result: Box::new(Ok(Response::new(body.into()))), delay: Duration::ZERO }
    }

    /// Creates a failure of the transport: no response arrives.
    pub fn failure(kind: TransportErrorKind) -> Self {
        Self::from_error(TransportError::new(kind, "the mock transport is set to fail"))
    }

    pub(super) fn from_error(error: TransportError) -> Self {
        Self { result: Box::new(Err(error)), delay: Duration::ZERO }
    }

    /// Sets the HTTP status.
    ///
    /// # Panics
    ///
    /// If the status is not from 100 to 999.
    pub fn status(mut self, status: u16) -> Self {
        if let Ok(response) = &mut *self.result {
            *response.status_mut() = StatusCode::from_u16(status).expect("a status is from 100 to 999");
        }
        self
    }

    /// Sets a header.
    ///
    /// # Panics
    ///
    /// If the name or the value is not valid in a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(response) = &mut *self.result {
            let value = HeaderValue::from_str(value).expect("a header's value is visible ASCII");
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Delays the response. Requires a Tokio runtime.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Returns a copy.
    pub(super) fn copy(&self) -> Self {
        let result = match &*self.result {
            Ok(response) => Ok(response.clone()),
            Err(error) => Err(TransportError::new(error.kind(), error.to_string())),
        };
        Self { result: Box::new(result), delay: self.delay }
    }
}
