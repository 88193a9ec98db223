//! What can go wrong.

mod access_denied;
mod detail;
mod display;
mod said;

use std::time::Duration;

use bytes::Bytes;

use crate::retry::{Failure, FailureKind};

pub use access_denied::AccessDeniedDetail;
pub use detail::Detail;
pub(crate) use detail::{Context, Invalid};
pub(crate) use said::{Fields, Said, is_failure, snippet};

/// Why a call failed.
///
/// The variant tells the kind; everything else is asked of the error itself, whatever the kind: the operation, how
/// far the request got, what came back. `Display` is one line without secrets; what caused the error, if anything
/// did, is its [`source`](std::error::Error::source).
///
/// ```
/// # fn retry_later() {}
/// # fn handle(error: alicloud_core::Error) {
/// if error.is_throttling() {
///     retry_later();
/// } else if error.code() == Some("InvalidParameter.ProductType") {
///     eprintln!("check the product type: {error}");
/// } else if error.may_have_been_executed() {
///     eprintln!("look before trying again: {error}");
/// }
/// # }
/// ```
#[non_exhaustive]
pub enum Error {
    /// A value that was given cannot be sent. Nothing was sent.
    InvalidInput(Detail),
    /// The client cannot be made, or cannot work, as it is configured. Nothing was sent.
    Configuration(Detail),
    /// There are no credentials. Nothing was sent.
    Credentials(Detail),
    /// No connection: the host name is not known, or nobody answers. Nothing was sent.
    Connect(Detail),
    /// No secure connection. Nothing was sent.
    Tls(Detail),
    /// A proxy could not be reached, or refused to connect. Nothing was sent.
    Proxy(Detail),
    /// The connection broke before a reply came.
    Interrupted(Detail),
    /// Time ran out; see [`Error::timeout`].
    Timeout(Detail),
    /// The reply broke off.
    Truncated(Detail),
    /// The reply is larger than the configuration allows.
    BodyTooLarge(Detail),
    /// The reply cannot be read as what the operation returns, or a transport cannot hand it on.
    Decode(Detail),
    /// A reply that is not the service's own, such as a page of a proxy or a gateway.
    Unexpected(Detail),
    /// The service reports an error.
    Service(Detail),
    /// What was [waited for](crate::Call::wait_until) did not come.
    Wait(Detail),
}

/// How far a request got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// No byte of it was sent.
    #[default]
    NotSent,
    /// It may have arrived.
    Sent,
    /// A reply came, or its beginning.
    Replied,
}

/// Which limit ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// The one for the whole call.
    Operation,
    /// The one for an attempt.
    Attempt,
    /// The one for a connection.
    Connect,
    /// The one for [waiting](crate::WaitPolicy::limit).
    Wait,
    /// The one for the silence between two pieces of a streamed reply.
    Idle,
}

impl Error {
    /// What all kinds have in common.
    fn detail(&self) -> &detail::Inner {
        let (Self::InvalidInput(it)
        | Self::Configuration(it)
        | Self::Credentials(it)
        | Self::Connect(it)
        | Self::Tls(it)
        | Self::Proxy(it)
        | Self::Interrupted(it)
        | Self::Timeout(it)
        | Self::Truncated(it)
        | Self::BodyTooLarge(it)
        | Self::Decode(it)
        | Self::Unexpected(it)
        | Self::Service(it)
        | Self::Wait(it)) = self;
        &it.0
    }

    /// The name of the variant.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::InvalidInput(_) => "InvalidInput",
            Self::Configuration(_) => "Configuration",
            Self::Credentials(_) => "Credentials",
            Self::Connect(_) => "Connect",
            Self::Tls(_) => "Tls",
            Self::Proxy(_) => "Proxy",
            Self::Interrupted(_) => "Interrupted",
            Self::Timeout(_) => "Timeout",
            Self::Truncated(_) => "Truncated",
            Self::BodyTooLarge(_) => "BodyTooLarge",
            Self::Decode(_) => "Decode",
            Self::Unexpected(_) => "Unexpected",
            Self::Service(_) => "Service",
            Self::Wait(_) => "Wait",
        }
    }

    fn detail_mut(&mut self) -> &mut detail::Inner {
        let (Self::InvalidInput(it)
        | Self::Configuration(it)
        | Self::Credentials(it)
        | Self::Connect(it)
        | Self::Tls(it)
        | Self::Proxy(it)
        | Self::Interrupted(it)
        | Self::Timeout(it)
        | Self::Truncated(it)
        | Self::BodyTooLarge(it)
        | Self::Decode(it)
        | Self::Unexpected(it)
        | Self::Service(it)
        | Self::Wait(it)) = self;
        &mut it.0
    }

    /// The service's error code, such as `Throttling.User`.
    pub fn code(&self) -> Option<&str> {
        self.detail().said.code.as_deref()
    }

    /// What happened, for people: the service's own words where it reports an error.
    pub fn message(&self) -> &str {
        let detail = self.detail();
        detail.said.message.as_deref().unwrap_or(&detail.text)
    }

    /// The HTTP status, if a reply came.
    pub fn status(&self) -> Option<u16> {
        self.detail().status
    }

    /// The id under which the service knows the request, from the reply's header or body.
    pub fn request_id(&self) -> Option<&str> {
        let detail = self.detail();
        detail.request_id.as_deref().or(detail.said.request_id.as_deref())
    }

    /// The operation's name; `None` if there was none yet.
    pub fn operation(&self) -> Option<&str> {
        self.detail().operation.as_deref()
    }

    /// How many times the request was tried.
    pub fn attempts(&self) -> u32 {
        self.detail().attempts
    }

    /// How long the call took.
    pub fn elapsed(&self) -> Duration {
        self.detail().elapsed
    }

    /// How far the last attempt got.
    pub fn phase(&self) -> Phase {
        self.detail().phase
    }

    /// Which limit ran out, if one did.
    pub fn timeout(&self) -> Option<TimeoutKind> {
        self.detail().timeout
    }

    /// The reply's body, as far as it was kept. It may hold what no text of the error shows.
    pub fn body(&self) -> &Bytes {
        &self.detail().body
    }

    /// How long the service asks to wait before another attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.detail().retry_after
    }

    /// A page of the service about the error.
    pub fn troubleshooting_url(&self) -> Option<&str> {
        self.detail().said.recommend.as_deref()
    }

    /// Who was denied what, if the service says so.
    pub fn access_denied_detail(&self) -> Option<&AccessDeniedDetail> {
        self.detail().said.access_denied.as_ref()
    }

    /// What differs between the text that was signed here and the one that the service says it signed, where it refused
    /// the signature and [`Config::diagnose_signature_mismatch`](crate::Config::diagnose_signature_mismatch) is on. Secrets are taken out.
    pub fn signature_difference(&self) -> Option<&str> {
        self.detail().signature_difference.as_deref()
    }

    /// The decoded reply, where the service reports an error in a reply of the usual form.
    ///
    /// `T` is the response type of the operation.
    pub fn response<T: 'static>(&self) -> Option<&T> {
        self.detail().reply.as_ref()?.downcast_ref()
    }

    /// Whether the service refused because too much was asked of it.
    pub fn is_throttling(&self) -> bool {
        self.failure().is_throttling()
    }

    /// Whether the same request may well succeed later. It does not tell whether sending it again is safe: see
    /// [`may_have_been_executed`](Self::may_have_been_executed).
    pub fn is_retryable(&self) -> bool {
        self.failure().is_retryable()
    }

    /// Whether the service may have executed the request although the call failed.
    ///
    /// False only where it is certain that no attempt was executed:
    ///
    /// - no byte of the request was sent;
    /// - the service rejected it before execution, which its [code](Self::code) says: throttling, a wrong signature or
    ///   time, unknown or expired credentials, a missing permission, a missing or invalid parameter;
    /// - the service answered with an HTTP status of 400 to 499 and a code of its own. The exceptions are 408 and codes
    ///   of failures inside the service, such as `InternalError` or `ServiceUnavailable`, which prove nothing whatever
    ///   the status. Neither does a page of a proxy, which has no code.
    pub fn may_have_been_executed(&self) -> bool {
        self.detail().executed_before || self.failure().may_have_been_executed()
    }

    /// The failure of the last attempt, as far as it matters for what happens next.
    pub(crate) fn failure(&self) -> Failure<'_> {
        let detail = self.detail();
        let kind = match self {
            Self::Timeout(_) if detail.timeout == Some(TimeoutKind::Operation) => FailureKind::Deadline,
            Self::Timeout(_) => FailureKind::Timeout,
            Self::Connect(_) | Self::Interrupted(_) | Self::Truncated(_) => FailureKind::Transport,
            // A proxy that is down for a moment, unlike one that refuses.
            Self::Proxy(_) if detail.unreachable => FailureKind::Transport,
            Self::Service(_) | Self::Unexpected(_) => FailureKind::Response,
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
        self.detail().source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
