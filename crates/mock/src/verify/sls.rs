//! The signatures of Simple Log Service: `SLS4-HMAC-SHA256`, and the older `LOG`. Neither has a nonce.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::{Digest, Sha256};

use super::rpc::hmac_sha1;
use super::v3::payload_hash;
use super::{Identity, Scheme, Verifier, bad_date, date, hex, incomplete, mismatch};
use crate::failure::Failure;
use crate::percent::{self, encode};
use crate::request::Request;

/// The headers that every request has. A request without a body may have no `content-type`.
const REQUIRED: [&str; 3] = ["host", "x-log-apiversion", "x-log-bodyrawsize"];

pub(super) fn verify(
    verifier: &Verifier,
    request: &Request,
    query: Vec<(String, String)>,
) -> Result<Identity, Failure> {
    identify(verifier, request, query).map_err(|failure| {
        // The service has codes of its own.
        let (status, code) = match &*failure.code {
            "SignatureDoesNotMatch" => (401, "SignatureNotMatch"),
            "InvalidTimeStamp.Expired" => (400, "RequestTimeExpired"),
            "InvalidAccessKeyId.NotFound" => (401, "Unauthorized"),
            _ => return failure,
        };
        Failure { status, code: code.into(), ..failure }
    })
}

fn identify(verifier: &Verifier, request: &Request, query: Vec<(String, String)>) -> Result<Identity, Failure> {
    for name in REQUIRED {
        single(request, name)?;
    }
    if !request.body.is_empty() {
        single(request, "content-type")?;
    }
    if request.header("x-acs-accesskey-id").is_some() {
        return Err(incomplete("x-acs-accesskey-id is not a header of this service"));
    }
    let Some(authorization) = request.header_values("authorization").next() else { return Ok(Identity::Nobody) };
    single(request, "authorization")?;
    match authorization.split_once(' ') {
        Some(("SLS4-HMAC-SHA256", rest)) => verify_v4(verifier, request, query, rest),
        Some(("LOG", rest)) => verify_v1(verifier, request, query, rest),
        Some(("Bearer", token)) => verifier.known_bearer(token),
        _ => Err(incomplete("the signature must be SLS4-HMAC-SHA256 or LOG")),
    }
}

fn single<'a>(request: &'a Request, name: &str) -> Result<&'a str, Failure> {
    request.header(name).ok_or_else(|| incomplete(format!("the header {name} must be sent exactly once")))
}

fn verify_v4(
    verifier: &Verifier,
    request: &Request,
    mut query: Vec<(String, String)>,
    authorization: &str,
) -> Result<Identity, Failure> {
    let form = "Authorization must have the form: SLS4-HMAC-SHA256 \
                Credential=ID/YYYYMMDD/REGION/sls/aliyun_v4_request,Signature=HEX";
    let (credential, signature) = authorization.split_once(",Signature=").ok_or_else(|| incomplete(form))?;
    let credential: Vec<&str> =
        credential.strip_prefix("Credential=").ok_or_else(|| incomplete(form))?.split('/').collect();
    let [id, day, region, "sls", "aliyun_v4_request"] = credential[..] else { return Err(incomplete(form)) };
    let key = verifier.key(id, request.header("x-acs-security-token"))?;

    let sent = single(request, "x-log-date")?;
    let expanded = expand(sent).ok_or_else(|| bad_date("x-log-date", "YYYYMMDDThhmmssZ"))?;
    verifier.check_date(date::parse_utc(&expanded).ok_or_else(|| bad_date("x-log-date", "YYYYMMDDThhmmssZ"))?)?;
    if !sent.starts_with(day) {
        return Err(incomplete("the day of the credential differs from x-log-date"));
    }
    let hash = payload_hash(&request.body);
    if single(request, "x-log-content-sha256")? != hash {
        return Err(mismatch(format!("x-log-content-sha256 is not the hash of the body, which is {hash}")));
    }

    query.sort();
    let query: Vec<String> = query
        .into_iter()
        .map(|(name, value)| if value.is_empty() { name } else { format!("{name}={}", encode(&value)) })
        .collect();
    let headers = signed_headers(request, &["content-type", "host"]);
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let canonical = [&*request.method, request.path(), &query.join("&"), &lines, &names.join(";"), &hash].join("\n");
    let scope = format!("{day}/{region}/sls/aliyun_v4_request");
    let text = format!("SLS4-HMAC-SHA256\n{sent}\n{scope}\n{}", hex(&Sha256::digest(&canonical)));
    let mut secret = format!("aliyun_v4{}", key.secret()).into_bytes();
    for part in [day, region, "sls", "aliyun_v4_request"] {
        secret = mac_sha256(&secret, part);
    }
    if hex(&mac_sha256(&secret, &text)) != signature {
        return Err(mismatch(format!("server string to sign is:{text} server canonical request is:{canonical}")));
    }
    Ok(Identity::Signed { scheme: Scheme::SlsV4, access_key_id: key.id().to_owned() })
}

fn verify_v1(
    verifier: &Verifier,
    request: &Request,
    mut query: Vec<(String, String)>,
    authorization: &str,
) -> Result<Identity, Failure> {
    let form = "Authorization must have the form: LOG ID:SIGNATURE";
    let (id, signature) = authorization.split_once(':').ok_or_else(|| incomplete(form))?;
    let key = verifier.key(id, request.header("x-acs-security-token"))?;
    let sent = single(request, "date")?;
    let time = httpdate::parse_http_date(sent).map_err(|_| bad_date("date", "Fri, 02 Jan 2026 03:04:05 GMT"))?;
    verifier.check_date(time)?;

    let md5 = request.header("content-md5").unwrap_or_default();
    if !request.body.is_empty() && md5 != base16ct::upper::encode_string(&Md5::digest(&request.body)) {
        return Err(mismatch("content-md5 is not the MD5 of the body in upper-case hexadecimal digits".to_owned()));
    }
    query.sort_by(|one, other| one.0.cmp(&other.0));
    let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let path =
        percent::decode(request.path()).map_err(|error| Failure::invalid(format!("the path {}", error.reason())))?;
    let resource = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
    // The vendor's SDK adds a copy of the date after signing, for proxies that change `date`.
    let is_copy = |(name, value): &(String, &str)| name == "x-log-date" && *value == sent;
    let headers = signed_headers(request, &[]).into_iter().filter(|header| !is_copy(header));
    let lines: String = headers.map(|(name, value)| format!("{name}:{value}\n")).collect();
    let content_type = request.header("content-type").unwrap_or_default();
    let text = format!("{}\n{md5}\n{content_type}\n{sent}\n{lines}{resource}", request.method);
    let computed = match single(request, "x-log-signaturemethod")? {
        "hmac-sha1" => hmac_sha1(key.secret(), &text),
        "hmac-sha256" => STANDARD.encode(mac_sha256(key.secret().as_bytes(), &text)),
        _ => return Err(incomplete("x-log-signaturemethod must be hmac-sha1 or hmac-sha256")),
    };
    if computed != signature {
        return Err(mismatch(format!("server string to sign is:{text}")));
    }
    Ok(Identity::Signed { scheme: Scheme::SlsV1, access_key_id: key.id().to_owned() })
}

/// Returns the headers that a signature covers, sorted by their names in lower case: those of the service and `others`.
fn signed_headers<'a>(request: &'a Request, others: &[&str]) -> Vec<(String, &'a str)> {
    let mut headers: Vec<(String, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
        .filter(|(name, _)| {
            let own = name.starts_with("x-log-") || name.starts_with("x-acs-");
            own && !name.starts_with("x-log-meta-") || others.contains(&name.as_str())
        })
        .collect();
    headers.sort();
    headers
}

/// Returns a date such as `20260102T030405Z` with its separators.
fn expand(text: &str) -> Option<String> {
    let part = |range: std::ops::Range<usize>| text.get(range);
    (text.len() == 16).then_some(())?;
    Some(format!("{}-{}-{}{}:{}:{}", part(0..4)?, part(4..6)?, part(6..8)?, part(8..11)?, part(11..13)?, part(13..16)?))
}

fn mac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    let mut context = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    context.update(text.as_bytes());
    context.finalize().into_bytes().to_vec()
}
