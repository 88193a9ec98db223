//! Where a call goes: to a mock on this machine, or to the service.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use alicloud_codegen::parameters::response_example;
use alicloud_core::credentials::{CliProfileCredentials, Credentials};
use alicloud_core::intercept::{AfterAttempt, Interceptor};
use alicloud_core::{Client, Config, Error};
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Response, Script};
use serde::{Deserialize, Serialize};

use crate::catalog::{Document, LoadedOperation};

/// Where a call goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// A mock of the document on this machine.
    #[default]
    Mock,
    /// The service, with the user's credentials.
    Service,
}

/// How the service is called.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the call goes.
    pub target: Target,
    /// The region. Default: that of the environment or the profile.
    pub region: Option<String>,
    /// The endpoint, a host or a URL. Default: that of the region.
    pub endpoint: Option<String>,
    /// The profile of the Alibaba Cloud CLI. Default: the default credential chain.
    pub profile: Option<String>,
}

impl Settings {
    /// Returns the endpoint, if one is given.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        given(&self.endpoint)
    }

    /// Returns the region, if one is given.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        given(&self.region)
    }

    /// Returns the profile, if one is given.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        given(&self.profile)
    }

    /// Returns the URL of a mock, if one is the endpoint. A mock responds for several products, so calls of other
    /// services than the operation's go there as well.
    #[must_use]
    pub fn mock_endpoint(&self) -> Option<&str> {
        self.endpoint().filter(|endpoint| endpoint.starts_with("http://"))
    }

    /// Returns the configuration of the default chain, with the credentials of the profile.
    ///
    /// # Errors
    /// The configuration of this machine cannot be used.
    pub fn config(&self) -> Result<Config, Error> {
        let config = Config::from_default_chain()?;
        Ok(match self.profile() {
            Some(profile) => config.credentials(CliProfileCredentials::builder().profile(profile).build()),
            None => config,
        })
    }
}

/// A text that is not blank: the fields of a page that are left empty are blank.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// An attempt of a call.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// The number of the attempt, from 1.
    pub number: u32,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// The time that the attempt took, in milliseconds.
    pub milliseconds: f64,
    /// Why the attempt failed.
    pub error: Option<String>,
    /// The delay before the next attempt, in milliseconds; none after the last.
    pub retry_delay: Option<f64>,
    /// Why there is a next attempt.
    #[serde(default)]
    pub retry_reason: Option<String>,
}

/// Returns why the client retries after this error.
fn retry_reason(error: &Error) -> String {
    let reason = if error.is_throttling() {
        "The service limits the rate of calls."
    } else if error.may_have_been_executed() {
        "The operation can be repeated."
    } else {
        "The service did not execute the request."
    };
    reason.to_owned()
}

/// Records the attempts of the calls of a client.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Arc<Mutex<Vec<Attempt>>>);

impl Attempts {
    /// Returns the attempts since the last call of this function.
    #[must_use]
    pub fn take(&self) -> Vec<Attempt> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Interceptor for Attempts {
    fn after_attempt(&self, attempt: &AfterAttempt<'_>) {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Attempt {
            number: attempt.attempt(),
            status: attempt.status(),
            milliseconds: milliseconds(attempt.elapsed()),
            error: attempt.error().map(ToString::to_string),
            retry_delay: attempt.retry_delay().map(milliseconds),
            retry_reason: attempt.retry_delay().and(attempt.error()).map(retry_reason),
        });
    }
}

/// Why there is no client.
#[derive(Debug)]
pub enum TargetError {
    /// The mock does not start.
    Mock(String),
    /// The configuration cannot be used.
    Configuration(Box<Error>),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mock(message) => write!(f, "the mock does not start: {message}"),
            Self::Configuration(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TargetError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Mock(_) => None,
            Self::Configuration(error) => std::error::Error::source(error),
        }
    }
}

impl From<Error> for TargetError {
    fn from(error: Error) -> Self {
        Self::Configuration(Box::new(error))
    }
}

/// The number of events that a mock sends.
const EVENTS: usize = 3;

/// The mocks that run, one for each document that was called.
#[derive(Debug, Default)]
pub struct Mocks(Mutex<HashMap<(String, String), Mock>>);

impl Mocks {
    /// Returns the URL of the mock of a document, which is started on the first call. It is strict: it refuses values
    /// that the document does not allow.
    ///
    /// # Errors
    /// The mock does not start.
    pub fn url(&self, document: &Document) -> Result<String, TargetError> {
        self.with(document, Mock::url)
    }

    /// Makes the mock respond to the next call of an operation with a few server-sent events, one after the other.
    /// Cancel the script after the call: a refused request does not use it.
    ///
    /// # Errors
    /// The mock does not start.
    pub fn stream_events(&self, document: &Document, operation: &LoadedOperation) -> Result<Script, TargetError> {
        let example = response_example(operation.model(), operation.operation()).unwrap_or_default();
        let events: String = (1..=EVENTS).map(|id| format!("id: {id}\ndata: {example}\n\n")).collect();
        let response = Response::bytes(200, "text/event-stream", events.as_bytes())
            .trickle_body(events.len() / EVENTS, Duration::from_millis(200));
        self.with(document, |mock| mock.script(operation.operation().name.wire.as_str(), response, 1))
    }

    /// Uses the mock of a document, which is started on the first call.
    fn with<T>(&self, document: &Document, then: impl FnOnce(&Mock) -> T) -> Result<T, TargetError> {
        let mut mocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (document.product().to_owned(), document.version().to_owned());
        if let Some(mock) = mocks.get(&key) {
            return Ok(then(mock));
        }
        let mock = Mock::builder()
            .document(document.text())
            .strict(true)
            .record_limit(0)
            .start_blocking()
            .map_err(|error| TargetError::Mock(error.to_string()))?;
        let result = then(&mock);
        mocks.insert(key, mock);
        Ok(result)
    }
}

/// Returns the configuration of a client of the operation's service.
///
/// # Errors
/// The mock does not start, or the configuration of this machine cannot be used.
pub fn config(
    mocks: &Mocks,
    document: &Document,
    operation: &LoadedOperation,
    settings: &Settings,
) -> Result<Config, TargetError> {
    let mut config = match settings.target {
        Target::Mock => Config::new()
            .endpoint(mocks.url(document)?)
            .allow_http(true)
            .region(operation.service().regions().next().unwrap_or("cn-hangzhou"))
            .credentials(Credentials::access_key(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET)),
        Target::Service => {
            let config = settings.config()?;
            match settings.endpoint() {
                // A URL with `http` is the user's own choice, as for a mock.
                Some(endpoint) => config.endpoint(endpoint).allow_http(endpoint.starts_with("http://")),
                None => config,
            }
        }
    };
    if let Some(region) = settings.region() {
        config = config.region(region);
    }
    Ok(config)
}

/// Returns a client of the operation's service. Credentials are read anew for each client.
///
/// # Errors
/// The mock does not start, or the configuration cannot be used.
pub fn client(
    mocks: &Mocks,
    document: &Document,
    operation: &LoadedOperation,
    settings: &Settings,
    attempts: &Attempts,
) -> Result<Client, TargetError> {
    let config = config(mocks, document, operation, settings)?;
    Ok(Client::new(operation.service(), config.interceptor(attempts.clone()).diagnose_signature_mismatch(true))?)
}
