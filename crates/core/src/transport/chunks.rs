//! Bodies that are sent or received chunk by chunk.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::{TransportError, TransportErrorKind};

/// The chunks of a body, in the sizes in which they arrive.
///
/// Also a [`Stream`]. It ends after the last chunk or the first error. It has no time limit of its own.
///
/// Dropping it cancels the rest.
pub struct Chunks {
    /// The lock is never used; it makes any stream `Sync`.
    stream: Option<Mutex<Boxed>>,
    limit: usize,
    left: usize,
}

type Boxed = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

impl Chunks {
    /// Creates chunks from a stream of any length.
    pub fn new(stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self { stream: Some(Mutex::new(Box::pin(stream))), limit: usize::MAX, left: usize::MAX }
    }

    /// Limits the remaining bytes. Instead of a chunk beyond the limit, the stream returns an error of the kind
    /// [`BodyTooLarge`](TransportErrorKind::BodyTooLarge).
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self.left = bytes;
        self
    }

    /// Returns the next chunk; `None` at the end.
    ///
    /// Cancel safe: if the future is dropped, no chunk is lost.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is truncated, or larger than the limit.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Returns all remaining bytes.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk). The bytes before an error are lost.
    pub async fn whole(&mut self) -> Result<Bytes, TransportError> {
        let mut whole = BodyBuffer::new(None, self.left)?;
        while let Some(chunk) = self.chunk().await? {
            whole.push(chunk)?;
        }
        Ok(whole.into_bytes())
    }
}

impl From<Bytes> for Chunks {
    /// One chunk, or none if there are no bytes.
    fn from(bytes: Bytes) -> Self {
        struct Once(Bytes);
        impl Stream for Once {
            type Item = Result<Bytes, TransportError>;

            fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                let bytes = std::mem::take(&mut self.0);
                Poll::Ready((!bytes.is_empty()).then_some(Ok(bytes)))
            }
        }
        Self::new(Once(bytes))
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(stream) = &mut self.stream else { return Poll::Ready(None) };
        let stream = stream.get_mut().unwrap_or_else(PoisonError::into_inner);
        let result = match ready!(stream.as_mut().poll_next(context)) {
            Some(Ok(chunk)) if chunk.len() > self.left => Some(Err(too_large(self.limit))),
            other => other,
        };
        match &result {
            // Without a limit nothing is counted: the body may be longer than `usize`.
            Some(Ok(chunk)) if self.limit < usize::MAX => self.left -= chunk.len(),
            Some(Ok(_)) => {}
            // Closes the connection at once.
            Some(Err(_)) | None => self.stream = None,
        }
        Poll::Ready(result)
    }
}

impl std::fmt::Debug for Chunks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chunks").field("limit", &self.limit).finish_non_exhaustive()
    }
}

fn too_large(limit: usize) -> TransportError {
    TransportError::new(TransportErrorKind::BodyTooLarge, format!("the response is larger than {limit} bytes"))
}

/// Joins chunks.
pub(super) struct BodyBuffer {
    /// A short response arrives in one chunk and is not copied.
    first: Bytes,
    rest: Vec<u8>,
    announced: usize,
    limit: usize,
}

impl BodyBuffer {
    /// Creates a buffer. `announced` is the length that the peer states.
    pub(super) fn new(announced: Option<u64>, limit: usize) -> Result<Self, TransportError> {
        let announced = announced.map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
        if announced > limit {
            return Err(too_large(limit));
        }
        Ok(Self { first: Bytes::new(), rest: Vec::new(), announced, limit })
    }

    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), TransportError> {
        let had = self.first.len() + self.rest.len();
        if chunk.len() > self.limit - had {
            return Err(too_large(self.limit));
        }
        if had == 0 {
            self.first = chunk;
            return Ok(());
        }
        let needed = had + chunk.len();
        if self.rest.is_empty() {
            // A stated length is trusted only up to 1 MiB.
            self.rest.reserve_exact(needed.max(self.announced.min(1 << 20)));
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        } else if needed > self.rest.capacity() {
            // Doubles the capacity each time, up to the limit.
            self.rest.reserve_exact(needed.max(2 * self.rest.capacity()).min(self.limit) - had);
        }
        self.rest.extend_from_slice(&chunk);
        Ok(())
    }

    pub(super) fn into_bytes(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { self.rest.into() }
    }
}
