//! CredentialsServer that expire, and those who hand them out: rows 32 to 35. CredentialsServer come from a server on a socket of its own.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use alicloud_core::credentials::{
    DefaultCredentials, EcsRamRoleCredentials, ProvideCredentials, ProviderContext, UriCredentials,
};
use alicloud_core::transport::bytes::Bytes;
use alicloud_core::transport::http;
use alicloud_core::transport::{Body, BoxFuture, HttpTransport, Proxy, RequestContext, Transport, TransportError};
use alicloud_core::{Clock, ErrorKind, TimeoutKind};
use alicloud_mock::{AccessKey, Response, Times};

use super::figure::{Row, check, check_eq, deadline, tell};
use super::local::{Peer, raw};
use super::*;

/// The clock of providers, which the test advances. It begins at 03:04:05 on 2 January 2026.
#[derive(Clone)]
struct ManualClock {
    begin: Instant,
    minutes: Arc<AtomicU64>,
}

/// The first key expires an hour later, all others when nobody is left to ask.
const EXPIRIES: [&str; 2] = ["2026-01-02T04:04:05Z", "2099-01-02T04:04:05Z"];

impl ManualClock {
    fn new() -> Self {
        Self { begin: Instant::now(), minutes: Arc::default() }
    }

    fn pass(&self, minutes: u64) {
        self.minutes.fetch_add(minutes, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.begin.elapsed() + Duration::from_secs(60 * self.minutes.load(Ordering::SeqCst))
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// The behavior of the credentials server.
#[derive(Clone, Copy, PartialEq)]
enum Behavior {
    Answer,
    Fail,
    Hang,
}

/// Returns `key-1`, `key-2` and so on, each after a short delay.
struct CredentialsServer {
    peer: Peer,
    requests: Arc<AtomicUsize>,
    behavior: Arc<Mutex<Behavior>>,
}

fn key(number: usize) -> AccessKey {
    AccessKey::new(format!("key-{number}"), format!("canary-{number}")).security_token(format!("canary-token-{number}"))
}

fn session(number: usize) -> String {
    let expiry = EXPIRIES[(number - 1).min(1)];
    format!(
        r#"{{"Code":"Success","AccessKeyId":"key-{number}","AccessKeySecret":"canary-{number}",
            "SecurityToken":"canary-token-{number}","Expiration":"{expiry}"}}"#
    )
}

impl CredentialsServer {
    fn start() -> Self {
        let (requests, behavior) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Behavior::Answer)));
        let (count, now) = (requests.clone(), behavior.clone());
        let peer = Peer::start(move |mut connection| {
            while connection.request().is_some() {
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                std::thread::sleep(Duration::from_millis(30));
                let behavior = *now.lock().expect("a behavior");
                match behavior {
                    Behavior::Answer => connection.send(&raw("200 OK", "", &session(number))),
                    Behavior::Fail => connection.send(&raw("500 No", "", "")),
                    Behavior::Hang => return connection.hold(),
                }
            }
        });
        Self { peer, requests, behavior }
    }

    fn are(&self, behavior: Behavior) {
        *self.behavior.lock().expect("a behavior") = behavior;
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    async fn wait_for_requests(&self, count: usize) {
        while self.requests() < count {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Asks the server, and keeps what it says.
    fn provider(&self, clock: &ManualClock) -> UriCredentials {
        UriCredentials::builder().context(ProviderContext::new().clock(clock.clone())).uri(self.peer.endpoint()).build()
    }
}

/// A mock that knows the keys, and a client.
async fn service(provider: impl ProvideCredentials) -> (Mock, Client) {
    let builder = (1..10).fold(alicloud_tests::app_streaming(), |builder, number| builder.key(key(number)));
    let mock = builder.start().await.expect("the mock starts");
    let config = alicloud_tests::config(&mock).credentials(provider).timeout(Duration::from_secs(10));
    (mock, client(config))
}

/// Who signed each request.
fn signers(mock: &Mock) -> Vec<String> {
    let id = |request: Arc<alicloud_mock::Recorded>| request.header("x-acs-accesskey-id").map(str::to_owned);
    mock.requests().into_iter().filter_map(id).collect()
}

#[tokio::test]
async fn fault_32_keys_that_expire_between_attempts_are_replaced() {
    let row = Row::new(32);
    for kind in BOTH {
        // It is known that they have expired by the time of the second attempt.
        let fault = row.inject();
        let (keys, clock) = (CredentialsServer::start(), ManualClock::new());
        let (mock, client) = service(keys.provider(&clock)).await;
        let moving = Response::from_fn(move |_| {
            clock.pass(90);
            Response::error(429, "Throttling", "busy")
        });
        mock.script_all(moving, 1);
        check_eq!(fault, kind.call(&client).await.expect("with other keys"), 2);
        check_eq!(fault, (signers(&mock), keys.requests()), (vec!["key-1".to_owned(), "key-2".to_owned()], 2));
        row.requests(&mock);
        fault.end();

        // The service alone knows.
        let fault = row.inject();
        let (keys, clock) = (CredentialsServer::start(), ManualClock::new());
        let (mock, client) = service(keys.provider(&clock)).await;
        mock.allow(key(1).expires_at(SystemTime::now()));
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { kind.call(&client).await })
            })
            .collect();
        for call in calls {
            check_eq!(fault, call.await.expect("no panic").expect("with other keys"), 2);
        }
        check_eq!(fault, keys.requests(), 2, "one forced renewal for all");
        let executed = mock.requests().iter().filter(|request| request.status == Some(200)).count();
        check_eq!(fault, executed, 20);
        fault.end();

        // Nothing else is there: no third attempt.
        let fault = row.inject();
        mock.allow(key(2).expires_at(SystemTime::now()));
        mock.allow(key(3).expires_at(SystemTime::now()));
        let error = kind.call(&client).await.expect_err("both are refused");
        check_eq!(fault, (error.code(), error.attempts()), (Some("InvalidSecurityToken.Expired"), 2));
        texts(&error);
        row.requests(&mock);
        fault.end();
    }
}

#[tokio::test]
async fn fault_33_failing_provider_is_an_error() {
    let row = Row::new(33);
    for behavior in [Behavior::Fail, Behavior::Hang] {
        let fault = row.inject();
        let (keys, clock) = (CredentialsServer::start(), ManualClock::new());
        let (mock, client) = service(keys.provider(&clock)).await;
        Read.call(&client).await.expect("the first keys");
        // Time to renew, and the old ones are good.
        keys.are(behavior);
        clock.pass(50);
        for _ in 0..20 {
            let start = Instant::now();
            check_eq!(fault, Write.call(&client).await.expect("with the old keys"), 1);
            check!(fault, start.elapsed() < Duration::from_secs(2), "nobody waits for new ones");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        check!(fault, signers(&mock).iter().all(|signer| signer == "key-1"));
        let requests = keys.requests();
        check!(fault, (2..=3).contains(&requests), "it is left alone for a while: {requests} requests");
        fault.end();

        // Nothing is good any more: a call waits as long as it has time, and the renewal has its own.
        let fault = row.inject();
        clock.pass(20);
        let limit = Duration::from_millis(2_500);
        let start = Instant::now();
        let waiting = client.list_regions(Default::default()).timeout(limit);
        let error = waiting.await.expect_err("no keys");
        deadline(limit, start.elapsed());
        match behavior {
            Behavior::Hang => check_eq!(fault, error.timeout(), Some(TimeoutKind::Operation), "{error:?}"),
            _ => check!(fault, error.kind() == ErrorKind::Credentials, "{error:?}"),
        }
        check!(fault, !error.may_have_been_executed());
        texts(&error);
        row.requests(&mock);
        fault.end();
    }
    // It recovers.
    let fault = row.inject();
    let (keys, clock) = (CredentialsServer::start(), ManualClock::new());
    let (mock, client) = service(keys.provider(&clock)).await;
    Read.call(&client).await.expect("the first keys");
    keys.are(Behavior::Fail);
    clock.pass(70);
    Read.call(&client).await.expect_err("no keys");
    keys.are(Behavior::Answer);
    clock.pass(1);
    Read.call(&client).await.expect("others");
    check!(fault, signers(&mock).last().is_some_and(|signer| signer != "key-1"));
    row.requests(&mock);
    fault.end();
}

#[tokio::test]
async fn fault_34_thousand_calls_at_expiry_refresh_once() {
    let row = Row::new(34);
    let (keys, clock) = (CredentialsServer::start(), ManualClock::new());
    let provider = keys.provider(&clock);
    let first = provider.credentials().await.expect("the first keys");
    assert_eq!((first.access_key_id(), keys.requests()), (Some("key-1"), 1));
    let fault = row.inject();
    clock.pass(61);
    let tasks: Vec<_> = (0..1_000)
        .map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move { provider.credentials().await })
        })
        .collect();
    for task in tasks {
        let credentials = task.await.expect("no panic").expect("keys");
        check_eq!(fault, credentials.access_key_id(), Some("key-2"));
    }
    tell("refreshes", keys.requests() - 1);
    check_eq!(fault, keys.requests(), 2, "asked once for all");
    fault.end();

    // The call that began the refresh is cancelled: another one continues.
    let fault = row.inject();
    let (keys, clock) = (CredentialsServer::start(), ManualClock::new());
    let provider = keys.provider(&clock);
    provider.credentials().await.expect("the first keys");
    clock.pass(61);
    let (mock, client) = service(provider).await;
    let leader = tokio::spawn({
        let client = client.clone();
        async move { Write.call(&client).await }
    });
    keys.wait_for_requests(2).await;
    let others: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { Read.call(&client).await })
        })
        .collect();
    leader.abort();
    check!(fault, leader.await.expect_err("it was given up").is_cancelled());
    for other in others {
        other.await.expect("no panic").expect("keys");
    }
    check!(fault, keys.requests() <= 3, "asked {} times", keys.requests());
    check_eq!(fault, mock.requests_of(WRITE).len(), 0);
    row.requests(&mock);
    fault.end();
}

/// Redirects requests for the fixed address of the metadata service to a local peer.
struct MetadataRoute {
    inner: HttpTransport,
    peer: String,
    hosts: Arc<Mutex<Vec<String>>>,
}

impl Transport for MetadataRoute {
    fn send(
        &self,
        mut request: http::Request<Body>,
        context: RequestContext,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let url = request.uri().to_string();
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        *request.uri_mut() = url.replace("http://100.100.100.200", &self.peer).parse().expect("a URL");
        self.hosts.lock().expect("the hosts").push(host);
        self.inner.send(request, context)
    }
}

#[tokio::test]
async fn fault_35_other_service_at_the_metadata_address_is_an_error() {
    let row = Row::new(35);
    let elsewhere = Peer::answering(raw("200 OK", "", "token"));
    let location = format!("location: {}/latest/api/token\r\n", elsewhere.endpoint());
    let page = "<!DOCTYPE html><html><title>Please log in</title></html>";
    let answers = [
        raw("200 OK", "content-type: text/html\r\n", page),
        raw("404 Not Found", "", ""),
        raw("302 Found", &location, ""),
        raw("307 Temporary", &location, ""),
        raw("500 No", "content-type: text/html\r\n", page),
        raw("200 OK", "", "{}"),
    ];
    for answer in answers {
        let fault = row.inject();
        let strange = Peer::answering(answer.clone());
        let keys = CredentialsServer::start();
        let hosts = Arc::new(Mutex::new(Vec::new()));
        let inner = HttpTransport::builder().proxy(Proxy::none()).build().expect("a transport");
        let detour = MetadataRoute { inner, peer: strange.endpoint(), hosts: hosts.clone() };
        let uri = keys.peer.endpoint();
        let provider = DefaultCredentials::builder()
            .context(
                ProviderContext::new()
                    .metadata_transport(detour)
                    .clock(ManualClock::new())
                    .variables(move |name| (name == "ALIBABA_CLOUD_CREDENTIALS_URI").then(|| uri.clone())),
            )
            .build();
        let (mock, client) = service(provider).await;
        Write.call(&client).await.unwrap_or_else(|error| panic!("{answer}: {error}"));
        check_eq!(
            fault,
            (signers(&mock), keys.requests()),
            (vec!["key-1".to_owned()], 1),
            "the next place in the chain"
        );
        let hosts = hosts.lock().expect("the hosts").clone();
        let near = keys.peer.address.to_string();
        check!(
            fault,
            strange.count() > 0 && hosts.iter().all(|host| *host == "100.100.100.200" || *host == near),
            "{hosts:?}"
        );
        row.requests(&mock);
        fault.end();
    }
    assert_eq!(elsewhere.count(), 0, "no redirect is followed");

    // The one place that is left out says why, with nothing of what was answered.
    let fault = row.inject();
    let strange = Peer::answering(raw("200 OK", "", "<title>canary</title>"));
    let inner = HttpTransport::builder().proxy(Proxy::none()).build().expect("a transport");
    let detour = MetadataRoute { inner, peer: strange.endpoint(), hosts: Arc::default() };
    let provider = DefaultCredentials::builder()
        .context(ProviderContext::new().metadata_transport(detour).variables(|_| None))
        .build();
    let (mock, client) = service(provider).await;
    mock.script_all(Response::from_document(), Times::Always);
    let error = Read.call(&client).await.expect_err("no keys anywhere");
    check!(fault, error.kind() == ErrorKind::Credentials, "{error:?}");
    check!(fault, format!("{error:#}").contains("ALIBABA_CLOUD_ACCESS_KEY_ID"), "{error}");
    texts(&error);
    fault.end();
}

/// A service that issues a token and then refuses it: one request without the token, and none if that is disabled.
#[tokio::test]
async fn fault_35_metadata_service_that_refuses_its_token_is_handled() {
    let row = Row::new(35);
    for status in ["400 Bad", "401 Unauthorized", "403 Forbidden", "404 Not Found", "500 No"] {
        for forbidden in [false, true] {
            let fault = row.inject();
            let (requests, log) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
            let seen = requests.clone();
            let peer = Peer::start(move |mut connection| {
                while let Some(request) = connection.request() {
                    let with_token = request.to_ascii_lowercase().contains("x-aliyun-ecs-metadata-token:");
                    let line = request.lines().next().unwrap_or_default().to_owned();
                    seen.lock().expect("what was asked").push((line.clone(), with_token));
                    connection.send(&match line.as_str() {
                        _ if with_token => raw(status, "", ""),
                        _ if line.starts_with("PUT") => raw("200 OK", "", "token"),
                        _ if line.contains("/security-credentials/ ") => raw("200 OK", "", "role"),
                        _ => raw("200 OK", "", &session(1)),
                    });
                }
            });
            let inner = HttpTransport::builder().proxy(Proxy::none()).build().expect("a transport");
            let detour = MetadataRoute { inner, peer: peer.endpoint(), hosts: log };
            let provider = DefaultCredentials::builder()
                .context(ProviderContext::new().metadata_transport(detour).clock(ManualClock::new()).variables(
                    move |name| (forbidden && name == "ALIBABA_CLOUD_IMDSV1_DISABLED").then(|| "true".to_owned()),
                ))
                .build();
            let (mock, client) = service(provider).await;
            let result = Write.call(&client).await;
            let with_token: Vec<bool> =
                requests.lock().expect("what was asked").iter().map(|request| request.1).collect();
            match forbidden {
                false => {
                    result.unwrap_or_else(|error| panic!("{status}: {error}"));
                    check_eq!(fault, signers(&mock), ["key-1"]);
                    // The token, its refusal, the role and its keys.
                    check_eq!(fault, with_token, [false, true, false, false], "{status}");
                }
                true => {
                    texts(&result.expect_err("no keys"));
                    check_eq!(fault, with_token, [false, true], "{status}");
                }
            }
            row.requests(&mock);
            fault.end();
        }
    }
}

/// A transport that was given for the Internet leads through a proxy which answers everything, as the metadata service
/// of its own host would: it sees no request, in the chain and with each provider alone.
#[tokio::test]
async fn fault_35_configured_proxy_is_not_used_for_the_metadata_service() {
    let row = Row::new(35);
    let proxy = Peer::start(|mut connection| {
        while let Some(request) = connection.request() {
            let line = request.lines().next().unwrap_or_default();
            connection.send(&match line {
                _ if line.starts_with("PUT") => raw("200 OK", "", "token"),
                _ if line.contains("/security-credentials/ ") => raw("200 OK", "", "role"),
                _ => raw("200 OK", "", &session(2)),
            });
        }
    });
    let transport = HttpTransport::builder().proxy(Proxy::new(proxy.endpoint())).build().expect("a transport");
    let uris = ["http://100.100.100.200/keys", "http://169.254.1.1/keys", "http://127.0.0.1:1/keys"];
    let mut providers: Vec<Box<dyn ProvideCredentials>> = vec![
        Box::new(
            DefaultCredentials::builder()
                .context(ProviderContext::new().transport(transport.clone()).variables(|_| None))
                .build(),
        ),
        Box::new(
            EcsRamRoleCredentials::builder()
                .context(ProviderContext::new().transport(transport.clone()).variables(|_| None))
                .build(),
        ),
    ];
    for uri in uris {
        let context = ProviderContext::new().transport(transport.clone()).variables(|_| None);
        providers.push(Box::new(UriCredentials::builder().context(context).uri(uri).build()));
    }
    for provider in providers {
        let fault = row.inject();
        // Whatever answers there, or nobody.
        let result = tokio::time::timeout(Duration::from_secs(4), provider.credentials()).await;
        let id = result.ok().and_then(Result::ok).and_then(|keys| keys.access_key_id().map(str::to_owned));
        check!(fault, id.as_deref() != Some("key-2"), "the role of the proxy's host");
        check_eq!(fault, proxy.count(), 0, "the proxy is not asked");
        fault.end();
    }
    // A source on the Internet is reached through the proxy.
    let builder = UriCredentials::builder()
        .context(ProviderContext::new().transport(transport))
        .uri("http://keys.invalid/")
        .allow_http(true);
    let credentials = builder.build().credentials().await.expect("keys of the proxy");
    assert_eq!((credentials.access_key_id(), proxy.count()), (Some("key-2"), 1));
}

/// The address of the metadata service is asked directly whatever proxies the environment names. The environment is
/// that of another process.
#[test]
fn fault_35_environment_proxy_is_not_used_for_the_metadata_service() {
    const INSIDE: &str = "FAULTS_PROXIED";
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let provider = DefaultCredentials::builder().context(ProviderContext::new().variables(|_| None)).build();
        // Whatever answers there, or nobody within a second.
        _ = runtime.block_on(async { provider.credentials().await });
        return;
    }
    let row = Row::new(35);
    let fault = row.inject();
    let proxy = Peer::answering(raw("200 OK", "", "token"));
    let status = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "credentials::fault_35_environment_proxy_is_not_used_for_the_metadata_service"])
        .env(INSIDE, "yes")
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, proxy.endpoint())))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .stdout(std::process::Stdio::null())
        .status()
        .expect("another process");
    check!(fault, status.success());
    check_eq!(fault, proxy.count(), 0, "the proxy was not asked");
    fault.end();
}
