//! The default chain of credential sources.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::context::ProviderContext;
use super::{
    CliProfileCredentials, Credentials, CredentialsError, CredentialsFuture, EcsRamRoleCredentials,
    IniProfileCredentials, OidcRoleCredentials, ProvideCredentials, UriCredentials, cli, environment, profile,
};
use crate::transport::Transport;

/// Credentials from the sources that the vendor's tools and libraries use, in their order.
///
/// | | source | used |
/// |---|---|---|
/// | 1 | [the environment](super::EnvironmentCredentials) | always |
/// | 2 | [a role for an OIDC token](super::OidcRoleCredentials) | if its three variables are set |
/// | 3 | [a profile of the Alibaba Cloud CLI](super::CliProfileCredentials) | if `~/.aliyun/config.json` exists |
/// | 4 | [a profile in the ini file](super::IniProfileCredentials) | if `~/.alibabacloud/credentials` or `credentials.ini` exists |
/// | 5 | [the role of the ECS instance](super::EcsRamRoleCredentials) | unless `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true` |
/// | 6 | [a URI](super::UriCredentials) | if `ALIBABA_CLOUD_CREDENTIALS_URI` is set |
///
/// The provider keeps using the first source that returned credentials. If that source fails later, the call fails: no
/// other identity replaces it, unless the source no longer exists. A source that is configured but fails does not
/// prevent the others from being tried. If none returns credentials, the error lists the reason for each.
///
/// A profile or file that a variable names must work: if `ALIBABA_CLOUD_PROFILE` is set, a profile of that name that
/// cannot be used or does not exist is an error, and so is any problem with the file that `ALIBABA_CLOUD_CONFIG_FILE`
/// or `ALIBABA_CLOUD_CREDENTIALS_FILE` names. Otherwise a typing error would select the identity of the machine.
///
/// Nothing is read before the first call. Outside of ECS, the fifth source delays the first call by one second;
/// `ALIBABA_CLOUD_ECS_METADATA_DISABLED=true` avoids that.
///
/// Cheap to clone. Clones share the source that was found.
#[derive(Clone)]
pub struct DefaultCredentials(Arc<Chain>);

/// Builds [`DefaultCredentials`]. The settings apply to all sources.
#[derive(Clone, Default)]
pub struct DefaultCredentialsBuilder {
    context: ProviderContext,
}

struct Chain {
    context: ProviderContext,
    links: OnceLock<Vec<Link>>,
    /// The index of the source that returned credentials.
    chosen: AtomicUsize,
}

/// Whether the failure of a source ends the search, because a variable names it.
#[derive(Clone, Copy)]
enum Explicit {
    Never,
    /// If one of these variables is set, unless the source does not contain what it names.
    UnlessAbsent([&'static str; 2]),
    /// If one of these variables is set.
    Always([&'static str; 2]),
}

/// No source yet.
const NONE: usize = usize::MAX;

struct Link {
    provider: Box<dyn ProvideCredentials>,
    explicit: Explicit,
    /// The name with those of wrapped providers; known once it has returned credentials.
    name: OnceLock<String>,
}

impl DefaultCredentials {
    /// Creates a provider for the default sources.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder, to change settings.
    pub fn builder() -> DefaultCredentialsBuilder {
        DefaultCredentialsBuilder::default()
    }
}

impl Default for DefaultCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl DefaultCredentialsBuilder {
    /// Sets the environment variables, transports and clock that the provider uses.
    pub fn context(mut self, context: ProviderContext) -> Self {
        self.context = context;
        self
    }

    /// Creates the provider. Nothing is read or sent yet.
    pub fn build(self) -> DefaultCredentials {
        let chosen = AtomicUsize::new(NONE);
        DefaultCredentials(Arc::new(Chain { context: self.context, links: OnceLock::new(), chosen }))
    }
}

/// Reads the environment at each call.
struct Environment(ProviderContext);

impl ProvideCredentials for Environment {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::ready(environment::read(&|name| self.0.variable(name)))
    }

    fn name(&self) -> &str {
        "env"
    }
}

impl Chain {
    fn links(&self) -> &[Link] {
        self.links.get_or_init(|| {
            let mut oidc = OidcRoleCredentials::builder();
            let mut cli = CliProfileCredentials::builder();
            let mut ini = IniProfileCredentials::builder();
            let mut machine = EcsRamRoleCredentials::builder();
            let mut uri = UriCredentials::builder();
            for context in
                [&mut oidc.context, &mut cli.context, &mut ini.context, &mut machine.context, &mut uri.context]
            {
                context.clone_from(&self.context);
            }
            let link = |provider, explicit| Link { provider, explicit, name: OnceLock::new() };
            vec![
                link(Box::new(Environment(self.context.clone())), Explicit::Never),
                link(Box::new(oidc.build()), Explicit::Never),
                link(Box::new(cli.build()), Explicit::UnlessAbsent([cli::FILE, cli::PROFILE])),
                // The last source that can contain a profile.
                link(Box::new(ini.build()), Explicit::Always([profile::FILE, cli::PROFILE])),
                link(Box::new(machine.build()), Explicit::Never),
                link(Box::new(uri.build()), Explicit::Never),
            ]
        })
    }

    fn chosen(&self) -> Option<&Link> {
        self.links.get()?.get(self.chosen.load(Ordering::Acquire))
    }

    /// Returns the variable that names what failed.
    fn naming(&self, link: &Link, error: &CredentialsError) -> Option<&'static str> {
        let variables = match link.explicit {
            Explicit::UnlessAbsent(variables) if !error.is_absent() => variables,
            Explicit::Always(variables) => variables,
            Explicit::Never | Explicit::UnlessAbsent(_) => return None,
        };
        variables.into_iter().find(|name| self.context.variable(name).is_some())
    }

    /// Tries one source after the other.
    async fn walk(&self) -> Result<Credentials, CredentialsError> {
        let mut failures = Vec::new();
        for (index, link) in self.links().iter().enumerate() {
            match link.provider.credentials().await {
                Ok(credentials) => {
                    link.name.get_or_init(|| format!("default/{}", link.provider.name()));
                    self.chosen.store(index, Ordering::Release);
                    return Ok(credentials);
                }
                Err(error) => failures.push((link.provider.name(), error)),
            }
            if let Some(variable) = failures.last().and_then(|(_, error)| self.naming(link, error)) {
                let text = format!("{variable} names what cannot be used, so no other source is tried");
                return Err(none(&text, &failures));
            }
        }
        let text = "no default source has credentials; set ALIBABA_CLOUD_ACCESS_KEY_ID and \
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET, run `aliyun configure`, or give credentials in the configuration";
        Err(none(text, &failures))
    }
}

/// Returns the error of a search without result. It has several causes, so its text contains them all.
fn none(text: &str, failures: &[(&str, CredentialsError)]) -> CredentialsError {
    let reasons: Vec<_> = failures.iter().map(|(name, error)| format!("{name}: {error:#}")).collect();
    CredentialsError::new(format!("{text}; {}", reasons.join("; ")))
}

impl ProvideCredentials for DefaultCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let Some(chosen) = self.0.chosen() else { return CredentialsFuture::new(self.0.walk()) };
        let future = chosen.provider.credentials();
        CredentialsFuture::new(async {
            match future.await {
                Err(error) if error.is_absent() => self.0.walk().await,
                result => result,
            }
        })
    }

    fn name(&self) -> &str {
        self.0.chosen().and_then(|link| link.name.get()).map_or("default", String::as_str)
    }

    fn refused(&self, credentials: &Credentials) {
        if let Some(link) = self.0.chosen() {
            link.provider.refused(credentials);
        }
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.0.context.use_transport(transport);
    }
}

impl std::fmt::Debug for DefaultCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DefaultCredentials").field("name", &self.name()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DefaultCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DefaultCredentialsBuilder")
    }
}
