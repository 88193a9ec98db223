//! A client on sockets, and a small signer.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

pub mod document;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A received response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Returns the error code of either format.
    pub fn code(&self) -> String {
        let json = self.json();
        json.get("Code").or(json.get("code")).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// A request to be sent.
#[derive(Clone, Debug, Default)]
pub struct OutgoingRequest {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl OutgoingRequest {
    pub fn new(method: &str, target: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { method: method.to_owned(), target: target.to_owned(), headers, body: body.as_ref().to_vec() }
    }

    /// Creates an RPC request without parameters.
    pub fn rpc(action: &str, version: &str) -> Self {
        Self::new("POST", "/", &[("x-acs-action", action), ("x-acs-version", version)], "")
    }

    pub fn bytes(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        if !self.headers.iter().any(|(name, _)| name == "host") {
            head += &format!("host: {host}\r\n");
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", self.body.len());
        [head.as_bytes(), &self.body].concat()
    }

    /// Signs with `ACS3-HMAC-SHA256` and the current time.
    pub fn signed(self, host: &str, id: &str, secret: &str) -> Self {
        self.signed_at(host, id, secret, SystemTime::now())
    }

    pub fn signed_at(mut self, host: &str, id: &str, secret: &str, time: SystemTime) -> Self {
        static NONCE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NONCE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let hash = hex(&Sha256::digest(&self.body));
        self.headers.extend([
            ("host".to_owned(), host.to_owned()),
            ("x-acs-date".to_owned(), utc(time)),
            ("x-acs-signature-nonce".to_owned(), format!("{}-{number}", std::process::id())),
            ("x-acs-content-sha256".to_owned(), hash.clone()),
        ]);
        let mut signed: Vec<(String, String)> = self
            .headers
            .iter()
            .filter(|(name, _)| name == "host" || name == "content-type" || name.starts_with("x-acs-"))
            .cloned()
            .collect();
        signed.sort();
        let names: Vec<&str> = signed.iter().map(|(name, _)| name.as_str()).collect();
        let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        pairs.sort_by_key(|pair| pair.split('=').next().map(decode));
        let canonical = [self.method.as_str(), path, &pairs.join("&"), &lines, &names.join(";"), &hash].join("\n");
        let text = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = hex(&mac.finalize().into_bytes());
        let names = names.join(";");
        let authorization = format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders={names},Signature={signature}");
        self.headers.push(("authorization".to_owned(), authorization));
        self
    }
}

/// A client with a persistent connection.
pub struct Client {
    pub stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, host: address.to_string(), buffer: Vec::new() }
    }

    pub fn call(&mut self, request: &OutgoingRequest) -> io::Result<Response> {
        let head_only = request.method == "HEAD";
        let bytes = request.bytes(&self.host);
        self.send(&bytes)?;
        self.receive(head_only)
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Returns the next response, which must be complete.
    pub fn receive(&mut self, head_only: bool) -> io::Result<Response> {
        let truncated = || io::Error::new(io::ErrorKind::UnexpectedEof, "truncated");
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if !self.fill()? {
                return Err(truncated());
            }
        };
        let head = String::from_utf8(self.buffer.drain(..end + 4).collect()).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let mut response = Response { status, headers, body: Vec::new() };
        if head_only || status == 204 || status == 100 {
            return Ok(response);
        }
        if response.header("transfer-encoding").is_some() {
            loop {
                let line = self.line()?;
                let size = usize::from_str_radix(&line, 16).unwrap();
                let data = self.take(size)?;
                response.body.extend(data);
                self.take(2)?;
                if size == 0 {
                    return Ok(response);
                }
            }
        }
        match response.header("content-length").map(|length| length.parse().unwrap()) {
            Some(length) => response.body = self.take(length)?,
            None => {
                while self.fill()? {}
                response.body = std::mem::take(&mut self.buffer);
            }
        }
        Ok(response)
    }

    /// Reads until the connection ends.
    pub fn rest(&mut self) -> io::Result<Vec<u8>> {
        while self.fill()? {}
        Ok(std::mem::take(&mut self.buffer))
    }

    fn line(&mut self) -> io::Result<String> {
        let at = loop {
            if let Some(at) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                break at;
            }
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let line: Vec<u8> = self.buffer.drain(..at + 2).collect();
        Ok(String::from_utf8(line).unwrap().trim_end().to_owned())
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn fill(&mut self) -> io::Result<bool> {
        let mut piece = [0; 16 * 1024];
        let read = self.stream.read(&mut piece)?;
        self.buffer.extend(&piece[..read]);
        Ok(read > 0)
    }
}

pub fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn decode(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.extend(rest[..at].bytes());
        out.push(u8::from_str_radix(&rest[at + 1..at + 3], 16).unwrap());
        rest = &rest[at + 3..];
    }
    out.extend(rest.bytes());
    out
}

pub fn pairs(object: &Value) -> String {
    let pair = |(name, value): (&String, &Value)| format!("{}={}", encode(name), encode(value.as_str().unwrap()));
    object.as_object().map(|members| members.iter().map(pair).collect::<Vec<_>>().join("&")).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Formats a time as `YYYY-MM-DDThh:mm:ssZ`.
fn utc(time: SystemTime) -> String {
    let text = httpdate::fmt_http_date(time);
    let parts: Vec<&str> = text.split(' ').collect();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|month| *month == parts[2]).unwrap() + 1;
    format!("{}-{month:02}-{}T{}Z", parts[3], parts[1], parts[4])
}
