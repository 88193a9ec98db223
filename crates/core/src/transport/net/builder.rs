//! Settings of the transports.

use std::marker::PhantomData;
use std::time::Duration;

#[cfg(feature = "reqwest")]
use super::Proxy;
use super::Tls;

/// The settings of a new transport.
///
/// ```no_run
/// # #[cfg(all(feature = "reqwest", any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")))]
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use alicloud_core::Config;
/// use alicloud_core::transport::{HttpTransport, Proxy, Tls};
///
/// let transport = HttpTransport::builder()
///     .proxy(Proxy::new("http://user:password@proxy.example.com:3128").no_proxy([".internal"]))
///     .tls(Tls::new().add_root_certificates(std::fs::read("company-ca.pem")?))
///     .build()?;
/// let config = Config::new().region("cn-shanghai").transport(transport);
/// # Ok(())
/// # }
/// ```
#[must_use = "settings do nothing until the transport is built"]
pub struct TransportBuilder<T> {
    pub(super) connect_timeout: Duration,
    pub(super) pool_idle: Duration,
    pub(super) pool_size: usize,
    pub(super) tls: Tls,
    #[cfg(feature = "reqwest")]
    pub(super) proxy: Proxy,
    transport: PhantomData<fn() -> T>,
}

/// The interval of TCP keep-alive probes, and the idle time before the first one.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);

impl<T> TransportBuilder<T> {
    pub(super) fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            pool_idle: Duration::from_secs(5),
            pool_size: usize::MAX,
            tls: Tls::new(),
            #[cfg(feature = "reqwest")]
            proxy: Proxy::environment(),
            transport: PhantomData,
        }
    }

    /// Sets the time limit for a connection, including name resolution and the TLS handshake. Default: 5 seconds.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets how long an idle connection is kept. Default: 5 seconds.
    ///
    /// The services close an idle connection after about 10 seconds. A request that is sent at that moment fails, and
    /// it is unknown whether it was executed.
    pub fn pool_idle_timeout(mut self, time: Duration) -> Self {
        self.pool_idle = time;
        self
    }

    /// Sets the maximum number of idle connections to one host. Default: no limit. With 0, each request has its own
    /// connection. The number of connections in use is not limited.
    pub fn pool_max_idle(mut self, count: usize) -> Self {
        self.pool_size = count;
        self
    }

    /// Sets the TLS configuration.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }
}

impl<T> Clone for TransportBuilder<T> {
    fn clone(&self) -> Self {
        Self {
            tls: self.tls.clone(),
            #[cfg(feature = "reqwest")]
            proxy: self.proxy.clone(),
            ..*self
        }
    }
}

impl<T> std::fmt::Debug for TransportBuilder<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("TransportBuilder");
        out.field("connect_timeout", &self.connect_timeout)
            .field("pool_idle_timeout", &self.pool_idle)
            .field("pool_max_idle", &self.pool_size)
            .field("tls", &self.tls);
        #[cfg(feature = "reqwest")]
        out.field("proxy", &self.proxy);
        out.finish()
    }
}
