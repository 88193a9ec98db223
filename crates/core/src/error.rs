//! Errors of calls: what failed, and whether the request may have been executed.

mod access_denied;
mod body;
mod display;
mod inner;
mod kind;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;

use crate::retry::{Failure, FailureKind};

pub use access_denied::AccessDeniedDetail;
pub(crate) use body::{ErrorBody, Fields, is_failure, snippet};
pub(crate) use inner::Context;
use inner::Inner;

pub use kind::ErrorKind;

pub use crate::transport::Phase;

/// Why a call failed.
///
/// [`kind`](Self::kind) returns what failed. The other accessors work for every kind: the operation, how far the
/// request got, what the service responded.
///
/// `Display` prints one line without secrets and without the [source](std::error::Error::source), as libraries that
/// print chains of errors expect. The alternate form, `{error:#}`, appends the sources to the line.
///
/// ```
/// # fn retry_later() {}
/// use alicloud_core::{Error, ErrorKind};
///
/// fn handle(error: Error) {
///     if error.is_throttling() {
///         retry_later();
///     } else if error.code() == Some("InvalidParameter.ProductType") {
///         eprintln!("check the product type: {error}");
///     } else if error.kind() == ErrorKind::Credentials {
///         eprintln!("run `aliyun configure`: {error:#}");
///     } else if error.may_have_been_executed() {
///         eprintln!("check the result before you send the request again: {error:#}");
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

/// Which time limit was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// The limit of the whole call, with all its attempts.
    Operation,
    /// The limit of an attempt.
    Attempt,
    /// The limit for establishing a connection.
    Connect,
    /// The limit for [waiting](crate::WaitPolicy::limit).
    Wait,
    /// The limit for the time between two chunks of a streamed response.
    Idle,
}

impl Error {
    /// Returns what failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the error code of the service, such as `Throttling.User`.
    pub fn code(&self) -> Option<&str> {
        self.0.error_body.code.as_deref()
    }

    /// Returns what happened, for people: the message of the service if it reports an error.
    pub fn message(&self) -> &str {
        let detail = &*self.0;
        detail.error_body.message.as_deref().unwrap_or(&detail.text)
    }

    /// Returns the HTTP status, if a response arrived.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns the ID of the request at the service, from the header or the body of the response.
    pub fn request_id(&self) -> Option<&str> {
        let detail = &*self.0;
        detail.request_id.as_deref().or(detail.error_body.request_id.as_deref())
    }

    /// Returns the name of the operation; `None` if the error is not about a call.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// Returns the number of attempts that were made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long the call took.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns how far the last attempt got.
    pub fn phase(&self) -> Phase {
        self.0.phase
    }

    /// Returns which time limit was exceeded, if one was.
    pub fn timeout(&self) -> Option<TimeoutKind> {
        self.0.timeout
    }

    /// Returns the body of the response, as far as it was kept. It may contain secrets, which no text of the error
    /// shows.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Returns how long the service asks to wait before another attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the address of the service's page about the error.
    pub fn troubleshooting_url(&self) -> Option<&str> {
        self.0.error_body.recommend.as_deref()
    }

    /// Returns which identity was denied which action, if the service reports it.
    pub fn access_denied_detail(&self) -> Option<&AccessDeniedDetail> {
        self.0.error_body.access_denied.as_ref()
    }

    /// Returns the difference between the text that the client signed and the text that the service signed, if the
    /// service rejected the signature and
    /// [`Config::diagnose_signature_mismatch`](crate::Config::diagnose_signature_mismatch) is on. Secrets are redacted.
    pub fn signature_difference(&self) -> Option<&str> {
        self.0.signature_difference.as_deref()
    }

    /// Returns the decoded response, if the service reports the error in a response of the operation's usual form.
    ///
    /// `T` is the response type of the operation.
    pub fn response<T: 'static>(&self) -> Option<&T> {
        self.0.response.as_ref()?.downcast_ref()
    }

    /// Returns whether the service rejected the request because of a rate limit.
    pub fn is_throttling(&self) -> bool {
        self.failure().is_throttling()
    }

    /// Returns whether the same request may succeed later. Whether it is safe to send it again is another question: see
    /// [`may_have_been_executed`](Self::may_have_been_executed).
    pub fn is_retryable(&self) -> bool {
        self.failure().is_retryable()
    }

    /// Returns whether the service may have executed the request although the call failed.
    ///
    /// `false` means that no attempt was executed:
    ///
    /// - no byte of the request was sent;
    /// - the service rejected the request before execution, as its [code](Self::code) says: throttling, a wrong
    ///   signature or time, unknown or expired credentials, a missing permission, a missing or invalid parameter;
    /// - the service responded with an HTTP status of 400 to 499 and an error code. The exceptions are the status 408
    ///   and codes of failures inside the service, such as `InternalError` or `ServiceUnavailable`.
    ///
    /// A response without an error code, such as a page of a proxy, is no proof: the result is `true`.
    pub fn may_have_been_executed(&self) -> bool {
        self.0.executed_before || self.failure().may_have_been_executed()
    }

    /// Returns the failure of the last attempt, as the retry decision needs it.
    pub(crate) fn failure(&self) -> Failure<'_> {
        let detail = &*self.0;
        let kind = match detail.kind {
            ErrorKind::Timeout if detail.timeout == Some(TimeoutKind::Operation) => FailureKind::Deadline,
            ErrorKind::Timeout => FailureKind::Timeout,
            ErrorKind::Connect | ErrorKind::Interrupted | ErrorKind::Truncated => FailureKind::Transport,
            // An unreachable proxy may be available again later, unlike one that refuses the request.
            ErrorKind::Proxy if detail.unreachable => FailureKind::Transport,
            ErrorKind::Service | ErrorKind::UnexpectedResponse => FailureKind::Response,
            _ => FailureKind::Permanent,
        };
        Failure {
            kind,
            phase: detail.phase,
            status: detail.status,
            code: self.code(),
            retry_after: detail.retry_after,
            skew: None,
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
