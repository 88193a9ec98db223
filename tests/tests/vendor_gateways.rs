//! The vendor's own SDKs of services behind gateways against the mock: the verifier accepts their signatures, and they
//! read the responses and errors of the mock.
//!
//! Requires `python3` and, for the first run, a package index; without them the tests are skipped.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use alicloud_mock::verify::Scheme;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Response, Verification};
use alicloud_tests::{tool_or_skip, vendor};
use serde_json::{Value, json};

const PACKAGES: [(&str, &str); 2] = [("alibabacloud-fc20230330", "4.8.3"), ("alibabacloud-pds20220301", "5.1.4")];
const TESTS: &str = "the vendor's SDKs of services behind gateways against the mock";

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// Returns the Python with the vendor's SDKs, or why there is none.
fn python() -> std::result::Result<&'static Path, &'static str> {
    static PYTHON: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("vendor-gateways");
    PYTHON.get_or_init(|| vendor::python(&folder, &PACKAGES)).as_deref().map_err(String::as_str)
}

/// Returns a parameter of type text.
fn text(name: &str, place: &str) -> Value {
    json!({"name": name, "in": place, "schema": {"type": "string"}})
}

/// Returns a response with an object.
fn object(properties: Value) -> Value {
    json!({"200": {"schema": {"type": "object", "properties": properties}}})
}

/// Returns operations of Drive and Photo Service.
fn drive() -> Value {
    let body = |properties: Value| {
        json!({"name": "body", "in": "body", "style": "json",
            "schema": {"type": "object", "properties": properties}})
    };
    json!({
        "info": {"style": "PDS", "product": "pds", "version": "2022-03-01"},
        "apis": {
            "GetFile": {
                "path": "/v2/file/get", "methods": ["post"], "security": [{"AK": []}, {"BearerToken": []}],
                "parameters": [
                    {"name": "domain_id", "in": "host", "schema": {"type": "string", "required": true}},
                    body(json!({"drive_id": {"type": "string"}, "file_id": {"type": "string"}})),
                ],
                "responses": object(json!({"file_id": {"type": "string", "example": "f-1"}})),
            },
            "ListDomains": {
                "path": "/v2/domain/list", "methods": ["post"], "security": [{"AK": []}],
                "parameters": [body(json!({"limit": {"type": "integer", "format": "int64"}}))],
                "responses": object(json!({"next_marker": {"type": "string", "example": "m"}})),
            },
            "Token": {
                "path": "/v2/oauth/token", "methods": ["post"], "security": [{"Anonymous": []}],
                "parameters": [text("client_id", "formData"), text("grant_type", "formData"), text("code", "formData")],
                "responses": object(json!({"token_type": {"type": "string", "example": "Bearer"}})),
            },
        },
    })
}

/// Returns operations of Function Compute.
fn functions() -> Value {
    let bytes = json!({"type": "string", "format": "binary"});
    let name = json!({"name": "functionName", "in": "path", "schema": {"type": "string", "required": true}});
    json!({
        "info": {"style": "FC", "product": "FC", "version": "2023-03-30"},
        "apis": {
            "GetFunction": {
                "path": "/2023-03-30/functions/{functionName}", "methods": ["get"],
                "parameters": [name, text("qualifier", "query")],
                "responses": object(json!({"handler": {"type": "string", "example": "index.handler"}})),
            },
            "InvokeFunction": {
                "path": "/2023-03-30/functions/{functionName}/invocations", "methods": ["post"],
                "parameters": [name, {"name": "body", "in": "body", "schema": bytes}],
                "responses": {"200": {"schema": bytes}},
            },
        },
    })
}

/// Returns the results of all calls of the script.
fn call(python: &Path, mock: &Mock, secret: &str) -> Result<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor_gateways.py");
    let mut command = Command::new(python);
    command.arg(script).args([&mock.address().to_string(), DEFAULT_ACCESS_KEY_ID, secret]);
    let output = command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").output()?;
    let results = String::from_utf8(output.stdout)?;
    let results = results.lines().map(serde_json::from_str).collect::<serde_json::Result<Vec<Value>>>()?;
    assert_eq!(results.len(), 5, "{}", String::from_utf8_lossy(&output.stderr));
    Ok(results)
}

fn start() -> Result<Mock> {
    let mock = Mock::builder().document(drive().to_string()).document(functions().to_string());
    Ok(mock.access_key(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET).start_blocking()?)
}

#[test]
fn requests_of_the_vendors_sdks_are_accepted() -> Result {
    let python = tool_or_skip!(python(), TESTS);
    let mock = start()?;
    mock.script("InvokeFunction", Response::bytes(200, "text/plain", "result"), 1);
    let results = call(python, &mock, DEFAULT_ACCESS_KEY_SECRET)?;
    let requests = mock.requests();
    let signed = |scheme| Verification::Signed { scheme, access_key_id: DEFAULT_ACCESS_KEY_ID.to_owned() };
    for ((result, request), (operation, verification, sent, response)) in results.iter().zip(&requests).zip([
        (
            "GetFile",
            signed(Scheme::Roa),
            json!({"body": {"drive_id": "1", "file_id": "ü & 1"}}),
            json!({"file_id": "f-1"}),
        ),
        ("ListDomains", signed(Scheme::Roa), json!({"body": {"limit": 10}}), json!({"next_marker": "m"})),
        (
            "Token",
            Verification::Anonymous,
            json!({"client_id": "c+1", "grant_type": "authorization_code", "code": "a b"}),
            json!({"token_type": "Bearer"}),
        ),
        (
            "GetFunction",
            signed(Scheme::V3),
            json!({"functionName": "a b/c", "qualifier": "LATEST"}),
            json!({"handler": "index.handler"}),
        ),
        ("InvokeFunction", signed(Scheme::V3), Value::Null, json!("result")),
    ]) {
        assert_eq!(request.operation.as_deref(), Some(operation));
        assert_eq!(
            (&request.verification, request.status),
            (&verification, Some(200)),
            "{result}: {:?}",
            request.reason
        );
        assert_eq!((&result["status"], &result["response"]), (&json!(200), &response), "{result}");
        if sent.is_null() {
            assert_eq!(request.body, b"\x00\xff");
        } else {
            assert_eq!(Value::from(request.parameters.clone()), sent, "{operation}");
        }
    }
    assert_eq!(requests.len(), 5);
    Ok(())
}

#[test]
fn errors_of_the_mock_are_read_by_the_vendors_sdk() -> Result {
    let python = tool_or_skip!(python(), TESTS);
    let mock = start()?;
    let results = call(python, &mock, "another-secret")?;
    for (result, request) in results.iter().zip(mock.requests()).filter(|(result, _)| result["operation"] != "Token") {
        assert_eq!(request.verification, Verification::Refused { code: "SignatureDoesNotMatch".to_owned() });
        assert_eq!(result["code"], "SignatureDoesNotMatch", "{result}");
    }
    // Drive and Photo Service has the request ID in a header.
    assert_eq!(results[0]["request_id"], mock.requests()[0].request_id.as_str(), "{}", results[0]);
    Ok(())
}
