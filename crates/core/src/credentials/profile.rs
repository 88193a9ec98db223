//! Profiles in the ini file of the vendor's libraries.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;

use super::context::{MAX_FILE, ProviderContext, delegate_to_cache};
use super::ini;
use super::sts::{self, Role};
use super::{
    CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials, ecs, oidc, value,
};
use crate::transport::Transport;

pub(super) const FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";

/// Credentials of a profile in the ini file of the vendor's libraries.
///
/// Default file: the one that `ALIBABA_CLOUD_CREDENTIALS_FILE` names, or `~/.alibabacloud/credentials`, or
/// `~/.alibabacloud/credentials.ini`. Default profile: the one that `ALIBABA_CLOUD_PROFILE` names, or `default`.
///
/// | `type` | other keys |
/// |---|---|
/// | `access_key` | `access_key_id`, `access_key_secret` |
/// | `sts` | `access_key_id`, `access_key_secret`, `security_token` |
/// | `ecs_ram_role` | `role_name`; default: the role of the machine |
/// | `ram_role_arn` | `access_key_id`, `access_key_secret`, `role_arn`; optional: `role_session_name`, `policy` |
/// | `oidc_role_arn` | `role_arn`, `oidc_provider_arn`, `oidc_token_file_path`; optional: `role_session_name`, `policy` |
///
/// A profile with `enable = false` is not used. The file is read at the first call and at each refresh; see
/// [`CachedCredentials`].
#[derive(Clone, Debug)]
pub struct IniProfileCredentials(CachedCredentials);

/// Builds [`IniProfileCredentials`].
#[derive(Clone, Default)]
pub struct IniProfileCredentialsBuilder {
    file: Option<PathBuf>,
    profile: Option<String>,
    pub(super) context: ProviderContext,
}

impl IniProfileCredentials {
    /// Creates a provider for the default file and profile.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder, to change settings.
    pub fn builder() -> IniProfileCredentialsBuilder {
        IniProfileCredentialsBuilder::default()
    }
}

impl Default for IniProfileCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl IniProfileCredentialsBuilder {
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
    pub fn build(self) -> IniProfileCredentials {
        let clock = self.context.clock.clone();
        let source = Source { builder: self, name: OnceLock::new() };
        IniProfileCredentials(CachedCredentials::builder(source).shared_clock(clock).build())
    }
}

struct Source {
    builder: IniProfileCredentialsBuilder,
    /// Known once the profile has been read.
    name: OnceLock<String>,
}

impl Source {
    async fn load(&self) -> Result<Credentials, CredentialsError> {
        let IniProfileCredentialsBuilder { file, profile, context } = &self.builder;
        let profile = context.or_variable(profile, PROFILE).unwrap_or_else(|| "default".to_owned());
        let named = file.clone().or_else(|| context.variable(FILE).map(PathBuf::from));
        let files = match &named {
            Some(file) => vec![file.clone()],
            None => vec![context.home(".alibabacloud/credentials")?, context.home(".alibabacloud/credentials.ini")?],
        };
        for file in &files {
            if let Some(text) = context.read(file, MAX_FILE).await? {
                let (credentials, name) = Profile::read(&text, file, &profile)?.load(context).await?;
                self.name.get_or_init(|| format!("profile/{name}"));
                return Ok(credentials);
            }
        }
        let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        let text = format!("there is no file {}", files.join(" or "));
        Err(if named.is_some() { CredentialsError::new(text) } else { CredentialsError::absent(text) })
    }
}

/// A section of the file.
struct Profile<'a> {
    section: ini::Section<'a>,
    /// The file and the profile, for messages.
    place: String,
}

impl<'a> Profile<'a> {
    fn read(text: &'a str, file: &Path, profile: &str) -> Result<Self, CredentialsError> {
        let file = file.display();
        let section = ini::section(text, profile).map_err(|problem| {
            CredentialsError::new(format!("line {} of the file {file} {}", problem.line, problem.what))
        })?;
        match section {
            Some(section) => Ok(Self { section, place: format!("profile {profile:?} in the file {file}") }),
            None => Err(CredentialsError::new(format!("there is no profile {profile:?} in the file {file}"))),
        }
    }

    fn error(&self, what: &str) -> CredentialsError {
        CredentialsError::new(format!("{} {what}", self.place))
    }

    fn value(&self, name: &str) -> Option<String> {
        let found = self.section.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| (*value).to_owned())
    }

    fn required(&self, name: &str) -> Result<String, CredentialsError> {
        self.value(name).ok_or_else(|| self.error(&format!("does not set {name}")))
    }

    fn role(&self) -> Result<Role, CredentialsError> {
        Ok(Role {
            arn: Some(self.required("role_arn")?),
            session_name: self.value("role_session_name"),
            policy: self.value("policy"),
            ..Role::default()
        })
    }

    /// A key, a secret or a token.
    fn secret(&self, name: &str) -> Result<String, CredentialsError> {
        let value = value::secret(name, self.value(name)).map_err(|error| self.error(&format!("is wrong: {error}")))?;
        value.ok_or_else(|| self.error(&format!("does not set {name}")))
    }

    fn access_key(&self) -> Result<Credentials, CredentialsError> {
        Ok(Credentials::access_key(self.secret("access_key_id")?, self.secret("access_key_secret")?))
    }

    fn temporary(&self) -> Result<Credentials, CredentialsError> {
        let (id, secret) = (self.secret("access_key_id")?, self.secret("access_key_secret")?);
        Ok(Credentials::temporary(id, secret, self.secret("security_token")?))
    }

    /// The credentials, and the name of what they come from.
    async fn load(&self, context: &ProviderContext) -> Result<(Credentials, &'static str), CredentialsError> {
        if self.value("enable").is_some_and(|value| value.eq_ignore_ascii_case("false")) {
            return Err(self.error("is switched off by enable = false"));
        }
        let context = context.clone();
        match self.required("type")?.as_str() {
            "access_key" => Ok((self.access_key()?, "static_ak")),
            "sts" => Ok((self.temporary()?, "static_sts")),
            "ecs_ram_role" => {
                let source = ecs::Source { role_name: self.value("role_name"), allow_v1: None, context };
                Ok((source.load().await?, "ecs_ram_role"))
            }
            "ram_role_arn" => {
                let source = std::sync::Arc::new(self.access_key()?);
                let credentials = sts::assume_role(&context, &self.role()?, source).await?;
                Ok((credentials, "ram_role_arn/static_ak"))
            }
            "oidc_role_arn" => {
                let source = oidc::Source {
                    role: self.role()?,
                    provider_arn: Some(self.required("oidc_provider_arn")?),
                    token_file: Some(self.required("oidc_token_file_path")?.into()),
                    context,
                };
                Ok((source.load().await?, "oidc_role_arn"))
            }
            "rsa_key_pair" => Err(self.error(
                "is of type rsa_key_pair, which is obsolete and not supported; make an access key, or use a role",
            )),
            _ => Err(self.error(
                "is of a type that is not known; the known ones are access_key, sts, ecs_ram_role, ram_role_arn and \
                 oidc_role_arn",
            )),
        }
    }
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(self.load())
    }

    fn name(&self) -> &str {
        self.name.get().map_or("profile", String::as_str)
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.builder.context.use_transport(transport);
    }
}

delegate_to_cache!(IniProfileCredentials);

impl std::fmt::Debug for IniProfileCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IniProfileCredentialsBuilder")
            .field("file", &self.file)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
