//! The transports that come along, by themselves, over real sockets on this machine.
#![allow(missing_docs)]

#[cfg(feature = "http2")]
mod http2;
#[path = "../local/mod.rs"]
mod local;
mod pool;
mod proxies;
mod responses;
mod secure;
mod streams;
#[path = "../thing/mod.rs"]
mod thing;

use std::sync::Arc;
use std::time::Duration;

use alicloud_core::transport::{
    Body, BoxFuture, Chunks, HttpTransport, Progress, Proxy, RequestContext, Tls, Transport, TransportBuilder,
    TransportError, TransportErrorKind,
};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};

/// Runs each test over each transport.
macro_rules! each_transport {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn transport_on_reqwest_passes_all_checks() {
                super::$name($crate::Kind::Reqwest).await;
            }

            #[cfg(feature = "hyper")]
            #[tokio::test]
            async fn transport_on_hyper_passes_all_checks() {
                super::$name($crate::Kind::Hyper).await;
            }
        }
    )*};
}
pub(crate) use each_transport;

/// Which transport a test runs over.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Reqwest,
    #[cfg(feature = "hyper")]
    Hyper,
}

/// What a test sets for either transport.
struct Settings {
    connect_timeout: Duration,
    pool_idle: Duration,
    pool_size: usize,
    tls: Tls,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            pool_idle: Duration::from_secs(5),
            pool_size: usize::MAX,
            tls: Tls::new().system_roots(false),
        }
    }
}

impl Kind {
    fn transport(self) -> Arc<dyn Transport> {
        self.with(Settings::default())
    }

    fn with(self, settings: Settings) -> Arc<dyn Transport> {
        self.build(settings).unwrap()
    }

    fn build(self, settings: Settings) -> Result<Arc<dyn Transport>, TransportError> {
        fn set<T>(builder: TransportBuilder<T>, settings: Settings) -> TransportBuilder<T> {
            builder
                .connect_timeout(settings.connect_timeout)
                .pool_idle_timeout(settings.pool_idle)
                .pool_max_idle(settings.pool_size)
                .tls(settings.tls)
        }
        Ok(match self {
            Self::Reqwest => Arc::new(set(HttpTransport::builder().proxy(Proxy::none()), settings).build()?),
            #[cfg(feature = "hyper")]
            Self::Hyper => Arc::new(set(alicloud_core::transport::HyperTransport::builder(), settings).build()?),
        })
    }
}

/// A request that a test changes before it is sent.
struct Message {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Body,
    max_response_bytes: usize,
    progress: Progress,
}

impl Message {
    fn new(method: Method, url: impl Into<String>) -> Self {
        let RequestContext { max_response_bytes, progress, .. } = RequestContext::new();
        Self { method, url: url.into(), headers: HeaderMap::new(), body: Body::default(), max_response_bytes, progress }
    }

    fn into_parts(self) -> Result<(Request<Body>, RequestContext), TransportError> {
        let request = Request::builder().method(self.method).uri(self.url).body(self.body);
        let mut request = request
            .map_err(|error| TransportError::new(TransportErrorKind::Request, "not a request").with_source(error))?;
        *request.headers_mut() = self.headers;
        let mut context = RequestContext::new();
        context.max_response_bytes = self.max_response_bytes;
        context.progress = self.progress;
        Ok((request, context))
    }
}

trait Deliver: Transport {
    /// Sends a message and reads the whole response.
    fn deliver(&self, message: Message) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let (request, context) = message.into_parts()?;
            self.send(request, context).await
        })
    }

    /// Sends a message and opens the response.
    fn deliver_open(&self, message: Message) -> BoxFuture<'_, Result<Response<Chunks>, TransportError>> {
        Box::pin(async move {
            let (request, context) = message.into_parts()?;
            self.open(request, context).await
        })
    }
}

impl<T: Transport + ?Sized> Deliver for T {}

/// A request without headers and body.
fn get(peer: &local::Peer) -> Message {
    Message::new(Method::GET, format!("{}/", peer.endpoint()))
}

fn post(peer: &local::Peer) -> Message {
    Message::new(Method::POST, format!("{}/", peer.endpoint()))
}
