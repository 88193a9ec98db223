//! A request body that records when it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream as _;
use http_body::{Frame, SizeHint};

use crate::transport::{Body, Chunks, Progress, TransportError};

/// The connection polls a body for its content, or for its end, only when it writes the request.
pub(super) struct ProgressBody {
    content: Content,
    progress: Progress,
}

enum Content {
    Bytes(Bytes),
    Chunks(Chunks, Option<u64>),
}

impl ProgressBody {
    pub(super) fn new(body: Body, progress: Progress) -> Self {
        progress.waiting();
        let length = body.length();
        let content = match body.into_bytes() {
            Ok(bytes) => Content::Bytes(bytes),
            Err(source) => Content::Chunks(source.open(), length),
        };
        Self { content, progress }
    }
}

impl http_body::Body for ProgressBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.progress.sent();
        match &mut self.content {
            Content::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Content::Chunks(chunks, left) => Pin::new(chunks).poll_next(context).map(|chunk| {
                if let (Some(Ok(chunk)), Some(left)) = (&chunk, left) {
                    *left -= chunk.len() as u64;
                }
                chunk.map(|chunk| chunk.map(Frame::data))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.progress.sent();
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Chunks(_, Some(left)) => SizeHint::with_exact(*left),
            Content::Chunks(_, None) => SizeHint::default(),
        }
    }
}
