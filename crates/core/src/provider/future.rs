//! The future of a provider.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::CredentialsError;
use crate::future::BoxFuture;
use crate::sign::Credentials;

/// A future of credentials.
pub struct CredentialsFuture<'a>(BoxFuture<'a, Result<Credentials, CredentialsError>>);

impl<'a> CredentialsFuture<'a> {
    /// Creates a future that is ready.
    pub fn ready(result: Result<Credentials, CredentialsError>) -> Self {
        Self::new(std::future::ready(result))
    }

    /// Creates a future from another one.
    pub fn new(future: impl Future<Output = Result<Credentials, CredentialsError>> + Send + 'a) -> Self {
        Self(Box::pin(future))
    }
}

impl Future for CredentialsFuture<'_> {
    type Output = Result<Credentials, CredentialsError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}
