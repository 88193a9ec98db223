//! HMAC-SHA1 of ROA requests. The body is covered only through `Content-MD5`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use super::rpc::hmac_sha1;
use super::{Identity, Scheme, Verifier, bad_date, date, incomplete, mismatch};
use crate::failure::Failure;
use crate::request::Request;

pub(super) fn verify(
    verifier: &Verifier,
    request: &Request,
    query: Vec<(String, String)>,
) -> Result<Identity, Failure> {
    let single = |name: &str| {
        request.header(name).ok_or_else(|| incomplete(format!("the header {name} must be sent exactly once")))
    };
    let authorization = single("authorization")?;
    let credential = authorization.strip_prefix("acs ").and_then(|rest| rest.split_once(':'));
    let (id, sent) = credential.ok_or_else(|| incomplete("Authorization must have the form: acs ID:SIGNATURE"))?;
    for (name, value) in [("x-acs-signature-method", "HMAC-SHA1"), ("x-acs-signature-version", "1.0")] {
        if single(name)? != value {
            return Err(incomplete(format!("{name} must be {value}")));
        }
    }
    single("host")?;
    single("x-acs-version")?;
    let key = verifier.key(id, request.header("x-acs-security-token"))?;
    if request.header("x-acs-accesskey-id").is_some_and(|id| id != key.id()) {
        return Err(incomplete("x-acs-accesskey-id differs from the access key of the signature"));
    }
    let date = date::parse_http(single("date")?);
    let date = date.ok_or_else(|| bad_date("date", "Fri, 02 Jan 2026 03:04:05 GMT"))?;
    verifier.check_date(date)?;
    if request.header("content-md5").is_some_and(|sum| sum != STANDARD.encode(Md5::digest(&request.body))) {
        return Err(Failure::new(400, "SignatureDoesNotMatch", "content-md5 is not the digest of the body"));
    }

    let texts = [EmptyValue::NameOnly, EmptyValue::WithSign].map(|rule| string_to_sign(request, query.clone(), rule));
    if !texts.iter().any(|text| signature(key.secret(), text) == sent) {
        let [text, _] = texts;
        return Err(mismatch(format!("server string to sign is:{text}")));
    }
    // The classic SDKs send no nonce with this scheme.
    if request.header_values("x-acs-signature-nonce").next().is_some() {
        verifier.use_nonce(key.id(), single("x-acs-signature-nonce")?)?;
    }
    Ok(Identity::Signed { scheme: Scheme::Roa, access_key_id: key.id().to_owned() })
}

/// The vendor's SDKs sign a query parameter with an empty value in different ways; the service accepts both.
#[derive(Clone, Copy)]
pub(super) enum EmptyValue {
    /// `name`
    NameOnly,
    /// `name=`
    WithSign,
}

pub(super) fn string_to_sign(request: &Request, query: Vec<(String, String)>, rule: EmptyValue) -> String {
    let header = |name: &str| request.header(name).unwrap_or_default();
    let mut own: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        if name.starts_with("x-acs-") {
            own.entry(name).or_default().push(value.trim_matches([' ', '\t']));
        }
    }
    let own: String = own.iter().map(|(name, values)| format!("{name}:{}\n", values.join(","))).collect();
    format!(
        "{}\n{}\n{}\n{}\n{}\n{own}{}",
        request.method,
        header("accept"),
        header("content-md5"),
        header("content-type"),
        header("date"),
        resource(request.path(), query, rule),
    )
}

/// Returns the path as sent and the sorted query, not encoded.
fn resource(path: &str, mut query: Vec<(String, String)>, rule: EmptyValue) -> String {
    query.sort();
    let pairs: Vec<String> = query
        .into_iter()
        .map(|(name, value)| match rule {
            EmptyValue::NameOnly if value.is_empty() => name,
            _ => format!("{name}={value}"),
        })
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    hmac_sha1(secret, string_to_sign)
}
