//! The future of a provider.

use std::task::{Context, Poll};

use super::CredentialsError;
use crate::future::BoxFuture;
use crate::sign::Credentials;

/// A future of credentials. Credentials that are ready need no allocation.
pub struct CredentialsFuture<'a>(Inner<'a>);

enum Inner<'a> {
    Ready(Option<Result<Credentials, CredentialsError>>),
    Boxed(BoxFuture<'a, Result<Credentials, CredentialsError>>),
}

impl<'a> CredentialsFuture<'a> {
    /// Creates a future that is ready.
    pub fn ready(result: Result<Credentials, CredentialsError>) -> Self {
        Self(Inner::Ready(Some(result)))
    }

    /// Creates a future from another one.
    pub fn new(future: impl Future<Output = Result<Credentials, CredentialsError>> + Send + 'a) -> Self {
        Self(Inner::Boxed(Box::pin(future)))
    }

    /// Returns the result if it is ready, and otherwise the future.
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
