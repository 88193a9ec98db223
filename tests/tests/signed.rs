//! What the client signs and encodes, held against the verifier of the local endpoint, which shares no code with it:
//! any text in any place is accepted as signed, and nothing can be changed on the way.
#![allow(missing_docs)]

use std::sync::{Arc, Mutex};

use alicloud_core::__private::Service;
use alicloud_core::credentials::Credentials;
use alicloud_core::sign::SignatureVersion;
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http;
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Client, Config, Method, RawRequest};
use alicloud_mock::verify::Verifier;
use alicloud_mock::{AccessKey, Request};
use proptest::prelude::*;

static SERVICE: Service = Service::new("thing", "2024-01-01", "alicloud-thing", "0.1.0");
const HOST: &str = "thing.cn-shanghai.aliyuncs.com";

/// Keeps the request, as it would arrive.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Option<Request>>>);

impl Transport for Wire {
    fn send(
        &self,
        request: http::Request<Body>,
        _: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            assert_eq!(request.uri().authority().unwrap(), HOST);
            let target = request.uri().path_and_query().unwrap().as_str().to_owned();
            let text = |value: &[u8]| String::from_utf8(value.to_vec()).unwrap();
            let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
            *self.0.lock().unwrap() = Some(Request {
                method: request.method().as_str().to_owned(),
                target,
                headers: headers.chain([("host".to_owned(), HOST.to_owned())]).collect(),
                body: request.body().bytes().unwrap().to_vec(),
            });
            Ok(http::Response::new("{}".into()))
        })
    }
}

#[derive(Clone, Debug)]
struct Content {
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    segment: String,
    header: String,
    body: Option<serde_json::Value>,
    roa: bool,
    older: bool,
    token: Option<String>,
    secret: String,
}

fn text() -> impl Strategy<Value = String> {
    // Whatever is special somewhere, and anything else.
    prop_oneof![
        "[a-z ]{0,8}",
        "[-+*~%&=?#/\\\\;:@!$'()\\[\\], \"<>.\u{0}\t\r\n]{0,12}",
        "[é测试🦀\u{202e}\u{feff}\u{10ffff}a]{0,8}",
        any::<String>(),
    ]
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec((text().prop_filter("a name", |name| !name.is_empty()), text()), 0..5)
}

fn given() -> impl Strategy<Value = Content> {
    let body = proptest::option::of(text().prop_map(|text| serde_json::json!({ text.clone(): [text, 1, null] })));
    let segment = text().prop_filter("a segment", |it| !matches!(it.as_str(), "" | "." | ".."));
    (
        (pairs(), pairs(), segment, "[ \t]{0,2}[!-~é測]([ -~é\t\u{a0}]{0,8}[!-~])?[ ]{0,2}", body),
        (any::<bool>(), any::<bool>(), proptest::option::of("[!-~]{1,40}"), "[!-~]([ -~]{0,38}[!-~])?"),
    )
        .prop_map(|((mut query, mut form, segment, header, body), (roa, older, token, secret))| Content {
            query: {
                // A name is set once.
                let mut names = std::collections::HashSet::new();
                query.retain(|(name, _)| names.insert(name.clone()));
                form.retain(|(name, _)| names.insert(name.clone()));
                query
            },
            form,
            segment,
            header,
            body,
            roa,
            older,
            token,
            secret,
        })
}

/// The request as it arrives.
fn sent(given: &Content) -> Request {
    let credentials = match &given.token {
        Some(token) => Credentials::temporary("an-id", &given.secret, token),
        None => Credentials::access_key("an-id", &given.secret),
    };
    let wire = Wire::default();
    let version = if given.older { SignatureVersion::HmacSha1 } else { SignatureVersion::V3 };
    let config = Config::new().endpoint(HOST).credentials(credentials).signature(version).transport(wire.clone());
    let client = Client::new(&SERVICE, config).unwrap();
    let mut request = if given.roa {
        RawRequest::roa("DoThing", Method::PUT, "/things/{Id}/x").path("Id", &given.segment)
    } else {
        RawRequest::rpc("DoThing")
    };
    for (name, value) in &given.query {
        request = request.query(name, value);
    }
    request = request.header("x-acs-extra", &given.header);
    match &given.body {
        Some(body) => request = request.json(body.clone()),
        None => {
            for (name, value) in &given.form {
                request = request.form(name, value);
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.call(request).send()).unwrap();
    let sent = wire.0.lock().unwrap().take();
    sent.unwrap()
}

fn verifier(given: &Content) -> Verifier {
    let key = match &given.token {
        Some(token) => AccessKey::new("an-id", &given.secret).security_token(token),
        None => AccessKey::new("an-id", &given.secret),
    };
    Verifier::new([key])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn requests_of_any_content_are_verified(given in given()) {
        let request = sent(&given);
        let result = verifier(&given).verify(&request);
        prop_assert!(result.is_ok(), "{:?}\n{:?} {}", result.err(), given, request.target);
    }

    /// A signature holds for one request alone: another query, body, path, key or header is refused.
    #[test]
    fn requests_changed_in_transit_are_refused(given in given(), what in 0..5) {
        let mut request = sent(&given);
        let mut verifier = verifier(&given);
        match what {
            0 => request.target.push_str(if request.target.contains('?') { "&zz=1" } else { "?zz=1" }),
            // The older signature of a ROA request, and of a body that is no form, does not cover it.
            1 if !given.older => request.body.push(b' '),
            2 if given.roa => request.target.insert_str(1, "a/"),
            3 if !given.older || given.roa => {
                let header = request.headers.iter_mut().find(|(name, _)| name == "x-acs-extra").unwrap();
                header.1.insert(0, 'z');
            }
            _ => {
                let other = Content { secret: format!("{}x", given.secret), ..given.clone() };
                verifier = self::verifier(&other);
            }
        }
        prop_assert!(verifier.verify(&request).is_err(), "{what} {given:?}");
    }
}
