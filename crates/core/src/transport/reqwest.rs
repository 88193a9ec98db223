//! The transport that comes along.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::chunks::Whole;
use super::watched::Watched;
use super::{
    BoxFuture, Chunks, HttpRequest, HttpResponse, HttpStream, Method, Transport, TransportError,
    TransportErrorKind as Kind,
};

/// HTTP/1.1 (and HTTP/2, with the feature `http2`) over rustls, with the certificates that the operating system trusts and the proxies that the
/// environment names.
///
/// It follows no redirects, sends no `referer`, asks for no compression and repeats nothing. A connection that has
/// been idle for five seconds is closed: the service closes it soon after, and a request must not meet that moment.
///
/// Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    connect_timeout: Duration,
}

/// Settings of an [`HttpTransport`].
#[derive(Clone, Debug)]
pub struct HttpTransportBuilder {
    connect_timeout: Duration,
    proxy: bool,
    roots: Roots,
}

#[derive(Clone, Debug)]
enum Roots {
    /// Those of the operating system.
    System,
    /// None at all: there will be no secure connection.
    None,
    /// Given ones, in DER.
    Given(Vec<Vec<u8>>),
}

impl HttpTransport {
    /// The usual settings.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder { connect_timeout: Duration::from_secs(5), proxy: true, roots: Roots::System }
    }
}

impl HttpTransportBuilder {
    /// How long a connection may take, with the look-up of the name and the handshake. Five seconds if not set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Whether the proxies that the environment or the system names are used.
    pub fn system_proxy(mut self, on: bool) -> Self {
        self.proxy = on;
        self
    }

    /// Trusts these certificates, in DER, instead of those of the operating system.
    pub fn root_certificates(mut self, der: impl IntoIterator<Item = Vec<u8>>) -> Self {
        self.roots = Roots::Given(der.into_iter().collect());
        self
    }

    /// For a client of plain http: reads no certificates.
    pub(crate) fn plain(mut self) -> Self {
        self.roots = Roots::None;
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    ///
    /// If certificates cannot be read.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(&self.roots).map_err(|error| {
                TransportError::new(Kind::Tls, "cannot set up secure connections").with_source(error)
            })?)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never());
        if !self.proxy {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| TransportError::new(Kind::Request, "cannot set up connections").with_source(error))?;
        Ok(HttpTransport { client, connect_timeout: self.connect_timeout })
    }
}

/// The provider is named, so that what other parts of the program have set for themselves does not matter.
fn tls(roots: &Roots) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let mut config = match roots {
        Roots::System => builder.with_platform_verifier()?.with_no_client_auth(),
        Roots::None => builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth(),
        Roots::Given(roots) => {
            let mut store = rustls::RootCertStore::empty();
            for root in roots {
                store.add(root.clone().into())?;
            }
            builder.with_root_certificates(store).with_no_client_auth()
        }
    };
    let h2 = cfg!(feature = "http2").then(|| b"h2".to_vec());
    config.alpn_protocols = h2.into_iter().chain([b"http/1.1".to_vec()]).collect();
    Ok(config)
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn open(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpStream, TransportError>> {
        Box::pin(async {
            let limit = request.max_body;
            let (head, body) = http::Response::<reqwest::Body>::from(self.head(request).await?).into_parts();
            let open = HttpStream::new(head.status.as_u16(), head.headers, Chunks::of_body(body, broken).limit(limit));
            Ok(open)
        })
    }
}

impl HttpTransport {
    /// Sends a request and waits for the head of the reply.
    async fn head(&self, request: HttpRequest) -> Result<reqwest::Response, TransportError> {
        let result = self.client.execute(convert(request)?).await;
        result.map_err(|error| failed(error, self.connect_timeout))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let limit = request.max_body;
        let mut response = self.head(request).await?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        match read(&mut response, limit).await {
            Ok(body) => Ok(HttpResponse { status, headers, body }),
            Err(error) => Err(error.with_reply(status, headers)),
        }
    }
}

async fn read(response: &mut reqwest::Response, limit: usize) -> Result<Bytes, TransportError> {
    let mut whole = Whole::new(response.content_length(), limit)?;
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        whole.push(chunk)?;
    }
    Ok(whole.into_bytes())
}

fn convert(request: HttpRequest) -> Result<reqwest::Request, TransportError> {
    let refuse = |text| TransportError::new(Kind::Request, text);
    let url = reqwest::Url::parse(&request.url).map_err(|error| refuse("the URL is not valid").with_source(error))?;
    if url.as_str() != request.url {
        // The signature covers the text as it was.
        return Err(refuse("the URL would not be sent as it was signed"));
    }
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
        Method::Head => reqwest::Method::HEAD,
        Method::Options => reqwest::Method::OPTIONS,
    };
    let mut out = reqwest::Request::new(method, url);
    *out.headers_mut() = request.headers;
    if request.body.length() == Some(0) && matches!(request.method, Method::Post | Method::Put | Method::Patch) {
        // Some servers refuse these methods without a length.
        out.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    *out.body_mut() = Some(reqwest::Body::wrap(Watched::new(&request.body, request.progress)));
    Ok(out)
}

/// What an error before the reply means.
fn failed(error: reqwest::Error, connect_timeout: Duration) -> TransportError {
    let peer = error.url().and_then(|url| url.as_str().split('/').nth(2)).unwrap_or_default().to_owned();
    // A URL's query can hold a signature and a token.
    let error = error.without_url();
    let connecting = error.is_connect();
    let (kind, text) = if error.is_builder() {
        (Kind::Request, "the request cannot be sent".to_owned())
    } else if let Some(text) = source(&error) {
        (Kind::Source, text)
    } else if connecting && error.is_timeout() {
        (Kind::ConnectTimeout, format!("no connection to {peer} within {connect_timeout:?}"))
    } else if causes(&error).any(|cause| cause.is::<rustls::Error>()) {
        (Kind::Tls, format!("no secure connection to {peer}: {}", root(&error)))
    } else if connecting && is_proxy(&error) {
        (Kind::Proxy, format!("the proxy made no connection to {peer}: {}", root(&error)))
    } else if connecting {
        (Kind::Connect, format!("no connection to {peer}: {}", root(&error)))
    } else {
        (Kind::Interrupted, format!("the connection to {peer} broke before a reply came"))
    };
    TransportError::new(kind, text).with_source(error)
}

/// What an error inside the reply's body means.
fn broken(error: reqwest::Error) -> TransportError {
    TransportError::new(Kind::Truncated, "the reply broke off").with_source(error.without_url())
}

/// What the source of the request's body says, if it failed.
fn source(error: &reqwest::Error) -> Option<String> {
    let ours = causes(error).find_map(|cause| cause.downcast_ref::<TransportError>())?;
    (ours.kind == Kind::Source).then(|| ours.text.clone())
}

fn is_proxy(error: &reqwest::Error) -> bool {
    // The type is private to the HTTP library; its text is what there is to go by.
    causes(error).any(|cause| {
        let text = cause.to_string();
        text.starts_with("tunnel error") || text.starts_with("socks")
    })
}

/// An error and what caused it, down to the root.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| match error.downcast_ref::<std::io::Error>() {
        // An I/O error does not count what it wraps as its source, but the source of that.
        Some(error) => error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static)),
        None => error.source(),
    })
}

/// What all of it comes from, in words.
fn root(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
