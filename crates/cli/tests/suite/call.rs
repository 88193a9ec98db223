//! `alicloud call`, `code`, `list` and `mock`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::generate::{Place, code, err, out};

const LOG_OFF: &str = "LogOffAllSessionsInAppInstanceGroup";

/// A call that the mock accepts, with more options.
fn log_off<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let call = ["call", "appstream-center", LOG_OFF, "--ProductType", "CloudApp", "--AppInstanceGroupId", "a"];
    [&call[..], more].concat()
}

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec")
}

/// Runs a command on the specs of this workspace.
fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap_or_else(|error| panic!("{error}"))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alicloud"));
    command.args(arguments).arg("--specs").arg(specs());
    // No credentials of this machine.
    for variable in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_PROFILE"] {
        command.env_remove(variable);
    }
    command
}

fn json_of(output: &Output) -> Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|error| panic!("{error}: {}{}", out(output), err(output)))
}

#[test]
fn call_of_the_mock_prints_the_response() {
    let output = run(&[
        "call",
        "appstream-center",
        LOG_OFF,
        "--ProductType",
        "CloudApp",
        "--AppInstanceGroupId=aig-1",
        "--mock",
    ]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    assert!(json_of(&output)["RequestId"].is_string());
    assert_eq!(err(&output), "");
}

/// An operation of Drive and Photo Service with a host label, a signed content type and a redirect.
#[test]
fn call_behind_a_gateway_has_its_signature_and_prints_the_redirect() {
    let place = Place::new();
    let document = json!({
        "info": {"style": "PDS", "product": "pds", "version": "2022-03-01"},
        "apis": {"DownloadFile": {
            "path": "/v2/file/download", "methods": ["get"], "security": [{"AK": []}],
            "consumes": ["application/x-www-form-urlencoded"],
            "parameters": [
                {"name": "domain_id", "in": "host", "schema": {"type": "string", "required": true}},
                {"name": "file_id", "in": "query", "schema": {"type": "string"}},
            ],
            "responses": {"302": {"headers": {"location": {"schema": {
                "type": "string", "example": "https://example.com/"}}}}},
        }},
        "endpoints": [{"regionId": "cn-beijing", "endpoint": "cn-beijing.admin.aliyunpds.com"}],
    });
    place.write("pds.json", &document);
    let output = Command::new(env!("CARGO_BIN_EXE_alicloud"))
        .args(["call", "pds", "DownloadFile", "--domain_id", "bj1", "--file_id", "a b", "--mock", "--specs"])
        .arg(place.path())
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    assert_eq!(json_of(&output), json!({"location": "https://example.com/"}));
}

#[test]
fn call_with_an_unknown_value_is_explained_and_exits_with_one() {
    let output =
        run(&["call", "appstream-center", LOG_OFF, "--ProductType", "New", "--AppInstanceGroupId", "a", "--mock"]);
    assert_eq!((code(&output), out(&output).as_str()), (Some(1), ""));
    let text = err(&output);
    assert!(text.contains("InvalidParameter.ProductType") && text.contains("Known values: CloudApp"), "{text}");
}

#[test]
fn wrong_usage_exits_with_two_and_suggests_names() {
    for (arguments, expected) in [
        (
            &["call", "appstream-center", LOG_OFF, "--ProductTyp", "CloudApp", "--AppInstanceGroupId", "a"][..],
            "did you mean `ProductType`",
        ),
        (&["call", "appstream-center", LOG_OFF, "--ProductType", "CloudApp"], "--AppInstanceGroupId is required"),
        (
            &["call", "appstream-center", "ListAppInstanceGroup", "--ProductType", "CloudApp", "--PageSize", "many"],
            "--PageSize is a text; expected an integer",
        ),
        (&["call", "appstream-center", LOG_OFF, "--ProductType", "A", "--ProductType", "B"], "given more than once"),
        (&log_off(&["--mock", "--all"]), "does not return pages"),
        (&log_off(&["--mock", "--query", "a["]), "no JMESPath"),
        (&["call", "appstream-center"], "OPERATION"),
        (&["call"], "PRODUCT"),
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
    }
    for (arguments, expected) in [
        (&["call", "appstream-centre", LOG_OFF][..], "did you mean `appstream-center`"),
        (
            &["call", "appstream-center", "LogOffAllSessionInAppInstanceGroup"],
            "did you mean `LogOffAllSessionsInAppInstanceGroup`",
        ),
        (&["call", "appstream-center", LOG_OFF, "--version", "2000-01-01"], "there is 2021-09-01"),
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), Some(1), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn dry_run_prints_the_request_without_a_signature() {
    let output = run(&[
        "call",
        "appstream-center",
        "ListAppInstanceGroup",
        "--ProductType",
        "CloudApp",
        "--Status.1",
        "A",
        "--Status.2",
        "B",
        "--dry-run",
    ]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    let preview = json_of(&output);
    assert_eq!(preview["method"], "POST");
    assert!(preview["url"].as_str().is_some_and(|url| url.contains("ProductType=CloudApp")), "{preview}");
    assert_eq!(preview["body"], "Status.1=A&Status.2=B");
    let text = preview.to_string().to_lowercase();
    assert!(!text.contains("authorization") && !text.contains("nonce"), "{text}");
}

#[test]
fn input_from_a_file_and_standard_input_is_overridden_by_options() {
    let place = Place::new();
    place.write("input.json", &json!({"ProductType": "Wrong", "AppInstanceGroupId": "aig-1"}));
    let path = place.path().join("input.json").display().to_string();
    let output = run(&["call", "appstream-center", LOG_OFF, "--input", &path, "--ProductType", "CloudApp", "--mock"]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    let mut child = command(&["call", "appstream-center", LOG_OFF, "--input", "-", "--mock"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}"));
    let written = child
        .stdin
        .take()
        .map(|mut input| input.write_all(br#"{"ProductType": "CloudApp", "AppInstanceGroupId": "aig-1"}"#));
    assert!(matches!(written, Some(Ok(()))));
    let output = child.wait_with_output().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    place.write("list.json", &json!([1]));
    let path = place.path().join("list.json").display().to_string();
    let output = run(&["call", "appstream-center", LOG_OFF, "--input", &path]);
    assert!(code(&output) == Some(1) && err(&output).contains("must be a JSON object"), "{}", err(&output));
}

#[test]
fn pages_are_one_list_and_a_query_selects_from_it() {
    let arguments =
        ["call", "appstream-center", "ListAppInstanceGroup", "--ProductType", "CloudApp", "--mock", "--all"];
    let output = run(&arguments);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    let all = json_of(&output).as_array().map_or(0, Vec::len);
    assert!(all > 1, "{all} items of all pages");
    let selected = run(&[&arguments[..], &["--query", "[].AppInstanceGroupId"]].concat());
    assert_eq!(json_of(&selected).as_array().map_or(0, Vec::len), all);
    let table =
        run(&[&arguments[..], &["--format", "table", "--query", "[].{Id: AppInstanceGroupId, Status: Status}"]]
            .concat());
    assert!(out(&table).contains("Id") && out(&table).contains("Status"), "{}", out(&table));
}

#[test]
fn call_of_an_endpoint_is_signed_and_verified_by_the_mock_command() {
    let spec = specs().join("appstream-center/2021-09-01.json");
    let mut mock = Command::new(env!("CARGO_BIN_EXE_alicloud"))
        .args(["mock", "--access-key", "own", "--access-key-secret", "planted", "--spec"])
        .arg(&spec)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{error}"));
    let mut lines = BufReader::new(mock.stdout.take().unwrap_or_else(|| panic!("a pipe"))).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    let url = first.strip_prefix("listening on ").unwrap_or_else(|| panic!("{first}")).to_owned();
    let call = |secret: &str| {
        command(&log_off(&["--endpoint", &url]))
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "own")
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret)
            .env("ALIBABA_CLOUD_REGION_ID", "cn-shanghai")
            .output()
            .unwrap_or_else(|error| panic!("{error}"))
    };
    let (good, bad) = (call("planted"), call("wrong-planted"));
    // The signed line works once, and does not contain the secret.
    let line = command(&log_off(&["--endpoint", &url, "--curl"]))
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "own")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "planted")
        .env("ALIBABA_CLOUD_REGION_ID", "cn-shanghai")
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    let shell = format!("{} --silent --noproxy '*'", out(&line).trim_end());
    let ran = Command::new("sh").args(["-c", &shell]).output().unwrap_or_else(|error| panic!("{error}"));
    _ = mock.kill();
    _ = mock.wait();
    assert_eq!(code(&good), Some(0), "{}", err(&good));
    assert!(shell.contains("Credential=own,") && !shell.contains("planted"), "{shell}");
    // A machine without `curl` reports 127.
    assert!(ran.status.code() == Some(127) || out(&ran).contains("\"Code\":\"OK\""), "{}", out(&ran));
    assert_eq!(code(&bad), Some(1), "{}", err(&bad));
    assert!(err(&bad).contains("SignatureDoesNotMatch") && !err(&bad).contains("planted"), "{}", err(&bad));
}

#[test]
fn code_prints_a_program_and_saves_a_project() {
    let arguments = ["code", "appstream-center", LOG_OFF, "--ProductType", "CloudApp", "--AppInstanceGroupId", "aig-1"];
    let output = run(&arguments);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    assert!(out(&output).contains("::new(ProductType::CloudApp, \"aig-1\")"), "{}", out(&output));
    let place = Place::new();
    let folder = place.path().join("project").display().to_string();
    let saved = run(&[&arguments[..], &["--project", &folder]].concat());
    assert_eq!(code(&saved), Some(0), "{}", err(&saved));
    assert!(place.path().join("project/src/main.rs").is_file() && place.path().join("project/Cargo.toml").is_file());
    let again = run(&[&arguments[..], &["--project", &folder]].concat());
    assert!(code(&again) == Some(1) && err(&again).contains("is not empty"), "{}", err(&again));
}

#[test]
fn list_finds_operations_by_words_of_the_summary() {
    let output = run(&["list", "log", "off"]);
    assert!(code(&output) == Some(0) && out(&output).contains(LOG_OFF), "{}", out(&output));
    let output = run(&["list"]);
    assert!(out(&output).contains("92 operations"), "{}", out(&output));
    let output = run(&["list", "nothing-has-this-word"]);
    assert_eq!((code(&output), out(&output).as_str()), (Some(1), ""));
}

#[test]
fn mock_with_wrong_options_exits_with_two_and_shows_no_secret() {
    for (line, expected) in [
        ("mock", "--spec"),
        ("mock --spec", "--spec"),
        ("mock --spec a --port x", "--port"),
        ("mock --spec a --port 70000", "--port"),
        ("mock --spec a --access-key id", "--access-key-secret"),
        ("mock --spec a --security-token t", "--access-key"),
        ("mock --spec no/such.json", "no/such.json"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let output =
            Command::new(env!("CARGO_BIN_EXE_alicloud")).args(words).output().unwrap_or_else(|error| panic!("{error}"));
        assert!(code(&output) == Some(2) && err(&output).contains(expected), "{line}: {}", err(&output));
    }
}

#[test]
fn completions_are_those_of_every_command() {
    let output = Command::new(env!("CARGO_BIN_EXE_alicloud")).args(["completions", "bash"]).output();
    let text = output.map(|output| out(&output)).unwrap_or_default();
    for command in ["list", "fetch", "whoami", "call", "code", "explore", "mock", "generate", "import", "diff"] {
        assert!(text.contains(command), "{command}");
    }
}
