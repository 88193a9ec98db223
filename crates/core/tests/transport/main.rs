//! The transports that come along, by themselves, over real sockets on this machine.
#![allow(missing_docs)]

#[path = "../local/mod.rs"]
mod local;
mod streams;
#[path = "../thing/mod.rs"]
mod thing;

use alicloud_core::transport::{HttpRequest, HttpTransport, Method, Transport};

/// Runs each test over each transport.
macro_rules! each_transport {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn over_reqwest() {
                super::$name($crate::Kind::Reqwest).await;
            }
        }
    )*};
}
pub(crate) use each_transport;

/// Which transport a test runs over.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Reqwest,
}

impl Kind {
    /// With the usual settings, but without proxies.
    fn transport(self) -> impl Transport {
        match self {
            Self::Reqwest => HttpTransport::builder().system_proxy(false).build().unwrap(),
        }
    }
}

/// A request without headers and body.
fn get(peer: &local::Peer) -> HttpRequest {
    HttpRequest::new(Method::Get, format!("{}/", peer.endpoint()))
}

fn post(peer: &local::Peer) -> HttpRequest {
    HttpRequest::new(Method::Post, format!("{}/", peer.endpoint()))
}
