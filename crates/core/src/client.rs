//! Clients and their calls.

mod attempt;
mod call;
mod events;
mod limits;
mod nonce;
mod options;
mod prepare;
mod received;
mod reply;
mod send;
mod sign;
mod stream;
mod trace;
mod watch;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

pub use call::Call;
pub use events::Events;
pub use received::Response;
#[cfg(feature = "fuzzing")]
pub(crate) use reply::read;
pub use stream::StreamedResponse;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Nonce};
use crate::credentials::ProvideCredentials;
use crate::endpoint::Target;
use crate::error::{Error, Invalid};
use crate::header::names::X_ACS_VERSION;
use crate::intercept::Interceptor;
use crate::operation::Operation;
use crate::retry::Budget;
use crate::service::Service;
use crate::sign::{ACCEPT, SignatureVersion};
use crate::transport::Transport;

/// Calls the operations of one service.
///
/// Generated crates wrap it in a client with a method an operation. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

/// What all calls of a client share.
pub(crate) struct Shared {
    service: &'static Service,
    region: Option<String>,
    target: Target,
    /// Whether somebody gave an endpoint without a scheme.
    scheme_assumed: bool,
    credentials: Arc<dyn ProvideCredentials>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    nonce: Option<Nonce>,
    signature: SignatureVersion,
    diagnose_signature_mismatch: bool,
    attempt_timeout: Duration,
    timeout: Duration,
    idle_timeout: Duration,
    max_attempts: u32,
    budget: Budget,
    /// Seconds between the clock and that of the service, as far as it had to be found out.
    offset: AtomicI64,
    idempotency_tokens: bool,
    max_response_bytes: usize,
    /// What is the same in every request.
    headers: [(HeaderName, HeaderValue); 3],
    interceptors: Vec<Arc<dyn Interceptor>>,
}

impl Client {
    /// Makes a client of `service`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if the region, the endpoint or the user agent cannot be what they are;
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if there is no endpoint for the region, with the regions that there are, or no
    /// transport.
    pub fn new(service: &'static Service, config: Config) -> Result<Self, Error> {
        let (target, region) = config.target(service)?;
        config.offer_transport();
        let scheme_assumed = config.endpoint.is_some_and(|text| !text.contains("://"));
        let user_agent = user_agent(service, config.user_agent.as_deref())?;
        let transport = match config.transport {
            Some(transport) => transport,
            // No proxy stands between a machine and itself.
            None => usual_transport(target.scheme, !target.loopback, config.connect_timeout)?,
        };
        Ok(Self(Arc::new(Shared {
            service,
            region,
            target,
            scheme_assumed,
            credentials: config.credentials,
            transport,
            clock: config.clock.unwrap_or_else(|| Arc::new(SystemClock::new())),
            nonce: config.nonce,
            signature: config.signature,
            diagnose_signature_mismatch: config.diagnose_signature_mismatch,
            attempt_timeout: config.attempt_timeout,
            timeout: config.timeout,
            idle_timeout: config.idle_timeout,
            max_attempts: config.max_attempts,
            budget: Budget::new(),
            offset: AtomicI64::new(0),
            idempotency_tokens: config.idempotency_tokens,
            max_response_bytes: config.max_response_bytes,
            headers: [
                (http::header::ACCEPT, HeaderValue::from_static(ACCEPT)),
                (http::header::USER_AGENT, user_agent),
                (X_ACS_VERSION.clone(), HeaderValue::from_static(service.version)),
            ],
            interceptors: config.interceptors,
        })))
    }

    /// A call of an operation. Nothing happens until it is awaited.
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call::new(self.0.clone(), request)
    }

    /// The service that is called.
    pub fn service(&self) -> &'static Service {
        self.0.service
    }

    /// The region that was configured, or found where [`Config::from_default_chain`] looks for it.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The endpoint that is called: the host, with its port if it is not the usual one.
    pub fn endpoint(&self) -> &str {
        &self.0.target.authority
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("product", &self.0.service.product)
            .field("version", &self.0.service.version)
            .field("endpoint", &self.0.target.authority)
            .field("credentials", &self.0.credentials.name())
            .finish_non_exhaustive()
    }
}

/// What requests travel by if nothing else is given. `proxy` tells whether those of the environment count.
#[cfg(any(feature = "reqwest", feature = "hyper"))]
#[cfg_attr(not(feature = "reqwest"), allow(unused_variables))]
pub(crate) fn usual_transport(
    scheme: &str,
    proxy: bool,
    connect_timeout: Duration,
) -> Result<Arc<dyn Transport>, Error> {
    #[cfg(not(feature = "reqwest"))]
    use crate::transport::HyperTransport as Usual;
    use crate::transport::Tls;
    #[cfg(feature = "reqwest")]
    use crate::transport::{HttpTransport as Usual, Proxy};

    let mut builder = Usual::builder().connect_timeout(connect_timeout);
    #[cfg(feature = "reqwest")]
    if !proxy {
        builder = builder.proxy(Proxy::none());
    }
    if scheme == "http" {
        // No certificates to read.
        builder = builder.tls(Tls::new().system_roots(false));
    }
    match builder.build() {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => Err(Error::no_transport(error)),
    }
}

#[cfg(not(any(feature = "reqwest", feature = "hyper")))]
pub(crate) fn usual_transport(_: &str, _: bool, _: Duration) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::configuration(
        "there is no transport: give one in the configuration, or turn on the feature `reqwest` of `alicloud-core`",
    ))
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
    HeaderValue::try_from(text)
        .map_err(|_| Error::invalid(Invalid("the user agent holds what no header can, such as a line break".into())))
}
