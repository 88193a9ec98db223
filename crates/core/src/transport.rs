//! How requests travel.
//!
//! A [`Transport`] sends one signed request and brings back one reply. The one that comes along,
//! `HttpTransport`, speaks HTTP/1.1, and HTTP/2 if asked to, over rustls; another can be given to
//! [`Config::transport`](crate::Config::transport), for instance in tests.

#[cfg(feature = "reqwest")]
mod body;
#[cfg(feature = "reqwest")]
mod reqwest;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bytes::Bytes;
use http::HeaderMap;

#[cfg(feature = "reqwest")]
pub use self::reqwest::{HttpTransport, HttpTransportBuilder};
use crate::error::Phase;
pub use crate::future::BoxFuture;
pub use crate::operation::Method;

/// Sends requests.
///
/// What is signed must arrive as it was signed: the method, the URL to the letter, a `host` header made from the
/// URL, the headers and the body. A transport must not follow redirects and must not repeat a request; it may leave
/// a reply compressed only if it never asked for compression.
///
/// Dropping the future gives the request up.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and reads the whole reply.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
    }
}

/// A request, ready to be sent.
///
/// `Debug` shows neither query, headers nor body.
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The whole URL, in the spelling that must stand on the wire.
    pub url: String,
    /// The headers. `host` and `content-length` are not among them: they follow from the URL and the body.
    pub headers: HeaderMap,
    /// The body; empty if there is none.
    pub body: Bytes,
    /// No more than so many bytes of a reply's body may be read.
    pub max_body: usize,
    /// How far the request got; to be told by the transport.
    pub progress: Progress,
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("HttpRequest").field("method", &self.method).field("url", &url).finish_non_exhaustive()
    }
}

/// A reply.
///
/// `Debug` shows no header values and no body.
#[non_exhaustive]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl HttpResponse {
    /// Puts a reply together.
    pub fn new(status: u16, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into() }
    }
}

impl std::fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// How far a request got, so that an attempt that is cut off can tell whether it may have been executed.
///
/// A transport that never says so is taken to have sent the request at once.
#[derive(Clone, Default)]
pub struct Progress(Arc<AtomicU8>);

const UNKNOWN: u8 = 0;
const WAITING: u8 = 1;
const SENT: u8 = 2;

impl Progress {
    /// No byte of the request has been sent yet; the transport will call [`sent`](Self::sent).
    pub fn waiting(&self) {
        self.0.store(WAITING, Ordering::Release);
    }

    /// From here on bytes of the request may be on the wire.
    pub fn sent(&self) {
        self.0.store(SENT, Ordering::Release);
    }

    pub(crate) fn phase(&self) -> Phase {
        if self.0.load(Ordering::Acquire) == WAITING { Phase::NotSent } else { Phase::Sent }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = match self.0.load(Ordering::Acquire) {
            UNKNOWN => "unknown",
            WAITING => "waiting",
            _ => "sent",
        };
        write!(f, "Progress({state})")
    }
}

/// What went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent at all.
    Request,
    /// No connection: the name is not known, or nobody answers there.
    Connect,
    /// No connection within the time for it.
    ConnectTimeout,
    /// No secure connection: a certificate is not trusted, or there is no common protocol.
    Tls,
    /// A proxy refused.
    Proxy,
    /// The connection broke before a reply came.
    Interrupted,
    /// The reply broke off.
    Truncated,
    /// The reply is larger than allowed.
    BodyTooLarge,
}

/// Why there is no whole reply. Must hold no secret: URLs without their query, no headers.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) text: String,
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
    pub(crate) reply: Option<Box<(u16, HeaderMap)>>,
}

impl TransportError {
    /// `text` tells what happened, for people.
    pub fn new(kind: TransportErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), source: None, reply: None }
    }

    /// With what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// With what came of the reply.
    #[must_use]
    pub fn with_reply(mut self, status: u16, headers: HeaderMap) -> Self {
        self.reply = Some(Box::new((status, headers)));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl std::fmt::Display for TransportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
