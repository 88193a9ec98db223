//! The transports of this crate, and what they share.

mod builder;
mod failure;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "reqwest")]
mod proxy;
mod request;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;
// Without a transport, some settings are unused.
mod progress_body;
#[cfg_attr(not(any(feature = "rustls-ring", feature = "rustls-aws-lc")), allow(dead_code))]
mod tls;

pub use self::builder::TransportBuilder;
#[cfg(feature = "hyper")]
pub use self::hyper::HyperTransport;
#[cfg(feature = "reqwest")]
pub use self::proxy::Proxy;
#[cfg(feature = "reqwest")]
pub use self::reqwest::HttpTransport;
pub use self::tls::{Tls, TlsBackend, TlsVersion};
