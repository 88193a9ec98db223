//! HMAC-SHA1 of requests to Drive and Photo Service: the signature of ROA requests with stricter rules about headers.
//! Every request names the signature, also one with a bearer token or without credentials.

use super::{Identity, Verifier, incomplete, roa};
use crate::failure::Failure;
use crate::request::Request;

pub(super) fn verify(
    verifier: &Verifier,
    request: &Request,
    query: Vec<(String, String)>,
) -> Result<Identity, Failure> {
    for (name, value) in [("x-acs-signature-method", "HMAC-SHA1"), ("x-acs-signature-version", "1.0")] {
        if request.header(name) != Some(value) {
            return Err(incomplete(format!("{name} must be {value}")));
        }
    }
    for name in ["accept", "date", "host", "x-acs-action", "x-acs-signature-nonce", "x-acs-version"] {
        if request.header(name).is_none() {
            return Err(incomplete(format!("the header {name} must be sent exactly once")));
        }
    }
    if request.header_values("x-acs-accesskey-id").next().is_some() {
        return Err(incomplete("x-acs-accesskey-id is not a header of this service"));
    }
    let authorization = request.header_values("authorization").next();
    let bearer = authorization.and_then(|text| text.strip_prefix("Bearer "));
    match (authorization, bearer, request.header("x-acs-bearer-token")) {
        (None, _, None) => Ok(Identity::Nobody),
        (Some(_), None, None) => roa::verify(verifier, request, query),
        (Some(_), Some(token), Some(same)) if token == same => verifier.known_bearer(token),
        _ => Err(incomplete("a bearer token is sent in Authorization and in x-acs-bearer-token")),
    }
}
