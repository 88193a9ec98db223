//! Received requests.

use std::fmt;

use serde_json::{Map, Value};

use crate::request::header;
use crate::verify::Scheme;

/// A request that was received completely, with its result.
///
/// The fields contain everything as it was received, including secrets, for tests. `Debug` redacts the values of secret
/// headers and parameters, and shows only the size of the body.
#[derive(Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The path and the query, not decoded.
    pub target: String,
    /// The path, decoded.
    pub path: String,
    /// The pairs of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The pairs of the form body, decoded; empty if the body is not a form.
    pub form: Vec<(String, String)>,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The product of the operation's document.
    pub product: Option<String>,
    /// The operation; without documents `x-acs-action` or `Action`, or else method and path.
    pub operation: Option<String>,
    /// The parameters of the operation by wire name, with their types. Empty if the request was refused.
    pub parameters: Map<String, Value>,
    /// The result of the verification.
    pub verification: Verification,
    /// The error code, if the request was refused.
    pub refusal: Option<String>,
    /// The reason, if the request was refused.
    pub reason: Option<String>,
    /// The status of the response; none if the connection was closed instead, or if raw bytes were sent.
    pub status: Option<u16>,
    /// The request ID of the response.
    pub request_id: String,
    /// The sensitive parameters.
    pub(crate) sensitive: Vec<String>,
    /// The number of the connection, counted from 1. Equal numbers mean that a connection was reused.
    pub connection: u64,
}

/// The result of verifying the signature of a request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verification {
    /// The signature is valid.
    Signed {
        /// The scheme.
        scheme: Scheme,
        /// The ID of the access key.
        access_key_id: String,
    },
    /// There is no signature, but a known bearer token.
    Bearer,
    /// There is no signature, and the operation does not require one.
    Anonymous,
    /// The endpoint does not verify signatures.
    Off,
    /// The signature is invalid, or missing.
    Refused {
        /// The error code.
        code: String,
    },
}

/// Like `Display`, without the ID.
impl fmt::Debug for Verification {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Verification({self})")
    }
}

impl fmt::Display for Verification {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signed { scheme, .. } => write!(out, "{scheme}"),
            Self::Bearer => out.write_str("bearer token"),
            Self::Anonymous => out.write_str("anonymous"),
            Self::Off => out.write_str("not verified"),
            Self::Refused { code } => write!(out, "refused: {code}"),
        }
    }
}

impl Recorded {
    /// Returns the value of a header that was sent exactly once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Returns the value of the query's first pair with this name.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// Returns the value of the form's first pair with this name.
    #[must_use]
    pub fn form_value(&self, name: &str) -> Option<&str> {
        first(&self.form, name)
    }

    /// Returns the body, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Words in the names or the JSON of secrets.
const SECRET_WORDS: [&str; 9] =
    ["accesskey", "authorization", "cookie", "credential", "password", "secret", "signature", "token", "privatekey"];

/// Pairs whose `Debug` output redacts secrets.
struct Redacted<'a> {
    pairs: &'a [(String, String)],
    sensitive: &'a [String],
}

impl Redacted<'_> {
    fn is_secret(&self, name: &str, value: &str) -> bool {
        let contains_secret = |text: &str| {
            let letters = text.chars().filter(char::is_ascii_alphanumeric);
            let letters: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
            let is_public = letters.ends_with("signaturemethod") || letters.ends_with("signatureversion");
            !is_public && SECRET_WORDS.iter().any(|word| letters.contains(word))
        };
        let is_json = value.trim_start().starts_with(['{', '[']);
        let within = |parameter: &String| {
            let rest = name.strip_prefix(parameter.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        contains_secret(name) || (is_json && contains_secret(value)) || self.sensitive.iter().any(within)
    }
}

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = |(name, value): &'_ (String, String)| {
            let value = if self.is_secret(name, value) { "***" } else { value };
            (name.clone(), value.to_owned())
        };
        out.debug_map().entries(self.pairs.iter().map(redacted)).finish()
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = |pairs| Redacted { pairs, sensitive: &self.sensitive };
        out.debug_struct("Recorded")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &redacted(&self.query))
            .field("form", &redacted(&self.form))
            .field("headers", &redacted(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("operation", &self.operation)
            .field("verification", &self.verification)
            .field("refusal", &self.refusal)
            .field("reason", &self.reason)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
