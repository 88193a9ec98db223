//! Requests that must be rejected, with their error codes.

use std::time::Duration;

use super::super::{Identity, WINDOW};
use super::*;
use crate::percent;

fn code(verifier: &Verifier, request: &Request) -> (u16, String) {
    match verifier.verify(request) {
        Err(failure) => (failure.status, failure.code.into_owned()),
        Ok(identity) => panic!("accepted as {identity:?}: {:?} {}", request, request.target),
    }
}

fn set(request: &mut Request, name: &str, value: &str) {
    request.headers.retain(|(key, _)| key != name);
    request.headers.push((name.to_owned(), value.to_owned()));
}

fn without(mut request: Request, name: &str) -> Request {
    request.headers.retain(|(key, _)| key != name);
    request
}

/// Returns texts that differ from this one in one byte: at every position, every flipped bit and every special byte
/// that a request can contain.
fn one_byte_off(text: &str) -> impl Iterator<Item = String> {
    (0..text.len()).flat_map(move |at| {
        let old = text.as_bytes()[at];
        let flipped = (0..7).map(move |bit| old ^ (1 << bit)).chain(*b"&=%+?#/;,. ~:A9");
        flipped.filter(|byte| matches!(byte, 0x20..0x7f)).filter_map(move |byte| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = byte;
            (old != byte).then(|| String::from_utf8(bytes).ok()).flatten()
        })
    })
}

/// Verifies every one-byte change of method, target, signed headers and body. Returns the number of rejected ones.
fn assert_all_changes_rejected(
    make: &dyn Fn() -> Verifier,
    original: &Request,
    signed: &dyn Fn(&str) -> bool,
    body: bool,
) -> usize {
    assert!(make().verify(original).is_ok(), "the unchanged request is accepted");
    let verifier = make();
    let mut refused = 0;
    let mut refuse = |request: &Request, what: &str| {
        assert!(
            !matches!(verifier.verify(request), Ok(Identity::Signed { .. })),
            "accepted with another {what}: {} {:?}",
            request.target,
            request.headers
        );
        refused += 1;
    };
    for method in one_byte_off(&original.method) {
        refuse(&Request { method, ..original.clone() }, "method");
    }
    let pairs = |target: &str| percent::pairs(target.split_once('?').map_or("", |(_, query)| query)).ok();
    for target in one_byte_off(&original.target) {
        let path = target.split('?').next();
        if path == original.target.split('?').next() && pairs(&target) == pairs(&original.target) {
            continue; // Another encoding of the same query.
        }
        refuse(&Request { target, ..original.clone() }, "target");
    }
    for (index, (name, value)) in original.headers.iter().enumerate() {
        if !signed(name) {
            continue;
        }
        let changed = |pair: (String, String)| {
            let mut request = original.clone();
            request.headers[index] = pair;
            request
        };
        for value in one_byte_off(value).filter(|changed| changed.trim() != value.trim()) {
            refuse(&changed((name.clone(), value)), name);
        }
        for name in one_byte_off(name).filter(|changed| !changed.eq_ignore_ascii_case(name)) {
            refuse(&changed((name, value.clone())), "header name");
        }
    }
    for at in (0..original.body.len()).filter(|_| body) {
        for bit in 0..8 {
            let mut request = original.clone();
            request.body[at] ^= 1 << bit;
            if request.form() == original.form()
                && request.header("x-acs-content-sha256").is_none()
                && request.form().is_ok_and(|form| form.is_some())
            {
                continue; // Another encoding of the same form.
            }
            refuse(&request, "body");
        }
    }
    refused
}

#[test]
fn verify_of_a_v3_request_with_one_changed_byte_is_an_error() {
    let all = |_: &str| true;
    let plain = || verifier(None);
    let temporary = || verifier(Some("testSecurityToken"));
    let refused = assert_all_changes_rejected(&plain, &form_request(), &all, true)
        + assert_all_changes_rejected(&temporary, &query_request(), &all, true)
        + assert_all_changes_rejected(&plain, &path_request(), &all, true);
    assert!(refused > 20_000, "{refused}");
}

#[test]
fn verify_of_an_older_request_with_one_changed_byte_is_an_error() {
    let rpc = |_: &str| false;
    let temporary = || verifier(Some("testSecurityToken"));
    for request in [rpc_form_request(), rpc_classic_request()] {
        let refused = assert_all_changes_rejected(&temporary, &request, &rpc, true);
        assert!(refused > 3_000, "{refused}");
    }
    let roa = |name: &str| name != "host";
    let plain = || verifier(None);
    let refused = assert_all_changes_rejected(&plain, &roa_digest_request(), &roa, true);
    assert!(refused > 5_000, "{refused}");
}

#[test]
fn verify_with_added_or_removed_parts_is_an_error() {
    for (original, token) in
        [(form_request(), None), (query_request(), Some("testSecurityToken")), (path_request(), None)]
    {
        let verifier = verifier(token);
        for at in 0..=original.target.len() {
            let mut request = original.clone();
            request.target.insert(at, 'x');
            assert!(verifier.verify(&request).is_err(), "{}", request.target);
        }
        for at in 0..original.body.len() {
            let mut request = original.clone();
            request.body.remove(at);
            assert!(verifier.verify(&request).is_err());
        }
        for name in ["x-acs-new", "content-type", "host"] {
            let mut request = original.clone();
            request.headers.push((name.to_owned(), "x".to_owned()));
            let repeated = name == "content-type" && original.header(name).is_some();
            let expected = if repeated { "SignatureDoesNotMatch" } else { "IncompleteSignature" };
            assert_eq!(code(&verifier, &request).1, expected, "{name}");
        }
    }
}

#[test]
fn verify_with_another_encoding_of_the_query_is_accepted() {
    let mut request = query_request();
    request.target = request.target.replace("%2B", "%2b").replace("a+b", "a%20b").replace("env", "%65nv");
    assert!(verifier(Some("testSecurityToken")).verify(&request).is_ok());
}

#[test]
fn verify_without_a_required_header_is_an_error() {
    for name in ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"]
    {
        let request = without(form_request(), name);
        assert_eq!(code(&verifier(None), &request), (400, "IncompleteSignature".to_owned()), "{name}");
        let mut request = form_request();
        for (_, value) in request.headers.iter_mut().filter(|(key, _)| key == "authorization") {
            *value = value.replace(&format!("{name};"), "").replace(&format!(";{name},"), ",");
        }
        assert_eq!(code(&verifier(None), &request).1, "IncompleteSignature", "{name}");
    }
}

#[test]
fn verify_of_a_malformed_authorization_is_an_error() {
    let form = "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=host,Signature=00";
    for text in [
        "ACS3-HMAC-SHA256",
        "ACS3-HMAC-SM3 Credential=testAccessKeyId,SignedHeaders=host,Signature=00",
        "ACS3-HMAC-SHA256 Credential=testAccessKeyId, SignedHeaders=host, Signature=00",
        "ACS3-HMAC-SHA256 SignedHeaders=host,Credential=testAccessKeyId,Signature=00",
        "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=host",
        "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=x-acs-action;host,Signature=00",
        "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=Host,Signature=00",
        "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=host;host,Signature=00",
        "ACS3-HMAC-SHA256 Credential=testAccessKeyId,SignedHeaders=,Signature=00",
        "acs testAccessKeyId",
        "Bearer abc",
        form,
    ] {
        let mut request = form_request();
        set(&mut request, "authorization", text);
        assert_eq!(code(&verifier(None), &request), (400, "IncompleteSignature".to_owned()), "{text}");
    }
    let mut request = form_request();
    request.headers.push(("authorization".to_owned(), form.to_owned()));
    assert_eq!(code(&verifier(None), &request).1, "IncompleteSignature");
}

#[test]
fn verify_of_a_date_outside_of_the_window_is_an_error() {
    let at = |now| verifier_at(AccessKey::new("testAccessKeyId", "testAccessKeySecret"), now);
    let second = Duration::from_secs(1);
    for now in [time(DATE) - WINDOW, time(DATE), time(DATE) + WINDOW] {
        assert!(at(now).verify(&form_request()).is_ok());
    }
    for now in [time(DATE) - WINDOW - second, time(DATE) + WINDOW + second] {
        assert_eq!(code(&at(now), &form_request()), (400, "InvalidTimeStamp.Expired".to_owned()));
        assert_eq!(code(&at(now), &roa_digest_request()).1, "InvalidTimeStamp.Expired");
        let key = AccessKey::new("testAccessKeyId", "testAccessKeySecret").security_token("testSecurityToken");
        assert_eq!(code(&verifier_at(key, now), &rpc_form_request()).1, "InvalidTimeStamp.Expired");
    }
    let mut request = form_request();
    set(&mut request, "x-acs-date", "2026-01-02 03:04:05");
    assert_eq!(code(&verifier(None), &request), (400, "InvalidTimeStamp.Format".to_owned()));
    let mut request = roa_digest_request();
    set(&mut request, "date", DATE);
    assert_eq!(code(&verifier(None), &request).1, "InvalidTimeStamp.Format");
}

#[test]
fn verify_of_a_repeated_nonce_is_an_error() {
    let plain = verifier(None);
    assert!(plain.verify(&form_request()).is_ok());
    assert_eq!(code(&plain, &form_request()), (400, "SignatureNonceUsed".to_owned()));
    let temporary = verifier(Some("testSecurityToken"));
    assert!(temporary.verify(&rpc_form_request()).is_ok());
    assert_eq!(code(&temporary, &rpc_form_request()).1, "SignatureNonceUsed");
    assert_eq!(code(&temporary, &query_request()).1, "SignatureNonceUsed");
    let mut wrong = form_request();
    wrong.body.push(b'x');
    let fresh = verifier(None);
    assert_eq!(code(&fresh, &wrong), (400, "SignatureDoesNotMatch".to_owned()));
    assert!(fresh.verify(&form_request()).is_ok(), "a rejected request does not consume its nonce");
}

#[test]
fn verify_with_an_unknown_key_or_token_is_an_error() {
    let unknown = Verifier::new([]).clock(|| time(DATE));
    for request in [form_request(), rpc_form_request(), roa_digest_request()] {
        assert_eq!(code(&unknown, &request), (404, "InvalidAccessKeyId.NotFound".to_owned()));
    }
    let wrong_secret = verifier_at(AccessKey::new("testAccessKeyId", "other"), time(DATE));
    for request in [form_request(), roa_digest_request()] {
        assert_eq!(code(&wrong_secret, &request), (400, "SignatureDoesNotMatch".to_owned()));
    }
    assert_eq!(code(&verifier(Some("testSecurityToken")), &form_request()).1, "MissingSecurityToken");
    assert_eq!(code(&verifier(Some("other")), &query_request()).1, "InvalidSecurityToken.Malformed");
    assert_eq!(code(&verifier(None), &rpc_form_request()).1, "InvalidSecurityToken.MismatchWithAccessKey");
    let expired = AccessKey::new("testAccessKeyId", "testAccessKeySecret")
        .security_token("testSecurityToken")
        .expires_at(time(DATE));
    let expired = verifier_at(expired, time(DATE));
    assert_eq!(code(&expired, &query_request()), (400, "InvalidSecurityToken.Expired".to_owned()));
    expired.allow(AccessKey::new("testAccessKeyId", "testAccessKeySecret").security_token("testSecurityToken"));
    assert!(expired.verify(&query_request()).is_ok());
    expired.revoke("testAccessKeyId");
    assert_eq!(code(&expired, &query_request()).1, "InvalidAccessKeyId.NotFound");
}

#[test]
fn verify_of_bearer_tokens_and_unsigned_requests() {
    let verifier = verifier(None).bearer_token("known");
    assert_eq!(verifier.verify(&request("GET", "/", &[], "")), Ok(Identity::Nobody));
    let rpc = |token| request("POST", "/?SignatureType=BEARERTOKEN", &[("x-acs-bearer-token", token)], "");
    assert_eq!(verifier.verify(&rpc("known")), Ok(Identity::Bearer));
    assert_eq!(code(&verifier, &rpc("other")), (400, "InvalidBearerToken".to_owned()));
    let headers = [("x-acs-bearer-token", "known"), ("x-acs-signature-type", "BEARERTOKEN")];
    assert_eq!(verifier.verify(&request("GET", "/x", &headers, "")), Ok(Identity::Bearer));
    assert_eq!(code(&verifier, &request("GET", "/x", &headers[..1], "")).1, "IncompleteSignature");
    let older = request("GET", "/?BearerToken=known&SignatureType=BEARERTOKEN", &[], "");
    assert_eq!(verifier.verify(&older), Ok(Identity::Bearer));
}

#[test]
fn verify_of_older_requests_without_a_required_parameter_is_an_error() {
    let temporary = verifier(Some("testSecurityToken"));
    for name in ["Action", "Version", "Timestamp", "SignatureNonce", "SignatureVersion", "AccessKeyId", "Signature"] {
        let mut request = rpc_form_request();
        request.target = request.target.replace(&format!("{name}="), &format!("X{name}="));
        assert_eq!(code(&temporary, &request).1, "IncompleteSignature", "{name}");
    }
    for name in ["Version", "Timestamp", "SignatureNonce", "SignatureVersion", "AccessKeyId", "Signature"] {
        let mut request = rpc_classic_request();
        let body = String::from_utf8(request.body).unwrap();
        request.body = body.replace(&format!("{name}="), &format!("X{name}=")).into();
        assert_eq!(code(&temporary, &request).1, "IncompleteSignature", "{name}");
    }
    let mut request = rpc_form_request();
    request.target = request.target.replace("Format=json", "Format=XML");
    assert_eq!(code(&temporary, &request).1, "InvalidParameter");
    for name in ["host", "date", "x-acs-version", "x-acs-signature-method", "x-acs-signature-version"] {
        let request = without(roa_digest_request(), name);
        assert_eq!(code(&verifier(None), &request).1, "IncompleteSignature", "{name}");
    }
    let mut request = roa_digest_request();
    request.body.push(b' ');
    assert_eq!(code(&verifier(None), &request).1, "SignatureDoesNotMatch");
}

#[test]
fn verify_of_older_requests_split_between_query_and_form_is_an_error() {
    let temporary = verifier(Some("testSecurityToken"));
    let text = String::from_utf8(rpc_classic_request().body).unwrap();
    let pairs: Vec<&str> = text.split('&').collect();
    for moved in ["AccessKeyId=", "Signature=", "Action="] {
        let (query, form): (Vec<&str>, Vec<&str>) = pairs.iter().partition(|pair| pair.starts_with(moved));
        let mut request = rpc_classic_request();
        request.target = format!("/?{}", query.join("&"));
        request.body = form.join("&").into();
        assert_eq!(code(&temporary, &request).1, "IncompleteSignature", "{moved}");
        // In both query and form.
        request.body = text.clone().into();
        assert_eq!(code(&temporary, &request).1, "IncompleteSignature", "{moved}");
    }
}

#[test]
fn verify_of_a_form_parameter_with_a_signature_name_ignores_it() {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-acs-action", "SendMessage")];
    let request = request("POST", "/", &headers, "Signature=text&Action=Send");
    assert_eq!(code(&verifier(None), &request).1, "IncompleteSignature");
    let request = Request { body: "Signature=text".into(), ..request };
    assert_eq!(verifier(None).verify(&request), Ok(Identity::Nobody));
}

#[test]
fn debug_and_display_contain_no_secret() {
    let key = AccessKey::new("testAccessKeyId", "planted-secret").security_token("planted-token");
    let verifier = verifier_at(key.clone(), time(DATE)).bearer_token("planted-token");
    let mut request = query_request();
    set(&mut request, "x-acs-security-token", "planted-token");
    let failure = verifier.verify(&request).unwrap_err();
    assert!(failure.detail.as_deref().unwrap().contains("planted-token"), "the response contains the signed text");
    for shown in [format!("{key:?}"), format!("{verifier:?}"), format!("{request:?}"), format!("{failure:?} {failure}")]
    {
        assert!(!shown.contains("planted"), "{shown}");
    }
}
