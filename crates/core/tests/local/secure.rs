//! The other end of secure connections.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use rustls::ServerConfig;

use super::Connection;

pub const ROOT: &[u8] = include_bytes!("../faults/tls/root.der");
pub const KEY: &[u8] = include_bytes!("../faults/tls/key.der");
pub const GOOD: &[u8] = include_bytes!("../faults/tls/good.der");
pub const OTHER: &[u8] = include_bytes!("../faults/tls/other.der");
pub const EXPIRED: &[u8] = include_bytes!("../faults/tls/expired.der");

/// Shows a certificate to everybody, and asks for none.
pub fn showing(certificate: &'static [u8]) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], KEY.try_into().unwrap())
        .unwrap()
}

/// Responds to the first request of a connection with `response`, which is called after the request has arrived.
pub fn answer(connection: Connection, config: &Arc<ServerConfig>, response: impl FnOnce() -> String) {
    let session = rustls::ServerConnection::new(config.clone()).unwrap();
    let mut stream = rustls::StreamOwned::new(session, connection.stream);
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !seen.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => seen.push(byte[0]),
            _ => return,
        }
    }
    _ = stream.write_all(response().as_bytes());
    _ = stream.flush();
}
