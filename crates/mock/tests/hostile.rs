//! Misbehaving peers.

mod support;

use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use alicloud_mock::Mock;
use support::document::RPC;
use support::{Client, OutgoingRequest};

fn start() -> Mock {
    Mock::builder().document(RPC).unsigned().body_limit(1 << 20).start_blocking().unwrap()
}

fn ping() -> OutgoingRequest {
    OutgoingRequest::rpc("Ping", "2024-01-01")
}

#[track_caller]
fn assert_responds(mock: &Mock) {
    assert_eq!(Client::connect(mock.address()).call(&ping()).unwrap().status, 200, "other clients are served");
}

fn status_of(mock: &Mock, bytes: &[u8]) -> Option<u16> {
    let mut client = Client::connect(mock.address());
    // The server may reject the request before everything is sent.
    let _ = client.send(bytes);
    let response = client.receive(false).ok()?;
    let _ = client.rest();
    Some(response.status)
}

#[test]
fn malformed_http_is_rejected() {
    let mock = start();
    let mut tried = 0;
    for (status, text) in [
        (400, "\0\0\0\0\r\n\r\n"),
        (400, "hello\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\n\r\n"),
        (400, "GET /%zz HTTP/1.1\r\nhost: x\r\nx\r\n\r\n"),
        (505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (400, "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n"),
        (413, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1048577\r\n\r\n"),
        (413, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 18446744073709551615\r\n\r\n"),
        (413, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n100001\r\n"),
        (400, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
        (400, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n"),
        (400, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n"),
        (400, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n"),
    ] {
        assert_eq!(status_of(&mock, text.as_bytes()), Some(status), "{text:?}");
        tried += 1;
        assert_eq!(mock.malformed(), tried);
    }
    assert!(mock.requests().is_empty());
    // Valid HTTP, but the query cannot be decoded.
    assert_eq!(status_of(&mock, b"GET /?a=%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"), Some(400));
    assert_eq!(mock.requests()[0].refusal.as_deref(), Some("InvalidParameter"));
    assert_responds(&mock);
}

#[test]
fn huge_heads_are_rejected() {
    let mock = start();
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n", "b".repeat(1 << 20));
    assert_eq!(status_of(&mock, long.as_bytes()), Some(431));
    let line = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "b".repeat(1 << 20));
    assert_eq!(status_of(&mock, line.as_bytes()), Some(431));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(1000));
    assert_eq!(status_of(&mock, many.as_bytes()), Some(431));
    let trailers =
        format!("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n{}", "a: b\r\n".repeat(5000));
    assert_eq!(status_of(&mock, trailers.as_bytes()), Some(400));
    assert_responds(&mock);
}

#[test]
fn deep_and_broad_parameters_are_rejected_or_accepted() {
    let mock = start();
    let mut client = Client::connect(mock.address());
    let mut request = ping();
    request.target = format!("/?Text{}=1", ".a".repeat(20_000));
    assert_eq!(client.call(&request).unwrap().code(), "InvalidParameter");
    let mut request = OutgoingRequest::rpc("Store", "2024-01-01");
    request.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    let pairs: Vec<String> = (0..60_000).map(|number| format!("Password.{number}=1")).collect();
    request.body = pairs.join("&").into_bytes();
    let start = Instant::now();
    assert_eq!(client.call(&request).unwrap().code(), "InvalidParameter");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn hundred_concurrent_connections_are_served() {
    let mock = start();
    let address = mock.address();
    let one = move |number: usize| {
        let mut client = Client::connect(address);
        for round in 0..5 {
            let mut request = ping();
            request.target = format!("/?Text={number}-{round}");
            assert_eq!(client.call(&request).unwrap().status, 200);
        }
    };
    let threads: Vec<_> = (0..100).map(|number| thread::spawn(move || one(number))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!((mock.connections(), mock.requests().len(), mock.malformed()), (100, 500, 0));
}

#[test]
fn peers_that_disconnect_or_stall_do_not_affect_others() {
    let quick = Duration::from_millis(100);
    let mock =
        Mock::builder().document(RPC).unsigned().idle_timeout(quick).request_timeout(quick).start_blocking().unwrap();
    for text in ["", "GET", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab"] {
        let mut stream = TcpStream::connect(mock.address()).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Both).unwrap();
    }
    assert_eq!(status_of(&mock, b"GET / HTTP/1.1\r\nhost"), Some(408));
    assert_eq!(status_of(&mock, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab"), Some(408));
    assert_eq!(status_of(&mock, b""), None, "an idle connection is closed without a response");
    assert_responds(&mock);
    assert_eq!(mock.malformed(), 2);
}

#[test]
fn valid_variants_of_http_are_accepted() {
    let mock = start();
    let mut client = Client::connect(mock.address());
    let one = ping().bytes("x");
    let pipelined = [b"\r\n".as_slice(), &one, &one].concat();
    client.send(&pipelined).unwrap();
    assert_eq!((client.receive(false).unwrap().status, client.receive(false).unwrap().status), (200, 200));
    let slow = ping().bytes("x");
    for byte in slow {
        client.send(&[byte]).unwrap();
    }
    assert_eq!(client.receive(false).unwrap().status, 200);

    let head = "POST / HTTP/1.1\r\nHost: x\r\nX-Acs-Action: Store\r\nX-ACS-VERSION: 2024-01-01\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.send(head.as_bytes()).unwrap();
    assert_eq!(client.receive(false).unwrap().status, 100);
    client.send(b"4;name=value\r\nPass\r\n6\r\nword=x\r\n0\r\ntrailer: 1\r\n\r\n").unwrap();
    assert_eq!(client.receive(false).unwrap().status, 200);
    assert_eq!(mock.requests().last().unwrap().form_value("Password"), Some("x"));

    client.send(b"GET http://demo.example/?Action=Ping&Version=2024-01-01 HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(client.receive(false).unwrap().header("connection"), Some("close"));
    assert!(client.rest().unwrap().is_empty());
    assert_eq!((mock.connections(), mock.malformed()), (1, 0));
}
