//! When a request is sent again, and when never.
#![allow(missing_docs)]

mod local;
mod thing;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_core::__private::*;
use alicloud_core::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use alicloud_core::transport::{Body, BoxFuture, RequestContext, Transport, TransportError, TransportErrorKind};
use alicloud_core::{Client, Config, Error, ErrorKind, Method, RawRequest};
use bytes::Bytes;
use http::{Request, Response};
use local::clock::InstantClock;
use local::{Canned, json, response};
use thing::*;

/// A service that answers from a list, with three attempts a call.
fn service(responses: impl IntoIterator<Item = Response<Bytes>>) -> (Client, Canned, InstantClock) {
    let (canned, clock) = (Canned::new(responses), InstantClock::default());
    let config = local::config().max_attempts(3).transport(canned.clone()).clock(clock.clone());
    (Client::new(&SERVICE, config).unwrap(), canned, clock)
}

fn busy() -> Response<Bytes> {
    json(503, r#"{"Code":"ServiceUnavailable","Message":"m"}"#)
}

fn throttled() -> Response<Bytes> {
    json(400, r#"{"Code":"Throttling.User","Message":"m"}"#)
}

fn list() -> Response<Bytes> {
    json(200, "[]")
}

/// A write that nothing says may be repeated.
#[derive(Clone, Debug)]
struct Drop_;

impl Operation for Drop_ {
    type Response = UpdateThingResponse;
    const INFO: OperationInfo = OperationInfo::rpc("Drop").form().write().error_code("Code");
    fn parameters(&self, _: &mut Parameters<'_>) {}
}

#[tokio::test]
async fn read_after_a_transient_failure_is_retried() {
    let (client, canned, clock) = service([busy(), busy(), list()]);
    let response = client.call(ListThings {}).response().await.unwrap();
    assert_eq!((response.attempts(), canned.count()), (3, 3));
    let waits = clock.waits();
    assert!(waits.len() <= 2 && waits.iter().all(|wait| *wait <= Duration::from_millis(200)), "{waits:?}");
    let (one, two) = (canned.take(), canned.take());
    for name in ["x-acs-signature-nonce", "authorization"] {
        assert_ne!(one.headers[name], two.headers[name], "{name}");
    }

    let (client, canned, _) = service([busy(), busy(), busy(), list()]);
    let error = client.call(ListThings {}).await.unwrap_err();
    assert_eq!((error.attempts(), canned.count(), error.code()), (3, 3, Some("ServiceUnavailable")));
    assert!(format!("{error:#}").contains("3 attempts"), "{error}");
}

#[tokio::test]
async fn write_after_a_failure_is_retried_only_if_rejected() {
    let (client, canned, _) = service([throttled(), json(200, "{\"Code\":\"Throttling\"}"), json(200, "{}")]);
    client.call(Drop_).await.unwrap();
    assert_eq!(canned.count(), 3);
    let (client, canned, _) = service([json(400, r#"{"Code":"InvalidParameter","Message":"m"}"#)]);
    client.call(Drop_).await.unwrap_err();
    assert_eq!(canned.count(), 1);
}

/// A write with a token may be repeated, and the token stays the same.
#[tokio::test]
async fn write_with_a_token_is_retried() {
    let (client, canned, _) = service([busy(), json(200, "{}")]);
    client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap();
    let (one, two) = (canned.take(), canned.take());
    let (one, two) = (one.body.bytes().unwrap(), two.body.bytes().unwrap());
    assert_eq!(one, two);
    assert!(one.starts_with(b"ClientToken="));
}

/// What an attempt left in the response is gone in the next.
#[tokio::test]
async fn attempts_of_concurrent_calls_are_separate() {
    let (client, _, _) = service([json(200, r#"{"Code":"Throttling","Count":7,"Groups":[{}]}"#), json(200, "{}")]);
    let value = client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap();
    assert_eq!((value.code, value.count, value.groups.len()), (None, None, 0));
}

#[tokio::test]
async fn retry_after_a_requested_delay_waits() {
    let throttled = |time| response(400, &[("x-acs-retry-after", time)], r#"{"Code":"Throttling","Message":"m"}"#);
    let (client, _, clock) = service([throttled("1500"), list()]);
    client.call(ListThings {}).await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_millis(1_500)]);
    // Longer than there is time: no use to wait.
    for time in ["60000", "1000000000000", "18446744073709551615"] {
        let (client, canned, clock) = service([throttled(time)]);
        let error = client.call(ListThings {}).await.unwrap_err();
        assert_eq!((canned.count(), clock.waits().len(), error.is_throttling()), (1, 0, true));
    }
    let (client, _, clock) = service([response(503, &[("retry-after", "7")], ""), list()]);
    client.call(ListThings {}).await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(7)]);
}

#[tokio::test]
async fn failure_that_is_permanent_is_not_retried() {
    let odd = [
        json(200, "{\"not\":\"a list\"}"),
        response(200, &[("content-type", "text/html")], "<html>"),
        json(403, r#"{"Code":"SignatureDoesNotMatch","Message":"m"}"#),
        json(400, r#"{"Code":"Throttling.AllocationQuota","Message":"m"}"#),
        response(302, &[], ""),
    ];
    for response in odd {
        let (client, canned, _) = service([response]);
        client.call(ListThings {}).await.unwrap_err();
        assert_eq!(canned.count(), 1);
    }
    let (client, canned, _) = service([busy(), list()]);
    client.call(ListThings {}).max_attempts(1).await.unwrap_err();
    client.call(ListThings {}).max_attempts(0).await.unwrap();
    assert_eq!(canned.count(), 2);
}

/// Fails in one way, some times.
struct Failing(TransportErrorKind, bool, AtomicUsize);

impl Transport for Failing {
    fn send(
        &self,
        _: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        context.progress.waiting();
        if self.1 {
            context.progress.sent();
        }
        let result = match self.2.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => Err(TransportError::new(self.0, "oh")),
            _ => Ok(json(200, "{}")),
        };
        Box::pin(std::future::ready(result))
    }
}

#[tokio::test]
async fn connection_that_fails_is_retried() {
    use TransportErrorKind::*;
    for (kind, sent, repeated, idempotent) in [
        (Connect, false, true, true),
        (ConnectTimeout, false, true, true),
        (Interrupted, false, true, true),
        (Interrupted, true, false, true),
        (Truncated, true, false, true),
        (BodyTooLarge, true, false, false),
        (Tls, false, false, false),
        (Proxy, false, false, false),
        (Request, false, false, false),
    ] {
        let client = || {
            let config = local::config().max_attempts(3).clock(InstantClock::default());
            Client::new(&SERVICE, config.transport(Failing(kind, sent, AtomicUsize::new(0)))).unwrap()
        };
        assert_eq!(client().call(Drop_).await.is_ok(), repeated, "{kind:?}");
        assert_eq!(client().call(CreateThing::new(ProductType::CloudApp)).await.is_ok(), idempotent, "{kind:?}");
    }
}

/// Sends the first request, and cannot connect afterwards.
struct LosesConnection(AtomicUsize);

impl Transport for LosesConnection {
    fn send(
        &self,
        _: Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let kind = match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => TransportErrorKind::Interrupted,
            _ => TransportErrorKind::Connect,
        };
        context.progress.sent();
        Box::pin(std::future::ready(Err(TransportError::new(kind, "oh"))))
    }
}

#[tokio::test]
async fn error_after_retries_considers_earlier_attempts() {
    let config =
        local::config().max_attempts(3).clock(InstantClock::default()).transport(LosesConnection(AtomicUsize::new(0)));
    let error = Client::new(&SERVICE, config).unwrap().call(ListThings {}).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && error.attempts() == 3, "{error:?}");
    assert!(error.may_have_been_executed());
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("oh"));
}

/// Neither in the last failure nor in those before it.
#[tokio::test]
async fn error_after_retries_redacts_earlier_attempts() {
    let config = local::config().max_attempts(2).clock(InstantClock::default()).transport(Quoting(AtomicUsize::new(0)));
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some("canary".into());
    let error = Client::new(&SERVICE, config).unwrap().call(request).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    let text = format!("{error} {error:?} {source} {source:?}");
    assert!(text.contains("*** is busy") && !text.contains("canary"), "{text}");
}

/// Quotes a password once, and then cannot be reached.
struct Quoting(AtomicUsize);

impl Transport for Quoting {
    fn send(&self, _: Request<Body>, _: RequestContext) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(std::future::ready(match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(json(503, r#"{"Code":"ServiceUnavailable","Message":"canary is busy"}"#)),
            _ => Err(TransportError::new(TransportErrorKind::Connect, "gone")),
        }))
    }
}

fn at(date: &'static str, code: &str) -> Response<Bytes> {
    response(400, &[("date", date)], &format!("{{\"Code\":\"{code}\",\"Message\":\"m\"}}"))
}

#[tokio::test]
async fn clock_skew_is_corrected_once() {
    for date in ["Fri, 02 Jan 2026 03:24:05 GMT", "Fri, 02 Jan 2026 02:44:05 GMT"] {
        let (client, canned, clock) = service([at(date, "InvalidTimeStamp.Expired"), list(), list()]);
        client.call(ListThings {}).await.unwrap();
        client.call(ListThings {}).await.unwrap();
        let dates: Vec<_> = (0..3).map(|_| canned.take().headers["x-acs-date"].to_str().unwrap().to_owned()).collect();
        let right = if date.contains("03:24") { "2026-01-02T03:24:05Z" } else { "2026-01-02T02:44:05Z" };
        assert_eq!(dates, ["2026-01-02T03:04:05Z", right, right]);
        assert!(clock.waits().is_empty());
    }
    // A write too: it was refused.
    let (client, canned, _) = service([at("Fri, 02 Jan 2026 03:24:05 GMT", "IllegalTimestamp"), json(200, "{}")]);
    client.call(Drop_).await.unwrap();
    assert_eq!(canned.count(), 2);
    // Once alone, not where the clock is right, and not where nobody says what is.
    let late = || at("Fri, 02 Jan 2026 03:24:05 GMT", "InvalidTimeStamp.Expired");
    let later = at("Fri, 02 Jan 2026 05:24:05 GMT", "InvalidTimeStamp.Expired");
    for (responses, count) in [
        (vec![late(), later], 2),
        (vec![at("Fri, 02 Jan 2026 03:04:35 GMT", "InvalidTimeStamp.Expired")], 1),
        (vec![at("whenever", "InvalidTimeStamp.Expired")], 1),
        (vec![at("Fri, 02 Jan 2026 03:24:05 GMT", "SignatureDoesNotMatch")], 1),
    ] {
        let (client, canned, _) = service(responses);
        client.call(ListThings {}).await.unwrap_err();
        assert_eq!(canned.count(), count);
    }
}

/// Each attempt has a nonce of its own, so the service has seen this very attempt before.
#[tokio::test]
async fn nonce_that_was_used_is_replaced_once_unless_the_outcome_is_unknown() {
    let used = || json(400, r#"{"Code":"SignatureNonceUsed","Message":"m"}"#);
    let (client, canned, _) = service([used(), list()]);
    client.call(ListThings {}).await.unwrap();
    let (one, two) = (canned.take(), canned.take());
    assert_ne!(one.headers["x-acs-signature-nonce"], two.headers["x-acs-signature-nonce"]);
    let (client, canned, _) = service([used(), json(200, "{}")]);
    client.call(CreateThing::new(ProductType::CloudApp)).await.unwrap();
    assert_eq!(canned.count(), 2);
    let (client, canned, _) = service([used(), used(), used()]);
    let error = client.call(ListThings {}).await.unwrap_err();
    assert_eq!((canned.count(), error.may_have_been_executed()), (2, true));
    let (client, canned, _) = service([used(), json(200, "{}")]);
    let error = client.call(Drop_).await.unwrap_err();
    assert_eq!((canned.count(), error.attempts(), error.may_have_been_executed()), (1, 1, true));
}

/// The number of times that a call is sent to a service that keeps answering `response`, and its error.
async fn sends<O: Operation<Response: std::fmt::Debug>>(request: O, response: &Response<Bytes>) -> (usize, Error) {
    let (client, canned, _) = service((0..5).map(|_| response.clone()));
    let error = client.call(request).await.unwrap_err();
    assert_eq!(error.attempts() as usize, canned.count());
    (canned.count(), error)
}

#[tokio::test]
async fn write_with_a_transient_code_and_any_status_is_not_retried() {
    for status in [200, 400, 403, 404, 408, 409, 412, 422, 429, 500, 502, 503, 504] {
        for code in ["InternalError", "InternalError.X", "ServiceUnavailable", "UnknownError", "System.ServiceBusy"] {
            let response = json(status, &format!(r#"{{"Code":"{code}","Message":"m"}}"#));
            let (count, error) = sends(Drop_, &response).await;
            assert_eq!((count, error.may_have_been_executed()), (1, true), "{status} {code}");
            let (count, error) = sends(CreateThing::new(ProductType::CloudApp), &response).await;
            assert_eq!((count, error.is_retryable(), error.is_throttling()), (3, true, false), "{status} {code}");
        }
    }
}

#[tokio::test]
async fn write_with_retry_after_is_not_retried() {
    for name in ["x-acs-retry-after", "retry-after"] {
        for (status, body) in [
            (500, r#"{"Code":"InternalError","Message":"m"}"#),
            (503, "<html>busy</html>"),
            (400, r#"{"Code":"UnknownError","Message":"m"}"#),
            (429, "slow down"),
        ] {
            let (count, error) = sends(Drop_, &response(status, &[(name, "1")], body)).await;
            assert_eq!((count, error.may_have_been_executed()), (1, true), "{status} {name}");
            assert_eq!(error.is_throttling(), status == 429);
            assert!(error.retry_after().is_some());
        }
        // It makes nothing retryable that is not.
        let refused = response(404, &[(name, "1")], r#"{"Code":"EntityNotExist","Message":"m"}"#);
        let (count, error) = sends(ListThings {}, &refused).await;
        assert_eq!((count, error.is_throttling(), error.may_have_been_executed()), (1, false, false));
    }
}

#[tokio::test]
async fn write_rejected_by_a_proxy_is_not_retried() {
    for status in [301, 302, 303, 307, 308, 400, 401, 403, 404, 407, 408, 413, 429] {
        for body in ["", "<html><title>Blocked</title></html>", "blocked", "{}", r#"{"message":"blocked"}"#] {
            let (count, error) = sends(Drop_, &response(status, &[], body)).await;
            assert_eq!((count, error.may_have_been_executed()), (1, true), "{status} {body}");
        }
        let own = json(status, r#"{"Code":"IncorrectStatus","Message":"m"}"#);
        let rejected = (400..500).contains(&status) && status != 408;
        assert_eq!(sends(Drop_, &own).await.1.may_have_been_executed(), !rejected, "{status}");
        let xml = "<Error><Code>IncorrectStatus</Code><Message>m</Message></Error>";
        assert_eq!(sends(Drop_, &response(status, &[], xml)).await.1.may_have_been_executed(), !rejected, "{status}");
    }
}

/// The caller's word counts more than what is known about the operation, in both directions.
#[tokio::test]
async fn call_with_idempotent_overrides_the_operation() {
    async fn count<O: Operation<Response: std::fmt::Debug> + Clone>(request: O) -> [usize; 3] {
        let mut counts = [0; 3];
        for (index, stated) in [None, Some(true), Some(false)].into_iter().enumerate() {
            let (client, canned, _) = service((0..5).map(|_| busy()));
            let mut call = client.call(request.clone());
            if let Some(stated) = stated {
                call = call.idempotent(stated);
            }
            call.await.unwrap_err();
            counts[index] = canned.count();
        }
        counts
    }
    assert_eq!(count(Drop_).await, [1, 3, 1]);
    assert_eq!(count(ListThings {}).await, [3, 3, 1]);
    assert_eq!(count(CreateThing::new(ProductType::CloudApp)).await, [3, 3, 1]);
    assert_eq!(count(RawRequest::rpc("Drop")).await, [1, 3, 1]);
    assert_eq!(count(RawRequest::rpc("List").read()).await, [3, 3, 1]);
    assert_eq!(count(RawRequest::rpc("Set").idempotent()).await, [3, 3, 1]);
    // What was not executed is sent again all the same.
    let (client, canned, _) = service([throttled(), json(200, "{}")]);
    client.call(Drop_).idempotent(false).await.unwrap();
    assert_eq!(canned.count(), 2);
}

/// A token counts if the request contains it, whoever set it.
#[tokio::test]
async fn write_with_a_token_of_the_caller_is_retried() {
    let client = |tokens| {
        let canned = Canned::new((0..5).map(|_| busy()));
        let config = local::config().max_attempts(3).idempotency_tokens(tokens).clock(InstantClock::default());
        (Client::new(&SERVICE, config.transport(canned.clone())).unwrap(), canned)
    };
    let thing = |token: Option<&str>| {
        let mut request = CreateThing::new(ProductType::CloudApp);
        request.client_token = token.map(str::to_owned);
        request
    };
    for (tokens, token, expected) in [
        (true, None, 3),
        (true, Some("mine"), 3),
        // An empty one identifies nothing.
        (true, Some(""), 1),
        (false, None, 1),
        (false, Some("mine"), 3),
        (false, Some(""), 1),
    ] {
        let (client, canned) = client(tokens);
        client.call(thing(token)).await.unwrap_err();
        assert_eq!(canned.count(), expected, "{tokens} {token:?}");
    }
    let (client, canned) = client(false);
    client.call(thing(None)).query("ClientToken", "mine").await.unwrap_err();
    assert_eq!(canned.count(), 3);
}

#[tokio::test]
async fn raw_request_with_a_token_is_retried() {
    let rpc = || RawRequest::rpc("Create");
    let roa = || RawRequest::roa("Create", Method::POST, "/things");
    for (request, expected) in [
        (rpc().query("ClientToken", "t"), 3),
        (rpc().form("IdempotenceToken", "t"), 3),
        (roa().query("clientToken", "t"), 3),
        (roa().json(serde_json::json!({"clientToken": "t"})), 3),
        (rpc().query("ClientToken", ""), 1),
        (roa().json(serde_json::json!({"clientToken": null})), 1),
        (roa().json(serde_json::json!({"inner": {"clientToken": "t"}})), 1),
        (rpc().query("NextToken", "t"), 1),
        (rpc(), 1),
    ] {
        let name = format!("{request:?}");
        assert_eq!(sends(request, &busy()).await.0, expected, "{name}");
    }
}

/// A provider that fails from the second request on.
struct FailsLater(AtomicUsize);

impl ProvideCredentials for FailsLater {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::ready(match self.0.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => Ok(Credentials::access_key("id", "secret")),
            _ => Err(CredentialsError::new("no key today")),
        })
    }

    fn name(&self) -> &str {
        "fickle"
    }
}

/// Far more calls than the budget has retries for: it is there for the last of them, since none was made.
#[tokio::test]
async fn retry_that_is_not_made_returns_its_budget() {
    const CALLS: usize = 300;
    async fn budget_is_full(client: &Client) -> bool {
        client.call(ListThings {}).await.unwrap_err().attempts() == 3
    }
    let busy = || (0..2 * CALLS).map(|_| busy());

    // There are no credentials for them.
    let canned = Canned::new(busy());
    let config = local::config().max_attempts(3).clock(InstantClock::default()).transport(canned.clone());
    let client = Client::new(&SERVICE, config.clone().credentials(FailsLater(AtomicUsize::new(0)))).unwrap();
    for _ in 0..CALLS {
        let error = client.call(ListThings {}).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Credentials, "a retry was allowed: {error:?}");
    }
    assert_eq!(canned.count(), CALLS);

    // An interceptor stops them.
    let canned = Canned::new(busy());
    let client = Client::new(&SERVICE, config.clone().transport(canned.clone()).interceptor(FirstOnly)).unwrap();
    for _ in 0..CALLS {
        let error = client.call(ListThings {}).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Configuration, "a retry was allowed: {error:?}");
    }

    // The caller cancels the call during the delay.
    let clock = GatedClock::default();
    let client = Client::new(&SERVICE, config.transport(Canned::new(busy())).clock(clock.clone())).unwrap();
    for _ in 0..CALLS {
        let mut call = Box::pin(client.call(ListThings {}).send());
        let poll = call.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        assert!(poll.is_pending(), "it waits for its retry");
    }
    clock.0.store(true, Ordering::SeqCst);
    assert!(budget_is_full(&client).await);
}

/// Lets no retry go out.
struct FirstOnly;

impl alicloud_core::intercept::Interceptor for FirstOnly {
    fn before_signing(
        &self,
        request: &mut alicloud_core::intercept::BeforeSigning<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if request.attempt() > 1 { Err("once is enough".into()) } else { Ok(()) }
    }
}

/// A clock whose delays end only when the test permits it.
#[derive(Clone, Default)]
struct GatedClock(Arc<std::sync::atomic::AtomicBool>);

impl alicloud_core::Clock for GatedClock {
    fn now(&self) -> std::time::SystemTime {
        std::time::SystemTime::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        match self.0.load(Ordering::SeqCst) {
            true => Box::pin(std::future::ready(())),
            false => Box::pin(std::future::pending()),
        }
    }
}

/// Returns a new key after the old one was refused.
struct RotatingProvider(Mutex<Credentials>, AtomicUsize);

impl ProvideCredentials for RotatingProvider {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::ready(Ok(self.0.lock().unwrap().clone()))
    }

    fn name(&self) -> &str {
        "rolling"
    }

    fn refused(&self, credentials: &Credentials) {
        assert_eq!(credentials.access_key_id(), Some("old"));
        self.1.fetch_add(1, Ordering::SeqCst);
        *self.0.lock().unwrap() = Credentials::temporary("new", "s", "t");
    }
}

#[tokio::test]
async fn key_that_has_expired_is_replaced_once() {
    let expired = || json(400, r#"{"Code":"InvalidSecurityToken.Expired","Message":"m"}"#);
    let canned = Canned::new([expired(), json(200, "{}")]);
    let rolling = Arc::new(RotatingProvider(Mutex::new(Credentials::temporary("old", "s", "t")), AtomicUsize::new(0)));
    let config = Config::new().region("cn-shanghai").credentials(rolling.clone()).transport(canned.clone());
    Client::new(&SERVICE, config).unwrap().call(Drop_).await.unwrap();
    assert_eq!(rolling.1.load(Ordering::SeqCst), 1);
    let (one, two) = (canned.take(), canned.take());
    assert_eq!(
        (&one.headers["x-acs-accesskey-id"], &two.headers["x-acs-accesskey-id"]),
        (&"old".parse().unwrap(), &"new".parse().unwrap())
    );
    // There is no other key: the refusal stands, and nothing is sent in vain.
    let (client, canned, _) = service([expired(), list()]);
    let error = client.call(ListThings {}).await.unwrap_err();
    assert_eq!((error.code(), canned.count(), error.attempts()), (Some("InvalidSecurityToken.Expired"), 1, 1));
}

/// A service that is down receives few more requests than there are calls.
#[tokio::test]
async fn retries_in_a_storm_are_limited_by_the_budget() {
    let (client, canned, _) = service((0..2_000).map(|_| busy()));
    for _ in 0..1_000 {
        client.call(ListThings {}).await.unwrap_err();
    }
    assert_eq!(canned.count(), 1_100);
}

/// Everything that is waited for ends with the call's time.
#[cfg(feature = "reqwest")]
#[tokio::test]
async fn call_with_a_deadline_ends_in_time() {
    let peer = local::Peer::start(|mut connection| {
        let number = connection.number;
        connection.request();
        if number == 0 {
            return;
        }
        connection.hold();
    });
    let config = local::config().max_attempts(5).timeout(Duration::from_millis(400));
    let start = std::time::Instant::now();
    let error = peer.client_with(config).call(ListThings {}).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_millis(700));
    assert_eq!((error.timeout(), error.attempts()), (Some(alicloud_core::TimeoutKind::Operation), 2), "{error:?}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("was closed before a response arrived"), "{source}");
    assert!(error.may_have_been_executed());
}

/// The pages of gateways, in the forms that resemble the service's own.
#[tokio::test]
async fn write_with_a_response_of_a_gateway_is_sent_once() {
    for body in [
        r#"{"code":429,"message":"m"}"#,
        r#"{"code":"500","message":"m"}"#,
        r#"{"code":" ","msg":"m"}"#,
        r#"{"Code":"200","Message":"m"}"#,
        r#"{"Code":"400","ErrorCode":"InternalError","Message":"m"}"#,
        r#"{"code":["InvalidParameter"],"message":"m"}"#,
        "<html><Code>InvalidParameter</Code></html>",
        "<?xml version=\"1.0\"?><HTML xmlns=\"x\"><Error><Code>InvalidParameter</Code></Error></HTML>",
        "\n<!DOCTYPE HTML>\n<title>t</title>See <Code>curl</Code>",
        "<Error><Code>&#73;nternalError</Code></Error>",
    ] {
        for status in [400, 404, 429, 499] {
            let (client, canned, _) = service((0..3).map(|_| json(status, body)));
            let error = client.call(Drop_).await.unwrap_err();
            assert_eq!(canned.count(), 1, "{status} {body}");
            assert!(error.may_have_been_executed(), "{status} {body}");
        }
    }
    // Of several codes the one that names a failure counts.
    let (client, _, _) = service([json(400, r#"{"Code":"400","ErrorCode":"InternalError","Message":"m"}"#)]);
    assert_eq!(client.call(Drop_).await.unwrap_err().code(), Some("InternalError"));
}
