//! The role of the machine.

use bytes::Bytes;
use http::{Method, Response, StatusCode};

use super::context::{ProviderContext, ProviderRequest, cached, context, metadata_transport, shares_transport, usual};
use super::route::Route;
use super::session::{SessionCredentials, expect_success};
use super::{CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};

/// The metadata service has this address on every machine, and no other; it is link-local.
const BASE: &str = "http://100.100.100.200/latest/";
const CREDENTIALS: &str = "meta-data/ram/security-credentials/";
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const SOURCE: &str = "the metadata service";
/// The longest token that is believed to be one.
const MAX_TOKEN: usize = 1 << 10;

/// Credentials of the RAM role of the ECS instance (or of the container on it), from the metadata service.
///
/// The service is asked in its hardened way, with a token. Where it refuses to give one, or refuses a request that
/// carries one, with any HTTP status from 400 on, it is asked once without a token, unless
/// [`allow_v1`](EcsRamRoleCredentialsBuilder::allow_v1) or `ALIBABA_CLOUD_IMDSV1_DISABLED` forbids that. Whatever else
/// comes, such as a redirect or a page of a proxy, is an error: it is not from the metadata service. Off ECS it takes
/// a second to find out that nobody answers.
///
/// The service is asked directly: neither the proxies of the environment nor
/// [`transport`](EcsRamRoleCredentialsBuilder::transport) count, only
/// [`metadata_transport`](EcsRamRoleCredentialsBuilder::metadata_transport).
///
/// Credentials are renewed before they expire; see [`CachedCredentials`].
#[derive(Clone, Debug)]
pub struct EcsRamRoleCredentials(CachedCredentials);

/// Settings of [`EcsRamRoleCredentials`].
#[derive(Clone, Default)]
pub struct EcsRamRoleCredentialsBuilder {
    role_name: Option<String>,
    allow_v1: Option<bool>,
    pub(super) context: ProviderContext,
}

usual!(EcsRamRoleCredentials, EcsRamRoleCredentialsBuilder, "The role that the machine has.");

impl EcsRamRoleCredentialsBuilder {
    /// The name of the role, which saves a request. If not set it is `ALIBABA_CLOUD_ECS_METADATA`, or what the
    /// metadata service says.
    pub fn role_name(mut self, name: impl Into<String>) -> Self {
        self.role_name = Some(name.into());
        self
    }

    /// Whether the service may be asked without a token where it refuses to be asked with one. If not set it may,
    /// unless `ALIBABA_CLOUD_IMDSV1_DISABLED` is `true`.
    pub fn allow_v1(mut self, allowed: bool) -> Self {
        self.allow_v1 = Some(allowed);
        self
    }

    context!();
    metadata_transport!();

    /// Makes the provider. Nothing is sent yet.
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
        let keys = SessionCredentials::of_response(&response, SOURCE)?;
        match keys.code.as_deref() {
            Some("Success") => keys.temporary(SOURCE),
            _ => Err(CredentialsError::new(format!("{SOURCE} answered without success"))),
        }
    }

    /// Whether the service may be asked without a token.
    fn allows_v1(&self) -> bool {
        self.allow_v1.unwrap_or_else(|| !self.context.flag("ALIBABA_CLOUD_IMDSV1_DISABLED"))
    }

    /// What the further requests carry; none where the service refuses to give it.
    async fn token(&self) -> Result<Option<String>, CredentialsError> {
        let response = self.ask(Method::PUT, "api/token", ("x-aliyun-ecs-metadata-token-ttl-seconds", "21600")).await?;
        if refuses(&response) {
            if self.allows_v1() {
                return Ok(None);
            }
            return Err(CredentialsError::new(format!(
                "{SOURCE} answered with HTTP {} to the request for a token, and may not be asked without one",
                response.status().as_u16()
            )));
        }
        expect_success(&response, SOURCE)?;
        let token = std::str::from_utf8(response.body()).unwrap_or_default().trim();
        let fits =
            (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<');
        match fits {
            true => Ok(Some(token.to_owned())),
            false => Err(CredentialsError::new(format!("what {SOURCE} answered is no token"))),
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
            false => Err(CredentialsError::new(format!("what {SOURCE} answered is no name of a role"))),
        }
    }

    /// Asks with the token, if there is one. Where the service refuses that it is asked once without, if that is
    /// allowed; where that helps there is no token from then on.
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
        self.context.ask(Route::Metadata, ask).await
    }
}

/// Whether the service says that it does not do what it is asked.
fn refuses(response: &Response<Bytes>) -> bool {
    response.status().as_u16() >= 400
}

/// What a role can be called. A page of a proxy is no such name.
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

    shares_transport!(context);
}

cached!(EcsRamRoleCredentials);

impl std::fmt::Debug for EcsRamRoleCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EcsRamRoleCredentialsBuilder")
            .field("role_name", &self.role_name)
            .field("allow_v1", &self.allow_v1)
            .finish_non_exhaustive()
    }
}
