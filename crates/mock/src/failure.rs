//! Errors of rejected requests.

use std::borrow::Cow;
use std::fmt;

use alicloud_document::document::Operation;
use serde_json::{Value, json};

/// The error of a rejected request, with the vendor's status and error code.
///
/// The message contains no value of the client. Details that help to diagnose a wrong signature are in `detail`, which
/// is part of the response only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The HTTP status.
    pub status: u16,
    /// The error code, such as `SignatureDoesNotMatch`.
    pub code: Cow<'static, str>,
    /// The message.
    pub message: String,
    /// The text that the verifier signed. It can contain a security token, so that `Debug` and `Display` omit it.
    pub detail: Option<String>,
}

impl Failure {
    /// Creates an error.
    #[must_use]
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), detail: None }
    }

    /// Creates an error for an invalid parameter.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameter", message)
    }

    /// Creates an error for a missing parameter.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new(400, "MissingParameter", format!("the parameter {name} is required and was not sent"))
    }

    /// Returns the failure with a more specific code of the document, such as `InvalidParameter.ProductType`, from the
    /// list of codes or the example of a response.
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

    /// Returns the body of the response.
    pub(crate) fn body(&self, format: ErrorFormat, request_id: &str, host: &str) -> Value {
        let message = match &self.detail {
            Some(detail) => format!("{}: {detail}", self.message),
            None => self.message.clone(),
        };
        match format {
            ErrorFormat::Rpc => json!({
                "RequestId": request_id,
                "HostId": host,
                "Code": self.code,
                "Message": message,
                "Recommend": format!("https://api.aliyun.com/troubleshoot?q={}", self.code),
            }),
            ErrorFormat::Roa => json!({
                "code": self.code,
                "message": message,
                "requestId": request_id,
                "status": self.status,
            }),
            ErrorFormat::Pds => json!({ "code": self.code, "message": message }),
            ErrorFormat::Sls => json!({ "errorCode": self.code, "errorMessage": message }),
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

/// The format of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorFormat {
    /// `Code`, `Message`, `RequestId`, as in RPC services.
    Rpc,
    /// `code`, `message`, `requestId`, `status`, as in most ROA services.
    Roa,
    /// `code`, `message`, as in Drive and Photo Service, with the request ID in a header.
    Pds,
    /// `errorCode`, `errorMessage`, as in Simple Log Service, with the request ID in a header.
    Sls,
}

impl ErrorFormat {
    /// Returns the header with the request ID, in errors and other responses.
    pub(crate) const fn request_id_header(self) -> &'static str {
        match self {
            Self::Rpc | Self::Roa => "x-acs-request-id",
            Self::Pds => "x-ca-request-id",
            Self::Sls => "x-log-requestid",
        }
    }
}
