//! The data of an error, and how errors are created and extended.

use std::any::Any;
use std::time::Duration;

use bytes::Bytes;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use zeroize::Zeroizing;

use super::{Error, ErrorBody, ErrorKind, Phase, TimeoutKind};
use crate::header;
use crate::invalid_input::InvalidInput;
use crate::secret::scrub;
use crate::sign::{self, UtcTime};
use crate::transport::{TransportError, TransportErrorKind};

/// The data of an error of any kind.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) kind: ErrorKind,
    pub(super) text: String,
    pub(super) source: Option<Box<dyn std::error::Error + Send + Sync>>,
    pub(super) operation: Option<Box<str>>,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
    pub(super) phase: Phase,
    pub(super) timeout: Option<TimeoutKind>,
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// The same as a date by the clock of the server that sent the response.
    pub(super) retry_at: Option<UtcTime>,
    pub(super) decoded: bool,
    /// Whether an earlier attempt or event shows that the request may have been executed.
    pub(super) executed_before: bool,
    /// Whether the proxy was unreachable.
    pub(super) unreachable: bool,
    /// The time of the server that sent the response.
    pub(super) date: Option<UtcTime>,
    pub(super) body: Bytes,
    pub(super) error_body: ErrorBody,
    pub(super) signature_difference: Option<String>,
    pub(super) response: Option<Box<dyn Any + Send + Sync>>,
}

/// The facts of a call when it fails.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) operation: &'a str,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

// Functions that create or change errors are `cold`, to keep them apart from the code of every call.
impl Error {
    fn build(kind: ErrorKind, inner: Inner) -> Self {
        Self(Box::new(Inner { kind, ..inner }))
    }

    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self::build(kind, Inner { text: text.into(), ..Inner::default() })
    }

    /// Adds the facts of the call.
    pub(crate) fn with_context(mut self, context: Context<'_>) -> Self {
        let detail = &mut *self.0;
        detail.operation = Some(context.operation.into());
        detail.attempts = context.attempts;
        detail.elapsed = context.elapsed;
        self
    }

    pub(crate) fn configuration(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, text)
    }

    pub(crate) fn invalid(invalid: InvalidInput) -> Self {
        Self::new(ErrorKind::InvalidInput, invalid.0)
    }

    pub(crate) fn credentials(provider: &str, source: crate::provider::CredentialsError) -> Self {
        let text = format!("no credentials from `{provider}`");
        Self::build(ErrorKind::Credentials, Inner { text, source: Some(Box::new(source)), ..Inner::default() })
    }

    pub(crate) fn timed_out(timeout: TimeoutKind, limit: Duration, phase: Phase) -> Self {
        let what = match timeout {
            TimeoutKind::Operation => "the call",
            TimeoutKind::Attempt => "the attempt",
            TimeoutKind::Connect => "the connection",
            TimeoutKind::Wait => "the wait",
            TimeoutKind::Idle => "the next piece of the response",
        };
        let text = format!("{what} did not complete within {limit:?}");
        Self::build(ErrorKind::Timeout, Inner { text, phase, timeout: Some(timeout), ..Inner::default() })
    }

    /// Creates an error about pages that would never end, or that cannot be the whole list.
    pub(crate) fn paging(operation: &'static str, text: String) -> Self {
        let inner = Inner { text, phase: Phase::Responded, ..Inner::default() };
        Self::build(ErrorKind::Decode, Inner { operation: Some(operation.into()), attempts: 1, ..inner })
    }

    /// Creates an error about a wait that reached a final state or its limit.
    pub(crate) fn waited(
        operation: &'static str,
        (calls, elapsed): (u32, Duration),
        state: Option<&str>,
        limit: Option<Duration>,
        source: Option<Self>,
    ) -> Self {
        let mut text = match limit {
            Some(limit) => format!("what was waited for did not come within {limit:?}"),
            None => "what was waited for will not come".to_owned(),
        };
        text.push_str(&match state {
            Some(state) => format!("; the last state is `{state}`"),
            None => "; no state was seen".to_owned(),
        });
        let source = source.map(|error| -> Box<dyn std::error::Error + Send + Sync> { Box::new(error) });
        let timeout = limit.map(|_| TimeoutKind::Wait);
        let inner = Inner { text, source, timeout, phase: Phase::Responded, ..Inner::default() };
        Self::build(ErrorKind::Wait, inner).with_context(Context { operation, attempts: calls, elapsed })
    }

    pub(crate) fn transport(error: TransportError, phase: Phase) -> Self {
        let (kind, phase) = match error.kind {
            // Another attempt would be executed again and fail in the same way.
            TransportErrorKind::Request if error.response.is_some() => (ErrorKind::Decode, Phase::Responded),
            TransportErrorKind::Request => (ErrorKind::InvalidInput, Phase::NotSent),
            TransportErrorKind::Connect => (ErrorKind::Connect, Phase::NotSent),
            TransportErrorKind::ConnectTimeout => (ErrorKind::Timeout, Phase::NotSent),
            TransportErrorKind::Tls => (ErrorKind::Tls, Phase::NotSent),
            TransportErrorKind::Proxy => (ErrorKind::Proxy, Phase::NotSent),
            TransportErrorKind::Source | TransportErrorKind::Interrupted => (ErrorKind::Interrupted, phase),
            TransportErrorKind::Truncated => (ErrorKind::Truncated, Phase::Responded),
            TransportErrorKind::BodyTooLarge => (ErrorKind::ResponseTooLarge, Phase::Responded),
        };
        let mut inner = Inner { text: error.text, source: error.source, phase, ..Inner::default() };
        if error.kind == TransportErrorKind::ConnectTimeout {
            inner.timeout = Some(TimeoutKind::Connect);
        }
        inner.unreachable = error.unreachable;
        if let Some(response) = error.response {
            let (status, headers) = *response;
            inner.responded(status, &headers, Bytes::new());
            if status.is_success() {
                inner.text.push_str("; its status says that the request succeeded");
            }
        }
        Self::build(kind, inner)
    }

    /// Creates an error about a response.
    pub(crate) fn from_response(
        kind: ErrorKind,
        text: String,
        error_body: ErrorBody,
        (status, headers, body): (StatusCode, &HeaderMap, Bytes),
    ) -> Self {
        let mut inner = Inner { text, error_body, ..Inner::default() };
        inner.responded(status, headers, body);
        Self::build(kind, inner)
    }

    pub(crate) fn with_source(mut self, source: crate::provider::CredentialsError) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// Adds a note that the client assumed `https`, because the endpoint has no scheme.
    pub(crate) fn add_assumed_scheme(&mut self) {
        let connecting =
            matches!(self.0.kind, ErrorKind::Tls | ErrorKind::Connect) || self.timeout() == Some(TimeoutKind::Connect);
        if connecting {
            self.0.text.push_str("; https was tried, because the endpoint has no scheme");
        }
    }

    pub(crate) fn no_transport(error: TransportError) -> Self {
        let text = "cannot set up the transport".to_owned();
        Self::build(ErrorKind::Configuration, Inner { text, source: Some(Box::new(error)), ..Inner::default() })
    }

    /// Creates an error about an interceptor that refused an attempt.
    pub(crate) fn intercepted(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let text = "an interceptor stopped the call".to_owned();
        Self::build(ErrorKind::Configuration, Inner { text, source: Some(source), ..Inner::default() })
    }

    /// Sets whether the response was also decoded as the response of the operation.
    pub(crate) fn decoded(mut self, yes: bool) -> Self {
        self.0.decoded = yes;
        self
    }

    /// Returns whether the decoded response belongs to the error.
    pub(crate) fn carries_response(&self) -> bool {
        self.0.decoded
    }

    /// Records whether an earlier attempt may have been executed, and sets its error as the source unless the error has
    /// a source or a status.
    pub(crate) fn after(mut self, before: Option<Self>) -> Self {
        if let Some(before) = before {
            let executed = before.may_have_been_executed();
            let detail = &mut *self.0;
            detail.executed_before = executed;
            if detail.source.is_none() && detail.status.is_none() {
                // A previous attempt with the same failure explains nothing, but its own source may.
                let same = before.0.kind == detail.kind && before.0.text.starts_with(&detail.text);
                detail.source = if same { before.0.source } else { Some(Box::new(before)) };
            }
        }
        self
    }

    /// Marks the request as possibly executed: the service was already executing it.
    pub(crate) fn executed(mut self) -> Self {
        self.0.executed_before = true;
        self
    }

    /// Sets the delay that the service requested as a date: relative to the service's own time if it reports it, and
    /// otherwise to the time of the client's clock.
    pub(crate) fn at(mut self, now: UtcTime) -> Self {
        let detail = &mut *self.0;
        if let (None, Some(date)) = (detail.retry_after, detail.retry_at) {
            let seconds = date.unix().saturating_sub(detail.date.unwrap_or(now).unix());
            detail.retry_after = (seconds > 0).then(|| Duration::from_secs(seconds));
        }
        self
    }

    pub(crate) fn date(&self) -> Option<UtcTime> {
        self.0.date
    }

    /// Adds the difference between the signed text and the text that the service signed.
    pub(crate) fn explain(mut self, signed: &str) -> Self {
        if self.failure().is_signature_mismatch() {
            self.0.signature_difference = Some(sign::difference(signed, self.message()));
        }
        self
    }

    /// Stores the decoded response.
    pub(crate) fn with_response<T: Any + Send + Sync>(mut self, response: T) -> Self {
        self.0.response = Some(Box::new(response));
        self
    }

    /// Redacts secrets in texts of the service.
    pub(crate) fn redact(mut self, secrets: &[Zeroizing<String>]) -> Self {
        let mut next = Some(&mut self);
        while let Some(error) = next {
            error.redact_texts(secrets.iter().map(|secret| secret.as_str()));
            // The previous attempt.
            next = error.0.source.as_mut().and_then(|source| source.downcast_mut());
        }
        self
    }

    /// Redacts secrets in texts of the service. Codes and IDs are compared with known values, so that only secrets that
    /// are too long to occur in them by chance are redacted there.
    pub(crate) fn redact_texts<'a>(&mut self, secrets: impl Iterator<Item = &'a str>) {
        const LONG: usize = 16;
        let Inner { text, error_body, signature_difference, request_id, .. } = &mut *self.0;
        let ErrorBody { code, message, request_id: other_id, recommend, access_denied } = error_body;
        for secret in secrets {
            let words = [&mut *message, &mut *recommend, &mut *signature_difference].into_iter().flatten();
            words.chain([&mut *text]).for_each(|words| scrub(words, secret));
            if secret.len() >= LONG {
                let names = [&mut *code, &mut *request_id, &mut *other_id].into_iter().flatten();
                let parts = access_denied.iter_mut().flat_map(|detail| detail.texts_mut());
                names.chain(parts).for_each(|name| scrub(name, secret));
            }
        }
    }
}

impl Inner {
    fn responded(&mut self, status: StatusCode, headers: &HeaderMap, body: Bytes) {
        self.phase = Phase::Responded;
        self.status = Some(status.as_u16());
        self.request_id = header::request_id(headers).map(str::to_owned);
        self.date = headers.get(DATE).and_then(|value| UtcTime::from_http(value.to_str().ok()?));
        self.retry_after = retry_after(headers);
        self.retry_at = headers.get(RETRY_AFTER).and_then(|value| UtcTime::from_http(value.to_str().ok()?));
        self.body = body;
    }
}

/// Returns the delay that the service requests.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok().filter(|value| *value > 0);
    let milliseconds = number("x-acs-retry-after").map(Duration::from_millis);
    milliseconds.or_else(|| number("retry-after").map(Duration::from_secs))
}
