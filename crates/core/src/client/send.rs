//! The one way a request goes out and a reply comes back.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Shared;
use super::call::Options;
use super::prepare::{Prepared, prepare};
use super::reply;
use super::retry::{Attempts, Next, Used};
use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::decode::Place;
use crate::encode::Outgoing;
use crate::error::{Context, Error, Phase, Timeout};
use crate::operation::OperationInfo;
use crate::sign::{self, ACCEPT, Moment};
use crate::transport::{HttpRequest, HttpResponse, Progress};

/// A successful exchange; the value has been read.
pub(super) struct Raw {
    pub(super) response: HttpResponse,
    pub(super) request_id: Option<String>,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
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

/// Sends a request, again if need be, and reads the reply into `slot`.
pub(super) async fn exchange(
    shared: &Shared,
    info: &'static OperationInfo,
    outgoing: Outgoing,
    options: Options,
    slot: &mut dyn Slot,
) -> Result<Raw, Error> {
    let limits = Limits {
        start: shared.clock.monotonic(),
        operation: options.timeout.unwrap_or(shared.timeout),
        attempt: options.attempt_timeout.unwrap_or(shared.attempt_timeout),
    };
    let mut attempts = Attempts::new(options.max_attempts.unwrap_or(shared.max_attempts));
    let result = match prepare(shared, info, outgoing, &options) {
        Ok(prepared) => repeat(shared, &prepared, &limits, &mut attempts, slot).await,
        Err(invalid) => Err(Error::invalid(invalid)),
    };
    let elapsed = shared.clock.monotonic().saturating_sub(limits.start);
    let attempts = attempts.count;
    match result {
        Ok((response, request_id)) => Ok(Raw { response, request_id, attempts, elapsed }),
        Err(error) => Err(error.of(Context { operation: info.name, attempts, elapsed })),
    }
}

/// Attempts, until one succeeds or another does not help. Everything that must be fresh, the credentials, the time,
/// the nonce and with them the signature, is made anew in each.
async fn repeat(
    shared: &Shared,
    prepared: &Prepared,
    limits: &Limits,
    attempts: &mut Attempts,
    slot: &mut dyn Slot,
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
        let error = match attempt(shared, prepared, limits, &used, slot).await {
            Ok(reply) => {
                attempts.succeeded(&shared.budget);
                return Ok(reply);
            }
            Err(error) => error.after(before.map(|(error, _)| error)),
        };
        let now = Moment::from(shared.clock.now());
        let mut refused = None;
        let idempotent = prepared.info.is_idempotent(shared.idempotency_tokens);
        match attempts.next(idempotent, &error, &used, now, &shared.budget, &random_number) {
            Next::Stop => return Err(error),
            Next::Wait(time) if time < limits.left(shared) => {
                if !time.is_zero() {
                    shared.clock.sleep(time).await;
                }
            }
            Next::Wait(_) => return Err(error),
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
async fn used(shared: &Shared, info: &OperationInfo, limits: &Limits) -> Result<Used, Error> {
    let credentials = if info.anonymous {
        Credentials::anonymous()
    } else {
        within(&*shared.clock, limits.left(shared), shared.credentials.credentials())
            .await
            .ok_or_else(|| Error::timed_out(Timeout::Operation, limits.operation, Phase::NotSent))?
            .map_err(|error| Error::credentials(shared.credentials.name(), error))?
    };
    Ok(Used { credentials, offset: shared.offset.load(Ordering::Relaxed) })
}

/// One attempt: signature, request, reply.
async fn attempt(
    shared: &Shared,
    prepared: &Prepared,
    limits: &Limits,
    used: &Used,
    slot: &mut dyn Slot,
) -> Result<(HttpResponse, Option<String>), Error> {
    let progress = Progress::default();
    let request = shared.sign(prepared, used, progress.clone())?;
    let left = limits.left(shared);
    let (which, limit, time) = if left <= limits.attempt {
        (Timeout::Operation, limits.operation, left)
    } else {
        (Timeout::Attempt, limits.attempt, limits.attempt)
    };
    let response = within(&*shared.clock, time, shared.transport.send(request))
        .await
        .ok_or_else(|| Error::timed_out(which, limit, progress.phase()))?
        .map_err(|error| Error::transport(error, progress.phase()))?;
    match reply::read(prepared.info, &response, slot.fresh()) {
        Ok(request_id) => Ok((response, request_id)),
        Err(mut error) => {
            error.words().for_each(|words| used.credentials.secrets().scrub(words));
            Err(error)
        }
    }
}

impl Limits {
    /// What is left of the time for the call.
    fn left(&self, shared: &Shared) -> Duration {
        self.operation.saturating_sub(shared.clock.monotonic().saturating_sub(self.start))
    }
}

/// Waits for a future, but no longer than `limit`; `None` if it takes longer.
async fn within<F: Future>(clock: &dyn Clock, limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut timer = None;
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        // What is ready at once needs no timer.
        let timer = timer.get_or_insert_with(|| clock.sleep(limit));
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}

static X_ACS_ACTION: HeaderName = HeaderName::from_static("x-acs-action");
static X_ACS_VERSION: HeaderName = HeaderName::from_static("x-acs-version");

impl Shared {
    /// A request that carries its signature.
    fn sign(&self, prepared: &Prepared, used: &Used, progress: Progress) -> Result<HttpRequest, Error> {
        let nonce = match &self.nonce {
            Some(nonce) => nonce(),
            None => random()?,
        };
        let moment = Moment::from(self.clock.now()).plus(used.offset);
        let texts = prepared.texts();
        let signed = sign::sign(&prepared.to_sign(self, &texts), &used.credentials, self.signature, moment, &nonce);
        let (text, added, query) = signed.into_parts();
        let query = query.as_ref().unwrap_or(&prepared.query);

        let mut headers = HeaderMap::with_capacity(16 + prepared.headers.len());
        headers.insert(http::header::ACCEPT, HeaderValue::from_static(ACCEPT));
        headers.insert(http::header::USER_AGENT, self.user_agent.clone());
        headers.insert(&X_ACS_ACTION, HeaderValue::from_static(prepared.info.name));
        headers.insert(&X_ACS_VERSION, HeaderValue::from_static(self.service.version));
        if let Some(content_type) = &prepared.content_type {
            headers.insert(http::header::CONTENT_TYPE, content_type.clone());
        }
        for (name, value) in &prepared.headers {
            headers.insert(name, value.clone());
        }
        // The values of the signature share one buffer.
        let values = Bytes::from(text);
        let mut start = 0;
        for (name, end) in added {
            let mut value = HeaderValue::from_maybe_shared(values.slice(start..end)).map_err(|_| {
                Error::configuration(
                    "the credentials cannot stand in a header: they hold a line break or another control",
                )
            })?;
            value.set_sensitive(matches!(name, "authorization" | "x-acs-security-token" | "x-acs-bearer-token"));
            headers.insert(HeaderName::from_static(name), value);
            start = end;
        }

        let scheme = self.target.scheme;
        let length = scheme.len() + 4 + prepared.authority.len() + prepared.path.len() + query.len();
        let mut url = String::with_capacity(length);
        for part in [scheme, "://", &prepared.authority, &prepared.path] {
            url.push_str(part);
        }
        if !query.is_empty() {
            url.push('?');
            url.push_str(query);
        }
        Ok(HttpRequest {
            method: prepared.info.method,
            url,
            headers,
            body: prepared.body.clone().into(),
            max_body: self.max_body,
            progress,
        })
    }

    /// What an idempotency token that the caller left open is filled with.
    pub(super) fn token(&self, info: &OperationInfo) -> Option<String> {
        info.token.filter(|_| self.idempotency_tokens)?;
        match &self.nonce {
            Some(nonce) => Some(nonce()),
            None => random().ok(),
        }
    }
}

/// 128 random bits, in hex.
fn random() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::configuration("the operating system gives no random numbers"))?;
    let mut text = String::with_capacity(32);
    sign::v3::hex(&bytes, &mut text);
    Ok(text)
}

/// For waits, which are no secret.
fn random_number() -> u64 {
    getrandom::u64().unwrap_or_default()
}
