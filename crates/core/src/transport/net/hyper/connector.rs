//! Connections for hyper-util: plain or secured, made within a limit.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::transport::TransportError;
use crate::transport::net::builder::KEEP_ALIVE;
use crate::transport::net::tls::Engine;

#[derive(Clone)]
pub(super) struct Connector {
    plain: HttpConnector,
    secure: Option<HttpsConnector<HttpConnector>>,
    limit: Duration,
}

/// The time for a connection is over.
#[derive(Debug)]
pub(super) struct ConnectTimeout;

impl std::fmt::Display for ConnectTimeout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the time for a connection is over")
    }
}

impl std::error::Error for ConnectTimeout {}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Connector {
    pub(super) fn new(engine: Engine, limit: Duration) -> Result<Self, TransportError> {
        let mut plain = HttpConnector::new();
        // The scheme is looked at here.
        plain.enforce_http(false);
        plain.set_nodelay(true);
        plain.set_keepalive(Some(KEEP_ALIVE));
        plain.set_keepalive_interval(Some(KEEP_ALIVE));
        let secure = match engine {
            Engine::None => None,
            Engine::Rustls(mut config) => {
                config.alpn_protocols = vec![b"http/1.1".to_vec()];
                Some(HttpsConnector::from((plain.clone(), Arc::new(*config))))
            }
            #[cfg(feature = "native-tls")]
            Engine::Native => {
                let text = "this transport is secured by rustls alone: turn on `rustls-ring` or `rustls-aws-lc`";
                return Err(TransportError::new(crate::transport::TransportErrorKind::Tls, text));
            }
        };
        Ok(Self { plain, secure, limit })
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // Those inside always are.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { mut plain, secure, limit } = self.clone();
        Box::pin(async move {
            let connection = async {
                match (uri.scheme() == Some(&Scheme::HTTPS), secure) {
                    (false, _) => Ok(MaybeHttpsStream::Http(plain.call(uri).await?)),
                    (true, Some(mut secure)) => secure.call(uri).await,
                    (true, None) => Err("this transport was made for plain http alone".into()),
                }
            };
            tokio::time::timeout(limit, connection).await.map_err(|_| ConnectTimeout)?
        })
    }
}
