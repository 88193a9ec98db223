//! Credentials for signatures.

use std::sync::Arc;
use std::time::SystemTime;

use zeroize::{Zeroize as _, Zeroizing};

use super::v3;

/// Credentials: an access key, with a security token if it is temporary; a bearer token; or none.
///
/// White space around an ID, a secret or a token is removed. A control character in one of them is an error of the
/// call, and nothing is sent.
///
/// Cheap to clone. `Debug` shows no secret.
#[derive(Clone)]
pub struct Credentials(Arc<Content>);

struct Content {
    secrets: Secrets,
    /// The part that cannot be sent in a request, if there is one.
    malformed: Option<&'static str>,
    expiry: Option<SystemTime>,
    /// Valid only for the callers that are waiting for them.
    fleeting: bool,
}

#[derive(Clone)]
pub(crate) enum Secrets {
    AccessKey {
        id: String,
        secret: Zeroizing<String>,
        token: Option<Zeroizing<String>>,
        /// The secret, prepared for the newer signature.
        prepared: v3::Prepared,
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

    /// Creates credentials from a permanent access key.
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::new(Secrets::key(id.into(), secret.into(), None))
    }

    /// Creates credentials from a temporary access key of the Security Token Service (STS). An empty token counts as
    /// none.
    pub fn temporary(id: impl Into<String>, secret: impl Into<String>, token: impl Into<String>) -> Self {
        Self::new(Secrets::key(id.into(), secret.into(), Some(token.into())))
    }

    /// Creates credentials from a bearer token.
    pub fn bearer(token: impl Into<String>) -> Self {
        let mut token = Zeroizing::new(token.into());
        trim(&mut token);
        Self::new(Secrets::Bearer { token })
    }

    /// Returns empty credentials: requests are not signed. Few operations allow this.
    pub fn anonymous() -> Self {
        Self::new(Secrets::Anonymous)
    }

    /// Sets the time at which the credentials expire.
    #[must_use]
    pub fn expires_at(self, time: SystemTime) -> Self {
        let content = self.into_content();
        Self(Arc::new(Content { expiry: Some(time), ..content }))
    }

    /// Marks the credentials as not cacheable.
    pub(crate) fn fleeting(self) -> Self {
        let content = self.into_content();
        Self(Arc::new(Content { fleeting: true, ..content }))
    }

    fn into_content(self) -> Content {
        Arc::try_unwrap(self.0).unwrap_or_else(|shared| Content { secrets: shared.secrets.clone(), ..*shared })
    }

    /// Returns the name of the part that cannot be sent in a request, if there is one.
    pub(crate) fn malformed(&self) -> Option<&'static str> {
        self.0.malformed
    }

    /// Whether the credentials must not be cached.
    pub(crate) fn is_fleeting(&self) -> bool {
        self.0.fleeting
    }

    /// Returns the time at which the credentials expire, if it is known.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.0.expiry
    }

    /// Returns the ID of the access key. It is not a secret, but it identifies the owner: texts show only its
    /// beginning.
    pub fn access_key_id(&self) -> Option<&str> {
        match &self.0.secrets {
            Secrets::AccessKey { id, .. } => Some(id),
            Secrets::Bearer { .. } | Secrets::Anonymous => None,
        }
    }

    /// Whether both are the same credentials, and not only equal ones.
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
        [&mut id, &mut *secret].into_iter().chain(token.as_deref_mut()).for_each(trim);
        let token = token.filter(|token| !token.is_empty());
        let prepared = v3::prepare(secret.as_bytes());
        Self::AccessKey { id, secret, token, prepared }
    }

    /// Returns the name of the part that cannot be sent in a request.
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
        let malformed = parts.iter().find(|(_, value)| value.is_some_and(is_malformed));
        malformed.map(|(name, _)| *name)
    }

    /// Returns the secret values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let secrets: [Option<&str>; 3] = match self {
            Self::AccessKey { id, secret, token, .. } => {
                // The ID is last, because it may be a part of the others.
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

/// Removes the white space around a text in place, so that no copy of a secret remains in memory.
pub(crate) fn trim(text: &mut String) {
    let start = text.len() - text.trim_start().len();
    if start > 0 {
        let mut trimmed = text[start..].to_owned();
        std::mem::swap(text, &mut trimmed);
        trimmed.zeroize();
    }
    text.truncate(text.trim_end().len());
}

/// Whether a text contains a character that no key, secret or token contains.
pub(crate) fn is_malformed(text: &str) -> bool {
    text.chars().any(char::is_control)
}
