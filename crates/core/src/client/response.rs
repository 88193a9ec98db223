//! Responses of calls.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::header;

/// A successful execution, after its value has been decoded.
pub(super) struct RawResponse {
    pub(super) response: http::Response<Bytes>,
    pub(super) request_id: Option<String>,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
}

impl RawResponse {
    /// Returns the request ID.
    pub(super) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref().or_else(|| header::request_id(self.response.headers()))
    }
}

/// A response with its HTTP status, headers and request ID.
///
/// `Debug` shows neither body nor headers.
pub struct Response<T> {
    /// The value that the operation returned.
    pub value: T,
    pub(super) raw: RawResponse,
}

impl<T> Response<T> {
    /// Returns the value that the operation returned.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.raw.response.status().as_u16()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.raw.response.headers()
    }

    /// Returns the body, unchanged.
    pub fn body(&self) -> &Bytes {
        self.raw.response.body()
    }

    /// Returns the request ID, from the header or the body.
    pub fn request_id(&self) -> Option<&str> {
        self.raw.request_id()
    }

    /// Returns the number of attempts.
    pub fn attempts(&self) -> u32 {
        self.raw.attempts
    }

    /// Returns the duration of the call, with all attempts and delays.
    pub fn elapsed(&self) -> Duration {
        self.raw.elapsed
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
