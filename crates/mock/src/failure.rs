//! What the endpoint answers when it refuses a request.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Value, json};

/// A refusal: the status and the error code that the vendor uses for it, and words.
///
/// No value that a client sent stands in the message; what helps to find a wrong signature is kept apart in `detail`,
/// which is part of the response and of nothing else.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The HTTP status.
    pub status: u16,
    /// The error code, as `SignatureDoesNotMatch`.
    pub code: Cow<'static, str>,
    /// What is wrong.
    pub message: String,
    /// What the verifier signed. It can hold a security token, so `Debug` and `Display` leave it out.
    pub detail: Option<String>,
}

impl Failure {
    /// A refusal with this status, code and message.
    #[must_use]
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), detail: None }
    }

    /// A parameter that is wrong.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameter", message)
    }

    /// A parameter that is not there.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new(400, "MissingParameter", format!("the parameter {name} is required and was not sent"))
    }

    /// The body of the response.
    pub(crate) fn body(&self, shape: Shape, request_id: &str, host: &str) -> Value {
        let message = match &self.detail {
            Some(detail) => format!("{}: {detail}", self.message),
            None => self.message.clone(),
        };
        match shape {
            Shape::Rpc => json!({
                "RequestId": request_id,
                "HostId": host,
                "Code": self.code,
                "Message": message,
                "Recommend": format!("https://api.aliyun.com/troubleshoot?q={}", self.code),
            }),
            Shape::Roa => json!({
                "code": self.code,
                "message": message,
                "requestId": request_id,
                "status": self.status,
            }),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Failure")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}: {}", self.status, self.code, self.message)
    }
}

impl std::error::Error for Failure {}

/// How an error is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `Code`, `Message`, `RequestId`, as RPC services write it.
    Rpc,
    /// `code`, `message`, `requestId`, `status`, as most ROA services write it.
    Roa,
}
