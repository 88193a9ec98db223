//! Signatures that the vendor's SDKs created.

use alicloud_core::credentials::Credentials;
use alicloud_core::sign::{Request, SignatureVersion, Style, UtcTime, sign};
use base64::Engine as _;
use serde_json::Value;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Signs a recorded request, and compares every header of the signature with the recorded ones.
fn assert_signed(case: &Value, version: SignatureVersion) {
    let name = text(&case["name"]);
    let recorded = case["headers"].as_object().unwrap();
    let header = |name: &str| recorded.get(name).map(text);
    // A compressed body has another size before its compression.
    let compressed = header("x-log-compresstype").is_some();
    let is_own = |name: &str| match name {
        "x-log-bodyrawsize" => compressed,
        "x-log-apiversion" | "x-log-content-sha256" | "x-log-date" | "x-log-signaturemethod" => false,
        "x-acs-extra" => true,
        name => name.starts_with("x-fc-") || name.starts_with("x-log-"),
    };
    let own: Vec<(&str, &str)> =
        recorded.iter().filter(|(name, _)| is_own(name)).map(|(name, value)| (name.as_str(), text(value))).collect();
    let base64 = base64::engine::general_purpose::STANDARD;
    let body = match case.get("body_base64") {
        Some(bytes) => base64.decode(text(bytes)).unwrap(),
        None => text(&case["body"]).as_bytes().to_vec(),
    };
    let request = Request {
        style: Style::Roa,
        method: text(&case["method"]),
        host: text(&case["host"]),
        path: text(&case["path"]),
        query: text(&case["query"]),
        action: header("x-acs-action").unwrap_or_default(),
        version: header("x-acs-version").unwrap_or_default(),
        region: text(&case["region"]),
        content_type: header("content-type"),
        headers: &own,
        body: &body,
    };
    let (id, secret) = ("testAccessKeyId", "testAccessKeySecret");
    let credentials = match (header("x-acs-bearer-token"), header("x-acs-security-token"), case.get("authorization")) {
        (Some(token), ..) => Credentials::bearer(token),
        (_, Some(token), _) => Credentials::temporary(id, secret, token),
        (.., Some(_)) => Credentials::access_key(id, secret),
        _ => Credentials::anonymous(),
    };
    let time = UtcTime::from_unix(case["time"].as_u64().unwrap());
    let signed = sign(&request, &credentials, version, time, "0123456789abcdef0123456789abcdef");
    let found = |name: &str| signed.headers().find(|(known, _)| *known == name).map(|(_, value)| value);
    assert_eq!(found("authorization"), case.get("authorization").map(text), "{name}");
    for (header, value) in recorded {
        if !is_own(header) && !["content-type", "x-acs-action", "x-acs-version"].contains(&header.as_str()) {
            assert_eq!(found(header), Some(text(value)), "{name}: {header}");
        }
    }
    for (header, _) in signed.headers().filter(|(header, _)| *header != "authorization") {
        assert!(recorded.contains_key(header), "{name}: {header} is not recorded");
    }
}

fn cases(gateway: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("signatures.json")).unwrap();
    all[gateway].as_array().unwrap().clone()
}

#[test]
fn sign_of_drive_and_photo_service_returns_recorded_headers() {
    let cases = cases("pds");
    assert_eq!(cases.len(), 13);
    cases.iter().for_each(|case| assert_signed(case, SignatureVersion::Pds));
}

#[test]
fn sign_of_function_compute_returns_recorded_headers() {
    let cases = cases("fc");
    assert_eq!(cases.len(), 8);
    cases.iter().for_each(|case| assert_signed(case, SignatureVersion::V3));
}

#[test]
fn sign_of_log_service_returns_recorded_headers() {
    for (name, version, count) in [("sls-v4", SignatureVersion::SlsV4, 19), ("sls-v1", SignatureVersion::SlsV1, 18)] {
        let cases = cases(name);
        assert_eq!(cases.len(), count, "{name}");
        cases.iter().for_each(|case| assert_signed(case, version));
    }
}
