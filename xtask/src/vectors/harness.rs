//! Runs cases in order against a socket, and compares requests and decoded responses with the recording.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use alicloud_core::__private::{Call, Operation};
use sdk::credentials::Credentials;
use sdk::{Client, Config};
use serde_json::Value;

/// A call, or the reason why it cannot be made.
pub enum Case {
    /// The call, which returns the decoded response.
    Call(Pin<Box<dyn Future<Output = Result<Decoded, String>>>>),
    /// The reason.
    Skipped(&'static str),
}

/// The contents of a response.
pub struct Decoded {
    value: Value,
    /// Whether they report a failure, so that the error contains the response.
    failed: bool,
}

/// Makes the call, and reads the public fields of the response.
pub fn call<O: Operation + 'static>(call: Call<O>, read: fn(&O::Response) -> Value) -> Case {
    Case::Call(Box::pin(async move {
        match call.await {
            Ok(response) => Ok(Decoded { value: read(&response), failed: false }),
            Err(error) => match error.response::<O::Response>() {
                Some(response) => Ok(Decoded { value: read(response), failed: true }),
                None => Err(error.to_string()),
            },
        }
    }))
}

/// Creates a case that cannot be expressed with the generated crate.
pub fn skip(reason: &'static str) -> Case {
    Case::Skipped(reason)
}

/// Runs all cases; the process succeeds if none fails.
pub fn run(cases: &str, functions: &[fn(&Client) -> Case]) -> ExitCode {
    let cases: Vec<Value> = serde_json::from_str(cases).expect("the cases were written as JSON");
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let config = Config::new()
        .region("test")
        // The recorded SDK generates no values that the caller does not set.
        .idempotency_tokens(false)
        .endpoint(format!("http://127.0.0.1:{}", server.port))
        .credentials(Credentials::access_key("testAccessKeyId", "testAccessKeySecret"));
    let client = Client::new(config).expect("a client for loopback");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (index, (case, function)) in cases.iter().zip(functions).enumerate() {
        let name = format!("case {index}, {} ({})", text(&case["operation"]), text(&case["mode"]));
        let future = match function(&client) {
            Case::Call(future) => future,
            Case::Skipped(reason) => {
                skipped += 1;
                println!("skipped: {name}: {reason}");
                continue;
            }
        };
        server.set_response(case);
        let decoded = runtime.block_on(future);
        let problems = compare(case, &server.take(), decoded);
        if problems.is_empty() {
            passed += 1;
        } else {
            failed += 1;
            println!("failed: {name}");
            for problem in problems {
                println!("    {problem}");
            }
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 && skipped == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A received request.
#[derive(Clone, Debug, Default)]
struct ReceivedRequest {
    method: String,
    target: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

struct Server {
    port: u16,
    response: Arc<Mutex<(u16, String)>>,
    received: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let port = listener.local_addr().expect("the port's number").port();
        let response = Arc::new(Mutex::new((200, String::new())));
        let received = Arc::new(Mutex::new(Vec::new()));
        let shared = (Arc::clone(&response), Arc::clone(&received));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (response, received) = (Arc::clone(&shared.0), Arc::clone(&shared.1));
                std::thread::spawn(move || serve(stream, &response, &received));
            }
        });
        Self { port, response, received }
    }

    fn set_response(&self, case: &Value) {
        let status = case["reply"]["status"].as_u64().unwrap_or(200) as u16;
        let body = text(&case["reply"]["body"]).to_owned();
        *self.response.lock().expect("no thread died") = (status, body);
    }

    fn take(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut *self.received.lock().expect("no thread died"))
    }
}

fn serve(stream: TcpStream, response: &Mutex<(u16, String)>, received: &Mutex<Vec<ReceivedRequest>>) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut words = line.split_whitespace();
        let mut request = ReceivedRequest {
            method: words.next()?.to_owned(),
            target: words.next()?.to_owned(),
            ..ReceivedRequest::default()
        };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = request.headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        request.body = vec![0; length];
        reader.read_exact(&mut request.body).ok()?;
        let (status, body) = response.lock().ok()?.clone();
        received.lock().ok()?.push(request);
        let head = format!(
            "HTTP/1.1 {status} Recorded\r\ncontent-type: application/json;charset=utf-8\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        writer.write_all(head.as_bytes()).ok()?;
        writer.write_all(body.as_bytes()).ok()?;
    }
}

fn compare(case: &Value, received: &[ReceivedRequest], decoded: Result<Decoded, String>) -> Vec<String> {
    let mut problems = Vec::new();
    match received {
        [request] => compare_request(&case["request"], request, &mut problems),
        _ => problems.push(format!("{} requests were received instead of one", received.len())),
    }
    match decoded {
        Ok(Decoded { value: decoded, failed }) => {
            let response: Value = serde_json::from_str(text(&case["reply"]["body"])).unwrap_or(Value::Null);
            // The values of recorded responses are generated, including those of fields that report success.
            let reports_failure = ["Success", "success"].iter().any(|name| {
                response[*name] == false || text(&response[*name]).trim().eq_ignore_ascii_case("false")
            });
            if failed != reports_failure {
                let outcome = |failed| if failed { "failure" } else { "success" };
                let (expected, actual) = (outcome(reports_failure), outcome(failed));
                problems.push(format!("the response reports {expected}, and was decoded as {actual}"));
            }
            // A response declared as text is not parsed, even if it is JSON.
            if !case["output"].is_string() {
                compare_response("response", &response, &decoded, &mut problems);
            }
            check_subset("output", &case["output"], &decoded, &mut problems);
        }
        Err(error) => problems.push(format!("the call failed: {error}")),
    }
    problems
}

fn compare_request(expected: &Value, request: &ReceivedRequest, problems: &mut Vec<String>) {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let mut check = |what: &str, expected: &str, found: &str| {
        if expected != found {
            problems.push(format!("{what}: expected {expected:?}, found {found:?}"));
        }
    };
    check("method", text(&expected["method"]), &request.method);
    check("path", &decode(text(&expected["path"]), false), &decode(path, false));
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        // The `accept` header, and the content type without a body, are each client's own choice.
        let bodiless = name == "content-type" && request.body.is_empty();
        if name != "accept" && !bodiless {
            check(name, text(value), request.headers.get(name).map(String::as_str).unwrap_or_default());
        }
    }
    let untyped = expected["headers"].get("content-type").is_none() && !request.body.is_empty();
    if let Some(found) = request.headers.get("content-type").filter(|_| untyped) {
        problems.push(format!("content-type: expected none, found {found:?}"));
    }
    compare_pairs("query", &expected["query"], &pairs(query), problems);
    let content = request.headers.get("content-type").map(String::as_str).unwrap_or_default();
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let form = if content.starts_with("application/x-www-form-urlencoded") { pairs(&body) } else { BTreeMap::new() };
    compare_pairs("form", &expected["form"], &form, problems);
    if let Some(json) = expected.get("json").filter(|json| !json.is_null()) {
        let found = serde_json::from_str(&body).unwrap_or(Value::Null);
        if !equal(json, &found) {
            problems.push(format!("body: expected {json}, found {body}"));
        }
    } else if let Some(expected) = expected.get("text").and_then(Value::as_str) {
        if expected != body {
            problems.push(format!("body: expected {expected:?}, found {body:?}"));
        }
    } else if form.is_empty() && !body.is_empty() {
        problems.push(format!("unexpected body: {body}"));
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
fn check_subset(path: &str, output: &Value, decoded: &Value, problems: &mut Vec<String>) {
    match (output, decoded) {
        (Value::Object(output), _) => {
            for (name, value) in output {
                check_subset(&format!("{path}.{name}"), value, decoded.get(name).unwrap_or(&Value::Null), problems);
            }
        }
        (Value::Array(output), Value::Array(decoded)) if output.len() == decoded.len() => {
            for (index, (output, decoded)) in output.iter().zip(decoded).enumerate() {
                check_subset(&format!("{path}[{index}]"), output, decoded, problems);
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
