//! Proxies.

use hyper_util::client::proxy::matcher::Matcher;

use crate::transport::{TransportError, TransportErrorKind};

/// The proxy of requests.
///
/// `Debug` shows neither the user nor the password.
#[derive(Clone)]
pub struct Proxy(Kind);

#[derive(Clone)]
enum Kind {
    None,
    Environment,
    Given { url: String, no_proxy: String },
}

impl Proxy {
    /// Creates a proxy for `http` and `https` from a URL: `http://`, `https://`, `socks5://` (the client resolves
    /// names) or `socks5h://` (the proxy resolves names). A user and a password in the URL, escaped as in any URL, are
    /// sent to the proxy only.
    pub fn new(url: impl Into<String>) -> Self {
        Self(Kind::Given { url: url.into(), no_proxy: String::new() })
    }

    /// Uses the proxies of the environment. This is the default.
    ///
    /// `HTTPS_PROXY` applies to `https`, `HTTP_PROXY` to `http`, and `ALL_PROXY` if these are not set; upper-case names
    /// take precedence over lower-case ones. `NO_PROXY` is a list as in [`no_proxy`](Self::no_proxy). A value that is
    /// not the URL of a proxy is ignored. If `REQUEST_METHOD` is set, as in a CGI program, a client could choose
    /// `HTTP_PROXY`, so that no proxy is used. On Windows and macOS the settings of the system apply if the environment
    /// has none.
    pub fn environment() -> Self {
        Self(Kind::Environment)
    }

    /// Uses no proxy, whatever the environment contains.
    pub fn none() -> Self {
        Self(Kind::None)
    }

    /// Sets hosts that are connected directly: a name includes all names below it, with or without a leading dot; an
    /// IP address is that address; `10.0.0.0/8` is a network; `*` is every name.
    ///
    /// Does not apply to the proxies of the environment.
    pub fn no_proxy<S: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = S>) -> Self {
        if let Kind::Given { no_proxy, .. } = &mut self.0 {
            for host in hosts {
                no_proxy.push_str(host.as_ref());
                no_proxy.push(',');
            }
        }
        self
    }

    /// Returns a matcher for the proxy of a request, by the rules of the HTTP library, which uses the same crate.
    pub(super) fn matcher(&self) -> Option<Matcher> {
        match &self.0 {
            Kind::None => None,
            Kind::Environment => Some(Matcher::from_system()),
            Kind::Given { url, no_proxy } => Some(Matcher::builder().all(url.as_str()).no(no_proxy.as_str()).build()),
        }
    }

    /// Configures the HTTP library.
    pub(super) fn apply(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, TransportError> {
        let (url, no_proxy) = match &self.0 {
            Kind::None => return Ok(builder.no_proxy()),
            Kind::Environment => return Ok(builder),
            Kind::Given { url, no_proxy } => (url, no_proxy),
        };
        // The message contains neither the URL nor the parse error, because both can contain a password.
        let proxy = reqwest::Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.has_host())
            .and_then(|url| reqwest::Proxy::all(url).ok())
            .ok_or_else(|| {
                let text = "the proxy is not a URL that begins with http, https, socks5 or socks5h";
                TransportError::new(TransportErrorKind::Proxy, text)
            })?;
        Ok(builder.proxy(proxy.no_proxy(reqwest::NoProxy::from_string(no_proxy))))
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Kind::None => f.write_str("Proxy(none)"),
            Kind::Environment => f.write_str("Proxy(environment)"),
            Kind::Given { url, no_proxy } => {
                let shown = url.rsplit('@').next().unwrap_or_default();
                f.debug_struct("Proxy").field("at", &shown).field("no_proxy", no_proxy).finish()
            }
        }
    }
}
