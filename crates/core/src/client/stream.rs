//! Responses that are read as they come.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use zeroize::Zeroizing;

use super::Shared;
use super::attempt::{Destination, OpenedStream, signature_text};
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
    /// Makes the call, and brings back the body of the response piece by piece, as it is: for what is too large to be in
    /// memory as a whole.
    ///
    /// Until the head of the response has come the call is like any other, with its limits of time and its attempts; from
    /// there on only the silence between two pieces is [limited](Self::idle_timeout), and nothing is sent again.
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
    /// See [`Error`]. A code in the body that tells of a failure in spite of the status is not looked for, nor a
    /// `Success` that is `false`.
    pub async fn stream(self) -> Result<StreamedResponse, Error> {
        self.stream_with_request().await.map(|(response, _)| response)
    }

    /// As [`stream`](Self::stream), with the request, which may be needed to make sense of the response.
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
            signature: Bytes::new(),
        });
        let operation = request.info().name().into();
        let body = Some(body);
        Ok((StreamedResponse { raw, body, idle, timer: None, operation, credentials, signature, shared }, request))
    }
}

/// A response whose body is still coming.
///
/// It is a [`Stream`] too, for those who have the methods of one at hand. After the end or an error comes nothing
/// more. Dropping it closes the connection, unless the end has come. `Debug` shows no body and no headers.
pub struct StreamedResponse {
    raw: RawResponse,
    body: Option<Chunks>,
    idle: Duration,
    timer: Option<BoxFuture<'static, ()>>,
    operation: Box<str>,
    credentials: Credentials,
    signature: Bytes,
    shared: Arc<Shared>,
}

impl StreamedResponse {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.raw.response.status().as_u16()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.raw.response.headers()
    }

    /// The id under which the service knows the request, from the header.
    pub fn request_id(&self) -> Option<&str> {
        self.raw.request_id()
    }

    /// How many times the request was tried.
    pub fn attempts(&self) -> u32 {
        self.raw.attempts
    }

    /// How long it took until the head of the response had come.
    pub fn elapsed(&self) -> Duration {
        self.raw.elapsed
    }

    /// The next piece of the body, as large as it happens to come; `None` at its end.
    ///
    /// If the future is dropped before it is done, nothing is lost.
    ///
    /// # Errors
    ///
    /// If the body breaks off, or nothing comes for [too long](crate::Config::idle_timeout).
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// An error with what is known about the call, and nothing in it that must not be told.
    pub(super) fn failed(&self, mut error: Error, secrets: &[Zeroizing<String>]) -> Error {
        error.redact_texts(self.credentials.secrets().values().chain([signature_text(&self.signature)]));
        let RawResponse { attempts, elapsed, .. } = self.raw;
        error.redact(secrets).with_context(Context { operation: &self.operation, attempts, elapsed })
    }

    pub(super) fn status_code(&self) -> StatusCode {
        self.raw.response.status()
    }

    /// The head of the response with `body`.
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
