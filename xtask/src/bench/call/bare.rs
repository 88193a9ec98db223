//! The same call without an SDK: the same headers, the same signature, and a response that is decoded to a struct.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alicloud_core::credentials::Credentials;
use alicloud_core::sign::{Request, SignatureVersion, Signed, Style, UtcTime, sign};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::{Call, GROUP, credentials};

const ACTION: &str = "LogOffAllSessionsInAppInstanceGroup";
const VERSION: &str = "2021-09-01";
const FORM: &str = "application/x-www-form-urlencoded";
const AGENT: &str = "AlibabaCloud (linux; x86_64) Rust Core/0.1.0 alicloud-appstream-center-20210901/0.1.0";

/// The headers of the request, without those of the signature.
const HEADERS: [(&str, &str); 5] = [
    ("accept", "application/json"),
    ("user-agent", AGENT),
    ("x-acs-action", ACTION),
    ("x-acs-version", VERSION),
    ("content-type", FORM),
];

#[derive(serde::Deserialize)]
struct Response {
    #[serde(rename = "Code")]
    _code: Option<String>,
    #[serde(rename = "Message")]
    _message: Option<String>,
    #[serde(rename = "RequestId")]
    request_id: Option<String>,
}

pub(super) fn form() -> String {
    format!("AppInstanceGroupId={GROUP}&ProductType=CloudApp")
}

pub(super) fn signed(host: &str, credentials: &Credentials, nonce: &str, now: SystemTime, body: &str) -> Signed {
    let request = Request {
        style: Style::Rpc,
        method: "POST",
        host,
        path: "/",
        query: "",
        action: ACTION,
        version: VERSION,
        region: "",
        content_type: Some(FORM),
        headers: &[],
        body: body.as_bytes(),
    };
    let time = UtcTime::from_unix(now.duration_since(UNIX_EPOCH).unwrap().as_secs());
    sign(&request, credentials, SignatureVersion::V3, time, nonce)
}

fn nonce() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    format!("{:032x}", u128::from_be_bytes(bytes))
}

pub(super) fn on_reqwest(port: u16) -> Call {
    // An error means that a provider is already installed.
    _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .pool_idle_timeout(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let (host, credentials) = (format!("127.0.0.1:{port}"), credentials());
    let url = format!("http://{host}/");
    let all = Arc::new((client, host, url, credentials));
    Arc::new(move || {
        let all = all.clone();
        Box::pin(async move {
            let (client, host, url, credentials) = &*all;
            let body = form();
            let signed = signed(host, credentials, &nonce(), SystemTime::now(), &body);
            let mut request = client.post(url);
            for (name, value) in HEADERS.into_iter().chain(signed.headers()) {
                request = request.header(name, value);
            }
            let body = request.body(body).send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
            let response: Response = serde_json::from_slice(&body).unwrap();
            assert!(response.request_id.is_some());
        })
    })
}

pub(super) fn on_hyper(port: u16) -> Call {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(5))
        .build(connector);
    let (host, credentials) = (format!("127.0.0.1:{port}"), credentials());
    let url = format!("http://{host}/");
    let all = Arc::new((client, host, url, credentials));
    Arc::new(move || {
        let all = all.clone();
        Box::pin(async move {
            let (client, host, url, credentials) = &*all;
            let body = form();
            let signed = signed(host, credentials, &nonce(), SystemTime::now(), &body);
            let mut request = hyper::Request::post(url);
            for (name, value) in HEADERS.into_iter().chain(signed.headers()) {
                request = request.header(name, value);
            }
            let response = client.request(request.body(Full::from(body)).unwrap()).await.unwrap();
            assert!(response.status().is_success());
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let response: Response = serde_json::from_slice(&body).unwrap();
            assert!(response.request_id.is_some());
        })
    })
}
