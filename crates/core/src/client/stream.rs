//! Responses that are read chunk by chunk.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use zeroize::Zeroizing;

use super::Shared;
use super::attempt::{Destination, OpenedStream};
use super::call::Call;
use super::execution::{CallContext, Execution};
use super::response::RawResponse;
use crate::encode::Parameters;
use crate::error::{Context, Error, Phase, TimeoutKind};
use crate::future::BoxFuture;
use crate::operation::Operation;
use crate::sign::Credentials;
use crate::transport::Chunks;

impl<O: Operation> Call<O> {
    /// Sends the request and returns the response with its body as a stream of chunks, for bodies that do not fit in
    /// memory.
    ///
    /// Until the head of the response has arrived, the call has the time limits and retries of any other call. After
    /// that only the time between two chunks is [limited](Self::idle_timeout), and nothing is retried.
    ///
    /// ```no_run
    /// # async fn example<O: alicloud_core::__private::Operation>(call: alicloud_core::Call<O>) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::io::Write;
    ///
    /// let mut file = std::fs::File::create("image.png")?;
    /// let mut response = call.stream().await?;
    /// while let Some(chunk) = response.chunk().await? {
    ///     file.write_all(&chunk)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Error`]. The body is not searched for an error code or a `Success` that is `false`.
    pub async fn stream(self) -> Result<StreamedResponse, Error> {
        self.stream_with_request().await.map(|(response, _)| response)
    }

    /// Like [`stream`](Self::stream), and returns the request, which decoding the response may need.
    pub(super) async fn stream_with_request(self) -> Result<(StreamedResponse, O), Error> {
        let Self { shared, request, options } = self;
        let idle = options.idle_timeout.unwrap_or(shared.config.idle_timeout);
        let mut opened = None;
        let raw = {
            let info = &request.info();
            let encoded = shared.encoded(info, &request);
            let parameters = |out: &mut Parameters<'_>| request.parameters(out);
            let call = CallContext::new(&request, info, &options, &parameters);
            let mut execution = Execution::new(&shared, &call, Destination::Stream(&mut opened));
            let answer = execution.span().around(execution.run(encoded)).await;
            execution.ended(answer)?
        };
        let OpenedStream { body, credentials, signature } = opened.unwrap_or_else(|| OpenedStream {
            body: Bytes::new().into(),
            credentials: Credentials::anonymous(),
            signature: String::new(),
        });
        let operation = request.info().name().into();
        let body = Some(body);
        Ok((StreamedResponse { raw, body, idle, timer: None, operation, credentials, signature, shared }, request))
    }
}

/// A response whose body is read chunk by chunk.
///
/// Also a [`Stream`]. It ends after the last chunk or the first error. Dropping it before the end closes the
/// connection. `Debug` shows neither body nor headers.
pub struct StreamedResponse {
    raw: RawResponse,
    body: Option<Chunks>,
    idle: Duration,
    timer: Option<BoxFuture<'static, ()>>,
    operation: Box<str>,
    credentials: Credentials,
    signature: String,
    shared: Arc<Shared>,
}

impl StreamedResponse {
    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.raw.response.status().as_u16()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.raw.response.headers()
    }

    /// Returns the request ID from the header.
    pub fn request_id(&self) -> Option<&str> {
        self.raw.request_id()
    }

    /// Returns the number of attempts.
    pub fn attempts(&self) -> u32 {
        self.raw.attempts
    }

    /// Returns the time until the head of the response arrived.
    pub fn elapsed(&self) -> Duration {
        self.raw.elapsed
    }

    /// Returns the next chunk of the body, in the size in which it arrived; `None` at the end.
    ///
    /// Cancel safe: if the future is dropped, no chunk is lost.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is truncated, or if no chunk arrives within the [idle
    /// timeout](crate::Config::idle_timeout).
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Adds the facts of the call to an error, and redacts secrets.
    pub(super) fn failed(&self, mut error: Error, secrets: &[Zeroizing<String>]) -> Error {
        error.redact_texts(self.credentials.secrets().values().chain([self.signature.as_str()]));
        let RawResponse { attempts, elapsed, .. } = self.raw;
        error.redact(secrets).with_context(Context { operation: &self.operation, attempts, elapsed })
    }

    pub(super) fn status_code(&self) -> StatusCode {
        self.raw.response.status()
    }

    /// Returns the head of the response with `body`.
    pub(super) fn with_body(&mut self, body: Bytes) -> &http::Response<Bytes> {
        *self.raw.response.body_mut() = body;
        &self.raw.response
    }
}

impl Stream for StreamedResponse {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        let result = match Pin::new(body).poll_next(context) {
            Poll::Ready(None) => None,
            Poll::Ready(Some(Ok(chunk))) => {
                this.timer = None;
                return Poll::Ready(Some(Ok(chunk)));
            }
            Poll::Ready(Some(Err(error))) => {
                let error = error.with_response(this.raw.response.status(), this.headers().clone());
                Some(Error::transport(error, Phase::Responded))
            }
            Poll::Pending => {
                let timer = this.timer.get_or_insert_with(|| this.shared.clock.sleep(this.idle));
                if timer.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                Some(Error::timed_out(TimeoutKind::Idle, this.idle, Phase::Responded))
            }
        };
        this.body = None;
        this.timer = None;
        Poll::Ready(result.map(|error| Err(this.failed(error, &[]))))
    }
}

impl std::fmt::Debug for StreamedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamedResponse")
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}
