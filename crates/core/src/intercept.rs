//! Hooks that observe each call of a client, and that add headers.
//!
//! An [`Interceptor`] is called before an attempt is signed, before it is sent, after it, and after the call. It is set
//! with [`Config::interceptor`](crate::Config::interceptor).
//!
//! ```
//! use alicloud_core::intercept::{AfterOperation, BeforeSigning, BoxError, Interceptor};
//!
//! /// Marks each attempt and counts the calls.
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

use http::Method;
use http::uri::Authority;
use serde_json::Value;

use crate::encode::{Parameters, shown};
use crate::error::Error;
use crate::header::{RequestHeaders, header};
use crate::info::Info;
use crate::service::Service;
use crate::transport::Body;

/// An error of an interceptor.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Observes the calls of a client. By default, all methods do nothing.
///
/// The methods run in the task of the call and must not block. Several interceptors run in the order in which they were
/// added. The `Display` and `Debug` texts of what they see contain no secret. The body of an error, which
/// [`Error::body`](crate::Error::body) returns, may contain secrets: do not log it.
pub trait Interceptor: Send + Sync + 'static {
    /// Called before an attempt is signed. Can add headers.
    ///
    /// # Errors
    ///
    /// An error ends the call before the attempt, with an error of the kind
    /// [`Configuration`](crate::ErrorKind::Configuration) whose source it is.
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        _ = attempt;
        Ok(())
    }

    /// Called before a signed attempt is sent.
    fn before_sending(&self, attempt: &BeforeSending<'_>) {
        _ = attempt;
    }

    /// Called after an attempt.
    fn after_attempt(&self, attempt: &AfterAttempt<'_>) {
        _ = attempt;
    }

    /// Called after a call, whether it succeeded, failed or was dropped.
    fn after_operation(&self, call: &AfterOperation<'_>) {
        _ = call;
    }
}

/// A call, without its secrets.
#[derive(Clone, Copy)]
pub struct CallInfo<'a> {
    pub(crate) service: &'static Service,
    pub(crate) region: Option<&'a str>,
    pub(crate) endpoint: &'a str,
    pub(crate) info: &'a Info<'a>,
    pub(crate) parameters: &'a (dyn Fn(&mut Parameters<'_>) + Send + Sync + 'a),
}

impl CallInfo<'_> {
    /// Returns the name of the product, such as `appstream-center`.
    pub fn product(&self) -> &str {
        self.service.product()
    }

    /// Returns the version of the product's API, such as `2021-09-01`.
    pub fn version(&self) -> &str {
        self.service.version()
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        self.info.name()
    }

    /// Returns the region, if one is configured.
    pub fn region(&self) -> Option<&str> {
        self.region
    }

    /// Returns the host that is called, with the port if it is not the default one.
    pub fn endpoint(&self) -> &str {
        self.endpoint
    }

    /// Returns the parameters that the request sets, by their names on the wire.
    pub fn parameters(&self) -> Vec<Parameter> {
        let found = shown(self.info, self.parameters).into_iter();
        found.map(|(name, value)| Parameter { name, value }).collect()
    }
}

impl std::fmt::Debug for CallInfo<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallInfo")
            .field("product", &self.product())
            .field("version", &self.version())
            .field("operation", &self.operation())
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// A parameter of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    name: String,
    value: Option<Value>,
}

impl Parameter {
    /// Returns the name on the wire.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value without its sensitive parts; `None` if the whole value is sensitive, or bytes.
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }
}

/// An attempt that is about to be signed.
pub struct BeforeSigning<'a> {
    pub(crate) call: CallInfo<'a>,
    pub(crate) attempt: u32,
    pub(crate) headers: &'a mut RequestHeaders,
}

impl BeforeSigning<'_> {
    /// Returns the call that the attempt belongs to.
    pub fn call(&self) -> &CallInfo<'_> {
        &self.call
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        self.call.operation()
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Adds a header to the attempt, or replaces the one of this name.
    ///
    /// `content-type` and the headers whose names begin with `x-acs-` are signed with the value that is set here.
    ///
    /// # Errors
    ///
    /// Returns an error if the name or the value is not valid in a header, or if the header is set by the client or
    /// the connection.
    pub fn header(&mut self, name: &str, value: &str) -> Result<(), BoxError> {
        let (name, value) = header(name, value).map_err(|invalid| invalid.0)?;
        self.headers.set(name, value);
        Ok(())
    }
}

/// An attempt that is about to be sent.
pub struct BeforeSending<'a> {
    pub(crate) call: CallInfo<'a>,
    pub(crate) attempt: u32,
    pub(crate) request: &'a http::Request<Body>,
}

impl BeforeSending<'_> {
    /// Returns the call.
    pub fn call(&self) -> &CallInfo<'_> {
        &self.call
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        self.call.operation()
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Returns the URL without its query, which may contain secrets.
    pub fn url(&self) -> String {
        let uri = self.request.uri();
        let (scheme, authority) = (uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", Authority::as_str));
        format!("{scheme}://{authority}{}", uri.path())
    }

    /// Returns a header as it is sent; `None` if it contains a secret.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name).filter(|value| !value.is_sensitive())?.to_str().ok()
    }
}

/// An attempt that was made.
pub struct AfterAttempt<'a> {
    pub(crate) call: CallInfo<'a>,
    pub(crate) attempt: u32,
    pub(crate) elapsed: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<&'a Error>,
    pub(crate) retry_delay: Option<Duration>,
}

impl AfterAttempt<'_> {
    /// Returns the call.
    pub fn call(&self) -> &CallInfo<'_> {
        &self.call
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        self.call.operation()
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns how long the attempt took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the HTTP status, if a response arrived.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns why the attempt failed; `None` if it succeeded.
    pub fn error(&self) -> Option<&Error> {
        self.error
    }

    /// Returns the delay before the next attempt; `None` if there is no other attempt.
    pub fn retry_delay(&self) -> Option<Duration> {
        self.retry_delay
    }
}

/// A call that has ended.
pub struct AfterOperation<'a> {
    pub(crate) call: CallInfo<'a>,
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
    /// The future of the call was dropped before the call ended.
    Dropped,
}

impl<'a> AfterOperation<'a> {
    /// Returns the call.
    pub fn call(&self) -> &CallInfo<'_> {
        &self.call
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        self.call.operation()
    }

    /// Returns the number of attempts.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns how long the call took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns how the call ended.
    pub fn outcome(&self) -> Outcome<'a> {
        self.outcome
    }
}
