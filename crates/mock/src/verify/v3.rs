//! `ACS3-HMAC-SHA256`.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{Identity, Scheme, Verifier, bad_date, date, hex, incomplete, mismatch};
use crate::failure::Failure;
use crate::percent::encode;
use crate::request::Request;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The headers that every signature must cover.
const REQUIRED_HEADERS: [&str; 6] =
    ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];

pub(super) fn verify(
    verifier: &Verifier,
    request: &Request,
    query: Vec<(String, String)>,
) -> Result<Identity, Failure> {
    let single = |name: &str| {
        request.header(name).ok_or_else(|| incomplete(format!("the header {name} must be sent exactly once")))
    };
    let authorization = Authorization::parse(single("authorization")?)?;
    let signed = signed_headers(request, authorization.signed_headers)?;
    for name in REQUIRED_HEADERS {
        single(name)?;
    }

    let token = request.header("x-acs-security-token");
    let key = verifier.key(authorization.access_key_id, token)?;
    if request.header("x-acs-accesskey-id").is_some_and(|id| id != key.id()) {
        return Err(incomplete("x-acs-accesskey-id differs from the access key of the signature"));
    }

    let sent = single("x-acs-date")?;
    let date = date::parse_utc(sent).ok_or_else(|| bad_date("x-acs-date", "YYYY-MM-DDThh:mm:ssZ"))?;
    verifier.check_date(date)?;

    let hash = payload_hash(&request.body);
    if single("x-acs-content-sha256")? != hash {
        let message = "x-acs-content-sha256 is not the hash of the body";
        let detail = Some(format!("the server computed {hash} for {} bytes", request.body.len()));
        return Err(Failure { detail, ..Failure::new(400, "SignatureDoesNotMatch", message) });
    }

    let canonical = canonical_request(&request.method, request.path(), query, &request.headers, &signed, &hash);
    let text = string_to_sign(&canonical);
    if signature(key.secret(), &text) != authorization.signature {
        let detail = format!("server string to sign is:{text} server canonical request is:{canonical}");
        return Err(mismatch(detail));
    }
    verifier.use_nonce(key.id(), single("x-acs-signature-nonce")?)?;
    Ok(Identity::Signed { scheme: Scheme::V3, access_key_id: key.id().to_owned() })
}

struct Authorization<'a> {
    access_key_id: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(text: &'a str) -> Result<Self, Failure> {
        let (algorithm, rest) = text.split_once(' ').unwrap_or((text, ""));
        if algorithm != ALGORITHM {
            return Err(incomplete(format!("the signature algorithm must be {ALGORITHM}")));
        }
        let parts: Vec<&str> = rest.split(',').collect();
        let named = |part: &'a str, name: &str| part.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
        match parts.as_slice() {
            [key, headers, signature] => {
                Some((named(key, "Credential"), named(headers, "SignedHeaders"), named(signature, "Signature")))
            }
            _ => None,
        }
        .and_then(|(key, headers, signature)| {
            Some(Self { access_key_id: key?, signed_headers: headers?, signature: signature? })
        })
        .ok_or_else(|| {
            incomplete(
                "Authorization must have the form: ACS3-HMAC-SHA256 Credential=ID,SignedHeaders=a;b,Signature=HEX",
            )
        })
    }
}

/// Returns the signed names, after checking that they include all required ones.
fn signed_headers<'a>(request: &Request, listed: &'a str) -> Result<Vec<&'a str>, Failure> {
    let names: Vec<&str> = listed.split(';').collect();
    if let Some(name) = names.iter().find(|name| name.bytes().any(|byte| byte.is_ascii_uppercase())) {
        return Err(incomplete(format!("SignedHeaders must be in lower case: {name}")));
    }
    if !names.is_sorted_by(|one, next| one < next) {
        return Err(incomplete("SignedHeaders must be sorted and distinct"));
    }
    let sent: BTreeSet<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    if let Some(name) = names.iter().find(|name| !sent.contains(**name)) {
        return Err(incomplete(format!("SignedHeaders lists {name}, which was not sent")));
    }
    let must = |name: &str| REQUIRED_HEADERS.contains(&name) || name == "content-type" || name.starts_with("x-acs-");
    let needed = REQUIRED_HEADERS.into_iter().chain(sent.iter().map(String::as_str).filter(|name| must(name)));
    for name in needed {
        if !names.contains(&name) {
            return Err(incomplete(format!("the header {name} must be signed")));
        }
    }
    Ok(names)
}

pub(super) fn payload_hash(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

pub(super) fn canonical_request(
    method: &str,
    path: &str,
    query: Vec<(String, String)>,
    headers: &[(String, String)],
    signed: &[&str],
    payload_hash: &str,
) -> String {
    let path = if path.is_empty() { "/" } else { path };
    let query = canonical_query(query);
    let headers: String = signed.iter().map(|name| canonical_header(name, headers)).collect();
    [method, path, &query, &headers, &signed.join(";"), payload_hash].join("\n")
}

/// Returns the pairs sorted by name, encoded.
pub(super) fn canonical_query(mut query: Vec<(String, String)>) -> String {
    query.sort();
    let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// Returns the line of a header; several values are sorted.
fn canonical_header(name: &str, headers: &[(String, String)]) -> String {
    let same = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let mut values: Vec<&str> = same.map(|(_, value)| value.trim_matches([' ', '\t'])).collect();
    values.sort_unstable();
    format!("{name}:{}\n", values.join(","))
}

pub(super) fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", hex(&Sha256::digest(canonical_request)))
}

pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    // HMAC accepts keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(string_to_sign.as_bytes());
    hex(&mac.finalize().into_bytes())
}
