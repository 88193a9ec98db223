//! A RAM role that is assumed with a token of an identity provider.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::{ProviderContext, delegate_to_cache};
use super::sts::{self, Role, role};
use super::{CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials, value};
use crate::transport::Transport;

const ROLE: &str = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
/// The maximum size of a token, in bytes. The service accepts at most 20,000 characters.
const MAX_TOKEN: u64 = 64 << 10;

/// Credentials of a RAM role, from the Security Token Service in exchange for an OIDC token. Pods in ACK get their
/// credentials this way (RRSA).
///
/// Defaults: `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and `ALIBABA_CLOUD_OIDC_TOKEN_FILE`. The file
/// is read again at each refresh, because the token is replaced in it. Credentials are refreshed before they expire;
/// see [`CachedCredentials`].
#[derive(Clone, Debug)]
pub struct OidcRoleCredentials(CachedCredentials);

/// Builds [`OidcRoleCredentials`].
#[derive(Clone, Default)]
pub struct OidcRoleCredentialsBuilder {
    role: Role,
    provider_arn: Option<String>,
    token_file: Option<PathBuf>,
    pub(super) context: ProviderContext,
}

impl OidcRoleCredentials {
    /// Creates a provider that is configured by environment variables.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder, to change settings.
    pub fn builder() -> OidcRoleCredentialsBuilder {
        OidcRoleCredentialsBuilder::default()
    }
}

impl Default for OidcRoleCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl OidcRoleCredentialsBuilder {
    /// Sets the ARN of the role.
    pub fn role_arn(mut self, arn: impl Into<String>) -> Self {
        self.role.arn = Some(arn.into());
        self
    }

    /// Sets the ARN of the identity provider.
    pub fn provider_arn(mut self, arn: impl Into<String>) -> Self {
        self.provider_arn = Some(arn.into());
        self
    }

    /// Sets the file that contains the token.
    pub fn token_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.token_file = Some(file.into());
        self
    }

    role!();
    /// Sets the environment variables, transports and clock that the provider uses.
    pub fn context(mut self, context: ProviderContext) -> Self {
        self.context = context;
        self
    }

    /// Creates the provider. Nothing is read or sent yet.
    pub fn build(self) -> OidcRoleCredentials {
        let clock = self.context.clock.clone();
        let source = Source {
            role: self.role,
            provider_arn: self.provider_arn,
            token_file: self.token_file,
            context: self.context,
        };
        OidcRoleCredentials(CachedCredentials::builder(source).shared_clock(clock).build())
    }
}

pub(super) struct Source {
    pub(super) role: Role,
    pub(super) provider_arn: Option<String>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) context: ProviderContext,
}

impl Source {
    pub(super) async fn load(&self) -> Result<Credentials, CredentialsError> {
        let context = &self.context;
        let arn = context.or_variable(&self.role.arn, ROLE);
        let provider = context.or_variable(&self.provider_arn, PROVIDER);
        let given = self.token_file.clone().filter(|file| !file.as_os_str().is_empty());
        let file = given.or_else(|| context.variable(FILE).map(PathBuf::from));
        let (arn, provider, file) = match (arn, provider, file) {
            (Some(arn), Some(provider), Some(file)) => (arn, provider, file),
            (arn, provider, file) => {
                let names = [(arn.is_some(), ROLE), (provider.is_some(), PROVIDER), (file.is_some(), FILE)];
                return Err(incomplete(&names));
            }
        };
        let token = self.token(&file).await?;
        sts::assume_role_with_oidc(context, &self.role, arn, provider, token).await
    }

    async fn token(&self, file: &Path) -> Result<String, CredentialsError> {
        let name = format!("the OIDC token file {}", file.display());
        let text = self.context.read(file, MAX_TOKEN).await?;
        let what = if text.is_some() { "is empty" } else { "is not there" };
        let token = value::secret(&name, text.as_deref().cloned())?;
        token.ok_or_else(|| CredentialsError::new(format!("{name} {what}")))
    }
}

/// Returns the error if not all three are set. The ARN of the role alone may be meant for another provider.
fn incomplete(names: &[(bool, &str)]) -> CredentialsError {
    let missing: Vec<_> = names.iter().filter(|(set, _)| !set).map(|(_, name)| *name).collect();
    let text = format!("not set: {}", missing.join(", "));
    let begun = names.iter().any(|(set, name)| *set && *name != ROLE);
    if begun { CredentialsError::new(text) } else { CredentialsError::absent(text) }
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(self.load())
    }

    fn name(&self) -> &str {
        "oidc_role_arn"
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.context.use_transport(transport);
    }
}

delegate_to_cache!(OidcRoleCredentials);

impl std::fmt::Debug for OidcRoleCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcRoleCredentialsBuilder")
            .field("role", &self.role.arn)
            .field("provider", &self.provider_arn)
            .field("token_file", &self.token_file)
            .finish_non_exhaustive()
    }
}
