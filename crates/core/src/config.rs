//! The configuration of clients.

mod resolve;

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::endpoint::EndpointType;
use crate::intercept::Interceptor;
use crate::provider::{CredentialsError, ProvideCredentials};
use crate::sign::SignatureVersion;
use crate::transport::Transport;

use resolve::DefaultTransports;

pub use crate::retry::RetryConfig;

/// The configuration of clients.
///
/// A configuration serves clients of several products. Its clones share the provider of credentials with its cache, the
/// transport with its connections, the clock and the interceptors; so do the clients that are created from them.
/// Setters have plain names, getters begin with `get_`.
///
/// ```
/// use std::time::Duration;
///
/// use alicloud_core::Config;
/// use alicloud_core::credentials::Credentials;
///
/// let config = Config::new()
///     .region("cn-shanghai")
///     .credentials(Credentials::access_key("my-id", "my-secret"))
///     .timeout(Duration::from_secs(20));
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) region: Option<String>,
    /// The source of the region if none is set.
    pub(crate) default_region: Option<DefaultRegion>,
    pub(crate) endpoint: Option<String>,
    pub(crate) endpoint_type: EndpointType,
    pub(crate) allow_http: bool,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) signature: SignatureVersion,
    pub(crate) diagnose_signature_mismatch: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) retry: RetryConfig,
    pub(crate) idempotency_tokens: bool,
    pub(crate) max_response_bytes: usize,
    pub(crate) user_agent: Option<String>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    default_transports: DefaultTransports,
    share_transport: bool,
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) nonce: Option<Nonce>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
}

/// Returns a region; `None` if there is none.
pub(crate) type DefaultRegion = fn() -> Result<Option<String>, CredentialsError>;

/// Generates nonces.
pub(crate) type Nonce = Arc<dyn Fn() -> String + Send + Sync>;

impl Config {
    /// Creates a configuration with a provider of credentials and the default of every other setting.
    pub(crate) fn with_credentials(credentials: impl ProvideCredentials) -> Self {
        Self {
            region: None,
            default_region: None,
            endpoint: None,
            endpoint_type: EndpointType::Public,
            allow_http: false,
            credentials: Arc::new(credentials),
            signature: SignatureVersion::V3,
            diagnose_signature_mismatch: false,
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(15),
            timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(60),
            retry: RetryConfig::new(),
            idempotency_tokens: true,
            max_response_bytes: 16 << 20,
            user_agent: None,
            transport: None,
            default_transports: DefaultTransports::default(),
            share_transport: false,
            clock: None,
            nonce: None,
            interceptors: Vec::new(),
        }
    }

    /// Sets the region. Default: none, or the one of the environment with
    /// [`from_default_chain`](Self::from_default_chain).
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the endpoint: a host, with a port if it is not the default one, and a scheme if it is not `https`.
    /// Default: the endpoint of the region.
    ///
    /// Plain `http` is accepted for the local machine only; see [`allow_http`](Self::allow_http). A user name, a path,
    /// a query, and an IPv6 address without brackets are errors. A dot at the end of the host is removed.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets whether the public endpoint of the region is called or the one inside its VPCs. Default: public.
    pub fn endpoint_type(mut self, endpoint_type: EndpointType) -> Self {
        self.endpoint_type = endpoint_type;
        self
    }

    /// Sets whether [`endpoint`](Self::endpoint) may be plain `http` on another machine. Default: `false`.
    ///
    /// Anyone on the way can then read requests and responses, temporary credentials among them, and forge responses.
    pub fn allow_http(mut self, allowed: bool) -> Self {
        self.allow_http = allowed;
        self
    }

    /// Sets the provider of credentials. [`Credentials`](crate::credentials::Credentials) are a provider of themselves.
    /// Default: [`DefaultCredentials`](crate::credentials::DefaultCredentials).
    ///
    /// Clones of the configuration share the provider and its cache. A provider sends its own requests, such as those
    /// to the Security Token Service, by a transport of its own and not by the [`transport`](Self::transport) of the
    /// client, unless [`share_transport`](Self::share_transport) is set.
    pub fn credentials(mut self, credentials: impl ProvideCredentials) -> Self {
        self.credentials = Arc::new(credentials);
        self
    }

    /// Sets the version of signatures. Default: [`SignatureVersion::V3`]. A service behind a gateway with its own
    /// signature ignores it.
    pub fn signature(mut self, version: SignatureVersion) -> Self {
        self.signature = version;
        self
    }

    /// Sets whether an error about a rejected signature contains the difference between the text that the client signed
    /// and the text that the service signed: see
    /// [`Error::signature_difference`](crate::Error::signature_difference). Default: `false`.
    pub fn diagnose_signature_mismatch(mut self, on: bool) -> Self {
        self.diagnose_signature_mismatch = on;
        self
    }

    /// Sets the time limit for establishing a connection. Default: 5 seconds. A transport that is set with
    /// [`transport`](Self::transport) has a limit of its own.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        // Existing transports have the previous limit.
        self.default_transports = DefaultTransports::default();
        self
    }

    /// Sets the time limit of an attempt, from the connection to the last byte of the response. Default: 15 seconds.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// Sets the time limit of a call, with all its attempts and delays. Default: 60 seconds.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sets the time limit between two chunks of a streamed response. Default: 60 seconds. The other limits apply until
    /// the head of the response has arrived.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = limit;
        self
    }

    /// Sets how calls are retried. Default: [`RetryConfig::new`].
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the maximum number of attempts of a call: short for `max_attempts` of [`RetryConfig`]. Default: 3.
    pub fn max_attempts(mut self, count: u32) -> Self {
        self.retry.max_attempts = count;
        self
    }

    /// Sets whether the client generates the idempotency token of an operation (usually `ClientToken`) if the request
    /// does not set it, so that the request can be retried. Default: `true`.
    pub fn idempotency_tokens(mut self, fill: bool) -> Self {
        self.idempotency_tokens = fill;
        self
    }

    /// Sets the maximum size of a response body in bytes. Default: 16 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets the end of the user agent, such as the name and version of an application. Default: empty.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = Some(text.into());
        self
    }

    /// Sets the transport, for instance one with a proxy, certificates or connection limits of its own.
    ///
    /// ```no_run
    /// # #[cfg(all(feature = "reqwest", feature = "rustls-ring"))]
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use alicloud_core::Config;
    /// use alicloud_core::transport::{HttpTransport, Proxy, Tls};
    ///
    /// let tls = Tls::new()
    ///     .add_root_certificates(std::fs::read("company-ca.pem")?)
    ///     .identity(std::fs::read("me.pem")?, std::fs::read("me.key")?);
    /// let proxy = Proxy::new("http://user:password@proxy.example.com:3128").no_proxy([".internal"]);
    /// let transport = HttpTransport::builder().tls(tls).proxy(proxy).build()?;
    /// let config = Config::new().region("cn-shanghai").transport(transport);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Default: `HttpTransport`, or `HyperTransport` without the feature `reqwest`, with
    /// [`connect_timeout`](Self::connect_timeout), the proxies of the environment (none for an endpoint on the local
    /// machine), the certificates of the operating system, and an idle limit of 5 seconds for pooled connections.
    ///
    /// A provider of credentials does not use this transport for its own requests, such as those to the Security Token
    /// Service: set one there as well, or call [`share_transport`](Self::share_transport).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets whether the provider of credentials sends its requests over the Internet, such as those to the Security
    /// Token Service, by the [`transport`](Self::transport) of the client. Default: `false`.
    ///
    /// This applies to requests to the Security Token Service, to CloudSSO and OAuth, and to credentials URIs on the
    /// Internet. Providers always connect directly to the metadata service and to servers on this machine or its
    /// network. A provider with its own transport keeps it. Clients that share a provider should share their transport,
    /// because the provider uses the transport of the first client. Without [`transport`](Self::transport) there is
    /// nothing to share.
    ///
    /// ```no_run
    /// # #[cfg(all(feature = "reqwest", feature = "rustls-ring"))]
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use alicloud_core::Config;
    /// use alicloud_core::credentials::{AssumeRoleCredentials, DefaultCredentials};
    /// use alicloud_core::transport::{HttpTransport, Proxy};
    ///
    /// let proxy = Proxy::new("http://proxy.example.com:3128");
    /// let role = AssumeRoleCredentials::builder(DefaultCredentials::new(), "acs:ram::1234567890123456:role/deploy");
    /// let config = Config::new()
    ///     .region("cn-shanghai")
    ///     .credentials(role.build())
    ///     .transport(HttpTransport::builder().proxy(proxy).build()?)
    ///     .share_transport(true);
    /// # Ok(())
    /// # }
    /// ```
    pub fn share_transport(mut self, share: bool) -> Self {
        self.share_transport = share;
        self
    }

    /// Sets the clock, for tests or for another runtime than Tokio. Default: the clock of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Adds an interceptor. Interceptors run in the order in which they are added.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// For tests: sets the function that generates nonces, each of which must be unique.
    #[doc(hidden)]
    pub fn nonce(mut self, nonce: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.nonce = Some(Arc::new(nonce));
        self
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("region", &self.region)
            // The text of an endpoint may contain a password.
            .field("endpoint", &self.endpoint.as_ref().map(|text| text.rsplit('@').next()))
            .field("endpoint_type", &self.endpoint_type)
            .field("credentials", &self.credentials.name())
            .field("signature", &self.signature)
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("retry", &self.retry)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}

// A separate module, so that the getters are below the setters in the documentation.
mod getters;
