//! One attempt: sends a request and receives its response.

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

/// Where a successful response goes.
pub(super) enum Destination<'a> {
    /// The response is read and decoded into this slot.
    Value(&'a mut dyn ResponseSlot),
    /// The response is opened, its body is not read.
    Stream(&'a mut Option<OpenedStream>),
}

/// A response whose body has not been read.
pub(super) struct OpenedStream {
    pub(super) body: Chunks,
    /// The credentials and the signature of the request. Errors about the response redact them.
    pub(super) credentials: Credentials,
    pub(super) signature: String,
}

/// A slot for a decoded response, cleared before each attempt.
pub(super) trait ResponseSlot: Send + Sync {
    /// Returns the cleared slot.
    fn fresh(&mut self) -> &mut dyn DecodeTarget;
}

impl<T: DecodeTarget + Send + Sync> ResponseSlot for T {
    fn fresh(&mut self) -> &mut dyn DecodeTarget {
        *self = T::empty();
        self
    }
}

/// A successful response, and the request ID if only the body contains it.
pub(super) type Answer = (Response<Bytes>, Option<String>);

/// A request that the transport is sending.
pub(super) struct PendingAttempt<'a> {
    pub(super) response: Within<'a, BoxFuture<'a, Result<Received, TransportError>>>,
    pub(super) limit: Limit,
    pub(super) progress: Progress,
    /// The maximum size of a response after its decompression.
    #[cfg(feature = "sls")]
    pub(super) max_response_bytes: usize,
    /// The signature.
    pub(super) signature: String,
    /// The signed text, if the client explains refused signatures.
    pub(super) signed: Option<String>,
}

/// A response, and its body if the body has not been read.
pub(super) type Received = (Response<Bytes>, Option<Chunks>);

/// Passes a request to the transport, and returns the future of the response.
pub(super) fn send<'a>(
    shared: &'a Shared,
    request: Request<Body>,
    mut context: RequestContext,
    destination: &Destination<'_>,
) -> BoxFuture<'a, Result<Received, TransportError>> {
    match destination {
        Destination::Value(_) => {
            let response = shared.transport.send(request, context);
            Box::pin(async { Ok((response.await?, None)) })
        }
        Destination::Stream(_) => {
            // A body that is not decoded needs no limit.
            context.max_response_bytes = usize::MAX;
            Box::pin(opened(shared, request, context))
        }
    }
}

/// Opens a successful response; reads any other one.
async fn opened(shared: &Shared, request: Request<Body>, context: RequestContext) -> Result<Received, TransportError> {
    let response = shared.transport.open(request, context).await?;
    if response.status().is_success() {
        let (head, body) = response.into_parts();
        return Ok((Response::from_parts(head, Bytes::new()), Some(body)));
    }
    let response = response.map(|body| body.limit(shared.config.max_response_bytes));
    read_body(response).await.map(|response| (response, None))
}

impl PendingAttempt<'_> {
    /// Processes the response, or the timeout, of an attempt. `credentials` are those that signed the request.
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
            #[cfg(feature = "sls")]
            let response = super::log_service::decompress(response, self.max_response_bytes)?;
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

    /// Adds the explanation of a refused signature to an error, and redacts the signature, which some services quote.
    fn redacted(&self, error: Error) -> Error {
        let mut error = match &self.signed {
            Some(signed) => error.explain(signed),
            None => error,
        };
        error.redact_texts([self.signature.as_str()].into_iter());
        error
    }
}
