//! Settings of clients and of single calls: what is shared, what is overridden, what is refused.
#![allow(missing_docs)]

mod local;
mod thing;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_core::__private::Service;
use alicloud_core::config::RetryConfig;
use alicloud_core::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
use alicloud_core::intercept::{AfterOperation, Interceptor, Parameter};
use alicloud_core::{Client, Config, ErrorKind, RawRequest};
use local::clock::InstantClock;
use local::{Canned, Peer, SECRET, config, json, raw};
use serde_json::json as object;
use thing::*;

static OTHER: Service = Service::new("other", "2020-01-01", "alicloud-other", "0.1.0");

/// Counts the requests for credentials.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl ProvideCredentials for Counting {
    fn credentials(&self) -> CredentialsFuture<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        CredentialsFuture::ready(Ok(Credentials::access_key("counted", SECRET)))
    }

    fn name(&self) -> &str {
        "counting"
    }
}

fn keep_alive() -> Peer {
    Peer::start(|mut connection| {
        while connection.request().is_some() {
            connection.send(&raw("200 OK", "content-type: application/json\r\n", "{}"));
        }
    })
}

#[tokio::test]
async fn clients_from_clones_of_a_config_share_connections_and_provider() {
    let peer = keep_alive();
    let provider = Counting::default();
    let config = Config::new().endpoint(peer.endpoint()).credentials(provider.clone());
    let things = Client::new(&SERVICE, config.clone()).unwrap();
    let others = Client::new(&OTHER, config.clone()).unwrap();
    let derived = Client::new(&OTHER, things.config().clone()).unwrap();
    for client in [&things, &others, &derived, &things] {
        client.call(RawRequest::rpc("Get").read()).await.unwrap();
    }
    assert_eq!(peer.count(), 1, "one connection");
    assert_eq!(provider.0.load(Ordering::SeqCst), 4, "one provider, asked before each attempt");

    let separate = Client::new(&SERVICE, Config::new().endpoint(peer.endpoint()).credentials(provider)).unwrap();
    separate.call(RawRequest::rpc("Get").read()).await.unwrap();
    assert_eq!(peer.count(), 2, "another configuration has connections of its own");
}

#[tokio::test]
async fn call_with_its_own_credentials_and_region_uses_the_pool_of_the_client() {
    let canned = Canned::default();
    let client = Client::new(&SERVICE, config().transport(canned.clone())).unwrap();
    let get = || RawRequest::rpc("Get").read();
    let tenant = || Credentials::access_key("tenant-id", "tenant-secret");
    client.call(get()).credentials(tenant()).region("ap-southeast-1").await.unwrap();
    let request = canned.take();
    assert!(request.url.starts_with("https://thing.ap-southeast-1.aliyuncs.com/"), "{}", request.url);
    let authorization = request.headers["authorization"].to_str().unwrap();
    assert!(authorization.contains("Credential=tenant-id,"), "{authorization}");

    client.call(get()).await.unwrap();
    let request = canned.take();
    assert!(request.url.starts_with("https://thing.cn-shanghai.aliyuncs.com/"), "{}", request.url);
    let authorization = request.headers["authorization"].to_str().unwrap();
    assert!(!authorization.contains("tenant-id"), "the client keeps its own: {authorization}");

    let peer = keep_alive();
    let client = Client::new(&SERVICE, config().endpoint(peer.endpoint())).unwrap();
    client.call(get()).await.unwrap();
    client.call(get()).credentials(tenant()).await.unwrap();
    client.call(get()).endpoint(peer.endpoint()).await.unwrap();
    // An endpoint that is set stays where the region changes.
    client.call(get()).region("ap-southeast-1").await.unwrap();
    assert_eq!(peer.count(), 1, "one connection");
}

#[tokio::test]
async fn call_with_an_invalid_region_or_endpoint_fails_like_the_client() {
    let canned = Canned::default();
    let client = Client::new(&SERVICE, config().transport(canned.clone())).unwrap();
    for (call, kind, words) in [
        (client.call(ListThings {}).region("cn-nowhere"), ErrorKind::Configuration, "known regions: ap-southeast-1"),
        (client.call(ListThings {}).region("cn shanghai"), ErrorKind::InvalidInput, "cn shanghai"),
        (client.call(ListThings {}).endpoint("http://example.com"), ErrorKind::InvalidInput, "plain http"),
        (client.call(ListThings {}).endpoint("user:canary@example.com"), ErrorKind::InvalidInput, "user name"),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, Some("ListThings")), "{error}");
        assert!(error.to_string().contains(words) && !format!("{error:?}").contains("canary"), "{error}");
    }
    assert_eq!(canned.count(), 0, "nothing was sent");
}

#[test]
fn getters_return_what_was_set() {
    let retry = RetryConfig::new()
        .max_attempts(7)
        .min_backoff(Duration::from_millis(5))
        .max_backoff(Duration::from_secs(9))
        .budget(3);
    let config = Config::new()
        .region("cn-shanghai")
        .connect_timeout(Duration::from_secs(1))
        .attempt_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(3))
        .idle_timeout(Duration::from_secs(4))
        .retry(retry.clone())
        .idempotency_tokens(false)
        .max_response_bytes(99)
        .user_agent("app/1");
    let client = Client::new(&SERVICE, config).unwrap();
    let config = client.config();
    assert_eq!((config.get_region(), config.get_endpoint()), (Some("cn-shanghai"), None));
    let seconds =
        [config.get_connect_timeout(), config.get_attempt_timeout(), config.get_timeout(), config.get_idle_timeout()];
    assert_eq!(seconds, [1, 2, 3, 4].map(Duration::from_secs));
    assert_eq!(config.get_retry(), &retry);
    assert_eq!((retry.get_max_attempts(), retry.get_budget()), (7, Some(3)));
    assert_eq!((config.get_idempotency_tokens(), config.get_max_response_bytes()), (false, 99));
    assert_eq!((config.get_user_agent(), config.get_credentials().name()), (Some("app/1"), "default"));
    assert!(config.get_transport().is_none() && config.get_interceptors().is_empty());
}

#[test]
fn client_with_invalid_retry_settings_is_an_error() {
    let second = Duration::from_secs(1);
    for (retry, words) in [
        (RetryConfig::new().max_attempts(0), "it must be at least 1"),
        (RetryConfig::new().min_backoff(second * 3).max_backoff(second * 2), "3s exceeds the maximum backoff of 2s"),
    ] {
        let error = Client::new(&SERVICE, config().retry(retry)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(Client::new(&SERVICE, config().retry(RetryConfig::new().min_backoff(second).max_backoff(second))).is_ok());
}

#[tokio::test]
async fn client_with_retry_settings_follows_them() {
    let busy = || (0..100).map(|_| json(503, r#"{"Code":"ServiceUnavailable"}"#));
    let run = |retry: RetryConfig| async move {
        let (clock, canned) = (InstantClock::default(), Canned::new(busy()));
        let config = config().timeout(Duration::MAX).clock(clock.clone()).transport(canned.clone()).retry(retry);
        let client = Client::new(&SERVICE, config).unwrap();
        let first = client.call(ListThings {}).await.unwrap_err().attempts();
        let second = client.call(ListThings {}).await.unwrap_err().attempts();
        (first, second, clock.waits())
    };
    let hour = Duration::from_secs(3600);
    let (first, second, waits) = run(RetryConfig::new().max_attempts(6).min_backoff(hour).max_backoff(hour)).await;
    assert_eq!((first, second, waits.len()), (6, 6, 10));
    // Jitter takes any part of the backoff.
    assert!(waits.iter().any(|wait| *wait > Duration::from_secs(60)) && waits.iter().all(|wait| *wait <= hour));
    let (first, second, waits) = run(RetryConfig::new().max_attempts(4).min_backoff(Duration::ZERO)).await;
    assert_eq!((first, second), (4, 4));
    assert!(waits.iter().all(Duration::is_zero), "{waits:?}");
    assert_eq!(run(RetryConfig::new().max_attempts(4).budget(4)).await.1, 2, "one of four retries is left");
    assert_eq!(run(RetryConfig::new().max_attempts(60).budget(1)).await.0, 2);
    assert_eq!(run(RetryConfig::new().max_attempts(40).no_budget()).await.1, 40);
    let (first, second, waits) = run(RetryConfig::disabled()).await;
    assert_eq!((first, second, waits.len()), (1, 1, 0));
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Seen>>>);

/// A line about a call, and its parameters.
type Seen = (String, Vec<Parameter>);

impl Interceptor for Log {
    fn after_operation(&self, operation: &AfterOperation<'_>) {
        let call = operation.call();
        let line = format!(
            "{} {} {} {:?} {} {}",
            call.product(),
            call.version(),
            call.operation(),
            call.region(),
            call.endpoint(),
            operation.attempts()
        );
        self.0.lock().unwrap().push((line, call.parameters()));
    }
}

#[tokio::test]
async fn interceptor_sees_product_version_region_and_parameters_without_sensitive_values() {
    let log = Log::default();
    let client = Client::new(&SERVICE, config().transport(Canned::default()).interceptor(log.clone())).unwrap();
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some("canary".into());
    request.users = Some(vec!["a".into(), "b".into()]);
    request.anything = Some(object!({"k": [1]}));
    client.call(request).await.unwrap();
    client.call(RawRequest::rpc("Set").query("Pin", "canary").sensitive("Pin").query("Id", "i-1")).await.unwrap();

    let seen = log.0.lock().unwrap();
    let (line, parameters) = &seen[0];
    let expected = "thing 2021-09-01 CreateThing Some(\"cn-shanghai\") thing.cn-shanghai.aliyuncs.com 1";
    assert_eq!(line, expected);
    let value = |parameters: &[Parameter], name: &str| {
        let found = parameters.iter().find(|parameter| parameter.name() == name);
        found.map(|parameter| parameter.value().cloned())
    };
    assert_eq!(value(parameters, "ProductType"), Some(Some(object!("CloudApp"))));
    assert_eq!(value(parameters, "Users"), Some(Some(object!(["a", "b"]))));
    assert_eq!(value(parameters, "Password"), Some(None), "the name alone");
    assert_eq!(value(parameters, "Amount"), None, "it is not set");
    let (line, parameters) = &seen[1];
    assert!(line.contains(" Set "), "{line}");
    assert_eq!((value(parameters, "Pin"), value(parameters, "Id")), (Some(None), Some(Some(object!("i-1")))));
    assert!(!format!("{seen:?}").contains("canary"));
}
