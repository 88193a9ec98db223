//! Reads requests from a connection.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::head::{self, Head, Length, Malformed, malformed};
use crate::request::Request;

/// The maximum length of a head, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// The maximum length of a chunk header or a trailer, in bytes.
const MAX_CHUNK_LINE: usize = 8 * 1024;

/// Limits for requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The maximum length of a body, in bytes.
    pub(crate) body: u64,
    /// The maximum time between two requests on a connection.
    pub(crate) idle: Duration,
    /// The maximum time from the first byte of a request to the last.
    pub(crate) request: Duration,
}

/// An error instead of a request.
pub(crate) enum ReadError {
    /// The peer has closed the connection.
    Closed,
    /// The bytes are not a request.
    Malformed(Malformed),
}

impl From<io::Error> for ReadError {
    fn from(_: io::Error) -> Self {
        Self::Closed
    }
}

impl From<Malformed> for ReadError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// Reads requests from one connection; bytes after a request are kept for the next one.
#[derive(Default)]
pub(crate) struct Reader {
    buffer: Vec<u8>,
}

impl Reader {
    /// Returns the next request, and whether the connection is closed after it.
    pub(crate) async fn next(&mut self, stream: &mut TcpStream, limits: &Limits) -> Result<(Request, bool), ReadError> {
        if self.buffer.is_empty() {
            timeout(limits.idle, self.fill(stream)).await.map_err(|_| ReadError::Closed)??;
        }
        let request = timeout(limits.request, self.read_request(stream, limits));
        request.await.map_err(|_| Malformed { status: 408, reason: "the request took too long" })?
    }

    async fn read_request(&mut self, stream: &mut TcpStream, limits: &Limits) -> Result<(Request, bool), ReadError> {
        let Head { method, target, headers, length, close, expects_continue } = self.read_head(stream).await?;
        if let Length::Known(length) = length {
            check_size(length, limits)?;
        }
        // A peer that has already sent a part of the body does not wait for the interim response.
        if expects_continue && length != Length::Known(0) && self.buffer.is_empty() {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let body = match length {
            Length::Known(length) => self.read_exact(stream, usize::try_from(length).unwrap_or(usize::MAX)).await?,
            Length::Chunked => self.read_chunks(stream, limits).await?,
        };
        Ok((Request { method, target, headers, body }, close))
    }

    async fn read_head(&mut self, stream: &mut TcpStream) -> Result<Head, ReadError> {
        // Some clients send an additional empty line after a body.
        while self.line_is_empty(stream).await? {
            self.buffer.drain(..2);
        }
        let mut searched = 0;
        let end = loop {
            let from = searched;
            if let Some(at) = self.buffer[from..].windows(4).position(|window| window == b"\r\n\r\n") {
                break from + at;
            }
            searched = self.buffer.len().saturating_sub(3);
            if self.buffer.len() > MAX_HEAD {
                return Err(Malformed { status: 431, reason: "the head is too long" }.into());
            }
            self.fill(stream).await?;
        };
        if end > MAX_HEAD {
            return Err(Malformed { status: 431, reason: "the head is too long" }.into());
        }
        let head = head::parse(&self.buffer[..end])?;
        self.buffer.drain(..end + 4);
        Ok(head)
    }

    async fn line_is_empty(&mut self, stream: &mut TcpStream) -> Result<bool, ReadError> {
        while self.buffer.len() < 2 {
            self.fill(stream).await?;
        }
        Ok(self.buffer.starts_with(b"\r\n"))
    }

    async fn read_chunks(&mut self, stream: &mut TcpStream, limits: &Limits) -> Result<Vec<u8>, ReadError> {
        let mut body = Vec::new();
        loop {
            let line = self.line(stream).await?;
            let size = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii_end();
            let hex = !size.is_empty() && size.len() <= 15 && size.iter().all(u8::is_ascii_hexdigit);
            let size = std::str::from_utf8(size).ok().filter(|_| hex);
            let size = size.and_then(|size| u64::from_str_radix(size, 16).ok());
            let size = size.ok_or(malformed("the size of a chunk is not a number"))?;
            if size == 0 {
                break;
            }
            check_size(body.len() as u64 + size, limits)?;
            body.extend(self.read_exact(stream, usize::try_from(size).unwrap_or(usize::MAX)).await?);
            if self.read_exact(stream, 2).await? != b"\r\n" {
                return Err(malformed("a chunk is longer than its declared size").into());
            }
        }
        let mut trailers = 0;
        loop {
            let line = self.line(stream).await?;
            trailers += line.len();
            if line.is_empty() {
                return Ok(body);
            }
            if trailers > MAX_CHUNK_LINE {
                return Err(malformed("the trailers are too long").into());
            }
        }
    }

    async fn line(&mut self, stream: &mut TcpStream) -> Result<Vec<u8>, ReadError> {
        let end = loop {
            if let Some(at) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                break at;
            }
            if self.buffer.len() > MAX_CHUNK_LINE {
                return Err(malformed("a line of a chunked body is too long").into());
            }
            self.fill(stream).await?;
        };
        let line = self.buffer[..end].to_vec();
        self.buffer.drain(..end + 2);
        Ok(line)
    }

    async fn read_exact(&mut self, stream: &mut TcpStream, length: usize) -> Result<Vec<u8>, ReadError> {
        while self.buffer.len() < length {
            self.fill(stream).await?;
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    async fn fill(&mut self, stream: &mut TcpStream) -> Result<(), ReadError> {
        match stream.read_buf(&mut self.buffer).await? {
            0 => Err(ReadError::Closed),
            _ => Ok(()),
        }
    }
}

fn check_size(length: u64, limits: &Limits) -> Result<(), ReadError> {
    if length > limits.body {
        return Err(Malformed { status: 413, reason: "the body is too long" }.into());
    }
    Ok(())
}
