//! Transports, which send signed requests.
//!
//! A [`Transport`] sends one signed request and returns one response. This crate has two: `HttpTransport`, on reqwest,
//! is the default and has all settings; `HyperTransport`, on hyper, has half the dependencies and no proxies.
//! [`TransportBuilder`] sets both up, and [`Tls`] configures their TLS. Pass your own to
//! [`Config::transport`](crate::Config::transport), for example in tests.
//!
//! # Examples
//!
//! A transport that counts requests and passes them on:
//!
//! ```
//! # #[cfg(feature = "reqwest")]
//! # mod example {
//! use std::sync::atomic::{AtomicUsize, Ordering};
//!
//! use alicloud_core::transport::{
//!     Body, BoxFuture, HttpTransport, RequestContext, Transport, TransportError, bytes::Bytes, http,
//! };
//!
//! struct Counted {
//!     inner: HttpTransport,
//!     count: AtomicUsize,
//! }
//!
//! impl Transport for Counted {
//!     fn send(
//!         &self,
//!         request: http::Request<Body>,
//!         context: RequestContext,
//!     ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
//!         self.count.fetch_add(1, Ordering::Relaxed);
//!         self.inner.send(request, context)
//!     }
//! }
//! # }
//! ```
#![cfg_attr(not(any(feature = "reqwest", feature = "hyper")), allow(rustdoc::broken_intra_doc_links))]

mod body;
mod chunks;
mod context;
mod default;
mod error;
#[cfg(any(feature = "reqwest", feature = "hyper"))]
mod net;
mod progress;
mod secrets;

use std::sync::Arc;

use ::bytes::Bytes;

pub use self::body::Body;
pub use self::chunks::Chunks;
pub use self::context::RequestContext;
pub(crate) use self::default::default_transport;
pub use self::error::{TransportError, TransportErrorKind};
#[cfg(feature = "hyper")]
pub use self::net::HyperTransport;
#[cfg(feature = "reqwest")]
pub use self::net::{HttpTransport, Proxy};
#[cfg(any(feature = "reqwest", feature = "hyper"))]
pub use self::net::{Tls, TlsBackend, TlsVersion, TransportBuilder};
pub use self::progress::{Phase, Progress};
pub use self::secrets::Secrets;
pub use crate::future::BoxFuture;
pub use {::bytes, ::http};

/// Sends requests.
///
/// A transport sends what was signed: the method, the URI byte for byte, a `host` header made from the URI, the headers
/// and the body. It does not follow redirects and does not retry. If it requests compression, it also decompresses and
/// removes `content-encoding` from the headers: a response that still has the header is an [error](crate::Error).
///
/// Dropping the future cancels the request.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and reads the whole response.
    ///
    /// The headers of the request do not include `host` and `content-length`, which follow from the URI and the body.
    /// The `Debug` output of a request contains its URI, and with it secrets: parameters, and with HMAC-SHA1 the
    /// signature.
    fn send(
        &self,
        request: http::Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;

    /// Sends one request and returns the response as soon as its head has arrived. Its body is read chunk by chunk.
    ///
    /// Dropping an unfinished body closes the connection. Default: calls [`send`](Self::send) and returns the whole
    /// body as one chunk.
    fn open(
        &self,
        request: http::Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Chunks>, TransportError>> {
        Box::pin(async move { Ok(self.send(request, context).await?.map(Chunks::from)) })
    }

    /// Whether [`RequestContext::secrets`] is filled in, for a transport that logs or records requests. Default:
    /// `false`.
    fn wants_secrets(&self) -> bool {
        false
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: http::Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        (**self).send(request, context)
    }

    fn open(
        &self,
        request: http::Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Chunks>, TransportError>> {
        (**self).open(request, context)
    }

    fn wants_secrets(&self) -> bool {
        (**self).wants_secrets()
    }
}

/// Reads the rest of a response.
///
/// # Errors
///
/// Returns an error if the body is incomplete or exceeds its limit.
pub(crate) async fn read_body(response: http::Response<Chunks>) -> Result<http::Response<Bytes>, TransportError> {
    let (head, mut body) = response.into_parts();
    match body.whole().await {
        Ok(body) => Ok(http::Response::from_parts(head, body)),
        Err(error) => Err(error.with_response(head.status, head.headers)),
    }
}
