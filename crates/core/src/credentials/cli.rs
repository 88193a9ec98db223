//! Profiles of the Alibaba Cloud CLI.

mod file;
mod sign_in;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub(crate) use file::File;
use file::Profile;

use super::context::{MAX_FILE, ProviderContext, delegate_to_cache};
use super::sts::{self, Role};
use super::{
    CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials, ecs, oidc, process, uri,
    value,
};
use crate::transport::Transport;

pub(super) const FILE: &str = "ALIBABA_CLOUD_CONFIG_FILE";
pub(super) const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
pub(super) const DISABLED: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";

/// Returns the path of the file, and whether it was set.
pub(super) fn path(given: Option<&Path>, context: &ProviderContext) -> Result<(PathBuf, bool), CredentialsError> {
    match given.map(PathBuf::from).or_else(|| context.variable(FILE).map(PathBuf::from)) {
        Some(file) => Ok((file, true)),
        None => Ok((context.home(".aliyun/config.json")?, false)),
    }
}

/// Returns the name of the profile to use.
pub(super) fn profile_name(given: Option<&String>, context: &ProviderContext, file: &File) -> String {
    let current = || file.current.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned());
    context.or_variable(&given.cloned(), PROFILE).unwrap_or_else(current)
}

/// Credentials of a profile of the Alibaba Cloud CLI, `aliyun`.
///
/// Default file: the one that `ALIBABA_CLOUD_CONFIG_FILE` names, or `~/.aliyun/config.json`. Default profile: the one
/// that `ALIBABA_CLOUD_PROFILE` names, or the current one of the file. `ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true`
/// disables the provider.
///
/// | mode | credentials |
/// |---|---|
/// | `AK`, `StsToken` | the access key in the profile |
/// | `RamRoleArn` | a role, assumed with the access key in the profile |
/// | `RamRoleArnWithRoleName` | a role, assumed with the role of the ECS instance |
/// | `ChainableRamRoleArn` | a role, assumed with the credentials of another profile |
/// | `EcsRamRole` | the role of the ECS instance |
/// | `OIDC` | a role, assumed with an OIDC token |
/// | `CloudSSO`, `OAuth` | the credentials in the file until they expire, then new ones in exchange for its tokens |
/// | `External` | the output of a [program](super::ProcessCredentials) |
/// | `CredentialsURI` | the response of a [server](super::UriCredentials) |
/// | `BearerToken` | the token in the profile |
/// | `Anonymous` | none |
///
/// If a mode requires a new sign-in in the browser, the error says so. `RsaKeyPair` is obsolete and not supported. The
/// file is never written. It is read at the first call and at each refresh; see [`CachedCredentials`].
#[derive(Clone, Debug)]
pub struct CliProfileCredentials(CachedCredentials);

/// Builds [`CliProfileCredentials`].
#[derive(Clone, Default)]
pub struct CliProfileCredentialsBuilder {
    file: Option<PathBuf>,
    profile: Option<String>,
    pub(super) context: ProviderContext,
}

impl CliProfileCredentials {
    /// Creates a provider for the default file and profile.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder, to change settings.
    pub fn builder() -> CliProfileCredentialsBuilder {
        CliProfileCredentialsBuilder::default()
    }
}

impl Default for CliProfileCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl CliProfileCredentialsBuilder {
    /// Sets the path of the file.
    pub fn file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// Sets the name of the profile.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Sets the environment variables, transports and clock that the provider uses.
    pub fn context(mut self, context: ProviderContext) -> Self {
        self.context = context;
        self
    }

    /// Creates the provider. Nothing is read yet.
    pub fn build(self) -> CliProfileCredentials {
        let clock = self.context.clock.clone();
        let source = Source { builder: self, tokens: sign_in::Tokens::default(), name: OnceLock::new() };
        let cache = CachedCredentials::builder(source).shared_clock(clock);
        // The program of a profile may run for 60 seconds.
        CliProfileCredentials(cache.refresh_timeout(Duration::from_secs(75)).build())
    }
}

struct Source {
    builder: CliProfileCredentialsBuilder,
    tokens: sign_in::Tokens,
    /// Known once the profile has been read.
    name: OnceLock<String>,
}

impl Source {
    async fn load(&self) -> Result<Credentials, CredentialsError> {
        let CliProfileCredentialsBuilder { file, profile, context } = &self.builder;
        if context.flag(DISABLED) {
            return Err(CredentialsError::absent(format!("{DISABLED} is true")));
        }
        let (path, named) = path(file.as_deref(), context)?;
        let shown = path.display();
        let Some(text) = context.read(&path, MAX_FILE).await? else {
            let text = format!("there is no file {shown}");
            return Err(if named { CredentialsError::new(text) } else { CredentialsError::absent(text) });
        };
        let wrong = |what: String| CredentialsError::new(format!("the file {shown} {what}"));
        let file = File::read(&text).map_err(wrong)?;
        let from_variable = !named && profile.as_ref().is_none_or(String::is_empty);
        let profile = profile_name(profile.as_ref(), context, &file);
        if from_variable && context.variable(PROFILE).is_some() && !file.has(&profile) {
            // The variable may name a profile in the ini file.
            return Err(CredentialsError::absent(format!("the file {shown} has no profile {profile:?}")));
        }
        let resolving = Resolving { context, tokens: &self.tokens };
        let (mut at, mut roles) = file.chain(&profile).map_err(wrong)?;
        let mut resolved = resolving.root(at).await;
        // Each role is assumed with the credentials of its source profile.
        loop {
            let (credentials, name) = resolved.map_err(|error| {
                let profile = at.name.as_deref().unwrap_or_default();
                CredentialsError::new(format!("profile {profile:?} in the file {shown} gives no credentials"))
                    .with_source(error)
            })?;
            let Some(next) = roles.pop() else {
                self.name.get_or_init(|| format!("cli_profile/{name}"));
                return Ok(credentials);
            };
            at = next;
            resolved = resolving.role(at, credentials, &name).await;
        }
    }
}

/// Resolves profiles to credentials.
struct Resolving<'a> {
    context: &'a ProviderContext,
    tokens: &'a sign_in::Tokens,
}

/// Credentials, and the name of their source.
type Resolved = Result<(Credentials, String), CredentialsError>;

impl Resolving<'_> {
    /// Returns the credentials of a profile without a source profile.
    async fn root(&self, profile: &Profile) -> Resolved {
        let context = self.context;
        let mode = profile.mode.as_deref().unwrap_or_default().to_ascii_lowercase();
        let (credentials, name) = match mode.as_str() {
            "ak" => (access_key(profile)?, "static_ak"),
            "ststoken" => {
                secret(&profile.token, "sts_token")?;
                (temporary(profile)?, "static_sts")
            }
            "ramrolearn" => {
                let lasting = profile.token.as_deref().unwrap_or_default().trim().is_empty();
                let name = if lasting { "static_ak" } else { "static_sts" };
                return self.role(profile, temporary(profile)?, name).await;
            }
            "ramrolearnwithrolename" => {
                let source = self.machine(profile).load().await?;
                return self.role(profile, source, "ecs_ram_role").await;
            }
            "ecsramrole" => (self.machine(profile).load().await?, "ecs_ram_role"),
            "oidc" => {
                let source = oidc::Source {
                    role: role(profile)?,
                    provider_arn: Some(needed(&profile.oidc_provider_arn, "oidc_provider_arn")?),
                    token_file: Some(needed(&profile.oidc_token_file, "oidc_token_file")?.into()),
                    context: context.clone(),
                };
                (source.load().await?, "oidc_role_arn")
            }
            "cloudsso" => (sign_in::cloud_sso(profile, context).await?, "cloud_sso"),
            "oauth" => (sign_in::oauth(profile, context, self.tokens).await?, "oauth"),
            "external" => {
                let command = needed(&profile.command, "process_command")?;
                (process::Source::new(command, context.clone()).load().await?, "external")
            }
            "credentialsuri" => {
                process::forbidden(context)?;
                let uri = Some(needed(&profile.uri, "credentials_uri")?);
                let source = uri::Source { uri, allow_http: false, context: context.clone() };
                (source.load().await?, "credential_uri")
            }
            "bearertoken" => {
                let header = profile.bearer_header.as_deref().unwrap_or_default();
                if !header.is_empty() && !header.eq_ignore_ascii_case("x-acs-bearer-token") {
                    return Err(CredentialsError::new("a custom header for the bearer token is not supported"));
                }
                (Credentials::bearer(secret(&profile.bearer_token, "bearer_token")?), "bearer")
            }
            "anonymous" => (Credentials::anonymous(), "anonymous"),
            "rsakeypair" => {
                let text = "mode RsaKeyPair is obsolete and not supported; make an access key, or use a role";
                return Err(CredentialsError::new(text));
            }
            "" => return Err(CredentialsError::new("mode is not set; run `aliyun configure`")),
            _ => {
                let text =
                    "its mode is not known; use a profile of another mode, or give credentials in the configuration";
                return Err(CredentialsError::new(text));
            }
        };
        Ok((credentials, name.to_owned()))
    }

    fn machine(&self, profile: &Profile) -> ecs::Source {
        let context = self.context.clone();
        ecs::Source { role_name: profile.role_name.clone(), allow_v1: None, context }
    }

    async fn role(&self, profile: &Profile, source: Credentials, name: &str) -> Resolved {
        let credentials = sts::assume_role(self.context, &role(profile)?, Arc::new(source)).await?;
        Ok((credentials, format!("ram_role_arn/{name}")))
    }
}

fn role(profile: &Profile) -> Result<Role, CredentialsError> {
    let seconds = profile.seconds.and_then(|seconds| u64::try_from(seconds).ok()).filter(|seconds| *seconds > 0);
    Ok(Role {
        arn: Some(needed(&profile.role_arn, "ram_role_arn")?),
        session_name: profile.session_name.clone(),
        duration: seconds.map(Duration::from_secs),
        policy: profile.policy.clone().filter(|policy| !policy.is_empty()),
        external_id: profile.external_id.clone().filter(|id| !id.is_empty()),
        endpoint: profile.sts_endpoint.clone(),
        region: profile.sts_region.clone(),
        vpc: profile.vpc.unwrap_or_default(),
    })
}

fn access_key(profile: &Profile) -> Result<Credentials, CredentialsError> {
    Ok(Credentials::access_key(secret(&profile.id, "access_key_id")?, secret(&profile.secret, "access_key_secret")?))
}

/// Returns the access key, with its token if there is one.
fn temporary(profile: &Profile) -> Result<Credentials, CredentialsError> {
    let token = value::secret("sts_token", profile.token.clone())?.unwrap_or_default();
    let (id, secret) = (secret(&profile.id, "access_key_id")?, secret(&profile.secret, "access_key_secret")?);
    Ok(Credentials::temporary(id, secret, token))
}

/// Returns a key, a secret or a token, which is required.
fn secret(value: &Option<String>, name: &str) -> Result<String, CredentialsError> {
    let value = value::secret(name, value.clone())?;
    value.ok_or_else(|| CredentialsError::new(format!("{name} is not set")))
}

fn needed(value: &Option<String>, name: &str) -> Result<String, CredentialsError> {
    let value = value.as_deref().map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
    value.ok_or_else(|| CredentialsError::new(format!("{name} is not set")))
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(self.load())
    }

    fn name(&self) -> &str {
        self.name.get().map_or("cli_profile", String::as_str)
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.builder.context.use_transport(transport);
    }
}

delegate_to_cache!(CliProfileCredentials);

impl std::fmt::Debug for CliProfileCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CliProfileCredentialsBuilder")
            .field("file", &self.file)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
