//! The meaning of a response: success or failure.

#[cfg(feature = "sls-logs")]
use super::log_service;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response, StatusCode};

use crate::decode::{self, DecodeError, DecodeTarget, Reason, Scalar, trim};
use crate::error::{Error, ErrorBody, ErrorKind, Fields, is_failure, snippet};
use crate::header;
use crate::info::{Info, ResponseKind};
#[cfg(feature = "sls-logs")]
use crate::logs;

/// The maximum number of characters of a message in a header that an error quotes.
const MAX_MESSAGE: usize = 200;

/// Decodes a response into `value`. Returns the request ID if only the body contains it.
pub(crate) fn read(
    info: &Info<'_>,
    response: &Response<Bytes>,
    value: &mut dyn DecodeTarget,
) -> Result<Option<String>, Error> {
    #[cfg(feature = "pds")]
    if info.response == ResponseKind::Redirect {
        return redirected(info, response, value);
    }
    if !response.status().is_success() {
        let error = refused(info, response);
        let decoded = denied(info, response).is_some() && decode::read(response.body(), value).is_ok();
        return Err(error.decoded(decoded));
    }
    let body = response.body();
    if !body.is_empty() {
        plain(info, response)?;
    }
    match info.response {
        // The body of such an operation is ignored, but an HTML page is not a response of the service.
        ResponseKind::Empty if is_html(body) => return Err(unexpected(info, response)),
        ResponseKind::Empty => return Ok(None),
        ResponseKind::Bytes => {
            value.open().give(body);
            return Ok(None);
        }
        ResponseKind::Text => {
            _ = std::str::from_utf8(body).map_err(|_| {
                let failure = DecodeError { path: String::new(), reason: Reason::Text };
                undecodable(info, response, &failure)
            })?;
            value.open().give(body);
            return Ok(None);
        }
        ResponseKind::Json if value.open().takes_bytes() => {
            value.open().give(body);
            return Ok(None);
        }
        ResponseKind::Json => {}
        #[cfg(feature = "sls-logs")]
        ResponseKind::Logs if log_service::is_protobuf(response.headers()) => {
            let failure = || DecodeError { path: String::new(), reason: Reason::Protobuf };
            let json = logs::decode(body).ok_or_else(|| undecodable(info, response, &failure()))?;
            decode::read(&json, value).map_err(|failure| undecodable(info, response, &failure))?;
            return Ok(None);
        }
        #[cfg(feature = "sls")]
        ResponseKind::Logs => {}
        // Handled above.
        #[cfg(feature = "pds")]
        ResponseKind::Redirect => {}
    }
    if is_page(response.headers(), body) {
        return Err(unexpected(info, response));
    }
    let result = decode::read(body, value);
    if (result.is_err() || may_fail(info, value))
        && let Some(error) = failed(info, response)
    {
        return Err(error.decoded(result.is_ok()));
    }
    result.map_err(|failure| undecodable(info, response, &failure))?;
    if header::request_id(response.headers()).is_some() {
        return Ok(None);
    }
    for name in ["RequestId", "requestId"] {
        if let Some(Some(Scalar::Text(id))) = value.open().field(name) {
            return Ok(Some(id.to_owned()));
        }
    }
    Ok(None)
}

/// Decodes the target of a redirect, which is the whole response of an operation, into `value`.
#[cfg(feature = "pds")]
fn redirected(
    info: &Info<'_>,
    response: &Response<Bytes>,
    value: &mut dyn DecodeTarget,
) -> Result<Option<String>, Error> {
    let location = response.headers().get(http::header::LOCATION).filter(|_| response.status().is_redirection());
    let Some(location) = location.and_then(|value| std::str::from_utf8(value.as_bytes()).ok()) else {
        return Err(refused(info, response));
    };
    let object = serde_json::json!({ "location": location }).to_string();
    decode::read(object.as_bytes(), value).map_err(|failure| undecodable(info, response, &failure))?;
    Ok(None)
}

/// Whether the fields that report a failure need a closer look.
fn may_fail(info: &Info<'_>, value: &mut dyn DecodeTarget) -> bool {
    let success = info.success.is_some_and(|field| match value.open().field(field) {
        Some(Some(Scalar::Boolean(success))) => !success,
        Some(Some(Scalar::Text(text))) => text.trim().eq_ignore_ascii_case("false"),
        _ => false,
    });
    success
        || info.error_code.is_some_and(|field| match value.open().field(field) {
            Some(None) => false,
            Some(Some(Scalar::Text(code))) => is_failure(code),
            Some(Some(Scalar::Integer(0 | 200))) => false,
            // The field is not declared, or has an unexpected value.
            _ => true,
        })
}

/// Returns the error in a response with a successful status, if there is one.
fn failed(info: &Info<'_>, response: &Response<Bytes>) -> Option<Error> {
    let fields = Fields::read(response.body());
    if info.success.is_some_and(|field| fields.is_false(field)) {
        return Some(service(info, response, fields.error_body()));
    }
    let code = fields.text(info.error_code?).filter(|code| is_failure(code))?;
    let success = info.success.into_iter().chain(["Success", "success"]).find_map(|name| fields.text(name));
    if success.is_some_and(|text| text.trim().eq_ignore_ascii_case("true")) {
        return None;
    }
    Some(service(info, response, ErrorBody { code: Some(code), ..fields.error_body() }))
}

/// Returns the fields of a response whose declared success field is false.
fn denied<'a>(info: &Info<'_>, response: &'a Response<Bytes>) -> Option<Fields<'a>> {
    let field = info.success?;
    Some(Fields::read(response.body())).filter(|fields| fields.is_false(field))
}

/// Returns an error for a status.
pub(super) fn refused(info: &Info<'_>, response: &Response<Bytes>) -> Error {
    let error_body =
        ErrorBody::read(response.body()).or_else(|| denied(info, response).map(|fields| fields.error_body()));
    match error_body {
        Some(error_body) => service(info, response, error_body),
        None if response.body().is_empty() => unexpected(info, response),
        None => plain(info, response).err().unwrap_or_else(|| unexpected(info, response)),
    }
}

/// Refuses a response whose body is still encoded. The client requests no encoding, and a transport that decodes a body
/// removes the header.
pub(super) fn plain(info: &Info<'_>, response: &Response<Bytes>) -> Result<(), Error> {
    if !response.headers().contains_key(CONTENT_ENCODING) {
        return Ok(());
    }
    match encoding(response.headers()) {
        Some(encoding) => Err(encoded(info, response, &encoding)),
        None => Ok(()),
    }
}

/// Returns the encodings of a body without those that change nothing. Some servers put the character encoding here.
fn encoding(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let names: Vec<String> = values
        .flat_map(|value| value.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
        .filter(|name| !["", "identity", "utf-8", "utf8"].iter().any(|plain| name.eq_ignore_ascii_case(plain)))
        .collect();
    (!names.is_empty()).then(|| names.join(", ").chars().take(64).collect())
}

fn encoded(_: &Info<'_>, response: &Response<Bytes>, encoding: &str) -> Error {
    let text =
        format!("the response body is encoded with `{encoding}`, which the client did not request and cannot decode");
    let kind = if response.status().is_success() { ErrorKind::Decode } else { ErrorKind::UnexpectedResponse };
    Error::from_response(kind, text, ErrorBody::default(), parts(response))
}

fn service(_: &Info<'_>, response: &Response<Bytes>, error_body: ErrorBody) -> Error {
    let text = match error_body.code {
        Some(_) => "the service gave no message",
        None => "the service reports a failure without a code or a message",
    };
    Error::from_response(ErrorKind::Service, text.to_owned(), error_body, parts(response))
}

/// Returns an error for a response that is not from the service.
fn unexpected(info: &Info<'_>, response: &Response<Bytes>) -> Error {
    let what = match response.status().as_u16() {
        #[cfg(feature = "pds")]
        200..=299 if info.response == ResponseKind::Redirect => "a response that is not a redirect",
        200..=299 => "a page instead of a response",
        300..=399 => "a redirect, which is not followed",
        _ => "a failure without the service's error code",
    };
    let text = match snippet(response.body()) {
        None => match response.headers().get("x-ca-error-message").and_then(|value| value.to_str().ok()) {
            // An API gateway that rejects a request describes the reason in a header.
            Some(message) => {
                let message: String = message.chars().take(MAX_MESSAGE).collect();
                format!("{what}, with an empty body; the gateway reports: {message}")
            }
            None => format!("{what}, with an empty body"),
        },
        Some(_) if info.sensitive_response => what.to_owned(),
        Some(words) => format!("{what}: {words}"),
    };
    Error::from_response(ErrorKind::UnexpectedResponse, text, ErrorBody::default(), parts(response))
}

fn undecodable(_: &Info<'_>, response: &Response<Bytes>, failure: &DecodeError) -> Error {
    let text = format!("the response cannot be read: {failure}");
    Error::from_response(ErrorKind::Decode, text, ErrorBody::default(), parts(response))
}

fn parts(response: &Response<Bytes>) -> (StatusCode, &HeaderMap, Bytes) {
    (response.status(), response.headers(), response.body().clone())
}

/// Whether a body is HTML, by its first tag.
fn is_html(body: &[u8]) -> bool {
    let body = trim(body);
    let begins = |tag: &[u8]| body.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    begins(b"<!doctype html") || begins(b"<html")
}

/// Whether a body is an HTML page. JSON with the content type of HTML is JSON.
fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    match trim(body).first() {
        Some(b'<') => true,
        None | Some(b'{' | b'[' | b'"') => false,
        Some(_) => headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/html")),
    }
}
