//! Bytes that come or go one piece after the other.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::{TransportError, TransportErrorKind};

/// Bytes, one chunk after the other, each as large as it happens to come.
///
/// It is a [`Stream`] too, for those who have the methods of one at hand. After the end or an error comes nothing
/// more. Nothing limits how long a chunk may take: whoever waits for it does.
///
/// Dropping it gives up what has not come yet.
pub struct Chunks {
    /// The lock is never taken; it makes whatever stream this is `Sync`.
    stream: Option<Mutex<Boxed>>,
    limit: usize,
    left: usize,
}

type Boxed = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

impl Chunks {
    /// Of a stream, however long it is.
    pub fn new(stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self { stream: Some(Mutex::new(Box::pin(stream))), limit: usize::MAX, left: usize::MAX }
    }

    /// No more than so many bytes from here on. Beyond them comes an error of the kind
    /// [`BodyTooLarge`](TransportErrorKind::BodyTooLarge) instead of the chunk.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self.left = bytes;
        self
    }

    /// The next chunk, or `None` at the end.
    ///
    /// If the future is dropped before it is done, nothing is lost.
    ///
    /// # Errors
    ///
    /// If what comes broke off, or is larger than the limit.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// All that is left, in one piece.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk); what had come is lost.
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
            // Without a limit nothing is counted: what comes may be longer than a number can tell.
            Some(Ok(chunk)) if self.limit < usize::MAX => self.left -= chunk.len(),
            Some(Ok(_)) => {}
            // Closes what stands behind it at once.
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

/// Chunks on their way to be one piece.
pub(super) struct BodyBuffer {
    /// A short response comes in one chunk and is not copied.
    first: Bytes,
    rest: Vec<u8>,
    announced: usize,
    limit: usize,
}

impl BodyBuffer {
    /// `announced` is what the peer says will come.
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
            // What the peer announces is believed only so far.
            self.rest.reserve_exact(needed.max(self.announced.min(1 << 20)));
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        } else if needed > self.rest.capacity() {
            // Twice as much each time, but never more than may come.
            self.rest.reserve_exact(needed.max(2 * self.rest.capacity()).min(self.limit) - had);
        }
        self.rest.extend_from_slice(&chunk);
        Ok(())
    }

    pub(super) fn into_bytes(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { self.rest.into() }
    }
}
