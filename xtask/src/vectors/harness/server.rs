//! A proxy that responds to every request, and keeps what it receives.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::{decoded_base64, text};

/// A received request.
#[derive(Clone, Debug, Default)]
pub struct ReceivedRequest {
    pub method: String,
    pub target: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// A recorded response.
#[derive(Clone, Debug, Default)]
struct RecordedResponse {
    status: u64,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

pub struct Server {
    pub port: u16,
    response: Arc<Mutex<RecordedResponse>>,
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let port = listener.local_addr().expect("the port's number").port();
        let response = Arc::new(Mutex::new(RecordedResponse::default()));
        let received = Arc::new(Mutex::new(Vec::new()));
        let shared = (Arc::clone(&response), Arc::clone(&received));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (response, received) = (Arc::clone(&shared.0), Arc::clone(&shared.1));
                std::thread::spawn(move || serve(stream, &response, &received));
            }
        });
        Self { port, response, received }
    }

    pub fn set_response(&self, reply: &Value) {
        let headers = reply["headers"].as_object().into_iter().flatten();
        let mut headers: Vec<_> = headers.map(|(name, value)| (name.clone(), text(value).to_owned())).collect();
        if headers.is_empty() {
            headers.push(("content-type".to_owned(), "application/json;charset=utf-8".to_owned()));
        }
        let body = match reply.get("bytes") {
            Some(bytes) => decoded_base64(bytes),
            None => text(&reply["body"]).as_bytes().to_vec(),
        };
        let status = reply["status"].as_u64().unwrap_or(200);
        *self.response.lock().expect("no thread died") = RecordedResponse { status, headers, body };
    }

    pub fn take(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut *self.received.lock().expect("no thread died"))
    }
}

fn serve(
    stream: TcpStream,
    response: &Mutex<RecordedResponse>,
    received: &Mutex<Vec<ReceivedRequest>>,
) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut words = line.split_whitespace();
        let mut request = ReceivedRequest {
            method: words.next()?.to_owned(),
            target: origin_form(words.next()?).to_owned(),
            ..ReceivedRequest::default()
        };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = request.headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        request.body = vec![0; length];
        reader.read_exact(&mut request.body).ok()?;
        let RecordedResponse { status, headers, body } = response.lock().ok()?.clone();
        received.lock().ok()?.push(request);
        let mut head = format!("HTTP/1.1 {status} Recorded\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // A response of this status has no body, and no length.
        if status != 204 {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        writer.write_all(format!("{head}\r\n").as_bytes()).ok()?;
        writer.write_all(&body).ok()?;
    }
}

/// Returns path and query of a target, which has a host in a request to a proxy.
fn origin_form(target: &str) -> &str {
    match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => target,
    }
}
