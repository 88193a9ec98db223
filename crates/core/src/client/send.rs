//! The one way a request goes out and a reply comes back.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Shared;
use super::call::Options;
use super::prepare::{Prepared, prepare};
use super::reply;
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

/// Sends a request and reads the reply into `value`.
pub(super) async fn exchange(
    shared: &Shared,
    info: &'static OperationInfo,
    outgoing: Outgoing,
    options: Options,
    value: &mut (dyn Place + Send),
) -> Result<Raw, Error> {
    let limits = Limits {
        start: shared.clock.monotonic(),
        operation: options.timeout.unwrap_or(shared.timeout),
        attempt: options.attempt_timeout.unwrap_or(shared.attempt_timeout),
    };
    // Another attempt is another turn of a loop around the next statement: everything that must be fresh, the
    // credentials, the time, the nonce and with them the signature, is made inside of it.
    let mut attempts = 0;
    let result = match prepare(shared, info, outgoing, &options) {
        Ok(prepared) => {
            attempts += 1;
            attempt(shared, &prepared, &limits, value).await
        }
        Err(invalid) => Err(Error::invalid(invalid)),
    };
    let elapsed = shared.clock.monotonic().saturating_sub(limits.start);
    match result {
        Ok((response, request_id)) => Ok(Raw { response, request_id, attempts, elapsed }),
        Err(error) => Err(error.of(Context { operation: info.name, attempts, elapsed })),
    }
}

/// One attempt: credentials, signature, request, reply.
async fn attempt(
    shared: &Shared,
    prepared: &Prepared,
    limits: &Limits,
    value: &mut (dyn Place + Send),
) -> Result<(HttpResponse, Option<String>), Error> {
    let credentials = if prepared.info.anonymous {
        Credentials::anonymous()
    } else {
        let left = limits.left(shared);
        within(&*shared.clock, left, shared.credentials.credentials())
            .await
            .ok_or_else(|| Error::timed_out(Timeout::Operation, limits.operation, Phase::NotSent))?
            .map_err(|error| Error::credentials(shared.credentials.name(), error))?
    };
    let progress = Progress::default();
    let request = shared.sign(prepared, &credentials, progress.clone())?;
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
    match reply::read(prepared.info, &response, value) {
        Ok(request_id) => Ok((response, request_id)),
        Err(mut error) => {
            error.words().for_each(|words| credentials.secrets().scrub(words));
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
    fn sign(&self, prepared: &Prepared, credentials: &Credentials, progress: Progress) -> Result<HttpRequest, Error> {
        let nonce = match &self.nonce {
            Some(nonce) => nonce(),
            None => random()?,
        };
        let moment = Moment::from(self.clock.now());
        let texts = prepared.texts();
        let signed = sign::sign(&prepared.to_sign(self, &texts), credentials, self.signature, moment, &nonce);
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
            body: prepared.body.clone(),
            max_body: self.max_body,
            progress,
        })
    }

    /// What an idempotency token that the caller left open is filled with.
    pub(super) fn token(&self, info: &OperationInfo) -> Option<String> {
        info.token?;
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
