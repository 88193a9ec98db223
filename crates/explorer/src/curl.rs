//! Command lines of `curl`.

use alicloud_core::credentials::CredentialsError;
use alicloud_core::{Config, Error};
use base64::Engine as _;
use serde_json::{Map, Value};

use crate::catalog::LoadedOperation;
use crate::invocation::{Captured, capture, preview};

/// Whether a command line contains the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// All headers of the request. The service accepts it for fifteen minutes, once.
    Yes,
    /// A variable `AUTHORIZATION` instead of the headers of the signature.
    No,
}

/// Returns a signed command line with the credentials of a configuration, for the terminal of the user.
///
/// It contains a signature, and the values of secret parameters. The page must not show it: only a command that the
/// user runs prints it.
///
/// # Errors
/// There are no credentials, or the request cannot be made from these parameters.
pub async fn signed(
    operation: &LoadedOperation,
    values: &Map<String, Value>,
    config: Config,
) -> Result<String, SigningError> {
    let credentials = config.get_credentials().credentials().await.map_err(SigningError::Credentials)?;
    let request = capture(operation, values, config.credentials(credentials)).map_err(SigningError::Request)?;
    Ok(command(&request, Signed::Yes))
}

/// Why a request cannot be signed.
#[derive(Debug)]
pub enum SigningError {
    /// There are no credentials.
    Credentials(CredentialsError),
    /// The request cannot be made from the parameters.
    Request(Error),
}

impl std::fmt::Display for SigningError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Credentials(error) => error.fmt(f),
            Self::Request(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SigningError {}

/// Returns a command line without a signature.
///
/// # Errors
/// The request cannot be made from these parameters.
pub fn unsigned(operation: &LoadedOperation, values: &Map<String, Value>) -> Result<String, Error> {
    Ok(command(&preview(operation, values)?, Signed::No))
}

/// Returns the command line that sends a request.
#[must_use]
pub fn command(request: &Captured, signed: Signed) -> String {
    let quote = |text: &str| shell_words::quote(text).into_owned();
    let mut lines = vec![format!("curl -X {} {}", request.method, quote(&request.url))];
    let is_shown = |name: &str| !["content-length", "host", "user-agent"].contains(&name);
    let headers: Vec<&(String, String)> = match signed {
        Signed::Yes => request.headers.iter().collect(),
        Signed::No => request.unsigned_headers().collect(),
    };
    for (name, value) in headers.into_iter().filter(|(name, _)| is_shown(name)) {
        lines.push(format!("-H {}", quote(&format!("{name}: {value}"))));
    }
    if signed == Signed::No {
        lines.push("-H \"authorization: $AUTHORIZATION\"".to_owned());
    }
    let mut input = String::new();
    if !request.body.is_empty() || request.method != "GET" {
        // `curl` adds the content type of a form to data.
        if request.header("content-type").is_none() {
            lines.push("-H content-type:".to_owned());
        }
        match request.text() {
            Some(text) => lines.push(format!("--data-raw {}", quote(text))),
            None => {
                let text = base64::engine::general_purpose::STANDARD.encode(&request.body);
                input = format!("printf %s {text} | base64 -d | ");
                lines.push("--data-binary @-".to_owned());
            }
        }
    }
    input + &lines.join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    use super::{Signed, command};
    use crate::invocation::Captured;

    fn request(method: &str, body: &'static [u8]) -> Captured {
        Captured {
            method: method.to_owned(),
            url: "https://example.com/?Name=it%27s".to_owned(),
            headers: [("accept", "application/json"), ("x-acs-date", "2026-01-02T03:04:05Z"), ("authorization", "A b")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: body.into(),
        }
    }

    #[test]
    fn command_of_a_signed_request_has_every_header() {
        let expected = "curl -X GET 'https://example.com/?Name=it%27s' \\\n  -H 'accept: application/json' \\\n  \
                        -H 'x-acs-date: 2026-01-02T03:04:05Z' \\\n  -H 'authorization: A b'";
        assert_eq!(command(&request("GET", b""), Signed::Yes), expected);
    }

    #[test]
    fn command_without_a_signature_has_a_variable_instead() {
        let line = command(&request("GET", b""), Signed::No);
        assert!(!line.contains("A b") && !line.contains("x-acs-date") && line.contains("$AUTHORIZATION"), "{line}");
    }

    #[test]
    fn command_with_a_body_sends_it_unchanged() {
        let text = command(&request("POST", b"{\"a\": \"it's\"}"), Signed::Yes);
        assert!(text.ends_with(r#"--data-raw '{"a": "it'\''s"}'"#) && text.contains("-H content-type:"), "{text}");
        let bytes = command(&request("PUT", b"\xff\x00"), Signed::Yes);
        assert!(
            bytes.starts_with("printf %s /wA= | base64 -d | curl") && bytes.ends_with("--data-binary @-"),
            "{bytes}"
        );
        assert!(command(&request("POST", b""), Signed::Yes).ends_with("--data-raw ''"));
    }
}
