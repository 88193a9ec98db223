//! What arrives on a real socket carries the signature of what arrives: whatever header or parameter is set, in
//! whatever way, the request is either refused before it is sent, or accepted by a verifier that shares no code with
//! the client.
#![allow(missing_docs)]

use alicloud_core::__private::{Operation, OperationInfo, Parameters, Service, Value};
use alicloud_core::credentials::Credentials;
use alicloud_core::intercept::{BeforeSigning, BoxError, Interceptor};
use alicloud_core::sign::SignatureVersion;
use alicloud_core::transport::{Body, Chunks, HttpTransport, HyperTransport, Proxy};
use alicloud_core::{Client, Config, Error, ErrorKind, Method, RawRequest};
use alicloud_mock::AccessKey;
use alicloud_mock::verify::Verifier;
use alicloud_tests::server::Server;

static SERVICE: Service = Service::new("thing", "2024-01-01", "alicloud-thing", "0.1.0");

fn config(server: &Server, signature: SignatureVersion, token: bool) -> Config {
    let credentials = match token {
        true => Credentials::temporary("an-id", "a-secret", "a-token"),
        false => Credentials::access_key("an-id", "a-secret"),
    };
    let endpoint = format!("http://{}", server.address());
    Config::new().endpoint(endpoint).credentials(credentials).signature(signature).max_attempts(1)
}

fn verifier(token: bool) -> Verifier {
    let key = AccessKey::new("an-id", "a-secret");
    Verifier::new([if token { key.security_token("a-token") } else { key }])
}

/// Who sets a header.
#[derive(Clone, Copy, Debug, PartialEq)]
enum HeaderSource {
    Call,
    Request,
    Parameter,
    Interceptor,
    /// The parameter has one value, the interceptor the one that counts.
    InterceptorOverParameter,
}

/// Sets a header in each attempt.
struct SetsHeader(&'static str, String);

impl Interceptor for SetsHeader {
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        attempt.header(self.0, &self.1)
    }
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Nothing,
    Form,
    Json,
    Bytes,
    Get,
}

fn raw(kind: Kind, roa: bool) -> RawRequest {
    let method = if let Kind::Get = kind { Method::GET } else { Method::PUT };
    let request = match roa {
        true => RawRequest::roa("DoThing", method, "/things/{Id}").path("Id", "a/b é"),
        false => RawRequest::rpc("DoThing"),
    };
    let request = request.query("Q", "a b*~").query("Empty", "");
    match kind {
        Kind::Nothing | Kind::Get => request,
        Kind::Form => request.form("F", "a b*~+é").form("G", ""),
        Kind::Json => request.json(serde_json::json!({"k": 1})),
        Kind::Bytes => request.bytes(&b"x=1&y=a+b%2a*"[..]),
    }
}

/// An operation as a crate describes it, with a header parameter.
#[derive(Clone)]
struct WithParameter<const KIND: u8, const ROA: bool>(&'static str, String);

impl<const KIND: u8, const ROA: bool> Operation for WithParameter<KIND, ROA> {
    type Response = Value;
    const INFO: OperationInfo = {
        let info = match ROA {
            true => OperationInfo::roa("DoThing", &Method::PUT, "/things"),
            false => OperationInfo::rpc("DoThing"),
        };
        match KIND {
            1 => info.form(),
            2 => info.json(),
            3 => info.bytes(),
            _ => info,
        }
    };
    fn parameters(&self, out: &mut Parameters<'_>) {
        out.header(self.0, &self.1);
        match KIND {
            1 => out.form("F", &"a b*~+é".to_owned()),
            2 => out.body("body", &serde_json::json!({"k": 1})),
            3 => out.body("body", &alicloud_core::__private::Bytes::from_static(b"x=1&y=a+b%2a*")),
            _ => {}
        }
    }
}

async fn call_parameter(
    client: &Client,
    kind: Kind,
    roa: bool,
    name: &'static str,
    value: String,
) -> Result<Value, Error> {
    match (kind, roa) {
        (Kind::Form, true) => client.call(WithParameter::<1, true>(name, value)).await,
        (Kind::Form, false) => client.call(WithParameter::<1, false>(name, value)).await,
        (Kind::Json, true) => client.call(WithParameter::<2, true>(name, value)).await,
        (Kind::Json, false) => client.call(WithParameter::<2, false>(name, value)).await,
        (Kind::Bytes, true) => client.call(WithParameter::<3, true>(name, value)).await,
        (Kind::Bytes, false) => client.call(WithParameter::<3, false>(name, value)).await,
        (Kind::Nothing | Kind::Get, true) => client.call(WithParameter::<0, true>(name, value)).await,
        (Kind::Nothing | Kind::Get, false) => client.call(WithParameter::<0, false>(name, value)).await,
    }
}

/// The digests of the bodies, as `Content-MD5` has them.
fn md5(kind: Kind, by: HeaderSource) -> &'static str {
    match (kind, by) {
        (Kind::Nothing | Kind::Get, _) => "1B2M2Y8AsgTpgAmY7PhCfg==",
        (Kind::Form, HeaderSource::Parameter | HeaderSource::InterceptorOverParameter) => "tMpHt02JHC0anV9pQcKy/w==",
        (Kind::Form, _) => "c8l17fLiqWh8oh9StANRpw==",
        (Kind::Json, _) => "5ZE481GS4yAIi4PSg4jWuw==",
        (Kind::Bytes, _) => "NHT55ADhCAfL2Ab16GRu9g==",
    }
}

#[tokio::test]
async fn header_is_refused_or_arrives_as_signed() {
    let server = Server::start();
    let mut arrived = 0;
    let mut refused = std::collections::BTreeSet::new();
    let transports = |hyper: bool, config: Config| match hyper {
        true => config.transport(HyperTransport::builder().build().unwrap()),
        false => config.transport(HttpTransport::builder().proxy(Proxy::none()).build().unwrap()),
    };
    let (v3, sha1) = (SignatureVersion::V3, SignatureVersion::HmacSha1);
    for (hyper, signature, roa, token) in [
        (false, v3, false, false),
        (false, v3, true, true),
        (false, sha1, false, true),
        (false, sha1, true, false),
        (true, v3, false, true),
        (true, sha1, true, true),
        (true, sha1, false, false),
    ] {
        let base = transports(hyper, config(&server, signature, token));
        let plain = Client::new(&SERVICE, base.clone()).unwrap();
        for kind in [Kind::Nothing, Kind::Form, Kind::Json, Kind::Bytes, Kind::Get] {
            for (name, value) in headers() {
                for by in [
                    HeaderSource::Call,
                    HeaderSource::Request,
                    HeaderSource::Parameter,
                    HeaderSource::Interceptor,
                    HeaderSource::InterceptorOverParameter,
                ] {
                    let value = if value == "MD5" { md5(kind, by) } else { value }.to_owned();
                    let intercepted =
                        || Client::new(&SERVICE, base.clone().interceptor(SetsHeader(name, value.clone())));
                    let result = match by {
                        HeaderSource::Call => plain.call(raw(kind, roa)).header(name, &value).await,
                        HeaderSource::Request => plain.call(raw(kind, roa).header(name, &value)).await,
                        HeaderSource::Parameter => call_parameter(&plain, kind, roa, name, value.clone()).await,
                        HeaderSource::Interceptor => intercepted().unwrap().call(raw(kind, roa)).await,
                        HeaderSource::InterceptorOverParameter => {
                            call_parameter(&intercepted().unwrap(), kind, roa, name, "other/value".into()).await
                        }
                    };
                    let case = format!("{signature:?} roa={roa} token={token} {kind:?} {by:?} {name}: {value:?}");
                    match (result, server.take()) {
                        (Ok(_), Some(request)) => {
                            arrived += 1;
                            assert_eq!(request.header(name), Some(value.trim()), "{case}");
                            verifier(token).verify(&request).unwrap_or_else(|error| panic!("{case}: {error:?}"));
                        }
                        (Err(error), None)
                            if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Configuration) =>
                        {
                            refused.insert(name.to_ascii_lowercase());
                        }
                        (result, request) => panic!("{case}: {result:?}, {request:?}"),
                    }
                }
            }
        }
    }
    assert!(arrived > 1_000, "{arrived}");
    let expected = ["accept", "authorization", "date", "host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"];
    assert_eq!(refused.iter().map(String::as_str).collect::<Vec<_>>(), [&expected[..], &["x-acs-version"]].concat());
}

/// What a signature may cover, and neighbors of it.
fn headers() -> Vec<(&'static str, &'static str)> {
    vec![
        ("content-type", "text/plain"),
        ("Content-Type", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-type", "application/x-www-form-urlencoded; charset=UTF-8"),
        ("content-type", "Application/X-WWW-Form-URLEncoded ;charset=utf-8"),
        ("content-type", "application/x-www-form-urlencodedx"),
        ("content-type", "text/plain; title=é"),
        ("content-type", " padded/type "),
        ("content-md5", "MD5"),
        ("x-acs-extra", "a  b"),
        ("X-Acs-Extra", "é"),
        ("x-acs-", "short"),
        ("x-acs-zzz", ""),
        ("x-other", "z"),
        ("cookie", "a=b"),
        ("host", "other.example"),
        ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("accept", "text/plain"),
        ("authorization", "other"),
        ("x-acs-action", "Other"),
        ("x-acs-version", "2000-01-01"),
        ("x-acs-date", "2026-01-02T03:04:05Z"),
        ("x-acs-content-sha256", "00"),
    ]
}

/// A form is what the service takes for one: by its media type, whoever made it and however it is spelled.
#[tokio::test]
async fn form_in_any_spelling_is_signed_as_the_form_that_arrives() {
    let server = Server::start();
    for signature in [SignatureVersion::V3, SignatureVersion::HmacSha1] {
        let client = Client::new(&SERVICE, config(&server, signature, false)).unwrap();
        for body in ["", "a=1", "b=2&a=1", "a=*&b=%2a%7e~", "a=x y&b=x+y&c=x%20y", "a&b=&c==&d=1=2", "é=ü&%C3%A9x=1"]
        {
            for content_type in ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=GBK"] {
                let request = RawRequest::rpc("DoThing").bytes(body.to_owned()).header("content-type", content_type);
                client.call(request).await.unwrap_or_else(|error| panic!("{body}: {error:?}"));
                let request = server.take().unwrap();
                verifier(false).verify(&request).unwrap_or_else(|error| panic!("{signature:?} {body}: {error:?}"));
            }
        }
    }
}

#[tokio::test]
async fn streamed_form_is_signed_or_refused() {
    let server = Server::start();
    for (signature, roa, accepted) in [
        (SignatureVersion::V3, false, true),
        (SignatureVersion::V3, true, true),
        (SignatureVersion::HmacSha1, true, true),
        (SignatureVersion::HmacSha1, false, false),
    ] {
        let client = Client::new(&SERVICE, config(&server, signature, false)).unwrap();
        let body = Body::source(Some(3), || Chunks::from(alicloud_core::__private::Bytes::from_static(b"a=1")));
        let request = raw(Kind::Bytes, roa).header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let result = client.call(request).body(body).await;
        match (accepted, result, server.take()) {
            (true, Ok(_), Some(request)) => _ = verifier(false).verify(&request).unwrap(),
            (false, Err(error), None) if error.kind() == ErrorKind::InvalidInput => {
                assert!(format!("{error:#}").contains("cannot be streamed"), "{error}");
            }
            other => panic!("{signature:?} {roa}: {other:?}"),
        }
    }
}

/// What `sign` says of the older signature: each parameter is sent once, the operation's own in the place of the
/// system's where the vendor's SDKs do so. That they do is tested beside them, in `vendor_sdk.rs`.
#[tokio::test]
async fn system_parameter_is_sent_once_or_refused() {
    let server = Server::start();
    for (name, value, in_query) in [
        ("Format", "JSON", true),
        ("Version", "2000-01-01", true),
        ("SignatureNonce", "a-nonce-of-mine", true),
        ("Action", "Other", false),
        ("AccessKeyId", "other", false),
        ("SecurityToken", "other", false),
        ("Signature", "other", false),
        ("SignatureMethod", "HMAC-SHA1", false),
        ("SignatureVersion", "1.0", false),
        ("SignatureType", "", false),
        ("BearerToken", "other", false),
    ] {
        for token in [false, true] {
            let client = Client::new(&SERVICE, config(&server, SignatureVersion::HmacSha1, token)).unwrap();
            for (request, accepted) in [
                (RawRequest::rpc("DoThing").query(name, value), in_query),
                (RawRequest::rpc("DoThing").form(name, value), false),
            ] {
                let result = client.call(request).await;
                match (accepted, result, server.take()) {
                    (true, Ok(_), Some(request)) => {
                        let pair = format!("{name}={value}");
                        let pairs: Vec<_> = request.raw_query().split('&').filter(|it| it.starts_with(name)).collect();
                        assert!(pairs.contains(&pair.as_str()), "{pairs:?}");
                        assert_eq!(pairs.iter().filter(|it| it.starts_with(&format!("{name}="))).count(), 1, "{name}");
                        verifier(token).verify(&request).unwrap_or_else(|error| panic!("{name}: {error:?}"));
                    }
                    (false, Err(error), None) if error.kind() == ErrorKind::InvalidInput => {
                        assert!(format!("{error:#}").contains(&format!("`{name}`")), "{error}");
                    }
                    other => panic!("{name} {token}: {other:?}"),
                }
            }
            // A name has one meaning, in whichever place.
            let twice = RawRequest::rpc("DoThing").query("A", "1").form("A", "2");
            let error = client.call(twice).await.unwrap_err();
            assert!(format!("{error:#}").contains("`A` is in the query and in the form"), "{error}");
            // The newer signature has its own in headers, and both styles of the older have no such place in a path.
            for (signature, roa) in
                [(SignatureVersion::V3, false), (SignatureVersion::V3, true), (SignatureVersion::HmacSha1, true)]
            {
                let client = Client::new(&SERVICE, config(&server, signature, token)).unwrap();
                client.call(raw(Kind::Form, roa).query(name, value)).await.unwrap();
                verifier(token).verify(&server.take().unwrap()).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            }
        }
    }
}

/// Without a signature, too, no parameter is sent twice.
#[tokio::test]
async fn parameter_of_an_unsigned_request_is_sent_once_or_refused() {
    let server = Server::start();
    for (credentials, name, accepted) in [
        (Credentials::anonymous(), "Format", true),
        (Credentials::anonymous(), "SignatureType", true),
        (Credentials::bearer("a-token"), "Format", true),
        (Credentials::bearer("a-token"), "SignatureType", false),
    ] {
        let client =
            Client::new(&SERVICE, config(&server, SignatureVersion::V3, false).credentials(credentials)).unwrap();
        let result = client.call(RawRequest::rpc("DoThing").query(name, "x")).await;
        match (accepted, result, server.take()) {
            (true, Ok(_), Some(request)) => assert_eq!(request.raw_query().matches(name).count(), 1, "{request:?}"),
            (false, Err(error), None) if error.kind() == ErrorKind::InvalidInput => {}
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// Names and values that a URL, a form or a path spells in more than one way: what arrives has the
/// signature of what arrives.
#[tokio::test]
async fn parameter_with_any_name_arrives_as_signed() {
    const ODD: [&str; 24] = [
        "a+b",
        "a b",
        "a%20b",
        "a%2Bb",
        "%",
        "%zz",
        "+",
        "é",
        "aé",
        "ab",
        "測试",
        "🦀",
        "#3#env",
        "[0]",
        "a&b",
        "a=b",
        "a;b",
        " lead",
        "trail ",
        "~*'()!",
        "\"<>`{}|\\^",
        "/a/../b?c",
        "\u{0}\n",
        "Tag.1.Key",
    ];
    let server = Server::start();
    for hyper in [false, true] {
        for signature in [SignatureVersion::V3, SignatureVersion::HmacSha1] {
            for roa in [false, true] {
                let config = config(&server, signature, true);
                let config = match hyper {
                    true => config.transport(HyperTransport::builder().build().unwrap()),
                    false => config.transport(HttpTransport::builder().proxy(Proxy::none()).build().unwrap()),
                };
                let client = Client::new(&SERVICE, config).unwrap();
                for at in 0..ODD.len() {
                    let value = |index: usize| ODD[(index + at) % ODD.len()];
                    let mut request = match roa {
                        true => RawRequest::roa("DoThing", Method::POST, "/a+b/%41/{Id}/x y").path("Id", ODD[at]),
                        false => RawRequest::rpc("DoThing"),
                    };
                    for (index, name) in ODD.iter().enumerate() {
                        request = match index % 2 {
                            0 => request.query(*name, value(index)),
                            _ => request.form(*name, value(index)),
                        };
                    }
                    let case = format!("{signature:?} roa={roa} hyper={hyper} {:?}", ODD[at]);
                    client.call(request).query("of+the call", "é+%").await.unwrap_or_else(|e| panic!("{case}: {e}"));
                    let request = server.take().unwrap();
                    verifier(true).verify(&request).unwrap_or_else(|error| panic!("{case}: {error:?}"));
                }
            }
        }
    }
}
