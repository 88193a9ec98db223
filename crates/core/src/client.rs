//! Clients and their calls.

mod attempt;
mod call;
mod events;
mod execution;
mod interpret;
mod limits;
#[cfg(feature = "sls")]
mod log_service;
mod nonce;
mod observer;
mod options;
mod prepare;
mod response;
mod sign;
mod stream;
mod trace;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use http::{HeaderName, HeaderValue};

pub use call::Call;
pub use events::Events;
#[cfg(feature = "fuzzing")]
pub(crate) use interpret::read;
pub use response::Response;
pub use stream::StreamedResponse;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::endpoint::Target;
use crate::error::Error;
use crate::header::names::X_ACS_VERSION;
use crate::invalid_input::InvalidInput;
use crate::operation::Operation;
use crate::retry::Budget;
use crate::service::{Gateway, Service};
use crate::sign::{ACCEPT, SignatureVersion};
use crate::transport::Transport;

/// A client of one service.
///
/// Generated crates wrap it in a client with a method for each operation. Clones share connections, credentials and the
/// retry budget.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

/// The state that the calls of a client share. A call with its own credentials, region or endpoint has a copy with the
/// same transport, budget, clock and clock difference.
#[derive(Clone)]
pub(crate) struct Shared {
    service: &'static Service,
    /// The configuration, with the region that was found.
    config: Config,
    target: Target,
    /// The endpoint of operations with a host parameter, if it is another one.
    host_parameter_target: Option<Target>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    budget: Arc<Budget>,
    /// The difference between the clock of the service and the client's clock, in seconds; 0 until the service rejects
    /// a request because of its time.
    offset: Arc<AtomicI64>,
    /// The headers that are the same in every request.
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Client {
    /// Creates a client of `service`.
    ///
    /// # Errors
    ///
    /// Returns an error of the kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the region, the endpoint or the
    /// user agent is not valid, and of the kind [`Configuration`](crate::ErrorKind::Configuration) if there is no
    /// endpoint for the region, no transport, or a retry setting that cannot be used.
    pub fn new(service: &'static Service, mut config: Config) -> Result<Self, Error> {
        if let Some(problem) = config.retry.problem() {
            return Err(Error::configuration(problem));
        }
        let (target, region) = config.target(service)?;
        let host_parameter_target = config.target_of_host_parameters(service);
        config.region = region;
        config.offer_transport();
        let user_agent = user_agent(service, config.user_agent.as_deref())?;
        let mut headers =
            vec![(http::header::ACCEPT, HeaderValue::from_static(ACCEPT)), (http::header::USER_AGENT, user_agent)];
        if service.gateway.names_operations() {
            headers.push((X_ACS_VERSION.clone(), HeaderValue::from_static(service.version)));
        }
        Ok(Self(Arc::new(Shared {
            service,
            transport: config.transport_to(&target)?,
            clock: config.clock.clone().unwrap_or_else(|| Arc::new(SystemClock::new())),
            budget: Arc::new(Budget::new(config.retry.budget)),
            offset: Arc::new(AtomicI64::new(0)),
            headers,
            config,
            target,
            host_parameter_target,
        })))
    }

    /// Creates a call of an operation. Nothing is sent until it is awaited.
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call::new(self.0.clone(), request)
    }

    /// Returns the service.
    pub fn service(&self) -> &'static Service {
        self.0.service
    }

    /// Returns the region that was configured, or found by [`Config::from_default_chain`].
    pub fn region(&self) -> Option<&str> {
        self.0.config.get_region()
    }

    /// Returns the configuration, with the region that was found. A clone of it creates a client of another product
    /// that shares credentials, connections and clock with this one.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Returns the endpoint: the host, with the port if it is not the default one.
    pub fn endpoint(&self) -> &str {
        self.0.target.authority.as_str()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("product", &self.0.service.product)
            .field("version", &self.0.service.version)
            .field("endpoint", &self.0.target.authority)
            .field("credentials", &self.0.config.credentials.name())
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// Returns the version of signatures: that of the gateway, or the configured one.
    fn signature(&self) -> SignatureVersion {
        match self.service.gateway {
            Gateway::Standard => self.config.signature,
            #[cfg(feature = "pds")]
            Gateway::Pds => SignatureVersion::Pds,
            #[cfg(feature = "sls")]
            Gateway::Sls if self.config.signature == SignatureVersion::HmacSha1 => SignatureVersion::SlsV1,
            #[cfg(feature = "sls")]
            Gateway::Sls => SignatureVersion::SlsV4,
        }
    }

    /// Returns the region that a signature covers, or an empty text if it is unknown.
    fn signing_region(&self) -> &str {
        let configured = self.config.get_region();
        #[cfg(feature = "sls")]
        let configured = configured.or_else(|| match self.service.gateway {
            Gateway::Sls => crate::endpoint::region_of_log_service(self.target.authority.as_str()),
            _ => None,
        });
        configured.unwrap_or_default()
    }

    /// Applies a change of the region or the endpoint.
    fn retarget(&mut self, change: impl FnOnce(Config) -> Config) -> Result<(), Error> {
        let mut config = change(self.config.clone());
        let (target, region) = config.target(self.service)?;
        self.transport = config.transport_to(&target)?;
        self.host_parameter_target = config.target_of_host_parameters(self.service);
        config.region = region;
        self.config = config;
        self.target = target;
        // Another endpoint may have another clock.
        self.offset = Arc::new(AtomicI64::new(0));
        Ok(())
    }
}

pub(crate) fn user_agent(service: &Service, more: Option<&str>) -> Result<HeaderValue, Error> {
    let mut text = format!(
        "AlibabaCloud ({}; {}) Rust Core/{} {}/{}",
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_VERSION"),
        service.package,
        service.package_version,
    );
    if let Some(more) = more.filter(|more| !more.is_empty()) {
        text.push(' ');
        text.push_str(more);
    }
    HeaderValue::try_from(text).map_err(|_| {
        Error::invalid(InvalidInput(
            "the user agent contains a character that is not valid in a header, such as a line break".into(),
        ))
    })
}
