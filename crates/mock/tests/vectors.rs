//! Recorded requests of the vendor's SDKs: they must be accepted, and decode to their inputs.

#[path = "../../../codegen/tests/suite/documents.rs"]
mod documents;
mod support;

use std::path::{Path, PathBuf};

use alicloud_mock::{Mock, Recorded, Verification};
use serde_json::{Map, Value};
use support::{Client, OutgoingRequest, encode, pairs};

/// Returns recordings and their documents: those of this repository, and others that are available.
fn files() -> Vec<(PathBuf, PathBuf)> {
    let own = documents::root();
    let own =
        (own.join("tests/vectors/appstream-center-2021-09-01.json"), own.join("spec/appstream-center/2021-09-01.json"));
    let others = [
        ("vectors/appstream-center-2021-09-01.json", "facts/appstream-center-2021-09-01.json"),
        ("vectors/ecs-2014-05-26.json", "metadata/ecs/2014-05-26/api-docs.json"),
        ("vectors/devops-2021-06-25.json", "metadata/devops/2021-06-25/api-docs.json"),
    ];
    let others = others.map(|(vectors, document)| documents::beside(vectors).zip(documents::beside(document)));
    std::iter::once(own).chain(others.into_iter().flatten()).collect()
}

/// Returns the recorded cases.
fn vectors(path: &Path) -> Vec<Value> {
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn request(case: &Value) -> OutgoingRequest {
    let request = &case["request"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut target = text(&request["path"]);
    if target.bytes().any(|byte| !byte.is_ascii_graphic()) {
        target = target.split('/').map(encode).collect::<Vec<_>>().join("/");
    }
    let query = pairs(&request["query"]);
    if !query.is_empty() {
        target = format!("{target}?{query}");
    }
    let headers = request["headers"].as_object().unwrap();
    let headers = headers.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    let body = match (request.get("json"), request.get("text")) {
        (Some(json), _) => json.to_string(),
        (None, Some(body)) => text(body),
        (None, None) => pairs(&request["form"]),
    };
    OutgoingRequest { method: text(&request["method"]), target, headers, body: body.into_bytes() }
}

/// Whether two values are equal except for the representation of numbers.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| equal(value, other)))
        }
        // An item without fields is not sent.
        (Value::Object(one), Value::Null) => one.is_empty(),
        _ => one == other,
    }
}

/// Whether a flattened value has no pairs on the wire.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// Returns the input without empty lists and objects of flattened parameters, which are not sent.
fn expected(case: &Value, recorded: &Recorded) -> Map<String, Value> {
    let input = case["input"].as_object().unwrap().clone();
    input.into_iter().filter(|(name, value)| !is_empty(value) || recorded.parameters.contains_key(name)).collect()
}

fn run(recording: &Path, document: &Path, signed: bool) -> usize {
    let cases = vectors(recording);
    assert!(!cases.is_empty(), "{}", recording.display());
    let builder = Mock::builder().file(document);
    let mock = if signed { builder } else { builder.unsigned() }.start_blocking().unwrap();
    let host = mock.address().to_string();
    let mut client = Client::connect(mock.address());
    let mut wrong = Vec::new();
    for case in &cases {
        let name = format!("{} ({})", case["operation"].as_str().unwrap(), case["mode"].as_str().unwrap());
        let mut outgoing = request(case);
        if signed {
            outgoing = outgoing.signed(&host, "mock-access-key-id", "mock-access-key-secret");
        }
        let response = client.call(&outgoing).unwrap();
        let recorded = mock.requests().pop().unwrap();
        mock.clear_requests();
        if response.status != 200 {
            wrong.push(format!("{name}: {} {}", response.status, String::from_utf8_lossy(&response.body)));
            continue;
        }
        if recorded.operation.as_deref() != case["operation"].as_str() {
            wrong.push(format!("{name}: routed to {:?}", recorded.operation));
        }
        let signature = matches!(recorded.verification, Verification::Signed { .. });
        assert_eq!(signature, signed);
        let expected = Value::Object(expected(case, &recorded));
        let decoded = Value::Object(recorded.parameters.clone());
        if !equal(&expected, &decoded) {
            wrong.push(format!("{name}:\n  in  {expected}\n  out {decoded}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert_eq!(mock.connections(), 1, "all requests use one connection");
    cases.len()
}

#[test]
fn mock_accepts_unsigned_recorded_requests() {
    for (recording, document) in files() {
        println!("{}: {} cases", recording.display(), run(&recording, &document, false));
    }
}

#[test]
fn mock_accepts_signed_recorded_requests() {
    for (recording, document) in files() {
        println!("{}: {} cases", recording.display(), run(&recording, &document, true));
    }
}

/// A recorded request with an invalid change.
struct Mutation {
    what: &'static str,
    request: OutgoingRequest,
    code: &'static str,
}

/// Returns invalid variants of a case: a part is moved, omitted, or has another style or type.
fn mutations(case: &Value, operation: &Value) -> Vec<Mutation> {
    let mut all = Vec::new();
    let mut add = |what, changed: Value, code| all.push(Mutation { what, request: request(&changed), code });
    let (query, form) = (&case["request"]["query"], &case["request"]["form"]);
    let has_form = form.as_object().is_some_and(|form| !form.is_empty());
    let form_type = "application/x-www-form-urlencoded";
    for parameter in operation["parameters"].as_array().unwrap() {
        let name = parameter["name"].as_str().unwrap();
        let place = parameter["in"].as_str().unwrap();
        let schema = &parameter["schema"];
        let (here, there, sent) = match place {
            "query" => ("query", "form", query),
            "formData" => ("form", "query", form),
            _ => continue,
        };
        let below = format!("{name}.");
        let keys: Vec<String> =
            sent.as_object().unwrap().keys().filter(|key| *key == name || key.starts_with(&below)).cloned().collect();
        let flat = keys.iter().all(|key| key != name);
        let Some(first) = keys.first() else { continue };
        let without = |case: &Value| {
            let mut changed = case.clone();
            for key in &keys {
                changed["request"][here].as_object_mut().unwrap().remove(key);
            }
            changed
        };
        // The operation must have a form.
        if there == "query" || has_form {
            let mut moved = without(case);
            moved["request"][there][first] = sent[first].clone();
            add("wrong place", moved, "InvalidParameter");
        } else if case["request"].get("json").is_none() && case["request"]["method"] == "POST" {
            let mut moved = without(case);
            moved["request"]["form"] = serde_json::json!({ first: sent[first].clone() });
            moved["request"]["headers"]["content-type"] = form_type.into();
            add("wrong place", moved, "InvalidParameter");
        }
        if schema["required"] == true && !flat {
            add("missing", without(case), "MissingParameter");
        }
        if !flat {
            let mut changed = without(case);
            changed["request"][here][format!("{name}.1")] = sent[name].clone();
            add("parts of a whole", changed, "InvalidParameter");
        } else {
            let mut changed = without(case);
            changed["request"][here][name] = case["input"][name].to_string().into();
            add("whole of parts", changed, "InvalidParameter");
        }
        if matches!(schema["type"].as_str(), Some("integer" | "number" | "boolean")) {
            let mut changed = case.clone();
            changed["request"][here][name] = "text".into();
            add("wrong type", changed, "InvalidParameter");
        }
        if parameter["style"] == "json" {
            let mut changed = case.clone();
            changed["request"][here][name] = "{[".into();
            add("no JSON", changed, "InvalidParameter");
        }
    }
    let mut unknown = case.clone();
    unknown["request"]["query"]["NoSuchParameter"] = "1".into();
    add("unknown", unknown, "InvalidParameter");
    if case["request"].get("json").is_some_and(Value::is_object) {
        let mut changed = case.clone();
        changed["request"]["json"]["noSuchMember"] = 1.into();
        add("unknown member", changed, "InvalidParameter");
        let mut changed = case.clone();
        changed["request"]["json"] = serde_json::json!([1]);
        add("wrong JSON", changed, "InvalidParameter");
        let mut changed = case.clone();
        changed["request"]["headers"]["content-type"] = form_type.into();
        changed["request"]["json"] = serde_json::json!({"a": 1});
        add("wrong content type", changed, "InvalidParameter");
    }
    let mut renamed = case.clone();
    renamed["request"]["headers"]["x-acs-action"] = "NoSuchOperation".into();
    add("unknown operation", renamed, "InvalidAction.NotFound");
    let mut old = case.clone();
    old["request"]["headers"]["x-acs-version"] = "1999-01-01".into();
    add("unknown version", old, "NoSuchVersion");
    all
}

#[test]
fn mock_rejects_changed_recorded_requests() {
    for (recording, path) in files() {
        let cases = vectors(&recording);
        let text: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let mock = Mock::builder().file(path).unsigned().start_blocking().unwrap();
        let mut client = Client::connect(mock.address());
        let mut counts = std::collections::BTreeMap::new();
        let mut wrong = Vec::new();
        for case in &cases {
            let operation = &text["apis"][case["operation"].as_str().unwrap()];
            for Mutation { what, request, code } in mutations(case, operation) {
                let response = client.call(&request).unwrap();
                *counts.entry(what).or_insert(0) += 1;
                if response.code() != code {
                    let body = String::from_utf8_lossy(&response.body).into_owned();
                    wrong.push(format!(
                        "{} {what}: {} {body} for {}",
                        case["operation"], response.status, request.target
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
        println!("{}: refused {counts:?}", recording.display());
    }
}
