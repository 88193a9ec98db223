//! The signatures of Simple Log Service: `SLS4-HMAC-SHA256`, and the older `LOG`.

use std::borrow::Cow;

use hmac::Mac as _;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::hmac_sha1::{parameters, signature};
use super::v3::{self, payload};
use super::{Key, Request, Signed, UtcTime};
use crate::header::names::*;
use crate::hex::hex;
use crate::invalid_input::InvalidInput;
use crate::percent;

const ALGORITHM: &str = "SLS4-HMAC-SHA256";
/// The last part of the scope, and the last input of the signing key.
const TERMINATOR: &str = "aliyun_v4_request";
/// The version of the API, which is not that of the product.
const API_VERSION: &str = "0.6.0";

pub(super) fn sign_v4(request: &Request<'_>, digest: Option<&[u8; 32]>, key: &Key<'_>, time: UtcTime) -> Signed {
    let (mut signed, canonical) = begin_v4(request, digest, key, time);
    let text = string_to_sign(&canonical, request.region, time);
    let date = date(time);
    let first = mac(format!("aliyun_v4{}", key.secret).as_bytes(), &date);
    let signing_key = [request.region, "sls", TERMINATOR].iter().fold(first, |key, part| mac(&key, part));
    let signature = hex(&mac(&signing_key, &text));
    let scope = scope(&date, request.region);
    signed.add_signature(&AUTHORIZATION, &format!("{ALGORITHM} Credential={}/{scope},Signature=", key.id), signature);
    signed
}

/// Returns the canonical request, whose hash [`sign_v4`] signs.
pub(super) fn signed_text_v4(request: &Request<'_>, digest: Option<&[u8; 32]>, key: &Key<'_>, time: UtcTime) -> String {
    begin_v4(request, digest, key, time).1
}

/// Returns the text that is signed for a canonical request.
pub(super) fn string_to_sign(canonical: &str, region: &str, time: UtcTime) -> String {
    let hash = hex(&Sha256::digest(canonical));
    format!("{ALGORITHM}\n{}\n{}\n{hash}", compact(time), scope(&date(time), region))
}

/// Refuses a request without a region, which the signature covers.
pub(super) fn check_region(request: &Request<'_>) -> Result<(), InvalidInput> {
    match request.region.is_empty() {
        true => Err(InvalidInput(
            "the signature of Simple Log Service requires a region: set it in the configuration".into(),
        )),
        false => Ok(()),
    }
}

/// Returns everything except the signature, and the canonical request.
fn begin_v4(request: &Request<'_>, digest: Option<&[u8; 32]>, key: &Key<'_>, time: UtcTime) -> (Signed, String) {
    let hash = payload(request, digest);
    let mut signed = basics(request, key);
    signed.add(&X_LOG_DATE, compact(time));
    signed.add(&X_LOG_CONTENT_SHA256, hash.as_str());
    let mut headers = signed_headers(request, &signed);
    headers.push(("host".into(), request.host));
    headers.extend(request.content_type.map(|value| ("content-type".into(), value)));
    headers.sort();

    let mut text = format!("{}\n{}\n", request.method, if request.path.is_empty() { "/" } else { request.path });
    for (index, (name, value)) in sorted_query(request.query).iter().enumerate() {
        if index > 0 {
            text.push('&');
        }
        // The signature covers unescaped names and escaped values.
        text.push_str(name);
        if !value.is_empty() {
            text.push('=');
            text.push_str(value);
        }
    }
    text.push('\n');
    for (name, value) in &headers {
        for part in [name, ":", value.trim(), "\n"] {
            text.push_str(part);
        }
    }
    text.push('\n');
    let names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
    text.push_str(&names.join(";"));
    text.push('\n');
    text.push_str(&hash);
    (signed, text)
}

pub(super) fn sign_v1(request: &Request<'_>, key: &Key<'_>, time: UtcTime) -> Signed {
    let (mut signed, text) = begin_v1(request, key, time);
    let signature = signature(&text, key.secret);
    signed.add_signature(&AUTHORIZATION, &format!("LOG {}:", key.id), signature);
    signed
}

/// Returns the text that [`sign_v1`] signs.
pub(super) fn signed_text_v1(request: &Request<'_>, key: &Key<'_>, time: UtcTime) -> String {
    begin_v1(request, key, time).1
}

/// Returns everything except the signature, and the string to sign.
fn begin_v1(request: &Request<'_>, key: &Key<'_>, time: UtcTime) -> (Signed, String) {
    let mut signed = basics(request, key);
    let date = time.http();
    signed.add(&DATE, date.as_str());
    signed.add(&X_LOG_SIGNATUREMETHOD, "hmac-sha1");
    let mut hash = String::new();
    if !request.body.is_empty() {
        hash = base16ct::upper::encode_string(&Md5::digest(request.body));
        signed.add(&CONTENT_MD5, hash.as_str());
    }
    let mut headers = signed_headers(request, &signed);
    headers.sort();

    let mut text = String::new();
    for line in [request.method, &hash, request.content_type.unwrap_or_default(), &date] {
        text.push_str(line);
        text.push('\n');
    }
    for (name, value) in &headers {
        for part in [name, ":", value, "\n"] {
            text.push_str(part);
        }
    }
    // Path and query are signed without escapes.
    text.push_str(&percent::decode(request.path));
    for (index, (name, value)) in sorted_query(request.query).iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        for part in [name, "=", &*percent::decode(value)] {
            text.push_str(part);
        }
    }
    (signed, text)
}

/// Returns the headers of an unsigned request: a bearer token, or nothing.
pub(super) fn unsigned(request: &Request<'_>, bearer: Option<&str>) -> Signed {
    let mut signed = Signed::default();
    version_and_size(&mut signed, request);
    if let Some(token) = bearer {
        signed.add(&AUTHORIZATION, format!("Bearer {token}"));
    }
    signed
}

/// Returns the headers of every signed request.
fn basics(request: &Request<'_>, key: &Key<'_>) -> Signed {
    let mut signed = Signed::default();
    version_and_size(&mut signed, request);
    if let Some(token) = key.token {
        signed.add(&X_ACS_SECURITY_TOKEN, token);
    }
    signed
}

/// Adds the version of the API, and the size of the body before its compression unless the request has it.
fn version_and_size(signed: &mut Signed, request: &Request<'_>) {
    signed.add(&X_LOG_APIVERSION, API_VERSION);
    if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(X_LOG_BODYRAWSIZE.as_str())) {
        signed.add(&X_LOG_BODYRAWSIZE, request.body.len().to_string());
    }
}

/// Returns the headers of the gateway that a signature covers, with names in lower case.
fn signed_headers<'a>(request: &Request<'a>, signed: &'a Signed) -> Vec<(Cow<'a, str>, &'a str)> {
    let own = signed.headers().map(|(name, value)| (Cow::Borrowed(name), value));
    let others = request.headers.iter().map(|(name, value)| (Cow::Owned(name.to_ascii_lowercase()), *value));
    own.chain(others)
        .filter(|(name, _)| name.starts_with("x-log-") || name.starts_with("x-acs-"))
        .filter(|(name, _)| !name.starts_with("x-log-meta-"))
        .collect()
}

/// Returns the parameters of a query by their unescaped names, with escaped values.
fn sorted_query(query: &str) -> Vec<(String, &str)> {
    let mut pairs: Vec<_> =
        parameters(query).map(|(name, value)| (percent::decode(name).into_owned(), value)).collect();
    pairs.sort();
    pairs
}

fn scope(date: &str, region: &str) -> String {
    format!("{date}/{region}/sls/{TERMINATOR}")
}

/// Returns a time as `20260102T030405Z`.
fn compact(time: UtcTime) -> String {
    let mut text = time.iso();
    text.retain(|letter| !matches!(letter, '-' | ':'));
    text
}

/// Returns the day of a time as `20260102`.
fn date(time: UtcTime) -> String {
    let mut text = compact(time);
    text.truncate(8);
    text
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut context = v3::prepare(key);
    context.update(text.as_bytes());
    context.finalize().into_bytes().to_vec()
}
