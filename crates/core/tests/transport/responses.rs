//! Responses of every shape.

use std::io::Write as _;

use alicloud_core::transport::TransportErrorKind;
use http::Method;

use crate::local::{Peer, raw};
use crate::{Deliver as _, Kind, Message, each_transport, get, post};

each_transport!(
    an_older_version_of_the_protocol,
    interim_responses_are_passed_over,
    more_headers_than_anybody_sends,
    a_head_without_end,
    lengths_that_contradict_each_other,
    a_response_longer_than_its_length,
    a_large_response_within_bounds,
    a_response_without_end,
    a_response_without_a_body,
    a_redirect_is_a_response,
    a_compressed_response_stays_as_it_is,
    what_is_sent_is_what_was_signed,
    what_cannot_be_sent_as_it_is,
);

/// The result of a response on its own connection, which the peer closes afterwards.
async fn response(kind: Kind, bytes: impl Into<Vec<u8>>) -> Result<(u16, String), TransportErrorKind> {
    let bytes = bytes.into();
    let peer = Peer::start(move |mut connection| {
        connection.request();
        _ = connection.stream.write_all(&bytes);
    });
    match kind.transport().deliver(get(&peer)).await {
        Ok(response) => Ok((response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())),
        Err(error) => Err(error.kind()),
    }
}

fn yes() -> Result<(u16, String), TransportErrorKind> {
    Ok((200, "yes".to_owned()))
}

async fn an_older_version_of_the_protocol(kind: Kind) {
    // Without a length the end of the connection is the end of the body.
    assert_eq!(response(kind, "HTTP/1.0 200 OK\r\n\r\nyes").await, yes());
    assert_eq!(response(kind, "HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nyes").await, yes());
    assert_eq!(response(kind, "HTTP/1.1 200\r\ncontent-length: 3\r\n\r\nyes").await, yes());
    assert_eq!(response(kind, "HTTP/0.9 200 OK\r\n\r\nyes").await, Err(TransportErrorKind::Interrupted));
}

async fn interim_responses_are_passed_over(kind: Kind) {
    for interim in ["100 Continue\r\n", "102 Processing\r\n", "103 Early Hints\r\nlink: </a>\r\n"] {
        let bytes = format!("HTTP/1.1 {interim}\r\n").repeat(3) + &raw("200 OK", "", "yes");
        assert_eq!(response(kind, bytes).await, yes(), "{interim}");
    }
}

async fn more_headers_than_anybody_sends(kind: Kind) {
    let headers = |count: usize, size: usize| {
        (0..count).map(|number| format!("x-{number}: {}\r\n", "v".repeat(size))).collect::<String>()
    };
    assert_eq!(response(kind, raw("200 OK", &headers(90, 100), "yes")).await, yes());
    assert_eq!(response(kind, raw("200 OK", &headers(10, 20_000), "yes")).await, yes());
    // Beyond the hundred that the library reads there is an error, and no wait.
    assert_eq!(response(kind, raw("200 OK", &headers(5_000, 1), "yes")).await, Err(TransportErrorKind::Interrupted));
}

async fn a_head_without_end(kind: Kind) {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nx: ");
        let piece = [b'x'; 1 << 16];
        while connection.stream.write_all(&piece).is_ok() {}
    });
    let error = kind.transport().deliver(get(&peer)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{error:?}");
}

async fn lengths_that_contradict_each_other(kind: Kind) {
    let refused = Err(TransportErrorKind::Interrupted);
    for headers in ["content-length: 3\r\ncontent-length: 4\r\n", "content-length: -3\r\n", "content-length: 3x\r\n"] {
        assert_eq!(response(kind, format!("HTTP/1.1 200 OK\r\n{headers}\r\nyes")).await, refused, "{headers}");
    }
    // Of both ways to tell a length, chunks count.
    let both = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n";
    assert_eq!(response(kind, both).await, yes());
    for chunk in ["zz", "-1", "ffffffffffffffffff"] {
        let bytes = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}\r\nyes\r\n0\r\n\r\n");
        assert_eq!(response(kind, bytes).await, Err(TransportErrorKind::Truncated), "{chunk}");
    }
}

async fn a_response_longer_than_its_length(kind: Kind) {
    assert_eq!(response(kind, "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes and more").await, yes());
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nyes";
    assert_eq!(response(kind, short).await, Err(TransportErrorKind::Truncated));
}

async fn a_large_response_within_bounds(kind: Kind) {
    // Announced or not, in many pieces, just as large as it may be, and one byte more.
    let size = 3 << 20;
    let body = "0123456789abcdef".repeat(size / 16);
    let chunked: String = body
        .as_bytes()
        .chunks(70_000)
        .map(|it| format!("{:x}\r\n{}\r\n", it.len(), str::from_utf8(it).unwrap()))
        .collect();
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunked}0\r\n\r\n");
    for bytes in [raw("200 OK", "", &body), chunked] {
        let peer = Peer::answering(bytes);
        let transport = kind.transport();
        for (limit, fits) in [(size, true), (size - 1, false), (usize::MAX, true)] {
            let mut request = get(&peer);
            request.max_response_bytes = limit;
            match transport.deliver(request).await {
                Ok(response) => assert!(fits && *response.body() == body),
                Err(error) => assert!(!fits && error.kind() == TransportErrorKind::BodyTooLarge, "{error:?}"),
            }
        }
    }
}

/// No more is read than may be kept, so that no more memory is used.
async fn a_response_without_end(kind: Kind) {
    for head in ["transfer-encoding: chunked\r\n\r\n", "content-length: 104857600\r\n\r\n", "\r\n"] {
        let (message, written) = std::sync::mpsc::channel();
        let peer = Peer::start(move |mut connection| {
            connection.request();
            connection.send(&format!("HTTP/1.1 200 OK\r\n{head}"));
            let piece = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
            let mut total = 0;
            while connection.stream.write_all(piece.as_bytes()).is_ok() {
                total += piece.len();
            }
            message.send(total).unwrap();
        });
        let mut request = get(&peer);
        request.max_response_bytes = 1 << 20;
        let error = kind.transport().deliver(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge, "{error:?}");
        let total = tokio::task::spawn_blocking(move || written.recv().unwrap()).await.unwrap();
        // The buffers of the operating system are additional.
        assert!(total < 32 << 20, "{total} bytes were taken");
    }
}

async fn a_response_without_a_body(kind: Kind) {
    assert_eq!(response(kind, "HTTP/1.1 204 No Content\r\n\r\n").await, Ok((204, String::new())));
    assert_eq!(
        response(kind, "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n").await,
        Ok((304, String::new()))
    );
    // What a response to HEAD announces does not come, however large.
    let peer = Peer::answering("HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n");
    let head = Message::new(Method::HEAD, format!("{}/", peer.endpoint()));
    let response = kind.transport().deliver(head).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().len()), (200, 0));
}

async fn a_redirect_is_a_response(kind: Kind) {
    let other = Peer::answering(raw("200 OK", "", "no"));
    for status in [301, 302, 303, 307, 308] {
        let bytes = raw(&format!("{status} Elsewhere"), &format!("location: {}/\r\n", other.endpoint()), "yes");
        assert_eq!(response(kind, bytes).await, Ok((status, "yes".to_owned())));
    }
    assert_eq!(other.count(), 0);
}

async fn a_compressed_response_stays_as_it_is(kind: Kind) {
    for encoding in ["gzip", "br", "deflate", "zstd"] {
        let bytes = raw("200 OK", &format!("content-encoding: {encoding}\r\n"), "yes");
        assert_eq!(response(kind, bytes).await, yes());
    }
}

async fn what_is_sent_is_what_was_signed(kind: Kind) {
    let peer = Peer::start(|mut connection| {
        while let Some(request) = connection.request() {
            connection.send(&raw("200 OK", "", &request));
        }
    });
    let transport = kind.transport();
    for path in ["/", "/?a=%20b&c=%2F*~", "/%E6%B5%8B/a%2Fb%3F?x=", "//a/./b"] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            let mut request = Message::new(method.clone(), peer.endpoint() + path);
            request.headers.insert("x-acs-test", "a, b".parse().unwrap());
            // Not every library can send every path as it is; what it cannot send, it must refuse.
            let Ok(response) = transport.deliver(request).await else {
                assert!(path.contains("/./"), "{path}");
                continue;
            };
            let seen = std::str::from_utf8(response.body()).unwrap();
            assert!(seen.starts_with(&format!("{method} {path} HTTP/1.1\r\n")), "{seen}");
            let seen = seen.to_ascii_lowercase();
            assert!(seen.contains(&format!("\r\nhost: {}\r\n", peer.address)), "{seen}");
            assert!(seen.contains("\r\nx-acs-test: a, b\r\n"), "{seen}");
            for absent in ["accept-encoding", "referer", "cookie", "transfer-encoding", "user-agent"] {
                assert!(!seen.contains(absent), "{seen}");
            }
            let sized = matches!(method, Method::POST | Method::PUT | Method::PATCH);
            assert_eq!(seen.matches("content-length: 0\r\n").count(), usize::from(sized), "{seen}");
        }
    }
    let mut request = post(&peer);
    request.body = "some".into();
    let response = transport.deliver(request).await.unwrap();
    let seen = std::str::from_utf8(response.body()).unwrap().to_ascii_lowercase();
    assert!(seen.contains("content-length: 4\r\n") && seen.ends_with("\r\n\r\nsome"), "{seen}");
}

async fn what_cannot_be_sent_as_it_is(kind: Kind) {
    let peer = Peer::answering(raw("200 OK", "", "no"));
    let at = peer.endpoint();
    let transport = kind.transport();
    for url in [
        format!("{at}/a\r\nx-evil: 1"),
        format!("{at}/a HTTP/1.1\r\nx-evil: 1\r\n\r\n"),
        format!("{at}/a\tb"),
        format!("{at}/a b"),
        "/".to_owned(),
        String::new(),
        format!("ftp://{}/", peer.address),
        "http://".to_owned(),
    ] {
        let error = transport.deliver(Message::new(Method::GET, url.clone())).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Request, "{url:?}: {error:?}");
    }
    assert_eq!(peer.count(), 0);
}
