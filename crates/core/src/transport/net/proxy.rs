//! Proxies.

use hyper_util::client::proxy::matcher::Matcher;

use crate::transport::{TransportError, TransportErrorKind};

/// Which proxy requests go through.
///
/// `Debug` shows neither the user nor the password.
#[derive(Clone)]
pub struct Proxy(Kind);

#[derive(Clone)]
enum Kind {
    None,
    Environment,
    Given { url: String, except: String },
}

impl Proxy {
    /// The proxy at a URL, for `http` and `https` alike: `http://`, `https://`, `socks5://` (the name is looked up
    /// here) or `socks5h://` (the proxy looks it up). A user and a password in the URL, escaped as in any URL, are
    /// sent to the proxy and to nobody else.
    pub fn new(url: impl Into<String>) -> Self {
        Self(Kind::Given { url: url.into(), except: String::new() })
    }

    /// What the environment says, which is what happens if nothing is set.
    ///
    /// `HTTPS_PROXY` counts for `https`, `HTTP_PROXY` for `http`, and `ALL_PROXY` where these are not set; of each
    /// name the capitals count before the small letters. `NO_PROXY` is a list as [`no_proxy`](Self::no_proxy) takes it.
    /// A value that is no URL of a proxy is passed over. Where `REQUEST_METHOD` is set, which is so in a CGI program,
    /// a client could choose `HTTP_PROXY`, and no proxy is used. On Windows and macOS the system's own settings count
    /// where the environment has none.
    pub fn environment() -> Self {
        Self(Kind::Environment)
    }

    /// No proxy, whatever the environment says.
    pub fn none() -> Self {
        Self(Kind::None)
    }

    /// Hosts that are reached without this proxy: a name stands for itself and all names below it, with or without
    /// a dot before it; an address for itself; `10.0.0.0/8` for a network; `*` for every name.
    ///
    /// Changes nothing about the proxies of the environment.
    pub fn no_proxy<S: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = S>) -> Self {
        if let Kind::Given { except, .. } = &mut self.0 {
            for host in hosts {
                except.push_str(host.as_ref());
                except.push(',');
            }
        }
        self
    }

    /// Tells which proxy a request goes through, by the rules of the HTTP library, which has them from the same crate.
    pub(super) fn matcher(&self) -> Option<Matcher> {
        match &self.0 {
            Kind::None => None,
            Kind::Environment => Some(Matcher::from_system()),
            Kind::Given { url, except } => Some(Matcher::builder().all(url.as_str()).no(except.as_str()).build()),
        }
    }

    /// Sets it up.
    pub(super) fn apply(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, TransportError> {
        let (url, except) = match &self.0 {
            Kind::None => return Ok(builder.no_proxy()),
            Kind::Environment => return Ok(builder),
            Kind::Given { url, except } => (url, except),
        };
        // What is wrong with a URL is told without the URL and without the error about it: both can hold a password.
        let proxy = reqwest::Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.has_host())
            .and_then(|url| reqwest::Proxy::all(url).ok())
            .ok_or_else(|| {
                let text = "the proxy is not a URL that begins with http, https, socks5 or socks5h";
                TransportError::new(TransportErrorKind::Proxy, text)
            })?;
        Ok(builder.proxy(proxy.no_proxy(reqwest::NoProxy::from_string(except))))
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Kind::None => f.write_str("Proxy(none)"),
            Kind::Environment => f.write_str("Proxy(environment)"),
            Kind::Given { url, except } => {
                let shown = url.rsplit('@').next().unwrap_or_default();
                f.debug_struct("Proxy").field("at", &shown).field("except", except).finish()
            }
        }
    }
}
