//! Converts responses of the HTTP libraries.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::Response;
use http_body::Body;

use crate::transport::chunks::BodyBuffer;
use crate::transport::{Chunks, TransportError, TransportErrorKind};

/// The data of a body. An error means that the body is truncated; trailers are dropped.
struct BodyStream<B>(B);

impl<B> Stream for BodyStream<B>
where
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin,
{
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.0).poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => {
                    let broken = TransportError::new(TransportErrorKind::Truncated, "the response broke off");
                    return Poll::Ready(Some(Err(broken.with_source(error))));
                }
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }
}

/// Returns the response with its whole body of at most `limit` bytes.
pub(super) async fn whole<B>(response: Response<B>, limit: usize) -> Result<Response<Bytes>, TransportError>
where
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin,
{
    let (head, body) = response.into_parts();
    match collect(body, limit).await {
        Ok(body) => Ok(Response::from_parts(head, body)),
        Err(error) => Err(error.with_response(head.status, head.headers)),
    }
}

async fn collect<B>(body: B, limit: usize) -> Result<Bytes, TransportError>
where
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin,
{
    let mut whole = BodyBuffer::new(body.size_hint().exact(), limit)?;
    let mut data = BodyStream(body);
    while let Some(chunk) = std::future::poll_fn(|context| Pin::new(&mut data).poll_next(context)).await {
        whole.push(chunk?)?;
    }
    Ok(whole.into_bytes())
}

/// Returns the response with its body as chunks of at most `limit` bytes in total.
pub(super) fn opened<B>(response: Response<B>, limit: usize) -> Response<Chunks>
where
    B: Body<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin + Send + 'static,
{
    response.map(|body| Chunks::new(BodyStream(body)).limit(limit))
}
