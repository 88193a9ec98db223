//! The headers and the compression of Simple Log Service.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};

use crate::encode::Pairs;
#[cfg(feature = "sls-logs")]
use crate::encode::{EncodedBody, EncodedRequest};
use crate::error::{Error, ErrorBody, ErrorKind};
use crate::header::RequestHeaders;
use crate::header::names::{X_LOG_BODYRAWSIZE, X_LOG_COMPRESSTYPE};
use crate::invalid_input::InvalidInput;
#[cfg(feature = "sls-logs")]
use crate::logs;
use crate::transport::Body;

const ACCEPT_ENCODING: &str = "Accept-Encoding";
const NO_FORMAT: &str = "is none of lz4, zstd, deflate and gzip";
/// The compression of logs if the caller does not choose one.
#[cfg(feature = "sls-logs")]
const DEFAULT_COMPRESSION: &str = "lz4";

/// Removes the parameter that requests a compressed response, and returns its value. It is not the header of HTTP: the
/// response names its compression in `x-log-compresstype`.
pub(super) fn take_accept_encoding(headers: &mut Pairs) -> Result<Option<HeaderValue>, InvalidInput> {
    let Some(value) = find(headers, ACCEPT_ENCODING).map(str::to_owned) else { return Ok(None) };
    headers.remove(ACCEPT_ENCODING);
    if !cfg!(feature = "sls-logs") {
        let what = "requests a compressed response, which requires the feature `sls-logs`";
        return Err(InvalidInput::parameter(ACCEPT_ENCODING, what));
    }
    match ["lz4", "zstd", "deflate", "gzip"].contains(&value.as_str()) {
        true => Ok(HeaderValue::try_from(value).ok()),
        false => Err(InvalidInput::parameter(ACCEPT_ENCODING, NO_FORMAT)),
    }
}

/// Compresses a body of logs, and adds its size before compression.
#[cfg(feature = "sls-logs")]
pub(super) fn compress(encoded: &mut EncodedRequest) -> Result<(), InvalidInput> {
    let EncodedBody::Bytes(bytes) = &encoded.body else { return Ok(()) };
    let name = X_LOG_COMPRESSTYPE.as_str();
    let format = find(&encoded.headers, name).unwrap_or(DEFAULT_COMPRESSION).to_owned();
    let compressed = logs::compress(&format, bytes).ok_or_else(|| InvalidInput::parameter(name, NO_FORMAT))?;
    let size = bytes.len().to_string();
    encoded.body = EncodedBody::Bytes(compressed.into());
    encoded.headers.remove(name);
    encoded.headers.push(name, &format);
    encoded.headers.push(X_LOG_BODYRAWSIZE.as_str(), &size);
    Ok(())
}

fn find<'a>(headers: &'a Pairs, name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Adds the requested encoding of the response, and the size of a streamed body, which its signature covers.
pub(super) fn add_headers(
    headers: &mut RequestHeaders,
    accept_encoding: Option<HeaderValue>,
    body: &Body,
) -> Result<(), InvalidInput> {
    if let Some(value) = accept_encoding {
        headers.set(http::header::ACCEPT_ENCODING, value);
    }
    if body.bytes().is_none() && !headers.others.iter().any(|(name, _)| *name == X_LOG_BODYRAWSIZE) {
        let length = body.length().ok_or_else(|| {
            InvalidInput("Simple Log Service requires the length of a body; this source does not know it".into())
        })?;
        headers.set(X_LOG_BODYRAWSIZE.clone(), length.into());
    }
    Ok(())
}

/// Returns a response with the decompressed body.
pub(super) fn decompress(response: Response<Bytes>, limit: usize) -> Result<Response<Bytes>, Error> {
    let Some(format) = response.headers().get(&X_LOG_COMPRESSTYPE) else { return Ok(response) };
    if response.body().is_empty() {
        return Ok(response);
    }
    let body = decompressed(format, response.headers(), response.body(), limit);
    match body {
        Ok(body) => {
            let (mut head, _) = response.into_parts();
            head.headers.remove(&X_LOG_COMPRESSTYPE);
            Ok(Response::from_parts(head, body))
        }
        Err(what) => {
            let kind = if response.status().is_success() { ErrorKind::Decode } else { ErrorKind::UnexpectedResponse };
            let parts = (response.status(), response.headers(), response.body().clone());
            Err(Error::from_response(kind, format!("the response cannot be read: {what}"), ErrorBody::default(), parts))
        }
    }
}

#[cfg(feature = "sls-logs")]
fn decompressed(format: &HeaderValue, headers: &HeaderMap, body: &[u8], limit: usize) -> Result<Bytes, String> {
    let size = headers.get(&X_LOG_BODYRAWSIZE).and_then(|value| value.to_str().ok()?.trim().parse::<usize>().ok());
    let size = size.ok_or("a compressed body has no header `x-log-bodyrawsize` with its size")?;
    if size > limit {
        return Err(format!("the body has {size} bytes when decompressed, and the limit is {limit}"));
    }
    logs::decompress(format.to_str().unwrap_or_default().trim(), body, size).map(Bytes::from).map_err(str::to_owned)
}

#[cfg(not(feature = "sls-logs"))]
fn decompressed(_: &HeaderValue, _: &HeaderMap, _: &[u8], _: usize) -> Result<Bytes, String> {
    Err("the body is compressed, which requires the feature `sls-logs`".to_owned())
}

/// Whether a body is protobuf.
#[cfg(feature = "sls-logs")]
pub(super) fn is_protobuf(headers: &HeaderMap) -> bool {
    let value = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("application/x-protobuf"))
}
