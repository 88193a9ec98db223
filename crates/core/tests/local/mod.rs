//! Peers on this machine: one that answers without a network, one that misbehaves over a real socket.
#![allow(missing_docs, dead_code, unreachable_pub)]

pub mod clock;
pub mod secure;

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_core::credentials::Credentials;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http::{HeaderMap, Method, Request, Response};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Client, Config};

use crate::thing::SERVICE;

pub const ID: &str = "testAccessKeyId";
pub const SECRET: &str = "canary-secret-b3f1";
pub const TOKEN: &str = "canary+token/77d0=";

/// Answers from a list and keeps what it was sent.
#[derive(Clone, Default)]
pub struct Canned(Arc<Inner>);

/// A request as it was sent.
#[derive(Clone)]
pub struct Seen {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Body,
}

impl From<Request<Body>> for Seen {
    fn from(request: Request<Body>) -> Self {
        let (head, body) = request.into_parts();
        Self { method: head.method, url: head.uri.to_string(), headers: head.headers, body }
    }
}

#[derive(Default)]
struct Inner {
    responses: Mutex<VecDeque<Result<Response<Bytes>, TransportError>>>,
    seen: Mutex<Vec<Seen>>,
}

impl Canned {
    pub fn new(responses: impl IntoIterator<Item = Response<Bytes>>) -> Self {
        let canned = Self::default();
        canned.0.responses.lock().unwrap().extend(responses.into_iter().map(Ok));
        canned
    }

    pub fn take(&self) -> Seen {
        self.0.seen.lock().unwrap().remove(0)
    }

    pub fn count(&self) -> usize {
        self.0.seen.lock().unwrap().len()
    }
}

impl Transport for Canned {
    fn send(
        &self,
        request: Request<Body>,
        _: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.0.seen.lock().unwrap().push(request.into());
        let response = self.0.responses.lock().unwrap().pop_front().unwrap_or_else(|| Ok(json(200, "{}")));
        Box::pin(std::future::ready(response))
    }
}

pub fn json(status: u16, body: &str) -> Response<Bytes> {
    response(status, &[("content-type", "application/json")], body)
}

pub fn response(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Response<Bytes> {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    let mut response = Response::new(Bytes::from(body.to_owned()));
    *response.status_mut() = status.try_into().unwrap();
    *response.headers_mut() = headers;
    response
}

/// One attempt a call, so that every failure shows itself.
pub fn config() -> Config {
    Config::new().max_attempts(1).region("cn-shanghai").credentials(Credentials::access_key(ID, SECRET))
}

/// A client that never leaves the program.
pub fn canned(responses: impl IntoIterator<Item = Response<Bytes>>) -> (Client, Canned) {
    let canned = Canned::new(responses);
    (Client::new(&SERVICE, config().transport(canned.clone())).unwrap(), canned)
}

/// Listens on a socket, and handles each connection with a function in its own thread.
pub struct Peer {
    pub address: SocketAddr,
    pub connections: Arc<AtomicUsize>,
}

impl Peer {
    pub fn start(handle: impl Fn(Connection) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let (count, handle) = (connections.clone(), Arc::new(handle));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let handle = handle.clone();
                std::thread::spawn(move || handle(Connection { stream: stream.unwrap(), number }));
            }
        });
        Self { address, connections }
    }

    /// Answers every request on every connection with the same bytes.
    pub fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(
            move |mut connection| {
                while connection.request().is_some() && connection.stream.write_all(&bytes).is_ok() {}
            },
        )
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn client(&self) -> Client {
        self.client_with(config())
    }

    pub fn client_with(&self, config: Config) -> Client {
        Client::new(&SERVICE, config.endpoint(self.endpoint())).unwrap()
    }

    pub fn count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

pub struct Connection {
    pub stream: TcpStream,
    /// The number of earlier connections.
    pub number: usize,
}

impl Connection {
    /// Reads one request with its body; `None` at the end.
    pub fn request(&mut self) -> Option<String> {
        let mut all = Vec::new();
        let mut byte = [0];
        while !all.ends_with(b"\r\n\r\n") {
            if self.stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            all.push(byte[0]);
        }
        let head = String::from_utf8(all).unwrap();
        let length = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, value)| value.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        Some(head + std::str::from_utf8(&body).unwrap())
    }

    pub fn send(&mut self, text: &str) {
        _ = self.stream.write_all(text.as_bytes());
    }

    /// Keeps the connection open for longer than any test waits.
    pub fn hold(self) {
        std::thread::sleep(Duration::from_secs(30));
    }
}

/// A whole response, as it goes over the wire.
pub fn raw(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}
