//! Calls of Function Compute, which are plain ROA calls.

use alicloud_core::http::Method;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::{ErrorKind, RawRequest};

use crate::local::{canned, json, response};

fn get() -> RawRequest {
    RawRequest::roa("GetFunction", Method::GET, "/2023-03-30/functions/demo")
}

#[tokio::test]
async fn call_of_a_function_sends_and_returns_bytes_of_any_type() {
    let headers = [("content-type", "text/plain"), ("x-fc-request-id", "F0")];
    let (client, requests) = canned([response(200, &headers, "not JSON")]);
    let invoke = RawRequest::roa("InvokeFunction", Method::POST, "/2023-03-30/functions/{functionName}/invocations")
        .path("functionName", "a b/c")
        .header("x-fc-invocation-type", "Sync")
        .bytes(&b"\x00\xff"[..])
        .accept_any_body();
    let found = client.call(invoke).response().await.unwrap();
    assert_eq!((found.body(), found.request_id()), (&Bytes::from("not JSON"), Some("F0")));
    let request = requests.take();
    assert!(request.url.ends_with("/2023-03-30/functions/a%20b%2Fc/invocations"), "{}", request.url);
    assert_eq!(request.headers["content-type"], "application/octet-stream");
    assert_eq!(request.headers["x-fc-invocation-type"], "Sync");
    assert_eq!(request.body.bytes(), Some(&Bytes::from(&b"\x00\xff"[..])));
}

#[tokio::test]
async fn call_of_an_error_reads_its_forms_and_the_request_id_of_the_header() {
    let both = [("content-type", "application/json"), ("x-fc-request-id", "F1"), ("x-acs-request-id", "A1")];
    let found = r#"{"Code": "FunctionNotFound", "Message": "none", "RequestId": "F1"}"#;
    let denied = r#"{"code": "AccessDenied", "message": "no", "requestId": "F2",
        "accessDeniedDetail": {"AuthAction": "fc:GetFunction"}}"#;
    let older = [("content-type", "application/json"), ("x-fc-request-id", "F5")];
    for (response, code, request_id) in [
        (response(404, &both, found), "FunctionNotFound", "F1"),
        (json(403, denied), "AccessDenied", "F2"),
        (response(400, &older, r#"{"ErrorCode": "InvalidArgument", "ErrorMessage": "bad"}"#), "InvalidArgument", "F5"),
    ] {
        let (client, _) = canned([response]);
        let error = client.call(get()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some(code)));
        assert_eq!(error.request_id(), Some(request_id), "{error}");
    }
}

#[tokio::test]
async fn call_of_a_throttled_request_reads_the_delay() {
    let headers = [("content-type", "application/json"), ("x-acs-retry-after", "1500")];
    let body = r#"{"Code": "ResourceThrottled", "Message": "slow down", "RequestId": "F3"}"#;
    let (client, _) = canned([response(429, &headers, body)]);
    let error = client.call(get()).await.unwrap_err();
    assert_eq!(error.retry_after().map(|delay| delay.as_millis()), Some(1_500));
    assert!(error.is_throttling(), "{error}");
}
