//! `alicloud explore` with credentials of a user: no response contains them, or a signature that they made.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A process that is ended with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Starts a command, and returns the first line that it prints.
fn start(arguments: &[&str], data: &Path) -> (Process, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_alicloud"))
        .args(arguments)
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "planted-id")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "planted-secret")
        .env("ALIBABA_CLOUD_REGION_ID", "cn-shanghai")
        .env("ALICLOUD_DATA", data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}"));
    let output = child.stdout.take().unwrap_or_else(|| panic!("a pipe"));
    let mut lines = BufReader::new(output).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    // The command ends when nobody reads its output.
    std::thread::spawn(move || lines.for_each(drop));
    (Process(child), first)
}

/// Writes a document with one operation, and returns its path.
fn document(folder: &Path, product: &str, version: &str, operation: &str, field: &str) -> String {
    let text = json!({
        "info": {"style": "RPC", "product": product, "version": version},
        "apis": {operation: {"methods": ["post"], "parameters": [
            {"name": "EncodedDiagnosticMessage", "in": "query", "schema": {"type": "string"}},
        ], "responses": {"200": {"schema": {"type": "object", "properties": {field: {"type": "string", "example": "x"}}}}}}},
    });
    let path = folder.join(product).with_extension("json");
    std::fs::write(&path, text.to_string()).unwrap_or_else(|error| panic!("{error}"));
    path.display().to_string()
}

/// Sends a request to the explorer, and returns the status and the whole response.
fn post(link: &str, path: &str, body: &Value) -> (u16, String) {
    let rest = link.strip_prefix("http://").unwrap_or_else(|| panic!("{link}"));
    let (host, token) = rest.split_once('/').unwrap_or_else(|| panic!("{link}"));
    let body = body.to_string();
    let request = format!(
        "POST /{token}api/{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).unwrap_or_else(|error| panic!("{error}"));
    let mut response = String::new();
    let sent = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut response));
    sent.unwrap_or_else(|error| panic!("{path}: {error}"));
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{response}")), response)
}

#[test]
fn explore_with_credentials_sends_neither_keys_nor_signatures_to_the_page() {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/appstream-center/2021-09-01.json");
    // The services that the explorer itself calls.
    let sts = document(folder.path(), "Sts", "2015-04-01", "GetCallerIdentity", "Arn");
    let ram = document(folder.path(), "Ram", "2015-05-01", "DecodeDiagnosticMessage", "DecodedDiagnosticMessage");
    let key = ["--access-key", "planted-id", "--access-key-secret", "planted-secret"];
    let specs = ["--spec", spec, "--spec", &sts, "--spec", &ram];
    let (_mock, line) = start(&[&["mock"], &key[..], &specs].concat(), folder.path());
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
    let (_explorer, link) = start(&["explore", "--no-open", spec], folder.path());
    let settings = json!({"target": "service", "endpoint": url});
    let name = "LogOffAllSessionsInAppInstanceGroup";
    let filled = json!({
        "product": "appstream-center", "version": "2021-09-01", "operation": name, "confirm": name,
        "parameters": {"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1"}, "settings": settings,
    });
    let diagnostic = json!({"message": "AQID", "settings": settings});
    for (path, body, expected) in [
        ("call", &filled, 200),
        ("events", &filled, 200),
        ("code", &filled, 200),
        ("curl", &filled, 200),
        ("signature", &filled, 200),
        ("permissions", &filled, 200),
        ("caller", &settings, 200),
        ("diagnose", &diagnostic, 200),
    ] {
        let (status, response) = post(&link, path, body);
        assert_eq!(status, expected, "{path}: {response}");
        assert!(!response.contains("planted"), "{path}: {response}");
        // The signature that is explained is that of the dummy key.
        assert!(path == "signature" || !response.contains("Signature="), "{path}: {response}");
        if path == "call" {
            assert!(response.contains("\"ok\":true"), "the credentials are used: {response}");
        }
    }
    let history =
        std::fs::read_to_string(folder.path().join("history.jsonl")).unwrap_or_else(|error| panic!("{error}"));
    assert!(history.lines().count() == 2 && !history.contains("planted"), "{history}");
}
