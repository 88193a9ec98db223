//! Connections, recorded requests and verification, end to end.

mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use alicloud_mock::{
    AccessKey, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Response, StartError, Times, Verification,
};
use serde_json::json;
use support::document::{ROA, RPC};
use support::{Client, OutgoingRequest};

const VERSION: &str = "2024-01-01";

fn start() -> Mock {
    Mock::builder().document(RPC).document(ROA).start_blocking().unwrap()
}

fn sign(mock: &Mock, request: OutgoingRequest) -> OutgoingRequest {
    request.signed(&mock.address().to_string(), DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET)
}

fn call(mock: &Mock, request: OutgoingRequest) -> support::Response {
    Client::connect(mock.address()).call(&sign(mock, request)).unwrap()
}

#[tokio::test]
async fn signed_call_has_a_response_and_a_record() {
    let mock = Mock::builder().document(RPC).access_key("id", "secret").start().await.unwrap();
    let mut request = OutgoingRequest::rpc("Ping", VERSION);
    request.target = "/?Text=a%20b%2F%C3%A9".to_owned();
    let request = request.signed(&mock.address().to_string(), "id", "secret");
    let mut client = Client::connect(mock.address());
    let response = client.call(&request).unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json;charset=utf-8"));
    let id = response.header("x-acs-request-id").unwrap().to_owned();
    assert_eq!(response.json(), json!({"RequestId": id, "Code": "OK", "Text": "pong"}));
    let date = httpdate::parse_http_date(response.header("date").unwrap()).unwrap();
    assert!(date.elapsed().unwrap() < Duration::from_secs(60));

    let requests = mock.requests();
    let recorded = &requests[0];
    assert_eq!(requests.len(), 1);
    assert_eq!((recorded.method.as_str(), recorded.path.as_str()), ("POST", "/"));
    assert_eq!(recorded.query_value("Text"), Some("a b/é"));
    assert_eq!(recorded.parameters["Text"], json!("a b/é"));
    assert_eq!((recorded.product.as_deref(), recorded.operation.as_deref()), (Some("Demo"), Some("Ping")));
    assert_eq!(recorded.header("X-Acs-Action"), Some("Ping"));
    assert!(matches!(&recorded.verification, Verification::Signed { access_key_id, .. } if access_key_id == "id"));
    assert_eq!((recorded.status, recorded.request_id.as_str(), recorded.connection), (Some(200), id.as_str(), 1));
    assert_eq!(mock.requests_of("Ping").len(), 1);
    assert!(mock.requests_of("Store").is_empty());

    let again = client.call(&request).unwrap();
    assert_eq!((again.status, again.code().as_str()), (400, "SignatureNonceUsed"));
    assert_eq!(mock.requests()[1].verification.to_string(), "refused: SignatureNonceUsed");
    assert_eq!(mock.connections(), 1);
}

#[test]
fn responses_of_repeated_calls_differ_only_in_request_id() {
    let mock = start();
    let (one, other) =
        (call(&mock, OutgoingRequest::rpc("Ping", VERSION)), call(&mock, OutgoingRequest::rpc("Ping", VERSION)));
    assert_ne!(one.header("x-acs-request-id"), other.header("x-acs-request-id"));
    assert_eq!(one.json()["Text"], other.json()["Text"]);
}

#[test]
fn errors_have_the_format_of_the_style() {
    let mock = start();
    let error = call(&mock, OutgoingRequest::rpc("Store", VERSION));
    let body = error.json();
    assert_eq!((error.status, body["Code"].as_str()), (400, Some("MissingParameter")));
    assert_eq!(body["RequestId"].as_str(), error.header("x-acs-request-id"));
    assert_eq!(body["HostId"], json!(mock.address().to_string()));
    assert!(body["Recommend"].is_string() && body["Message"].as_str().unwrap().contains("Password"));

    let mut client = Client::connect(mock.address());
    let path = OutgoingRequest::new(
        "GET",
        "/clusters/c1",
        &[("x-acs-version", "2015-12-15"), ("x-acs-action", "DescribeCluster")],
        "",
    );
    let error = client.call(&path).unwrap();
    let body = error.json();
    assert_eq!((error.status, body["code"].as_str()), (400, Some("IncompleteSignature")));
    assert_eq!((&body["status"], body["requestId"].as_str()), (&json!(400), error.header("x-acs-request-id")));
}

#[test]
fn paths_and_methods_select_the_operation() {
    let mock = start();
    let headers = |action| [("x-acs-version", "2015-12-15"), ("x-acs-action", action)];
    let shown = call(&mock, OutgoingRequest::new("GET", "/clusters/a%2Fb", &headers("DescribeCluster"), ""));
    assert_eq!(shown.json()["name"], json!("one"));
    assert_eq!(mock.requests()[0].parameters["ClusterId"], json!("a/b"));
    let gone = call(&mock, OutgoingRequest::new("DELETE", "/clusters/c1", &headers("DeleteCluster"), ""));
    assert_eq!((gone.status, gone.body.len(), gone.header("content-length")), (204, 0, None));
    let binary =
        call(&mock, OutgoingRequest::new("GET", "/", &[("x-acs-version", VERSION), ("x-acs-action", "Fetch")], ""));
    assert_eq!(
        (binary.header("content-type"), binary.body.as_slice()),
        (Some("application/octet-stream"), &b"PNG"[..])
    );
    let mut head = OutgoingRequest::rpc("Ping", VERSION);
    head.method = "HEAD".to_owned();
    let head = call(&mock, head);
    assert!(head.status == 200 && head.header("content-length").is_some());
}

#[test]
fn anonymous_operations_require_no_signature() {
    let mock = start();
    let mut client = Client::connect(mock.address());
    let mut open = OutgoingRequest::rpc("Open", VERSION);
    open.target = "/?Format=json".to_owned();
    assert_eq!(client.call(&open).unwrap().status, 200);
    assert_eq!(mock.requests()[0].verification, Verification::Anonymous);
    assert_eq!(client.call(&OutgoingRequest::rpc("Ping", VERSION)).unwrap().code(), "IncompleteSignature");
    assert_eq!(client.call(&OutgoingRequest::rpc("Nope", VERSION)).unwrap().code(), "InvalidAction.NotFound");
    assert_eq!(call(&mock, open).code(), "InvalidParameter", "in a signed request, Format is not a parameter");
}

#[test]
fn bearer_tokens_are_accepted_if_known() {
    let mock = Mock::builder().document(RPC).bearer_token("known").start_blocking().unwrap();
    let mut client = Client::connect(mock.address());
    let mut request = OutgoingRequest::rpc("Ping", VERSION);
    request.target = "/?SignatureType=BEARERTOKEN".to_owned();
    request.headers.push(("x-acs-bearer-token".to_owned(), "known".to_owned()));
    assert_eq!(client.call(&request).unwrap().status, 200);
    assert_eq!(mock.requests()[0].verification, Verification::Bearer);
    request.headers[2].1 = "other".to_owned();
    assert_eq!(client.call(&request).unwrap().code(), "InvalidBearerToken");
}

#[test]
fn clock_and_keys_can_be_changed() {
    let time = Arc::new(AtomicU64::new(1_767_323_045));
    let now = Arc::clone(&time);
    let at = |seconds: &AtomicU64| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::SeqCst));
    let mock = Mock::builder().document(RPC).clock(move || at(&now)).start_blocking().unwrap();
    let host = mock.address().to_string();
    let mut client = Client::connect(mock.address());
    let mut call = |id: &str| {
        let request =
            OutgoingRequest::rpc("Ping", VERSION).signed_at(&host, id, "s", at(&AtomicU64::new(1_767_323_045)));
        client.call(&request).unwrap()
    };
    assert_eq!(call("one").code(), "InvalidAccessKeyId.NotFound");
    mock.allow(AccessKey::new("one", "s"));
    let response = call("one");
    assert_eq!((response.status, response.header("date")), (200, Some("Fri, 02 Jan 2026 03:04:05 GMT")));
    time.fetch_add(20 * 60, Ordering::SeqCst);
    let response = call("one");
    assert_eq!(response.code(), "InvalidTimeStamp.Expired");
    assert_eq!(response.header("date"), Some("Fri, 02 Jan 2026 03:24:05 GMT"), "the current time of the mock");
    mock.revoke("one");
    assert_eq!(call("one").code(), "InvalidAccessKeyId.NotFound");
}

#[test]
fn scripts_replace_responses_of_accepted_requests() {
    let mock = start();
    let throttled = mock.script("Ping", Response::error(429, "Throttling", "slow").header("x-acs-retry-after", "5"), 2);
    let computed = mock.script(
        "Ping",
        Response::from_fn(|request| Response::json(201, json!({"seen": request.parameters["Text"]}))),
        Times::Always,
    );
    let ping = || {
        let mut request = OutgoingRequest::rpc("Ping", VERSION);
        request.target = "/?Text=x".to_owned();
        request
    };
    let mut client = Client::connect(mock.address());
    assert_eq!(client.call(&OutgoingRequest::rpc("Ping", VERSION)).unwrap().code(), "IncompleteSignature");
    assert_eq!(throttled.hits(), 0, "a rejected request does not consume a script");
    for _ in 0..2 {
        let response = call(&mock, ping());
        assert_eq!((response.status, response.header("x-acs-retry-after")), (429, Some("5")));
    }
    let response = call(&mock, ping());
    assert_eq!((response.status, response.json()), (201, json!({"seen": "x"})));
    assert_eq!((throttled.hits(), computed.hits()), (2, 1));
    computed.cancel();
    assert_eq!(call(&mock, ping()).status, 200);
    mock.script_all(Response::status(503).header("Date", "never"), Times::Always);
    let response = call(&mock, ping());
    assert_eq!((response.status, response.header("date"), response.body.len()), (503, Some("never"), 0));
    mock.clear_scripts();
    assert_eq!(call(&mock, ping()).status, 200);
    assert_eq!(mock.requests().last().unwrap().status, Some(200));
}

#[test]
fn mock_without_documents_accepts_every_operation() {
    let mock = Mock::builder().unsigned().start_blocking().unwrap();
    let token = mock.script("PUT /latest/api/token", Response::bytes(200, "text/plain", "token"), 1);
    let mut client = Client::connect(mock.address());
    let response = client.call(&OutgoingRequest::new("PUT", "/latest/api/token", &[], "")).unwrap();
    assert_eq!((response.body.as_slice(), token.hits()), (&b"token"[..], 1));
    let response =
        client.call(&OutgoingRequest::new("GET", "/?Action=AssumeRole&Version=2015-04-01&X=1", &[], "")).unwrap();
    assert_eq!(response.json()["RequestId"].as_str(), response.header("x-acs-request-id"));
    assert_eq!(mock.requests()[1].operation.as_deref(), Some("AssumeRole"));
    assert_eq!(mock.requests()[1].verification, Verification::Off);
}

#[test]
fn strict_mock_checks_bounds() {
    let headers =
        [("x-acs-version", VERSION), ("x-acs-action", "Store"), ("content-type", "application/x-www-form-urlencoded")];
    let store = OutgoingRequest::new("POST", "/", &headers, "Password=p&Size=11");
    for (strict, status) in [(false, 200), (true, 400)] {
        let mock = Mock::builder().document(RPC).unsigned().strict(strict).start_blocking().unwrap();
        assert_eq!(Client::connect(mock.address()).call(&store).unwrap().status, status);
    }
}

#[test]
fn debug_of_recorded_requests_contains_no_secret() {
    let mock = start();
    let headers = [
        ("x-acs-version", VERSION),
        ("x-acs-action", "Store"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-acs-security-token", "planted-token"),
        ("cookie", "planted-cookie"),
    ];
    call(
        &mock,
        OutgoingRequest::new(
            "POST",
            "/?Signature=planted-a&AccessKeyId=planted-b",
            &headers,
            "Password=planted-password&Pin=planted-pin&Account=%7B%22accessKey%22%3A%22planted-key%22%7D&Size=5",
        ),
    );
    let recorded = &mock.requests()[0];
    assert_eq!(recorded.form_value("Password"), Some("planted-password"), "the fields are not redacted");
    let shown = format!("{recorded:?} {mock:?}");
    assert!(!shown.contains("planted") && !shown.contains("Signature=") && shown.contains("Store"), "{shown}");
    assert!(shown.contains(r#""Size": "5""#), "{shown}");
}

#[test]
fn observer_is_called_and_records_are_limited() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let mock = Mock::builder()
        .unsigned()
        .record_limit(2)
        .observe(move |recorded| sink.lock().unwrap().push(recorded.target.clone()))
        .start_blocking()
        .unwrap();
    let mut client = Client::connect(mock.address());
    for path in ["/a", "/b", "/c"] {
        client.call(&OutgoingRequest::new("GET", path, &[], "")).unwrap();
    }
    assert_eq!(*seen.lock().unwrap(), ["/a", "/b", "/c"]);
    let kept: Vec<String> = mock.requests().iter().map(|recorded| recorded.path.clone()).collect();
    assert_eq!(kept, ["/b", "/c"]);
    mock.clear_requests();
    assert!(mock.requests().is_empty());
}

#[test]
fn mock_stops_on_stop_and_on_drop() {
    let mock = Mock::builder().unsigned().start_blocking().unwrap();
    let address = mock.address();
    let mut client = Client::connect(address);
    client.call(&OutgoingRequest::new("GET", "/a", &[], "")).unwrap();
    mock.script("GET /a", Response::silence(), Times::Always);
    client.send(&OutgoingRequest::new("GET", "/a", &[], "").bytes("x")).unwrap();
    let start = Instant::now();
    mock.stop();
    mock.stop();
    assert!(start.elapsed() < Duration::from_secs(5), "a hanging connection does not delay the stop");
    assert!(client.receive(false).is_err());
    assert!(std::net::TcpStream::connect(address).is_err());
    assert!(!mock.requests().is_empty(), "recorded requests remain available");

    let other = Mock::builder().unsigned().port(address.port()).start_blocking().unwrap();
    assert_eq!(other.url(), format!("http://127.0.0.1:{}", address.port()));
    drop(other);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn mock_that_cannot_start_returns_the_reason() {
    let error = Mock::builder().document("{").start_blocking().unwrap_err();
    assert!(matches!(error, StartError::Document { .. }) && error.to_string().contains("document 1"), "{error}");
    let error = Mock::builder().document(&b"\xff"[..]).start_blocking().unwrap_err();
    assert!(error.to_string().contains("UTF-8"), "{error}");
    let error = Mock::builder().file("no/such/file.json").start_blocking().unwrap_err();
    assert!(matches!(error, StartError::File { .. }) && error.to_string().contains("file.json"), "{error}");
    let mock = Mock::builder().start_blocking().unwrap();
    let error = Mock::builder().port(mock.address().port()).start_blocking().unwrap_err();
    assert!(matches!(error, StartError::Listen(_)), "{error}");
}

#[test]
fn mock_with_an_invalid_operation_serves_the_others() {
    let text = r#"{"info": {"style": "RPC", "product": "Demo", "version": "1"}, "apis": {
        "Bad": {"methods": "post", "parameters": [{"in": "query"}]}, "Good": {"methods": ["post"]}}}"#;
    let mock = Mock::builder().document(text).start_blocking().unwrap();
    assert!(!mock.warnings().is_empty());
    assert_eq!(call(&mock, OutgoingRequest::rpc("Good", "1")).status, 200);
    assert!(mock.operations().contains(&"Demo Good".to_owned()));
}
