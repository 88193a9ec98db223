//! The links where credentials are looked for if nobody says where they are.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::context::{ProviderContext, context, metadata_transport, shares_transport, usual};
use super::{
    CliProfileCredentials, Credentials, CredentialsError, CredentialsFuture, EcsRamRoleCredentials,
    IniProfileCredentials, OidcRoleCredentials, ProvideCredentials, UriCredentials, cli, environment, profile,
};

/// Credentials from the links where the vendor's tools and libraries have them, in their order.
///
/// | | link | looked at |
/// |---|---|---|
/// | 1 | [the environment](super::EnvironmentCredentials) | always |
/// | 2 | [a role for an OIDC token](super::OidcRoleCredentials) | if its three variables are set |
/// | 3 | [a profile of the command-line tool](super::CliProfileCredentials) | if `~/.aliyun/config.json` is there |
/// | 4 | [a profile in the ini file](super::IniProfileCredentials) | if `~/.alibabacloud/credentials` or `credentials.ini` is there |
/// | 5 | [the role of the ECS instance](super::EcsRamRoleCredentials) | unless `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true` |
/// | 6 | [an address](super::UriCredentials) | if `ALIBABA_CLOUD_CREDENTIALS_URI` is set |
///
/// The first link that has credentials is the one from then on: a failure later is its own, and no other identity takes
/// its link, unless the link is gone altogether. A link that is set up but broken does not keep the others from being
/// tried; if none has any, the error tells what is wrong with each.
///
/// A profile or a file that somebody explicit does: where `ALIBABA_CLOUD_PROFILE` is set, a profile of that name that
/// cannot be used, or that neither file has, is an error, and so is anything wrong with the file that
/// `ALIBABA_CLOUD_CONFIG_FILE` or `ALIBABA_CLOUD_CREDENTIALS_FILE` names. Otherwise a typo would hand out the
/// identity of the machine.
///
/// Nothing is read before the first call. Away from ECS the fifth link costs a second, which
/// `ALIBABA_CLOUD_ECS_METADATA_DISABLED=true` saves.
///
/// Cheap to clone; clones share what was found.
#[derive(Clone)]
pub struct DefaultCredentials(Arc<Chain>);

/// Settings of [`DefaultCredentials`], which hold for all links.
#[derive(Clone, Default)]
pub struct DefaultCredentialsBuilder {
    context: ProviderContext,
}

struct Chain {
    context: ProviderContext,
    links: OnceLock<Vec<Link>>,
    /// The link that has had credentials.
    chosen: AtomicUsize,
}

/// Whether a failure of a link ends the search, because somebody explicit what failed.
#[derive(Clone, Copy)]
enum Explicit {
    Never,
    /// By these variables, unless what they name is not in the link.
    UnlessAbsent([&'static str; 2]),
    /// By these variables.
    Always([&'static str; 2]),
}

/// No link yet.
const NONE: usize = usize::MAX;

struct Link {
    provider: Box<dyn ProvideCredentials>,
    explicit: Explicit,
    /// With all names of the chain; known when there have been credentials.
    name: OnceLock<String>,
}

usual!(DefaultCredentials, DefaultCredentialsBuilder, "The usual links.");

impl DefaultCredentialsBuilder {
    context!();
    metadata_transport!();

    /// Makes the provider. Nothing is read or sent yet.
    pub fn build(self) -> DefaultCredentials {
        let chosen = AtomicUsize::new(NONE);
        DefaultCredentials(Arc::new(Chain { context: self.context, links: OnceLock::new(), chosen }))
    }
}

/// The environment is looked at anew each time.
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
                // The last link that a profile can be in.
                link(Box::new(ini.build()), Explicit::Always([profile::FILE, cli::PROFILE])),
                link(Box::new(machine.build()), Explicit::Never),
                link(Box::new(uri.build()), Explicit::Never),
            ]
        })
    }

    fn chosen(&self) -> Option<&Link> {
        self.links.get()?.get(self.chosen.load(Ordering::Acquire))
    }

    /// The variable that names what a link failed with.
    fn naming(&self, link: &Link, error: &CredentialsError) -> Option<&'static str> {
        let variables = match link.explicit {
            Explicit::UnlessAbsent(variables) if !error.is_absent() => variables,
            Explicit::Always(variables) => variables,
            Explicit::Never | Explicit::UnlessAbsent(_) => return None,
        };
        variables.into_iter().find(|name| self.context.variable(name).is_some())
    }

    /// Asks one link after the other.
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
                let text = format!("{variable} names what cannot be used, so no other link is tried");
                return Err(none(&text, &failures));
            }
        }
        let text = "there are none in the default links; set ALIBABA_CLOUD_ACCESS_KEY_ID and \
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET, run `aliyun configure`, or give credentials in the configuration";
        Err(none(text, &failures))
    }
}

/// The error of a search that failed in these links. It has several causes and therefore no source: its text has all.
fn none(text: &str, failures: &[(&str, CredentialsError)]) -> CredentialsError {
    let reasons: Vec<_> = failures.iter().map(|(name, error)| format!("{name}: {error:#}")).collect();
    CredentialsError::new(format!("{text}; {}", reasons.join("; ")))
}

impl ProvideCredentials for DefaultCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let Some(chosen) = self.0.chosen() else { return CredentialsFuture::new(self.0.walk()) };
        match chosen.provider.credentials().now() {
            Ok(Ok(credentials)) => CredentialsFuture::ready(Ok(credentials)),
            Ok(Err(error)) if !error.is_absent() => CredentialsFuture::ready(Err(error)),
            Ok(Err(_)) => CredentialsFuture::new(self.0.walk()),
            Err(future) => CredentialsFuture::new(async {
                match future.await {
                    Err(error) if error.is_absent() => self.0.walk().await,
                    other => other,
                }
            }),
        }
    }

    fn name(&self) -> &str {
        self.0.chosen().and_then(|link| link.name.get()).map_or("default", String::as_str)
    }

    fn refused(&self, credentials: &Credentials) {
        if let Some(link) = self.0.chosen() {
            link.provider.refused(credentials);
        }
    }

    shares_transport!(0.context);
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
