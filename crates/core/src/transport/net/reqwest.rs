//! The transport on reqwest.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::uri::Authority;
use http::{Request, Response, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::builder::KEEP_ALIVE;
use super::failure::{Peer, Stage, failed};
use super::progress_body::ProgressBody;
use super::request::watched;
use super::tls::Engine;
use super::{TransportBuilder, response};
use crate::transport::{
    Body, BoxFuture, Chunks, RequestContext, Transport, TransportError, TransportErrorKind as Kind,
};

/// A transport on reqwest: HTTP/1.1, and HTTP/2 with the feature `http2`. Default: the certificates that the operating
/// system trusts, and the proxies of the environment.
///
/// It follows no redirects, sends no `referer`, neither requests nor decodes compression, and retries nothing that was
/// sent. It closes connections that have been idle for 5 seconds, because the service closes them soon after, and a
/// request must not be sent at that moment. A connection whose response was not read completely, because of a limit of
/// time or size, is closed.
///
/// Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    connect_timeout: Duration,
    /// Finds the proxy of a request, for errors.
    proxies: Arc<Option<Matcher>>,
    /// The origin of the first request. Most requests have the same one, and parsing a host name costs more than the
    /// rest of a URL.
    origin: Arc<OnceLock<(Uri, Url)>>,
}

impl HttpTransport {
    /// Returns the default settings.
    pub fn builder() -> TransportBuilder<Self> {
        TransportBuilder::new()
    }
}

impl TransportBuilder<HttpTransport> {
    /// Sets the proxy. Default: the proxies of the environment.
    pub fn proxy(mut self, proxy: super::Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Creates the transport.
    ///
    /// # Errors
    ///
    /// Returns an error if certificates or the URL of a proxy cannot be read, or if no TLS feature is on.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        let builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.pool_idle)
            .pool_max_idle_per_host(self.pool_size)
            .tcp_nodelay(true)
            .tcp_keepalive(KEEP_ALIVE)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            // Other parts of the program may have turned on these features of the library.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd();
        let builder = match self.tls.engine()? {
            Engine::None => builder,
            #[cfg(feature = "__rustls")]
            Engine::Rustls(mut config) => {
                let h2 = cfg!(feature = "http2").then(|| b"h2".to_vec());
                config.alpn_protocols = h2.into_iter().chain([b"http/1.1".to_vec()]).collect();
                builder.tls_backend_preconfigured(*config)
            }
            #[cfg(feature = "native-tls")]
            Engine::Native => self.tls.native(builder)?,
        };
        let client = self.proxy.apply(builder)?.build().map_err(|error| {
            // The certificates are the only remaining source of errors.
            TransportError::new(Kind::Tls, "cannot set up secure connections").with_source(error)
        })?;
        let proxies = Arc::new(self.proxy.matcher());
        Ok(HttpTransport { client, connect_timeout: self.connect_timeout, proxies, origin: Arc::default() })
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let limit = context.max_response_bytes;
        let started = self.start(watched(request, context));
        Box::pin(async move {
            let (response, uri) = started?;
            let response = response.await.map_err(|error| self.failed(error, &uri))?;
            response::whole::<reqwest::Body>(response.into(), limit).await
        })
    }

    fn open(
        &self,
        request: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Chunks>, TransportError>> {
        let limit = context.max_response_bytes;
        let started = self.start(watched(request, context));
        Box::pin(async move {
            let (response, uri) = started?;
            let response = response.await.map_err(|error| self.failed(error, &uri))?;
            Ok(response::opened::<reqwest::Body>(response.into(), limit))
        })
    }
}

impl HttpTransport {
    /// Returns a future that sends the request, and its URI. Not `async`, so that no future has to hold the request.
    fn start(
        &self,
        request: Request<ProgressBody>,
    ) -> Result<(impl Future<Output = Result<reqwest::Response, reqwest::Error>> + Send + use<>, Uri), TransportError>
    {
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.url(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        Ok((self.client.execute(request), head.uri))
    }

    /// Converts a URI to a URL that is sent as the same text.
    fn url(&self, uri: &Uri) -> Result<Url, TransportError> {
        let refuse = |text| TransportError::new(Kind::Request, text);
        let url = match self.origin.get() {
            Some((origin, url)) if is_origin(origin, uri) => {
                let mut url = url.clone();
                url.set_path(uri.path());
                url.set_query(uri.query());
                url
            }
            _ => {
                let text = uri.to_string();
                let url = Url::parse(&text).map_err(|error| refuse("the URL is not valid").with_source(error))?;
                if url.as_str() != text {
                    return Err(refuse(CHANGED));
                }
                self.origin.get_or_init(|| (uri.clone(), origin(url.clone())));
                return Ok(url);
            }
        };
        // The signature covers the original text.
        if url.path() == uri.path() && url.query() == uri.query() { Ok(url) } else { Err(refuse(CHANGED)) }
    }

    fn failed(&self, error: reqwest::Error, uri: &Uri) -> TransportError {
        // The query of a URL can contain a signature and a token.
        let error = error.without_url();
        if error.is_builder() {
            return TransportError::new(Kind::Request, "the request cannot be sent").with_source(error);
        }
        let stage = match error.is_connect() {
            true if error.is_timeout() => Stage::ConnectTimeout,
            true => Stage::Connecting,
            false => Stage::Sending,
        };
        let proxy = self.proxies.as_ref().as_ref().and_then(|proxies| proxies.intercept(uri));
        failed(error, stage, &Peer::new(uri, proxy.as_ref().map(|proxy| proxy.uri())), self.connect_timeout)
    }
}

const CHANGED: &str = "the URL would not be sent as it was signed";

/// Whether two URIs have the same scheme, host and port.
fn is_origin(origin: &Uri, uri: &Uri) -> bool {
    // Compared as text: authorities that differ in case are equal, but are sent differently.
    origin.scheme() == uri.scheme()
        && origin.authority().map(Authority::as_str) == uri.authority().map(Authority::as_str)
}

/// Returns a URL without everything after the host.
fn origin(mut url: Url) -> Url {
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    url
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_with_a_cached_origin_is_the_same() {
        let transport = |known: &str| {
            let transport = HttpTransport::builder().tls(super::super::Tls::new().system_roots(false)).build();
            let transport = transport.expect("a transport");
            if let Ok(known) = known.parse() {
                _ = transport.url(&known);
            }
            transport
        };
        let texts = [
            "https://a.example/",
            "https://a.example/?A=1&B=%2F",
            "https://a.example/x/%2e%2e/y?",
            "https://a.example/x/../y",
            "https://a.example/x/./y?a",
            "https://a.example/\u{e9}",
            "https://a.example/?\u{e9}'\"<",
            "https://a.example//x",
            "https://a.example/\\x",
            "https://a.example",
            "https://A.example/",
            "https://a.example:443/",
            "https://a.example:8443/x",
            "https://a.example.org/x",
            "https://b@a.example/",
            "http://a.example/",
            "https://[::1]:80/x?y=z",
            "/",
        ];
        for known in ["https://a.example/", "https://a.example/x?y=z", "https://[::1]:80/", "http://other.example/"] {
            let known = transport(known);
            for text in texts {
                let Ok(uri) = text.parse::<Uri>() else { continue };
                let (fresh, again) = (transport("no URL").url(&uri), known.url(&uri));
                assert_eq!(fresh.as_ref().ok(), again.as_ref().ok(), "{text:?}");
                let written = uri.to_string();
                let accepted = Url::parse(text).is_ok_and(|url| url.as_str() == written);
                assert_eq!(fresh.is_ok(), accepted, "{text:?}");
            }
        }
    }
}
