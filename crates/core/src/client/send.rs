//! The one way a request goes out and a reply comes back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Shared;
use super::options::Options;
use super::prepare::{Prepared, prepare};
use super::received::Raw;
use super::reply;
use super::retry::{Attempts, Next, Used};
use super::watch::Watch;
use crate::clock::within;
use crate::credentials::Credentials;
use crate::decode::Place;
use crate::encode::Outgoing;
use crate::error::{Context, Error, Phase, Timeout};
use crate::operation::Info;
use crate::sign::{Moment, SignatureVersion};
use crate::transport::{Body, Chunks, HttpResponse, Progress, Secrets};

/// Collects the values of a request that no text may show.
type Collect<'a> = dyn Fn() -> Vec<Zeroizing<String>> + Send + Sync + 'a;

/// What is to be sent.
pub(super) struct Job<'a> {
    pub(super) info: &'a Info<'a>,
    pub(super) outgoing: Outgoing,
    pub(super) options: &'a Options,
    /// Collects the values that no text may show.
    pub(super) secrets: &'a Collect<'a>,
}

/// The limits of one call.
struct Limits {
    start: Duration,
    operation: Duration,
    attempt: Duration,
}

/// Where a reply goes: an attempt must not find what an earlier one left.
pub(super) trait Slot: Send {
    /// The place, emptied.
    fn fresh(&mut self) -> &mut dyn Place;
}

impl<T: Place + Send> Slot for T {
    fn fresh(&mut self) -> &mut dyn Place {
        *self = T::empty();
        self
    }
}

/// What becomes of a reply that tells success.
pub(super) enum Want<'a> {
    /// It is read, and what it says is put here.
    Value(&'a mut dyn Slot),
    /// It is opened, and its body put here, with what the request was signed with.
    Stream(&'a mut Option<(Chunks, Credentials)>),
}

/// Sends a request, again if need be, and takes the reply as `want` says. Of a reply that is opened the body that
/// comes back is empty.
pub(super) async fn exchange(shared: &Shared, job: &mut Job<'_>, want: Want<'_>) -> Result<Raw, Error> {
    let limits = Limits {
        start: shared.clock.monotonic(),
        operation: job.options.timeout.unwrap_or(shared.timeout),
        attempt: job.options.attempt_timeout.unwrap_or(shared.attempt_timeout),
    };
    let mut attempts = Attempts::new(job.options.max_attempts.unwrap_or(shared.max_attempts));
    let mut watch = Watch::start(shared, job.info, limits.start);
    let span = watch.span();
    let result = span
        .around(async {
            let mut prepared =
                prepare(shared, job.info, std::mem::take(&mut job.outgoing), job.options).map_err(Error::invalid)?;
            if prepared.body.bytes().is_none() && shared.signature == SignatureVersion::V3 {
                prepared.digest = Some(limits.within(shared, digest(&prepared.body)).await??);
            }
            repeat(shared, &prepared, &limits, &mut attempts, &mut watch, job.secrets, want).await
        })
        .await;
    let elapsed = limits.elapsed(shared);
    let attempts = attempts.count;
    let result = match result {
        Ok((response, request_id)) => Ok(Raw { response, request_id, attempts, elapsed }),
        Err(error) => Err(error.of(Context { operation: job.info.name(), attempts, elapsed })),
    };
    watch.end(elapsed, result.as_ref());
    result
}

/// Attempts, until one succeeds or another does not help. Everything that must be fresh, the credentials, the time,
/// the nonce and with them the signature, is made anew in each.
async fn repeat(
    shared: &Shared,
    prepared: &Prepared<'_>,
    limits: &Limits,
    attempts: &mut Attempts,
    watch: &mut Watch<'_>,
    secrets: &Collect<'_>,
    mut want: Want<'_>,
) -> Result<(HttpResponse, Option<String>), Error> {
    // The failure before, and the credentials that it was about, if it was.
    let mut before: Option<(Error, Option<Credentials>)> = None;
    loop {
        let used = match used(shared, prepared.info, limits).await {
            Ok(used) => used,
            Err(error) => return Err(error.after(before.map(|(error, _)| error))),
        };
        before = match before {
            Some((error, Some(refused))) if used.credentials.is(&refused) => return Err(error),
            other => other,
        };
        attempts.count += 1;
        let span = watch.attempt(attempts.count);
        let result = span.around(attempt(shared, prepared, limits, &used, watch, secrets, &mut want)).await;
        let mut error = match result {
            Ok(reply) => {
                attempts.succeeded(&shared.budget);
                watch.attempted(&span, Ok(reply.0.status));
                return Ok(reply);
            }
            Err(error) => error,
        };
        let now = Moment::from(shared.clock.now());
        error.words().for_each(|words| used.credentials.secrets().scrub(words));
        let error = error.at(now).without(&secrets()).after(before.map(|(error, _)| error));
        let idempotent = prepared.info.is_idempotent(shared.idempotency_tokens);
        let next = attempts.next(idempotent, &error, &used, now, &shared.budget, &random_number);
        let next = match next {
            Next::Wait(time) if time >= limits.left(shared) => Next::Stop,
            next => next,
        };
        watch.attempted(&span, Err((&error, next.wait())));
        let mut refused = None;
        match next {
            Next::Stop => return Err(error),
            Next::Wait(time) if time.is_zero() => {}
            Next::Wait(time) => shared.clock.sleep(time).await,
            Next::Clock(offset) => shared.offset.store(offset, Ordering::Relaxed),
            Next::Credentials => {
                shared.credentials.refused(&used.credentials);
                refused = Some(used.credentials);
            }
        }
        before = Some((error, refused));
    }
}

/// What an attempt is to be signed with.
async fn used(shared: &Shared, info: &Info<'_>, limits: &Limits) -> Result<Used, Error> {
    let credentials = if info.anonymous {
        Credentials::anonymous()
    } else {
        let found = match shared.credentials.credentials().now() {
            Ok(found) => found,
            Err(future) => limits.within(shared, future).await?,
        };
        found.map_err(|error| Error::credentials(shared.credentials.name(), error))?
    };
    Ok(Used { credentials, offset: shared.offset.load(Ordering::Relaxed) })
}

/// One attempt: signature, request, reply.
async fn attempt(
    shared: &Shared,
    prepared: &Prepared<'_>,
    limits: &Limits,
    used: &Used,
    watch: &Watch<'_>,
    secrets: &Collect<'_>,
    want: &mut Want<'_>,
) -> Result<(HttpResponse, Option<String>), Error> {
    let progress = Progress::default();
    let headers = watch.headers(&prepared.headers)?;
    let (mut request, signed) = shared.sign(prepared, &headers, used, progress.clone())?;
    watch.sending(&request);
    if shared.transport.wants_secrets() {
        let values = used.credentials.secrets().values().map(|value| value.to_owned().into()).chain(secrets());
        request.secrets = Secrets::new(values.collect(), prepared.info.sensitive_reply);
    }
    let left = limits.left(shared);
    let (which, limit, time) = if left <= limits.attempt {
        (Timeout::Operation, limits.operation, left)
    } else {
        (Timeout::Attempt, limits.attempt, limits.attempt)
    };
    let cut = || Error::timed_out(which, limit, progress.phase());
    let failed = |error| Error::transport(error, progress.phase());
    let explained = |error: Error| match &signed {
        Some(signed) => error.explain(signed),
        None => error,
    };
    match want {
        Want::Value(slot) => {
            let sent = within(&*shared.clock, time, shared.transport.send(request));
            let response = sent.await.ok_or_else(cut)?.map_err(failed)?;
            let request_id = reply::read(prepared.info, &response, slot.fresh()).map_err(explained)?;
            Ok((response, request_id))
        }
        Want::Stream(body) => {
            // What is not kept needs no limit.
            request.max_body = usize::MAX;
            // In a place of its own: what a stream needs, the future of every call would have to hold.
            let open = Box::pin(async {
                let mut reply = shared.transport.open(request).await?;
                if matches!(reply.status, 200..=299) {
                    return Ok(Ok(reply));
                }
                reply.body = reply.body.limit(shared.max_body);
                reply.whole().await.map(Err)
            });
            match within(&*shared.clock, time, open).await.ok_or_else(cut)?.map_err(failed)? {
                Ok(reply) => {
                    **body = Some((reply.body, used.credentials.clone()));
                    Ok((HttpResponse { status: reply.status, headers: reply.headers, body: Bytes::new() }, None))
                }
                Err(response) => Err(explained(reply::refused(prepared.info, &response))),
            }
        }
    }
}

/// The hash of a body that is not at hand: it is read once for it, and once more for each attempt.
async fn digest(body: &Body) -> Result<[u8; 32], Error> {
    let mut hash = Sha256::new();
    let mut chunks = body.open();
    while let Some(chunk) = chunks.chunk().await.map_err(|error| Error::transport(error, Phase::NotSent))? {
        hash.update(&chunk);
    }
    Ok(hash.finalize().into())
}

impl Limits {
    /// Waits, no longer than the call may take, for what comes before anything is sent.
    async fn within<F: Future>(&self, shared: &Shared, future: F) -> Result<F::Output, Error> {
        within(&*shared.clock, self.left(shared), future)
            .await
            .ok_or_else(|| Error::timed_out(Timeout::Operation, self.operation, Phase::NotSent))
    }

    /// What is left of the time for the call.
    fn left(&self, shared: &Shared) -> Duration {
        self.operation.saturating_sub(self.elapsed(shared))
    }

    /// How long the call has taken so far.
    fn elapsed(&self, shared: &Shared) -> Duration {
        shared.clock.monotonic().saturating_sub(self.start)
    }
}

/// For waits, which are no secret.
fn random_number() -> u64 {
    getrandom::u64().unwrap_or_default()
}
