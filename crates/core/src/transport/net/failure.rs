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

/// What an error before the reply means. `peer` is whom the request was for, `limit` the time for a connection.
#[cold]
pub(super) fn failed(
    error: impl Error + Send + Sync + 'static,
    stage: Stage,
    peer: &str,
    limit: Duration,
) -> TransportError {
    let (kind, text) = match stage {
        Stage::ConnectTimeout => (Kind::ConnectTimeout, format!("no connection to {peer} within {limit:?}")),
        _ => {
            if let Some(text) = source_failed(&error) {
                (Kind::Source, text)
            } else if let Some(cause) = causes(&error).find(|cause| is_tls(*cause)) {
                // Not the root: behind the system's own error there is less to read.
                (Kind::Tls, format!("no secure connection to {peer}: {cause}"))
            } else if stage == Stage::Sending {
                (Kind::Interrupted, format!("the connection to {peer} broke before a reply came"))
            } else if causes(&error).any(is_proxy) {
                (Kind::Proxy, format!("the proxy made no connection to {peer}: {}", root(&error)))
            } else {
                (Kind::Connect, format!("no connection to {peer}: {}", root(&error)))
            }
        }
    };
    TransportError::new(kind, text).with_source(error)
}

/// The host and port of a URL.
pub(super) fn peer(url: &str) -> &str {
    let authority = url.split(['/', '?', '#']).nth(2).unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
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

fn is_proxy(cause: &(dyn Error + 'static)) -> bool {
    // The types are private to the HTTP library; their text is what there is to go by.
    let text = cause.to_string();
    text.starts_with("tunnel error") || text.contains("SOCKS") || text.contains("socks proxy")
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
fn root(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
