//! Signatures: pure functions from a request, credentials, a time and a nonce to headers and parameters.
//!
//! [`sign`] creates a whole signature; [`v3`] and [`hmac_sha1`] contain the parts, for requests of other kinds.

pub mod hmac_sha1;
#[cfg(feature = "pds")]
mod pds;
#[cfg(feature = "sls")]
mod sls;
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
pub use signed::Signed;
pub use utc_time::UtcTime;

pub use crate::info::Style;

use crate::invalid_input::InvalidInput;

/// The version of a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureVersion {
    /// `ACS3-HMAC-SHA256`.
    #[default]
    V3,
    /// The older `HMAC-SHA1` with `SignatureVersion=1.0`, for products that do not support the newer one.
    HmacSha1,
    /// The `HMAC-SHA1` of Drive and Photo Service. It differs from [`HmacSha1`](Self::HmacSha1) in the headers of
    /// tokens, and signs operations with a path. The clients of this service use it regardless of their configuration.
    #[cfg(feature = "pds")]
    Pds,
    /// `SLS4-HMAC-SHA256` of Simple Log Service, which covers the [region](Request::region) of the request. The clients
    /// of this service use it unless [`HmacSha1`](Self::HmacSha1) is configured.
    #[cfg(feature = "sls")]
    SlsV4,
    /// The older signature `LOG` of Simple Log Service with `hmac-sha1`. The clients of this service use it if
    /// [`HmacSha1`](Self::HmacSha1) is configured. It cannot sign a streamed body.
    #[cfg(feature = "sls")]
    SlsV1,
}

impl SignatureVersion {
    /// Whether the signature covers the SHA-256 of any body.
    pub(crate) const fn covers_body(self) -> bool {
        match self {
            Self::V3 => true,
            Self::HmacSha1 => false,
            #[cfg(feature = "pds")]
            Self::Pds => false,
            #[cfg(feature = "sls")]
            Self::SlsV4 => true,
            #[cfg(feature = "sls")]
            Self::SlsV1 => false,
        }
    }
}

/// A request to sign, with all texts as they are sent.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The style of the operation.
    pub style: Style,
    /// The HTTP method, in upper case.
    pub method: &'a str,
    /// The value of the `host` header, with the port unless it is the default one.
    pub host: &'a str,
    /// The escaped path; an empty one is `/`.
    pub path: &'a str,
    /// The query in canonical form: sorted by name, escaped as RFC 3986 requires, `name=` for an empty value.
    pub query: &'a str,
    /// The name of the operation.
    pub action: &'a str,
    /// The version of the product's API.
    pub version: &'a str,
    /// The ID of the region, such as `cn-hangzhou`. Only the signature of Simple Log Service covers it; empty if
    /// unknown.
    pub region: &'a str,
    /// The content type, if there is one.
    pub content_type: Option<&'a str>,
    /// Further headers. Those that begin with `x-acs-` are signed. None may be a header of the signature.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// The content type of a form body.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// The value of the `accept` header that the signatures assume.
pub(crate) const ACCEPT: &str = "application/json";

/// Signs a request, or returns the headers of an unsigned one, depending on the credentials.
///
/// Send the returned headers in addition to `content-type`, `accept: application/json`, `x-acs-action`, `x-acs-version`
/// and the headers of the request.
pub fn sign(
    request: &Request<'_>,
    credentials: &Credentials,
    version: SignatureVersion,
    time: UtcTime,
    nonce: &str,
) -> Signed {
    with_digest(request, None, credentials, version, time, nonce)
}

/// Like [`sign`] with the SHA-256 of a body that is not in memory; the body of the request is then ignored.
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
            #[cfg(feature = "pds")]
            (SignatureVersion::Pds, _) => pds::sign(request, &key, time, nonce),
            #[cfg(feature = "sls")]
            (SignatureVersion::SlsV4, _) => sls::sign_v4(request, digest, &key, time),
            #[cfg(feature = "sls")]
            (SignatureVersion::SlsV1, _) => sls::sign_v1(request, &key, time),
        };
    }
    let bearer = match credentials.secrets() {
        Secrets::Bearer { token } => Some(token.as_str()),
        _ => None,
    };
    match version {
        SignatureVersion::V3 => v3::unsigned(request, digest, bearer, time, nonce),
        SignatureVersion::HmacSha1 => hmac_sha1::unsigned(request, bearer, time, nonce),
        #[cfg(feature = "pds")]
        SignatureVersion::Pds => pds::unsigned(bearer, time, nonce),
        #[cfg(feature = "sls")]
        SignatureVersion::SlsV4 | SignatureVersion::SlsV1 => sls::unsigned(request, bearer),
    }
}

/// The steps of a signature, to explain or compare it.
///
/// The texts contain the token of temporary credentials; `Debug` shows none of them.
#[non_exhaustive]
pub struct Steps {
    /// The canonical request, whose hash is signed. `None` for the older signature, which signs the request itself.
    pub canonical_request: Option<String>,
    /// The text that is signed with the secret.
    pub string_to_sign: String,
    /// The headers of the signature.
    pub signed: Signed,
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Steps").field("signed", &self.signed).finish_non_exhaustive()
    }
}

/// Signs a request like [`sign`], and returns each step. `None` if the credentials require no signature.
pub fn steps(
    request: &Request<'_>,
    credentials: &Credentials,
    version: SignatureVersion,
    time: UtcTime,
    nonce: &str,
) -> Option<Steps> {
    let text = signed_text(request, None, credentials, version, time, nonce)?;
    let signed = sign(request, credentials, version, time, nonce);
    Some(match version {
        #[cfg(feature = "sls")]
        SignatureVersion::SlsV4 => {
            let string_to_sign = sls::string_to_sign(&text, request.region, time);
            Steps { canonical_request: Some(text), string_to_sign, signed }
        }
        #[cfg(feature = "sls")]
        SignatureVersion::SlsV1 => Steps { canonical_request: None, string_to_sign: text, signed },
        SignatureVersion::V3 => {
            let string_to_sign = v3::string_to_sign(&text);
            Steps { canonical_request: Some(text), string_to_sign, signed }
        }
        SignatureVersion::HmacSha1 => Steps { canonical_request: None, string_to_sign: text, signed },
        #[cfg(feature = "pds")]
        SignatureVersion::Pds => Steps { canonical_request: None, string_to_sign: text, signed },
    })
}

/// Refuses a request with a parameter that the signature adds.
pub(crate) fn check_parameters(
    request: &Request<'_>,
    credentials: &Credentials,
    version: SignatureVersion,
) -> Result<(), InvalidInput> {
    match (version, request.style, credentials.secrets()) {
        (SignatureVersion::HmacSha1, Style::Rpc, _) => hmac_sha1::check_parameters(request),
        (SignatureVersion::V3, Style::Rpc, Secrets::Bearer { .. }) => v3::check_parameters_of_bearer(request),
        #[cfg(feature = "sls")]
        (SignatureVersion::SlsV4, _, Secrets::AccessKey { .. }) => sls::check_region(request),
        _ => Ok(()),
    }
}

/// Refuses a request with a streamed body whose content the signature covers.
pub(crate) fn check_streamed(request: &Request<'_>, version: SignatureVersion) -> Result<(), InvalidInput> {
    let refuse = |what: &str| Err(InvalidInput(format!("{what}: pass the body as bytes")));
    match (version, request.style) {
        (SignatureVersion::HmacSha1, Style::Rpc) if is_form(request.content_type) => {
            refuse("a form cannot be streamed with HMAC-SHA1, whose signature covers its fields")
        }
        #[cfg(feature = "sls")]
        (SignatureVersion::SlsV1, _) => {
            refuse("a body cannot be streamed with the older signature of Simple Log Service, which covers its MD5")
        }
        _ => Ok(()),
    }
}

/// Whether a content type is that of a form, with any parameters such as a charset.
fn is_form(content_type: Option<&str>) -> bool {
    let media_type = content_type.and_then(|text| text.split(';').next());
    media_type.is_some_and(|text| text.trim().eq_ignore_ascii_case(FORM))
}

/// Returns the text that [`sign`] signs: the canonical request, or the string to sign of the older signature. `None` if
/// the credentials require no signature.
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
        #[cfg(feature = "pds")]
        SignatureVersion::Pds => pds::signed_text(request, &key, time, nonce),
        #[cfg(feature = "sls")]
        SignatureVersion::SlsV4 => sls::signed_text_v4(request, digest, &key, time),
        #[cfg(feature = "sls")]
        SignatureVersion::SlsV1 => sls::signed_text_v1(request, &key, time),
    })
}

/// An access key.
pub(crate) struct Key<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    /// The secret, prepared for the newer signature.
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
