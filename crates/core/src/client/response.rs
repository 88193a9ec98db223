//! What comes back from a call.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::header::names::X_ACS_REQUEST_ID;

/// A successful execution; the value has been read.
pub(super) struct RawResponse {
    pub(super) response: http::Response<Bytes>,
    pub(super) request_id: Option<String>,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
}

impl RawResponse {
    /// The id under which the service knows the request.
    pub(super) fn request_id(&self) -> Option<&str> {
        let header = || self.response.headers().get(&X_ACS_REQUEST_ID)?.to_str().ok().filter(|id| !id.is_empty());
        self.request_id.as_deref().or_else(header)
    }
}

/// A response, with what came beside its value.
///
/// `Debug` shows no body and no headers.
pub struct Response<T> {
    /// What the operation returns.
    pub value: T,
    pub(super) raw: RawResponse,
}

impl<T> Response<T> {
    /// What the operation returns.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.raw.response.status().as_u16()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.raw.response.headers()
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        self.raw.response.body()
    }

    /// The id under which the service knows the request, from the header or the body.
    pub fn request_id(&self) -> Option<&str> {
        self.raw.request_id()
    }

    /// How many times the request was tried.
    pub fn attempts(&self) -> u32 {
        self.raw.attempts
    }

    /// How long the call took.
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
