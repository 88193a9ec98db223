//! Verification of signatures, implemented from the published protocol.
//!
//! There are three schemes: `ACS3-HMAC-SHA256` (V3), and the older HMAC-SHA1 for RPC requests (in the query) and ROA
//! requests (in the `Authorization` header), with other rules for Drive and Photo Service; and two of Simple Log
//! Service. A [`Verifier`] has access keys, a clock, and the used nonces. It shares no code with any signer.
//!
//! Other encodings of the same query are accepted: `%2f` for `%2F`, `+` for `%20`. Every other change of the signed
//! parts is rejected.

mod date;
mod key;
mod nonce;
mod pds;
mod roa;
mod rpc;
mod sls;
mod v3;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use alicloud_document::gateway::Gateway;

use crate::failure::Failure;
use crate::request::Request;

pub use key::AccessKey;
pub(crate) use rpc::SYSTEM_PARAMETERS;

/// The maximum difference between the date of a request and the clock.
pub const WINDOW: Duration = Duration::from_secs(15 * 60);

/// A function that returns the time.
pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The signature schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `ACS3-HMAC-SHA256`, for RPC and ROA.
    V3,
    /// HMAC-SHA1 of an RPC request.
    Rpc,
    /// HMAC-SHA1 of a ROA request.
    Roa,
    /// `SLS4-HMAC-SHA256` of a request to Simple Log Service.
    SlsV4,
    /// The older signature `LOG` of a request to Simple Log Service.
    SlsV1,
}

impl Scheme {
    /// Returns the scheme that a request states.
    pub(crate) fn of(request: &Request, query: &[(String, String)], form: &[(String, String)]) -> Option<Self> {
        let authorization = request.header_values("authorization").next().unwrap_or_default();
        let named = |name: &str| query.iter().any(|(key, _)| key == name);
        let named_in_form = |name: &str| form.iter().any(|(key, _)| key == name);
        if authorization.starts_with("ACS3-") {
            Some(Self::V3)
        } else if !authorization.is_empty() {
            Some(Self::Roa)
        } else if named("Signature") || named("SignatureMethod") {
            Some(Self::Rpc)
        } else if (named("Action") || named_in_form("Action"))
            && (named_in_form("Signature") || named_in_form("SignatureMethod"))
        {
            // The classic SDKs put the signature of a POST into the form. `Action` beside it distinguishes it from a
            // form parameter of an operation.
            Some(Self::Rpc)
        } else {
            None
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::V3 => "ACS3-HMAC-SHA256",
            Self::Rpc => "HMAC-SHA1 (RPC)",
            Self::Roa => "HMAC-SHA1 (ROA)",
            Self::SlsV4 => "SLS4-HMAC-SHA256",
            Self::SlsV1 => "LOG",
        })
    }
}

/// The sender of a request, by its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Identity {
    /// The holder of an access key.
    Signed {
        /// The scheme of the signature.
        scheme: Scheme,
        /// The ID of the access key.
        access_key_id: String,
    },
    /// The holder of a known bearer token.
    Bearer,
    /// An anonymous sender: the request has no signature. The caller decides whether this is permitted.
    Nobody,
}

/// Verifies requests.
pub struct Verifier {
    keys: Mutex<HashMap<String, AccessKey>>,
    bearer_tokens: Vec<String>,
    nonces: nonce::Nonces,
    clock: Clock,
}

impl Verifier {
    /// Creates a verifier with these keys and the system's clock.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = AccessKey>) -> Self {
        Self {
            keys: Mutex::new(keys.into_iter().map(|key| (key.id().to_owned(), key)).collect()),
            bearer_tokens: Vec::new(),
            nonces: nonce::Nonces::default(),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Accepts this bearer token.
    #[must_use]
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.bearer_tokens.push(token.into());
        self
    }

    /// Accepts this access key, and replaces one with the same ID.
    pub fn allow(&self, key: AccessKey) {
        self.keys().insert(key.id().to_owned(), key);
    }

    /// Removes the access key with this ID.
    pub fn revoke(&self, access_key_id: &str) {
        self.keys().remove(access_key_id);
    }

    /// Returns the sender of a request. The nonce of an accepted request cannot be used again.
    ///
    /// # Errors
    /// Returns the service's response to a request with an invalid signature, date, nonce, key or token.
    pub fn verify(&self, request: &Request) -> Result<Identity, Failure> {
        self.verify_behind(None, request)
    }

    /// Returns the sender of a request to a service behind a gateway; see [`verify`](Self::verify).
    pub(crate) fn verify_behind(&self, gateway: Option<Gateway>, request: &Request) -> Result<Identity, Failure> {
        if !request.target.starts_with('/') {
            return Err(Failure::invalid("the target of the request must begin with /"));
        }
        let malformed = |what: &'static str| {
            move |error: crate::percent::DecodeError| Failure::invalid(format!("the {what} {}", error.reason()))
        };
        let query = request.query().map_err(malformed("query"))?;
        if gateway == Some(Gateway::Pds) {
            return pds::verify(self, request, query);
        }
        if gateway == Some(Gateway::Sls) {
            return sls::verify(self, request, query);
        }
        let form = request.form().map_err(malformed("body"))?.unwrap_or_default();
        match Scheme::of(request, &query, &form) {
            Some(Scheme::V3) => v3::verify(self, request, query),
            Some(Scheme::Roa) => roa::verify(self, request, query),
            Some(Scheme::Rpc) => rpc::verify(self, request, query, form),
            // Only the gateway of Simple Log Service has the others.
            None | Some(Scheme::SlsV4 | Scheme::SlsV1) => self.verify_bearer(request, &query),
        }
    }

    fn verify_bearer(&self, request: &Request, query: &[(String, String)]) -> Result<Identity, Failure> {
        let in_query = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let header = request.header("x-acs-bearer-token");
        let Some(token) = header.or_else(|| in_query("BearerToken")) else { return Ok(Identity::Nobody) };
        let kind = in_query("SignatureType").or_else(|| request.header("x-acs-signature-type"));
        if kind != Some("BEARERTOKEN") {
            return Err(incomplete("a bearer token requires the signature type BEARERTOKEN"));
        }
        self.known_bearer(token)
    }

    fn known_bearer(&self, token: &str) -> Result<Identity, Failure> {
        match self.bearer_tokens.iter().any(|known| known == token) {
            true => Ok(Identity::Bearer),
            false => Err(Failure::new(400, "InvalidBearerToken", "the bearer token is unknown")),
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<String, AccessKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the key with this ID, if its security token is valid.
    fn key(&self, id: &str, token: Option<&str>) -> Result<AccessKey, Failure> {
        let key = self.keys().get(id).cloned();
        let key = key.ok_or_else(|| Failure::new(404, "InvalidAccessKeyId.NotFound", "the access key is unknown"))?;
        key.check_token(token, (self.clock)())?;
        Ok(key)
    }

    fn check_date(&self, date: SystemTime) -> Result<(), Failure> {
        let now = (self.clock)();
        let distance = now.duration_since(date).unwrap_or_else(|error| error.duration());
        if distance > WINDOW {
            let message = "the date of the request is more than 15 minutes from the time of the server";
            return Err(Failure::new(400, "InvalidTimeStamp.Expired", message));
        }
        Ok(())
    }

    fn use_nonce(&self, access_key_id: &str, nonce: &str) -> Result<(), Failure> {
        if nonce.is_empty() {
            return Err(incomplete("the nonce is empty"));
        }
        if !self.nonces.insert(access_key_id, nonce, (self.clock)()) {
            return Err(Failure::new(400, "SignatureNonceUsed", "the nonce was used before"));
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Verifier").field("keys", &self.keys().len()).finish_non_exhaustive()
    }
}

fn incomplete(message: impl Into<String>) -> Failure {
    Failure::new(400, "IncompleteSignature", message)
}

fn bad_date(name: &str, form: &str) -> Failure {
    Failure::new(400, "InvalidTimeStamp.Format", format!("{name} is not a date of the form {form}"))
}

/// Creates the error for a wrong signature. The detail contains the signed text, for comparison.
fn mismatch(detail: String) -> Failure {
    let message = "the signature differs from the one that the server computed";
    Failure { detail: Some(detail), ..Failure::new(400, "SignatureDoesNotMatch", message) }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}
