//! The default transport of a client.

use std::sync::Arc;
use std::time::Duration;

use http::uri::Scheme;

use super::{Transport, TransportError};

/// Creates the default transport for a scheme. `proxy` says whether the proxies of the environment apply.
#[cfg(any(feature = "reqwest", feature = "hyper"))]
#[cfg_attr(not(feature = "reqwest"), allow(unused_variables))]
pub(crate) fn default_transport(
    scheme: &Scheme,
    proxy: bool,
    connect_timeout: Duration,
) -> Result<Arc<dyn Transport>, TransportError> {
    #[cfg(not(feature = "reqwest"))]
    use super::HyperTransport as Default;
    use super::Tls;
    #[cfg(feature = "reqwest")]
    use super::{HttpTransport as Default, Proxy};

    let mut builder = Default::builder().connect_timeout(connect_timeout);
    #[cfg(feature = "reqwest")]
    if !proxy {
        builder = builder.proxy(Proxy::none());
    }
    if *scheme == Scheme::HTTP {
        // Plain HTTP needs no certificates.
        builder = builder.tls(Tls::new().system_roots(false));
    }
    Ok(Arc::new(builder.build()?))
}

#[cfg(not(any(feature = "reqwest", feature = "hyper")))]
pub(crate) fn default_transport(_: &Scheme, _: bool, _: Duration) -> Result<Arc<dyn Transport>, TransportError> {
    Err(TransportError::new(
        super::TransportErrorKind::Request,
        "no transport is available: pass one to `Config::transport`, or turn on the feature `reqwest` of `alicloud-core`",
    ))
}
