//! The client and the vendor's SDK against the mock of Simple Log Service, whose verifier and store share no code with
//! them.
//!
//! The vendor's SDK requires `python3` and, for the first run, a package index; without them its test is skipped.
#![allow(missing_docs)]

use std::error::Error;
use std::path::Path;
use std::process::Command;

use alicloud_core::__private::Service;
use alicloud_core::credentials::Credentials;
use alicloud_core::sign::SignatureVersion;
use alicloud_core::{Client, Config, ErrorKind, Method, RawRequest};
use alicloud_mock::verify::Scheme;
use alicloud_mock::{AccessKey, Mock, Verification};
use alicloud_tests::{tool_or_skip, vendor};
use serde_json::{Value, json};

static SERVICE: Service = Service::new("Sls", "2020-12-30", "alicloud-sls", "0.1.0").sls();

const PACKAGE: [(&str, &str); 1] = [("aliyun-log-python-sdk", "0.9.52")];
const TESTS: &str = "the vendor's SDK of Simple Log Service against the mock";

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// Returns the operations that write and read logs.
fn document() -> Value {
    let text = |name: &str, place: &str| json!({"name": name, "in": place, "schema": {"type": "string"}});
    let integer = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "integer", "format": "int64"}});
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let body = |schema: Value| json!({"name": "body", "in": "body", "schema": schema});
    let pair = object(json!({"Key": {"type": "string"}, "Value": {"type": "string"}}));
    let pairs = json!({"type": "array", "items": pair});
    let log = object(json!({"Time": {"type": "integer", "format": "int64"},
        "TimeNs": {"type": "integer", "format": "int64"}, "Contents": pairs}));
    let found = json!({"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}});
    json!({
        "info": {"style": "ROA", "product": "Sls", "version": "2020-12-30"},
        "apis": {
            "PutLogs": {
                "path": "/logstores/{logstore}/shards/lb", "methods": ["post"],
                "parameters": [text("project", "host"), text("logstore", "path"), text("x-log-compresstype", "header"),
                    body(json!({"$ref": "#/components/schemas/LogGroup"}))],
                "responses": {"200": {}},
            },
            "GetCursor": {
                "path": "/logstores/{logstore}/shards/{shardId}?type=cursor", "methods": ["get"],
                "parameters": [text("project", "host"), text("logstore", "path"), text("shardId", "path"),
                    text("from", "query")],
                "responses": {"200": {"schema": object(json!({"cursor": {"type": "string"}}))}},
            },
            "PullLogs": {
                "path": "/logstores/{logStore}/shards/{shardId}?type=log", "methods": ["get"],
                "parameters": [text("project", "path"), text("logStore", "path"), text("shardId", "path"),
                    text("cursor", "query"), integer("count"), text("end_cursor", "query"),
                    text("Accept-Encoding", "header")],
                "responses": {"200": {"schema": object(json!({"LogGroupList": {"type": "array",
                    "items": {"$ref": "#/components/schemas/LogGroup"}}}))}},
            },
            "GetLogs": {
                "path": "/logstores/{logstore}?type=log", "methods": ["get"],
                "parameters": [text("project", "host"), text("logstore", "path"), integer("from"), integer("to"),
                    integer("line"), integer("offset"), text("query", "query"), text("topic", "query"),
                    text("reverse", "query"), text("powerSql", "query")],
                "responses": {"200": {"schema": found}},
            },
            "GetLogsV2": {
                "path": "/logstores/{logstore}/logs", "methods": ["post"],
                "parameters": [text("project", "host"), text("logstore", "path"), text("Accept-Encoding", "header"),
                    body(json!({"type": "object", "additionalProperties": {}}))],
                "responses": {"200": {"schema": object(json!({"data": found}))}},
            },
        },
        "components": {"schemas": {
            "LogGroup": object(json!({"LogItems": {"type": "array", "items": log}, "LogTags": pairs,
                "Topic": {"type": "string"}, "Source": {"type": "string"}})),
        }},
    })
}

fn start() -> Result<Mock> {
    let temporary = AccessKey::new("temporary", "secret").security_token("token");
    let mock = Mock::builder().document(document().to_string()).access_key("id", "secret").key(temporary);
    Ok(mock.start_blocking()?)
}

fn config(mock: &Mock) -> Config {
    let credentials = Credentials::access_key("id", "secret");
    Config::new().endpoint(mock.url()).region("cn-hangzhou").credentials(credentials).max_attempts(1)
}

fn group(level: &str) -> Value {
    json!({
        "LogItems": [{"Time": 1_767_323_045, "Contents": [{"Key": "level", "Value": level}, {"Key": "ü", "Value": ""}]}],
        "LogTags": [{"Key": "host", "Value": "a"}],
        "Topic": "topic",
        "Source": "10.0.0.1",
    })
}

fn put(group: Value, format: &str) -> RawRequest {
    RawRequest::roa("PutLogs", Method::POST, "/logstores/{logstore}/shards/lb")
        .host("project", "p")
        .path("logstore", "app")
        .header_value("x-log-compresstype", format)
        .logs(group)
        .accept_any_body()
}

fn pull(cursor: &str) -> RawRequest {
    RawRequest::roa("PullLogs", Method::GET, "/logstores/{logStore}/shards/{shardId}?type=log")
        .host("project", "p")
        .path("logStore", "app")
        .path("shardId", "0")
        .query("cursor", cursor)
        .query("count", "100")
        .accept_logs()
}

#[tokio::test]
async fn logs_in_each_compression_are_stored_and_returned_by_each_signature() -> Result {
    let mock = start()?;
    let temporary = Credentials::temporary("temporary", "secret", "token");
    let settings = [
        (config(&mock), Scheme::SlsV4, "id"),
        (config(&mock).signature(SignatureVersion::HmacSha1), Scheme::SlsV1, "id"),
        (config(&mock).credentials(temporary), Scheme::SlsV4, "temporary"),
    ];
    let mut stored = Vec::new();
    for (config, scheme, id) in settings {
        let client = Client::new(&SERVICE, config)?;
        for format in ["lz4", "zstd", "deflate"] {
            client.call(put(group(format), format)).await?;
            stored.push(group(format));
            let request = mock.requests().last().cloned().ok_or("no request")?;
            assert_eq!(request.verification, Verification::Signed { scheme, access_key_id: id.to_owned() });
            assert_eq!(request.parameters["body"], group(format));
        }
        for request in [pull("0"), pull("0").header_value("Accept-Encoding", "lz4")] {
            let response = client.call(request).response().await?;
            assert_eq!(response.value, json!({"LogGroupList": stored}));
            assert_eq!(response.headers()["x-log-cursor"], stored.len().to_string());
            assert_eq!(response.request_id(), mock.requests().last().map(|request| request.request_id.as_str()));
        }
    }
    let search = RawRequest::roa("GetLogs", Method::GET, "/logstores/{logstore}?type=log")
        .host("project", "p")
        .path("logstore", "app")
        .query("from", "1767323045")
        .query("to", "1767323046")
        .query("query", "zstd");
    let found = Client::new(&SERVICE, config(&mock))?.call(search).await?;
    assert_eq!(found.as_array().map(Vec::len), Some(3), "{found}");
    assert_eq!(found[0]["level"], "zstd");
    Ok(())
}

#[tokio::test]
async fn logs_with_a_wrong_size_or_compression_are_refused() -> Result {
    let mock = start()?;
    let client = Client::new(&SERVICE, config(&mock))?;
    let raw = |headers: &[(&str, &str)], body: &'static [u8]| {
        let request = RawRequest::roa("PutLogs", Method::POST, "/logstores/{logstore}/shards/lb");
        let request =
            request.host("project", "p").path("logstore", "app").header("content-type", "application/x-protobuf");
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .bytes(body)
            .accept_any_body()
    };
    let lz4 = ("x-log-compresstype", "lz4");
    for (headers, code) in [
        (vec![lz4, ("x-log-bodyrawsize", "2")], "PostBodyUncompressError"),
        (vec![lz4, ("x-log-bodyrawsize", "4")], "PostBodyUncompressError"),
        (vec![lz4, ("x-log-bodyrawsize", "1000000000")], "PostBodyTooLarge"),
        (vec![("x-log-compresstype", "br"), ("x-log-bodyrawsize", "3")], "InvalidCompressType"),
        (vec![lz4, ("x-log-bodyrawsize", "3")], "PostBodyInvalid"),
        (vec![("x-log-bodyrawsize", "9")], "PostBodyUncompressError"),
    ] {
        let error = client.call(raw(&headers, b"\x30\x0a\xff\xff")).await.err().ok_or("an error")?;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some(code)), "{headers:?}");
    }
    Ok(())
}

#[tokio::test]
async fn call_with_wrong_credentials_or_a_wrong_clock_is_refused() -> Result {
    let mock = start()?;
    for (id, secret, code) in [("id", "wrong", "SignatureNotMatch"), ("unknown", "secret", "Unauthorized")] {
        let client = Client::new(&SERVICE, config(&mock).credentials(Credentials::access_key(id, secret)))?;
        let error = client.call(pull("0")).await.err().ok_or("an error")?;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some(code)));
    }
    Ok(())
}

#[test]
fn logs_of_the_vendors_sdk_are_stored_and_returned() -> Result {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("vendor-logs");
    let python = vendor::python(&folder, &PACKAGE);
    let python = tool_or_skip!(python.as_deref().map_err(String::as_str), TESTS);
    let mock = start()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor_logs.py");
    let mut command = Command::new(python);
    command.arg(script).args([&mock.address().to_string(), "id", "secret"]);
    let output = command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let results: Vec<Value> =
        String::from_utf8(output.stdout)?.lines().map(serde_json::from_str).collect::<serde_json::Result<_>>()?;
    let signed = |scheme| Verification::Signed { scheme, access_key_id: "id".to_owned() };
    for (index, scheme) in [Scheme::SlsV4, Scheme::SlsV1].into_iter().enumerate() {
        let result = results.get(index).ok_or(errors.clone())?;
        assert_eq!(result["pulled"], json!(["vendor"]), "{result} {errors}");
        assert_eq!(result["found"], json!(["vendor"]), "{result} {errors}");
        assert!(mock.requests().iter().any(|request| request.verification == signed(scheme)));
    }
    let refused: Vec<_> = mock.requests().iter().filter_map(|request| request.reason.clone()).collect();
    assert!(refused.is_empty(), "{refused:?}");
    Ok(())
}
