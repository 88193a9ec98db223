//! What the errors of an HTTP library mean.

use std::error::Error;
use std::time::Duration;

use crate::transport::{TransportError, TransportErrorKind as Kind};

/// How far a request had got when it failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// There was no connection yet.
    Connecting,
    /// The time for a connection was over.
    ConnectTimeout,
    /// It was on its way.
    Sending,
}

/// Whom a request is for, and the proxy between.
pub(super) struct Peer<'a> {
    host: &'a str,
    secure: bool,
    /// Its address, without user and password.
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

/// What an error before the response means. `limit` is the time for a connection.
#[cold]
pub(super) fn failed(
    error: impl Error + Send + Sync + 'static,
    stage: Stage,
    peer: &Peer<'_>,
    limit: Duration,
) -> TransportError {
    // What happens before a tunnel is there, or where none is needed, is between here and the proxy.
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
    // A limit needs no other reason, and the source of a body reports its failure itself.
    if stage == Stage::ConnectTimeout || failed.text == cause_text {
        failed
    } else {
        failed.with_source(Cause { text: cause_text, error })
    }
}

/// The cause of an error of the HTTP library. The layers of the library above the cause are left out of the text.
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

/// The host and port, without user and password.
fn host(authority: &http::uri::Authority) -> &str {
    authority.as_str().rsplit('@').next().unwrap_or_default()
}

/// What the source of the request's body says, if it failed.
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

/// Whether the peer refuses the certificate of the client, or that it has none. In TLS 1.3 it says so when the request
/// is on its way, and has not read it. Whatever else breaks a connection by then proves nothing about the request.
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
    // The types are private to the HTTP library; their text is what there is to go by.
    let text = cause.to_string();
    text.starts_with("tunnel error") || text.contains("SOCKS") || text.contains("socks proxy")
}

/// Whether a proxy's error means that there was no connection to the proxy.
fn is_unreachable(cause: &(dyn Error + 'static)) -> bool {
    cause.to_string().ends_with("failed to create underlying connection")
}

/// An error and what caused it, down to the root.
pub(super) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<std::io::Error>() {
        // An I/O error does not count what it wraps as its source, but the source of that.
        Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// What all of it comes from, in words.
pub(super) fn root(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
