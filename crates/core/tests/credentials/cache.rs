//! Renewals: one at a time, ahead of the end, and to nobody's harm.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_core::Clock;
use alicloud_core::credentials::{
    CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials,
};
use tokio::sync::Semaphore;

use crate::clock::ManualClock;

/// What the provider does when credentials are requested.
#[derive(Clone, Copy)]
enum Behavior {
    Answers,
    Fails,
    Hangs,
    Panics,
    /// Waits to be let through.
    Slow,
}

#[derive(Clone)]
struct Source(Arc<Inner>);

struct Inner {
    mood: Mutex<Behavior>,
    calls: AtomicUsize,
    gate: Semaphore,
    life: Duration,
    clock: ManualClock,
}

impl Source {
    fn new(clock: &ManualClock, life: u64) -> Self {
        Self(Arc::new(Inner {
            mood: Mutex::new(Behavior::Answers),
            calls: AtomicUsize::new(0),
            gate: Semaphore::new(0),
            life: Duration::from_secs(life),
            clock: clock.clone(),
        }))
    }

    fn is(&self, mood: Behavior) {
        *self.0.mood.lock().unwrap() = mood;
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let call = self.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let mood = *self.0.mood.lock().unwrap();
        CredentialsFuture::new(async move {
            match mood {
                Behavior::Answers => {}
                Behavior::Fails => return Err(CredentialsError::new(format!("failure {call}"))),
                Behavior::Hangs => std::future::pending().await,
                Behavior::Panics => panic!("a panic on purpose"),
                Behavior::Slow => self.0.gate.acquire().await.unwrap().forget(),
            }
            let expiry = self.0.clock.now() + self.0.life;
            Ok(Credentials::temporary(format!("key-{call}"), "secret", "token").expires_at(expiry))
        })
    }

    fn name(&self) -> &str {
        "source"
    }
}

/// A cache over a source whose keys live for so many seconds.
fn cached(life: u64) -> (CachedCredentials, Source, ManualClock) {
    let clock = ManualClock::default();
    let source = Source::new(&clock, life);
    (CachedCredentials::builder(source.clone()).clock(clock.clone()).build(), source, clock)
}

async fn id(cache: &CachedCredentials) -> String {
    cache.credentials().await.unwrap().access_key_id().unwrap().to_owned()
}

async fn error(cache: &CachedCredentials) -> String {
    format!("{:#}", cache.credentials().await.unwrap_err())
}

/// Lets the tasks in the background run.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cache_with_1000_calls_at_expiry_refreshes_once() {
    let (cache, source, clock) = cached(3_600);
    for round in 1..=3 {
        source.is(Behavior::Slow);
        let calls: Vec<_> = (0..1_000)
            .map(|_| {
                let cache = cache.clone();
                tokio::spawn(async move { id(&cache).await })
            })
            .collect();
        while source.calls() < round {
            tokio::task::yield_now().await;
        }
        source.0.gate.add_permits(1);
        for call in calls {
            assert_eq!(call.await.unwrap(), format!("key-{round}"));
        }
        assert_eq!(source.calls(), round);
        clock.pass_seconds(3_600);
    }
}

#[tokio::test]
async fn cache_with_1000_calls_shares_a_failure() {
    let (cache, source, _) = cached(3_600);
    source.is(Behavior::Fails);
    let calls: Vec<_> = (0..1_000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { error(&cache).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), "failure 1");
    }
    assert_eq!(source.calls(), 1);
}

#[tokio::test]
async fn cache_with_a_cancelled_call_continues_the_refresh() {
    let (cache, source, _) = cached(3_600);
    source.is(Behavior::Slow);
    let leader = tokio::time::timeout(Duration::from_millis(20), cache.credentials()).await;
    assert!(leader.is_err());
    assert_eq!(source.calls(), 1);
    source.0.gate.add_permits(1);
    settle().await;
    assert_eq!(id(&cache).await, "key-1");
    assert_eq!(source.calls(), 1);
}

#[test]
fn cache_with_a_refresh_on_a_stopped_runtime_refreshes_again() {
    let (cache, source, _) = cached(3_600);
    source.is(Behavior::Hangs);
    let first = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let second = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let other = cache.clone();
    first.spawn(async move { other.credentials().await });
    while source.calls() < 1 {
        std::thread::yield_now();
    }
    source.is(Behavior::Answers);
    let other = cache.clone();
    let waiting = std::thread::spawn(move || second.block_on(async { id(&other).await }));
    std::thread::sleep(Duration::from_millis(20));
    first.shutdown_background();
    assert_eq!(waiting.join().unwrap(), "key-2");
}

#[tokio::test]
async fn cache_before_expiry_refreshes_in_the_background() {
    let (cache, source, clock) = cached(3_600);
    assert_eq!(id(&cache).await, "key-1");
    clock.pass_seconds(2_699);
    assert_eq!(id(&cache).await, "key-1");
    settle().await;
    assert_eq!(source.calls(), 1);
    clock.pass_seconds(1);
    assert_eq!(id(&cache).await, "key-1");
    settle().await;
    assert_eq!(source.calls(), 2);
    assert_eq!(id(&cache).await, "key-2");
}

#[tokio::test]
async fn cache_with_a_short_session_refreshes_at_half_of_it() {
    let (cache, source, clock) = cached(900);
    assert_eq!(id(&cache).await, "key-1");
    clock.pass_seconds(449);
    id(&cache).await;
    settle().await;
    assert_eq!(source.calls(), 1);
    clock.pass_seconds(1);
    id(&cache).await;
    settle().await;
    assert_eq!(source.calls(), 2);
}

#[tokio::test]
async fn cache_with_a_failing_refresh_returns_valid_credentials() {
    let (cache, source, clock) = cached(3_600);
    assert_eq!(id(&cache).await, "key-1");
    source.is(Behavior::Hangs);
    clock.pass_seconds(2_700);
    for _ in 0..100 {
        assert_eq!(id(&cache).await, "key-1");
        settle().await;
    }
    assert_eq!(source.calls(), 2);
    // The limit of the renewal, which counts as a failure. The next waits for a time.
    clock.pass_seconds(60);
    settle().await;
    source.is(Behavior::Fails);
    assert_eq!(id(&cache).await, "key-1");
    settle().await;
    assert_eq!(source.calls(), 2);
    clock.pass_seconds(1);
    assert_eq!(id(&cache).await, "key-1");
    settle().await;
    assert_eq!(source.calls(), 3);
    // The last second of its life, and the first after it.
    clock.pass_seconds(3_600 - 2_700 - 61 - 1);
    assert_eq!(id(&cache).await, "key-1");
    settle().await;
    clock.pass_seconds(1);
    assert_eq!(error(&cache).await, "failure 4");
}

#[tokio::test]
async fn cache_after_failures_backs_off() {
    let (cache, source, clock) = cached(3_600);
    source.is(Behavior::Fails);
    let mut longest = 500;
    for failures in 1..=10 {
        assert_eq!(error(&cache).await, format!("failure {failures}"));
        // In the first half of the delay, nothing is requested.
        clock.pass(Duration::from_millis(longest / 2 - 1));
        assert_eq!(error(&cache).await, format!("failure {failures}"));
        assert_eq!(source.calls(), failures);
        clock.pass(Duration::from_millis(longest / 2 + 1));
        longest = (2 * longest).min(30_000);
    }
    source.is(Behavior::Answers);
    assert_eq!(id(&cache).await, "key-11");
}

#[tokio::test]
async fn cache_with_a_hanging_provider_times_out() {
    let (cache, source, clock) = cached(3_600);
    source.is(Behavior::Hangs);
    let other = cache.clone();
    let call = tokio::spawn(async move { error(&other).await });
    settle().await;
    clock.pass_seconds(60);
    assert_eq!(call.await.unwrap(), "the provider returned no credentials within 60s");
    clock.pass_seconds(1);
    source.is(Behavior::Answers);
    assert_eq!(id(&cache).await, "key-2");
}

#[tokio::test]
async fn cache_with_a_panicking_provider_returns_an_error() {
    let (cache, source, clock) = cached(3_600);
    source.is(Behavior::Panics);
    assert_eq!(error(&cache).await, "the provider panicked");
    assert_eq!(error(&cache).await, "the provider panicked");
    assert_eq!(source.calls(), 1);
    clock.pass_seconds(1);
    source.is(Behavior::Answers);
    assert_eq!(id(&cache).await, "key-2");
}

#[tokio::test]
async fn cache_with_refused_credentials_refreshes_once_immediately() {
    let (cache, source, clock) = cached(3_600);
    let first = cache.credentials().await.unwrap();
    for _ in 0..10 {
        cache.refused(&first);
    }
    let second = cache.credentials().await.unwrap();
    assert_eq!(second.access_key_id(), Some("key-2"));
    // Somebody who is late with the first.
    cache.refused(&first);
    assert_eq!(id(&cache).await, "key-2");
    assert_eq!(source.calls(), 2);
    // A failure before it, after which the provider would be left alone, does not matter.
    source.is(Behavior::Fails);
    clock.pass_seconds(2_700);
    assert_eq!(id(&cache).await, "key-2");
    settle().await;
    source.is(Behavior::Answers);
    cache.refused(&second);
    let third = cache.credentials().await.unwrap();
    assert_eq!(third.access_key_id(), Some("key-4"));
    // It is not handed out again, also where there is nothing else.
    source.is(Behavior::Fails);
    cache.refused(&third);
    assert_eq!(error(&cache).await, "failure 5");
}

#[tokio::test]
async fn cache_with_permanent_credentials_never_refreshes() {
    struct PermanentProvider(AtomicUsize);
    impl ProvideCredentials for PermanentProvider {
        fn credentials(&self) -> CredentialsFuture<'_> {
            self.0.fetch_add(1, Ordering::SeqCst);
            CredentialsFuture::ready(Ok(Credentials::access_key("id", "secret")))
        }
        fn name(&self) -> &str {
            "lasting"
        }
    }
    let clock = ManualClock::default();
    let lasting = Arc::new(PermanentProvider(AtomicUsize::new(0)));
    let cache = CachedCredentials::builder(lasting.clone()).clock(clock.clone()).build();
    for _ in 0..5 {
        assert_eq!(id(&cache).await, "id");
        clock.pass_seconds(1 << 30);
    }
    assert_eq!(lasting.0.load(Ordering::SeqCst), 1);
    assert_eq!(cache.name(), "lasting");
}

#[tokio::test]
async fn cache_with_expired_new_credentials_returns_an_error() {
    let (cache, _, _) = cached(0);
    assert!(error(&cache).await.contains("clock of this machine"));
}

#[test]
fn cache_without_a_runtime_refreshes_in_the_call() {
    fn now<T>(future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        loop {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return value;
            }
        }
    }
    let (cache, source, clock) = cached(3_600);
    assert_eq!(now(id(&cache)), "key-1");
    clock.pass_seconds(2_700);
    assert_eq!(now(id(&cache)), "key-2");
    source.is(Behavior::Fails);
    clock.pass_seconds(2_700);
    assert_eq!(now(id(&cache)), "key-2");
    assert_eq!(source.calls(), 3);
}
