//! What the vendor's own SDKs put on the wire must be accepted, and must mean what was put in.

mod support;

use alicloud_mock::{Mock, Recorded, Verification};
use serde_json::{Map, Value};
use support::{Client, Outgoing, beside, encode, pairs, vectors};

const FILES: [(&str, &str); 3] = [
    ("appstream-center-2021-09-01.json", "facts/appstream-center-2021-09-01.json"),
    ("ecs-2014-05-26.json", "metadata/ecs/2014-05-26/api-docs.json"),
    ("devops-2021-06-25.json", "metadata/devops/2021-06-25/api-docs.json"),
];

fn request(case: &Value) -> Outgoing {
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
    Outgoing { method: text(&request["method"]), target, headers, body: body.into_bytes() }
}

/// Equal but for the spelling of numbers.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        // An item without fields leaves a gap.
        (Value::Object(one), Value::Null) => one.is_empty(),
        _ => one == other,
    }
}

/// Whether nothing of it reaches the wire when it is flattened.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// What was put in, without what does not reach the wire: empty lists and objects in flattened parameters.
fn expected(case: &Value, recorded: &Recorded) -> Map<String, Value> {
    let input = case["input"].as_object().unwrap().clone();
    input.into_iter().filter(|(name, value)| !is_empty(value) || recorded.parameters.contains_key(name)).collect()
}

fn run(vectors_name: &str, document: &str, signed: bool) -> Option<usize> {
    let cases = vectors(vectors_name)?;
    let builder = Mock::builder().file(beside(document)?);
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
            wrong.push(format!("{name}: taken for {:?}", recorded.operation));
        }
        let signature = matches!(recorded.verification, Verification::Signed { .. });
        assert_eq!(signature, signed);
        let expected = Value::Object(expected(case, &recorded));
        let decoded = Value::Object(recorded.parameters.clone());
        if !same(&expected, &decoded) {
            wrong.push(format!("{name}:\n  in  {expected}\n  out {decoded}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert_eq!(mock.connections(), 1, "one connection serves all");
    Some(cases.len())
}

#[test]
fn unsigned_cases_are_accepted() {
    for (name, document) in FILES {
        let Some(count) = run(name, document, false) else { return };
        println!("{name}: {count} cases");
    }
}

#[test]
fn signed_cases_are_accepted() {
    for (name, document) in FILES {
        let Some(count) = run(name, document, true) else { return };
        println!("{name}: {count} cases");
    }
}
