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
    let mut out = String::new();
    canonical.authorize(access_key_id, &prepare(secret), &mut out);
    out
}

/// A secret, prepared for signing.
pub(crate) type Prepared = Hmac<Sha256>;

pub(crate) fn prepare(secret: &str) -> Prepared {
    // A key of any length is valid.
    Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes any key")
}

pub(super) fn sign(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    key: &Key<'_>,
    time: UtcTime,
    nonce: &str,
) -> Signed {
    let (mut signed, canonical) = begin(request, digest, key, time, nonce);
    signed
        .add_signature(&AUTHORIZATION, 2 * Sha256::output_size(), |out| canonical.authorize(key.id, key.prepared, out));
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
    let token = key.token.map_or(0, str::len);
    let mut signed = Signed::with_capacity(448 + nonce.len() + 2 * key.id.len() + token);
    basics(&mut signed, request, digest, time, nonce);
    if let Some(token) = key.token {
        signed.add(&X_ACS_ACCESSKEY_ID, |out| out.push_str(key.id));
        signed.add(&X_ACS_SECURITY_TOKEN, |out| out.push_str(token));
    }
    let payload = signed.value(2);
    // In the order of names, in which headers are signed.
    let own = [
        ("content-type", request.content_type),
        ("host", Some(request.host)),
        ("x-acs-accesskey-id", key.token.map(|_| key.id)),
        ("x-acs-action", Some(request.action)),
        ("x-acs-content-sha256", Some(payload)),
        ("x-acs-date", Some(signed.value(0))),
        ("x-acs-security-token", key.token),
        ("x-acs-signature-nonce", Some(nonce)),
        ("x-acs-version", Some(request.version)),
    ];
    let more = merge(request.headers.iter().copied().filter(|(name, _)| is_signed(name)));
    let canonical = Canonical::new(request.method, request.path, request.query, &own, &more, payload);
    (signed, canonical)
}

/// Appends the text that is signed for a canonical request: the algorithm, and the hash in hexadecimal digits.
pub(super) fn string_to_sign(canonical: &str, out: &mut String) {
    out.push_str(ALGORITHM);
    out.push('\n');
    hex(&Sha256::digest(canonical), out);
}

/// Returns the headers of an unsigned request: a bearer token, or nothing.
pub(super) fn unsigned(
    request: &Request<'_>,
    digest: Option<&[u8; 32]>,
    bearer: Option<&str>,
    time: UtcTime,
    nonce: &str,
) -> Signed {
    let mut signed = Signed::with_capacity(128 + nonce.len() + bearer.map_or(0, str::len));
    basics(&mut signed, request, digest, time, nonce);
    if let Some(token) = bearer {
        signed.add(&X_ACS_BEARER_TOKEN, |out| out.push_str(token));
    }
    match (request.style, bearer) {
        (Style::Rpc, Some(_)) => signed.set_query(and(request.query, "SignatureType=BEARERTOKEN")),
        (Style::Rpc, None) if parameters(request.query).any(|(name, _)| name == "Format") => {}
        (Style::Rpc, None) => signed.set_query(and(request.query, "Format=json")),
        (Style::Roa, Some(_)) => _ = signed.add(&X_ACS_SIGNATURE_TYPE, |out| out.push_str("BEARERTOKEN")),
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

/// Adds date, nonce and hash, which are the values 0, 1 and 2.
fn basics(signed: &mut Signed, request: &Request<'_>, digest: Option<&[u8; 32]>, time: UtcTime, nonce: &str) {
    signed.add(&X_ACS_DATE, |out| time.iso(out));
    signed.add(&X_ACS_SIGNATURE_NONCE, |out| out.push_str(nonce));
    signed.add(&X_ACS_CONTENT_SHA256, |out| match digest {
        Some(digest) => hex(digest, out),
        None => hex(&Sha256::digest(request.body), out),
    });
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
        let length: usize = headers().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
        let mut text = String::with_capacity(method.len() + path.len() + query.len() + length + payload.len() + 8);
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

    /// Appends the value of the `authorization` header.
    fn authorize(&self, id: &str, key: &Prepared, out: &mut String) {
        let mut context = key.clone();
        // `out` is used as the buffer.
        let start = out.len();
        string_to_sign(&self.text, out);
        context.update(&out.as_bytes()[start..]);
        out.truncate(start);
        for part in [ALGORITHM, " Credential=", id, ",SignedHeaders=", &self.text[self.names.clone()], ",Signature="] {
            out.push_str(part);
        }
        hex(&context.finalize().into_bytes(), out);
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
