//! The transport on hyper-util.

mod connector;

use std::time::Duration;

use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use self::connector::{Connector, Late};
use super::failure::{Peer, Stage, causes, failed};
use super::request::Parts;
use super::watched::Watched;
use super::{TransportBuilder, reply};
use crate::transport::{
    BoxFuture, HttpRequest, HttpResponse, HttpStream, Transport, TransportError, TransportErrorKind as Kind,
};

/// HTTP/1.1 over rustls, on hyper without a layer between: less to build and less to do a call than
/// `HttpTransport`, and fewer settings. It knows no proxies, whatever the environment says.
///
/// It follows no redirects, asks for no compression and undoes none, and repeats nothing that was sent. A connection
/// that has been idle for five seconds is closed, as is one whose reply was not read to its end.
///
/// Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct HyperTransport {
    client: Client<Connector, Watched>,
    connect_timeout: Duration,
}

impl HyperTransport {
    /// The usual settings.
    pub fn builder() -> TransportBuilder<Self> {
        TransportBuilder::new()
    }
}

impl TransportBuilder<HyperTransport> {
    /// Makes the transport.
    ///
    /// # Errors
    ///
    /// If certificates cannot be read, or if neither of the features `rustls-ring` and `rustls-aws-lc` is on.
    pub fn build(self) -> Result<HyperTransport, TransportError> {
        let connector = Connector::new(self.tls.engine()?, self.connect_timeout)?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.pool_idle)
            .pool_max_idle_per_host(self.pool_size)
            .build(connector);
        Ok(HyperTransport { client, connect_timeout: self.connect_timeout })
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let limit = request.max_response_bytes;
        let begun = self.begin(request.into());
        Box::pin(async move { reply::whole(self.head(begun).await?, limit).await })
    }

    fn open(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpStream, TransportError>> {
        let limit = request.max_response_bytes;
        let begun = self.begin(request.into());
        Box::pin(async move { Ok(reply::opened(self.head(begun).await?, limit)) })
    }
}

/// A request that is on its way once this is awaited, and its URL.
type Begun = Result<(ResponseFuture, String), TransportError>;

impl HyperTransport {
    /// Not `async`, so that no future has to hold the request.
    fn begin(&self, parts: Parts) -> Begun {
        let mut request = http::Request::new(parts.body);
        *request.method_mut() = parts.method;
        *request.headers_mut() = parts.headers;
        *request.uri_mut() = uri(&parts.url)?;
        Ok((self.client.request(request), parts.url))
    }

    /// Waits for the head of the reply.
    async fn head(&self, begun: Begun) -> Result<http::Response<hyper::body::Incoming>, TransportError> {
        let (response, url) = begun?;
        response.await.map_err(|error| {
            let stage = match error.is_connect() {
                true if causes(&error).any(|cause| cause.is::<Late>()) => Stage::ConnectTimeout,
                true => Stage::Connecting,
                false => Stage::Sending,
            };
            failed(error, stage, &Peer::new(&url, None), self.connect_timeout)
        })
    }
}

fn uri(url: &str) -> Result<http::Uri, TransportError> {
    let refuse = |text| TransportError::new(Kind::Request, text);
    let uri = url.parse::<http::Uri>().map_err(|error| refuse("the URL is not valid").with_source(error))?;
    let parts = (uri.scheme_str(), uri.authority(), uri.path_and_query());
    let (Some(scheme @ ("http" | "https")), Some(authority), Some(path)) = parts else {
        return Err(refuse("the URL is not one of http or https"));
    };
    if scheme.len() + 3 + authority.as_str().len() + path.as_str().len() != url.len() {
        // The signature covers the text as it was.
        return Err(refuse("the URL would not be sent as it was signed"));
    }
    Ok(uri)
}

impl std::fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}
