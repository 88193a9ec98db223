//! What a client makes of credentials that come late, run out or are refused.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use alicloud_core::credentials::{CachedCredentials, Credentials, CredentialsFuture, ProvideCredentials};
use alicloud_core::{Client, ErrorKind, TimeoutKind};
use tokio::sync::Semaphore;

use crate::local::{Canned, config, json};
use crate::thing::{ListThings, SERVICE};

/// Returns a new key for each permitted request, with this lifetime.
#[derive(Clone)]
struct Source(Arc<(AtomicUsize, Semaphore, Mutex<Duration>)>);

impl Source {
    fn new(permits: usize, life: Duration) -> Self {
        Self(Arc::new((AtomicUsize::new(0), Semaphore::new(permits), Mutex::new(life))))
    }

    fn calls(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(async {
            let (calls, gate, life) = &*self.0;
            let call = calls.fetch_add(1, Ordering::SeqCst) + 1;
            gate.acquire().await.unwrap().forget();
            let expiry = SystemTime::now() + *life.lock().unwrap();
            Ok(Credentials::temporary(format!("key-{call}"), "canary-secret", format!("canary-{call}"))
                .expires_at(expiry))
        })
    }

    fn name(&self) -> &str {
        "source"
    }
}

const HOUR: Duration = Duration::from_secs(3_600);

fn expired() -> alicloud_core::transport::http::Response<bytes::Bytes> {
    json(400, r#"{"Code":"InvalidSecurityToken.Expired","Message":"m"}"#)
}

#[tokio::test]
async fn call_with_a_slow_refresh_times_out_and_the_refresh_continues() {
    let (source, canned) = (Source::new(0, HOUR), Canned::new([json(200, "[]")]));
    let config = config().credentials(CachedCredentials::new(source.clone())).transport(canned.clone());
    let client = Client::new(&SERVICE, config).unwrap();
    let error = client.call(ListThings {}).timeout(Duration::from_millis(30)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Timeout && error.timeout() == Some(TimeoutKind::Operation));
    assert!(!error.may_have_been_executed());
    assert_eq!((source.calls(), canned.count()), (1, 0));
    source.0.1.add_permits(1);
    client.call(ListThings {}).await.unwrap();
    assert_eq!((source.calls(), canned.count()), (1, 1));
}

#[tokio::test]
async fn call_with_an_expired_key_refreshes_once_and_retries() {
    let source = Source::new(9, HOUR);
    let canned = Canned::new([expired(), json(200, "[]"), expired(), expired()]);
    let config = config().max_attempts(3).credentials(CachedCredentials::new(source.clone())).transport(canned.clone());
    let client = Client::new(&SERVICE, config).unwrap();
    client.call(ListThings {}).await.unwrap();
    let tokens: Vec<_> = [canned.take(), canned.take()]
        .iter()
        .map(|request| request.headers["x-acs-security-token"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(tokens, ["canary-1", "canary-2"]);
    assert_eq!(source.calls(), 2);
    // A service that refuses every key gets one attempt more, not a storm.
    let error = client.call(ListThings {}).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidSecurityToken.Expired"));
    assert_eq!((source.calls(), error.attempts()), (3, 2));
}

#[tokio::test]
async fn call_with_a_key_that_expires_between_attempts_uses_a_new_one() {
    let source = Source::new(9, Duration::from_millis(400));
    let canned = Canned::new([
        crate::local::response(503, &[("x-acs-retry-after", "600")], r#"{"Code":"ServiceUnavailable"}"#),
        json(200, "[]"),
    ]);
    let config = config().max_attempts(2).credentials(CachedCredentials::new(source.clone())).transport(canned.clone());
    let client = Client::new(&SERVICE, config).unwrap();
    client.call(ListThings {}).await.unwrap();
    let (first, second) = (canned.take(), canned.take());
    assert_eq!(first.headers["x-acs-accesskey-id"], "key-1");
    assert_eq!(second.headers["x-acs-accesskey-id"], "key-2");
}
