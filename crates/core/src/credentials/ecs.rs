//! The RAM role of an ECS instance.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use std::sync::Arc;

use super::context::{ProviderContext, ProviderRequest, delegate_to_cache};
use super::route::Route;
use super::session::{SessionCredentials, expect_success};
use super::{CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::transport::Transport;

/// The link-local address of the metadata service, the same on every machine.
const BASE: &str = "http://100.100.100.200/latest/";
const CREDENTIALS: &str = "meta-data/ram/security-credentials/";
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const SOURCE: &str = "the metadata service";
/// The maximum length of a token.
const MAX_TOKEN: usize = 1 << 10;

/// Credentials of the RAM role of the ECS instance, or of a container on it, from the metadata service.
///
/// The provider requests a token first and sends it with each request (hardened mode). If the service rejects the
/// request for a token, or a request with one, with an HTTP status of 400 or above, the provider sends one request
/// without a token, unless [`allow_v1`](EcsRamRoleCredentialsBuilder::allow_v1) or `ALIBABA_CLOUD_IMDSV1_DISABLED`
/// forbids it. Any other response, such as a redirect or a page of a proxy, is an error. Outside of ECS, the first
/// request fails after one second.
///
/// Requests are sent directly: the proxies of the environment and
/// [`ProviderContext::transport`] do not apply. Only [`ProviderContext::metadata_transport`] replaces the connection.
///
/// Credentials are refreshed before they expire; see [`CachedCredentials`].
#[derive(Clone, Debug)]
pub struct EcsRamRoleCredentials(CachedCredentials);

/// Builds [`EcsRamRoleCredentials`].
#[derive(Clone, Default)]
pub struct EcsRamRoleCredentialsBuilder {
    role_name: Option<String>,
    allow_v1: Option<bool>,
    pub(super) context: ProviderContext,
}

impl EcsRamRoleCredentials {
    /// Creates a provider for the role that the machine has.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder, to change settings.
    pub fn builder() -> EcsRamRoleCredentialsBuilder {
        EcsRamRoleCredentialsBuilder::default()
    }
}

impl Default for EcsRamRoleCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl EcsRamRoleCredentialsBuilder {
    /// Sets the name of the role, which saves a request. Default: `ALIBABA_CLOUD_ECS_METADATA`, or the name that the
    /// metadata service returns.
    pub fn role_name(mut self, name: impl Into<String>) -> Self {
        self.role_name = Some(name.into());
        self
    }

    /// Sets whether the provider may send a request without a token if the service rejects one with a token. Default:
    /// `true`, unless `ALIBABA_CLOUD_IMDSV1_DISABLED` is `true`.
    pub fn allow_v1(mut self, allowed: bool) -> Self {
        self.allow_v1 = Some(allowed);
        self
    }

    /// Sets the environment variables, transports and clock that the provider uses.
    pub fn context(mut self, context: ProviderContext) -> Self {
        self.context = context;
        self
    }

    /// Creates the provider. Nothing is sent yet.
    pub fn build(self) -> EcsRamRoleCredentials {
        let clock = self.context.clock.clone();
        let source = Source { role_name: self.role_name, allow_v1: self.allow_v1, context: self.context };
        EcsRamRoleCredentials(CachedCredentials::builder(source).shared_clock(clock).build())
    }
}

pub(super) struct Source {
    pub(super) role_name: Option<String>,
    pub(super) allow_v1: Option<bool>,
    pub(super) context: ProviderContext,
}

impl Source {
    pub(super) async fn load(&self) -> Result<Credentials, CredentialsError> {
        if self.context.flag("ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
            return Err(CredentialsError::absent("ALIBABA_CLOUD_ECS_METADATA_DISABLED is true"));
        }
        let mut token = self.token().await?;
        let role = match self.context.or_variable(&self.role_name, "ALIBABA_CLOUD_ECS_METADATA") {
            Some(role) if is_role(&role) => role,
            Some(role) => return Err(CredentialsError::new(format!("{role:?} is no name of a role"))),
            None => self.role(&mut token).await?,
        };
        let response = self.get(&format!("{CREDENTIALS}{role}"), &mut token).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(CredentialsError::new(format!("this machine has no role {role}")));
        }
        let keys = SessionCredentials::from_response(&response, SOURCE)?;
        match keys.code.as_deref() {
            Some("Success") => keys.temporary(SOURCE),
            _ => Err(CredentialsError::new(format!("the response of {SOURCE} reports no success"))),
        }
    }

    /// Whether requests without a token are allowed.
    fn allows_v1(&self) -> bool {
        self.allow_v1.unwrap_or_else(|| !self.context.flag("ALIBABA_CLOUD_IMDSV1_DISABLED"))
    }

    /// Returns the token for further requests; `None` if the service rejects the request for one.
    async fn token(&self) -> Result<Option<String>, CredentialsError> {
        let response = self.ask(Method::PUT, "api/token", ("x-aliyun-ecs-metadata-token-ttl-seconds", "21600")).await?;
        if refuses(&response) {
            if self.allows_v1() {
                return Ok(None);
            }
            return Err(CredentialsError::new(format!(
                "{SOURCE} responded with HTTP {} to the request for a token, and requests without a token are turned off",
                response.status().as_u16()
            )));
        }
        expect_success(&response, SOURCE)?;
        let token = std::str::from_utf8(response.body()).unwrap_or_default().trim();
        let fits =
            (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<');
        match fits {
            true => Ok(Some(token.to_owned())),
            false => Err(CredentialsError::new(format!("the response of {SOURCE} is not a token"))),
        }
    }

    async fn role(&self, token: &mut Option<String>) -> Result<String, CredentialsError> {
        let response = self.get(CREDENTIALS, token).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(CredentialsError::new("this machine has no RAM role"));
        }
        expect_success(&response, SOURCE)?;
        let role = std::str::from_utf8(response.body()).unwrap_or_default().trim();
        match is_role(role) {
            true => Ok(role.to_owned()),
            false => Err(CredentialsError::new(format!("the response of {SOURCE} is not the name of a role"))),
        }
    }

    /// Sends a request with the token, if there is one. If the service rejects it, sends it once without, if that is
    /// allowed; if that succeeds, no token is used from then on.
    async fn get(&self, path: &str, token: &mut Option<String>) -> Result<Response<Bytes>, CredentialsError> {
        let Some(text) = token.as_deref() else { return self.ask(Method::GET, path, None).await };
        let response = self.ask(Method::GET, path, (TOKEN, text)).await?;
        if !refuses(&response) || !self.allows_v1() {
            return Ok(response);
        }
        match self.ask(Method::GET, path, None).await {
            Ok(other) if !refuses(&other) => {
                *token = None;
                Ok(other)
            }
            _ => Ok(response),
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        header: impl Into<Option<(&'static str, &str)>>,
    ) -> Result<Response<Bytes>, CredentialsError> {
        let headers = header.into().into_iter().collect();
        let url = format!("{BASE}{path}");
        let ask = ProviderRequest { method, url, headers, body: String::new(), secrets: Vec::new() };
        self.context.send(Route::Metadata, ask).await
    }
}

/// Whether the service rejected the request.
fn refuses(response: &Response<Bytes>) -> bool {
    response.status().as_u16() >= 400
}

/// Whether a text is a valid role name, unlike the page of a proxy.
fn is_role(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(self.load())
    }

    fn name(&self) -> &str {
        "ecs_ram_role"
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.context.use_transport(transport);
    }
}

delegate_to_cache!(EcsRamRoleCredentials);

impl std::fmt::Debug for EcsRamRoleCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EcsRamRoleCredentialsBuilder")
            .field("role_name", &self.role_name)
            .field("allow_v1", &self.allow_v1)
            .finish_non_exhaustive()
    }
}
