//! The signature of Drive and Photo Service: `HMAC-SHA1` of a ROA request. Every request names the signature, also one
//! without it, and a security token has no access key beside it.

use super::hmac_sha1::{authorize_roa, roa_basics, roa_method, roa_text};
use super::{Key, Request, Signed, UtcTime};
use crate::header::names::*;

pub(super) fn sign(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> Signed {
    let (mut signed, text) = begin(request, key, time, nonce);
    authorize_roa(&mut signed, &text, key);
    signed
}

/// Returns the text that [`sign`] signs.
pub(super) fn signed_text(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> String {
    begin(request, key, time, nonce).1
}

/// Returns everything except the signature, and the string to sign.
fn begin(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> (Signed, String) {
    let date = time.http();
    let mut signed = headers(&date, nonce);
    if let Some(token) = key.token {
        signed.add(&X_ACS_SECURITY_TOKEN, token);
    }
    let text = roa_text(request, &signed, &date);
    (signed, text)
}

/// Returns the headers of an unsigned request: a bearer token, or nothing.
pub(super) fn unsigned(bearer: Option<&str>, time: UtcTime, nonce: &str) -> Signed {
    let mut signed = headers(&time.http(), nonce);
    if let Some(token) = bearer {
        signed.add(&X_ACS_BEARER_TOKEN, token);
        signed.add(&AUTHORIZATION, format!("Bearer {token}"));
    }
    signed
}

/// Returns the headers of every request.
fn headers(date: &str, nonce: &str) -> Signed {
    let mut signed = Signed::default();
    roa_basics(&mut signed, date, nonce);
    roa_method(&mut signed);
    signed
}
