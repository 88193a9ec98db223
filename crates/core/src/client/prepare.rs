//! From parameters to a request that only lacks its signature.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use super::Shared;
use super::options::Options;
use crate::encode::{Body as Given, Outgoing, Parameters};
use crate::error::Invalid;
use crate::header::header;
use crate::operation::{BodyKind, Info, Operation};
use crate::sign;
use crate::transport::Body;

static FORM: HeaderValue = HeaderValue::from_static(sign::FORM);
static JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
static BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// What all attempts of a call have in common.
pub(super) struct Prepared<'a> {
    pub(super) info: &'a Info<'a>,
    /// The operation's name.
    pub(super) action: HeaderValue,
    pub(super) authority: Cow<'static, str>,
    pub(super) path: Cow<'static, str>,
    pub(super) query: String,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Body,
    /// Whether executing the request more than once is harmless.
    pub(super) idempotent: bool,
    /// The hash of a body that is not at hand.
    pub(super) digest: Option<Box<[u8; 32]>>,
}

pub(super) fn prepare<'a>(
    shared: &Shared,
    info: &'a Info<'a>,
    mut outgoing: Outgoing,
    options: &Options,
) -> Result<Prepared<'a>, Invalid> {
    if let Some(problem) = outgoing.problem {
        return Err(problem);
    }
    let path = if info.path == "/" { "/".into() } else { outgoing.path(info.path)?.into() };
    for (name, value) in &options.query {
        outgoing.query.push(name, value);
        if info.token == Some(name) {
            outgoing.has_token = !value.is_empty();
        }
    }
    if outgoing.query.iter().chain(outgoing.form.iter()).any(|(name, _)| name.is_empty()) {
        return Err(Invalid("a parameter has no name".into()));
    }
    outgoing.query.sort();
    if options.body.is_some() && !matches!(info.body, BodyKind::Bytes | BodyKind::Raw) {
        return Err(Invalid("the operation has no body of bytes that another could take the place of".into()));
    }
    let (mut content_type, body) = match (info.body, outgoing.body) {
        (BodyKind::None, _) => (None, Body::default()),
        (BodyKind::Form, _) => {
            outgoing.form.sort();
            (Some(FORM.clone()), outgoing.form.form().into())
        }
        (BodyKind::Json, Given::None) => (Some(JSON.clone()), Bytes::from_static(b"{}").into()),
        (BodyKind::Json, given) => (Some(JSON.clone()), given.into_bytes().into()),
        (BodyKind::Text, Given::None) => (None, Body::default()),
        (BodyKind::Text, given) => (Some(JSON.clone()), given.into_bytes().into()),
        (kind @ (BodyKind::Bytes | BodyKind::Raw), given) => {
            let content_type = (kind == BodyKind::Bytes).then(|| BYTES.clone());
            match (&options.body, given) {
                (Some(body), _) => (content_type, body.clone()),
                (None, Given::None) => (None, Body::default()),
                (None, given) => (content_type, given.into_bytes().into()),
            }
        }
    };
    let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
    let own = outgoing.headers.iter().map(|pair| (pair, true));
    let further = options.headers.iter().map(|(name, value)| ((name.as_str(), value.as_str()), false));
    for ((name, value), own) in own.chain(further) {
        if !own && info.token.is_some_and(|token| token.eq_ignore_ascii_case(name)) {
            outgoing.has_token = !value.is_empty();
        }
        let (name, mut value) = header(name, value)?;
        // Which parameters are secret is not known here.
        value.set_sensitive(own);
        if name == http::header::CONTENT_TYPE {
            content_type = Some(value);
        } else if let Some(known) = headers.iter_mut().find(|(known, _)| *known == name) {
            known.1 = value;
        } else {
            headers.push((name, value));
        }
    }
    let action = info.header().filter(|name| !name.is_empty());
    Ok(Prepared {
        info,
        action: action.ok_or_else(|| Invalid(format!("{:?} is no name of an operation", info.name())))?,
        authority: match &outgoing.host {
            Some(label) => shared.target.with_label(label).authority.into(),
            None => shared.target.authority.clone().into(),
        },
        path,
        query: outgoing.query.query(),
        content_type,
        headers,
        body,
        idempotent: options.idempotent.unwrap_or(info.is_idempotent() || outgoing.has_token),
        digest: None,
    })
}

impl Shared {
    /// What becomes of the parameters of a request, the idempotency token among them.
    pub(super) fn outgoing(&self, info: &Info<'_>, request: &impl Operation) -> Box<Outgoing> {
        // In a place of its own, so that no future has to hold it.
        let mut outgoing = Box::<Outgoing>::default();
        let token = self.token(info);
        request.parameters(&mut Parameters::new(&mut outgoing, info, token.as_deref()));
        outgoing
    }
}

impl Given {
    fn into_bytes(self) -> Bytes {
        match self {
            Self::None => Bytes::new(),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Prepared<'_> {
    /// The request as it is signed; `headers` are its further ones.
    pub(super) fn to_sign<'a>(&'a self, shared: &'a Shared, headers: &'a [(&'a str, &'a str)]) -> sign::Request<'a> {
        sign::Request {
            style: self.info.style,
            method: self.info.method.as_str(),
            host: &self.authority,
            path: &self.path,
            query: &self.query,
            action: self.info.name(),
            version: shared.service.version,
            content_type: self.content_type.as_ref().and_then(|value| value.to_str().ok()),
            headers,
            body: self.body.bytes().map_or(&[], |bytes| bytes),
        }
    }
}
