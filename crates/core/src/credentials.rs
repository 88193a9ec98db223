//! Who calls: credentials, and where they come from.
//!
//! [`DefaultCredentials`] are what a client uses that is told nothing; each place that they look at is a provider of its
//! own. [The guide](crate::guide::credentials) tells how they go together.
//!
//! ```
//! use alicloud_core::credentials::{Credentials, StaticCredentials};
//!
//! let fixed = StaticCredentials::new(Credentials::access_key("LTAI5tMyAccessKeyId", "my-secret"));
//! assert_eq!(format!("{fixed:?}"), "StaticCredentials(Credentials { access_key_id: \"LTAI***\", .. })");
//! ```

mod assume_role;
mod cache;
mod cli;
mod default;
mod ecs;
mod environment;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod ini;
mod oidc;
mod process;
mod profile;
mod region;
mod route;
mod session;
mod sts;
mod surroundings;
mod uri;
mod value;

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use zeroize::Zeroizing;

pub use assume_role::{AssumeRoleCredentials, AssumeRoleCredentialsBuilder};
pub use cache::{CachedCredentials, CachedCredentialsBuilder};
pub use cli::{CliProfileCredentials, CliProfileCredentialsBuilder};
pub use default::{DefaultCredentials, DefaultCredentialsBuilder};
pub use ecs::{EcsRamRoleCredentials, EcsRamRoleCredentialsBuilder};
pub use environment::EnvironmentCredentials;
pub use oidc::{OidcRoleCredentials, OidcRoleCredentialsBuilder};
pub use process::{ProcessCredentials, ProcessCredentialsBuilder};
pub use profile::{IniProfileCredentials, IniProfileCredentialsBuilder};
pub(crate) use region::profile_region;
pub use uri::{UriCredentials, UriCredentialsBuilder};

use crate::future::BoxFuture;
use crate::transport::Transport;

/// Credentials: an access key, with a security token if it is a temporary one; or a bearer token; or none.
///
/// White space around an id, a secret or a token is removed. A control character inside one is an error of the call
/// that uses the credentials, before anything is sent.
///
/// Cheap to clone. `Debug` shows no secret.
#[derive(Clone)]
pub struct Credentials(Arc<Content>);

struct Content {
    secrets: Secrets,
    /// The part that no request can carry, if there is one.
    malformed: Option<&'static str>,
    expiry: Option<SystemTime>,
    /// Good for those who wait for them alone.
    fleeting: bool,
}

#[derive(Clone)]
pub(crate) enum Secrets {
    AccessKey {
        id: String,
        secret: Zeroizing<String>,
        token: Option<Zeroizing<String>>,
        /// The secret, ready for the newer signature.
        prepared: crate::sign::v3::Prepared,
    },
    Bearer {
        token: Zeroizing<String>,
    },
    Anonymous,
}

impl Credentials {
    fn new(secrets: Secrets) -> Self {
        let malformed = secrets.malformed();
        Self(Arc::new(Content { secrets, malformed, expiry: None, fleeting: false }))
    }

    /// A lasting access key.
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::new(Secrets::key(id.into(), secret.into(), None))
    }

    /// A temporary access key, as the Security Token Service (STS) hands it out. An empty token counts as none.
    pub fn temporary(id: impl Into<String>, secret: impl Into<String>, token: impl Into<String>) -> Self {
        Self::new(Secrets::key(id.into(), secret.into(), Some(token.into())))
    }

    /// A bearer token.
    pub fn bearer(token: impl Into<String>) -> Self {
        let mut token = Zeroizing::new(token.into());
        value::trim(&mut token);
        Self::new(Secrets::Bearer { token })
    }

    /// No credentials: the request is not signed. Few operations allow it.
    pub fn anonymous() -> Self {
        Self::new(Secrets::Anonymous)
    }

    /// The same credentials, known to expire at `time`.
    #[must_use]
    pub fn expires_at(self, time: SystemTime) -> Self {
        let content = self.into_content();
        Self(Arc::new(Content { expiry: Some(time), ..content }))
    }

    /// The same credentials, not to be kept.
    pub(crate) fn fleeting(self) -> Self {
        let content = self.into_content();
        Self(Arc::new(Content { fleeting: true, ..content }))
    }

    fn into_content(self) -> Content {
        Arc::try_unwrap(self.0).unwrap_or_else(|shared| Content { secrets: shared.secrets.clone(), ..*shared })
    }

    /// The name of a part that no request can carry, if there is one.
    pub(crate) fn malformed(&self) -> Option<&'static str> {
        self.0.malformed
    }

    /// Whether they are not to be kept.
    pub(crate) fn is_fleeting(&self) -> bool {
        self.0.fleeting
    }

    /// When the credentials expire, if that is known.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.0.expiry
    }

    /// The id of the access key. It is no secret, but it tells whose key it is: texts show its beginning alone.
    pub fn access_key_id(&self) -> Option<&str> {
        match &self.0.secrets {
            Secrets::AccessKey { id, .. } => Some(id),
            Secrets::Bearer { .. } | Secrets::Anonymous => None,
        }
    }

    /// Whether these are the same credentials, not merely some that look alike.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }
}

impl Secrets {
    fn key(mut id: String, secret: String, token: Option<String>) -> Self {
        let (mut secret, mut token) = (Zeroizing::new(secret), token.map(Zeroizing::new));
        [&mut id, &mut *secret].into_iter().chain(token.as_deref_mut()).for_each(value::trim);
        let token = token.filter(|token| !token.is_empty());
        let prepared = crate::sign::v3::prepare(&secret);
        Self::AccessKey { id, secret, token, prepared }
    }

    /// The name of a part that no request can carry.
    fn malformed(&self) -> Option<&'static str> {
        let parts: [(&str, Option<&str>); 3] = match self {
            Self::AccessKey { id, secret, token, .. } => [
                ("access key ID", Some(id)),
                ("access key secret", Some(secret)),
                ("security token", token.as_ref().map(|token| token.as_str())),
            ],
            Self::Bearer { token } => [("bearer token", Some(token)), ("", None), ("", None)],
            Self::Anonymous => return None,
        };
        let malformed = parts.iter().find(|(_, value)| value.is_some_and(value::is_malformed));
        malformed.map(|(name, _)| *name)
    }

    /// What must not be told.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let secrets: [Option<&str>; 3] = match self {
            Self::AccessKey { id, secret, token, .. } => {
                // The id comes last: it may be a part of the others.
                [Some(secret), token.as_ref().map(|token| token.as_str()), Some(id)]
            }
            Self::Bearer { token } => [Some(token), None, None],
            Self::Anonymous => [None; 3],
        };
        secrets.into_iter().flatten()
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Credentials");
        match &self.0.secrets {
            Secrets::AccessKey { id, .. } => _ = out.field("access_key_id", &crate::secret::hint(id)),
            Secrets::Bearer { .. } => _ = out.field("kind", &"bearer"),
            Secrets::Anonymous => _ = out.field("kind", &"anonymous"),
        }
        if let Some(expiry) = &self.0.expiry {
            out.field("expiry", expiry);
        }
        out.finish_non_exhaustive()
    }
}

/// Why there are no credentials. Contains no secret.
///
/// `Display` prints one line without the [source](std::error::Error::source); the alternate form, `{error:#}`, appends
/// the sources.
#[derive(Clone)]
pub struct CredentialsError {
    text: Arc<str>,
    absent: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl CredentialsError {
    /// `text` tells what is missing or went wrong, and what to do. It is shown to people, so it must hold no secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into().into(), absent: false, source: None }
    }

    /// Adds the error that caused this one. It is shown to people as well, so it must hold no secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// The source is not set up, as `text` tells: nothing went wrong.
    pub(crate) fn absent(text: impl Into<String>) -> Self {
        Self { absent: true, ..Self::new(text) }
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.absent
    }
}

impl std::fmt::Debug for CredentialsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CredentialsError({:?})", self.text)
    }
}

impl std::fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)?;
        crate::error::write_sources(self, f)
    }
}

impl std::error::Error for CredentialsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// Where credentials come from.
///
/// It is asked before every attempt, so what takes time should be cached by the provider.
pub trait ProvideCredentials: Send + Sync + 'static {
    /// The credentials that are good now.
    fn credentials(&self) -> CredentialsFuture<'_>;

    /// A short name for diagnostics, such as `env`. Providers made of others chain the names: `default/env`.
    fn name(&self) -> &str;

    /// The service said that `credentials` have expired: they should not be handed out again.
    fn refused(&self, credentials: &Credentials) {
        _ = credentials;
    }

    /// Offers the transport of a client, if [`Config::share_transport`](crate::Config::share_transport) says so, before
    /// the first call. A provider that sends requests over the Internet should use it unless it was given a transport
    /// of its own, and one that wraps another provider should pass it on. Default: the transport is not used.
    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        _ = transport;
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn credentials(&self) -> CredentialsFuture<'_> {
        (**self).credentials()
    }

    fn name(&self) -> &str {
        (**self).name()
    }

    fn refused(&self, credentials: &Credentials) {
        (**self).refused(credentials);
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        (**self).use_transport(transport);
    }
}

/// Credentials to come. Ready ones cost no allocation.
pub struct CredentialsFuture<'a>(Inner<'a>);

enum Inner<'a> {
    Ready(Option<Result<Credentials, CredentialsError>>),
    Boxed(BoxFuture<'a, Result<Credentials, CredentialsError>>),
}

impl<'a> CredentialsFuture<'a> {
    /// Credentials, or an error, that are there already.
    pub fn ready(result: Result<Credentials, CredentialsError>) -> Self {
        Self(Inner::Ready(Some(result)))
    }

    /// Credentials that take time.
    pub fn new(future: impl Future<Output = Result<Credentials, CredentialsError>> + Send + 'a) -> Self {
        Self(Inner::Boxed(Box::pin(future)))
    }

    /// The credentials, or the error, if they are there already.
    pub(crate) fn now(self) -> Result<Result<Credentials, CredentialsError>, Self> {
        match self.0 {
            Inner::Ready(Some(result)) => Ok(result),
            other => Err(Self(other)),
        }
    }
}

impl Future for CredentialsFuture<'_> {
    type Output = Result<Credentials, CredentialsError>;

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Inner::Ready(result) => result.take().map_or(Poll::Pending, Poll::Ready),
            Inner::Boxed(future) => future.as_mut().poll(context),
        }
    }
}

/// Credentials that never change.
#[derive(Clone)]
pub struct StaticCredentials(Credentials);

impl StaticCredentials {
    /// Takes credentials of any kind.
    pub fn new(credentials: Credentials) -> Self {
        Self(credentials)
    }
}

impl From<Credentials> for StaticCredentials {
    fn from(credentials: Credentials) -> Self {
        Self(credentials)
    }
}

impl std::fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StaticCredentials({:?})", self.0)
    }
}

impl ProvideCredentials for StaticCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::ready(Ok(self.0.clone()))
    }

    fn name(&self) -> &str {
        match self.0.secrets() {
            Secrets::AccessKey { token: None, .. } => "static_ak",
            Secrets::AccessKey { token: Some(_), .. } => "static_sts",
            Secrets::Bearer { .. } => "bearer",
            Secrets::Anonymous => "anonymous",
        }
    }
}

/// Credentials themselves are a provider of nothing but themselves.
impl ProvideCredentials for Credentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::ready(Ok(self.clone()))
    }

    fn name(&self) -> &str {
        "static"
    }
}
