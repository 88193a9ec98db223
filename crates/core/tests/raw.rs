//! Requests by the operation's name alone.
#![allow(missing_docs)]

mod local;
mod thing;

use alicloud_core::__private::Value;
use alicloud_core::{ErrorKind, Method, RawRequest};
use local::{Seen, canned, json, response};

fn body(request: &Seen) -> &str {
    std::str::from_utf8(request.body.bytes().unwrap()).unwrap()
}

#[tokio::test]
async fn raw_request_by_name_is_sent() {
    let (client, sent) = canned([json(200, r#"{"Regions":["a"],"RequestId":"R-1"}"#)]);
    let request = RawRequest::rpc("DescribeRegions").query("Language", "en-US").form("b", "2 3").form("a", "1");
    let response = client.call(request).response().await.unwrap();
    assert_eq!((response.value["Regions"][0].as_str(), response.request_id()), (Some("a"), Some("R-1")));
    let sent = sent.take();
    assert_eq!(
        (&sent.method, sent.url.as_str()),
        (&Method::POST, "https://thing.cn-shanghai.aliyuncs.com/?Language=en-US")
    );
    assert_eq!(body(&sent), "a=1&b=2+3");
    assert_eq!(sent.headers["x-acs-action"], "DescribeRegions");
    assert_eq!(sent.headers["content-type"], "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn raw_request_by_path_is_sent() {
    let (client, sent) = canned([response(200, &[], "not json")]);
    let request = RawRequest::roa("Put", Method::PUT, "/things/{Id}/x")
        .path("Id", "a/b")
        .header("x-acs-extra", "y")
        .json(serde_json::json!({"k": [1, "é"]}))
        .accept_any_body();
    let response = client.call(request).response().await.unwrap();
    assert_eq!((&response.value, &response.body()[..]), (&Value::Null, &b"not json"[..]));
    let sent = sent.take();
    assert_eq!(sent.url, "https://thing.cn-shanghai.aliyuncs.com/things/a%2Fb/x");
    assert_eq!((&sent.method, body(&sent)), (&Method::PUT, r#"{"k":[1,"é"]}"#));
    assert!(sent.headers["authorization"].to_str().unwrap().contains("x-acs-extra"));

    let (client, sent) = canned([json(200, "{}")]);
    client.call(RawRequest::rpc("Upload").bytes(&b"\x00\xff"[..])).await.unwrap();
    assert_eq!(&sent.take().body.bytes().unwrap()[..], b"\x00\xff");
}

#[tokio::test]
async fn raw_request_is_retried_only_if_declared_idempotent() {
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
async fn raw_request_with_secrets_has_redacted_errors() {
    let (client, _) = canned([json(400, r#"{"Code":"Bad","Message":"got hush%2Fhush from you"}"#)]);
    let request = RawRequest::rpc("SetPassword").form("Password", "hush/hush").sensitive("Password");
    assert!(!format!("{request:?}").contains("hush"));
    let error = client.call(request).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
}

#[tokio::test]
async fn raw_request_with_an_invalid_name_or_path_is_refused() {
    let (client, sent) = canned([]);
    for request in [
        RawRequest::rpc(""),
        RawRequest::rpc("A\r\nB: c"),
        RawRequest::roa("A", Method::GET, "/a/{Id}"),
        RawRequest::roa("A", Method::GET, "/a/../b"),
        RawRequest::roa("A", Method::GET, "/{Id}").path("Id", ".."),
        RawRequest::rpc("A").header("x\n", "y"),
        RawRequest::rpc("A").header("authorization", "y"),
        RawRequest::rpc("A").query("", "y"),
    ] {
        let error = client.call(request.clone()).await.unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidInput, "{request:?}: {error:?}");
    }
    assert_eq!(sent.count(), 0);
    // What would break out of the path stands in it as text.
    for (path, sent_as) in [("no-slash", "/no-slash"), ("/a?b#c", "/a%3Fb%23c"), ("/é x", "/%C3%A9%20x")] {
        let (client, sent) = canned([json(200, "{}")]);
        client.call(RawRequest::roa("A", Method::GET, path)).await.unwrap();
        assert_eq!(sent.take().url, format!("https://thing.cn-shanghai.aliyuncs.com{sent_as}"));
    }
}

/// A name that is set twice in the same way would be sent with one of its values.
#[tokio::test]
async fn raw_request_with_a_repeated_name_is_refused() {
    let (client, sent) = canned([]);
    let roa = || RawRequest::roa("A", Method::POST, "/{Id}").path("Id", "1");
    let rpc = || RawRequest::rpc("A");
    for (call, name) in [
        (client.call(rpc().query("A", "1").query("A", "2")), "parameter `A` is set more than once; a list is `A.1`"),
        (client.call(rpc().query("A", "1").query("B", "1").query("A", "1")), "parameter `A` is set more than once"),
        (client.call(rpc().form("A", "1").form("A", "2")), "parameter `A` is set more than once"),
        (client.call(rpc().header("x-acs-a", "1").header("X-Acs-A", "2")), "header \"x-acs-a\" is set more than once"),
        (client.call(rpc().header("content-type", "a/b").header("Content-Type", "c/d")), "header \"content-type\""),
        (client.call(roa().path("Id", "2")), "parameter `Id` is set more than once"),
        (client.call(roa().path("Other", "2")), "parameter `Other` has no place in the path `/{Id}`"),
        (client.call(rpc().path("Id", "2")), "parameter `Id` has no place in the path `/`"),
        (client.call(rpc()).query("A", "1").query("A", "2"), "parameter `A` is set more than once"),
        (client.call(rpc().query("A", "0")).query("A", "1").query("A", "2"), "parameter `A` is set more than once"),
        (client.call(rpc()).header("x-b", "1").header("X-B", "2"), "header \"x-b\" is set more than once"),
    ] {
        let error = call.await.unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidInput && format!("{error:#}").contains(name), "{name}: {error}");
    }
    assert_eq!(sent.count(), 0);
}

/// What a call sets takes the place of what its request sets, as documented.
#[tokio::test]
async fn raw_request_with_a_call_option_uses_the_option() {
    let (client, sent) = canned([json(200, "{}")]);
    let request = RawRequest::rpc("X").query("A", "1").query("B", "1").header("x-a", "1").header("x-b", "1");
    client.call(request).query("A", "2").query("C", "2").header("X-A", "2").await.unwrap();
    let sent = sent.take();
    assert_eq!(sent.url, "https://thing.cn-shanghai.aliyuncs.com/?A=2&B=1&C=2");
    assert_eq!((&sent.headers["x-a"], &sent.headers["x-b"]), (&"2".parse().unwrap(), &"1".parse().unwrap()));
}

#[tokio::test]
async fn error_with_short_secrets_redacts_whole_words() {
    for (secret, message, expected) in [
        ("123", "code 123 is wrong, not 12345 or a123", "code *** is wrong, not 12345 or a123"),
        ("7", "Pin '7' of 7, 77 and x7", "Pin '***' of ***, 77 and x7"),
        ("é", "é, %C3%A9 and né", "***, *** and né"),
        ("a=", "got a%3D from you, or a=b", "got *** from you, or a=b"),
        ("", "nothing", "nothing"),
        ("1234", "x12345", "x***5"),
    ] {
        let (client, _) = canned([json(400, &serde_json::json!({"Code": "Bad", "Message": message}).to_string())]);
        let request = RawRequest::rpc("SetPin").form("Pin", secret).sensitive("Pin");
        let error = client.call(request).await.unwrap_err();
        assert_eq!(error.message(), expected, "{secret}");
    }
}

/// A URL has at most 65,534 bytes. A longer one is an error before anything is sent.
#[tokio::test]
async fn raw_request_with_a_too_long_url_is_an_error() {
    let host = "https://thing.cn-shanghai.aliyuncs.com";
    for length in [65_533_usize, 65_534, 65_535, 65_536, 70_000, 200_000] {
        for query in [true, false] {
            let (client, sent) = canned([]);
            let request = match query {
                true => RawRequest::rpc("A").query("a", "x".repeat(length - "/?a=".len())),
                false => RawRequest::roa("A", Method::GET, "/{a}").path("a", "x".repeat(length - "/".len())),
            };
            match client.call(request).await {
                Ok(_) => assert_eq!((length <= 65_534, sent.take().url.len()), (true, host.len() + length)),
                Err(error) => {
                    assert_eq!((error.kind(), sent.count()), (ErrorKind::InvalidInput, 0), "{error:?}");
                    assert!(length > 65_534 && error.to_string().contains(&length.to_string()), "{error}");
                }
            }
        }
    }
}
