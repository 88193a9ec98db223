//! Signatures: pure functions from a request, credentials, a time and a nonce to headers and parameters.
//!
//! [`sign`] makes a whole signature; [`v3`] and [`hmac_sha1`] hold the pieces for those who sign other requests.

pub mod hmac_sha1;
pub mod v3;

mod credentials;
mod difference;
mod signed;
mod utc_time;

#[cfg(test)]
mod tests;

pub use credentials::Credentials;
pub(crate) use credentials::{Secrets, is_malformed, trim};
pub(crate) use difference::difference;
pub(crate) use signed::Parts;
pub use signed::Signed;
pub use utc_time::UtcTime;

pub use crate::info::Style;

use crate::invalid_input::InvalidInput;

/// Which signature a request carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureVersion {
    /// `ACS3-HMAC-SHA256`.
    #[default]
    V3,
    /// The older one, `HMAC-SHA1` with `SignatureVersion=1.0`, for products that do not know the newer one.
    HmacSha1,
}

/// A request to be signed, all texts as they go on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The style of its operation.
    pub style: Style,
    /// The HTTP method, in capitals.
    pub method: &'a str,
    /// The value of the `host` header: with the port unless it is the usual one.
    pub host: &'a str,
    /// The path, escaped; an empty one is `/`.
    pub path: &'a str,
    /// The query in canonical form: sorted by name, escaped by RFC 3986, `name=` where the value is empty.
    pub query: &'a str,
    /// The operation's name.
    pub action: &'a str,
    /// The version of the product's API.
    pub version: &'a str,
    /// The content type, if it is sent.
    pub content_type: Option<&'a str>,
    /// Further headers; those that begin with `x-acs-` are signed. None of them may be one that the signature adds.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// The content type of a form body.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// The value of the `accept` header that the signatures assume.
pub(crate) const ACCEPT: &str = "application/json";

/// Signs a request, or marks it as one that goes without a signature, whatever the credentials call for.
///
/// What comes back is to be sent beside `content-type`, `accept: application/json`, `x-acs-action`, `x-acs-version`
/// and the request's own headers.
pub fn sign(
    request: &Request<'_>,
    credentials: &Credentials,
    version: SignatureVersion,
    time: UtcTime,
    nonce: &str,
) -> Signed {
    with_digest(request, None, credentials, version, time, nonce)
}

/// As [`sign`]; `digest` is the SHA-256 of a body that is not at hand, and then that of the request is not looked at.
///
/// The older signature does not cover a body that is not a form.
pub fn with_digest(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    credentials: &Credentials,
    version: SignatureVersion,
    time: UtcTime,
    nonce: &str,
) -> Signed {
    if let Some(key) = Key::of(credentials) {
        return match (version, request.style) {
            (SignatureVersion::V3, _) => v3::sign(request, digest, &key, time, nonce),
            (SignatureVersion::HmacSha1, Style::Rpc) => hmac_sha1::sign_rpc(request, &key, time, nonce),
            (SignatureVersion::HmacSha1, Style::Roa) => hmac_sha1::sign_roa(request, &key, time, nonce),
        };
    }
    let bearer = match credentials.secrets() {
        Secrets::Bearer { token } => Some(token.as_str()),
        _ => None,
    };
    match version {
        SignatureVersion::V3 => v3::unsigned(request, digest, bearer, time, nonce),
        SignatureVersion::HmacSha1 => hmac_sha1::unsigned(request, bearer, time, nonce),
    }
}

/// Refuses a request with a parameter that the signature has a parameter of its own for.
pub(crate) fn check_parameters(
    request: &Request<'_>,
    credentials: &Credentials,
    version: SignatureVersion,
) -> Result<(), InvalidInput> {
    match (version, request.style, credentials.secrets()) {
        (SignatureVersion::HmacSha1, Style::Rpc, _) => hmac_sha1::check_parameters(request),
        (SignatureVersion::V3, Style::Rpc, Secrets::Bearer { .. }) => v3::check_parameters_of_bearer(request),
        _ => Ok(()),
    }
}

/// Whether the signature covers the fields of the body.
pub(crate) fn covers_form(request: &Request<'_>, version: SignatureVersion) -> bool {
    (version, request.style) == (SignatureVersion::HmacSha1, Style::Rpc) && is_form(request.content_type)
}

/// Whether a body of this content type is a form, whatever parameters (such as a charset) the type has.
fn is_form(content_type: Option<&str>) -> bool {
    let media_type = content_type.and_then(|text| text.split(';').next());
    media_type.is_some_and(|text| text.trim().eq_ignore_ascii_case(FORM))
}

/// The text that [`sign`] makes a signature of: the canonical request, or the older signature's string to sign. `None`
/// where the credentials call for no signature.
pub(crate) fn signed_text(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    credentials: &Credentials,
    version: SignatureVersion,
    time: UtcTime,
    nonce: &str,
) -> Option<String> {
    let key = Key::of(credentials)?;
    Some(match version {
        SignatureVersion::V3 => v3::signed_text(request, digest, &key, time, nonce),
        SignatureVersion::HmacSha1 => hmac_sha1::signed_text(request, &key, time, nonce),
    })
}

/// An access key in use.
pub(crate) struct Key<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    /// The secret, ready for the newer signature.
    pub(crate) prepared: &'a v3::Prepared,
    pub(crate) token: Option<&'a str>,
}

impl<'a> Key<'a> {
    fn of(credentials: &'a Credentials) -> Option<Self> {
        match credentials.secrets() {
            Secrets::AccessKey { id, secret, token, prepared } => {
                Some(Self { id, secret, prepared, token: token.as_ref().map(|token| token.as_str()) })
            }
            Secrets::Bearer { .. } | Secrets::Anonymous => None,
        }
    }
}
