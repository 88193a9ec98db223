//! What the endpoint answers when it refuses a request.

use std::borrow::Cow;
use std::fmt;

use alicloud_codegen::document::Operation;
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

    /// The failure with the more specific code that the document of the operation has for the parameter, such as
    /// `InvalidParameter.ProductType`: in its list of codes, or as the example of a response.
    pub(crate) fn documented_by(mut self, operation: &Operation) -> Self {
        let listed = operation.error_codes.iter().map(|known| known.code.as_str());
        let schemas = operation.responses.iter().filter_map(|response| response.schema.as_ref());
        let fields = schemas.flat_map(|schema| &schema.properties);
        let examples = fields
            .filter(|(name, _)| name.eq_ignore_ascii_case("code"))
            .filter_map(|(_, field)| field.example.as_deref());
        let words: Vec<&str> = self.message.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).collect();
        let prefix = format!("{}.", self.code);
        let is_parameter = |name: &str| operation.parameters.iter().any(|parameter| parameter.name.value == name);
        let is_specific =
            |code: &&str| code.strip_prefix(&prefix).is_some_and(|name| is_parameter(name) && words.contains(&name));
        if let Some(code) = listed.chain(examples).find(is_specific) {
            self.code = Cow::Owned(code.to_owned());
        }
        self
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
