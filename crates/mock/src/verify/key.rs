//! Access keys.

use std::fmt;
use std::time::SystemTime;

use crate::failure::Failure;

/// An access key that the endpoint accepts. `Debug` shows only its ID.
#[derive(Clone)]
pub struct AccessKey {
    id: String,
    secret: String,
    token: Option<String>,
    expires: Option<SystemTime>,
}

impl AccessKey {
    /// Creates a permanent access key.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), token: None, expires: None }
    }

    /// Makes the key temporary: it is valid only with this security token.
    #[must_use]
    pub fn security_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sets the time at which the security token expires.
    #[must_use]
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires = Some(time);
        self
    }

    /// Returns the ID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    pub(super) fn check_token(&self, sent: Option<&str>, now: SystemTime) -> Result<(), Failure> {
        let failure = |code: &'static str, message: &str| Err(Failure::new(400, code, message));
        match (self.token.as_deref(), sent) {
            (None, None) => Ok(()),
            (None, Some(_)) => {
                failure("InvalidSecurityToken.MismatchWithAccessKey", "this access key has no security token")
            }
            (Some(_), None) => failure("MissingSecurityToken", "this access key requires its security token"),
            (Some(token), Some(sent)) if token != sent => {
                failure("InvalidSecurityToken.Malformed", "the security token does not belong to this access key")
            }
            (Some(_), Some(_)) if self.expires.is_some_and(|expires| expires <= now) => {
                failure("InvalidSecurityToken.Expired", "the security token has expired")
            }
            (Some(_), Some(_)) => Ok(()),
        }
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("temporary", &self.token.is_some())
            .finish_non_exhaustive()
    }
}
