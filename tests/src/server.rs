//! A server that keeps what arrives, byte by byte.

use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use alicloud_mock::Request;

/// Answers every request with `{}` and keeps the last one.
#[derive(Clone, Debug)]
pub struct Server {
    address: SocketAddr,
    last: Arc<Mutex<Option<Request>>>,
}

impl Server {
    /// Starts a server on a free port of this machine.
    ///
    /// # Panics
    ///
    /// If no port can be listened to.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self { address: listener.local_addr().expect("an address"), last: Arc::default() };
        let last = server.last.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, last) = (stream.expect("a connection"), last.clone());
                std::thread::spawn(move || {
                    while let Some(request) = read(&mut stream) {
                        *last.lock().expect("no panic") = Some(request);
                        let response =
                            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
                        _ = stream.write_all(response);
                    }
                });
            }
        });
        server
    }

    /// The host and port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The last request, once.
    ///
    /// # Panics
    ///
    /// If a connection has panicked.
    #[must_use]
    pub fn take(&self) -> Option<Request> {
        self.last.lock().expect("no panic").take()
    }
}

/// Reads one request; `None` at the end of the connection.
fn read(stream: &mut impl Read) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let mut request = Request {
        method: first.next()?.to_owned(),
        target: first.next()?.to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim_matches([' ', '\t']).to_owned()))
            .collect(),
        body: Vec::new(),
    };
    let length = request.header("content-length").map_or(Some(0), |value| value.parse().ok())?;
    stream.take(length).read_to_end(&mut request.body).ok()?;
    Some(request)
}
