//! What a reply means.

use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::decode::{self, Failure, Place, Reason, Scalar};
use crate::error::{Error, Said, snippet};
use crate::header::names::X_ACS_REQUEST_ID;
use crate::operation::{Info, ReplyKind};
use crate::transport::HttpResponse;

/// Reads a reply into `value`; brings back the request id if it stands in the body alone.
pub(crate) fn read(info: &Info<'_>, response: &HttpResponse, value: &mut dyn Place) -> Result<Option<String>, Error> {
    if !matches!(response.status, 200..=299) {
        return Err(refused(info, response));
    }
    let body = &response.body;
    match info.reply {
        ReplyKind::Empty => return Ok(None),
        ReplyKind::Bytes => {
            value.open().give(body);
            return Ok(None);
        }
        ReplyKind::Text => {
            _ = std::str::from_utf8(body).map_err(|_| {
                let failure = Failure { path: String::new(), reason: Reason::Text };
                undecodable(info, response, &failure)
            })?;
            value.open().give(body);
            return Ok(None);
        }
        ReplyKind::Json if value.open().takes_bytes() => {
            value.open().give(body);
            return Ok(None);
        }
        ReplyKind::Json => {}
    }
    if is_page(&response.headers, body) {
        return Err(unexpected(info, response));
    }
    let result = decode::read(body, value);
    if let Some(field) = info.error_code
        && (result.is_err() || may_fail(value, field))
        && let Some(error) = failed(info, response, field)
    {
        return Err(error.decoded(result.is_ok()));
    }
    result.map_err(|failure| undecodable(info, response, &failure))?;
    if response.headers.contains_key(&X_ACS_REQUEST_ID) {
        return Ok(None);
    }
    for name in ["RequestId", "requestId"] {
        if let Some(Some(Scalar::Text(id))) = value.open().field(name) {
            return Ok(Some(id.to_owned()));
        }
    }
    Ok(None)
}

/// Whether a closer look at the code is needed.
fn may_fail(value: &mut dyn Place, field: &str) -> bool {
    match value.open().field(field) {
        Some(None) => false,
        Some(Some(Scalar::Text(code))) => is_failure(code),
        Some(Some(Scalar::Integer(0 | 200))) => false,
        // Not among the declared fields, or an odd code.
        _ => true,
    }
}

/// Whether a code tells a failure.
fn is_failure(code: &str) -> bool {
    !["", "ok", "200", "success", "0"].iter().any(|good| code.trim().eq_ignore_ascii_case(good))
}

/// The error that a successful status hides, if it hides one.
#[cold]
fn failed(info: &Info<'_>, response: &HttpResponse, field: &str) -> Option<Error> {
    let mut all = BTreeMap::<String, Option<String>>::new();
    _ = decode::read(&response.body, &mut all);
    let code = all.remove(field).flatten().filter(|code| is_failure(code))?;
    let success = ["Success", "success"].iter().find_map(|name| all.get(*name)?.as_deref());
    if success.is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        return None;
    }
    let said = Said { code: Some(code), ..Said::read(&response.body).unwrap_or_default() };
    Some(service(info, response, said))
}

/// An error by its status.
#[cold]
pub(super) fn refused(info: &Info<'_>, response: &HttpResponse) -> Error {
    match Said::read(&response.body) {
        Some(said) => service(info, response, said),
        None => unexpected(info, response),
    }
}

fn service(_: &Info<'_>, response: &HttpResponse, said: Said) -> Error {
    let text = "the service gave no message".to_owned();
    Error::of_reply(Error::Service, text, said, parts(response))
}

/// A reply that is not the service's own.
#[cold]
fn unexpected(info: &Info<'_>, response: &HttpResponse) -> Error {
    let what = match response.status {
        200..=299 => "a page instead of a reply",
        300..=399 => "a redirect, which is not followed",
        _ => "a failure without the service's error code",
    };
    let text = match snippet(&response.body) {
        None => format!("{what}, with an empty body"),
        Some(_) if info.sensitive_reply => what.to_owned(),
        Some(words) => format!("{what}: {words}"),
    };
    Error::of_reply(Error::Unexpected, text, Said::default(), parts(response))
}

#[cold]
fn undecodable(_: &Info<'_>, response: &HttpResponse, failure: &Failure) -> Error {
    let text = format!("the reply cannot be read: {failure}");
    Error::of_reply(Error::Decode, text, Said::default(), parts(response))
}

fn parts(response: &HttpResponse) -> (u16, &HeaderMap, bytes::Bytes) {
    (response.status, &response.headers, response.body.clone())
}

/// Whether a body is a page for people. JSON that is only labelled as one is JSON.
fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    match body.trim_ascii_start().first() {
        Some(b'<') => true,
        None | Some(b'{' | b'[' | b'"' | 0xef) => false,
        Some(_) => headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/html")),
    }
}
