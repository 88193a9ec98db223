//! Encodes the parameters of a call to a request without a signature.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;
use http::uri::Authority;

use super::Shared;
#[cfg(feature = "sls")]
use super::log_service;
use super::options::Options;
use crate::encode::{EncodedBody, EncodedRequest, HostLabel, Parameters};
use crate::header::{RequestHeaders, text};
use crate::info::{BodyKind, Info};
use crate::invalid_input::InvalidInput;
use crate::operation::Operation;
#[cfg(feature = "sls")]
use crate::service::Gateway;
use crate::sign;
use crate::transport::Body;

static FORM: HeaderValue = HeaderValue::from_static(sign::FORM);
static JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
static BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The parts of a request that all attempts share.
pub(super) struct PreparedRequest<'a> {
    pub(super) info: &'a Info<'a>,
    /// The name of the operation.
    pub(super) action: HeaderValue,
    pub(super) authority: Authority,
    pub(super) path: Cow<'static, str>,
    pub(super) query: String,
    pub(super) headers: RequestHeaders,
    pub(super) body: Body,
    /// Whether executing the request more than once is harmless.
    pub(super) idempotent: bool,
    /// The hash of a body with a source.
    pub(super) digest: Option<[u8; 32]>,
}

pub(super) fn prepare<'a>(
    shared: &Shared,
    info: &'a Info<'a>,
    mut encoded: EncodedRequest,
    options: &Options,
) -> Result<PreparedRequest<'a>, InvalidInput> {
    if let Some(problem) = encoded.problem {
        return Err(problem);
    }
    let (path, fixed) = match shared.service.gateway.has_fixed_queries() {
        true => info.path.split_once('?').unwrap_or((info.path, "")),
        false => (info.path, ""),
    };
    let path = if path == "/" && encoded.path.is_empty() { "/".into() } else { encoded.path(path)?.into() };
    for (name, _) in &options.query {
        encoded.query.remove(name);
    }
    for (name, value) in &options.query {
        encoded.query.push(name, value);
        if info.token == Some(name) {
            encoded.has_token = !value.is_empty();
        }
    }
    for pair in fixed.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if encoded.query.iter().all(|(known, _)| known != name) {
            encoded.query.push(name, value);
        }
    }
    for pairs in [&mut encoded.query, &mut encoded.form] {
        if pairs.iter().any(|(name, _)| name.is_empty()) {
            return Err(InvalidInput("a parameter has no name".into()));
        }
        if let Some(name) = pairs.sort() {
            return Err(InvalidInput::parameter(
                name,
                format!("is set more than once; a list is `{name}.1`, `{name}.2`, …"),
            ));
        }
    }
    if options.body.is_some() && !matches!(info.body, BodyKind::Bytes | BodyKind::Raw) {
        return Err(InvalidInput("the operation has no body of bytes, so that no other body can replace it".into()));
    }
    #[cfg(feature = "sls")]
    let accept_encoding = match shared.service.gateway {
        Gateway::Sls => log_service::take_accept_encoding(&mut encoded.headers)?,
        _ => None,
    };
    #[cfg(feature = "sls-logs")]
    if info.body == BodyKind::Logs {
        log_service::compress(&mut encoded)?;
    }
    let (content_type, body) = match (info.body, encoded.body) {
        (BodyKind::None, _) => (info.content_type.map(HeaderValue::from_static), Body::default()),
        (BodyKind::Form, _) => (Some(FORM.clone()), encoded.form.form().into()),
        (BodyKind::Json, EncodedBody::None) => (Some(JSON.clone()), Bytes::from_static(b"{}").into()),
        (BodyKind::OptionalJson, EncodedBody::None) => (None, Body::default()),
        (BodyKind::Json | BodyKind::OptionalJson, body_value) => (Some(JSON.clone()), body_value.into_bytes().into()),
        (BodyKind::Text, EncodedBody::None) => (None, Body::default()),
        (BodyKind::Text, body_value) => (Some(JSON.clone()), body_value.into_bytes().into()),
        (kind @ (BodyKind::Bytes | BodyKind::Raw), body_value) => {
            let content_type = (kind == BodyKind::Bytes).then(|| BYTES.clone());
            match (&options.body, body_value) {
                (Some(body), _) => (content_type, body.clone()),
                (None, EncodedBody::None) => (None, Body::default()),
                (None, body_value) => (content_type, body_value.into_bytes().into()),
            }
        }
        #[cfg(feature = "sls")]
        (BodyKind::Logs, EncodedBody::None) => (None, Body::default()),
        #[cfg(feature = "sls")]
        (BodyKind::Logs, body_value) => {
            (Some(HeaderValue::from_static("application/x-protobuf")), body_value.into_bytes().into())
        }
    };
    #[cfg(feature = "sls")]
    let content_type = match (shared.service.gateway, content_type) {
        (Gateway::Sls, Some(logs)) if info.body == BodyKind::Logs => Some(logs),
        // Sent in every request, and signed.
        (Gateway::Sls, _) => Some(HeaderValue::from_static("application/json")),
        (_, content_type) => content_type,
    };
    let mut headers = RequestHeaders { content_type, others: Vec::new() };
    // It is not known here which parameters are secret.
    headers.set_all(encoded.headers.iter(), true)?;
    headers.set_all(options.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())), false)?;
    for (name, value) in &options.headers {
        if info.token.is_some_and(|token| token.eq_ignore_ascii_case(name)) {
            encoded.has_token = !value.is_empty();
        }
    }
    #[cfg(feature = "sls")]
    if shared.service.gateway == Gateway::Sls {
        log_service::add_headers(&mut headers, accept_encoding, &body)?;
    }
    let action = info.header().filter(|name| !name.is_empty());
    Ok(PreparedRequest {
        info,
        action: action.ok_or_else(|| InvalidInput(format!("{:?} is not a valid name of an operation", info.name())))?,
        authority: shared.authority(&encoded.host)?,
        path,
        query: encoded.query.query(),
        headers,
        body,
        idempotent: options.idempotent.unwrap_or(info.is_idempotent() || encoded.has_token),
        digest: None,
    })
}

impl Shared {
    /// Returns the host of a request.
    fn authority(&self, label: &HostLabel) -> Result<Authority, InvalidInput> {
        let target = self.host_parameter_target.as_ref().unwrap_or(&self.target);
        match label {
            HostLabel::Undeclared => Ok(self.target.authority.clone()),
            HostLabel::Absent => Ok(target.authority.clone()),
            HostLabel::Set(label) => {
                target.with_label(label).map_err(|_| InvalidInput(format!("{label:?} is not valid in a host name")))
            }
        }
    }

    /// Encodes the parameters of a request, and fills in the idempotency token.
    pub(super) fn encoded(&self, info: &Info<'_>, request: &impl Operation) -> EncodedRequest {
        let mut encoded = EncodedRequest::default();
        let token = self.token(info);
        request.parameters(&mut Parameters::new(&mut encoded, info, token.as_deref()));
        encoded
    }
}

impl EncodedBody {
    fn into_bytes(self) -> Bytes {
        match self {
            Self::None => Bytes::new(),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl PreparedRequest<'_> {
    /// Returns the request in the form that is signed. `content_type` is the one that is sent, `others` are the other
    /// headers.
    pub(super) fn to_sign<'a>(
        &'a self,
        shared: &'a Shared,
        content_type: Option<&'a HeaderValue>,
        others: &'a [(&'a str, &'a str)],
    ) -> sign::Request<'a> {
        sign::Request {
            style: self.info.style,
            method: self.info.method.as_str(),
            host: self.authority.as_str(),
            path: &self.path,
            query: &self.query,
            action: self.info.name(),
            version: shared.service.version,
            region: shared.signing_region(),
            content_type: content_type.map(text),
            headers: others,
            body: self.body.bytes().map_or(&[], |bytes| bytes),
        }
    }
}
