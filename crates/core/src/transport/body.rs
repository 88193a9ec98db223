//! Bodies of requests.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::{Chunks, TransportError, TransportErrorKind};

/// The body of a request: bytes, or a source that is opened again for each attempt.
///
/// Cheap to clone. `Debug` shows only the length.
#[derive(Clone, Default)]
pub struct Body(Inner);

#[derive(Clone)]
enum Inner {
    Bytes(Bytes),
    Source(Arc<Source>),
}

struct Source {
    length: Option<u64>,
    open: Box<dyn Fn() -> Chunks + Send + Sync>,
}

impl Default for Inner {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl Body {
    /// Creates a body with a source. `open` is called for each attempt and returns the content from its beginning.
    ///
    /// With a length, the request has a `content-length` header, and nothing beyond the length is sent. Without a
    /// length, the request is sent with `transfer-encoding: chunked`, which not every server accepts. If the source
    /// fails or is shorter than the length, the request is cancelled with an error of the kind
    /// [`Source`](TransportErrorKind::Source).
    pub fn source<S, E>(length: Option<u64>, open: impl Fn() -> S + Send + Sync + 'static) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let open = Box::new(move || Chunks::new(Content { stream: Box::pin(open()), left: length }));
        Self(Inner::Source(Arc::new(Source { length, open })))
    }

    /// Returns the content, if it is in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Source(_) => None,
        }
    }

    /// Returns the content if it is in memory, or else the body.
    #[cfg(any(feature = "reqwest", feature = "hyper"))]
    pub(super) fn into_bytes(self) -> Result<Bytes, Self> {
        match self.0 {
            Inner::Bytes(bytes) => Ok(bytes),
            Inner::Source(_) => Err(self),
        }
    }

    /// Returns the number of bytes, if it is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes.len() as u64),
            Inner::Source(source) => source.length,
        }
    }

    /// Returns the content from its beginning.
    pub fn open(&self) -> Chunks {
        match &self.0 {
            Inner::Bytes(bytes) => bytes.clone().into(),
            Inner::Source(source) => (source.open)(),
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Inner::Bytes(bytes.into()))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.length() {
            Some(length) => write!(f, "Body({length} bytes)"),
            None => f.write_str("Body(some bytes)"),
        }
    }
}

/// The content of a source, with the errors of this crate.
struct Content<S> {
    stream: Pin<Box<S>>,
    /// The number of remaining bytes.
    left: Option<u64>,
}

impl<S, E> Stream for Content<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let fail = |text| TransportError::new(TransportErrorKind::Source, text);
        let item = ready!(self.stream.as_mut().poll_next(context));
        Poll::Ready(match (item, &mut self.left) {
            (None, None | Some(0)) => None,
            (None, Some(_)) => Some(Err(fail("the request body is shorter than its declared length"))),
            (Some(Err(error)), _) => Some(Err(fail("the request body cannot be read").with_source(error))),
            (Some(Ok(chunk)), None) => Some(Ok(chunk)),
            (Some(Ok(chunk)), Some(left)) => Some(match left.checked_sub(chunk.len() as u64) {
                Some(rest) => {
                    *left = rest;
                    Ok(chunk)
                }
                None => Err(fail("the request's body is longer than its length")),
            }),
        })
    }
}
