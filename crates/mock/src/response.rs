//! Scripted responses, with or without faults.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::record::Recorded;

/// A scripted response, which replaces the one of the document.
///
/// The constructors select the content, and the methods how it is sent.
///
/// ```
/// use std::time::Duration;
/// use alicloud_mock::Response;
///
/// let throttled = Response::error(429, "Throttling.User", "slow down").header("x-acs-retry-after", "200");
/// let stuck = Response::from_document().hang_body_after(10);
/// let slow = Response::from_document().delay(Duration::from_millis(50)).trickle(1, Duration::from_millis(5));
/// let lost = Response::cut().reset();
/// ```
#[derive(Clone)]
pub struct Response {
    pub(crate) content: Content,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) delivery: Delivery,
}

/// Computes a response.
type Compute = dyn Fn(&Recorded) -> Response + Send + Sync;

#[derive(Clone)]
pub(crate) enum Content {
    /// The response of the document.
    DefaultResponse,
    /// An error in the format of the operation's style.
    Failure {
        status: u16,
        code: String,
        message: String,
    },
    Body {
        status: u16,
        content_type: Option<String>,
        payload: Payload,
    },
    /// These bytes instead of a response.
    Raw(Arc<[u8]>),
    /// Nothing.
    Nothing,
    /// The result of a function of the request.
    Computed(Arc<Compute>),
}

/// A body.
#[derive(Clone)]
pub(crate) enum Payload {
    Bytes(Arc<[u8]>),
    /// The pattern, repeated up to a number of bytes.
    Repeated {
        pattern: Arc<[u8]>,
        total: u64,
    },
}

impl Payload {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Repeated { pattern, .. } if pattern.is_empty() => 0,
            Self::Repeated { total, .. } => *total,
        }
    }
}

/// How a response is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) delay: Duration,
    pub(crate) end: Option<(Point, End)>,
    pub(crate) reset: bool,
    pub(crate) trickle: Option<Trickle>,
    pub(crate) framing: Framing,
    pub(crate) closing: Closing,
}

/// A position in the bytes of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// This number of bytes of the response.
    Response(u64),
    /// The head and this number of bytes of the body.
    Body(u64),
}

/// The fault at a position of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Cut,
    Hang,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trickle {
    pub(crate) bytes: usize,
    pub(crate) every: Duration,
    pub(crate) body_only: bool,
}

/// How the client recognizes the end of the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Framing {
    /// By its length.
    #[default]
    Length,
    /// By a length that may be wrong.
    Claimed(u64),
    /// By the last chunk.
    Chunked,
    /// By the end of the connection.
    UntilClose,
}

/// The handling of the connection after the response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Closing {
    /// As the request asks.
    #[default]
    AsAsked,
    /// Closed, with the header `connection: close`.
    Announced,
    /// Closed, without the header `connection: close`.
    Silent,
}

impl Response {
    fn of(content: Content) -> Self {
        Self { content, headers: Vec::new(), delivery: Delivery::default() }
    }

    /// Creates the response of the document, to change how it is sent.
    #[must_use]
    pub fn from_document() -> Self {
        Self::of(Content::DefaultResponse)
    }

    /// Creates a response with this JSON.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Value>) -> Self {
        Self::bytes(status, "application/json;charset=utf-8", body.into().to_string())
    }

    /// Creates an error of the service, in the format of the operation's style.
    #[must_use]
    pub fn error(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(Content::Failure { status, code: code.into(), message: message.into() })
    }

    /// Creates a response without a body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let payload = Payload::Bytes(Arc::from([]));
        Self::of(Content::Body { status, content_type: None, payload })
    }

    /// Creates a response with these bytes.
    #[must_use]
    pub fn bytes(status: u16, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        let payload = Payload::Bytes(body.into().into());
        Self::of(Content::Body { status, content_type: Some(content_type.into()), payload })
    }

    /// Creates a response whose body is a repeated pattern of `total` bytes; `u64::MAX` is endless.
    #[must_use]
    pub fn repeated(status: u16, content_type: impl Into<String>, pattern: impl Into<Vec<u8>>, total: u64) -> Self {
        let payload = Payload::Repeated { pattern: pattern.into().into(), total };
        Self::of(Content::Body { status, content_type: Some(content_type.into()), payload })
    }

    /// Sends these bytes and closes the connection.
    #[must_use]
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(Content::Raw(bytes.into().into()))
    }

    /// Closes the connection after the request, without a response.
    #[must_use]
    pub fn cut() -> Self {
        Self::of(Content::Nothing)
    }

    /// Sends no response, and keeps the connection open.
    #[must_use]
    pub fn silence() -> Self {
        Self::from_document().hang_after(0)
    }

    /// Creates a response that is computed from the request. Settings of this value have no effect.
    #[must_use]
    pub fn from_fn(compute: impl Fn(&Recorded) -> Self + Send + Sync + 'static) -> Self {
        Self::of(Content::Computed(Arc::new(compute)))
    }

    /// Sets a header, and replaces one with this name. Control characters become spaces.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Waits before the first byte.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delivery.delay = delay;
        self
    }

    /// Closes the connection after a number of bytes of the response.
    #[must_use]
    pub fn cut_after(self, bytes: u64) -> Self {
        self.end(Point::Response(bytes), End::Cut)
    }

    /// Closes the connection after the head and a number of bytes of the body.
    #[must_use]
    pub fn cut_body_after(self, bytes: u64) -> Self {
        self.end(Point::Body(bytes), End::Cut)
    }

    /// Stops sending after a number of bytes of the response, and keeps the connection open.
    #[must_use]
    pub fn hang_after(self, bytes: u64) -> Self {
        self.end(Point::Response(bytes), End::Hang)
    }

    /// Stops sending after the head and a number of bytes of the body, and keeps the connection open.
    #[must_use]
    pub fn hang_body_after(self, bytes: u64) -> Self {
        self.end(Point::Body(bytes), End::Hang)
    }

    fn end(mut self, point: Point, end: End) -> Self {
        self.delivery.end = Some((point, end));
        self
    }

    /// Resets the connection instead of closing it.
    #[must_use]
    pub fn reset(mut self) -> Self {
        self.delivery.reset = true;
        self
    }

    /// Sends this number of bytes at a time, with a pause after each.
    #[must_use]
    pub fn trickle(mut self, bytes: usize, every: Duration) -> Self {
        self.delivery.trickle = Some(Trickle { bytes: bytes.max(1), every, body_only: false });
        self
    }

    /// Sends the head at once, and then this number of bytes of the body at a time, with a pause after each.
    #[must_use]
    pub fn trickle_body(mut self, bytes: usize, every: Duration) -> Self {
        self.delivery.trickle = Some(Trickle { bytes: bytes.max(1), every, body_only: true });
        self
    }

    /// Sends this `content-length`, regardless of the actual length, and closes the connection after the response.
    #[must_use]
    pub fn content_length(mut self, length: u64) -> Self {
        self.delivery.framing = Framing::Claimed(length);
        self
    }

    /// Sends the body in chunks.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.delivery.framing = Framing::Chunked;
        self
    }

    /// Marks the end of the body by closing the connection.
    #[must_use]
    pub fn until_close(mut self) -> Self {
        self.delivery.framing = Framing::UntilClose;
        self
    }

    /// Closes the connection after the response, with the header `connection: close`.
    #[must_use]
    pub fn close(mut self) -> Self {
        self.delivery.closing = Closing::Announced;
        self
    }

    /// Closes the connection after the response without the header `connection: close`, so that the client keeps a
    /// closed connection in its pool.
    #[must_use]
    pub fn close_silently(mut self) -> Self {
        self.delivery.closing = Closing::Silent;
        self
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = match &self.content {
            Content::DefaultResponse => "the response of the document".to_owned(),
            Content::Failure { status, code, .. } => format!("{status} {code}"),
            Content::Body { status, payload, .. } => format!("{status}, {} bytes", payload.length()),
            Content::Raw(bytes) => format!("{} raw bytes", bytes.len()),
            Content::Nothing => "nothing".to_owned(),
            Content::Computed(_) => "computed".to_owned(),
        };
        out.debug_struct("Response")
            .field("content", &content)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}
