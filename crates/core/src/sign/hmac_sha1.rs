//! The older signature: `HMAC-SHA1` with `SignatureVersion=1.0`.

use std::borrow::Cow;
use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::v3::{and, merge};
use super::{ACCEPT, Key, Request, Signed, Style, UtcTime, is_form};
use crate::header::names::*;
use crate::invalid_input::InvalidInput;
use crate::percent;

/// Returns the string to sign of an RPC request with these parameters: those of the query and of a form body, without
/// `Signature`, in any order.
pub fn rpc_string_to_sign(method: &str, parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        parameters.iter().map(|(name, value)| (escape(name), escape(value))).collect();
    string_to_sign(method, pairs)
}

/// Returns the string to sign of a ROA request.
///
/// `acs_headers` are all headers that begin with `x-acs-`, in any order. `resource` is the path as it is sent and, if
/// there is a query, `?` and the query: sorted and, unlike elsewhere, not escaped.
pub fn roa_string_to_sign(
    method: &str,
    accept: &str,
    content_md5: &str,
    content_type: &str,
    date: &str,
    acs_headers: &[(&str, &str)],
    resource: &str,
) -> String {
    let mut out = String::with_capacity(256 + resource.len());
    for part in [method, accept, content_md5, content_type, date] {
        out.push_str(part);
        out.push('\n');
    }
    for (name, value) in merge(acs_headers.iter().copied()) {
        out.push_str(&name);
        out.push(':');
        out.push_str(&value);
        out.push('\n');
    }
    out.push_str(resource);
    out
}

/// Returns the signature of an RPC request.
pub fn rpc_signature(string_to_sign: &str, secret: &str) -> String {
    signature(string_to_sign, &format!("{secret}&"))
}

/// Returns the signature of a ROA request.
pub fn roa_signature(string_to_sign: &str, secret: &str) -> String {
    signature(string_to_sign, secret)
}

/// Returns the HMAC-SHA1 of a text in base64.
pub(super) fn signature(text: &str, key: &str) -> String {
    // A key of any length is valid.
    let mut context = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes any key");
    context.update(text.as_bytes());
    STANDARD.encode(context.finalize().into_bytes())
}

fn escape(text: &str) -> Cow<'static, str> {
    let mut out = String::with_capacity(text.len());
    percent::encode(text, &mut out);
    out.into()
}

/// Builds the string to sign from escaped names and values.
fn string_to_sign(method: &str, mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)>) -> String {
    pairs.sort_by(|a, b| by_raw(&a.0, &b.0).then_with(|| by_raw(&a.1, &b.1)));
    let mut canonical = String::with_capacity(512);
    for (name, value) in &pairs {
        if !canonical.is_empty() {
            canonical.push('&');
        }
        canonical.push_str(name);
        canonical.push('=');
        canonical.push_str(value);
    }
    let mut out = String::with_capacity(method.len() + 5 + 2 * canonical.len());
    out.push_str(method);
    out.push_str("&%2F&");
    percent::encode(&canonical, &mut out);
    out
}

/// Compares the unescaped forms of two texts.
fn by_raw(a: &str, b: &str) -> Ordering {
    raw(a.as_bytes()).cmp(raw(b.as_bytes()))
}

/// Returns the unescaped bytes of a text; a `%` that begins no escape is kept.
fn raw(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (&byte, after) = rest.split_first()?;
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, digit(0), digit(1)) {
            rest = &after[2..];
            return Some((high << 4 | low) as u8);
        }
        rest = after;
        Some(byte)
    })
}

/// Returns the parameters of a query, escaped.
pub(super) fn parameters(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")))
}

/// Parameters of the signature that an operation may also have. As in the vendor's SDKs, a value of the operation in
/// the query replaces the one of the signature.
const REPLACEABLE: [&str; 4] = ["Format", "SignatureNonce", "Timestamp", "Version"];
/// Parameters that identify the operation and the caller. The vendor's SDKs overwrite an operation's own, or sign one
/// value and send another.
const RESERVED: [&str; 8] = [
    "AccessKeyId",
    "Action",
    "BearerToken",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureType",
    "SignatureVersion",
];

/// Checks that each parameter is sent once, in the query or in the form: the service reads both together.
pub(super) fn check_parameters(request: &Request<'_>) -> Result<(), InvalidInput> {
    let own = "cannot be sent with HMAC-SHA1, which has a parameter of this name itself; ACS3-HMAC-SHA256 has none";
    let query = || parameters(request.query).map(|(name, _)| name);
    if let Some(name) = query().find(|name| RESERVED.contains(name)) {
        return Err(InvalidInput::parameter(name, own));
    }
    for (name, _) in form(request) {
        if RESERVED.contains(&&*name) || REPLACEABLE.contains(&&*name) {
            return Err(InvalidInput::parameter(&name, own));
        }
        if query().any(|known| known == name) {
            return Err(InvalidInput::parameter(
                &name,
                "is in the query and in the form, which HMAC-SHA1 signs as one",
            ));
        }
    }
    Ok(())
}

/// Returns the fields of a form body, escaped as in a query. Empty for other bodies.
fn form<'a>(request: &Request<'a>) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
    let body = if is_form(request.content_type) { request.body } else { &[] };
    let fields = body.split(|byte| *byte == b'&').filter(|field| !field.is_empty());
    fields.map(|field| {
        let (name, value) = match field.iter().position(|byte| *byte == b'=') {
            Some(at) => (&field[..at], &field[at + 1..]),
            None => (field, &b""[..]),
        };
        (canonical(name), canonical(value))
    })
}

/// Escapes a name or value of a form as in a query. A caller may pass a form with any escapes.
fn canonical(text: &[u8]) -> Cow<'_, str> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    match std::str::from_utf8(text) {
        Ok(text) if text.bytes().all(|byte| plain(&byte)) => text.into(),
        _ => {
            let blanks: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            escape(&String::from_utf8_lossy(&raw(&blanks).collect::<Vec<_>>()))
        }
    }
}

/// Returns the parameters of every RPC request, without those of the credentials and those that the request sets
/// itself.
fn system<'a>(request: &Request<'a>, timestamp: &'a str, nonce: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut system = vec![
        ("Action", request.action),
        ("Version", request.version),
        ("Format", "json"),
        ("Timestamp", timestamp),
        ("SignatureNonce", nonce),
    ];
    system.retain(|(name, _)| !parameters(request.query).any(|(own, _)| own == *name));
    system
}

/// Appends parameters to a query.
fn extend(query: &mut String, pairs: &[(&str, &str)]) {
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        percent::encode(value, query);
    }
}

/// Signs an RPC request: the sent query is that of the request, followed by the parameters of the signature.
pub(super) fn sign_rpc(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> Signed {
    let (mut query, text) = begin_rpc(request, key, time, nonce);
    let signature = rpc_signature(&text, key.secret);
    extend(&mut query, &[("Signature", &signature)]);
    Signed { query: Some(query), signature, ..Signed::default() }
}

/// Returns the signed text of a request of either style.
pub(super) fn signed_text(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> String {
    match request.style {
        Style::Rpc => begin_rpc(request, key, time, nonce).1,
        Style::Roa => begin_roa(request, key, time, nonce).1,
    }
}

/// Returns the query without its signature, and the string to sign.
fn begin_rpc(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> (String, String) {
    let mut query = String::from(request.query);
    extend(&mut query, &system(request, &time.iso(), nonce));
    extend(&mut query, &[("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0"), ("AccessKeyId", key.id)]);
    if let Some(token) = key.token {
        extend(&mut query, &[("SecurityToken", token)]);
    }
    let pairs = parameters(&query).map(|(name, value)| (name.into(), value.into())).chain(form(request)).collect();
    let text = string_to_sign(request.method, pairs);
    (query, text)
}

pub(super) fn sign_roa(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> Signed {
    let (mut signed, text) = begin_roa(request, key, time, nonce);
    authorize_roa(&mut signed, &text, key);
    signed
}

/// Adds the signature of a text.
pub(super) fn authorize_roa(signed: &mut Signed, text: &str, key: &Key<'_>) {
    let signature = roa_signature(text, key.secret);
    signed.add_signature(&AUTHORIZATION, &format!("acs {}:", key.id), signature);
}

/// Returns everything except the signature, and the string to sign.
fn begin_roa(request: &Request<'_>, key: &Key<'_>, time: UtcTime, nonce: &str) -> (Signed, String) {
    let date = time.http();
    let mut signed = Signed::default();
    roa_basics(&mut signed, &date, nonce);
    roa_method(&mut signed);
    if let Some(token) = key.token {
        signed.add(&X_ACS_ACCESSKEY_ID, key.id);
        signed.add(&X_ACS_SECURITY_TOKEN, token);
    }
    let text = roa_text(request, &signed, &date);
    (signed, text)
}

/// Returns the string to sign of a ROA request with the headers of the signature.
pub(super) fn roa_text(request: &Request<'_>, signed: &Signed, date: &str) -> String {
    let is_acs = |name: &str| name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-acs-"));
    let mut headers: Vec<(&str, &str)> = vec![("x-acs-action", request.action), ("x-acs-version", request.version)];
    headers.extend(request.headers);
    headers.extend(signed.headers().map(|(name, value)| -> (&str, &str) { (name, value) }));
    headers.retain(|(name, _)| is_acs(name));
    let md5 = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-md5"));
    roa_string_to_sign(
        request.method,
        ACCEPT,
        md5.map_or("", |(_, value)| value),
        request.content_type.unwrap_or_default(),
        date,
        &headers,
        &resource(request),
    )
}

/// Adds the headers that name the signature.
pub(super) fn roa_method(signed: &mut Signed) {
    signed.add(&X_ACS_SIGNATURE_METHOD, "HMAC-SHA1");
    signed.add(&X_ACS_SIGNATURE_VERSION, "1.0");
}

/// Adds the headers of a ROA request.
pub(super) fn roa_basics(signed: &mut Signed, date: &str, nonce: &str) {
    signed.add(&DATE, date);
    signed.add(&X_ACS_SIGNATURE_NONCE, nonce);
}

/// Returns the path and the unescaped query; a parameter with an empty value is its name alone.
fn resource(request: &Request<'_>) -> String {
    let mut out = Vec::with_capacity(request.path.len() + request.query.len() + 1);
    out.extend_from_slice(if request.path.is_empty() { b"/" } else { request.path.as_bytes() });
    for (index, (name, value)) in parameters(request.query).enumerate() {
        out.push(if index == 0 { b'?' } else { b'&' });
        out.extend(raw(name.as_bytes()));
        if !value.is_empty() {
            out.push(b'=');
            out.extend(raw(value.as_bytes()));
        }
    }
    // The text was UTF-8 before it was escaped.
    String::from_utf8(out).unwrap_or_default()
}

/// Returns the headers of an unsigned request: a bearer token, or nothing.
pub(super) fn unsigned(request: &Request<'_>, bearer: Option<&str>, time: UtcTime, nonce: &str) -> Signed {
    let mut signed = Signed::default();
    match request.style {
        Style::Rpc => {
            let mut query = String::from(request.query);
            extend(&mut query, &system(request, &time.iso(), nonce));
            if let Some(token) = bearer {
                extend(&mut query, &[("BearerToken", token)]);
                query = and(&query, "SignatureType=BEARERTOKEN");
            }
            signed.query = Some(query);
        }
        Style::Roa => {
            roa_basics(&mut signed, &time.http(), nonce);
            if let Some(token) = bearer {
                signed.add(&X_ACS_BEARER_TOKEN, token);
                signed.add(&X_ACS_SIGNATURE_TYPE, "BEARERTOKEN");
            }
        }
    }
    signed
}
