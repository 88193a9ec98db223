//! Kinds of errors.

use std::fmt::{self, Display, Formatter};

/// What failed in a call.
///
/// A kind says where a call failed, not whether the service executed the request; see
/// [`Error::may_have_been_executed`](crate::Error::may_have_been_executed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter or an option of the call cannot be sent. Nothing was sent. Fix the request.
    InvalidInput,
    /// The client cannot be created or used with its configuration. Nothing was sent. Fix the configuration.
    #[default]
    Configuration,
    /// No credentials are available. Nothing was sent.
    Credentials,
    /// No connection was established: the host is unknown, or does not accept connections. Nothing was sent.
    Connect,
    /// No TLS session was established, for instance because a certificate is not trusted. Nothing was sent.
    Tls,
    /// A proxy is unreachable, or refused to connect to the endpoint. Nothing was sent.
    Proxy,
    /// The connection was closed before a response arrived.
    Interrupted,
    /// A time limit was exceeded; [`Error::timeout`](crate::Error::timeout) returns which one.
    Timeout,
    /// The response ended before its end.
    Truncated,
    /// The response is larger than
    /// [`Config::max_response_bytes`](crate::Config::max_response_bytes) allows.
    ResponseTooLarge,
    /// The response cannot be decoded as the response of the operation.
    Decode,
    /// The response is not one of the service, for instance a page of a proxy or a gateway.
    UnexpectedResponse,
    /// The service reports an error, with a [code](crate::Error::code) and a [message](crate::Error::message).
    Service,
    /// The state that [`Call::wait_until`](crate::Call::wait_until) waits for was not reached.
    Wait,
}

impl ErrorKind {
    /// Returns the name of the variant.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "InvalidInput",
            Self::Configuration => "Configuration",
            Self::Credentials => "Credentials",
            Self::Connect => "Connect",
            Self::Tls => "Tls",
            Self::Proxy => "Proxy",
            Self::Interrupted => "Interrupted",
            Self::Timeout => "Timeout",
            Self::Truncated => "Truncated",
            Self::ResponseTooLarge => "ResponseTooLarge",
            Self::Decode => "Decode",
            Self::UnexpectedResponse => "UnexpectedResponse",
            Self::Service => "Service",
            Self::Wait => "Wait",
        }
    }
}

impl Display for ErrorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidInput => "invalid input",
            Self::Configuration => "invalid configuration",
            Self::Credentials => "no credentials",
            Self::Connect => "no connection",
            Self::Tls => "no TLS session",
            Self::Proxy => "no connection through the proxy",
            Self::Interrupted => "connection closed before a response arrived",
            Self::Timeout => "time limit exceeded",
            Self::Truncated => "response truncated",
            Self::ResponseTooLarge => "response too large",
            Self::Decode => "response cannot be decoded",
            Self::UnexpectedResponse => "response not from the service",
            Self::Service => "error reported by the service",
            Self::Wait => "awaited state not reached",
        })
    }
}
