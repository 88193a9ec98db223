//! Requests that the vendor's SDKs sent to services behind gateways, and changes of them that must be rejected.

use alicloud_document::gateway::Gateway;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::super::{Identity, Scheme};
use super::*;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn cases(gateway: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("gateways.json")).unwrap();
    all[gateway].as_array().unwrap().clone()
}

/// Returns a recorded request with its signature.
fn recorded(case: &Value) -> Request {
    let headers = case["headers"].as_object().unwrap();
    let mut headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    headers.extend(case.get("authorization").map(|value| ("authorization", text(value))));
    let body = match case.get("body_base64") {
        Some(bytes) => STANDARD.decode(text(bytes)).unwrap(),
        None => text(&case["body"]).as_bytes().to_vec(),
    };
    request(text(&case["method"]), text(&case["target"]), &headers, body)
}

fn verified(case: &Value, gateway: Gateway, request: &Request) -> Result<Identity, crate::failure::Failure> {
    let key = AccessKey::new("testAccessKeyId", "testAccessKeySecret");
    let key = match case["headers"].get("x-acs-security-token") {
        Some(token) => key.security_token(text(token)),
        None => key,
    };
    let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(case["time"].as_u64().unwrap());
    verifier_at(key, now).bearer_token("testBearerToken").verify_behind(Some(gateway), request)
}

fn signed(scheme: Scheme) -> Identity {
    Identity::Signed { scheme, access_key_id: "testAccessKeyId".to_owned() }
}

#[test]
fn verify_of_recorded_requests_to_drive_and_photo_service_returns_the_sender() {
    let cases = cases("pds");
    assert_eq!(cases.len(), 13);
    for case in &cases {
        let expected = match text(&case["name"]) {
            "anonymous" => Identity::Nobody,
            "bearer token" => Identity::Bearer,
            _ => signed(Scheme::Roa),
        };
        assert_eq!(verified(case, Gateway::Pds, &recorded(case)), Ok(expected), "{}", case["name"]);
    }
}

#[test]
fn verify_of_recorded_requests_to_function_compute_returns_the_sender() {
    let cases = cases("fc");
    assert_eq!(cases.len(), 8);
    for case in &cases {
        assert_eq!(verified(case, Gateway::Fc, &recorded(case)), Ok(signed(Scheme::V3)), "{}", case["name"]);
    }
}

/// Applies a change to the recorded request with this name, and returns the code of the rejection.
fn rejection(name: &str, change: impl Fn(&mut Request)) -> String {
    let cases = cases("pds");
    let case = cases.iter().find(|case| case["name"] == name).unwrap();
    let mut request = recorded(case);
    change(&mut request);
    let failure = verified(case, Gateway::Pds, &request).expect_err(name);
    failure.code.into_owned()
}

fn set(name: &'static str, value: &'static str) -> impl Fn(&mut Request) {
    move |request| {
        request.headers.retain(|(known, _)| known != name);
        if !value.is_empty() {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
    }
}

#[test]
fn verify_of_changed_requests_to_drive_and_photo_service_is_rejected() {
    for (case, name, value, expected) in [
        ("JSON body", "x-acs-action", "Other", "SignatureDoesNotMatch"),
        ("JSON body", "content-type", "application/json", "SignatureDoesNotMatch"),
        ("JSON body", "accept", "text/html", "SignatureDoesNotMatch"),
        ("JSON body", "x-acs-accesskey-id", "testAccessKeyId", "IncompleteSignature"),
        ("JSON body", "x-acs-signature-method", "", "IncompleteSignature"),
        ("JSON body", "x-acs-signature-nonce", "", "IncompleteSignature"),
        ("JSON body", "authorization", "Bearer testBearerToken", "IncompleteSignature"),
        // The signature covers the content type although the request has no body.
        ("DownloadFile", "content-type", "", "SignatureDoesNotMatch"),
        ("anonymous", "x-acs-signature-method", "", "IncompleteSignature"),
        ("bearer token", "authorization", "Bearer other", "IncompleteSignature"),
        ("bearer token", "x-acs-bearer-token", "", "IncompleteSignature"),
        ("JSON body, security token", "x-acs-security-token", "", "InvalidSecurityToken"),
    ] {
        let code = rejection(case, set(name, value));
        assert!(
            code.starts_with(expected) || expected == "InvalidSecurityToken" && !code.is_empty(),
            "{case} {name}: {code}"
        );
    }
}

#[test]
fn verify_of_recorded_requests_to_log_service_returns_the_sender() {
    for (name, scheme, count) in [("sls-v4", Scheme::SlsV4, 18), ("sls-v1", Scheme::SlsV1, 34)] {
        let cases = cases(name);
        assert_eq!(cases.len(), count, "{name}");
        for case in &cases {
            assert_eq!(verified(case, Gateway::Sls, &recorded(case)), Ok(signed(scheme)), "{}", case["name"]);
        }
    }
}

/// Every header, the body, the method, the path and the query are signed.
#[test]
fn verify_of_changed_requests_to_log_service_returns_an_error() {
    for name in ["sls-v4", "sls-v1"] {
        let mut changes = 0;
        for case in &cases(name) {
            let original = recorded(case);
            let mut check = |what: &str, change: &dyn Fn(&mut Request)| {
                let mut request = recorded(case);
                change(&mut request);
                assert!(verified(case, Gateway::Sls, &request).is_err(), "{name} {}: {what}", case["name"]);
                changes += 1;
            };
            check("method", &|request| request.method = "PATCH".to_owned());
            check("path", &|request| request.target = request.target.replacen('/', "/x", 1));
            check("query", &|request| {
                request.target.push_str(if original.target.contains('?') { "&x=1" } else { "?x=1" });
            });
            check("body", &|request| request.body.push(b' '));
            check("header", &|request| request.headers.push(("x-log-more".to_owned(), "1".to_owned())));
            for (index, (header, _)) in original.headers.iter().enumerate() {
                // `LOG` does not cover the host, nor an empty MD5.
                let covered = name == "sls-v4" || !["host", "content-md5"].contains(&header.as_str());
                if covered && header != "accept" {
                    check(header, &|request| request.headers[index].1.push('1'));
                }
                // A request without a signature is anonymous.
                if covered && !["accept", "authorization"].contains(&header.as_str()) {
                    check(header, &|request| _ = request.headers.remove(index));
                }
            }
        }
        assert!(changes > 150, "{changes}");
    }
}
