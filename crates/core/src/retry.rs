//! Classifies a failed attempt: whether the request may have been executed, and what happens next.
//!
//! [`decide`] is the only place that classifies failures. It is a pure function of its arguments. The accessors of
//! [`Error`](crate::Error) and the loop that sends requests use the same classification.
//!
//! # May the request have been executed?
//!
//! The request may have been executed, unless one of these facts proves the contrary:
//!
//! | Proof | Why it is one |
//! |---|---|
//! | no byte of the request was sent | the service has not received it |
//! | a code of throttling, of the signature, the clock or the credentials, of a missing permission, of a missing or invalid parameter, of an unknown operation, or of a dry run | the service checks these before it executes anything, so the HTTP status does not matter |
//! | a status of 400 to 499 except 408, with any other code that is neither transient nor that of a partial failure | the code shows that the service rejected the request |
//!
//! These responses prove nothing:
//!
//! | Response | Why |
//! |---|---|
//! | a transient code, with any status | the service may have failed after executing the request |
//! | the code of a timeout or of a partial failure, with any status | a part of the request was executed, or is being executed |
//! | `SignatureNonceUsed` | each attempt has its own nonce, so an intermediary sent this attempt twice |
//! | a status of 400 to 499 without a code, or with a code that names no failure, such as an HTTP status | a proxy or a gateway sent it, which does not know whether the service executed the request |
//! | 408 | a gateway also sends it while the service behind it is executing the request |
//! | 300 to 399 | 303 follows a successful POST; others are often sent by a proxy |
//! | 500 and above | the service may have failed after executing the request |
//! | a header that requests a delay | it states a delay only |
//!
//! # What happens next?
//!
//! | Failure | Next |
//! |---|---|
//! | the request may have been executed, and is not idempotent | stop |
//! | no connection, or a lost one; a timeout of an attempt | retry with backoff |
//! | throttling by its code, or 429 without a known code | retry with a longer backoff |
//! | a transient code, or 500, 502, 503, 504 without a known code | retry with backoff |
//! | `SignatureNonceUsed` | retry once, outside of the number of attempts |
//! | a rejected time | retry once with the service's time, if it differs from the one that was signed |
//! | a temporary key that has expired | retry once with other credentials |
//! | everything else | stop |
//!
//! If the service requests a delay, it replaces the backoff.

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

/// If the signed time differs from the service's by more seconds than this, the difference may be the cause of a
/// refusal.
const MAX_SKEW: i64 = 60;

/// The facts of a failed attempt.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Failure<'a> {
    pub(crate) kind: FailureKind,
    /// How far the request got.
    pub(crate) phase: Phase,
    /// The HTTP status, if there was a response.
    pub(crate) status: Option<u16>,
    /// The error code, if the response has the error format of the service.
    pub(crate) code: Option<&'a str>,
    /// The delay that the response requests.
    pub(crate) retry_after: Option<Duration>,
    /// The difference between the signed time and the service's time in seconds, if the response contains the latter.
    pub(crate) skew: Option<i64>,
}

/// Where an attempt failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// No connection, or an interrupted one.
    Transport,
    /// The limit of the attempt or of the connection was exceeded.
    Timeout,
    /// The limit of the call was exceeded.
    Deadline,
    /// The response reports a failure.
    Response,
    /// A failure that a retry cannot resolve.
    #[default]
    Permanent,
}

/// The facts of the call that an attempt belongs to.
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

/// The decision about a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) may_have_been_executed: bool,
    pub(crate) next: Next,
}

/// What happens after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The call fails.
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

/// The delay before another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delay {
    /// The delay that the service requests.
    Fixed(Duration),
    /// A delay that grows with each attempt, and is longer for throttling.
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
    // A refused signature needs no backoff: waiting does not change it.
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

/// The class of a failure, independent of the call.
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

    /// Whether the service limits the rate of requests.
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
