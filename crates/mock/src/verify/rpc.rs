//! HMAC-SHA1 of RPC requests. The signature covers the query and the fields of a form body; the parameters of the
//! protocol are in one of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::v3::canonical_query;
use super::{Identity, Scheme, Verifier, bad_date, date, incomplete, mismatch};
use crate::failure::Failure;
use crate::percent::encode;
use crate::request::Request;

/// The parameters of the protocol.
pub(crate) const SYSTEM_PARAMETERS: [&str; 12] = [
    "AccessKeyId",
    "Action",
    "BearerToken",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

pub(super) fn verify(
    verifier: &Verifier,
    request: &Request,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
) -> Result<Identity, Failure> {
    // No client splits them between query and form, which would be ambiguous.
    let in_query = query.iter().any(|(name, _)| name == "Action");
    let misplaced = |(name, _): &&(String, String)| matches!(name.as_str(), "Signature" | "AccessKeyId");
    if let Some((name, _)) = if in_query { &form } else { &query }.iter().find(misplaced) {
        return Err(incomplete(format!("the parameter {name} must be in the same part of the request as Action")));
    }
    let system = if in_query { &query } else { &form };
    let optional = |name: &str| system.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let needed = |name: &str| {
        let mut values = query.iter().chain(&form).filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = values.next().filter(|value| !value.is_empty() && values.next().is_none());
        value.ok_or_else(|| incomplete(format!("the parameter {name} must be sent exactly once")))
    };
    if request.path() != "/" {
        return Err(incomplete("this signature is valid only for the path /"));
    }
    for (name, value) in [("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0")] {
        if needed(name)? != value {
            return Err(incomplete(format!("{name} must be {value}")));
        }
    }
    for name in ["Action", "Version", "SignatureNonce"] {
        needed(name)?;
    }
    if optional("Format").is_some_and(|format| !format.eq_ignore_ascii_case("json")) {
        return Err(Failure::invalid("Format must be JSON: this endpoint supports no other format"));
    }
    let key = verifier.key(needed("AccessKeyId")?, optional("SecurityToken"))?;
    let sent = needed("Timestamp")?;
    let date = date::parse_utc(sent).ok_or_else(|| bad_date("Timestamp", "YYYY-MM-DDThh:mm:ssZ"))?;
    verifier.check_date(date)?;

    let sent = needed("Signature")?;
    let parameters = query.iter().chain(&form).filter(|(name, _)| name != "Signature").cloned().collect();
    let text = string_to_sign(&request.method, parameters);
    if signature(key.secret(), &text) != sent {
        return Err(mismatch(format!("server string to sign is:{text}")));
    }
    verifier.use_nonce(key.id(), needed("SignatureNonce")?)?;
    Ok(Identity::Signed { scheme: Scheme::Rpc, access_key_id: key.id().to_owned() })
}

pub(super) fn string_to_sign(method: &str, parameters: Vec<(String, String)>) -> String {
    format!("{method}&%2F&{}", encode(&canonical_query(parameters)))
}

pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    hmac_sha1(&format!("{secret}&"), string_to_sign)
}

pub(super) fn hmac_sha1(key: &str, text: &str) -> String {
    // HMAC accepts keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
