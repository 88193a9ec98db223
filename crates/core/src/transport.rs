//! How requests travel.
//!
//! A [`Transport`] sends one signed request and brings back one reply. Two come along: `HttpTransport`, on reqwest,
//! is the usual one, with all settings; `HyperTransport`, on hyper, has half the crates and no proxies. Their settings
//! are a [`TransportBuilder`]'s; how they secure connections is said by [`Tls`]. Another transport can be given to
//! [`Config::transport`](crate::Config::transport) as well, for instance in tests.
#![cfg_attr(not(any(feature = "reqwest", feature = "hyper")), allow(rustdoc::broken_intra_doc_links))]

mod body;
mod chunks;
mod error;
#[cfg(any(feature = "reqwest", feature = "hyper"))]
mod net;
mod progress;
mod secrets;

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;

pub use self::body::Body;
pub use self::chunks::Chunks;
pub use self::error::{TransportError, TransportErrorKind};
#[cfg(feature = "hyper")]
pub use self::net::HyperTransport;
#[cfg(feature = "reqwest")]
pub use self::net::{HttpTransport, Proxy};
#[cfg(any(feature = "reqwest", feature = "hyper"))]
pub use self::net::{Tls, TlsBackend, TlsVersion, TransportBuilder};
pub use self::progress::Progress;
pub use self::secrets::Secrets;
pub use crate::future::BoxFuture;
pub use crate::operation::Method;

/// Sends requests.
///
/// What is signed must arrive as it was signed: the method, the URL to the letter, a `host` header made from the
/// URL, the headers and the body. A transport must not follow redirects and must not repeat a request. One that asks
/// for compression undoes it, and removes `content-encoding` from the headers: a response that still has it is an
/// [error](crate::Error) that names the encoding.
///
/// Dropping the future gives the request up.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and reads the whole reply.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;

    /// Sends one request and opens the reply: its head is there, its body comes chunk by chunk.
    ///
    /// A transport that does not do this reads the whole reply and hands it out as one chunk.
    fn open(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpStream, TransportError>> {
        Box::pin(async move { self.send(request).await.map(HttpStream::from) })
    }

    /// Whether requests are to come with their [secrets](HttpRequest::secrets), for a transport that writes down what
    /// passes.
    fn wants_secrets(&self) -> bool {
        false
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
    }

    fn open(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpStream, TransportError>> {
        (**self).open(request)
    }

    fn wants_secrets(&self) -> bool {
        (**self).wants_secrets()
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
    pub body: Body,
    /// No more than so many bytes of a reply's body may be read; [`usize::MAX`] is no limit.
    pub max_response_bytes: usize,
    /// How far the request got; to be told by the transport.
    pub progress: Progress,
    /// The secret values in it, if the transport [wants](Transport::wants_secrets) to know them.
    pub secrets: Secrets,
    /// The request as its own type, for a mock transport.
    #[cfg(feature = "testing")]
    pub(crate) snapshot: Option<crate::operation::Snapshot>,
}

impl HttpRequest {
    /// Without headers and body, for a reply of up to 16 MiB.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Body::default(),
            max_response_bytes: 16 << 20,
            progress: Progress::default(),
            secrets: Secrets::default(),
            #[cfg(feature = "testing")]
            snapshot: None,
        }
    }
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

/// A reply whose body is still coming.
///
/// `Debug` shows no header values and no body.
#[non_exhaustive]
pub struct HttpStream {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. It ends with an error after [`max_response_bytes`](HttpRequest::max_response_bytes) bytes. Dropping it closes the
    /// connection, unless the end has come.
    pub body: Chunks,
}

impl HttpStream {
    /// Puts a reply together.
    pub fn new(status: u16, headers: HeaderMap, body: Chunks) -> Self {
        Self { status, headers, body }
    }

    /// Reads what is left of the body.
    ///
    /// # Errors
    ///
    /// If the body breaks off or is larger than allowed.
    pub async fn whole(mut self) -> Result<HttpResponse, TransportError> {
        match self.body.whole().await {
            Ok(body) => Ok(HttpResponse { status: self.status, headers: self.headers, body }),
            Err(error) => Err(error.with_response(self.status, self.headers)),
        }
    }
}

impl From<HttpResponse> for HttpStream {
    fn from(response: HttpResponse) -> Self {
        Self::new(response.status, response.headers, response.body.into())
    }
}

impl std::fmt::Debug for HttpStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpStream").field("status", &self.status).finish_non_exhaustive()
    }
}
