//! Drive and Photo Service: hosts, redirects, unsigned requests and errors.

mod support;

use alicloud_mock::{Mock, Verification};
use serde_json::json;
use support::{Client, OutgoingRequest};

const DRIVE: &str = r#"{
    "info": {"style": "PDS", "product": "pds", "version": "2022-03-01"},
    "apis": {
        "GetFile": {"path": "/v2/file/get", "methods": ["post"], "security": [{"AK": []}], "parameters": [
            {"name": "domain_id", "in": "host", "schema": {"type": "string", "required": true}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {"name": {"type": "string", "example": "a"}}}}}},
        "GetDomain": {"path": "/v2/domain/get", "methods": ["post"], "security": [{"AK": []}],
            "responses": {"200": {}}},
        "Authorize": {"path": "/v2/oauth/authorize", "methods": ["get"], "security": [{"Anonymous": []}], "parameters": [
            {"name": "domain_id", "in": "host", "schema": {"type": "string"}}],
            "responses": {"302": {"headers": {"location": {"schema": {"type": "string", "example": "https://example.com/"}}}}}}
    }
}"#;

fn request(method: &str, action: &str, path: &str, host: &str) -> OutgoingRequest {
    let headers = [
        ("host", host),
        ("accept", "application/json"),
        ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("x-acs-action", action),
        ("x-acs-version", "2022-03-01"),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("x-acs-signature-version", "1.0"),
        ("x-acs-signature-nonce", "1"),
    ];
    OutgoingRequest::new(method, path, &headers, "")
}

#[test]
fn host_of_a_request_contains_the_domain() {
    let mock = Mock::builder().document(DRIVE).unsigned().start_blocking().unwrap();
    let mut client = Client::connect(mock.address());
    let file = |host: &str| request("POST", "GetFile", "/v2/file/get", host);
    let domain = |host: &str| request("POST", "GetDomain", "/v2/domain/get", host);
    for (request, status, code) in [
        (file("bj1.api.aliyunpds.com"), 200, ""),
        (file("bj1.api-vpc.aliyunpds.com:443"), 200, ""),
        // The host says nothing about the domain.
        (file("127.0.0.1:8080"), 200, ""),
        (file("api.aliyunpds.com"), 400, "MissingParameter"),
        (file(".api.aliyunpds.com"), 400, "InvalidParameter"),
        (file("a.b.api.aliyunpds.com"), 400, "InvalidParameter"),
        (domain("cn-beijing.admin.aliyunpds.com"), 200, ""),
        (domain("api.aliyunpds.com"), 200, ""),
        (domain("bj1.api.aliyunpds.com"), 400, "InvalidParameter"),
    ] {
        let host = request.headers[0].1.clone();
        let response = client.call(&request).unwrap();
        assert_eq!((response.status, response.code().as_str()), (status, code), "{host}");
    }
    assert_eq!(mock.requests()[0].parameters["domain_id"], json!("bj1"));
    assert!(!mock.requests()[2].parameters.contains_key("domain_id"));
}

#[test]
fn redirect_of_an_anonymous_operation_has_a_location() {
    let mock = Mock::builder().document(DRIVE).start_blocking().unwrap();
    let mut client = Client::connect(mock.address());
    let request = request("GET", "Authorize", "/v2/oauth/authorize", "bj1.api.aliyunpds.com");
    let response = client.call(&request).unwrap();
    assert_eq!((response.status, response.header("location")), (302, Some("https://example.com/")));
    assert!(response.body.is_empty());
    assert_eq!(response.header("x-ca-request-id"), Some(mock.requests()[0].request_id.as_str()));
    assert_eq!(mock.requests()[0].verification, Verification::Anonymous);
}

#[test]
fn error_has_the_request_id_in_the_header_alone() {
    let mock = Mock::builder().document(DRIVE).start_blocking().unwrap();
    let mut client = Client::connect(mock.address());
    let response = client.call(&request("POST", "GetFile", "/v2/file/get", "bj1.api.aliyunpds.com")).unwrap();
    assert_eq!(response.status, 400);
    assert_eq!(response.json(), json!({"code": "IncompleteSignature", "message": "the request is not signed"}));
    assert!(response.header("x-ca-request-id").is_some() && response.header("x-acs-request-id").is_none());
}
