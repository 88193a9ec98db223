//! Credentials that never change.

use super::{CredentialsFuture, ProvideCredentials};
use crate::sign::{Credentials, Secrets};

/// Credentials that never change.
#[derive(Clone)]
pub struct StaticCredentials(Credentials);

impl StaticCredentials {
    /// Creates a provider of the given credentials.
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

/// Returns itself.
impl ProvideCredentials for Credentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::ready(Ok(self.clone()))
    }

    fn name(&self) -> &str {
        "static"
    }
}
