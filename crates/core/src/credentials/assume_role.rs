//! A RAM role that is assumed with other credentials.

use std::sync::{Arc, OnceLock};

use super::context::{ProviderContext, delegate_to_cache};
use super::sts::{self, Role, role};
use super::{CachedCredentials, CredentialsFuture, ProvideCredentials};
use crate::transport::Transport;

/// Credentials of a RAM role, from the Security Token Service in exchange for those of another provider.
///
/// Credentials are refreshed before they expire; see [`CachedCredentials`].
///
/// ```
/// use alicloud_core::credentials::{AssumeRoleCredentials, EnvironmentCredentials};
///
/// let role = AssumeRoleCredentials::builder(EnvironmentCredentials::new(), "acs:ram::1234567890123456:role/deploy")
///     .session_name("nightly")
///     .sts_region("ap-southeast-1")
///     .build();
/// let config = alicloud_core::Config::new().credentials(role);
/// ```
#[derive(Clone, Debug)]
pub struct AssumeRoleCredentials(CachedCredentials);

/// Builds [`AssumeRoleCredentials`].
#[derive(Clone)]
pub struct AssumeRoleCredentialsBuilder {
    source: Arc<dyn ProvideCredentials>,
    role: Role,
    context: ProviderContext,
}

impl AssumeRoleCredentials {
    /// Returns a builder for the role with this ARN, which is assumed with the credentials of `source`. If the ARN is
    /// empty, `ALIBABA_CLOUD_ROLE_ARN` is used.
    pub fn builder(source: impl ProvideCredentials, role_arn: impl Into<String>) -> AssumeRoleCredentialsBuilder {
        AssumeRoleCredentialsBuilder {
            source: Arc::new(source),
            role: Role { arn: Some(role_arn.into()), ..Role::default() },
            context: ProviderContext::default(),
        }
    }
}

impl AssumeRoleCredentialsBuilder {
    /// Sets the external ID that the trust policy of the role requires.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.role.external_id = Some(id.into());
        self
    }

    role!();
    /// Sets the environment variables, transports and clock that the provider uses.
    pub fn context(mut self, context: ProviderContext) -> Self {
        self.context = context;
        self
    }

    /// Creates the provider. Nothing is sent yet.
    pub fn build(self) -> AssumeRoleCredentials {
        let clock = self.context.clock.clone();
        let source = Source { builder: self, name: OnceLock::new() };
        AssumeRoleCredentials(CachedCredentials::builder(source).shared_clock(clock).build())
    }
}

struct Source {
    builder: AssumeRoleCredentialsBuilder,
    /// Known once the source has returned credentials.
    name: OnceLock<String>,
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(async {
            let AssumeRoleCredentialsBuilder { source, role, context } = &self.builder;
            let credentials = sts::assume_role(context, role, source.clone()).await?;
            self.name.get_or_init(|| format!("ram_role_arn/{}", source.name()));
            Ok(credentials)
        })
    }

    fn name(&self) -> &str {
        self.name.get().map_or("ram_role_arn", String::as_str)
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.builder.context.use_transport(transport);
        self.builder.source.use_transport(transport);
    }
}

delegate_to_cache!(AssumeRoleCredentials);

impl std::fmt::Debug for AssumeRoleCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssumeRoleCredentialsBuilder")
            .field("source", &self.source.name())
            .field("role", &self.role.arn)
            .finish_non_exhaustive()
    }
}
