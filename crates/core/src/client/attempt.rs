//! One attempt: a request that is on its way, and what comes back.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};

use super::Shared;
use super::interpret;
use super::limits::Limit;
use crate::clock::Within;
use crate::decode::DecodeTarget;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::info::Info;
use crate::sign::Credentials;
use crate::transport::{Body, Chunks, Progress, RequestContext, TransportError, read_body};

/// What becomes of a response that tells success.
pub(super) enum Destination<'a> {
    /// It is read, and what it says is put here.
    Value(&'a mut dyn ResponseSlot),
    /// It is opened, and put here.
    Stream(&'a mut Option<OpenedStream>),
}

/// A response that was opened.
pub(super) struct OpenedStream {
    pub(super) body: Chunks,
    /// What the request was signed with, and its signature: what no text about the response may show.
    pub(super) credentials: Credentials,
    pub(super) signature: Bytes,
}

/// Where a response goes: an attempt must not find what an earlier one left.
pub(super) trait ResponseSlot: Send + Sync {
    /// The place, emptied.
    fn fresh(&mut self) -> &mut dyn DecodeTarget;
}

impl<T: DecodeTarget + Send + Sync> ResponseSlot for T {
    fn fresh(&mut self) -> &mut dyn DecodeTarget {
        *self = T::empty();
        self
    }
}

/// A response that tells success, and the request id if it stands in the body alone.
pub(super) type Answer = (Response<Bytes>, Option<String>);

/// A request that was handed to the transport.
pub(super) struct PendingAttempt<'a> {
    pub(super) response: Within<'a, ResponseFuture<'a>>,
    pub(super) limit: Limit,
    pub(super) progress: Progress,
    /// Its signature.
    pub(super) signature: Bytes,
    /// The text that was signed, where a refusal is to be explained.
    pub(super) signed: Option<String>,
}

/// A response that is awaited.
pub(super) enum ResponseFuture<'a> {
    Whole(BoxFuture<'a, Result<Response<Bytes>, TransportError>>),
    OpenedStream(BoxFuture<'a, Result<Received, TransportError>>),
}

/// A response, and its body if that was left open.
pub(super) type Received = (Response<Bytes>, Option<Chunks>);

impl<'a> ResponseFuture<'a> {
    /// Lets a request go, for a response that is taken as `destination` says.
    pub(super) fn new(
        shared: &'a Shared,
        request: Request<Body>,
        mut context: RequestContext,
        destination: &Destination<'_>,
    ) -> Self {
        match destination {
            Destination::Value(_) => Self::Whole(shared.transport.send(request, context)),
            Destination::Stream(_) => {
                // What is not kept needs no limit.
                context.max_response_bytes = usize::MAX;
                Self::OpenedStream(Box::pin(opened(shared, request, context)))
            }
        }
    }
}

/// A response that tells success is left open, any other is read.
async fn opened(shared: &Shared, request: Request<Body>, context: RequestContext) -> Result<Received, TransportError> {
    let response = shared.transport.open(request, context).await?;
    if response.status().is_success() {
        let (head, body) = response.into_parts();
        return Ok((Response::from_parts(head, Bytes::new()), Some(body)));
    }
    let response = response.map(|body| body.limit(shared.config.max_response_bytes));
    read_body(response).await.map(|response| (response, None))
}

impl Future for ResponseFuture<'_> {
    type Output = Result<Received, TransportError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Whole(future) => future.as_mut().poll(context).map_ok(|response| (response, None)),
            Self::OpenedStream(future) => future.as_mut().poll(context),
        }
    }
}

impl PendingAttempt<'_> {
    /// Takes what received, if it received in time, as `destination` says. `credentials` are what the request was signed with.
    pub(super) fn take(
        &self,
        received: Option<Result<Received, TransportError>>,
        info: &Info<'_>,
        credentials: &Credentials,
        destination: &mut Destination<'_>,
    ) -> Result<Answer, Error> {
        let Limit { which, whole } = self.limit;
        let phase = || self.progress.phase();
        let read = || {
            let (response, body) = received
                .ok_or_else(|| Error::timed_out(which, whole, phase()))?
                .map_err(|error| Error::transport(error, phase()))?;
            let request_id = match (destination, body) {
                (Destination::Value(slot), _) => interpret::read(info, &response, slot.fresh())?,
                (Destination::Stream(place), Some(body)) => {
                    interpret::plain(info, &response)?;
                    let (credentials, signature) = (credentials.clone(), self.signature.clone());
                    **place = Some(OpenedStream { body, credentials, signature });
                    None
                }
                (Destination::Stream(_), None) => return Err(interpret::refused(info, &response)),
            };
            Ok((response, request_id))
        };
        read().map_err(|error| self.redacted(error))
    }

    /// An error as it may be told: explained, if that was asked for, and without the signature, which some quote.
    #[cold]
    fn redacted(&self, error: Error) -> Error {
        let mut error = match &self.signed {
            Some(signed) => error.explain(signed),
            None => error,
        };
        error.redact_texts([signature_text(&self.signature)].into_iter());
        error
    }
}

/// A signature as text.
pub(super) fn signature_text(signature: &Bytes) -> &str {
    std::str::from_utf8(signature).unwrap_or_default()
}
