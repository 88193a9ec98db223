//! Compares requests and decoded responses with the recording.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::server::ReceivedRequest;
use super::{Decoded, decoded_base64, text};

/// Returns the differences between a case and the call.
pub fn compare(
    recording: &Value,
    case: &Value,
    received: &[ReceivedRequest],
    decoded: Result<Decoded, String>,
) -> Vec<String> {
    let mut problems = Vec::new();
    match received {
        [request] => compare_request(recording, &case["request"], request, &mut problems),
        _ => problems.push(format!("{} requests were received instead of one", received.len())),
    }
    match decoded {
        Ok(Decoded { value: decoded, failed, request_id }) => {
            let response = response(&case["reply"]);
            // Recorded values are random, including fields that report success.
            let is_failure = ["Success", "success"].iter().any(|name| {
                response[*name] == false || text(&response[*name]).trim().eq_ignore_ascii_case("false")
            });
            if failed != is_failure {
                let word = |failed| if failed { "a failure" } else { "a success" };
                let (expected, decoded) = (word(is_failure), word(failed));
                problems.push(format!("the response reports {expected}, and was decoded as {decoded}"));
            }
            for name in ["x-ca-request-id", "x-fc-request-id", "x-log-requestid"] {
                let expected = case["reply"]["headers"][name].as_str();
                if expected.is_some() && expected != request_id.as_deref() {
                    problems.push(format!("request ID: expected {expected:?}, found {request_id:?}"));
                }
            }
            // A response that is declared as text is unchanged, JSON or not.
            if !case["output"].is_string() {
                compare_response("response", &response, &decoded, &mut problems);
            }
            // The recorded SDK follows redirects, and returns nothing of them.
            if let Some(output) = case.get("output").filter(|_| case.get("followed").is_none()) {
                included("output", output, &decoded, &mut problems);
            }
        }
        Err(error) => problems.push(format!("the call failed: {error}")),
    }
    problems
}

/// Returns the contents of a recorded response: JSON, bytes, or the target of a redirect.
fn response(reply: &Value) -> Value {
    if let Some(bytes) = reply.get("bytes") {
        if reply["headers"].get("x-log-compresstype").is_some() {
            return serde_json::from_slice(&decompressed(&reply["headers"], &decoded_base64(bytes))).unwrap_or(Value::Null);
        }
        return json!({ "base64": bytes });
    }
    match reply["headers"].get("location") {
        Some(location) => json!({ "location": location }),
        None => serde_json::from_str(text(&reply["body"])).unwrap_or(Value::Null),
    }
}

fn compare_request(recording: &Value, expected: &Value, request: &ReceivedRequest, problems: &mut Vec<String>) {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let mut check = |what: &str, expected: &str, found: &str| {
        if expected != found {
            problems.push(format!("{what}: expected {expected:?}, found {found:?}"));
        }
    };
    check("method", text(&expected["method"]), &request.method);
    // A recorded path is decoded, except for escapes in its template. The recorded target is the original.
    let recorded = expected["target"].as_str().and_then(|target| target.split('?').next());
    check("path", &decode(recorded.unwrap_or(text(&expected["path"])), false), &decode(path, false));
    let header = |name: &str| request.headers.get(name).map(String::as_str).unwrap_or_default();
    if let Some(host) = expected["host"].as_str() {
        check("host", host, header("host"));
    }
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let is_own = match name.as_str() {
            // The `accept` header, and the content type without a body, are each client's own choice.
            "accept" => true,
            "content-type" => request.body.is_empty(),
            // The recorded V3 signatures cover the user agent.
            "authorization" if recording["signature"] == "v3" => true,
            // The recorded SDK sends and signs booleans in Python's spelling.
            "authorization" if ["=True", "=False"].iter().any(|it| text(&expected["target"]).contains(it)) => true,
            // The compressor, and whether a response may be compressed, are each client's own choice.
            "authorization" | "x-log-content-sha256" if expected["headers"].get("x-log-compresstype").is_some() => true,
            "accept-encoding" => header(name).is_empty(),
            // The order of members in JSON is each client's own choice, too. These signatures cover the body.
            "authorization" => recording["gateway"] == "sls" && expected.get("json").is_some(),
            "x-acs-content-sha256" | "x-log-content-sha256" => expected.get("json").is_some(),
            _ => false,
        };
        if !is_own {
            check(name, text(value), header(name));
        }
    }
    if recording.get("signature").is_some() && expected["headers"].get("authorization").is_none() {
        check("authorization", "", header("authorization"));
    }
    let untyped = expected["headers"].get("content-type").is_none() && !request.body.is_empty();
    if let Some(found) = request.headers.get("content-type").filter(|_| untyped) {
        problems.push(format!("content-type: expected none, found {found:?}"));
    }
    compare_pairs("query", &expected["query"], &pairs(query), problems);
    compare_body(expected, request, problems);
}

fn compare_body(expected: &Value, request: &ReceivedRequest, problems: &mut Vec<String>) {
    let content = request.headers.get("content-type").map(String::as_str).unwrap_or_default();
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let form = if content.starts_with("application/x-www-form-urlencoded") { pairs(&body) } else { BTreeMap::new() };
    compare_pairs("form", &expected["form"], &form, problems);
    if let Some(json) = expected.get("json").filter(|json| !json.is_null()) {
        let found = serde_json::from_str(&body).unwrap_or(Value::Null);
        if !equal(json, &found) {
            problems.push(format!("body: expected {json}, found {body}"));
        }
    } else if let Some(bytes) = expected.get("bytes") {
        let found = serde_json::to_value(&request.headers).unwrap_or_default();
        if decompressed(&expected["headers"], &decoded_base64(bytes)) != decompressed(&found, &request.body) {
            problems.push(format!("body: expected the bytes {bytes}, found {body:?}"));
        }
    } else if let Some(expected) = expected.get("text").and_then(Value::as_str) {
        if expected != body {
            problems.push(format!("body: expected {expected:?}, found {body:?}"));
        }
    } else if form.is_empty() && !body.is_empty() {
        problems.push(format!("unexpected body: {body}"));
    }
}

/// Returns a body without the compression that its headers declare.
fn decompressed(headers: &Value, body: &[u8]) -> Vec<u8> {
    let size = text(&headers["x-log-bodyrawsize"]).parse().unwrap_or_default();
    match text(&headers["x-log-compresstype"]) {
        "lz4" => lz4_flex::block::decompress(body, size).unwrap_or_default(),
        _ => body.to_vec(),
    }
}

fn compare_pairs(what: &str, expected: &Value, found: &BTreeMap<String, String>, problems: &mut Vec<String>) {
    let empty = serde_json::Map::new();
    let expected = expected.as_object().unwrap_or(&empty);
    for (name, value) in expected {
        match found.get(name) {
            Some(found) if same_text(text(value), found) => {}
            other => problems.push(format!("{what} {name}: expected {value}, found {other:?}")),
        }
    }
    for name in found.keys().filter(|name| !expected.contains_key(*name)) {
        problems.push(format!("unexpected {what} {name}"));
    }
}

/// Compares texts, or JSON if they are lists or objects.
fn same_text(expected: &str, found: &str) -> bool {
    let structured = |text: &str| serde_json::from_str::<Value>(text).ok().filter(|v| v.is_object() || v.is_array());
    let equal_json = || structured(expected).zip(structured(found)).is_some_and(|(one, other)| equal(&one, &other));
    expected == found || equal_json()
}

/// Compares JSON, with integers and fractions by value.
fn equal(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Number(expected), Value::Number(found)) => {
            expected == found || expected.as_f64().zip(found.as_f64()).is_some_and(|(one, other)| one == other)
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(expected, found)| equal(expected, found))
        }
        (Value::Object(expected), Value::Object(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|(name, value)| found.get(name).is_some_and(|found| equal(value, found)))
        }
        _ => expected == found,
    }
}

fn absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Checks that all values of the response are decoded, and no others.
fn compare_response(path: &str, response: &Value, decoded: &Value, problems: &mut Vec<String>) {
    match (response, decoded) {
        (Value::Object(response), Value::Object(decoded)) => {
            for (name, value) in response {
                let found = decoded.get(name).unwrap_or(&Value::Null);
                compare_response(&format!("{path}.{name}"), value, found, problems);
            }
            for (name, value) in decoded.iter().filter(|(name, _)| !response.contains_key(*name)) {
                problems.push(format!("{path}.{name}: {value} was decoded, but is not in the response"));
            }
        }
        (Value::Array(response), Value::Array(decoded)) if response.len() == decoded.len() => {
            for (index, (response, decoded)) in response.iter().zip(decoded).enumerate() {
                compare_response(&format!("{path}[{index}]"), response, decoded, problems);
            }
        }
        _ if absent(response) && absent(decoded) || equal(response, decoded) => {}
        _ => problems.push(format!("{path}: expected {response}, decoded {decoded}")),
    }
}

/// Checks that all values that the recorded SDK decoded are decoded.
fn included(path: &str, output: &Value, decoded: &Value, problems: &mut Vec<String>) {
    match (output, decoded) {
        (Value::Object(output), _) => {
            for (name, value) in output {
                included(&format!("{path}.{name}"), value, decoded.get(name).unwrap_or(&Value::Null), problems);
            }
        }
        (Value::Array(output), Value::Array(decoded)) if output.len() == decoded.len() => {
            for (index, (output, decoded)) in output.iter().zip(decoded).enumerate() {
                included(&format!("{path}[{index}]"), output, decoded, problems);
            }
        }
        _ if absent(output) && absent(decoded) || equal(output, decoded) => {}
        _ => problems.push(format!("{path}: expected {output}, decoded {decoded}")),
    }
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, hex.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) if plus => {
                bytes.push(b' ');
                rest = after;
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
