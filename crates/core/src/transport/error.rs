//! Why there is no whole response.

use http::{HeaderMap, StatusCode};

/// What went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent at all. With a [response](TransportError::with_response): it was answered, and the answer
    /// cannot be handed on.
    Request,
    /// No connection: the name is not known, or nobody answers there.
    Connect,
    /// No connection within the time for it.
    ConnectTimeout,
    /// No secure connection: a certificate is not trusted, or there is no common protocol.
    Tls,
    /// A proxy could not be reached, or refused to connect.
    Proxy,
    /// The body of the request could not be read to its end, so that not all of it was sent.
    Source,
    /// The connection broke before a response came.
    Interrupted,
    /// The response broke off.
    Truncated,
    /// The response is larger than allowed.
    BodyTooLarge,
}

/// Why there is no complete response. Must contain no secret: URLs without their query, no headers.
///
/// `Display` prints one line without the [source](std::error::Error::source); the alternate form, `{error:#}`, appends
/// the sources.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) text: String,
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
    pub(crate) response: Option<Box<(StatusCode, HeaderMap)>>,
    /// There was no connection to the proxy, which may be back soon.
    pub(crate) unreachable: bool,
}

impl TransportError {
    /// `text` tells what happened, for people.
    #[cold]
    pub fn new(kind: TransportErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), source: None, response: None, unreachable: false }
    }

    /// With what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// With what came of the response.
    #[must_use]
    pub fn with_response(mut self, status: StatusCode, headers: HeaderMap) -> Self {
        self.response = Some(Box::new((status, headers)));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl std::fmt::Display for TransportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)?;
        crate::error_text::write_sources(self, f)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
