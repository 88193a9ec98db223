//! The vendor's own SDK against the mock: what it signs passes the verifier that this SDK is tested with, and what the
//! verifier refuses it tells by the vendor's codes.
//!
//! Needs `python3` and, for the first run, a package index; without them it says so and passes.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use alicloud_mock::verify::Scheme;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Recorded, Reply, Verification};
use alicloud_tests::process::run_quietly;
use serde_json::{Value, json};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const PACKAGE: &str = "alibabacloud-appstream-center20210901";
const VERSION: &str = "5.9.0";
/// How long the vendor's package may take to come.
const INSTALLATION: Duration = Duration::from_secs(180);
/// How many calls the script knows.
const CALLS: usize = 13;

/// The Python that has the vendor's SDK, or why there is none.
fn python() -> std::result::Result<&'static Path, &'static str> {
    static PYTHON: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("vendor-sdk").join("venv");
        let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        if !has_package(&python) {
            install(&folder, &python)?;
        }
        if has_package(&python) { Ok(python) } else { Err(format!("{PACKAGE} {VERSION} is not to be had")) }
    });
    found.as_deref().map_err(String::as_str)
}

fn has_package(python: &Path) -> bool {
    let program = format!("import importlib.metadata as m; assert m.version({PACKAGE:?}) == {VERSION:?}");
    let mut command = Command::new(python);
    command.args(["-c", &program]);
    python.is_file() && run_quietly(&mut command, Duration::from_secs(60)).is_ok()
}

fn install(folder: &Path, python: &Path) -> std::result::Result<(), String> {
    let mut command = Command::new(if cfg!(windows) { "python" } else { "python3" });
    command.args(["-m", "venv", "--clear"]).arg(folder);
    run_quietly(&mut command, Duration::from_secs(60)).map_err(|error| format!("no virtual environment: {error}"))?;
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", "--prefer-binary"]);
    command.arg(format!("{PACKAGE}=={VERSION}"));
    run_quietly(&mut command, INSTALLATION).map_err(|error| format!("pip cannot install {PACKAGE}: {error}"))
}

/// What the vendor's SDK tells of so many calls.
fn call(python: &Path, mock: &Mock, secret: &str, count: usize) -> Result<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor_sdk.py");
    let endpoint = mock.address().to_string();
    let mut command = Command::new(python);
    command.arg(script).args([&endpoint, DEFAULT_ACCESS_KEY_ID, secret, &count.to_string()]);
    let output = command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").output()?;
    let text = String::from_utf8(output.stdout)?;
    let told = text.lines().map(serde_json::from_str).collect::<serde_json::Result<Vec<Value>>>()?;
    assert_eq!(told.len(), count, "{}", String::from_utf8_lossy(&output.stderr));
    Ok(told)
}

/// Gives the Python with the vendor's SDK, or leaves the test.
macro_rules! python_or_skip {
    () => {
        match python() {
            Ok(python) => python,
            Err(reason) => {
                println!("skipped: {reason}");
                return Ok(());
            }
        }
    };
}

#[test]
fn what_the_vendor_s_sdk_signs_is_accepted() -> Result {
    let python = python_or_skip!();
    let mock = alicloud_tests::app_streaming().start_blocking()?;
    let models = json!({"AppInstanceGroupModel": {"AppInstanceGroupId": "aig-7"}, "RequestId": "1"});
    mock.script("CreateAppInstanceGroup", Reply::json(200, models.clone()), 1);
    let told = call(python, &mock, DEFAULT_ACCESS_KEY_SECRET, CALLS)?;
    let requests = mock.requests();
    assert_eq!(requests.len(), CALLS);
    let signed = Verification::Signed { scheme: Scheme::V3, access_key_id: DEFAULT_ACCESS_KEY_ID.to_owned() };
    for (told, request) in told.iter().zip(&requests) {
        assert_eq!(request.verification, signed, "{told}");
        assert_eq!((request.refusal.as_ref(), request.status), (None, Some(200)), "{told}: {:?}", request.reason);
        assert_eq!(told["status"], 200, "{told}");
        let operation = request.operation.as_deref().unwrap_or_default();
        assert_eq!(told["method"].as_str().unwrap_or_default().replace('_', ""), operation.to_lowercase());
        assert_eq!(Value::from(request.parameters.clone()), told["sent"], "{operation}: what was sent is what arrived");
        assert!(told["reply"]["RequestId"].is_string(), "{operation}: the vendor's SDK reads the reply: {told}");
    }
    let created = told.iter().find(|told| told["method"] == "create_app_instance_group");
    assert_eq!(created.map(|told| &told["reply"]), Some(&models));
    Ok(())
}

/// The one request that arrived and was refused with this code, and its reply as the vendor's SDK tells it.
fn assert_refused(mock: &Mock, told: &[Value], code: &str) {
    let requests = mock.requests();
    let [told] = told else { panic!("one call: {told:?}") };
    let [request] = requests.as_slice() else { panic!("one request: {requests:?}") };
    assert_eq!(request.verification, Verification::Refused { code: code.to_owned() });
    assert_eq!(told["code"], code, "{told}");
    assert!(told["status"].is_null(), "{told}");
}

#[test]
fn a_wrong_secret_is_refused() -> Result {
    let python = python_or_skip!();
    let mock = alicloud_tests::app_streaming().start_blocking()?;
    let told = call(python, &mock, "another-secret", 1)?;
    assert_refused(&mock, &told, "SignatureDoesNotMatch");
    Ok(())
}

#[test]
fn a_stale_date_is_refused() -> Result {
    let python = python_or_skip!();
    let clock = || SystemTime::now() + Duration::from_secs(20 * 60);
    let mock = alicloud_tests::app_streaming().clock(clock).start_blocking()?;
    let told = call(python, &mock, DEFAULT_ACCESS_KEY_SECRET, 1)?;
    assert_refused(&mock, &told, "InvalidTimeStamp.Expired");
    Ok(())
}

#[test]
fn a_nonce_is_good_for_one_request() -> Result {
    let python = python_or_skip!();
    let mock = alicloud_tests::app_streaming().start_blocking()?;
    let told = call(python, &mock, DEFAULT_ACCESS_KEY_SECRET, 1)?;
    assert_eq!(told[0]["status"], 200, "{}", told[0]);
    let reply = send_again(&mock, &mock.requests()[0])?;
    assert!(reply.starts_with("HTTP/1.1 400 ") && reply.contains("\"SignatureNonceUsed\""), "{reply}");
    let code = "SignatureNonceUsed".to_owned();
    assert_eq!(mock.requests()[1].verification, Verification::Refused { code });

    // The same bytes are good where nobody has seen them yet, so it is the nonce and nothing else.
    let other = alicloud_tests::app_streaming().start_blocking()?;
    let reply = send_again(&other, &mock.requests()[0])?;
    assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    Ok(())
}

/// The reply to a recorded request that is sent once more as it was, but for the end of the connection.
fn send_again(mock: &Mock, request: &Recorded) -> Result<String> {
    let mut stream = TcpStream::connect(mock.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", request.method, request.target);
    for (name, value) in request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("connection")) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&request.body)?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    Ok(reply)
}
