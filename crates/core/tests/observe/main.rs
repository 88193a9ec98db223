//! What others see of a call: interceptors and spans.
#![allow(missing_docs)]

#[path = "../local/mod.rs"]
mod local;
#[cfg(feature = "tracing")]
mod spans;
#[cfg(feature = "tracing")]
#[path = "../local/subscribed.rs"]
mod subscribed;
#[path = "../thing/mod.rs"]
mod thing;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_core::intercept::{
    AfterAttempt, AfterOperation, BeforeSending, BeforeSigning, BoxError, Interceptor, Outcome,
};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError};
use alicloud_core::{Client, Config, Error, ErrorKind};
use bytes::Bytes;
use http::{Request, Response};
use local::{Canned, SECRET, json, response};
use thing::*;

/// Writes down what it is shown.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Interceptor for Log {
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        self.add(format!("signing {} {} at {}", attempt.operation(), attempt.attempt(), attempt.call().endpoint()));
        attempt.header("x-acs-mark", &format!("m{}", attempt.attempt()))?;
        attempt.header("traceparent", "00-1-2-00")
    }

    fn before_sending(&self, attempt: &BeforeSending<'_>) {
        let header = |name| attempt.header(name).unwrap_or("none").to_owned();
        self.add(format!(
            "sending {} {} {} {} mark {} authorization {}",
            attempt.operation(),
            attempt.attempt(),
            attempt.method(),
            attempt.url(),
            header("x-acs-mark"),
            header("authorization"),
        ));
    }

    fn after_attempt(&self, attempt: &AfterAttempt<'_>) {
        self.add(format!(
            "attempt {} {} status {:?} error {:?} again {}",
            attempt.operation(),
            attempt.attempt(),
            attempt.status(),
            attempt.error().and_then(Error::code),
            attempt.retry_delay().is_some(),
        ));
    }

    fn after_operation(&self, call: &AfterOperation<'_>) {
        let outcome = match call.outcome() {
            Outcome::Failed(error) => format!("failed: {error}"),
            other => format!("{other:?}"),
        };
        self.add(format!("{} after {} attempts {outcome}", call.operation(), call.attempts()));
    }
}

fn watched(responses: impl IntoIterator<Item = Response<Bytes>>, config: Config) -> (Client, Canned, Log) {
    let (canned, log) = (Canned::new(responses), Log::default());
    let client = Client::new(&SERVICE, config.transport(canned.clone()).interceptor(log.clone())).unwrap();
    (client, canned, log)
}

const HOST: &str = "thing.cn-shanghai.aliyuncs.com";

#[tokio::test]
async fn interceptor_of_a_call_sees_each_step() {
    let busy = json(503, r#"{"Code":"ServiceUnavailable","Message":"m"}"#);
    let (client, canned, log) = watched([busy], local::config().max_attempts(2));
    client.call(CreateThing::new(ProductType::CloudApp)).query("q", "canary").await.unwrap();
    let sending = |n| format!("sending CreateThing {n} POST https://{HOST}/ mark m{n} authorization none");
    assert_eq!(
        log.take(),
        [
            format!("signing CreateThing 1 at {HOST}"),
            sending(1),
            "attempt CreateThing 1 status Some(503) error Some(\"ServiceUnavailable\") again true".into(),
            format!("signing CreateThing 2 at {HOST}"),
            sending(2),
            "attempt CreateThing 2 status Some(200) error None again false".into(),
            "CreateThing after 2 attempts Succeeded".into(),
        ]
    );
    for (number, request) in [canned.take(), canned.take()].iter().enumerate() {
        assert_eq!(request.headers["x-acs-mark"], format!("m{}", number + 1));
        let authorization = request.headers["authorization"].to_str().unwrap();
        assert!(authorization.contains(";x-acs-mark;") && !authorization.contains("traceparent"), "{authorization}");
        assert_eq!(request.headers["traceparent"], "00-1-2-00");
    }
}

#[tokio::test]
async fn interceptor_of_a_call_sees_no_secret() {
    let said = format!(r#"{{"Code":"Forbidden","Message":"you sent {SECRET} and p%26word"}}"#);
    let (client, _, log) = watched([json(403, &said)], local::config());
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some("p&word".into());
    client.call(request).await.unwrap_err();
    let text = log.take().join("\n");
    assert!(text.contains("failed: CreateThing: Forbidden: you sent *** and ***"), "{text}");
    assert!(!text.contains(SECRET) && !text.contains("p&word"), "{text}");
}

/// Stops everything.
struct Stop;

impl Interceptor for Stop {
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        for (name, value) in [("authorization", "x"), ("x-acs-date", "x"), ("a b", "x"), ("a", "x\r\ny: z")] {
            assert!(attempt.header(name, value).is_err(), "{name}");
        }
        Err("not today".into())
    }
}

#[tokio::test]
async fn interceptor_with_an_error_stops_the_call() {
    let (canned, log) = (Canned::default(), Log::default());
    let config = local::config().transport(canned.clone()).interceptor(Stop).interceptor(log.clone());
    let error = Client::new(&SERVICE, config).unwrap().call(ListThings {}).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Configuration, "{error:?}");
    assert_eq!(format!("{error:#}"), "ListThings: an interceptor stopped the call: not today");
    assert_eq!(canned.count(), 0);
    let ended = log.take();
    assert!(ended.last().unwrap().starts_with("ListThings after 1 attempts failed: "), "{ended:?}");
}

/// Never answers.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: Request<Body>, _: RequestContext) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn interceptor_of_a_dropped_call_is_informed() {
    let log = Log::default();
    let client = Client::new(&SERVICE, local::config().transport(Silent).interceptor(log.clone())).unwrap();
    let call = client.call(ListThings {}).send();
    tokio::time::timeout(Duration::from_millis(20), call).await.unwrap_err();
    assert_eq!(log.take().last().unwrap(), "ListThings after 1 attempts Dropped");
    // One that was never polled has not begun.
    drop(client.call(ListThings {}).send());
    assert!(log.take().is_empty());
}

#[tokio::test]
async fn interceptor_of_an_invalid_call_sees_the_failure() {
    let (client, canned, log) = watched([response(200, &[], "{}")], local::config());
    client.call(ListThings {}).header("host", "x").await.unwrap_err();
    assert_eq!(canned.count(), 0);
    let lines = log.take();
    assert!(lines.len() == 1 && lines[0].starts_with("ListThings after 0 attempts failed: "), "{lines:?}");
}
