//! `alicloud generate`, `import` and `diff`: exit codes, the summary for programs, and the messages for people.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture;

/// A folder, and the binary in it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap_or_else(|error| panic!("{error}")) }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, document: &Value) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, document.to_string()).unwrap_or_else(|error| panic!("{error}"));
        path
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alicloud"));
        command.current_dir(self.path());
        // Options alone are those of `generate`.
        if arguments.first().is_none_or(|first| first.starts_with('-')) {
            command.arg("generate");
        }
        command.args(arguments);
        command
    }
}

pub(crate) fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn summary(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", out(output), err(output)))
}

fn good() -> Value {
    fixture::rpc(
        json!({"Ping": {"responses": fixture::responses(json!({"RequestId": {"type": "string"}}))}, "Pong": {"responses": {"200": {}}}}),
    )
}

fn bad() -> Value {
    fixture::rpc(json!({"Ping": {"methods": ["brew"], "responses": {"200": {}}}, "Pong": {"responses": {"200": {}}}}))
}

#[test]
fn a_crate_is_written_checked_and_left_alone() {
    let place = Place::new();
    place.write("good.json", &good());
    let arguments = ["--spec", "good.json", "--out", "made"];
    let check: Vec<&str> = arguments.iter().copied().chain(["--check"]).collect();
    let first = place.run(&check);
    assert_eq!(code(&first), Some(1), "{}{}", out(&first), err(&first));
    assert!(!place.path().join("made").exists());
    let written = place.run(&arguments);
    assert_eq!(code(&written), Some(0), "{}{}", out(&written), err(&written));
    assert_eq!(code(&place.run(&check)), Some(0));
    let again = place.run(&arguments);
    assert!(out(&again).contains("nothing to change"), "{}", out(&again));
    let path = place.path().join("made/src/lib.rs");
    fs::write(&path, fixture::read(&path) + "// edited\n").unwrap_or_default();
    let checked = place.run(&check);
    assert_eq!((code(&checked), out(&checked).contains("edited by hand")), (Some(1), true), "{}", out(&checked));
    let forced: Vec<&str> = arguments.iter().copied().chain(["--force"]).collect();
    assert_eq!(code(&place.run(&forced)), Some(0));
    assert_eq!(code(&place.run(&check)), Some(0));
}

#[test]
fn problems_are_told_and_fail_the_run() {
    let place = Place::new();
    place.write("bad.json", &bad());
    let failed = place.run(&["--spec", "bad.json", "--out", "made"]);
    assert_eq!(code(&failed), Some(1));
    assert!(err(&failed).contains("bad.json:1:") && err(&failed).contains("error[E0210]"), "{}", err(&failed));
    assert!(!place.path().join("made").exists(), "no half of a crate");
    let skipped = place.run(&["--spec", "bad.json", "--out", "made", "--skip-unsupported"]);
    assert_eq!(code(&skipped), Some(0), "{}", err(&skipped));
    assert!(err(&skipped).contains("error[E0210]"));
    let only = place.run(&["--spec", "bad.json", "--out", "other", "--only", "Pong"]);
    assert_eq!((code(&only), place.path().join("other/src/operation/pong.rs").exists()), (Some(0), true));
    let unknown = place.run(&["--spec", "bad.json", "--out", "third", "--only", "pong"]);
    assert_eq!((code(&unknown), err(&unknown).contains("did you mean `Pong`?")), (Some(1), true), "{}", err(&unknown));
}

#[test]
fn wrong_usage_is_told_apart_from_problems() {
    let place = Place::new();
    place.write("good.json", &good());
    fs::write(place.path().join("bytes.json"), [0x7b, 0xff, 0x7d]).unwrap_or_default();
    for arguments in [
        &["--spec", "good.json"][..],
        &["--out", "made"],
        &["--spec", "nowhere.json", "--out", "made"],
        &["--spec", "bytes.json", "--out", "made"],
        &["--spec", "good.json", "--out", "made", "--check", "--force"],
        &["--spec", "good.json", "--out", "made", "--jobs", "0"],
        &["--spec", "good.json", "--out", "good.json"],
        &["--what"],
    ] {
        let output = place.run(arguments);
        assert_eq!(code(&output), Some(2), "{arguments:?}: {}{}", out(&output), err(&output));
        assert!(err(&output).contains("error:"), "{arguments:?}: {}", err(&output));
        assert!(!err(&output).contains("panicked"), "{arguments:?}");
    }
}

/// The keys of every object, in order, with the kind of each value.
fn keys(value: &Value, here: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let kind = match member {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "number",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                out.push(format!("{here}{key}: {kind}"));
                keys(member, &format!("{here}{key}."), out);
            }
        }
        Value::Array(items) => {
            for item in items.iter().take(1) {
                keys(item, &format!("{here}0."), out);
            }
        }
        _ => {}
    }
}

#[test]
fn the_summary_for_programs_keeps_its_keys() {
    let place = Place::new();
    place.write("bad.json", &bad());
    let output = place.run(&["--spec", "bad.json", "--out", "made", "--skip-unsupported", "--format", "json"]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 1, "one object on one line");
    let mut found = Vec::new();
    keys(&summary(&output), "", &mut found);
    let differs = fixture::expect(&fixture::folder("suite").join("summary.txt"), &(found.join("\n") + "\n"));
    assert!(differs.is_ok(), "{}", differs.err().unwrap_or_default());
    let failed = place.run(&["--spec", "bad.json", "--out", "other", "--format", "json"]);
    assert_eq!((code(&failed), summary(&failed)["success"].as_bool()), (Some(1), Some(false)));
}

#[test]
fn many_documents_on_many_threads_are_told_in_order() {
    let place = Place::new();
    let names: Vec<String> = (0..8).map(|index| format!("d{index}.json")).collect();
    for (index, name) in names.iter().enumerate() {
        let mut document = if index == 3 { bad() } else { good() };
        document["info"]["product"] = json!(format!("demo{index}"));
        place.write(name, &document);
    }
    let run = |out: &str, jobs: &str| {
        let mut arguments = vec!["--spec"];
        arguments.extend(names.iter().map(String::as_str));
        arguments.extend(["--out", out, "--jobs", jobs, "--skip-unsupported", "--format", "json"]);
        let output = place.run(&arguments);
        assert_eq!(code(&output), Some(0), "{}", err(&output));
        let mut summary = summary(&output).to_string();
        if let Some(at) = summary.find("\"seconds\"") {
            let end = summary[at..].find([',', '}']).map_or(summary.len(), |end| at + end);
            summary.replace_range(at..end, "");
        }
        summary.replace(out, "OUT")
    };
    assert_eq!(run("made-by-one", "1"), run("made-by-four", "4"));
    let files = |folder: &str| -> Vec<String> {
        fixture::files(&place.path().join(folder), "rs").iter().map(|path| fixture::read(path)).collect()
    };
    assert_eq!(files("made-by-one"), files("made-by-four"));
    assert_eq!(files("made-by-one").len(), 8 * 5 - 1);
}

#[test]
fn documents_are_imported_and_compared() {
    let place = Place::new();
    let mut document = good();
    document["info"]["product"] = json!("Demo");
    place.write("a.json", &document);
    let output = place.run(&["import", "a.json", "--spec-dir", "spec"]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    let version = document["info"]["version"].as_str().unwrap_or_default();
    let spec = format!("spec/demo/{version}.json");
    assert!(place.path().join(&spec).is_file(), "{}", out(&output));
    let output = place.run(&["diff", &spec, "a.json", "--fail-on", "breaking"]);
    assert_eq!(code(&output), Some(0), "{}{}", out(&output), err(&output));
    document["apis"] = json!({});
    place.write("b.json", &document);
    let output = place.run(&["diff", "a.json", "b.json", "--fail-on", "breaking"]);
    assert_eq!(code(&output), Some(1), "{}{}", out(&output), err(&output));
    assert_eq!(code(&place.run(&["--spec", "a.json", "--import", "a.json"])), Some(2));
}

#[test]
fn two_documents_of_one_package_are_refused() {
    let place = Place::new();
    place.write("a.json", &good());
    place.write("b.json", &good());
    let output = place.run(&["--spec", "a.json", "b.json", "--out", "made"]);
    assert_eq!(code(&output), Some(2), "{}", err(&output));
    assert!(err(&output).contains("a.json") && err(&output).contains("b.json"), "{}", err(&output));
    assert!(!place.path().join("made").exists(), "nothing is written for either");
}

#[test]
fn import_that_keeps_what_the_document_says_otherwise_exits_with_one() {
    let place = Place::new();
    let list = json!({"type": "array", "items": {"type": "string"}});
    let number = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "integer"}});
    let mut document = fixture::rpc(json!({"ListRoutes": {
        "path": "/routes", "operationType": "read", "parameters": [number("PageNumber"), number("PageSize")],
        "responses": fixture::responses(json!({"TotalCount": {"type": "integer"}, "Routes": list, "State": {"type": "string"}}))
    }}));
    document["endpoints"] = json!([{"regionId": "cn-a", "endpoint": "a.example.com"}]);
    place.write("old.json", &document);
    let fields = "/apis/ListRoutes/responses/200/schema/properties";
    for (name, pointer, value, taken) in [
        ("a second list", format!("{fields}/Others"), list.clone(), ""),
        ("another host", "/endpoints/0/endpoint".to_owned(), json!("b.example.com"), "b.example.com"),
        ("text to enumeration", format!("{fields}/State/enum"), json!(["on"]), "\"on\""),
        ("another style", "/info/style".to_owned(), json!("ROA"), "ROA"),
    ] {
        let spec = place.path().join("spec/demo/2024-01-01.json");
        let _ = fs::remove_file(&spec);
        assert_eq!(code(&place.run(&["import", "old.json"])), Some(0), "{name}");
        let mut new = document.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        match new.pointer_mut(parent) {
            Some(Value::Object(members)) => drop(members.insert(key.to_owned(), value)),
            other => panic!("{name}: {other:?}"),
        }
        place.write("new.json", &new);
        let kept = place.run(&["import", "new.json"]);
        assert_eq!(code(&kept), Some(1), "{name}: {}", out(&kept));
        assert!(out(&kept).starts_with("not applied"), "{name}: the most severe first: {}", out(&kept));
        let breaking = place.run(&["diff", "old.json", "spec/demo/2024-01-01.json", "--fail-on", "breaking"]);
        assert_eq!(code(&breaking), Some(0), "{name}: {}", out(&breaking));
        let accepted = place.run(&["import", "new.json", "--accept-breaking"]);
        assert_eq!(code(&accepted), Some(0), "{name}: {}", out(&accepted));
        assert!(fixture::read(&spec).contains(taken), "{name}");
    }
}
