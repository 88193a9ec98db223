//! Which connections are used again, and which are not.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use alicloud_core::transport::TransportErrorKind;

use crate::local::{Connection, Peer, raw};
use crate::{Deliver as _, Kind, Settings, each_transport, get, post};

each_transport!(
    connections_are_kept,
    an_idle_connection_is_closed,
    no_connection_is_kept_without_a_pool,
    a_stale_connection_is_replaced,
    silence_after_the_head_ends_the_connection,
    silence_before_the_head_ends_the_connection,
    a_response_that_is_too_large_ends_the_connection,
    garbage_after_a_response_ends_the_connection,
    a_service_that_closes_is_believed,
    a_connection_takes_too_long,
    nobody_listens,
    the_request_was_read_and_the_connection_is_reset,
    the_peer_says_it_has_ended_before_it_answers,
);

/// Answers every request.
fn answering() -> Peer {
    Peer::answering(raw("200 OK", "", "yes"))
}

async fn connections_are_kept(kind: Kind) {
    let peer = answering();
    let transport = kind.transport();
    for _ in 0..5 {
        assert_eq!(transport.deliver(get(&peer)).await.unwrap().body(), "yes");
    }
    assert_eq!(peer.count(), 1);
}

async fn an_idle_connection_is_closed(kind: Kind) {
    let peer = answering();
    let transport = kind.with(Settings { pool_idle: Duration::from_millis(200), ..Settings::default() });
    for (wait, connections) in [(0, 1), (20, 1), (400, 2)] {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        transport.deliver(get(&peer)).await.unwrap();
        assert_eq!(peer.count(), connections, "after {wait} ms");
    }
}

async fn no_connection_is_kept_without_a_pool(kind: Kind) {
    let peer = answering();
    let transport = kind.with(Settings { pool_size: 0, ..Settings::default() });
    for _ in 0..3 {
        transport.deliver(get(&peer)).await.unwrap();
    }
    assert_eq!(peer.count(), 3);
}

async fn a_stale_connection_is_replaced(kind: Kind) {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send(&raw("200 OK", "", "yes"));
    });
    let transport = kind.transport();
    for _ in 0..3 {
        let request = post(&peer);
        transport.deliver(request).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(peer.count(), 3);
}

/// The second request of a connection that went silent would never be answered.
async fn is_not_used_again(kind: Kind, first: &'static str) {
    let peer = Peer::start(move |mut connection| {
        if connection.number == 0 {
            connection.request();
            connection.send(first);
            connection.hold();
        } else {
            while connection.request().is_some() {
                connection.send(&raw("200 OK", "", "yes"));
            }
        }
    });
    let transport = kind.transport();
    let late = tokio::time::timeout(Duration::from_millis(200), transport.deliver(get(&peer))).await;
    assert!(late.is_err(), "{late:?}");
    let next = tokio::time::timeout(Duration::from_secs(5), transport.deliver(get(&peer))).await;
    assert_eq!(next.expect("another connection").unwrap().body(), "yes");
    assert_eq!(peer.count(), 2);
}

async fn silence_after_the_head_ends_the_connection(kind: Kind) {
    is_not_used_again(kind, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
}

async fn silence_before_the_head_ends_the_connection(kind: Kind) {
    is_not_used_again(kind, "").await;
}

async fn a_response_that_is_too_large_ends_the_connection(kind: Kind) {
    let peer = Peer::answering(raw("200 OK", "", &"x".repeat(1 << 20)));
    let transport = kind.transport();
    for connections in 1..=3 {
        let mut request = get(&peer);
        request.max_response_bytes = 1000;
        assert_eq!(transport.deliver(request).await.unwrap_err().kind(), TransportErrorKind::BodyTooLarge);
        assert_eq!(peer.count(), connections);
    }
}

async fn garbage_after_a_response_ends_the_connection(kind: Kind) {
    // The second response must not be the bytes after the first.
    let peer = Peer::start(|mut connection| {
        let number = connection.number;
        connection.request();
        connection.send(&(raw("200 OK", "", &format!("response {number}")) + &raw("200 OK", "", "forged")));
        connection.hold();
    });
    let transport = kind.transport();
    for number in 0..3 {
        assert_eq!(*transport.deliver(get(&peer)).await.unwrap().body(), format!("response {number}"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn a_service_that_closes_is_believed(kind: Kind) {
    let peer = Peer::answering(raw("200 OK", "connection: close\r\n", "yes"));
    let transport = kind.transport();
    for connections in 1..=3 {
        assert_eq!(transport.deliver(get(&peer)).await.unwrap().body(), "yes");
        assert_eq!(peer.count(), connections);
    }
}

async fn a_connection_takes_too_long(kind: Kind) {
    // The handshake is never answered.
    let peer = Peer::start(Connection::hold);
    let limit = Duration::from_millis(200);
    let tls = alicloud_core::transport::Tls::new();
    let transport = kind.with(Settings { connect_timeout: limit, tls, ..Settings::default() });
    let mut request = get(&peer);
    request.url = format!("https://{}/?secret=canary", peer.address);
    let progress = request.progress.clone();
    let start = Instant::now();
    let error = transport.deliver(request).await.unwrap_err();
    assert!(start.elapsed() >= limit && start.elapsed() < 5 * limit, "{:?}", start.elapsed());
    assert_eq!(error.kind(), TransportErrorKind::ConnectTimeout, "{error:?}");
    assert_eq!(format!("{error:#}"), format!("no connection to {} within 200ms", peer.address));
    assert_eq!(format!("{progress:?}"), "Progress(waiting)");
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

async fn nobody_listens(kind: Kind) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let transport = kind.transport();
    for (host, url) in [
        (address.to_string(), format!("http://{address}/")),
        ("thing.invalid".to_owned(), "http://thing.invalid/".to_owned()),
    ] {
        let mut request = get(&answering());
        request.url = url + "?secret=canary";
        let error = transport.deliver(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
        assert!(format!("{error:#}").starts_with(&format!("no connection to {host}: ")), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

/// Counts the requests that reach it whole.
fn counting(then: impl Fn(Connection) + Send + Sync + 'static) -> (Peer, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = seen.clone();
    let peer = Peer::start(move |mut connection| {
        if connection.request().is_some() {
            count.fetch_add(1, Ordering::SeqCst);
            then(connection);
        }
    });
    (peer, seen)
}

async fn the_request_was_read_and_the_connection_is_reset(kind: Kind) {
    // What was not read makes the system send a reset and no end.
    let (peer, seen) = counting(|connection| drop(connection.stream));
    let mut request = post(&peer);
    request.body = "some".into();
    let progress = request.progress.clone();
    let error = kind.transport().deliver(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
    assert_eq!((seen.load(Ordering::SeqCst), format!("{progress:?}").as_str()), (1, "Progress(sent)"));
}

async fn the_peer_says_it_has_ended_before_it_answers(kind: Kind) {
    let (peer, seen) = counting(|mut connection| {
        connection.stream.shutdown(std::net::Shutdown::Write).unwrap();
        _ = connection.stream.read(&mut [0]);
    });
    let error = kind.transport().deliver(post(&peer)).await.unwrap_err();
    assert_eq!((error.kind(), seen.load(Ordering::SeqCst)), (TransportErrorKind::Interrupted, 1), "{error:?}");
}
