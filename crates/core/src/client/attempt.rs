//! One attempt: a request that is on its way, and what comes back.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};

use super::Shared;
use super::limits::Limit;
use super::reply;
use crate::clock::Within;
use crate::decode::Place;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::info::Info;
use crate::sign::Credentials;
use crate::transport::{Body, Chunks, Progress, RequestContext, TransportError, read_body};

/// What becomes of a reply that tells success.
pub(super) enum Want<'a> {
    /// It is read, and what it says is put here.
    Value(&'a mut dyn Slot),
    /// It is opened, and put here.
    Stream(&'a mut Option<Opened>),
}

/// A reply that was opened.
pub(super) struct Opened {
    pub(super) body: Chunks,
    /// What the request was signed with, and its signature: what no text about the reply may show.
    pub(super) credentials: Credentials,
    pub(super) proof: Bytes,
}

/// Where a reply goes: an attempt must not find what an earlier one left.
pub(super) trait Slot: Send + Sync {
    /// The place, emptied.
    fn fresh(&mut self) -> &mut dyn Place;
}

impl<T: Place + Send + Sync> Slot for T {
    fn fresh(&mut self) -> &mut dyn Place {
        *self = T::empty();
        self
    }
}

/// A reply that tells success, and the request id if it stands in the body alone.
pub(super) type Answer = (Response<Bytes>, Option<String>);

/// A request that was handed to the transport.
pub(super) struct Sent<'a> {
    pub(super) reply: Within<'a, Coming<'a>>,
    pub(super) limit: Limit,
    pub(super) progress: Progress,
    /// Its signature.
    pub(super) proof: Bytes,
    /// The text that was signed, where a refusal is to be explained.
    pub(super) signed: Option<String>,
}

/// A reply that is awaited.
pub(super) enum Coming<'a> {
    Whole(BoxFuture<'a, Result<Response<Bytes>, TransportError>>),
    Opened(BoxFuture<'a, Result<Came, TransportError>>),
}

/// A reply, and its body if that was left open.
pub(super) type Came = (Response<Bytes>, Option<Chunks>);

impl<'a> Coming<'a> {
    /// Lets a request go, for a reply that is taken as `want` says.
    pub(super) fn new(
        shared: &'a Shared,
        request: Request<Body>,
        mut context: RequestContext,
        want: &Want<'_>,
    ) -> Self {
        match want {
            Want::Value(_) => Self::Whole(shared.transport.send(request, context)),
            Want::Stream(_) => {
                // What is not kept needs no limit.
                context.max_response_bytes = usize::MAX;
                Self::Opened(Box::pin(opened(shared, request, context)))
            }
        }
    }
}

/// A reply that tells success is left open, any other is read.
async fn opened(shared: &Shared, request: Request<Body>, context: RequestContext) -> Result<Came, TransportError> {
    let response = shared.transport.open(request, context).await?;
    if response.status().is_success() {
        let (head, body) = response.into_parts();
        return Ok((Response::from_parts(head, Bytes::new()), Some(body)));
    }
    let response = response.map(|body| body.limit(shared.config.max_response_bytes));
    read_body(response).await.map(|response| (response, None))
}

impl Future for Coming<'_> {
    type Output = Result<Came, TransportError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Whole(future) => future.as_mut().poll(context).map_ok(|reply| (reply, None)),
            Self::Opened(future) => future.as_mut().poll(context),
        }
    }
}

impl Sent<'_> {
    /// Takes what came, if it came in time, as `want` says. `credentials` are what the request was signed with.
    pub(super) fn take(
        &self,
        came: Option<Result<Came, TransportError>>,
        info: &Info<'_>,
        credentials: &Credentials,
        want: &mut Want<'_>,
    ) -> Result<Answer, Error> {
        let Limit { which, whole } = self.limit;
        let phase = || self.progress.phase();
        let read = || {
            let (response, body) = came
                .ok_or_else(|| Error::timed_out(which, whole, phase()))?
                .map_err(|error| Error::transport(error, phase()))?;
            let request_id = match (want, body) {
                (Want::Value(slot), _) => reply::read(info, &response, slot.fresh())?,
                (Want::Stream(place), Some(body)) => {
                    reply::plain(info, &response)?;
                    let (credentials, proof) = (credentials.clone(), self.proof.clone());
                    **place = Some(Opened { body, credentials, proof });
                    None
                }
                (Want::Stream(_), None) => return Err(reply::refused(info, &response)),
            };
            Ok((response, request_id))
        };
        read().map_err(|error| self.told(error))
    }

    /// An error as it may be told: explained, if that was asked for, and without the signature, which some quote.
    #[cold]
    fn told(&self, error: Error) -> Error {
        let mut error = match &self.signed {
            Some(signed) => error.explain(signed),
            None => error,
        };
        error.redact_texts([text_of(&self.proof)].into_iter());
        error
    }
}

/// A signature as text.
pub(super) fn text_of(proof: &Bytes) -> &str {
    std::str::from_utf8(proof).unwrap_or_default()
}
