//! Credentials that a provider may have to wait for.

use std::task::{Context, Poll};

use super::CredentialsError;
use crate::future::BoxFuture;
use crate::sign::Credentials;

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
