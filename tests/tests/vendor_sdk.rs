//! The vendor's own SDK against the mock: what it signs passes the verifier that this SDK is tested with, and what the
//! verifier refuses it tells by the vendor's codes.
//!
//! Needs `python3` and, for the first run, a package index; without them it is skipped, and `cargo xtask test` says so.

use std::error::Error;
use std::io::{BufRead as _, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use alicloud_core::__private::Service;
use alicloud_core::credentials::Credentials;
use alicloud_core::sign::SignatureVersion;
use alicloud_core::{Client, Config, RawRequest};
use alicloud_mock::verify::{Scheme, Verifier};
use alicloud_mock::{
    AccessKey, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Recorded, Request, Response, Verification,
};
use alicloud_tests::server::Server;
use alicloud_tests::{tool_or_skip, vendor};
use serde_json::{Value, json};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const PACKAGE: &str = "alibabacloud-appstream-center20210901";
const VERSION: &str = "5.9.0";
/// How many calls the script knows.
const CALLS: usize = 13;

/// The Python that has the vendor's SDK, or why there is none.
fn python() -> std::result::Result<&'static Path, &'static str> {
    static PYTHON: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("vendor-sdk");
    let found = PYTHON.get_or_init(|| vendor::python(&folder, &[(PACKAGE, VERSION)]));
    found.as_deref().map_err(String::as_str)
}

/// The results of this number of calls by the vendor's SDK.
fn call(python: &Path, mock: &Mock, secret: &str, count: usize) -> Result<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor_sdk.py");
    let endpoint = mock.address().to_string();
    let mut command = Command::new(python);
    command.arg(script).args([&endpoint, DEFAULT_ACCESS_KEY_ID, secret, &count.to_string()]);
    let output = command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").output()?;
    let text = String::from_utf8(output.stdout)?;
    let results = text.lines().map(serde_json::from_str).collect::<serde_json::Result<Vec<Value>>>()?;
    assert_eq!(results.len(), count, "{}", String::from_utf8_lossy(&output.stderr));
    Ok(results)
}

/// The tests here, where they are skipped.
const TESTS: &str = "the vendor's SDK against the mock";

#[test]
fn mock_accepts_requests_of_the_vendors_sdk() -> Result {
    let python = tool_or_skip!(python(), TESTS);
    let mock = alicloud_tests::app_streaming().start_blocking()?;
    let models = json!({"AppInstanceGroupModel": {"AppInstanceGroupId": "aig-7"}, "RequestId": "1"});
    mock.script("CreateAppInstanceGroup", Response::json(200, models.clone()), 1);
    let results = call(python, &mock, DEFAULT_ACCESS_KEY_SECRET, CALLS)?;
    let requests = mock.requests();
    assert_eq!(requests.len(), CALLS);
    let signed = Verification::Signed { scheme: Scheme::V3, access_key_id: DEFAULT_ACCESS_KEY_ID.to_owned() };
    for (result, request) in results.iter().zip(&requests) {
        assert_eq!(request.verification, signed, "{result}");
        assert_eq!((request.refusal.as_ref(), request.status), (None, Some(200)), "{result}: {:?}", request.reason);
        assert_eq!(result["status"], 200, "{result}");
        let operation = request.operation.as_deref().unwrap_or_default();
        assert_eq!(result["method"].as_str().unwrap_or_default().replace('_', ""), operation.to_lowercase());
        assert_eq!(
            Value::from(request.parameters.clone()),
            result["sent"],
            "{operation}: what was sent is what arrived"
        );
        assert!(
            result["response"]["RequestId"].is_string(),
            "{operation}: the vendor's SDK reads the response: {result}"
        );
    }
    let created = results.iter().find(|result| result["method"] == "create_app_instance_group");
    assert_eq!(created.map(|result| &result["response"]), Some(&models));
    Ok(())
}

/// The one request that arrived and was refused with this code, and its response in the vendor's SDK.
fn assert_refused(mock: &Mock, results: &[Value], code: &str) {
    let requests = mock.requests();
    let [result] = results else { panic!("one call: {results:?}") };
    let [request] = requests.as_slice() else { panic!("one request: {requests:?}") };
    assert_eq!(request.verification, Verification::Refused { code: code.to_owned() });
    assert_eq!(result["code"], code, "{result}");
    assert!(result["status"].is_null(), "{result}");
}

#[test]
fn mock_with_a_wrong_secret_refuses_the_vendors_sdk() -> Result {
    let python = tool_or_skip!(python(), TESTS);
    let mock = alicloud_tests::app_streaming().start_blocking()?;
    let results = call(python, &mock, "another-secret", 1)?;
    assert_refused(&mock, &results, "SignatureDoesNotMatch");
    Ok(())
}

#[test]
fn mock_with_a_stale_date_refuses_the_vendors_sdk() -> Result {
    let python = tool_or_skip!(python(), TESTS);
    let clock = || SystemTime::now() + Duration::from_secs(20 * 60);
    let mock = alicloud_tests::app_streaming().clock(clock).start_blocking()?;
    let results = call(python, &mock, DEFAULT_ACCESS_KEY_SECRET, 1)?;
    assert_refused(&mock, &results, "InvalidTimeStamp.Expired");
    Ok(())
}

#[test]
fn mock_with_a_repeated_nonce_refuses_the_request() -> Result {
    let python = tool_or_skip!(python(), TESTS);
    let mock = alicloud_tests::app_streaming().start_blocking()?;
    let results = call(python, &mock, DEFAULT_ACCESS_KEY_SECRET, 1)?;
    assert_eq!(results[0]["status"], 200, "{}", results[0]);
    let response = send_again(&mock, &mock.requests()[0])?;
    assert!(response.starts_with("HTTP/1.1 400 ") && response.contains("\"SignatureNonceUsed\""), "{response}");
    let code = "SignatureNonceUsed".to_owned();
    assert_eq!(mock.requests()[1].verification, Verification::Refused { code });

    // The same bytes are good where nobody has seen them yet, so it is the nonce and nothing else.
    let other = alicloud_tests::app_streaming().start_blocking()?;
    let response = send_again(&other, &mock.requests()[0])?;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    Ok(())
}

/// The response to a recorded request that is sent once more as it was, but for the end of the connection.
fn send_again(mock: &Mock, request: &Recorded) -> Result<String> {
    let mut stream = TcpStream::connect(mock.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", request.method, request.target);
    for (name, value) in request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("connection")) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&request.body)?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response)
}

/// Whether a parameter arrived as requested: once, with this value, and as signed.
fn is_as_requested(request: &Request, name: &str, value: &str) -> bool {
    let text = |part: &str| part.replace("%3A", ":");
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let pairs = request.raw_query().split('&').chain(body.split('&')).filter_map(|pair| pair.split_once('='));
    let values: Vec<String> = pairs.filter(|(key, _)| *key == name).map(|(_, value)| text(value)).collect();
    let key = AccessKey::new(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET);
    values == [value] && Verifier::new([key]).verify(request).is_ok()
}

/// An operation may have a parameter that is named as one of the older signature's. It goes the way that it goes in the
/// vendor's SDK where that sends it as asked, and is refused where that sends it twice, overwrites it, or breaks the
/// signature with it.
#[test]
fn mock_accepts_system_parameters_of_the_vendors_sdk() -> Result {
    let python = tool_or_skip!(python(), TESTS);
    let server = Server::start();
    let endpoint = server.address().to_string();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor_sdk_v2.py");
    let mut command = Command::new(python);
    command.arg(script).args([&endpoint, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET]);
    command.env("NO_PROXY", "127.0.0.1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut vendor = command.spawn()?;
    let (mut input, output) = (vendor.stdin.take().ok_or("no input")?, vendor.stdout.take().ok_or("no output")?);
    let mut outcomes = std::io::BufReader::new(output).lines();

    let credentials = Credentials::access_key(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET);
    let config = Config::new().endpoint(format!("http://{endpoint}")).credentials(credentials).max_attempts(1);
    static SERVICE: Service = Service::new("thing", "2024-01-01", "alicloud-thing", "0.1.0");
    let client = Client::new(&SERVICE, config.signature(SignatureVersion::HmacSha1))?;

    let mut timestamp = String::new();
    for (name, value) in [
        // First one to learn the time from, as the vendor's SDK writes it.
        ("", ""),
        ("Timestamp", "now"),
        ("Format", "JSON"),
        ("Version", "2000-01-01"),
        ("SignatureNonce", "a-nonce-of-the-caller"),
        ("Action", "Other"),
        ("AccessKeyId", "other"),
        ("SecurityToken", "other"),
        ("Signature", "other"),
        ("SignatureMethod", "other"),
        ("SignatureVersion", "other"),
        ("SignatureType", "other"),
        ("BearerToken", "other"),
        ("Other", "other"),
    ] {
        let value = if name == "Timestamp" { timestamp.clone() } else { value.to_owned() };
        let value = value.as_str();
        for place in ["query", "form"] {
            let mut call = json!({"query": {"A": "1"}, "form": {}});
            if !value.is_empty() {
                call[place][name] = value.into();
            }
            writeln!(input, "{call}")?;
            assert_eq!(outcomes.next().ok_or("the vendor's SDK has ended")??, "ok", "{name}");
            let theirs = server.take().ok_or("nothing arrived")?;
            let request = RawRequest::rpc("DoThing").query("A", "1");
            let request = match place {
                _ if value.is_empty() => request,
                "query" => request.query(name, value),
                _ => request.form(name, value),
            };
            let result = client.call(request).send_blocking();
            let ours = server.take();
            if value.is_empty() {
                // A time of now, in its form.
                let found = theirs.raw_query().split('&').find_map(|pair| pair.strip_prefix("Timestamp="));
                timestamp = found.ok_or("no timestamp")?.replace("%3A", ":");
                continue;
            }
            // What is called, and by whom, is not for a parameter to say, though the vendor's SDK lets it.
            let is_ours = matches!(name, "Action" | "SecurityToken" | "SignatureType" | "BearerToken");
            let expected = is_as_requested(&theirs, name, value) && !is_ours;
            match (expected, result, ours) {
                (true, Ok(_), Some(ours)) => {
                    assert!(is_as_requested(&ours, name, value), "{name} in the {place}: {ours:?}")
                }
                (false, Err(error), None) if error.kind() == alicloud_core::ErrorKind::InvalidInput => {}
                other => panic!("{name} in the {place}: {other:?}"),
            }
        }
    }
    drop(input);
    vendor.wait()?;
    Ok(())
}
