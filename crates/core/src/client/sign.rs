//! Signs a prepared request.

use bytes::Bytes;
use http::uri::{self, PathAndQuery, Uri};
use http::{HeaderMap, HeaderValue};

use super::Shared;
use super::nonce::nonce;
use super::prepare::PreparedRequest;
use crate::error::Error;
use crate::header::names::X_ACS_ACTION;
use crate::header::{RequestHeaders, text};
use crate::info::Info;
use crate::invalid_input::InvalidInput;
use crate::sign::{self, Credentials, Signed, UtcTime};
use crate::transport::{Body, Progress, RequestContext};

/// The limit of [`http::Uri`]. The service rejects much shorter URLs.
const MAX_URI_BYTES: usize = 65_534;

/// The inputs of a signature.
pub(super) struct SigningInputs {
    pub(super) credentials: Credentials,
    /// Seconds that were added to the time of the clock.
    pub(super) offset: i64,
}

/// A signed request.
pub(super) struct SignedRequest {
    pub(super) request: http::Request<Body>,
    pub(super) context: RequestContext,
    /// The signature, which no text may show.
    pub(super) signature: String,
    /// The signed text, if the client explains refused signatures.
    pub(super) text: Option<String>,
}

impl Shared {
    /// Signs a request with the headers of the attempt.
    pub(super) fn sign(
        &self,
        prepared: &PreparedRequest<'_>,
        own: &RequestHeaders,
        used: &SigningInputs,
        progress: Progress,
    ) -> Result<SignedRequest, Error> {
        let now = self.clock.now();
        let nonce = self.nonce()?;
        let time = UtcTime::from(now).plus(used.offset);
        let RequestHeaders { content_type, others } = own;
        let texts: Vec<_> = others.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
        let version = self.signature();
        let request = prepared.to_sign(self, content_type.as_ref(), &texts);
        sign::check_parameters(&request, &used.credentials, version).map_err(Error::invalid)?;
        if prepared.body.bytes().is_none() {
            sign::check_streamed(&request, version).map_err(Error::invalid)?;
        }
        let digest = prepared.digest.as_ref();
        let signed = sign::with_digest(&request, digest, &used.credentials, version, time, &nonce);
        let explain = || sign::signed_text(&request, digest, &used.credentials, version, time, &nonce);
        let explained = self.config.diagnose_signature_mismatch.then(explain).flatten();
        let Signed { headers: added, query, signature } = signed;
        let query = query.as_ref().unwrap_or(&prepared.query);

        let mut headers = HeaderMap::new();
        if self.service.gateway.names_operations() {
            headers.insert(X_ACS_ACTION.clone(), prepared.action.clone());
        }
        if let Some(value) = content_type {
            headers.insert(http::header::CONTENT_TYPE, value.clone());
        }
        for (name, value) in self.headers.iter().chain(others) {
            headers.insert(name.clone(), value.clone());
        }
        #[cfg(feature = "sls-logs")]
        if prepared.info.response == crate::info::ResponseKind::Logs {
            headers.insert(http::header::ACCEPT, HeaderValue::from_static("application/x-protobuf"));
        }
        for (name, value) in added {
            let mut value = HeaderValue::try_from(value).map_err(|_| {
                Error::configuration(
                    "the credentials are not valid in a header: they contain a line break or another control character",
                )
            })?;
            value.set_sensitive(true);
            headers.insert(name.clone(), value);
        }

        let mut request = http::Request::new(prepared.body.clone());
        request.method_mut().clone_from(prepared.info.method);
        *request.uri_mut() = self.uri(prepared, query).map_err(Error::invalid)?;
        *request.headers_mut() = headers;
        let context =
            RequestContext { max_response_bytes: self.config.max_response_bytes, progress, ..RequestContext::new() };
        Ok(SignedRequest { request, context, signature, text: explained })
    }

    /// Returns the URI of a request, byte for byte as it is signed.
    fn uri(&self, prepared: &PreparedRequest<'_>, query: &str) -> Result<Uri, InvalidInput> {
        let path = &prepared.path;
        let mut text = String::with_capacity(path.len() + 1 + query.len());
        text.push_str(path);
        if !query.is_empty() {
            text.push('?');
            text.push_str(query);
        }
        let length = text.len();
        if length > MAX_URI_BYTES {
            let hint = "pass large values in the body";
            return Err(InvalidInput(format!("the URL has {length} bytes, the maximum is {MAX_URI_BYTES}: {hint}")));
        }
        let path_and_query = PathAndQuery::from_maybe_shared(Bytes::from(text))
            .ok()
            .filter(|parsed| parsed.as_str().len() == length)
            .ok_or_else(|| InvalidInput("the path or the query is not valid in a URL".into()))?;
        let mut parts = uri::Parts::default();
        parts.scheme = Some(self.target.scheme.clone());
        parts.authority = Some(prepared.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Uri::from_parts(parts).map_err(|error| InvalidInput(error.to_string()))
    }

    /// Returns the value of an idempotency token that the caller did not set.
    pub(super) fn token(&self, info: &Info<'_>) -> Option<String> {
        info.token.filter(|_| self.config.idempotency_tokens)?;
        self.nonce().ok()
    }

    /// Returns a nonce.
    fn nonce(&self) -> Result<String, Error> {
        match &self.config.nonce {
            Some(nonce) => Ok(nonce()),
            None => nonce(),
        }
    }
}
