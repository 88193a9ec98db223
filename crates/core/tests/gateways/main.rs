//! Services behind gateways with their own hosts, signatures and errors.
#![allow(missing_docs, unreachable_pub)]

mod fc;
#[path = "../local/mod.rs"]
mod local;
mod pds;
mod signatures;
mod sls;
#[path = "../thing/mod.rs"]
mod thing;

use alicloud_core::__private::Service;
use alicloud_core::credentials::Credentials;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http::Response;
use alicloud_core::{Client, Config};

use crate::local::{Canned, ID, SECRET, Seen};

/// A configuration without a region, with one attempt for each call.
fn config() -> Config {
    Config::new().max_attempts(1).credentials(Credentials::access_key(ID, SECRET))
}

/// A client of a service that receives these responses.
fn client_of(
    service: &'static Service,
    config: Config,
    responses: impl IntoIterator<Item = Response<Bytes>>,
) -> (Client, Canned) {
    let canned = Canned::new(responses);
    (Client::new(service, config.transport(canned.clone())).unwrap(), canned)
}

fn header<'a>(request: &'a Seen, name: &str) -> Option<&'a str> {
    request.headers.get(name).map(|value| value.to_str().unwrap())
}
