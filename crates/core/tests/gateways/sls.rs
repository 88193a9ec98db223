//! Calls of Simple Log Service, with operations as the generator writes them.

use alicloud_core::__private::*;
use alicloud_core::sign::SignatureVersion;
use alicloud_core::transport::Body;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http::Response;
use alicloud_core::{Client, Config, Error, ErrorKind, RawRequest};
use serde_json::{Value, json};

use crate::local::{Canned, response};
use crate::{client_of, config, header};

static SERVICE: Service =
    Service::new("Sls", "2020-12-30", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")).sls().endpoints(&[
        Endpoint::new("cn-hangzhou", "cn-hangzhou.log.aliyuncs.com").vpc("cn-hangzhou-intranet.log.aliyuncs.com"),
    ]);

fn client(config: Config, responses: impl IntoIterator<Item = Response<Bytes>>) -> (Client, Canned) {
    client_of(&SERVICE, config, responses)
}

/// Returns the cursor of a shard; the path has a fixed query.
fn cursor() -> RawRequest {
    RawRequest::roa("GetCursor", Method::GET, "/logstores/{logstore}/shards/{shard}?type=cursor")
        .host("project", "My-project")
        .path("logstore", "app")
        .path("shard", "0")
        .query("from", "begin")
}

fn group() -> Value {
    json!({
        "LogItems": [{"Time": 1_767_323_045, "Contents": [{"Key": "level", "Value": "INFO"}, {"Key": "ü", "Value": ""}]}],
        "LogTags": [{"Key": "host", "Value": "a"}],
        "Topic": "topic",
        "Source": "10.0.0.1",
    })
}

fn put() -> RawRequest {
    RawRequest::roa("PutLogs", Method::POST, "/logstores/{logstore}/shards/lb")
        .host("project", "p")
        .path("logstore", "app")
        .logs(group())
        .accept_any_body()
}

#[tokio::test]
async fn call_has_the_project_the_fixed_query_and_the_headers_of_the_service() {
    let (client, canned) = client(config().region("cn-hangzhou"), []);
    client.call(cursor()).await.unwrap();
    let request = canned.take();
    assert_eq!(
        request.url,
        "https://my-project.cn-hangzhou.log.aliyuncs.com/logstores/app/shards/0?from=begin&type=cursor"
    );
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-log-apiversion", "0.6.0"),
        ("x-log-bodyrawsize", "0"),
        ("x-acs-action", ""),
        ("x-acs-version", ""),
        ("x-acs-signature-nonce", ""),
    ] {
        assert_eq!(header(&request, name).unwrap_or_default(), value, "{name}");
    }
    let authorization = header(&request, "authorization").unwrap();
    assert!(authorization.starts_with("SLS4-HMAC-SHA256 Credential=") && authorization.contains("/cn-hangzhou/sls/"));
}

#[tokio::test]
async fn call_with_a_parameter_of_the_fixed_query_sends_the_value_of_the_caller() {
    let (client, canned) = client(config().region("cn-hangzhou"), []);
    client.call(cursor().query("type", "other")).await.unwrap();
    assert!(canned.take().url.ends_with("?from=begin&type=other"));
}

#[tokio::test]
async fn call_without_a_region_takes_it_from_the_host_or_returns_an_error() {
    for (endpoint, expected) in [
        ("cn-beijing.log.aliyuncs.com", Some("/cn-beijing/sls/")),
        ("cn-beijing-intranet.log.aliyuncs.com", Some("/cn-beijing/sls/")),
        ("ap-southeast-1-share.log.aliyuncs.com", Some("/ap-southeast-1/sls/")),
        ("cn-hangzhou-corp.sls.aliyuncs.com", Some("/cn-hangzhou-corp/sls/")),
        ("log-global.aliyuncs.com", None),
        ("logs.example.com", None),
    ] {
        let (client, canned) = client(config().endpoint(endpoint), []);
        match (client.call(cursor()).await, expected) {
            (Ok(_), Some(scope)) => {
                let request = canned.take();
                assert!(header(&request, "authorization").unwrap().contains(scope), "{endpoint}");
            }
            (Err(error), None) => {
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{endpoint}");
                assert!(error.to_string().contains("requires a region"), "{error}");
            }
            (result, _) => panic!("{endpoint}: {result:?}"),
        }
        // Neither the older signature nor an anonymous call needs a region.
        let older = config().endpoint(endpoint).signature(SignatureVersion::HmacSha1);
        let (client, canned) = self::client(older, []);
        client.call(cursor()).await.unwrap();
        let request = canned.take();
        assert!(header(&request, "authorization").unwrap().starts_with("LOG "), "{endpoint}");
        assert_eq!(header(&request, "content-md5"), None);
        client.call(cursor().anonymous()).await.unwrap();
        assert_eq!(header(&canned.take(), "authorization"), None);
    }
}

#[tokio::test]
async fn call_with_logs_sends_compressed_protobuf_with_the_size_before_compression() {
    for format in [None, Some("lz4"), Some("zstd"), Some("deflate")] {
        let (client, canned) = client(config().region("cn-hangzhou"), []);
        let request = match format {
            Some(format) => put().header_value("x-log-compresstype", format),
            None => put(),
        };
        client.call(request).await.unwrap();
        let request = canned.take();
        assert_eq!(header(&request, "x-log-compresstype"), Some(format.unwrap_or("lz4")));
        assert_eq!(header(&request, "content-type"), Some("application/x-protobuf"));
        assert_eq!(header(&request, "x-log-bodyrawsize"), Some("59"), "{format:?}");
    }
}

#[tokio::test]
async fn call_with_wrong_logs_returns_an_error_and_sends_nothing() {
    let wrong = [
        json!({"LogItems": [{"Time": -1, "Contents": []}]}),
        json!({"LogItems": [{"Time": 4_294_967_296_u64, "Contents": []}]}),
        json!({"LogItems": [{"Time": "1"}]}),
        json!({"LogItems": [{"Contents": [{"Key": 1, "Value": "a"}]}]}),
        json!({"LogItems": {}}),
        json!({"Unknown": "a"}),
        json!([]),
    ];
    for group in wrong {
        let (client, canned) = client(config().region("cn-hangzhou"), []);
        let error = client.call(put().logs(group.clone())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{group}");
        assert!(error.to_string().contains("is not a group of logs"), "{error}");
        assert_eq!(canned.count(), 0);
    }
    let (client, _) = client(config().region("cn-hangzhou"), []);
    let error = client.call(put().header_value("x-log-compresstype", "br")).await.unwrap_err();
    assert!(error.to_string().contains("is none of lz4, zstd, deflate and gzip"), "{error}");
}

/// Returns the response of a call to a compressed response.
async fn decompressed(config: Config, headers: &[(&str, &str)], body: &[u8]) -> Result<Value, Error> {
    let response = headers.iter().fold(Response::builder(), |out, (name, value)| out.header(*name, *value));
    let response = response.body(Bytes::copy_from_slice(body)).unwrap();
    client(config.region("cn-hangzhou"), [response]).0.call(cursor()).await
}

#[tokio::test]
async fn call_with_a_compressed_response_decodes_it_within_limits() {
    // An LZ4 block of literals: `{"a": 1}`.
    let block = b"\x80{\"a\": 1}";
    let lz4 = ("x-log-compresstype", "lz4");
    let value = decompressed(config(), &[lz4, ("x-log-bodyrawsize", "8")], block).await.unwrap();
    assert_eq!(value, json!({"a": 1}));
    for (headers, expected) in [
        (vec![lz4], "has no header `x-log-bodyrawsize`"),
        (vec![lz4, ("x-log-bodyrawsize", "many")], "has no header `x-log-bodyrawsize`"),
        (vec![lz4, ("x-log-bodyrawsize", "7")], "damaged"),
        (vec![lz4, ("x-log-bodyrawsize", "9")], "not the declared one"),
        (vec![lz4, ("x-log-bodyrawsize", "1000000000")], "the limit is 1000"),
        (vec![("x-log-compresstype", "br"), ("x-log-bodyrawsize", "8")], "unknown compression"),
        (vec![("x-log-compresstype", "zstd"), ("x-log-bodyrawsize", "8")], "damaged"),
        (vec![("x-log-compresstype", "deflate"), ("x-log-bodyrawsize", "8")], "damaged"),
    ] {
        let error = decompressed(config().max_response_bytes(1000), &headers, block).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{headers:?}");
        assert!(error.to_string().contains(expected), "{headers:?}: {error}");
    }
}

#[tokio::test]
async fn call_with_an_error_of_the_service_returns_its_code_and_request_id() {
    let (status, body) = (403, r#"{"errorCode": "ReadQuotaExceed", "errorMessage": "Read quota is exceeded."}"#);
    let refused = || response(status, &[("x-log-requestid", "5B0A6B60BB6EE39764D458B5")], body);
    let (client, canned) = client(config().region("cn-hangzhou").max_attempts(3), [refused(), refused(), refused()]);
    let error = client.call(cursor()).await.unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("ReadQuotaExceed"), Some("5B0A6B60BB6EE39764D458B5")));
    assert!(error.is_throttling(), "a quota of the rate is throttling: {error}");
    assert_eq!(canned.count(), 3);
}

/// A body from a source with one chunk.
fn streamed(length: Option<u64>) -> Body {
    struct Chunk(Option<Bytes>);
    impl futures_core::Stream for Chunk {
        type Item = Result<Bytes, std::io::Error>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(self.0.take().map(Ok))
        }
    }
    Body::source(length, || Chunk(Some(Bytes::from_static(b"hello"))))
}

#[tokio::test]
async fn call_with_a_streamed_body_signs_its_hash_and_size() {
    let upload = || RawRequest::roa("Upload", Method::POST, "/upload").bytes("").accept_any_body();
    let (client, canned) = client(config().region("cn-hangzhou"), []);
    client.call(upload()).body(streamed(Some(5))).await.unwrap();
    let request = canned.take();
    assert_eq!(header(&request, "x-log-bodyrawsize"), Some("5"));
    let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert_eq!(header(&request, "x-log-content-sha256"), Some(sha256));

    let error = client.call(upload()).body(streamed(None)).await.unwrap_err();
    assert!(error.to_string().contains("requires the length of a body"), "{error}");
    let older = config().region("cn-hangzhou").signature(SignatureVersion::HmacSha1);
    let error = self::client(older, []).0.call(upload()).body(streamed(Some(5))).await.unwrap_err();
    assert!(error.to_string().contains("covers its MD5"), "{error}");
}

/// Returns recorded logs: those that the vendor's SDK sent, and those that it read.
fn recorded(kind: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("logs.json")).unwrap();
    all[kind].as_array().unwrap().clone()
}

fn bytes(value: &Value) -> Vec<u8> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, value.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn call_with_recorded_logs_sends_the_recorded_protobuf() {
    for case in recorded("put") {
        let (client, canned) = client(config().region("cn-hangzhou"), []);
        client.call(put().logs(case["group"].clone())).await.unwrap();
        let request = canned.take();
        let size = header(&request, "x-log-bodyrawsize").unwrap().parse().unwrap();
        let sent = lz4_flex::block::decompress(request.body.bytes().unwrap(), size).unwrap();
        assert_eq!(sent, bytes(&case["protobuf"]), "{}", case["name"]);
    }
}

#[tokio::test]
async fn call_with_a_recorded_response_returns_its_logs_in_each_compression() {
    let cases = recorded("pull");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let headers = case["headers"].as_object().unwrap().iter();
        let response =
            headers.fold(Response::builder(), |out, (name, value)| out.header(name, value.as_str().unwrap()));
        let response = response.body(Bytes::from(bytes(&case["body"]))).unwrap();
        let (client, canned) = client(config().region("cn-hangzhou"), [response]);
        let found = client.call(cursor().accept_logs()).await.unwrap();
        assert_eq!(found, json!({"LogGroupList": case["groups"]}), "{} {}", case["name"], case["headers"]);
        assert_eq!(header(&canned.take(), "accept"), Some("application/x-protobuf"));
    }
}
