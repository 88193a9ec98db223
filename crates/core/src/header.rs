//! Headers of the protocol, and headers that a caller adds.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::invalid_input::InvalidInput;

/// Static header names, which need not be parsed again.
pub(crate) mod names {
    use http::HeaderName;

    pub(crate) static AUTHORIZATION: HeaderName = http::header::AUTHORIZATION;
    pub(crate) static DATE: HeaderName = http::header::DATE;
    pub(crate) static X_ACS_ACCESSKEY_ID: HeaderName = HeaderName::from_static("x-acs-accesskey-id");
    pub(crate) static X_ACS_ACTION: HeaderName = HeaderName::from_static("x-acs-action");
    pub(crate) static X_ACS_BEARER_TOKEN: HeaderName = HeaderName::from_static("x-acs-bearer-token");
    pub(crate) static X_ACS_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-acs-content-sha256");
    pub(crate) static X_ACS_DATE: HeaderName = HeaderName::from_static("x-acs-date");
    pub(crate) static X_ACS_REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
    pub(crate) static X_ACS_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-acs-security-token");
    pub(crate) static X_ACS_SIGNATURE_METHOD: HeaderName = HeaderName::from_static("x-acs-signature-method");
    pub(crate) static X_ACS_SIGNATURE_NONCE: HeaderName = HeaderName::from_static("x-acs-signature-nonce");
    pub(crate) static X_ACS_SIGNATURE_TYPE: HeaderName = HeaderName::from_static("x-acs-signature-type");
    pub(crate) static X_ACS_SIGNATURE_VERSION: HeaderName = HeaderName::from_static("x-acs-signature-version");
    pub(crate) static X_ACS_VERSION: HeaderName = HeaderName::from_static("x-acs-version");
    pub(crate) static X_CA_REQUEST_ID: HeaderName = HeaderName::from_static("x-ca-request-id");
    pub(crate) static X_FC_REQUEST_ID: HeaderName = HeaderName::from_static("x-fc-request-id");
    pub(crate) static X_LOG_REQUESTID: HeaderName = HeaderName::from_static("x-log-requestid");
    #[cfg(feature = "sls")]
    pub(crate) use super::sls::*;
}

/// Names of the headers of Simple Log Service.
#[cfg(feature = "sls")]
mod sls {
    use http::HeaderName;

    pub(crate) static CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
    pub(crate) static X_LOG_APIVERSION: HeaderName = HeaderName::from_static("x-log-apiversion");
    pub(crate) static X_LOG_BODYRAWSIZE: HeaderName = HeaderName::from_static("x-log-bodyrawsize");
    pub(crate) static X_LOG_COMPRESSTYPE: HeaderName = HeaderName::from_static("x-log-compresstype");
    pub(crate) static X_LOG_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-log-content-sha256");
    pub(crate) static X_LOG_DATE: HeaderName = HeaderName::from_static("x-log-date");
    pub(crate) static X_LOG_SIGNATUREMETHOD: HeaderName = HeaderName::from_static("x-log-signaturemethod");
}

/// Returns the request ID in the headers of a response. Function Compute, Simple Log Service, and the API gateway of
/// Drive and Photo Service, send it in headers of their own.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let names = [&names::X_FC_REQUEST_ID, &names::X_CA_REQUEST_ID, &names::X_LOG_REQUESTID, &names::X_ACS_REQUEST_ID];
    let values = names.into_iter().filter_map(|name| headers.get(name)?.to_str().ok());
    values.map(str::trim).find(|id| !id.is_empty())
}

/// Headers that the signature, the client or the connection sets.
const RESERVED: [&str; 24] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "date",
    "host",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-acs-accesskey-id",
    "x-acs-action",
    "x-acs-bearer-token",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-security-token",
    "x-acs-signature",
    "x-acs-signature-method",
    "x-acs-signature-nonce",
    "x-acs-signature-type",
    "x-acs-signature-version",
    "x-acs-version",
];

/// The headers of a request that callers, operations and interceptors set. Each name occurs once.
///
/// `content-type` is separate because every signature covers it: signing and sending read the same field.
#[derive(Clone, Default)]
pub(crate) struct RequestHeaders {
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) others: Vec<(HeaderName, HeaderValue)>,
}

impl RequestHeaders {
    /// Adds a header, or replaces the one of this name.
    pub(crate) fn set(&mut self, name: HeaderName, value: HeaderValue) {
        if name == http::header::CONTENT_TYPE {
            self.content_type = Some(value);
        } else if let Some(known) = self.others.iter_mut().find(|(known, _)| *known == name) {
            known.1 = value;
        } else {
            self.others.push((name, value));
        }
    }

    /// Adds the headers of one source. Each replaces the header of that name from another source.
    ///
    /// # Errors
    ///
    /// Returns an error if a header cannot be sent, or if two have the same name.
    pub(crate) fn set_all<'a>(
        &mut self,
        headers: impl Iterator<Item = (&'a str, &'a str)>,
        sensitive: bool,
    ) -> Result<(), InvalidInput> {
        let mut names: Vec<HeaderName> = Vec::new();
        for (name, value) in headers {
            let (name, mut value) = header(name, value)?;
            if names.contains(&name) {
                return Err(InvalidInput(format!("header {:?} is set more than once", name.as_str())));
            }
            value.set_sensitive(sensitive);
            self.set(name.clone(), value);
            names.push(name);
        }
        Ok(())
    }
}

/// Returns the text of a header. All values that [`header`] accepts are UTF-8.
pub(crate) fn text(value: &HeaderValue) -> &str {
    std::str::from_utf8(value.as_bytes()).unwrap_or_default()
}

/// Returns a valid header. Errors do not contain the value, which may be a secret.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidInput> {
    let refuse = |what: &str| InvalidInput(format!("header {name:?} {what}"));
    let parsed = HeaderName::try_from(name).map_err(|_| refuse("has a name that no header can have"))?;
    if parsed == http::header::ACCEPT_ENCODING {
        return Err(refuse("cannot be set: the client does not decode response bodies"));
    }
    if RESERVED.contains(&parsed.as_str()) {
        return Err(refuse("is set by the client or the connection, and cannot be set"));
    }
    let value = HeaderValue::try_from(value.trim()).map_err(|_| {
        refuse("has a value that is not valid in a header: it contains a line break or another control")
    })?;
    Ok((parsed, value))
}
