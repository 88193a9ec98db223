//! Injected faults.

mod support;

use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use alicloud_mock::{ConnectionFault, Mock, Response, Times};
use support::document::RPC;
use support::{Client, OutgoingRequest};

fn start() -> Mock {
    Mock::builder().document(RPC).unsigned().start_blocking().unwrap()
}

fn ping() -> OutgoingRequest {
    OutgoingRequest::rpc("Ping", "2024-01-01")
}

/// Sends a request and reads until the connection ends, or for the given time.
fn raw(mock: &Mock, wait: Duration) -> (Vec<u8>, Option<ErrorKind>) {
    let mut client = Client::connect(mock.address());
    client.stream.set_read_timeout(Some(wait)).unwrap();
    client.send(&ping().bytes("x")).unwrap();
    let mut bytes = Vec::new();
    let error = client.stream.read_to_end(&mut bytes).err().map(|error| error.kind());
    (bytes, error)
}

const LONG_WAIT: Duration = Duration::from_secs(10);
const SHORT_WAIT: Duration = Duration::from_millis(150);

#[test]
fn cut_closes_the_connection_at_the_position() {
    let mock = start();
    mock.script("Ping", Response::cut(), 1);
    assert_eq!(raw(&mock, LONG_WAIT), (Vec::new(), None));
    assert_eq!(mock.requests()[0].status, None);
    mock.script("Ping", Response::cut().reset(), 1);
    assert_eq!(raw(&mock, LONG_WAIT), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    for length in [0, 1, 9, 100] {
        mock.script("Ping", Response::from_document().cut_after(length), 1);
        let (bytes, error) = raw(&mock, LONG_WAIT);
        assert_eq!((bytes.len() as u64, error), (length, None));
    }
    mock.script("Ping", Response::from_document().cut_body_after(5), 1);
    let (bytes, _) = raw(&mock, LONG_WAIT);
    assert!(bytes.ends_with(b"\r\n\r\n{\"Req"), "{}", String::from_utf8_lossy(&bytes));
    mock.script("Ping", Response::from_document().cut_body_after(5).reset(), 1);
    assert_eq!(raw(&mock, LONG_WAIT).1, Some(ErrorKind::ConnectionReset));
    assert_eq!(mock.requests_of("Ping").len(), 8);
}

#[test]
fn silence_keeps_the_connection_open() {
    let mock = start();
    mock.script("Ping", Response::silence(), 1);
    assert_eq!(raw(&mock, SHORT_WAIT), (Vec::new(), Some(ErrorKind::WouldBlock)));
    mock.script("Ping", Response::from_document().hang_after(20), 1);
    let (bytes, error) = raw(&mock, SHORT_WAIT);
    assert_eq!((bytes.len(), error), (20, Some(ErrorKind::WouldBlock)));
    mock.script("Ping", Response::from_document().hang_body_after(0), 1);
    let (bytes, error) = raw(&mock, SHORT_WAIT);
    assert!(bytes.ends_with(b"\r\n\r\n") && error == Some(ErrorKind::WouldBlock));
}

#[test]
fn delay_and_trickle_slow_the_response_down() {
    let mock = start();
    let mut client = Client::connect(mock.address());
    mock.script("Ping", Response::from_document().delay(SHORT_WAIT), 1);
    let start = Instant::now();
    assert_eq!(client.call(&ping()).unwrap().status, 200);
    assert!(start.elapsed() >= SHORT_WAIT);
    let text = Response::bytes(200, "text/plain", "0123456789");
    for response in [text.clone().trickle_body(2, SHORT_WAIT / 5), text.trickle(50, SHORT_WAIT / 5)] {
        mock.script("Ping", response, 1);
        let start = Instant::now();
        assert_eq!(client.call(&ping()).unwrap().body, b"0123456789");
        assert!(start.elapsed() >= SHORT_WAIT / 5 * 3, "{:?}", start.elapsed());
    }
    assert_eq!(mock.connections(), 1, "a slow response does not close the connection");
}

#[test]
fn framing_of_the_body_is_configurable() {
    let mock = start();
    let mut client = Client::connect(mock.address());
    mock.script("Ping", Response::bytes(200, "text/plain", "abc").chunked(), 1);
    let response = client.call(&ping()).unwrap();
    assert_eq!((response.header("transfer-encoding"), response.body.as_slice()), (Some("chunked"), &b"abc"[..]));
    mock.script("Ping", Response::bytes(200, "text/plain", "abc").content_length(3), 1);
    assert_eq!(client.call(&ping()).unwrap().body, b"abc");
    assert_eq!(client.call(&ping()).unwrap().status, 200, "a correct length does not close the connection");
    mock.script("Ping", Response::bytes(200, "text/plain", "abc").until_close(), 1);
    let response = client.call(&ping()).unwrap();
    assert_eq!((response.header("content-length"), response.body.as_slice()), (None, &b"abc"[..]));
    mock.script("Ping", Response::bytes(200, "text/plain", "abc").content_length(5), 1);
    let (bytes, _) = raw(&mock, LONG_WAIT);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("content-length: 5\r\n") && text.ends_with("\r\n\r\nabc"), "{text}");
    mock.script("Ping", Response::raw("HTTP/1.1 wrong\r\n"), 1);
    assert_eq!(raw(&mock, LONG_WAIT), (b"HTTP/1.1 wrong\r\n".to_vec(), None));
}

#[test]
fn close_ends_the_connection_after_a_response() {
    let mock = start();
    let mut client = Client::connect(mock.address());
    mock.script("Ping", Response::from_document().close(), 1);
    assert_eq!(client.call(&ping()).unwrap().header("connection"), Some("close"));
    assert!(client.rest().unwrap().is_empty());
    let mut client = Client::connect(mock.address());
    mock.script("Ping", Response::from_document().close_silently(), 1);
    assert_eq!(client.call(&ping()).unwrap().header("connection"), None);
    assert!(client.call(&ping()).is_err(), "the client keeps a closed connection");
    assert_eq!(mock.requests().len(), 2);
    let mut client = Client::connect(mock.address());
    let mut last = ping();
    last.headers.push(("connection".to_owned(), "close".to_owned()));
    assert_eq!(client.call(&last).unwrap().header("connection"), Some("close"));
    assert!(client.rest().unwrap().is_empty());
}

#[test]
fn repeated_bodies_use_constant_memory() {
    let mock = start();
    let total = 100 << 20;
    mock.script("Ping", Response::repeated(200, "text/plain", "0123456789abcdef", total), 1);
    let mut client = Client::connect(mock.address());
    client.send(&ping().bytes("x")).unwrap();
    let mut seen = 0;
    let mut piece = vec![0; 1 << 16];
    while seen < total {
        seen += client.stream.read(&mut piece).unwrap() as u64;
    }
    mock.script("Ping", Response::repeated(200, "text/plain", "x", u64::MAX).chunked(), 1);
    let mut client = Client::connect(mock.address());
    client.send(&ping().bytes("x")).unwrap();
    for _ in 0..100 {
        assert!(client.stream.read(&mut piece).unwrap() > 0);
    }
    drop(client);
    assert_eq!(Client::connect(mock.address()).call(&ping()).unwrap().status, 200);
}

#[test]
fn break_connections_injects_faults_before_a_request() {
    let mock = start();
    mock.break_connections(ConnectionFault::Close, 1);
    let mut client = Client::connect(mock.address());
    assert!(client.rest().unwrap().is_empty());
    mock.break_connections(ConnectionFault::Reset, 1);
    let mut stream = TcpStream::connect(mock.address()).unwrap();
    stream.set_read_timeout(Some(LONG_WAIT)).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    mock.break_connections(ConnectionFault::Silence, Times::Exactly(1));
    assert_eq!(raw(&mock, SHORT_WAIT), (Vec::new(), Some(ErrorKind::WouldBlock)));
    assert_eq!(Client::connect(mock.address()).call(&ping()).unwrap().status, 200);
    assert_eq!((mock.connections(), mock.requests().len()), (4, 1));
}
