//! What a client is made of.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::credentials::{DefaultCredentials, ProvideCredentials, profile_region};
use crate::endpoint::{self, EndpointType, Target};
use crate::error::{Error, Invalid};
use crate::intercept::Interceptor;
use crate::service::Service;
use crate::sign::SignatureVersion;
use crate::transport::Transport;

/// The configuration of a client.
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
    /// Whether the region of the command-line tool's profile counts if none is set.
    profile_region: bool,
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
    pub(crate) max_attempts: u32,
    pub(crate) idempotency_tokens: bool,
    pub(crate) max_response_bytes: usize,
    pub(crate) user_agent: Option<String>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    share_transport: bool,
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) nonce: Option<Nonce>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
}

/// Makes nonces.
pub(crate) type Nonce = Arc<dyn Fn() -> String + Send + Sync>;

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// [The default credentials](DefaultCredentials), the usual limits, no region.
    pub fn new() -> Self {
        Self {
            region: None,
            profile_region: false,
            endpoint: None,
            endpoint_type: EndpointType::Public,
            allow_http: false,
            credentials: Arc::new(DefaultCredentials::new()),
            signature: SignatureVersion::V3,
            diagnose_signature_mismatch: false,
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(15),
            timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(60),
            max_attempts: 3,
            idempotency_tokens: true,
            max_response_bytes: 16 << 20,
            user_agent: None,
            transport: None,
            share_transport: false,
            clock: None,
            nonce: None,
            interceptors: Vec::new(),
        }
    }

    /// As [`new`](Self::new), with the region of the environment.
    ///
    /// The region is the first of these that is there:
    ///
    /// 1. what [`region`](Self::region) sets,
    /// 2. `ALIBABA_CLOUD_REGION_ID`, read here,
    /// 3. `region_id` in the profile of the command-line tool: the one that `ALIBABA_CLOUD_PROFILE` names, or the
    ///    current one of `~/.aliyun/config.json` (or of the file that `ALIBABA_CLOUD_CONFIG_FILE` names). It is read
    ///    when the client is made, also where the credentials come from elsewhere, but not if
    ///    `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`.
    ///
    /// Whether a region is needed depends on the product and on whether an endpoint is set, so its absence is no error
    /// here. Where it is needed, a file that cannot be read is an error of the client that is made; where it is not,
    /// such a file is passed over.
    ///
    /// # Errors
    ///
    /// If the variable is set to something that is not text.
    pub fn from_default_chain() -> Result<Self, Error> {
        const REGION: &str = "ALIBABA_CLOUD_REGION_ID";
        let mut config = Self { profile_region: true, ..Self::new() };
        match std::env::var(REGION) {
            Ok(region) => config.region = Some(region.trim().to_owned()).filter(|region| !region.is_empty()),
            Err(std::env::VarError::NotPresent) => {}
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Error::configuration(format!("{REGION} is set to something that is not valid text")));
            }
        }
        Ok(config)
    }

    /// The region whose endpoint is called.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The endpoint to call, whatever the region: a host, with a port if it is not the usual one, and a scheme if it
    /// is not `https`.
    ///
    /// Plain `http` is accepted for this machine alone; see [`allow_http`](Self::allow_http). A user name, a path or
    /// a query is an error, as is an IPv6 address without brackets; a dot at the end of the name is dropped.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Whether the region's public endpoint or the one inside its VPCs is called.
    pub fn endpoint_type(mut self, endpoint_type: EndpointType) -> Self {
        self.endpoint_type = endpoint_type;
        self
    }

    /// Whether [`endpoint`](Self::endpoint) may be plain `http` on another machine. Then everyone on the way can read
    /// requests and replies, temporary keys among them, and forge replies.
    pub fn allow_http(mut self, allowed: bool) -> Self {
        self.allow_http = allowed;
        self
    }

    /// Where credentials come from, instead of [the default places](DefaultCredentials).
    /// [`Credentials`](crate::credentials::Credentials) are such a place themselves.
    ///
    /// A provider sends its own requests, such as those to the Security Token Service, by a transport of its own, not by
    /// the [`transport`](Self::transport) of the client, unless [`share_transport`](Self::share_transport) says so.
    pub fn credentials(mut self, credentials: impl ProvideCredentials) -> Self {
        self.credentials = Arc::new(credentials);
        self
    }

    /// Which signature requests carry.
    pub fn signature(mut self, version: SignatureVersion) -> Self {
        self.signature = version;
        self
    }

    /// Whether the error that a refused signature ends in tells what was signed here and what the service says that it
    /// signed, where they differ, without the secret: see
    /// [`Error::signature_difference`](crate::Error::signature_difference). It does not if not set.
    pub fn diagnose_signature_mismatch(mut self, on: bool) -> Self {
        self.diagnose_signature_mismatch = on;
        self
    }

    /// How long a connection may take; 5 seconds if not set. A transport that was given has a limit of its own.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long an attempt may take, from the connection to the last byte of the reply; 15 seconds if not set.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// How long a call may take as a whole, with everything it waits for; 60 seconds if not set.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// How long a streamed reply may be silent between two pieces of it; 60 seconds if not set. The other limits end
    /// where its head has come.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = limit;
        self
    }

    /// How many times a request may be sent; 3 if not set. With 1 nothing is ever sent again.
    ///
    /// A request is sent again where that may help and can do no harm: where it was not executed, or the operation is
    /// known to bear repetition. Each attempt has credentials, a time, a nonce and a signature of its own, and waits
    /// longer than the one before, or as long as the service asks. One attempt more is made for a clock that is
    /// wrong, for a temporary key that has expired and, where repetition is harmless, for a nonce that was used.
    pub fn max_attempts(mut self, count: u32) -> Self {
        self.max_attempts = count;
        self
    }

    /// Whether the idempotency token of an operation (mostly `ClientToken`) is filled in where a request leaves it
    /// unset, which makes the request safe to send again; it is if not set.
    pub fn idempotency_tokens(mut self, fill: bool) -> Self {
        self.idempotency_tokens = fill;
        self
    }

    /// How many bytes the body of a reply may have; 16 MiB if not set.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// What stands at the end of the user agent, such as the name and version of a program.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = Some(text.into());
        self
    }

    /// How requests travel, instead of the usual transport: with a proxy of its own, certificates, limits of the
    /// connections, or over something else altogether.
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
    /// The usual one is `HttpTransport`, or `HyperTransport` where the feature `reqwest` is off, with
    /// [`connect_timeout`](Self::connect_timeout), the proxies of the environment (none for an endpoint on this
    /// machine), the certificates of the operating system, and five seconds for a connection that nobody uses.
    ///
    /// A provider of credentials does not use this transport for its own requests, such as those to the Security Token
    /// Service: give it one as well, or call [`share_transport`](Self::share_transport).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets whether the provider of credentials sends its requests over the Internet, such as those to the Security
    /// Token Service, by the [`transport`](Self::transport) of the client. Default: `false`.
    ///
    /// It concerns requests to the Security Token Service, to CloudSSO and OAuth, and to credentials URIs on the
    /// Internet; the metadata service and servers on this machine or its network are asked directly all the same. A
    /// provider that was given a transport of its own keeps it. Clients that share a provider should share their
    /// transport, since the provider uses the one of the client that was made first. Without
    /// [`transport`](Self::transport) there is nothing to share.
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

    /// A clock instead of the system's, for another runtime than tokio's or for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Shows every call to an interceptor, after those that were given before.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// The endpoint, and the region if there is one.
    pub(crate) fn target(&self, service: &Service) -> Result<(Target, Option<String>), Error> {
        let resolve = |region: Option<&str>| match &self.endpoint {
            Some(text) => Target::parse(text, self.allow_http).map_err(|text| Error::invalid(Invalid(text))),
            None => endpoint::resolve(service, region, self.endpoint_type).map_err(Error::configuration),
        };
        if let Some(region) = self.region.as_deref().filter(|region| !endpoint::is_region(region)) {
            return Err(Error::invalid(Invalid(format!("{region:?} is no name of a region"))));
        }
        let target = resolve(self.region.as_deref());
        if self.region.is_some() || !self.profile_region {
            return Ok((target?, self.region.clone()));
        }
        match (target, profile_region()) {
            // It would do without a region, so one that does not fit is passed over, as is a file that is broken.
            (Ok(target), Ok(Some(region))) => Ok(match resolve(Some(&region)) {
                Ok(target) => (target, Some(region)),
                Err(_) => (target, None),
            }),
            (Ok(target), _) => Ok((target, None)),
            (Err(_), Ok(Some(region))) => Ok((resolve(Some(&region))?, Some(region))),
            (Err(error), Ok(None)) => Err(error),
            (Err(error), Err(cause)) if self.endpoint.is_none() => Err(error.with_source(cause)),
            (Err(error), Err(_)) => Err(error),
        }
    }

    /// Gives the provider of credentials the transport of the client, if it is to have it.
    pub(crate) fn offer_transport(&self) {
        if let Some(transport) = self.transport.as_ref().filter(|_| self.share_transport) {
            self.credentials.use_transport(transport);
        }
    }

    /// For tests: makes the nonces, which must be unlike each other.
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
            // What was typed as an endpoint may hold a password.
            .field("endpoint", &self.endpoint.as_ref().map(|text| text.rsplit('@').next()))
            .field("network", &self.endpoint_type)
            .field("credentials", &self.credentials.name())
            .field("signature", &self.signature)
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("max_attempts", &self.max_attempts)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}
