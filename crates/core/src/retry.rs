//! Decides what a failed attempt means: may the request have been executed, and what happens next.
//!
//! [`decide`] is the only place that judges a failure. It is pure: everything that it knows is in its arguments. The
//! public questions of [`Error`](crate::Error) and the loop that sends requests use the same classification.
//!
//! # May the request have been executed?
//!
//! It may, unless one of these proves the contrary:
//!
//! | Proof | Why it is one |
//! |---|---|
//! | no byte of the request was sent | nobody has it |
//! | a code of throttling, of the signature, the clock or the credentials, of a missing permission, of a missing or invalid parameter, of an unknown operation, or of a dry run | the service checks these before it executes anything, so the HTTP status does not matter |
//! | a status of 400 to 499 but 408, with any other code that is neither transient nor that of a partial failure | the service itself says that it rejected the request |
//!
//! These prove nothing:
//!
//! | Response | Why |
//! |---|---|
//! | a transient code, whatever the status | the service failed at a time that nobody knows |
//! | the code of a timeout or of a partial failure, whatever the status | something was executed, or still is |
//! | `SignatureNonceUsed` | each attempt has a nonce of its own, so the service has seen this very attempt before: somebody on the way sent it twice |
//! | a status of 400 to 499 without a code, or with what names no failure, such as an HTTP status | the page of a proxy or a gateway; it does not say what became of the request behind it |
//! | 408 | the server gave up waiting, which a gateway also says about a backend that is still at work |
//! | 300 to 399 | 303 is what follows a successful POST; the others are often made by a proxy |
//! | 500 and above | the service may have failed after executing the request |
//! | a header that asks for a pause | it is a delay and nothing else |
//!
//! # What happens next?
//!
//! | Failure | Next |
//! |---|---|
//! | the request may have been executed, and repeating it may do harm | stop |
//! | no connection, or it broke; a timeout of one attempt | retry with backoff |
//! | throttling by its code, or 429 without a known code | retry with a longer backoff |
//! | a transient code, or 500, 502, 503, 504 without a known code | retry with backoff |
//! | `SignatureNonceUsed` | retry once, outside of the number of attempts |
//! | a time that is refused | retry once with the service's time, if it differs from the one that was signed |
//! | a temporary key that has expired | retry once with other credentials |
//! | everything else | stop |
//!
//! Where the service asks for a pause, it takes the place of the backoff.

mod attempts;
mod budget;
mod code;
mod config;

use std::time::Duration;

use crate::transport::Phase;

pub(crate) use attempts::{Attempts, Retry};
pub(crate) use budget::Budget;
use code::Code;
pub(crate) use code::names_failure;
pub use config::RetryConfig;

/// A signed time that differs from the service's by more than this many seconds may be the cause of a refusal.
const MAX_SKEW: i64 = 60;

/// What is known about a failed attempt.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Failure<'a> {
    pub(crate) kind: FailureKind,
    /// How far the request got.
    pub(crate) phase: Phase,
    /// HTTP status of the response, if one came.
    pub(crate) status: Option<u16>,
    /// Error code of the response, if it has the service's own error form.
    pub(crate) code: Option<&'a str>,
    /// Pause that the response asks for.
    pub(crate) retry_after: Option<Duration>,
    /// Seconds from the time that was signed to the service's time, if the response contains it.
    pub(crate) skew: Option<i64>,
}

/// Where an attempt failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// On the way: no connection, or an interrupted one.
    Transport,
    /// The time for the attempt or the connection ran out.
    Timeout,
    /// The time for the whole call ran out.
    Deadline,
    /// The response reports a failure.
    Response,
    /// Anything that another attempt would meet again.
    #[default]
    Permanent,
}

/// What is known about the call that an attempt belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct History {
    /// Whether executing the request twice is harmless.
    pub(crate) idempotent: bool,
    /// Whether the call may be retried at all.
    pub(crate) retries: bool,
    /// Whether the number of attempts allows another one.
    pub(crate) attempts_left: bool,
    /// Whether an attempt was made with a corrected clock.
    pub(crate) clock_corrected: bool,
    /// Whether an attempt was made with refreshed credentials.
    pub(crate) credentials_refreshed: bool,
    /// Whether an attempt was made to replace a used nonce.
    pub(crate) nonce_replaced: bool,
}

/// The two answers about a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) may_have_been_executed: bool,
    pub(crate) next: Next,
}

/// What happens after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The failure is that of the call.
    Stop,
    /// Another attempt, which counts as one of the call.
    Retry(Delay),
    /// Another attempt with a new nonce.
    ReplaceNonce(Delay),
    /// Another attempt, signed with the service's time.
    CorrectClock(Delay),
    /// Another attempt with other credentials, if there are any.
    RefreshCredentials(Delay),
}

/// How long to wait before another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delay {
    /// As long as the service asks.
    Fixed(Duration),
    /// Longer with each attempt, and longer still if the service is asked too much.
    Backoff { throttled: bool },
}

/// Decides about a failed attempt.
pub(crate) fn decide(failure: &Failure<'_>, history: &History) -> Decision {
    let Classification { class, may_have_been_executed } = classify(failure);
    let repeatable = history.retries && (history.idempotent || !may_have_been_executed);
    let delay = match failure.retry_after {
        Some(pause) => Delay::Fixed(pause),
        None => Delay::Backoff { throttled: class == Code::Throttling },
    };
    // A fresh signature needs no backoff: what was refused does not pass with time.
    let pause = Delay::Fixed(failure.retry_after.unwrap_or_default());
    let next = match class {
        _ if !repeatable || failure.kind == FailureKind::Deadline => Next::Stop,
        Code::Clock if !history.clock_corrected && failure.skew.is_some_and(|skew| skew.abs() > MAX_SKEW) => {
            Next::CorrectClock(pause)
        }
        Code::ExpiredCredentials if !history.credentials_refreshed => Next::RefreshCredentials(pause),
        Code::NonceUsed if !history.nonce_replaced => Next::ReplaceNonce(pause),
        Code::Throttling | Code::Transient if history.attempts_left => Next::Retry(delay),
        _ => Next::Stop,
    };
    Decision { may_have_been_executed, next }
}

/// What a failure shows, whatever the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Classification {
    class: Code,
    may_have_been_executed: bool,
}

fn classify(failure: &Failure<'_>) -> Classification {
    let code = failure.code.map_or(Code::Unknown, Code::classify);
    let class = match (failure.kind, code, failure.status) {
        (FailureKind::Transport | FailureKind::Timeout | FailureKind::Deadline, ..) => Code::Transient,
        (FailureKind::Response, Code::Unknown, Some(429)) => Code::Throttling,
        (FailureKind::Response, Code::Unknown, Some(500 | 502..=504)) => Code::Transient,
        (FailureKind::Response, code, _) => code,
        (FailureKind::Permanent, ..) => Code::Unknown,
    };
    let may_have_been_executed = match (failure.phase, failure.status) {
        (Phase::NotSent, _) => false,
        (Phase::Sent, _) | (Phase::Responded, None) => true,
        (Phase::Responded, Some(status)) => match code {
            Code::Transient | Code::NonceUsed | Code::PartialFailure => true,
            Code::Throttling
            | Code::Quota
            | Code::Clock
            | Code::ExpiredCredentials
            | Code::SignatureMismatch
            | Code::Rejected => false,
            Code::Unknown => !failure.code.is_some_and(names_failure) || !matches!(status, 400..=407 | 409..=499),
        },
    };
    Classification { class, may_have_been_executed }
}

impl Failure<'_> {
    /// Whether the service may have executed the request.
    pub(crate) fn may_have_been_executed(&self) -> bool {
        classify(self).may_have_been_executed
    }

    /// Whether the same request may succeed later.
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(classify(self).class, Code::Throttling | Code::Transient | Code::NonceUsed)
    }

    /// Whether the service was asked too much.
    pub(crate) fn is_throttling(&self) -> bool {
        matches!(classify(self).class, Code::Throttling | Code::Quota)
    }

    /// Whether the service computed another signature.
    pub(crate) fn is_signature_mismatch(&self) -> bool {
        classify(self).class == Code::SignatureMismatch
    }
}

#[cfg(test)]
mod tests;
