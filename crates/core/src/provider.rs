//! Providers of credentials: the trait, its error, and a cache.

mod cache;
mod error;
mod fixed;
mod future;

use std::sync::Arc;

pub use self::cache::{CachedCredentials, CachedCredentialsBuilder};
pub use self::error::CredentialsError;
pub use self::fixed::StaticCredentials;
pub use self::future::CredentialsFuture;
use crate::sign::Credentials;
use crate::transport::Transport;

/// A source of credentials.
///
/// The client calls the provider before every attempt. A provider whose credentials take time to load should cache
/// them: see [`CachedCredentials`].
pub trait ProvideCredentials: Send + Sync + 'static {
    /// Returns the credentials to sign the next request with.
    fn credentials(&self) -> CredentialsFuture<'_>;

    /// Returns a short name for diagnostics, such as `env`. A provider that wraps another one joins the names:
    /// `default/env`.
    fn name(&self) -> &str;

    /// Reports that the service rejected `credentials` as expired. The provider should not return them again. Default:
    /// does nothing.
    fn refused(&self, credentials: &Credentials) {
        _ = credentials;
    }

    /// Offers the transport of a client, before the first call, if
    /// [`Config::share_transport`](crate::Config::share_transport) is set. A provider that sends requests over the
    /// Internet should use it unless its own transport was set, and a provider that wraps another one should pass it
    /// on. Default: does nothing.
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
