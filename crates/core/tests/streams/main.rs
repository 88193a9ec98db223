//! Responses as they come, and bodies as they go: over real sockets.
#![allow(missing_docs)]

mod events;
#[path = "../local/mod.rs"]
mod local;
#[path = "../thing/mod.rs"]
mod thing;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_core::sign::SignatureVersion;
use alicloud_core::transport::{Body, Chunks};
use alicloud_core::{ErrorKind, Phase, TimeoutKind};
use local::{Peer, config, raw};
use sha2::{Digest as _, Sha256};
use thing::*;

fn recognize() -> Recognize {
    Recognize { kind: None, body: Default::default() }
}

#[tokio::test]
async fn stream_of_a_large_response_returns_chunks() {
    const PIECES: usize = 3_000;
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nx-acs-request-id: R-1\r\ntransfer-encoding: chunked\r\n\r\n");
        for _ in 0..PIECES {
            connection.send(&format!("2000\r\n{}\r\n", "x".repeat(0x2000)));
        }
        connection.send("0\r\n\r\n");
    });
    // More than any response may have that is kept.
    let client = peer.client_with(config().max_response_bytes(1_000));
    let mut response = client.call(recognize()).stream().await.unwrap();
    assert_eq!((response.status(), response.request_id(), response.attempts()), (200, Some("R-1"), 1));
    let mut total = 0;
    while let Some(chunk) = response.chunk().await.unwrap() {
        assert!(chunk.iter().all(|byte| *byte == b'x'));
        total += chunk.len();
    }
    assert_eq!(total, PIECES * 0x2000);
    assert!(response.chunk().await.unwrap().is_none(), "the end stays the end");
}

#[tokio::test]
async fn stream_of_a_failure_is_an_error_at_once() {
    let said = r#"{"Code":"Forbidden","Message":"no","RequestId":"R-2"}"#;
    let peer = Peer::answering(raw("403 Forbidden", "content-type: application/json\r\n", said));
    let error = peer.client().call(recognize()).stream().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Service, "{error:?}");
    assert_eq!((error.code(), error.request_id(), error.status()), (Some("Forbidden"), Some("R-2"), Some(403)));
    // However long it is.
    let peer = Peer::answering(raw("500 Oops", "", &"x".repeat(100_000)));
    let error = peer.client_with(config().max_response_bytes(5_000)).call(recognize()).stream().await.unwrap_err();
    assert!(error.kind() == ErrorKind::ResponseTooLarge, "{error:?}");
}

#[tokio::test]
async fn stream_with_a_failure_before_the_headers_is_retried() {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    let peer = Peer::start(move |mut connection| {
        while connection.request().is_some() {
            let busy = seen.fetch_add(1, Ordering::SeqCst) == 0;
            let body = if busy { r#"{"Code":"Throttling","Message":"m"}"# } else { "whole" };
            connection.send(&raw(if busy { "429 Slow" } else { "200 OK" }, "", body));
        }
    });
    let mut response = peer.client_with(config().max_attempts(2)).call(recognize()).stream().await.unwrap();
    assert_eq!(response.attempts(), 2);
    assert_eq!(&response.chunk().await.unwrap().unwrap()[..], b"whole");
}

#[tokio::test]
async fn stream_with_a_pause_times_out() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
        connection.hold();
    });
    // The limits of the call end where the head has come.
    let client = peer.client_with(config().timeout(Duration::from_secs(20)).idle_timeout(Duration::from_secs(20)));
    let mut response = client.call(recognize()).idle_timeout(Duration::from_millis(80)).stream().await.unwrap();
    assert_eq!(&response.chunk().await.unwrap().unwrap()[..], b"abc");
    let error = response.chunk().await.unwrap_err();
    assert_eq!((error.timeout(), error.phase()), (Some(TimeoutKind::Idle), Phase::Responded));
    assert_eq!(error.operation(), Some("RecognizeAllText"));
    assert!(response.chunk().await.unwrap().is_none(), "after an error comes nothing");
}

#[tokio::test]
async fn stream_that_is_slow_does_not_time_out() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n");
        for _ in 0..6 {
            std::thread::sleep(Duration::from_millis(40));
            connection.send("x");
        }
    });
    let client = peer.client_with(config().attempt_timeout(Duration::from_millis(150)));
    let mut response = client.call(recognize()).idle_timeout(Duration::from_millis(200)).stream().await.unwrap();
    let mut total = 0;
    while let Some(chunk) = response.chunk().await.unwrap() {
        total += chunk.len();
    }
    assert_eq!(total, 6);
}

#[tokio::test]
async fn stream_that_is_truncated_is_an_error() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nx-acs-request-id: R-3\r\ncontent-length: 10\r\n\r\nabc");
    });
    let mut response = peer.client().call(recognize()).stream().await.unwrap();
    assert_eq!(&response.chunk().await.unwrap().unwrap()[..], b"abc");
    let error = response.chunk().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Truncated, "{error:?}");
    assert_eq!((error.status(), error.request_id()), (Some(200), Some("R-3")));
}

/// A source that counts how often it is opened: 8 pieces of a megabyte each, none of which is kept.
fn source(opened: &Arc<AtomicUsize>) -> Body {
    let opened = opened.clone();
    Body::source(Some(8 << 20), move || {
        opened.fetch_add(1, Ordering::SeqCst);
        Pieces(8)
    })
}

struct Pieces(usize);

impl futures_core::Stream for Pieces {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0 = self.0.wrapping_sub(1);
        std::task::Poll::Ready((self.0 < 8).then(|| Ok(vec![self.0 as u8; 1 << 20].into())))
    }
}

/// Reads a request without keeping its body: the head, and the hash of the body.
fn hashed(connection: &mut local::Connection) -> (String, String) {
    use std::io::Read as _;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        connection.stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length: u64 = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    let mut hash = Sha256::new();
    let mut left = (&mut connection.stream).take(length);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match left.read(&mut buffer).unwrap() {
            0 => break,
            count => hash.update(&buffer[..count]),
        }
    }
    (head, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[tokio::test]
async fn body_with_a_source_is_sent_with_its_hash() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let peer = Peer::start(move |mut connection| {
        for status in ["503 Busy", "200 OK"] {
            log.lock().unwrap().push(hashed(&mut connection));
            connection.send(&raw(status, "", r#"{"Code":"Throttling","Message":"m"}"#));
        }
    });
    let opened = Arc::new(AtomicUsize::new(0));
    let client = peer.client_with(config().max_attempts(2));
    client.call(recognize()).body(source(&opened)).await.unwrap();
    // Once for the hash, and once for each attempt.
    assert_eq!(opened.load(Ordering::SeqCst), 3);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    for (head, hash) in seen.iter() {
        assert!(head.contains(&format!("x-acs-content-sha256: {hash}\r\n")), "{head}\n{hash}");
        assert!(head.contains("content-length: 8388608\r\n"), "{head}");
        assert!(head.contains("content-type: application/octet-stream\r\n"), "{head}");
    }
}

/// The older signature does not cover such a body, so it need not be read twice.
#[tokio::test]
async fn body_with_a_source_is_read_once_for_the_older_signature() {
    let peer = Peer::start(|mut connection| {
        hashed(&mut connection);
        connection.send(&raw("200 OK", "", "done"));
    });
    let opened = Arc::new(AtomicUsize::new(0));
    let client = peer.client_with(config().signature(SignatureVersion::HmacSha1));
    let response = client.call(recognize()).body(source(&opened)).await.unwrap();
    assert_eq!((&response.body[..], opened.load(Ordering::SeqCst)), (&b"done"[..], 1));
}

#[tokio::test]
async fn body_with_a_failing_source_sends_nothing() {
    let peer = Peer::answering(raw("200 OK", "", "{}"));
    let broken = Body::source(None, || {
        struct Broken;
        impl futures_core::Stream for Broken {
            type Item = Result<bytes::Bytes, std::io::Error>;
            fn poll_next(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                std::task::Poll::Ready(Some(Err(std::io::Error::other("disk gone"))))
            }
        }
        Broken
    });
    let error = peer.client().call(recognize()).body(broken).await.unwrap_err();
    assert_eq!((error.phase(), error.attempts(), peer.count()), (Phase::NotSent, 0, 0), "{error:?}");
    assert!(!error.may_have_been_executed());
    let chain = format!("{:?}", std::error::Error::source(&error));
    assert!(chain.contains("disk gone"), "{error:?}");
}

#[tokio::test]
async fn body_for_an_operation_without_bytes_is_refused() {
    let peer = Peer::answering(raw("200 OK", "", "{}"));
    let error = peer.client().call(CreateThing::new(ProductType::CloudApp)).body("x").await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidInput, "{error:?}");
    assert_eq!(peer.count(), 0);
    let chunks = Chunks::from(bytes::Bytes::from_static(b"plain"));
    drop(chunks);
    peer.client().call(recognize()).body("plain").await.unwrap();
}
