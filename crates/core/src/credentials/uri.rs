//! Credentials from an address.

use http::Method;
use http::uri::Scheme;

use super::context::{ProviderContext, ProviderRequest, cached, context, metadata_transport, shares_transport, usual};
use super::route::{Route, is_near};
use super::session::SessionCredentials;
use super::{CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::endpoint::Target;

const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// Credentials that a server hands out to whoever asks: something on the same machine or network that knows better.
///
/// If no address is set it is `ALIBABA_CLOUD_CREDENTIALS_URI`. The response is a JSON object with `AccessKeyId`,
/// `AccessKeySecret`, `SecurityToken` and `Expiration`; a `Code` beside them must be `Success`.
///
/// Plain http is accepted for this machine and for addresses of private networks (10/8, 172.16/12, 192.168/16,
/// 100.64/10, 169.254/16, fc00::/7, fe80::/10). For names and public addresses it needs
/// [`allow_http`](UriCredentialsBuilder::allow_http): everyone on the way could read the keys.
///
/// This machine, link-local addresses and private networks over plain http are asked directly: neither the proxies of
/// the environment nor [`transport`](UriCredentialsBuilder::transport) count for them, only
/// [`metadata_transport`](UriCredentialsBuilder::metadata_transport).
///
/// Credentials are renewed before they expire; see [`CachedCredentials`].
#[derive(Clone, Debug)]
pub struct UriCredentials(CachedCredentials);

/// Settings of [`UriCredentials`].
#[derive(Clone, Default)]
pub struct UriCredentialsBuilder {
    uri: Option<String>,
    allow_http: bool,
    pub(super) context: ProviderContext,
}

usual!(UriCredentials, UriCredentialsBuilder, "The address is in the environment.");

impl UriCredentialsBuilder {
    /// The address. No text shows its path and query, which may be secret.
    pub fn uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = Some(uri.into());
        self
    }

    /// Whether any address may be plain http.
    pub fn allow_http(mut self, allowed: bool) -> Self {
        self.allow_http = allowed;
        self
    }

    context!();
    metadata_transport!();

    /// Makes the provider. Nothing is sent yet.
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
        let response = self.context.ask(Route::to_server(&target), ask).await?;
        let keys = SessionCredentials::of_response(&response, &source)?;
        match keys.code.as_deref() {
            None | Some("" | "Success") => keys.temporary(&source),
            Some(_) => Err(CredentialsError::new(format!("{source} answered without success"))),
        }
    }
}

/// An address that may be asked for keys.
pub(super) struct Address {
    /// In the one spelling that goes on the wire.
    pub(super) url: String,
    pub(super) target: Target,
}

impl Address {
    /// An error does not repeat the address: its path or query may be secret.
    pub(super) fn parse(uri: &str, allow_http: bool) -> Result<Self, CredentialsError> {
        let wrong = |what: &str| CredentialsError::new(format!("the address for credentials {what}"));
        let uri = uri.trim().split('#').next().unwrap_or_default();
        let (scheme, rest) = uri.split_once("://").ok_or_else(|| wrong("is no http or https URL"))?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(wrong("holds a user name or password, which it cannot"));
        }
        // Why is not told: it repeats the text, which may be half of a password with a slash in it.
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

    shares_transport!(context);
}

cached!(UriCredentials);

impl std::fmt::Debug for UriCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UriCredentialsBuilder").field("allow_http", &self.allow_http).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_near() {
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
    fn an_address_has_one_spelling_and_no_secret_is_told() {
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
