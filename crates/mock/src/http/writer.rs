//! Writes responses to a connection, with faults if requested.

use std::fmt::Write as _;
use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::response::{Closing, Delivery, End, Framing, Payload, Point, Trickle};

/// The maximum number of bytes of a repeated body, or of a chunk, in one write.
const MAX_WRITE: usize = 16 * 1024;

/// A response that is ready to be sent.
pub(crate) struct OutgoingResponse {
    pub(crate) content: Content,
    pub(crate) delivery: Delivery,
}

pub(crate) enum Content {
    /// Nothing.
    Nothing,
    /// Bytes that need not be valid HTTP.
    Raw(std::sync::Arc<[u8]>),
    Http(Http),
}

/// A well-formed response.
pub(crate) struct Http {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) payload: Payload,
    /// Whether the body is omitted, as for a HEAD request.
    pub(crate) head_only: bool,
}

/// The state of a connection after a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    Open,
    Ended,
}

/// Sends the response. `last` states that the client requests to close the connection.
pub(crate) async fn send(stream: &mut TcpStream, outgoing: &OutgoingResponse, last: bool) -> io::Result<Connection> {
    let delivery = &outgoing.delivery;
    if !delivery.delay.is_zero() {
        sleep(delivery.delay).await;
    }
    let mut sink = Sink { stream, remaining: None, trickle: delivery.trickle };
    if let Some((Point::Response(bytes), _)) = delivery.end {
        sink.remaining = Some(bytes);
    }
    let stays_open = match &outgoing.content {
        Content::Nothing => false,
        Content::Raw(bytes) => {
            sink.push(bytes).await?;
            false
        }
        Content::Http(http) => {
            let ends = last || ends_connection(http, delivery);
            let announced = ends && delivery.closing != Closing::Silent;
            send_http(&mut sink, http, delivery, announced).await?;
            !ends
        }
    };
    match delivery.end {
        Some((_, End::Hang)) => {
            wait_for_end(stream).await;
            Ok(Connection::Ended)
        }
        None if stays_open => Ok(Connection::Open),
        _ => {
            if delivery.reset {
                stream.set_zero_linger()?;
            } else {
                stream.shutdown().await?;
            }
            Ok(Connection::Ended)
        }
    }
}

fn ends_connection(http: &Http, delivery: &Delivery) -> bool {
    let unsure = match delivery.framing {
        Framing::Length | Framing::Chunked => false,
        Framing::Claimed(length) => length != http.payload.length(),
        Framing::UntilClose => true,
    };
    unsure || delivery.closing != Closing::AsAsked
}

async fn send_http(sink: &mut Sink<'_>, http: &Http, delivery: &Delivery, announced: bool) -> io::Result<()> {
    let body_trickle = sink.trickle.filter(|trickle| trickle.body_only);
    if body_trickle.is_some() {
        sink.trickle = None;
    }
    let bodiless = matches!(http.status, 100..200 | 204 | 304);
    let mut head = format!("HTTP/1.1 {} {}\r\n", http.status, reason(http.status));
    for (name, value) in &http.headers {
        let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let _ = write!(head, "{name}: {value}\r\n");
    }
    match delivery.framing {
        _ if bodiless => {}
        Framing::Length => {
            let _ = write!(head, "content-length: {}\r\n", http.payload.length());
        }
        Framing::Claimed(length) => {
            let _ = write!(head, "content-length: {length}\r\n");
        }
        Framing::Chunked => head.push_str("transfer-encoding: chunked\r\n"),
        Framing::UntilClose => {}
    }
    if announced {
        head.push_str("connection: close\r\n");
    }
    head.push_str("\r\n");
    let in_body = |sink: &mut Sink<'_>| {
        sink.trickle = body_trickle.or(sink.trickle);
        if let Some((Point::Body(bytes), _)) = delivery.end {
            sink.remaining = Some(bytes);
        }
    };
    if http.head_only || bodiless {
        sink.push(head.as_bytes()).await?;
        return Ok(());
    }
    // The head and the body of an ordinary response are sent in one write.
    if let (Payload::Bytes(bytes), Framing::Length, None, None) =
        (&http.payload, delivery.framing, delivery.end, sink.trickle.or(body_trickle))
    {
        let whole = [head.as_bytes(), bytes].concat();
        sink.push(&whole).await?;
        return Ok(());
    }
    if !sink.push(head.as_bytes()).await? {
        return Ok(());
    }
    in_body(sink);
    send_body(sink, &http.payload, delivery.framing == Framing::Chunked).await
}

async fn send_body(sink: &mut Sink<'_>, payload: &Payload, chunked: bool) -> io::Result<()> {
    let repeated = match payload {
        Payload::Bytes(_) => Vec::new(),
        Payload::Repeated { pattern, .. } => pattern.repeat((MAX_WRITE / pattern.len().max(1)).max(1)),
    };
    let mut sent = 0;
    let total = payload.length();
    while sent < total {
        let piece = match payload {
            Payload::Bytes(bytes) => {
                let from = usize::try_from(sent).unwrap_or(usize::MAX);
                &bytes[from..bytes.len().min(from.saturating_add(MAX_WRITE))]
            }
            Payload::Repeated { .. } => {
                let length = usize::try_from(total - sent).unwrap_or(usize::MAX).min(repeated.len());
                &repeated[..length]
            }
        };
        sent += piece.len() as u64;
        let more = if chunked {
            let framed = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
            sink.push(&framed).await?
        } else {
            sink.push(piece).await?
        };
        if !more {
            return Ok(());
        }
    }
    if chunked {
        sink.push(b"0\r\n\r\n").await?;
    }
    Ok(())
}

/// Writes bytes with a limit of their number and speed.
struct Sink<'a> {
    stream: &'a mut TcpStream,
    remaining: Option<u64>,
    trickle: Option<Trickle>,
}

impl Sink<'_> {
    /// Writes bytes; returns whether more may follow.
    async fn push(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let allowed = self
            .remaining
            .map_or(bytes.len(), |remaining| usize::try_from(remaining).unwrap_or(usize::MAX).min(bytes.len()));
        let bytes = &bytes[..allowed];
        match self.trickle {
            None => self.stream.write_all(bytes).await?,
            Some(Trickle { bytes: step, every, .. }) => {
                for part in bytes.chunks(step) {
                    self.stream.write_all(part).await?;
                    sleep(every).await;
                }
            }
        }
        self.remaining = self.remaining.map(|remaining| remaining - allowed as u64);
        Ok(self.remaining != Some(0))
    }
}

/// Reads until the peer closes the connection.
pub(crate) async fn wait_for_end(stream: &mut TcpStream) {
    let mut scrap = [0; 1024];
    while matches!(stream.read(&mut scrap).await, Ok(read) if read > 0) {}
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Status",
    }
}
