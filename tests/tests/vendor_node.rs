//! The vendor's Node.js clients against the mock: it verifies what they sign, reads what they send, and they read its
//! errors. They cover what the vendor's Python SDK does not: the classic client, which puts the signature of a POST
//! into its form, ROA, and the older signature.
//!
//! Needs `node` and `npm` and, for the first run, their package index; without them the tests are
//! skipped, and `cargo xtask test` says so.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use alicloud_mock::verify::Scheme;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Verification};
use alicloud_tests::process::run_quietly;
use alicloud_tests::tool_or_skip;
use serde_json::Value;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const PACKAGES: [&str; 3] =
    ["@alicloud/pop-core@1.8.0", "@alicloud/openapi-client@0.4.15", "@alicloud/openapi-core@1.0.8"];
/// How long the installation of the packages may take.
const INSTALLATION: Duration = Duration::from_secs(180);
/// The calls of each client in `vendor_node.js`.
const CALLS: usize = 5;
/// Each client, with the signature of its RPC and of its ROA requests.
const CLIENTS: [(&str, Scheme, Scheme); 5] = [
    ("pop-core", Scheme::Rpc, Scheme::Roa),
    ("openapi-client", Scheme::V3, Scheme::V3),
    ("openapi-client v2", Scheme::Rpc, Scheme::Roa),
    ("openapi-core", Scheme::V3, Scheme::V3),
    ("openapi-core v2", Scheme::Rpc, Scheme::Roa),
];

/// A product that is called by paths.
const THINGS: &str = r#"{
    "info": {"product": "Things", "version": "2024-01-01", "style": "ROA"},
    "apis": {
        "GetThing": {"path": "/things/{Id}", "methods": ["get"], "parameters": [
            {"name": "Id", "in": "path", "schema": {"type": "string", "required": true}},
            {"name": "Filter", "in": "query", "schema": {"type": "string"}}
        ], "responses": {"200": {"schema": {"type": "object", "properties": {"requestId": {"type": "string"}}}}}},
        "UpdateThing": {"path": "/things/{Id}", "methods": ["put"], "parameters": [
            {"name": "Id", "in": "path", "schema": {"type": "string", "required": true}},
            {"name": "body", "in": "body", "style": "json", "schema": {"type": "object", "properties": {
                "name": {"type": "string"}, "count": {"type": "integer"},
                "tags": {"type": "array", "items": {"type": "string"}}
            }}}
        ], "responses": {"200": {"schema": {"type": "object", "properties": {"requestId": {"type": "string"}}}}}}
    }
}"#;

/// The folder that has the vendor's packages, or the reason why there is none.
fn packages() -> std::result::Result<&'static Path, &'static str> {
    static FOLDER: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let found = FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("vendor-node");
        let installed = folder.join("installed");
        if std::fs::read_to_string(&installed).is_ok_and(|text| text == PACKAGES.join("\n")) {
            return Ok(folder);
        }
        let io = |error: std::io::Error| format!("{error:#}");
        std::fs::create_dir_all(&folder).map_err(io)?;
        std::fs::write(folder.join("package.json"), "{\"private\": true}").map_err(io)?;
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        // No script of a package runs: none of them needs its own.
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--fetch-retries=1"]);
        npm.args(PACKAGES).current_dir(&folder);
        run_quietly(&mut npm, INSTALLATION).map_err(|error| format!("npm cannot install the packages: {error}"))?;
        std::fs::write(&installed, PACKAGES.join("\n")).map_err(io)?;
        Ok(folder)
    });
    found.as_deref().map_err(String::as_str)
}

/// The outcome of every call, as the script prints it.
fn calls(folder: &Path, mock: &Mock, secret: &str) -> Result<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor_node.js");
    let mut command = Command::new("node");
    command.arg(script).args([&mock.address().to_string(), DEFAULT_ACCESS_KEY_ID, secret]).current_dir(folder);
    let output = command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").output()?;
    let lines = String::from_utf8(output.stdout)?;
    let outcomes = lines.lines().map(serde_json::from_str).collect::<serde_json::Result<Vec<Value>>>()?;
    assert_eq!(outcomes.len(), CLIENTS.len() * CALLS, "{}", String::from_utf8_lossy(&output.stderr));
    Ok(outcomes)
}

fn mock() -> Result<Mock> {
    Ok(alicloud_tests::app_streaming().document(THINGS).start_blocking()?)
}

/// The tests here, where they are skipped.
const TESTS: &str = "the vendor's Node.js clients against the mock";

#[test]
fn mock_accepts_requests_of_the_vendors_node_clients() -> Result {
    let folder = tool_or_skip!(packages(), TESTS);
    let mock = mock()?;
    let outcomes = calls(folder, &mock, DEFAULT_ACCESS_KEY_SECRET)?;
    let requests = mock.requests();
    assert_eq!(requests.len(), outcomes.len(), "each call is sent once");
    let schemes =
        CLIENTS.iter().flat_map(|(client, rpc, roa)| [rpc, rpc, rpc, roa, roa].map(|scheme| (*client, *scheme)));
    for ((outcome, request), (client, scheme)) in outcomes.iter().zip(&requests).zip(schemes) {
        assert_eq!(outcome["client"], client);
        let signed = Verification::Signed { scheme, access_key_id: DEFAULT_ACCESS_KEY_ID.to_owned() };
        assert_eq!(request.verification, signed, "{outcome}");
        assert_eq!(request.operation.as_deref(), outcome["name"].as_str(), "{outcome}");
        if outcome["sent"].get("AppInstanceGroupId").is_none()
            && outcome["name"] == "LogOffAllSessionsInAppInstanceGroup"
        {
            assert_eq!(request.refusal.as_deref(), Some("MissingParameter"), "{outcome}");
            assert_eq!(outcome["code"], "MissingParameter", "the client reads the error: {outcome}");
            continue;
        }
        assert_eq!((request.refusal.as_ref(), request.status), (None, Some(200)), "{outcome}: {:?}", request.reason);
        assert_eq!(Value::from(request.parameters.clone()), outcome["sent"], "{outcome}");
        let id = outcome["response"].get("RequestId").or(outcome["response"].get("requestId"));
        assert!(id.is_some_and(Value::is_string), "the client reads the response: {outcome}");
    }
    Ok(())
}

#[test]
fn mock_refuses_requests_of_the_vendors_node_clients_with_a_wrong_secret() -> Result {
    let folder = tool_or_skip!(packages(), TESTS);
    let mock = mock()?;
    for outcome in calls(folder, &mock, "another-secret")? {
        assert!(outcome["response"].is_null(), "{outcome}");
        assert_eq!(outcome["code"], "SignatureDoesNotMatch", "the client reads the error: {outcome}");
    }
    let code = "SignatureDoesNotMatch".to_owned();
    for request in mock.requests() {
        assert_eq!(request.verification, Verification::Refused { code: code.clone() }, "{:?}", request.operation);
    }
    Ok(())
}
