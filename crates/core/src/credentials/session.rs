//! Temporary credentials in the formats of their sources.

use std::time::SystemTime;

use bytes::Bytes;
use http::Response;

use super::{Credentials, CredentialsError, value};
use crate::decode::{self, Decode, DecodeTarget};
use crate::sign::UtcTime;

/// The fields of temporary credentials, in all spellings. Without `Debug`, which would show secrets.
#[derive(Default)]
pub(super) struct SessionCredentials {
    pub(super) id: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) token: Option<String>,
    pub(super) expiration: Option<String>,
    /// `Success`, if the source reports a code.
    pub(super) code: Option<String>,
    /// `AK` or `StsToken`, if the source reports a mode.
    pub(super) mode: Option<String>,
    /// The fields one level deeper.
    pub(super) inner: Option<Box<SessionCredentials>>,
}

impl Decode for SessionCredentials {
    // Each source has its own spelling; `access_key_id` and `sts_token` are those of an external process.
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        Some(match name {
            "AccessKeyId" | "accessKeyId" | "access_key_id" => &mut self.id,
            "AccessKeySecret" | "accessKeySecret" | "access_key_secret" => &mut self.secret,
            "SecurityToken" | "securityToken" | "sts_token" => &mut self.token,
            "Expiration" | "expiration" => &mut self.expiration,
            "Code" => &mut self.code,
            "mode" => &mut self.mode,
            "Credentials" | "CloudCredential" => &mut self.inner,
            _ => return None,
        })
    }
}

impl SessionCredentials {
    /// Reads a response of `source`, which must have status 200 and contain JSON.
    pub(super) fn from_response(response: &Response<Bytes>, source: &str) -> Result<Self, CredentialsError> {
        expect_success(response, source)?;
        Self::read(response.body(), source)
    }

    /// Reads the JSON of `source`.
    pub(super) fn read(json: &[u8], source: &str) -> Result<Self, CredentialsError> {
        let mut credentials = Self::default();
        decode::read(json, &mut credentials)
            .map_err(|failure| CredentialsError::new(format!("the response of {source} cannot be read: {failure}")))?;
        Ok(match credentials.inner.take() {
            Some(inner) => *inner,
            None => credentials,
        })
    }

    /// Returns the credentials. All four fields are required.
    pub(super) fn temporary(self, source: &str) -> Result<Credentials, CredentialsError> {
        let required = |name: &str, value: Option<String>| {
            let value = value::secret(&format!("{name} from {source}"), value)?;
            value.ok_or_else(|| CredentialsError::new(format!("the response of {source} has no {name}")))
        };
        let id = required("AccessKeyId", self.id)?;
        let secret = required("AccessKeySecret", self.secret)?;
        let token = required("SecurityToken", self.token)?;
        let expiration = required("Expiration", self.expiration)?;
        Ok(Credentials::temporary(id, secret, token).expires_at(time(&expiration, source)?))
    }
}

/// Returns an error unless the status is 200. Redirects are not followed.
pub(super) fn expect_success(response: &Response<Bytes>, source: &str) -> Result<(), CredentialsError> {
    match response.status().as_u16() {
        200 => Ok(()),
        status @ 300..=399 => Err(CredentialsError::new(format!(
            "{source} responded with HTTP {status}: a redirect, which is not followed"
        ))),
        status => Err(CredentialsError::new(format!("{source} responded with HTTP {status}"))),
    }
}

/// Reads an expiration such as `2026-01-02T03:04:05Z` or `2026-01-02T11:04:05+08:00`.
pub(super) fn time(text: &str, source: &str) -> Result<SystemTime, CredentialsError> {
    let time = UtcTime::from_iso(text);
    let time = time.ok_or_else(|| {
        CredentialsError::new(format!(
            "the expiration from {source} is not a time with an offset from UTC, such as \
             2026-01-02T03:04:05Z or 2026-01-02T11:04:05+08:00"
        ))
    })?;
    Ok(time.into())
}
