//! What errors of all kinds carry.

use std::any::Any;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use zeroize::Zeroizing;

use super::{Error, Phase, Said, TimeoutKind};
use crate::header::names::X_ACS_REQUEST_ID;
use crate::secret::scrub;
use crate::sign::{self, Moment};
use crate::transport::{TransportError, TransportErrorKind};

/// What an error carries. It is read through the methods of [`Error`].
pub struct Detail(pub(super) Box<Inner>);

#[derive(Default)]
pub(super) struct Inner {
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
    /// The same as a date, which is told by the clock of whoever sent the reply.
    pub(super) retry_at: Option<Moment>,
    pub(super) decoded: bool,
    /// Whether something before what this error is about shows that the request may have been executed: another attempt,
    /// or another event.
    pub(super) executed_before: bool,
    /// Whether there was no connection to the proxy.
    pub(super) unreachable: bool,
    /// The time of whoever sent the reply.
    pub(super) date: Option<Moment>,
    pub(super) body: Bytes,
    pub(super) said: Said,
    pub(super) signature_difference: Option<String>,
    pub(super) reply: Option<Box<dyn Any + Send + Sync>>,
}

/// A value that the caller gave and that cannot be sent.
#[derive(Debug)]
pub(crate) struct Invalid(pub(crate) String);

impl Invalid {
    /// The value itself is never told: it may be a secret.
    pub(crate) fn parameter(name: &str, problem: impl std::fmt::Display) -> Self {
        Self(format!("parameter `{name}` {problem}"))
    }
}

/// What is known about a call when it fails.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) operation: &'a str,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

// What makes or changes errors is `cold`, to stand apart from the code that each call runs through.
impl Error {
    #[cold]
    pub(super) fn build(variant: fn(Detail) -> Self, inner: Inner) -> Self {
        variant(Detail(Box::new(inner)))
    }

    fn told(variant: fn(Detail) -> Self, text: impl Into<String>) -> Self {
        Self::build(variant, Inner { text: text.into(), ..Inner::default() })
    }

    /// The error with what is known about the call.
    #[cold]
    pub(crate) fn of(mut self, context: Context<'_>) -> Self {
        let detail = self.detail_mut();
        detail.operation = Some(context.operation.into());
        detail.attempts = context.attempts;
        detail.elapsed = context.elapsed;
        self
    }

    #[cold]
    pub(crate) fn configuration(text: impl Into<String>) -> Self {
        Self::told(Self::Configuration, text)
    }

    #[cold]
    pub(crate) fn invalid(invalid: Invalid) -> Self {
        Self::told(Self::InvalidInput, invalid.0)
    }

    #[cold]
    pub(crate) fn credentials(provider: &str, source: crate::credentials::CredentialsError) -> Self {
        let text = format!("no credentials from `{provider}`: {source}");
        Self::build(Self::Credentials, Inner { text, source: Some(Box::new(source)), ..Inner::default() })
    }

    #[cold]
    pub(crate) fn timed_out(timeout: TimeoutKind, limit: Duration, phase: Phase) -> Self {
        let what = match timeout {
            TimeoutKind::Operation => "the call",
            TimeoutKind::Attempt => "the attempt",
            TimeoutKind::Connect => "the connection",
            TimeoutKind::Wait => "the wait",
            TimeoutKind::Idle => "the next piece of the reply",
        };
        let text = format!("{what} was not done within {limit:?}");
        Self::build(Self::Timeout, Inner { text, phase, timeout: Some(timeout), ..Inner::default() })
    }

    /// Pages that would never end, or that cannot be the whole list.
    pub(crate) fn paging(operation: &'static str, text: String) -> Self {
        let inner = Inner { text, phase: Phase::Replied, ..Inner::default() };
        Self::build(Self::Decode, Inner { operation: Some(operation.into()), attempts: 1, ..inner })
    }

    /// A wait that came to nothing: in a state that ends it, or by its limit.
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
        let inner = Inner { text, source, timeout, phase: Phase::Replied, ..Inner::default() };
        Self::build(Self::Wait, inner).of(Context { operation, attempts: calls, elapsed })
    }

    #[cold]
    pub(crate) fn transport(error: TransportError, phase: Phase) -> Self {
        let (variant, phase): (fn(Detail) -> Self, _) = match error.kind {
            // Another attempt would be executed again, and fail in the same way.
            TransportErrorKind::Request if error.reply.is_some() => (Self::Decode, Phase::Replied),
            TransportErrorKind::Request => (Self::InvalidInput, Phase::NotSent),
            TransportErrorKind::Connect => (Self::Connect, Phase::NotSent),
            TransportErrorKind::ConnectTimeout => (Self::Timeout, Phase::NotSent),
            TransportErrorKind::Tls => (Self::Tls, Phase::NotSent),
            TransportErrorKind::Proxy => (Self::Proxy, Phase::NotSent),
            TransportErrorKind::Source | TransportErrorKind::Interrupted => (Self::Interrupted, phase),
            TransportErrorKind::Truncated => (Self::Truncated, Phase::Replied),
            TransportErrorKind::BodyTooLarge => (Self::BodyTooLarge, Phase::Replied),
        };
        let mut inner = Inner { text: error.text, source: error.source, phase, ..Inner::default() };
        if error.kind == TransportErrorKind::ConnectTimeout {
            inner.timeout = Some(TimeoutKind::Connect);
        }
        inner.unreachable = error.unreachable;
        if let Some(reply) = error.reply {
            let (status, headers) = *reply;
            inner.replied(status, &headers, Bytes::new());
            if matches!(status, 200..=299) {
                inner.text.push_str("; its status tells that the request succeeded");
            }
        }
        Self::build(variant, inner)
    }

    /// An error about a reply that came.
    #[cold]
    pub(crate) fn of_reply(
        variant: fn(Detail) -> Self,
        text: String,
        said: Said,
        (status, headers, body): (u16, &HeaderMap, Bytes),
    ) -> Self {
        let mut inner = Inner { text, said, ..Inner::default() };
        inner.replied(status, headers, body);
        Self::build(variant, inner)
    }

    /// The error with a reason why something else did not help.
    pub(crate) fn because(mut self, cause: crate::credentials::CredentialsError) -> Self {
        let detail = self.detail_mut();
        detail.text = format!("{}; {cause}", detail.text);
        detail.source = Some(Box::new(cause));
        self
    }

    /// Where there was no connection: that https was tried, because the endpoint has no scheme.
    pub(crate) fn add_assumed_scheme(&mut self) {
        let connecting =
            matches!(self, Self::Tls(_) | Self::Connect(_)) || self.timeout() == Some(TimeoutKind::Connect);
        if connecting {
            self.detail_mut().text.push_str("; https was tried, because the endpoint has no scheme");
        }
    }

    #[cfg(any(feature = "reqwest", feature = "hyper"))]
    pub(crate) fn no_transport(error: TransportError) -> Self {
        let text = format!("cannot set up the transport: {error}");
        let source: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
        Self::build(Self::Configuration, Inner { text, source: Some(source), ..Inner::default() })
    }

    /// An interceptor did not let an attempt go out.
    #[cold]
    pub(crate) fn intercepted(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let text = format!("an interceptor stopped the call: {source}");
        Self::build(Self::Configuration, Inner { text, source: Some(source), ..Inner::default() })
    }

    /// Whether the reply that tells the error was read as the operation's own as well.
    pub(crate) fn decoded(mut self, yes: bool) -> Self {
        self.detail_mut().decoded = yes;
        self
    }

    /// Whether the value that the reply was read into belongs to the error.
    pub(crate) fn carries_reply(&self) -> bool {
        self.detail().decoded
    }

    /// The error, after an attempt that failed with another one. That one is its cause if it has none itself.
    #[cold]
    pub(crate) fn after(mut self, before: Option<Self>) -> Self {
        if let Some(before) = before {
            let executed = before.may_have_been_executed();
            let detail = self.detail_mut();
            detail.executed_before = executed;
            if detail.source.is_none() && detail.status.is_none() {
                detail.source = Some(Box::new(before));
            }
        }
        self
    }

    /// The error, although the service was executing the request by then.
    pub(crate) fn executed(mut self) -> Self {
        self.detail_mut().executed_before = true;
        self
    }

    /// The error, at this time of the client's clock: where the service names a date to wait for, and not its own
    /// time, it is held against that.
    pub(crate) fn at(mut self, now: Moment) -> Self {
        let detail = self.detail_mut();
        if let (None, Some(date)) = (detail.retry_after, detail.retry_at) {
            let seconds = date.unix().saturating_sub(detail.date.unwrap_or(now).unix());
            detail.retry_after = (seconds > 0).then(|| Duration::from_secs(seconds));
        }
        self
    }

    pub(crate) fn date(&self) -> Option<Moment> {
        self.detail().date
    }

    /// Where the service refused the signature of `signed`: what differs in what it signed itself.
    #[cold]
    pub(crate) fn explain(mut self, signed: &str) -> Self {
        if self.failure().is_signature_mismatch() {
            self.detail_mut().signature_difference = Some(sign::difference(signed, self.message()));
        }
        self
    }

    /// Keeps the decoded reply.
    pub(crate) fn with_reply<T: Any + Send + Sync>(mut self, reply: T) -> Self {
        self.detail_mut().reply = Some(Box::new(reply));
        self
    }

    /// The error with these secrets taken out of the words of others.
    pub(crate) fn without(mut self, secrets: &[Zeroizing<String>]) -> Self {
        let mut next = Some(&mut self);
        while let Some(error) = next {
            error.redact(secrets.iter().map(|secret| secret.as_str()));
            // The attempt before.
            next = error.detail_mut().source.as_mut().and_then(|source| source.downcast_mut());
        }
        self
    }

    /// Takes secrets out of the words of others. Codes and IDs are compared with others, so only what is too long to
    /// occur in them by chance is taken out of those.
    pub(crate) fn redact<'a>(&mut self, secrets: impl Iterator<Item = &'a str>) {
        const LONG: usize = 16;
        let Inner { text, said, signature_difference, request_id, .. } = self.detail_mut();
        let Said { code, message, request_id: other_id, recommend, access_denied } = said;
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
    fn replied(&mut self, status: u16, headers: &HeaderMap, body: Bytes) {
        self.phase = Phase::Replied;
        self.status = Some(status);
        self.request_id = request_id(headers);
        self.date = headers.get(DATE).and_then(|value| Moment::from_http(value.to_str().ok()?));
        self.retry_after = retry_after(headers);
        self.retry_at = headers.get(RETRY_AFTER).and_then(|value| Moment::from_http(value.to_str().ok()?));
        self.body = body;
    }
}

/// The id under which the service knows a request.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(&X_ACS_REQUEST_ID)?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// How long the service asks to wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok().filter(|value| *value > 0);
    let milliseconds = number("x-acs-retry-after").map(Duration::from_millis);
    milliseconds.or_else(|| number("retry-after").map(Duration::from_secs))
}
