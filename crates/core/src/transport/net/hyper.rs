//! The transport on hyper-util.

mod connector;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use self::connector::{ConnectTimeout, Connector};
use super::failure::{Peer, Stage, causes, failed};
use super::progress_body::ProgressBody;
use super::request::watched;
use super::{TransportBuilder, response};
use crate::transport::{
    Body, BoxFuture, Chunks, RequestContext, Transport, TransportError, TransportErrorKind as Kind,
};

/// A transport on hyper: HTTP/1.1 over rustls. It has fewer dependencies and less work per call than `HttpTransport`,
/// and fewer settings. It uses no proxies, whatever the environment contains.
///
/// It follows no redirects, neither requests nor decodes compression, and retries nothing that was sent. It closes
/// connections that have been idle for 5 seconds, and connections whose response was not read completely.
///
/// Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct HyperTransport {
    client: Client<Connector, ProgressBody>,
    connect_timeout: Duration,
}

impl HyperTransport {
    /// Returns the default settings.
    pub fn builder() -> TransportBuilder<Self> {
        TransportBuilder::new()
    }
}

impl TransportBuilder<HyperTransport> {
    /// Creates the transport.
    ///
    /// # Errors
    ///
    /// Returns an error if certificates cannot be read, or if neither of the features `rustls-ring` and `rustls-aws-lc`
    /// is on.
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
    fn send(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let limit = context.max_response_bytes;
        let started = self.start(watched(request, context));
        Box::pin(async move { response::whole(self.head(started).await?, limit).await })
    }

    fn open(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Chunks>, TransportError>> {
        let limit = context.max_response_bytes;
        let started = self.start(watched(request, context));
        Box::pin(async move { Ok(response::opened(self.head(started).await?, limit)) })
    }
}

/// A request that is sent when the future is awaited, and its URI.
type Started = Result<(ResponseFuture, Uri), TransportError>;

impl HyperTransport {
    /// Not `async`, so that no future contains the request.
    fn start(&self, request: Request<ProgressBody>) -> Started {
        let uri = request.uri().clone();
        match (uri.scheme_str(), uri.authority()) {
            (Some("http" | "https"), Some(_)) => Ok((self.client.request(request), uri)),
            _ => Err(TransportError::new(Kind::Request, "the URL is not one of http or https")),
        }
    }

    /// Returns the head of the response.
    async fn head(&self, started: Started) -> Result<Response<hyper::body::Incoming>, TransportError> {
        let (response, uri) = started?;
        response.await.map_err(|error| {
            let stage = match error.is_connect() {
                true if causes(&error).any(|cause| cause.is::<ConnectTimeout>()) => Stage::ConnectTimeout,
                true => Stage::Connecting,
                false => Stage::Sending,
            };
            failed(error, stage, &Peer::new(&uri, None), self.connect_timeout)
        })
    }
}

impl std::fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}
