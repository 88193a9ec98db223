//! Credentials from a URI.

use http::Method;
use http::uri::Scheme;
use std::sync::Arc;

use super::context::{ProviderContext, ProviderRequest, delegate_to_cache};
use super::route::{Route, is_near};
use super::session::SessionCredentials;
use super::{CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::endpoint::Target;
use crate::transport::Transport;

const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// Credentials from a server, usually on the same machine or network.
///
/// Default URI: `ALIBABA_CLOUD_CREDENTIALS_URI`. The response is a JSON object with `AccessKeyId`, `AccessKeySecret`,
/// `SecurityToken` and `Expiration`. If it has a `Code`, it must be `Success`.
///
/// Plain HTTP is accepted for this machine and for addresses of private networks (10/8, 172.16/12, 192.168/16,
/// 100.64/10, 169.254/16, fc00::/7, fe80::/10). Host names and public addresses require
/// [`allow_http`](UriCredentialsBuilder::allow_http), because the credentials are readable on the network.
///
/// Requests to this machine, to link-local addresses, and over plain HTTP to private networks are sent directly: the
/// proxies of the environment and [`ProviderContext::transport`] do not apply to them. Only
/// [`ProviderContext::metadata_transport`] replaces the connection.
///
/// Credentials are refreshed before they expire; see [`CachedCredentials`].
#[derive(Clone, Debug)]
pub struct UriCredentials(CachedCredentials);

/// Builds [`UriCredentials`].
#[derive(Clone, Default)]
pub struct UriCredentialsBuilder {
    uri: Option<String>,
    allow_http: bool,
    pub(super) context: ProviderContext,
}

impl UriCredentials {
    /// Creates a provider for the address in the environment.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder, to change settings.
    pub fn builder() -> UriCredentialsBuilder {
        UriCredentialsBuilder::default()
    }
}

impl Default for UriCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl UriCredentialsBuilder {
    /// Sets the URI. Errors and `Debug` output do not contain its path and query, which may be secret.
    pub fn uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = Some(uri.into());
        self
    }

    /// Sets whether plain HTTP is allowed for every address. Default: `false`.
    pub fn allow_http(mut self, allowed: bool) -> Self {
        self.allow_http = allowed;
        self
    }

    /// Sets the environment variables, transports and clock that the provider uses.
    pub fn context(mut self, context: ProviderContext) -> Self {
        self.context = context;
        self
    }

    /// Creates the provider. Nothing is sent yet.
    pub fn build(self) -> UriCredentials {
        let clock = self.context.clock.clone();
        let source = Source { uri: self.uri, allow_http: self.allow_http, context: self.context };
        UriCredentials(CachedCredentials::builder(source).shared_clock(clock).build())
    }
}

pub(super) struct Source {
    pub(super) uri: Option<String>,
    pub(super) allow_http: bool,
    pub(super) context: ProviderContext,
}

impl Source {
    pub(super) async fn load(&self) -> Result<Credentials, CredentialsError> {
        let uri = self.context.or_variable(&self.uri, URI);
        let uri = uri.ok_or_else(|| CredentialsError::absent(format!("{URI} is not set")))?;
        let Address { url, target } = Address::parse(&uri, self.allow_http)?;
        let path = url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        let source = format!("the credentials server {}", target.authority);
        let ask = ProviderRequest {
            method: Method::GET,
            url,
            headers: Vec::new(),
            body: String::new(),
            secrets: vec![&path],
        };
        let response = self.context.send(Route::to_server(&target), ask).await?;
        let keys = SessionCredentials::from_response(&response, &source)?;
        match keys.code.as_deref() {
            None | Some("" | "Success") => keys.temporary(&source),
            Some(_) => Err(CredentialsError::new(format!("the response of {source} reports no success"))),
        }
    }
}

/// The address of a server of credentials.
pub(super) struct Address {
    /// The URL as it is sent.
    pub(super) url: String,
    pub(super) target: Target,
}

impl Address {
    /// Parses an address. The error does not contain it, because its path or query may be secret.
    pub(super) fn parse(uri: &str, allow_http: bool) -> Result<Self, CredentialsError> {
        let wrong = |what: &str| CredentialsError::new(format!("the address for credentials {what}"));
        let uri = uri.trim().split('#').next().unwrap_or_default();
        let (scheme, rest) = uri.split_once("://").ok_or_else(|| wrong("is no http or https URL"))?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(wrong("contains a user name or a password"));
        }
        // The inner error is dropped: it contains the text, which may be a part of a password with a slash.
        let target = Target::parse(&format!("{scheme}://{authority}"), true)
            .map_err(|_| wrong("is no http or https URL, or has no valid host and port"))?;
        if target.scheme == Scheme::HTTP && !allow_http && !is_near(&target) {
            return Err(wrong(
                "is plain http, which is for this machine and private networks alone; use https, or allow plain http \
                 in the configuration",
            ));
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self { url: format!("{}://{}{slash}{path}", target.scheme, target.authority), target })
    }
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(self.load())
    }

    fn name(&self) -> &str {
        "credential_uri"
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.context.use_transport(transport);
    }
}

delegate_to_cache!(UriCredentials);

impl std::fmt::Debug for UriCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UriCredentialsBuilder").field("allow_http", &self.allow_http).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_of_plain_http_is_limited_to_local_addresses() {
        for near in [
            "http://localhost:80/x",
            "http://127.0.0.1",
            "http://[::1]:9/",
            "http://10.1.2.3/",
            "http://100.100.100.200/latest",
            "http://169.254.1.1?a=b",
            "http://[fd00::1]/",
            "https://keys.example.com",
        ] {
            assert!(Address::parse(near, false).is_ok(), "{near}");
        }
        for far in ["http://keys.example.com/", "http://8.8.8.8", "http://100.128.0.1/", "http://10.0.0.1.example.com"]
        {
            let error = Address::parse(far, false).err().map(|error| error.to_string());
            assert!(error.is_some_and(|text| text.contains("plain http")), "{far}");
            assert!(Address::parse(far, true).is_ok(), "{far}");
        }
    }

    #[test]
    fn parse_of_addresses_normalizes_them_and_reports_no_secret() {
        let url = |text| Address::parse(text, false).map(|address| address.url).unwrap();
        assert_eq!(url("HTTP://LocalHost:80"), "http://localhost/");
        assert_eq!(url("https://keys.example.com:443?a=b#c"), "https://keys.example.com/?a=b");
        assert_eq!(url("http://127.0.0.1:8080/a/b?c=%20"), "http://127.0.0.1:8080/a/b?c=%20");
        for wrong in [
            "canary",
            "ftp://host/canary",
            "http://user:canary@localhost/",
            "http://user:canary/1@localhost/",
            "http://user:canary?1@localhost/",
            "http://user:canary#1@localhost/",
            "http://user:canary:localhost/",
            "http://canary canary/",
            "https:///canary",
            "file:///canary",
            "canary://localhost/",
        ] {
            let error = Address::parse(wrong, false).err().unwrap().to_string();
            assert!(!error.contains("canary"), "{error}");
        }
    }
}
