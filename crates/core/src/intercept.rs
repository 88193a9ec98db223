//! Hooks: what a program of its own wants to see of every call, or to add to it.
//!
//! An [`Interceptor`] is told when an attempt is about to be signed, when it is about to be sent, how it ended, and how
//! the call as a whole ended. It is given to [`Config::interceptor`](crate::Config::interceptor).
//!
//! ```
//! use alicloud_core::intercept::{AfterOperation, BeforeSigning, BoxError, Interceptor};
//!
//! /// Marks each attempt, and counts the calls.
//! struct Marks(std::sync::atomic::AtomicU64);
//!
//! impl Interceptor for Marks {
//!     fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
//!         attempt.header("x-acs-program", "billing")
//!     }
//!
//!     fn after_operation(&self, call: &AfterOperation<'_>) {
//!         self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//!         println!("{} took {:?}", call.operation(), call.elapsed());
//!     }
//! }
//! ```

use std::time::Duration;

use crate::error::Error;
use crate::header::{RequestHeaders, header};
use crate::operation::Method;
use crate::transport::HttpRequest;

/// An error of an interceptor.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Sees every call of a client. All methods do nothing unless they are written.
///
/// They run in the task of the call and must not block. Several interceptors run in the order in which they were
/// configured. What they are shown holds no secret, so that it can be logged as it is.
pub trait Interceptor: Send + Sync + 'static {
    /// An attempt is about to be signed. May add headers.
    ///
    /// # Errors
    ///
    /// An error ends the call with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), of which it is the source; the attempt is not made.
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        _ = attempt;
        Ok(())
    }

    /// An attempt has been signed and is about to be sent.
    fn before_sending(&self, attempt: &BeforeSending<'_>) {
        _ = attempt;
    }

    /// An attempt was made.
    fn after_attempt(&self, attempt: &AfterAttempt<'_>) {
        _ = attempt;
    }

    /// A call has ended, whichever way.
    fn after_operation(&self, call: &AfterOperation<'_>) {
        _ = call;
    }
}

/// An attempt that is about to be signed.
pub struct BeforeSigning<'a> {
    pub(crate) operation: &'a str,
    pub(crate) endpoint: &'a str,
    pub(crate) attempt: u32,
    pub(crate) headers: &'a mut RequestHeaders,
}

impl BeforeSigning<'_> {
    /// The operation's name.
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// The host that is called, with its port if it is not the usual one.
    pub fn endpoint(&self) -> &str {
        self.endpoint
    }

    /// The number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Adds a header to this attempt, or replaces the one of this name.
    ///
    /// `content-type` and the headers whose names begin with `x-acs-` are signed with the value that is set here.
    ///
    /// # Errors
    ///
    /// If it can be no header, or is one that belongs to the signature or the connection.
    pub fn header(&mut self, name: &str, value: &str) -> Result<(), BoxError> {
        let (name, value) = header(name, value).map_err(|invalid| invalid.0)?;
        self.headers.set(name, value);
        Ok(())
    }
}

/// An attempt that is about to be sent.
pub struct BeforeSending<'a> {
    pub(crate) operation: &'a str,
    pub(crate) attempt: u32,
    pub(crate) request: &'a HttpRequest,
}

impl BeforeSending<'_> {
    /// The operation's name.
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// The number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The HTTP method.
    pub fn method(&self) -> Method {
        self.request.method
    }

    /// The URL without its query, which may hold secrets.
    pub fn url(&self) -> &str {
        self.request.url.split('?').next().unwrap_or_default()
    }

    /// A header as it will be sent; `None` for those that hold a secret.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers.get(name).filter(|value| !value.is_sensitive())?.to_str().ok()
    }
}

/// An attempt that was made.
pub struct AfterAttempt<'a> {
    pub(crate) operation: &'a str,
    pub(crate) attempt: u32,
    pub(crate) elapsed: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<&'a Error>,
    pub(crate) again: Option<Duration>,
}

impl AfterAttempt<'_> {
    /// The operation's name.
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// The number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// How long it took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The HTTP status, if a reply came.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Why it failed; `None` if it succeeded.
    pub fn error(&self) -> Option<&Error> {
        self.error
    }

    /// After what time another attempt is made; `None` if none is.
    pub fn again(&self) -> Option<Duration> {
        self.again
    }
}

/// A call that has ended.
pub struct AfterOperation<'a> {
    pub(crate) operation: &'a str,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) outcome: Outcome<'a>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed(&'a Error),
    /// Nobody waited for it to end: its future was dropped.
    Dropped,
}

impl<'a> AfterOperation<'a> {
    /// The operation's name.
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// How many times the request was tried.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long the call took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome<'a> {
        self.outcome
    }
}
