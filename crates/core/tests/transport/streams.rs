//! Bodies that come and go chunk by chunk.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::time::Duration;

use alicloud_core::transport::{Body, Chunks, Progress, TransportErrorKind};
use bytes::Bytes;

use crate::local::{Canned, Peer, json, raw};
use crate::{Deliver as _, Kind, each_transport, get, post};

each_transport!(
    chunks_arrive_as_they_are_sent,
    a_stream_ends_at_its_limit,
    a_stream_may_be_without_limit,
    a_stream_that_breaks_off,
    a_stream_that_is_dropped_closes_the_connection,
    a_stream_that_was_read_leaves_the_connection_open,
    a_source_with_a_length,
    a_source_without_a_length,
    a_source_that_fails,
    a_source_that_is_too_short,
    nothing_is_sent_before_there_is_a_connection,
);

/// Chunks from a list.
struct Pieces<E>(std::vec::IntoIter<Result<Bytes, E>>);

impl<E: Unpin> futures_core::Stream for Pieces<E> {
    type Item = Result<Bytes, E>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next())
    }
}

fn pieces<E>(list: &[&'static str], then: Option<E>) -> Pieces<E> {
    let list = list.iter().map(|text| Ok(Bytes::from_static(text.as_bytes())));
    Pieces(list.chain(then.map(Err)).collect::<Vec<_>>().into_iter())
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

async fn chunks_arrive_as_they_are_sent(kind: Kind) {
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let peer = Peer::start(move |mut connection| {
        connection.request();
        connection.send(CHUNKED);
        for word in ["one", "two"] {
            connection.send(&format!("3\r\n{word}\r\n"));
            // The next chunk is sent only after this one was received.
            wait.lock().unwrap().recv().unwrap();
        }
        connection.send("0\r\n\r\n");
    });
    let mut response = kind.transport().deliver_open(get(&peer)).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    for word in ["one", "two"] {
        assert_eq!(response.body_mut().chunk().await.unwrap().unwrap(), word);
        go.send(()).unwrap();
    }
    assert_eq!(response.body_mut().chunk().await.unwrap(), None);
    assert_eq!(response.body_mut().chunk().await.unwrap(), None, "and nothing more");
}

async fn a_stream_ends_at_its_limit(kind: Kind) {
    let peer = Peer::answering(format!("{CHUNKED}4\r\n1234\r\n4\r\n5678\r\n0\r\n\r\n"));
    let transport = kind.transport();
    for (limit, fits) in [(8, true), (7, false), (0, false)] {
        let mut request = get(&peer);
        request.max_response_bytes = limit;
        let result = transport.deliver_open(request).await.unwrap().into_body().whole().await;
        match result {
            Ok(body) => assert!(fits && body == "12345678"),
            Err(error) => {
                assert!(!fits && error.kind() == TransportErrorKind::BodyTooLarge, "{error:?}");
                assert_eq!(format!("{error:#}"), format!("the response is larger than {limit} bytes"));
            }
        }
    }
}

async fn a_stream_may_be_without_limit(kind: Kind) {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 41943040\r\n\r\n");
        let piece = vec![b'x'; 1 << 20];
        (0..40).for_each(|_| connection.stream.write_all(&piece).unwrap());
    });
    let mut request = get(&peer);
    request.max_response_bytes = usize::MAX;
    let mut response = kind.transport().deliver_open(request).await.unwrap();
    let mut total = 0;
    while let Some(chunk) = response.body_mut().chunk().await.unwrap() {
        assert!(chunk.len() <= 1 << 20, "no more than a buffer at a time: {}", chunk.len());
        total += chunk.len();
    }
    assert_eq!(total, 40 << 20);
}

async fn a_stream_that_breaks_off(kind: Kind) {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send(&format!("{CHUNKED}3\r\none\r\n5\r\ntw"));
    });
    let mut response = kind.transport().deliver_open(get(&peer)).await.unwrap();
    assert_eq!(response.body_mut().chunk().await.unwrap().unwrap(), "one");
    let error = loop {
        match response.body_mut().chunk().await {
            Ok(piece) => assert!(piece.is_some(), "it must not look like an end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), TransportErrorKind::Truncated);
    assert_eq!(response.body_mut().chunk().await.unwrap(), None, "nothing comes after an error");
}

async fn a_stream_that_is_dropped_closes_the_connection(kind: Kind) {
    let (closed, wait) = mpsc::channel();
    let peer = Peer::start(move |mut connection| {
        connection.request();
        connection.send(&format!("{CHUNKED}3\r\none\r\n"));
        connection.stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        closed.send(matches!(connection.stream.read(&mut [0]), Ok(0))).unwrap();
    });
    let transport = kind.transport();
    let mut response = transport.deliver_open(get(&peer)).await.unwrap();
    response.body_mut().chunk().await.unwrap();
    drop(response);
    assert!(tokio::task::spawn_blocking(move || wait.recv().unwrap()).await.unwrap());
}

async fn a_stream_that_was_read_leaves_the_connection_open(kind: Kind) {
    let peer = Peer::answering(format!("{CHUNKED}3\r\none\r\n0\r\n\r\n"));
    let transport = kind.transport();
    for _ in 0..3 {
        assert_eq!(transport.deliver_open(get(&peer)).await.unwrap().into_body().whole().await.unwrap(), "one");
    }
    assert_eq!(peer.count(), 1);
}

async fn a_source_with_a_length(kind: Kind) {
    let peer = Peer::start(|mut connection| {
        while let Some(request) = connection.request() {
            let request = request.to_ascii_lowercase();
            assert!(!request.contains("transfer-encoding"), "{request}");
            connection.send(&raw("200 OK", "", request.split_once("\r\n\r\n").unwrap().1));
        }
    });
    let opened = Arc::new(AtomicUsize::new(0));
    let count = opened.clone();
    let body = Body::source(Some(10), move || {
        count.fetch_add(1, Ordering::SeqCst);
        pieces::<Infallible>(&["hello", "", "world"], None)
    });
    assert_eq!((body.length(), body.bytes(), format!("{body:?}").as_str()), (Some(10), None, "Body(10 bytes)"));
    let transport = kind.transport();
    // As often as need be: each attempt opens it again.
    for attempt in 1..=3 {
        let mut request = post(&peer);
        request.body = body.clone();
        assert_eq!(transport.deliver(request).await.unwrap().body(), "helloworld");
        assert_eq!(opened.load(Ordering::SeqCst), attempt);
    }
}

async fn a_source_without_a_length(kind: Kind) {
    let peer = Peer::start(|mut connection| {
        let mut seen = Vec::new();
        let mut buffer = [0; 1000];
        while !seen.ends_with(b"0\r\n\r\n") {
            match connection.stream.read(&mut buffer) {
                Ok(size) if size > 0 => seen.extend_from_slice(&buffer[..size]),
                _ => return,
            }
        }
        connection.send(&raw("200 OK", "", &String::from_utf8(seen).unwrap()));
    });
    let mut request = post(&peer);
    request.body = Body::source(None, || pieces::<Infallible>(&["hello", "world"], None));
    let seen = String::from_utf8(kind.transport().deliver(request).await.unwrap().body().to_vec()).unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.contains("transfer-encoding: chunked") && !head.contains("content-length"), "{head}");
    assert_eq!(body, "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n");
}

async fn a_source_that_fails(kind: Kind) {
    let peer = Peer::start(|mut connection| while connection.request().is_some() {});
    let mut request = post(&peer);
    let progress = request.progress.clone();
    request.body = Body::source(None, || pieces(&["hello"], Some("the disk is gone")));
    let error = kind.transport().deliver(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Source, "{error:?}");
    assert!(format!("{error:#}").contains("the request body cannot be read"), "{error}");
    assert!(format!("{error:?}").contains("the disk is gone"), "{error:?}");
    assert_eq!(format!("{progress:?}"), "Progress(sent)");
}

async fn a_source_that_is_too_short(kind: Kind) {
    let peer = Peer::start(|mut connection| while connection.request().is_some() {});
    let mut request = post(&peer);
    request.body = Body::source(Some(11), || pieces::<Infallible>(&["hello", "world"], None));
    let error = kind.transport().deliver(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Source, "{error:?}");
    assert!(format!("{error:#}").contains("shorter than its declared length"), "{error}");
}

async fn nothing_is_sent_before_there_is_a_connection(kind: Kind) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let opened = Arc::new(AtomicUsize::new(0));
    let transport = kind.transport();
    for length in [Some(5), None] {
        let count = opened.clone();
        let mut request = get(&Peer::start(|_| {}));
        request.url = format!("http://{address}/");
        let progress: Progress = request.progress.clone();
        request.body = Body::source(length, move || {
            let count = count.clone();
            let mut first = true;
            let mut inner = pieces::<Infallible>(&["hello"], None);
            Counted(move || {
                if std::mem::take(&mut first) {
                    count.fetch_add(1, Ordering::SeqCst);
                }
                inner.0.next()
            })
        });
        let error = transport.deliver(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
        assert_eq!(format!("{progress:?}"), "Progress(waiting)");
    }
    assert_eq!(opened.load(Ordering::SeqCst), 0, "the sources were not read");
}

struct Counted<F>(F);

impl<F: FnMut() -> Option<Result<Bytes, Infallible>> + Unpin> futures_core::Stream for Counted<F> {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready((self.0)())
    }
}

/// What a transport that only knows `send` does.
#[tokio::test]
async fn transport_without_streams_returns_one_chunk() {
    let canned = Canned::new([json(418, "{\"a\":1}")]);
    let peer = Peer::start(|_| {});
    let mut response = Arc::new(canned).deliver_open(get(&peer)).await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers().len()), (418, 1));
    assert_eq!(response.body_mut().chunk().await.unwrap().unwrap(), "{\"a\":1}");
    assert_eq!(response.body_mut().chunk().await.unwrap(), None);
}

#[tokio::test]
async fn bytes_open_as_one_chunk() {
    let body = Body::from("abc");
    assert_eq!((body.length(), body.bytes().unwrap().as_ref()), (Some(3), &b"abc"[..]));
    assert_eq!(body.open().whole().await.unwrap(), "abc");
    assert_eq!(Body::default().open().chunk().await.unwrap(), None);
    let mut limited = Chunks::from(Bytes::from_static(b"abc")).limit(2);
    assert_eq!(limited.chunk().await.unwrap_err().kind(), TransportErrorKind::BodyTooLarge);
}
