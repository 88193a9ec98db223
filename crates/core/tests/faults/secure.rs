//! Secure connections: certificates of every kind, and peers that speak something else.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use alicloud_core::transport::{HttpTransport, Proxy, Tls};
use alicloud_core::{Client, ErrorKind, Phase};

use crate::local::secure::{EXPIRED, GOOD, OTHER, ROOT, answer, showing};
use crate::local::{Peer, config, raw};
use crate::thing::SERVICE;

/// Speaks HTTP/1.1 behind a certificate.
fn secure(certificate: &'static [u8]) -> Peer {
    let config = Arc::new(showing(certificate));
    Peer::start(move |connection| answer(connection, &config, || raw("200 OK", "", "{\"Count\":5}")))
}

fn client(peer: &Peer, trusting: bool) -> Client {
    let tls = if trusting { Tls::new().system_roots(false).add_root_certificates(ROOT) } else { Tls::new() };
    let transport = HttpTransport::builder().proxy(Proxy::none()).tls(tls).build().unwrap();
    let config = config().endpoint(format!("https://{}", peer.address)).transport(transport);
    Client::new(&SERVICE, config).unwrap()
}

#[tokio::test]
async fn connection_with_a_trusted_certificate_succeeds() {
    let peer = secure(GOOD);
    assert_eq!(super::call(&client(&peer, true)).await.unwrap().count, Some(5));
}

#[tokio::test]
async fn connection_with_an_untrusted_certificate_is_refused() {
    for (certificate, trusting, reason) in
        [(GOOD, false, "UnknownIssuer"), (OTHER, true, "other.example.com"), (EXPIRED, true, "xpired")]
    {
        let peer = secure(certificate);
        let error = super::call(&client(&peer, trusting)).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Tls, "{error:?}");
        assert_eq!(error.phase(), Phase::NotSent);
        assert!(!error.is_retryable() && !error.may_have_been_executed());
        assert!(format!("{error:#}").contains("127.0.0.1"), "{error}");
        let texts = super::chain(&error);
        assert!(texts.iter().any(|text| text.contains(reason)), "{reason}: {texts:?}");
    }
}

#[tokio::test]
async fn connection_to_a_peer_without_tls_is_an_error() {
    let peer = Peer::start(|mut connection| {
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.hold();
    });
    let error = super::call(&client(&peer, true)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Tls, "{error:?}");
}

/// The error names the scheme that was assumed.
#[tokio::test]
async fn endpoint_without_a_scheme_reports_the_assumed_one() {
    const TRIED: &str = "; https was tried, because the endpoint has no scheme";
    let plain = Peer::start(|mut connection| {
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        connection.hold();
    });
    let waiting = Peer::answering(raw("200 OK", "", "{}"));
    let hanging_up = Peer::start(drop);
    let closed_port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (address, kind) in [
        (plain.address, "Tls"),
        (waiting.address, "Timeout"),
        (hanging_up.address, "Connect"),
        (closed_port, "Connect"),
    ] {
        for (endpoint, is_told) in [(address.to_string(), true), (format!("https://{address}"), false)] {
            let builder = HttpTransport::builder().proxy(Proxy::none()).connect_timeout(Duration::from_millis(300));
            let transport = builder.tls(Tls::new().system_roots(false).add_root_certificates(ROOT)).build().unwrap();
            let config = config().max_attempts(2).endpoint(endpoint).transport(transport);
            let error = super::call(&Client::new(&SERVICE, config).unwrap()).await.unwrap_err();
            assert!(format!("{error:?}").starts_with(kind), "{error:?}");
            let text = format!("{error:#}");
            assert!(text.contains(&address.to_string()), "{text}");
            assert_eq!(text.matches(TRIED).count(), usize::from(is_told), "{text}");
        }
    }
    // An endpoint of the table is not one that somebody gave.
    let transport = HttpTransport::builder().proxy(Proxy::new(format!("http://{closed_port}"))).build().unwrap();
    let error = super::call(&Client::new(&SERVICE, config().transport(transport)).unwrap()).await.unwrap_err();
    assert!(!format!("{error:#}").contains(TRIED), "{error}");
}

#[tokio::test]
async fn connection_that_is_closed_in_the_handshake_is_an_error() {
    let peer = Peer::start(drop);
    let error = super::call(&client(&peer, true)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && !error.may_have_been_executed(), "{error:?}");
}

/// What breaks a connection on which the request is on its way proves nothing about the request.
#[tokio::test]
async fn connection_that_breaks_after_the_request_has_an_unknown_outcome() {
    // A record that cannot be decrypted, and one of a kind that does not exist.
    for record in [&b"\x17\x03\x03\x00\x20canary-canary-canary-canary-cana"[..], b"\x63\x03\x03\x00\x02xx"] {
        let config = Arc::new(showing(GOOD));
        let peer = Peer::start(move |connection| {
            let mut raw = connection.stream.try_clone().unwrap();
            answer(connection, &config, || {
                raw.write_all(record).unwrap();
                String::new()
            });
        });
        let error = super::call(&client(&peer, true)).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Interrupted, "{error:?}");
        assert_eq!(error.phase(), Phase::Sent);
        assert!(error.may_have_been_executed());
        assert!(super::chain(&error).len() > 1, "{error:?}");
    }
}
