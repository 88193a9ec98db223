//! A plain HTTP server that counts requests. It knows no signature and no operation: a request says in its query which
//! case it belongs to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// What the server does with a request that it has read.
#[derive(Clone)]
pub enum Answer {
    /// Bytes, after which the connection stays open or not.
    Bytes { bytes: Vec<u8>, close: bool },
    /// The connection is closed without a byte.
    Close,
}

/// For each case the answers to its requests; the last repeats.
pub type Script = Vec<Answer>;

pub struct Server {
    pub address: SocketAddr,
    cases: Arc<OnceLock<Vec<(Script, AtomicU32)>>>,
}

impl Server {
    /// Starts a server, in threads that live as long as the test.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let cases: Arc<OnceLock<Vec<(Script, AtomicU32)>>> = Arc::default();
        let known = cases.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let known = known.clone();
                std::thread::spawn(move || serve(stream.unwrap(), known.get().expect("cases")));
            }
        });
        Self { address, cases }
    }

    pub fn set(&self, scripts: impl Iterator<Item = Script>) {
        let cases = scripts.map(|script| (script, AtomicU32::new(0))).collect();
        assert!(self.cases.set(cases).is_ok(), "set once");
    }

    /// The number of requests of a case.
    pub fn count(&self, case: usize) -> u32 {
        self.cases.get().expect("cases")[case].1.load(Ordering::SeqCst)
    }
}

fn serve(stream: TcpStream, cases: &[(Script, AtomicU32)]) {
    let mut reader = BufReader::new(stream);
    while let Some(case) = read(&mut reader) {
        let (script, count) = &cases[case];
        let number = count.fetch_add(1, Ordering::SeqCst);
        match crate::predict::entry(script, number) {
            Answer::Close => return,
            Answer::Bytes { bytes, close } => {
                if reader.get_mut().write_all(bytes).is_err() || *close {
                    return;
                }
            }
        }
    }
}

/// Reads a request to its last byte; the number of its case.
fn read(reader: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let case = line.split(['?', '&', ' ']).find_map(|part| part.strip_prefix("Case=")).expect("a case");
    let case = case.parse().expect("a number");
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some(case)
}

/// How a response ends on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Length,
    Chunked,
    /// With the connection.
    Closed,
    /// Before the length that it declares.
    CutOff,
}

/// A response as bytes.
pub fn response(status: u16, headers: &[(String, String)], body: &[u8], framing: Framing) -> Answer {
    let mut bytes = format!("HTTP/1.1 {status} Reason\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    match framing {
        Framing::Length | Framing::CutOff => {
            let length = body.len() + if framing == Framing::CutOff { 7 } else { 0 };
            bytes.extend(format!("content-length: {length}\r\n\r\n").into_bytes());
            bytes.extend(body);
        }
        Framing::Chunked => {
            bytes.extend(b"transfer-encoding: chunked\r\n\r\n");
            for part in body.chunks(11) {
                bytes.extend(format!("{:x}\r\n", part.len()).into_bytes());
                bytes.extend(part);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        }
        Framing::Closed => {
            bytes.extend(b"connection: close\r\n\r\n");
            bytes.extend(body);
        }
    }
    Answer::Bytes { bytes, close: matches!(framing, Framing::Closed | Framing::CutOff) }
}
