//! The signature `ACS3-HMAC-SHA256`.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::hmac_sha1::parameters;
use super::{Key, Request, Signed, Style, UtcTime};
use crate::header::names::*;
use crate::hex::hex;
use crate::invalid_input::InvalidInput;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Returns the value of the `authorization` header for a request with exactly these headers, all of which are signed.
///
/// Names may have any case and order; several values of one name are joined. `payload` is the SHA-256 of the body in
/// lower-case hexadecimal digits.
pub fn authorization(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(&str, &str)],
    payload: &str,
    access_key_id: &str,
    secret: &str,
) -> String {
    let headers = merge(headers.iter().copied());
    let canonical = Canonical::new(method, path, query, &[], &headers, payload);
    canonical.prefix(access_key_id) + &canonical.signature(&prepare(secret.as_bytes()))
}

/// A secret, prepared for signing.
pub(crate) type Prepared = Hmac<Sha256>;

pub(crate) fn prepare(secret: &[u8]) -> Prepared {
    // A key of any length is valid.
    Hmac::new_from_slice(secret).expect("HMAC takes any key")
}

pub(super) fn sign(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    key: &Key<'_>,
    time: UtcTime,
    nonce: &str,
) -> Signed {
    let (mut signed, canonical) = begin(request, digest, key, time, nonce);
    let signature = canonical.signature(key.prepared);
    signed.add_signature(&AUTHORIZATION, &canonical.prefix(key.id), signature);
    signed
}

/// Returns the text that [`sign`] signs.
pub(super) fn signed_text(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    key: &Key<'_>,
    time: UtcTime,
    nonce: &str,
) -> String {
    begin(request, digest, key, time, nonce).1.text
}

/// Returns everything except the signature, and the canonical request.
fn begin(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    key: &Key<'_>,
    time: UtcTime,
    nonce: &str,
) -> (Signed, Canonical) {
    let (date, payload) = (time.iso(), payload(request, digest));
    let mut signed = basics(&date, &payload, nonce);
    if let Some(token) = key.token {
        signed.add(&X_ACS_ACCESSKEY_ID, key.id);
        signed.add(&X_ACS_SECURITY_TOKEN, token);
    }
    // In the order of names, in which headers are signed.
    let own = [
        ("content-type", request.content_type),
        ("host", Some(request.host)),
        ("x-acs-accesskey-id", key.token.map(|_| key.id)),
        ("x-acs-action", Some(request.action)),
        ("x-acs-content-sha256", Some(&payload)),
        ("x-acs-date", Some(&date)),
        ("x-acs-security-token", key.token),
        ("x-acs-signature-nonce", Some(nonce)),
        ("x-acs-version", Some(request.version)),
    ];
    let more = merge(request.headers.iter().copied().filter(|(name, _)| is_signed(name)));
    let canonical = Canonical::new(request.method, request.path, request.query, &own, &more, &payload);
    (signed, canonical)
}

/// Returns the text that is signed for a canonical request: the algorithm, and the hash in hexadecimal digits.
pub(super) fn string_to_sign(canonical: &str) -> String {
    [ALGORITHM, "\n", &hex(&Sha256::digest(canonical))].concat()
}

/// Returns the headers of an unsigned request: a bearer token, or nothing.
pub(super) fn unsigned(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    bearer: Option<&str>,
    time: UtcTime,
    nonce: &str,
) -> Signed {
    let mut signed = basics(&time.iso(), &payload(request, digest), nonce);
    if let Some(token) = bearer {
        signed.add(&X_ACS_BEARER_TOKEN, token);
    }
    match (request.style, bearer) {
        (Style::Rpc, Some(_)) => signed.query = Some(and(request.query, "SignatureType=BEARERTOKEN")),
        (Style::Rpc, None) if parameters(request.query).any(|(name, _)| name == "Format") => {}
        (Style::Rpc, None) => signed.query = Some(and(request.query, "Format=json")),
        (Style::Roa, Some(_)) => signed.add(&X_ACS_SIGNATURE_TYPE, "BEARERTOKEN"),
        (Style::Roa, None) => {}
    }
    signed
}

/// Checks for a conflict with the query parameter that a bearer token adds.
pub(super) fn check_parameters_of_bearer(request: &Request<'_>) -> Result<(), InvalidInput> {
    const NAME: &str = "SignatureType";
    match parameters(request.query).any(|(name, _)| name == NAME) {
        true => Err(InvalidInput::parameter(
            NAME,
            "cannot be sent with a bearer token, which is sent with one of this name",
        )),
        false => Ok(()),
    }
}

/// Returns the headers of any request: date, nonce and hash.
fn basics(date: &str, payload: &str, nonce: &str) -> Signed {
    let mut signed = Signed::default();
    signed.add(&X_ACS_DATE, date);
    signed.add(&X_ACS_SIGNATURE_NONCE, nonce);
    signed.add(&X_ACS_CONTENT_SHA256, payload);
    signed
}

/// Returns the hash of the body in hexadecimal digits.
pub(super) fn payload(request: &Request<'_>, digest: Option<&[u8; 32]>) -> String {
    match digest {
        Some(digest) => hex(digest),
        None => hex(&Sha256::digest(request.body)),
    }
}

pub(super) fn and(query: &str, more: &str) -> String {
    if query.is_empty() { more.to_owned() } else { format!("{query}&{more}") }
}

/// Removes the surrounding white space that HTTP does not count as a part of a value.
fn trim(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

fn is_signed(name: &str) -> bool {
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-acs-"))
}

/// Returns headers with lower-case names, sorted; the values of one name are trimmed and joined by commas.
pub(super) fn merge<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let lower = |name: &'a str| -> Cow<'a, str> {
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
    };
    let mut all: Vec<_> = headers.map(|(name, value)| (lower(name), Cow::from(trim(value)))).collect();
    all.sort();
    all.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            let joined = earlier.1.to_mut();
            joined.push(',');
            joined.push_str(&later.1);
        }
        same
    });
    all
}

/// The canonical request, and the position of the list of signed headers in it.
struct Canonical {
    text: String,
    names: std::ops::Range<usize>,
}

impl Canonical {
    /// Creates a canonical request. `own` and `more` are each sorted by name and have no name in common.
    fn new(
        method: &str,
        path: &str,
        query: &str,
        own: &[(&str, Option<&str>)],
        more: &[(Cow<'_, str>, Cow<'_, str>)],
        payload: &str,
    ) -> Self {
        let headers = || MergedHeaders { own, more };
        // Enough for most requests, so that the buffer does not grow several times.
        let mut text = String::with_capacity(1024 + path.len() + query.len());
        text.push_str(method);
        text.push('\n');
        text.push_str(if path.is_empty() { "/" } else { path });
        text.push('\n');
        text.push_str(query);
        text.push('\n');
        for (name, value) in headers() {
            text.push_str(name);
            text.push(':');
            text.push_str(trim(value));
            text.push('\n');
        }
        text.push('\n');
        let start = text.len();
        for (index, (name, _)) in headers().enumerate() {
            if index > 0 {
                text.push(';');
            }
            text.push_str(name);
        }
        let names = start..text.len();
        text.push('\n');
        text.push_str(payload);
        Self { text, names }
    }

    /// Returns the signature in hexadecimal digits.
    fn signature(&self, key: &Prepared) -> String {
        let mut context = key.clone();
        context.update(string_to_sign(&self.text).as_bytes());
        hex(&context.finalize().into_bytes())
    }

    /// Returns the value of the `authorization` header up to the signature.
    fn prefix(&self, id: &str) -> String {
        [ALGORITHM, " Credential=", id, ",SignedHeaders=", &self.text[self.names.clone()], ",Signature="].concat()
    }
}

/// Two lists of headers as one, sorted by name. Of two headers with the same name, that of `more` is first.
struct MergedHeaders<'a> {
    /// The headers of the signature, sorted; absent ones are skipped.
    own: &'a [(&'a str, Option<&'a str>)],
    /// The headers of the request, sorted.
    more: &'a [(Cow<'a, str>, Cow<'a, str>)],
}

impl<'a> Iterator for MergedHeaders<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match (self.own, self.more) {
                ([(_, None), rest @ ..], _) => self.own = rest,
                ([(name, Some(value)), rest @ ..], more) if more.first().is_none_or(|(other, _)| **name < **other) => {
                    self.own = rest;
                    return Some((name, value));
                }
                (_, [(name, value), rest @ ..]) => {
                    self.more = rest;
                    return Some((name, value));
                }
                (_, []) => return None,
            }
        }
    }
}
