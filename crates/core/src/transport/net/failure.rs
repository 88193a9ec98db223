//! Classification of the errors of HTTP libraries.

use std::error::Error;
use std::time::Duration;

use crate::transport::{TransportError, TransportErrorKind as Kind};

/// How far a request got before it failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// There was no connection.
    Connecting,
    /// The time limit of the connection was exceeded.
    ConnectTimeout,
    /// The request was being sent.
    Sending,
}

/// The endpoint of a request, and the proxy.
pub(super) struct Peer<'a> {
    host: &'a str,
    secure: bool,
    /// The address of the proxy, without user and password.
    proxy: Option<&'a str>,
}

impl<'a> Peer<'a> {
    pub(super) fn new(uri: &'a http::Uri, proxy: Option<&'a http::Uri>) -> Self {
        Self {
            host: uri.authority().map(host).unwrap_or_default(),
            secure: uri.scheme() == Some(&http::uri::Scheme::HTTPS),
            proxy: proxy.and_then(http::Uri::authority).map(host),
        }
    }
}

impl std::fmt::Display for Peer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.host)?;
        self.proxy.map_or(Ok(()), |proxy| write!(f, " through the proxy {proxy}"))
    }
}

/// Classifies an error before the response. `limit` is the time limit of a connection.
pub(super) fn failed(
    error: impl Error + Send + Sync + 'static,
    stage: Stage,
    peer: &Peer<'_>,
    limit: Duration,
) -> TransportError {
    // Errors before a tunnel is established, or without a tunnel, concern the connection to the proxy.
    let proxy = peer.proxy.filter(|_| !peer.secure || causes(&error).any(is_proxy));
    let mut unreachable = false;
    let mut cause_text = root(&error);
    let (kind, text) = match stage {
        Stage::ConnectTimeout => (Kind::ConnectTimeout, format!("no connection to {peer} within {limit:?}")),
        _ => {
            if let Some(text) = source_failed(&error) {
                (Kind::Source, text)
            } else if let Some(cause) = causes(&error).find(|cause| match stage {
                Stage::Sending => refuses_certificate(*cause),
                _ => is_tls(*cause),
            }) {
                // The errors below the one of the TLS library say less.
                cause_text = cause.to_string();
                (
                    Kind::Tls,
                    match proxy {
                        Some(proxy) => format!("no secure connection to the proxy {proxy}"),
                        None => format!("no secure connection to {peer}"),
                    },
                )
            } else if stage == Stage::Sending {
                (Kind::Interrupted, format!("the connection to {peer} was closed before a response arrived"))
            } else if let Some(proxy) = proxy {
                unreachable = !causes(&error).any(is_proxy) || causes(&error).any(is_unreachable);
                (
                    Kind::Proxy,
                    match unreachable {
                        true => format!("no connection to the proxy {proxy}"),
                        false => format!("the proxy {proxy} made no connection to {}", peer.host),
                    },
                )
            } else {
                (Kind::Connect, format!("no connection to {peer}"))
            }
        }
    };
    let failed = TransportError { unreachable, ..TransportError::new(kind, text) };
    // A timeout needs no other reason, and the source of a body reports its failure itself.
    if stage == Stage::ConnectTimeout || failed.text == cause_text {
        failed
    } else {
        failed.with_source(Cause { text: cause_text, error })
    }
}

/// The cause of an error of the HTTP library, without the texts of the library's layers above it.
struct Cause<E> {
    text: String,
    error: E,
}

impl<E> std::fmt::Display for Cause<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl<E: std::fmt::Debug> std::fmt::Debug for Cause<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl<E: std::fmt::Debug> Error for Cause<E> {}

/// Returns host and port, without user and password.
fn host(authority: &http::uri::Authority) -> &str {
    authority.as_str().rsplit('@').next().unwrap_or_default()
}

/// Returns the error of the request body's source, if it failed.
fn source_failed(error: &(dyn Error + 'static)) -> Option<String> {
    let ours = causes(error).find_map(|cause| cause.downcast_ref::<TransportError>())?;
    (ours.kind == Kind::Source).then(|| ours.text.clone())
}

fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    #[cfg(feature = "__rustls")]
    if cause.is::<rustls::Error>() {
        return true;
    }
    #[cfg(feature = "native-tls")]
    if cause.is::<native_tls::Error>() {
        return true;
    }
    _ = cause;
    false
}

/// Whether the peer refuses the client's certificate, or requires one. In TLS 1.3 the peer reports this while the
/// request is being sent, and has not read it. Any other failure of a connection at that time proves nothing about the
/// request.
fn refuses_certificate(cause: &(dyn Error + 'static)) -> bool {
    #[cfg(feature = "__rustls")]
    if let Some(rustls::Error::AlertReceived(alert)) = cause.downcast_ref() {
        use rustls::AlertDescription as Alert;
        return matches!(
            alert,
            Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::CertificateRequired
        );
    }
    _ = cause;
    false
}

fn is_proxy(cause: &(dyn Error + 'static)) -> bool {
    // The types are private to the HTTP library, so that only their text can be examined.
    let text = cause.to_string();
    text.starts_with("tunnel error") || text.contains("SOCKS") || text.contains("socks proxy")
}

/// Whether an error of a proxy means that the proxy is unreachable.
fn is_unreachable(cause: &(dyn Error + 'static)) -> bool {
    cause.to_string().ends_with("failed to create underlying connection")
}

/// Returns an error and its sources.
pub(super) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<std::io::Error>() {
        // The source of an I/O error is not the error that it wraps, but the source of that.
        Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// Returns the text of the last source.
pub(super) fn root(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
