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
