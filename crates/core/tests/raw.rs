//! Requests by the operation's name alone.
#![allow(missing_docs)]

mod local;
mod thing;

use alicloud_core::generated::v1::Value;
use alicloud_core::{Error, Method, RawRequest};
use local::{canned, json, reply};

fn body(request: &alicloud_core::transport::HttpRequest) -> &str {
    std::str::from_utf8(request.body.bytes().unwrap()).unwrap()
}

#[tokio::test]
async fn an_operation_by_its_name() {
    let (client, sent) = canned([json(200, r#"{"Regions":["a"],"RequestId":"R-1"}"#)]);
    let request = RawRequest::rpc("DescribeRegions").query("Language", "en-US").form("b", "2 3").form("a", "1");
    let reply = client.call(request).reply().await.unwrap();
    assert_eq!((reply.value["Regions"][0].as_str(), reply.request_id()), (Some("a"), Some("R-1")));
    let sent = sent.take();
    assert_eq!(
        (sent.method, sent.url.as_str()),
        (Method::Post, "https://thing.cn-shanghai.aliyuncs.com/?Language=en-US")
    );
    assert_eq!(body(&sent), "a=1&b=2+3");
    assert_eq!(sent.headers["x-acs-action"], "DescribeRegions");
    assert_eq!(sent.headers["content-type"], "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn an_operation_by_its_path() {
    let (client, sent) = canned([reply(200, &[], "not json")]);
    let request = RawRequest::roa("Put", Method::Put, "/things/{Id}/x")
        .path("Id", "a/b")
        .header("x-acs-extra", "y")
        .json(serde_json::json!({"k": [1, "é"]}))
        .any_reply();
    let reply = client.call(request).reply().await.unwrap();
    assert_eq!((&reply.value, &reply.body()[..]), (&Value::Null, &b"not json"[..]));
    let sent = sent.take();
    assert_eq!(sent.url, "https://thing.cn-shanghai.aliyuncs.com/things/a%2Fb/x");
    assert_eq!((sent.method, body(&sent)), (Method::Put, r#"{"k":[1,"é"]}"#));
    assert!(sent.headers["authorization"].to_str().unwrap().contains("x-acs-extra"));

    let (client, sent) = canned([json(200, "{}")]);
    client.call(RawRequest::rpc("Upload").bytes(&b"\x00\xff"[..])).await.unwrap();
    assert_eq!(&sent.take().body.bytes().unwrap()[..], b"\x00\xff");
}

#[tokio::test]
async fn it_is_sent_again_only_if_it_says_so() {
    for (request, attempts) in
        [(RawRequest::rpc("X"), 1), (RawRequest::rpc("X").read(), 2), (RawRequest::rpc("X").idempotent(), 2)]
    {
        let busy = || json(500, r#"{"Code":"InternalError","Message":"m"}"#);
        let (client, _) = canned([busy(), busy()]);
        let error = client.call(request.clone()).max_attempts(2).await.unwrap_err();
        assert_eq!((error.attempts(), error.operation()), (attempts, Some("X")), "{request:?}");
    }
}

#[tokio::test]
async fn its_errors_show_no_secret() {
    let (client, _) = canned([json(400, r#"{"Code":"Bad","Message":"got hush%2Fhush from you"}"#)]);
    let request = RawRequest::rpc("SetPassword").form("Password", "hush/hush").sensitive("Password");
    assert!(!format!("{request:?}").contains("hush"));
    let error = client.call(request).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_a_name_or_path_is_refused() {
    let (client, sent) = canned([]);
    for request in [
        RawRequest::rpc(""),
        RawRequest::rpc("A\r\nB: c"),
        RawRequest::roa("A", Method::Get, "/a/{Id}"),
        RawRequest::roa("A", Method::Get, "/a/../b"),
        RawRequest::roa("A", Method::Get, "/{Id}").path("Id", ".."),
        RawRequest::rpc("A").header("x\n", "y"),
        RawRequest::rpc("A").header("authorization", "y"),
        RawRequest::rpc("A").query("", "y"),
    ] {
        let error = client.call(request.clone()).await.unwrap_err();
        assert!(matches!(error, Error::InvalidInput(_)), "{request:?}: {error:?}");
    }
    assert_eq!(sent.count(), 0);
    // What would break out of the path stands in it as text.
    for (path, sent_as) in [("no-slash", "/no-slash"), ("/a?b#c", "/a%3Fb%23c"), ("/é x", "/%C3%A9%20x")] {
        let (client, sent) = canned([json(200, "{}")]);
        client.call(RawRequest::roa("A", Method::Get, path)).await.unwrap();
        assert_eq!(sent.take().url, format!("https://thing.cn-shanghai.aliyuncs.com{sent_as}"));
    }
}
