//! What goes out, from a typed request to the signed HTTP request.
#![allow(missing_docs)]

mod local;
mod thing;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use alicloud_core::__private::{Blob, Bytes, Operation, OperationInfo, Parameters, Value};
use alicloud_core::credentials::Credentials;
use alicloud_core::sign::SignatureVersion;
use alicloud_core::transport::BoxFuture;
use alicloud_core::{Client, Clock, Config, Error, ErrorKind, Sensitive};
use http::Method;
use local::{Canned, Seen, config};
use thing::*;

/// The time and the nonce that recorded signatures were made with.
#[derive(Clone, Copy)]
struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

fn frozen(config: Config) -> (Client, Canned) {
    let canned = Canned::default();
    let config = config.clock(Frozen).nonce(|| "0123456789abcdef0123456789abcdef".into()).transport(canned.clone());
    (Client::new(&SERVICE, config).unwrap(), canned)
}

fn header<'a>(request: &'a Seen, name: &str) -> &'a str {
    request.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn body(request: &Seen) -> &str {
    std::str::from_utf8(request.body.bytes().unwrap()).unwrap()
}

fn everything() -> CreateThing {
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.network = Some(Network {
        domain_rules: Some(vec!["a".into(), "é\"".into()]),
        next: Some(Box::new(Network { domain_rules: Some(vec![]), next: None })),
    });
    request.users = Some(vec!["u 1".into(), "".into()]);
    request.tags = Some(vec![Tag { key: Some("k".into()), value: None }, Tag { key: None, value: Some("~*".into()) }]);
    request.labels = Some(BTreeMap::from([("x".to_owned(), "y".to_owned())]));
    request.password = Some(Sensitive::from("p&w"));
    request.anything = Some(serde_json_value());
    request.amount = Some(-1);
    request.big = Some(i64::MAX);
    request.ratio = Some(0.5);
    request.on = Some(false);
    request.blob = Some(Blob::from(b"\x00\xff"));
    request.fields = Some(vec!["a".into(), "b c".into()]);
    request
}

fn serde_json_value() -> Value {
    Value::from(vec![Value::Null, Value::from(1), Value::from("x")])
}

#[tokio::test]
async fn form_with_every_kind_of_value_is_encoded() {
    let (client, canned) = frozen(config());
    client.call(everything()).await.unwrap();
    let request = canned.take();
    assert_eq!(request.method, Method::POST);
    assert_eq!(request.url, "https://thing.cn-shanghai.aliyuncs.com/?Fields=a%2Cb%20c");
    assert_eq!(
        body(&request),
        "Amount=-1&Anything=%5Bnull%2C1%2C%22x%22%5D&Big=9223372036854775807&Blob=AP8%3D&\
         ClientToken=0123456789abcdef0123456789abcdef&Labels.x=y&\
         Network=%7B%22DomainRules%22%3A%5B%22a%22%2C%22%C3%A9%5C%22%22%5D%2C%22Next%22%3A%7B%22DomainRules%22%3A%5B%5D%7D%7D&\
         On=false&Password=p%26w&ProductType=CloudApp&Ratio=0.5&Tags.1.Key=k&Tags.2.Value=~%2A&Users.1=u+1&Users.2="
    );
    assert_eq!(header(&request, "content-type"), "application/x-www-form-urlencoded");
    assert_eq!(header(&request, "accept"), "application/json");
    assert_eq!(header(&request, "x-acs-action"), "CreateThing");
    assert_eq!(header(&request, "x-acs-version"), "2021-09-01");
    assert_eq!(header(&request, "x-acs-date"), "2026-01-02T03:04:05Z");
    assert!(header(&request, "user-agent").starts_with("AlibabaCloud ("));
    assert!(request.headers["authorization"].is_sensitive());
    assert!(!request.headers.contains_key("host"));
}

/// The recorded signature of a ROA request, all the way from its typed form.
#[tokio::test]
async fn request_with_a_recorded_signature_is_equal() {
    let config = Config::new()
        .endpoint("cs.cn-beijing.aliyuncs.com")
        .credentials(Credentials::access_key("testAccessKeyId", "testAccessKeySecret"));
    let (client, canned) = frozen(config);
    let request = UpdateThing {
        cluster_id: "c 1/é".into(),
        dry: Some(true),
        empty: Some(String::new()),
        extra: Some(" padded ".into()),
        body: Some(
            serde_json::from_str(r#"{"name":"测试","n":1,"ok":true,"tags":[{"key":"k","value":"v"}]}"#).unwrap(),
        ),
    };
    client.call(request).await.unwrap();
    let request = canned.take();
    assert_eq!(request.url, "https://cs.cn-beijing.aliyuncs.com/api/v2/clusters/c%201%2F%C3%A9?dry=true&empty=");
    assert_eq!(header(&request, "x-acs-extra"), "padded");
    // The recorded one was made for version 2015-12-15 of another product; that of this product differs in the
    // version alone, so the signed headers and the body are what can be compared.
    assert_eq!(
        header(&request, "x-acs-content-sha256"),
        "e961f1bd4bf2cce658ea4951e7561cae35ae8fc2325a5ff7242510021a862f37"
    );
    assert!(header(&request, "authorization").contains(
        "SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-extra;\
         x-acs-signature-nonce;x-acs-version,"
    ));
}

#[tokio::test]
async fn request_with_the_older_signature_has_it_in_the_query() {
    let (client, canned) = frozen(config().signature(SignatureVersion::HmacSha1));
    client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap();
    let request = canned.take();
    for part in
        ["?Action=CreateThing&", "&Signature=", "&SignatureMethod=HMAC-SHA1&", "&Timestamp=2026-01-02T03%3A04%3A05Z&"]
    {
        assert!(request.url.contains(part), "{part} {}", request.url);
    }
    assert!(!request.headers.contains_key("authorization"));
}

#[tokio::test]
async fn request_with_an_empty_json_body_sends_it() {
    let (client, canned) = frozen(config());
    let request = UpdateThing { cluster_id: "c".into(), dry: None, empty: None, extra: None, body: None };
    client.call(request).await.unwrap();
    let request = canned.take();
    assert_eq!((body(&request), header(&request, "content-type")), ("{}", "application/json; charset=utf-8"));
}

#[tokio::test]
async fn request_with_bytes_sends_them_unchanged() {
    let (client, canned) = frozen(config());
    let recognize = Recognize { kind: Some("General".into()), body: Bytes::from_static(b"\x89PNG\r\n\x1a\n") };
    client.call(recognize.clone()).await.unwrap();
    let request = canned.take();
    assert_eq!(&request.body.bytes().unwrap()[..], b"\x89PNG\r\n\x1a\n");
    assert_eq!(header(&request, "content-type"), "application/octet-stream");
    assert_eq!(request.url, "https://thing.cn-shanghai.aliyuncs.com/?Type=General");
    client.call(recognize).header("Content-Type", "image/png").await.unwrap();
    assert_eq!(header(&canned.take(), "content-type"), "image/png");
}

/// A body that is text.
struct PutText(Option<String>);

impl Operation for PutText {
    type Response = UpdateThingResponse;
    const INFO: OperationInfo = OperationInfo::roa("PutText", &Method::PUT, "/text").text();
    fn parameters(&self, out: &mut Parameters<'_>) {
        out.body("body", &self.0);
    }
}

/// A body that is bytes without a content type.
#[derive(Clone)]
struct PutRaw(Option<Bytes>);

impl Operation for PutRaw {
    type Response = UpdateThingResponse;
    const INFO: OperationInfo = OperationInfo::roa("PutRaw", &Method::PUT, "/raw").raw();
    fn parameters(&self, out: &mut Parameters<'_>) {
        out.body_bytes("body", &self.0);
    }
}

#[tokio::test]
async fn request_with_text_sends_it_with_the_content_type_of_json() {
    let (client, canned) = frozen(config());
    for text in [r#"{"name":"a"}"#, "no JSON: \u{e9}", ""] {
        client.call(PutText(Some(text.to_owned()))).await.unwrap();
        let request = canned.take();
        assert_eq!((body(&request), header(&request, "content-type")), (text, "application/json; charset=utf-8"));
    }
    client.call(PutText(None)).await.unwrap();
    let request = canned.take();
    assert_eq!((body(&request), request.headers.get("content-type")), ("", None));
}

#[tokio::test]
async fn request_with_a_raw_body_has_no_content_type_by_default() {
    let (client, canned) = frozen(config());
    let put = PutRaw(Some(Bytes::from_static(b"\0raw\xff")));
    client.call(put.clone()).await.unwrap();
    let request = canned.take();
    assert_eq!(&request.body.bytes().unwrap()[..], b"\0raw\xff");
    assert_eq!(request.headers.get("content-type"), None);
    assert!(!header(&request, "authorization").contains("content-type"), "nothing is signed that is not sent");
    client.call(put.clone()).header("Content-Type", "text/plain").await.unwrap();
    assert_eq!(header(&canned.take(), "content-type"), "text/plain");
    client.call(put).body(Bytes::from_static(b"other")).await.unwrap();
    let request = canned.take();
    assert_eq!((body(&request), request.headers.get("content-type")), ("other", None));
}

#[tokio::test]
async fn request_with_call_options_has_them() {
    let (client, canned) = frozen(config());
    client
        .call(everything())
        .header("X-Acs-Extra", "1")
        .header("x-other", "ü")
        .query("Fields", "mine")
        .query("More", "a b")
        .await
        .unwrap();
    let request = canned.take();
    assert_eq!(request.url, "https://thing.cn-shanghai.aliyuncs.com/?Fields=mine&More=a%20b");
    assert_eq!(header(&request, "x-acs-extra"), "1");
    assert_eq!(request.headers["x-other"].as_bytes(), "ü".as_bytes());
    assert!(
        header(&request, "authorization").contains(";x-acs-extra;")
            && !header(&request, "authorization").contains("x-other")
    );
}

#[tokio::test]
async fn request_that_is_invalid_is_not_sent() {
    let (client, canned) = frozen(config());
    let plain = || client.call(CreateThing::new(ProductType::CloudApp));
    let mut bad_number = CreateThing::new(ProductType::CloudApp);
    bad_number.ratio = Some(f64::NAN);
    let path = |cluster_id: &str| {
        client.call(UpdateThing { cluster_id: cluster_id.into(), dry: None, empty: None, extra: None, body: None })
    };
    let extra = |value: &str| {
        client.call(UpdateThing {
            cluster_id: "c".into(),
            dry: None,
            empty: None,
            extra: Some(value.into()),
            body: None,
        })
    };
    let errors: Vec<Error> = vec![
        plain().header("x-a", "canary\r\nx-b: 1").await.unwrap_err(),
        plain().header("x-a\n", "1").await.unwrap_err(),
        plain().header("", "1").await.unwrap_err(),
        plain().header("Host", "example.com").await.unwrap_err(),
        plain().header("Authorization", "canary").await.unwrap_err(),
        plain().header("x-acs-date", "canary").await.unwrap_err(),
        plain().query("", "canary").await.unwrap_err(),
        client.call(bad_number).await.unwrap_err(),
        path("").await.unwrap_err(),
        path(".").await.unwrap_err(),
        path("..").await.unwrap_err(),
        extra("canary\nx: y").await.unwrap_err(),
        extra("canary\0").await.unwrap_err(),
    ];
    for error in errors {
        let text = format!("{error} {error:?}");
        assert!(error.kind() == ErrorKind::InvalidInput, "{text}");
        assert!(!error.may_have_been_executed() && error.operation().is_some() && error.attempts() == 0, "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
    assert_eq!(canned.count(), 0);
}

#[test]
fn client_with_an_invalid_config_is_an_error() {
    let new = |config: Config| Client::new(&SERVICE, config.transport(Canned::default())).unwrap_err();
    for config in [
        config().user_agent("a\r\nb"),
        config().endpoint("a\r\nb"),
        config().endpoint("https://user:canary@example.com"),
        config().endpoint("http://example.com"),
        config().endpoint("https://example.com/path"),
        config().region("cn-shanghai\r\n"),
        config().region(""),
    ] {
        let error = new(config);
        assert!(error.kind() == ErrorKind::InvalidInput, "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    for config in [config().region("mars"), Config::new()] {
        let error = new(config);
        assert!(error.kind() == ErrorKind::Configuration, "{error:?}");
        let text = format!("{error:#}");
        assert!(text.contains("cn-shanghai") && !text.contains('\n'), "{text}");
    }
}

#[tokio::test]
async fn credentials_that_are_invalid_in_a_header_are_refused() {
    let credentials = Credentials::temporary("id", "secret", "canary\r\nx: y");
    let (client, canned) = frozen(config().credentials(credentials));
    let error = client.call(ListThings {}).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Configuration && canned.count() == 0, "{error:?}");
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn attempts_of_a_call_have_different_nonces() {
    let (client, canned) = local::canned([]);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..1_000 {
        client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap();
        let request = canned.take();
        let nonce = header(&request, "x-acs-signature-nonce");
        assert!(nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit()), "{nonce}");
        assert!(seen.insert(nonce.to_owned()));
    }
}
