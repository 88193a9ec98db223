//! Errors of transports.

use http::{HeaderMap, StatusCode};

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent. With a [response](TransportError::with_response): there was a response that cannot
    /// be passed on.
    Request,
    /// No connection: the name is unknown, or no server accepts connections.
    Connect,
    /// No connection within the time limit.
    ConnectTimeout,
    /// No TLS session: a certificate is not trusted, or there is no common protocol.
    Tls,
    /// A proxy is unreachable, or refused to connect.
    Proxy,
    /// The body of the request could not be read completely, so that only a part was sent.
    Source,
    /// The connection was closed before a response arrived.
    Interrupted,
    /// The response is truncated.
    Truncated,
    /// The response exceeds the size limit.
    BodyTooLarge,
}

/// Why there is no complete response. Must not contain a secret: URLs have no query, and there are no headers.
///
/// `Display` prints one line without the [source](std::error::Error::source); the alternate form, `{error:#}`, appends
/// the sources.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) text: String,
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
    pub(crate) response: Option<Box<(StatusCode, HeaderMap)>>,
    /// Whether the proxy was unreachable, and may be available again soon.
    pub(crate) unreachable: bool,
}

impl TransportError {
    /// Creates an error. `text` describes it for people.
    pub fn new(kind: TransportErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), source: None, response: None, unreachable: false }
    }

    /// Sets the source.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the status and headers of the response, as far as it arrived.
    #[must_use]
    pub fn with_response(mut self, status: StatusCode, headers: HeaderMap) -> Self {
        self.response = Some(Box::new((status, headers)));
        self
    }

    /// Returns what failed.
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
