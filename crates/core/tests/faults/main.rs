//! What must hold when the peer or the way to it misbehaves: real sockets on this machine.
#![allow(missing_docs)]

#[path = "../local/mod.rs"]
mod local;
mod secure;
#[path = "../thing/mod.rs"]
mod thing;

use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alicloud_core::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use alicloud_core::{Client, Config, Error, ErrorKind, Phase, TimeoutKind};
use local::{Peer, config, raw};
use thing::*;

async fn call(client: &Client) -> Result<CreateThingResponse, Error> {
    client.call(CreateThing::new(ProductType::CloudApp)).await
}

/// The source of an error goes somewhere, and none of its texts shows a secret.
fn chain(error: &Error) -> Vec<String> {
    let texts: Vec<String> = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .map(|error| format!("{error} {error:?}"))
        .collect();
    for text in &texts {
        assert!(!text.contains("canary") && !text.contains("Signature="), "{text}");
    }
    texts
}

#[tokio::test]
async fn exchange_without_a_fault_succeeds() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let peer = Peer::start(move |mut connection| {
        while let Some(request) = connection.request() {
            log.lock().unwrap().push(request);
            connection.send(&raw("200 OK", "x-acs-request-id: R-1\r\n", "{\"Count\":\"7\"}"));
        }
    });
    let client = peer.client();
    let response = client.call(CreateThing::new(ProductType::CloudApp)).response().await.unwrap();
    assert_eq!((response.value.count, response.request_id()), (Some(7), Some("R-1")));
    client.call(ListThings {}).await.unwrap_err();
    client.call(CreateThing::new(ProductType::CloudApp)).query("a b", "c/d*~").await.unwrap();
    assert_eq!(peer.count(), 1, "connections are kept");
    let seen = seen.lock().unwrap();
    assert!(seen[0].starts_with("POST / HTTP/1.1\r\n"), "{}", seen[0]);
    let host = format!("host: {}\r\n", peer.address);
    for request in seen.iter() {
        let request = request.to_ascii_lowercase();
        assert!(request.contains(&host), "{request}");
        for absent in ["accept-encoding", "referer", "cookie", "transfer-encoding"] {
            assert!(!request.contains(absent), "{request}");
        }
        assert_eq!(request.matches("content-length").count(), usize::from(request.starts_with("post")), "{request}");
        assert_eq!(
            request.matches("\r\ncontent-type: ").count(),
            usize::from(request.starts_with("post")),
            "{request}"
        );
    }
    assert!(seen[1].starts_with("GET /things HTTP/1.1\r\n"), "{}", seen[1]);
    assert!(seen[2].starts_with("POST /?a%20b=c%2Fd%2A~ HTTP/1.1\r\n"), "{}", seen[2]);
}

/// A post without content says so: some servers insist.
#[tokio::test]
async fn post_without_a_body_has_a_content_length() {
    let peer = Peer::start(|mut connection| {
        let request = connection.request().unwrap().to_ascii_lowercase();
        let there = request.contains("content-length: 0") && request.starts_with("post / ");
        connection.send(&raw("200 OK", "", if there { "yes" } else { "no" }));
    });
    let value = peer.client().call(Recognize { kind: None, body: Default::default() }).await.unwrap();
    assert_eq!(&value.body[..], b"yes");
}

#[tokio::test]
async fn connection_to_a_closed_port_is_refused() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::new(&SERVICE, config().endpoint(format!("http://{address}"))).unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Connect, "{error:?}");
    assert_eq!((error.phase(), error.attempts(), error.status()), (Phase::NotSent, 1, None));
    assert!(error.is_retryable() && !error.may_have_been_executed());
    assert_eq!(chain(&error).len(), 2, "the error and the reason of the system");
}

#[tokio::test]
async fn connection_to_an_unknown_host_is_an_error() {
    let client = Client::new(&SERVICE, config().endpoint("thing.invalid")).unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Connect, "{error:?}");
    assert!(format!("{error:#}").contains("thing.invalid"), "{error}");
    assert!(!error.may_have_been_executed());
    chain(&error);
}

#[tokio::test]
async fn connection_that_is_closed_is_an_error() {
    // After the request.
    let peer = Peer::start(|mut connection| {
        connection.request();
    });
    let error = call(&peer.client()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Interrupted, "{error:?}");
    assert_eq!(error.phase(), Phase::Sent);
    assert!(error.may_have_been_executed() && error.is_retryable());
    assert!(error.to_string().ends_with("(the request may have been executed)"), "{error}");
    assert_eq!(peer.count(), 1, "never sent twice");
    chain(&error);
    // What is not HTTP.
    let peer = Peer::answering("what?\r\n\r\n");
    let error = call(&peer.client()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Interrupted && error.may_have_been_executed(), "{error:?}");
    // In the middle of the head.
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ncontent-le");
    });
    let error = call(&peer.client()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Interrupted && error.may_have_been_executed(), "{error:?}");
}

/// A kept connection that the peer has closed meanwhile.
#[tokio::test]
async fn connection_that_went_stale_is_replaced() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send(&raw("200 OK", "", "{}"));
    });
    let client = peer.client();
    for _ in 0..3 {
        call(&client).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(peer.count(), 3);
}

#[tokio::test]
async fn response_that_never_comes_times_out() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.hold();
    });
    let client = peer.client_with(config().attempt_timeout(Duration::from_millis(300)));
    let start = Instant::now();
    let error = call(&client).await.unwrap_err();
    let time = start.elapsed();
    assert!(time >= Duration::from_millis(300) && time < Duration::from_millis(600), "{time:?}");
    assert!(error.kind() == ErrorKind::Timeout, "{error:?}");
    assert_eq!((error.timeout(), error.phase()), (Some(TimeoutKind::Attempt), Phase::Sent));
    assert!(error.may_have_been_executed() && error.elapsed() >= Duration::from_millis(300));
    assert_eq!(
        format!("{error:#}"),
        "CreateThing: the attempt did not complete within 300ms (the request may have been executed)"
    );
    let call = client.call(ListThings {}).attempt_timeout(Duration::from_secs(9)).timeout(Duration::from_millis(200));
    let error = call.await.unwrap_err();
    assert_eq!((error.timeout(), error.phase()), (Some(TimeoutKind::Operation), Phase::Sent));
    let error = client.call(ListThings {}).timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::Operation), "{error}");
}

#[tokio::test]
async fn response_that_is_slow_times_out() {
    let head = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        connection.hold();
    });
    let drip = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while connection.stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    for peer in [head, drip] {
        let start = Instant::now();
        let error = call(&peer.client_with(config().attempt_timeout(Duration::from_millis(300)))).await.unwrap_err();
        assert!(start.elapsed() < Duration::from_millis(600));
        assert_eq!(error.timeout(), Some(TimeoutKind::Attempt), "{error:?}");
        assert!(error.may_have_been_executed());
    }
}

/// A connection whose handshake is never answered.
#[tokio::test]
async fn connection_that_is_not_established_times_out() {
    let peer = Peer::start(local::Connection::hold);
    let config = config().connect_timeout(Duration::from_millis(300)).endpoint(format!("https://{}", peer.address));
    let error = call(&Client::new(&SERVICE, config.clone()).unwrap()).await.unwrap_err();
    assert_eq!((error.timeout(), error.phase()), (Some(TimeoutKind::Connect), Phase::NotSent), "{error:?}");
    assert!(!error.may_have_been_executed() && error.is_retryable());
    assert_eq!(format!("{error:#}"), format!("CreateThing: no connection to {} within 300ms", peer.address));
    // The attempt's own limit can come first, and still nothing was sent.
    let client = Client::new(&SERVICE, config.attempt_timeout(Duration::from_millis(100))).unwrap();
    let error = call(&client).await.unwrap_err();
    assert_eq!((error.timeout(), error.phase()), (Some(TimeoutKind::Attempt), Phase::NotSent), "{error:?}");
}

#[tokio::test]
async fn response_without_end_is_limited() {
    let announced = Peer::answering("HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n{");
    let endless = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        while connection.stream.write_all(chunk.as_bytes()).is_ok() {}
    });
    for peer in [announced, endless] {
        let error = call(&peer.client()).await.unwrap_err();
        assert!(error.kind() == ErrorKind::ResponseTooLarge, "{error:?}");
        assert!(format!("{error:#}").contains("larger than 16777216 bytes"), "{error}");
        assert_eq!((error.status(), error.phase()), (Some(200), Phase::Responded));
        assert!(error.may_have_been_executed() && !error.is_retryable());
    }
    let exact = Peer::answering(raw("200 OK", "", "{\"Count\":12}"));
    assert!(call(&exact.client_with(config().max_response_bytes(12))).await.is_ok());
    assert!(
        matches!(call(&exact.client_with(config().max_response_bytes(11))).await, Err(error) if error.kind() == ErrorKind::ResponseTooLarge)
    );
}

/// Several pieces come together as one.
#[tokio::test]
async fn response_in_pieces_is_read() {
    let peer = Peer::start(|mut connection| {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        for piece in ["{\"Co", "unt\"", ":4", "2}"] {
            connection.send(&format!("{:x}\r\n{piece}\r\n", piece.len()));
            std::thread::sleep(Duration::from_millis(20));
        }
        connection.send("0\r\n\r\n");
    });
    assert_eq!(call(&peer.client()).await.unwrap().count, Some(42));
}

#[tokio::test]
async fn response_that_is_truncated_is_an_error() {
    let short = "HTTP/1.1 200 OK\r\nx-acs-request-id: R-9\r\ncontent-length: 100\r\n\r\n{\"Count\":1}";
    let chunked = "HTTP/1.1 200 OK\r\nx-acs-request-id: R-9\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"Cou";
    for bytes in [short, chunked] {
        let peer = Peer::start(move |mut connection| {
            connection.request();
            connection.send(bytes);
        });
        let error = call(&peer.client()).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Truncated, "{error:?}");
        assert_eq!((error.status(), error.request_id(), error.phase()), (Some(200), Some("R-9"), Phase::Responded));
        assert!(error.may_have_been_executed() && error.is_retryable());
        assert_eq!(
            error.to_string(),
            "CreateThing: the response broke off; its status says that the request succeeded (HTTP 200, request R-9)"
        );
        chain(&error);
    }
}

#[tokio::test]
async fn response_that_is_compressed_is_not_decoded() {
    let peer = Peer::answering(raw("200 OK", "content-encoding: gzip\r\n", "\x1f\x08\0\0not really"));
    let error = call(&peer.client()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Decode, "{error:?}");
}

/// Another host sees nothing of a request that is answered by a redirect to it.
#[tokio::test]
async fn redirect_is_not_followed() {
    let other = Peer::answering(raw("200 OK", "", "{}"));
    for status in ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"] {
        let peer = Peer::answering(raw(status, &format!("location: {}/x\r\n", other.endpoint()), ""));
        let error = call(&peer.client()).await.unwrap_err();
        assert!(error.kind() == ErrorKind::UnexpectedResponse, "{error:?}");
    }
    assert_eq!(other.count(), 0);
}

/// A call that is given up leaves nothing broken behind.
#[tokio::test]
async fn call_that_is_cancelled_leaves_nothing_behind() {
    let peer = Peer::start(|mut connection| {
        while connection.request().is_some() {
            std::thread::sleep(Duration::from_millis(30));
            connection.send(&raw("200 OK", "", "{\"Count\":1}"));
        }
    });
    let client = peer.client();
    for wait in 0..20 {
        let call = client.call(CreateThing::new(ProductType::CloudApp)).into_future();
        _ = tokio::time::timeout(Duration::from_millis(wait * 2), call).await;
    }
    assert_eq!(call(&client).await.unwrap().count, Some(1));
}

/// Returns no credentials, or none yet.
struct UnusualProvider {
    requests: Arc<AtomicUsize>,
    hang: bool,
}

impl ProvideCredentials for UnusualProvider {
    fn credentials(&self) -> CredentialsFuture<'_> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if self.hang {
            CredentialsFuture::new(std::future::pending())
        } else {
            CredentialsFuture::new(async {
                tokio::task::yield_now().await;
                Err(CredentialsError::new("the drawer is empty"))
            })
        }
    }

    fn name(&self) -> &str {
        "odd/drawer"
    }
}

#[tokio::test]
async fn call_without_credentials_is_an_error() {
    let peer = Peer::answering(raw("200 OK", "", "{}"));
    let requests = Arc::new(AtomicUsize::new(0));
    let client = peer.client_with(config().credentials(UnusualProvider { requests: requests.clone(), hang: false }));
    let error = call(&client).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Credentials, "{error:?}");
    assert_eq!(format!("{error:#}"), "CreateThing: no credentials from `odd/drawer`: the drawer is empty");
    assert_eq!((error.phase(), requests.load(Ordering::SeqCst)), (Phase::NotSent, 1));

    let client = peer.client_with(
        config().credentials(UnusualProvider { requests, hang: true }).timeout(Duration::from_millis(200)),
    );
    let error = call(&client).await.unwrap_err();
    assert_eq!((error.timeout(), error.phase()), (Some(TimeoutKind::Operation), Phase::NotSent), "{error:?}");
    assert_eq!(peer.count(), 0);
}

/// What the service quotes of a request does not get into a text.
#[tokio::test]
async fn response_with_secrets_is_redacted_in_errors() {
    let token = local::TOKEN;
    let escaped = "canary%2Btoken%2F77d0%3D";
    let twice = "canary%252Btoken%252F77d0%253D";
    let body = format!(
        "{{\"Code\":\"SignatureDoesNotMatch\",\"Message\":\"server string to sign is:{token} {escaped} {twice} {}\"}}",
        local::SECRET
    );
    let peer = Peer::answering(raw("400 Bad", "", &body));
    let credentials = Credentials::temporary(local::ID, local::SECRET, token);
    let config = config().credentials(credentials);
    let client = peer.client_with(config.clone());
    let error = call(&client).await.unwrap_err();
    assert_eq!(error.message(), "server string to sign is:*** *** *** ***");
    chain(&error);
    let shown = format!("{client:?} {config:?} {:?}", client.call(ListThings {}));
    assert!(!shown.contains("canary"), "{shown}");
    // The body itself is there for those who ask for it.
    assert!(std::str::from_utf8(error.body()).unwrap().contains(token));
}

/// Nor does what it quotes of a request's own secrets.
#[tokio::test]
async fn response_with_passwords_is_redacted_in_errors() {
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some("canary pass/word".into());
    let body =
        "{\"Code\":\"Weak\",\"Message\":\"canary pass/word, canary+pass%2Fword and canary%20pass%2Fword are weak\"}";
    let peer = Peer::answering(raw("400 Bad", "", body));
    let error = peer.client().call(request.clone()).await.unwrap_err();
    assert_eq!(error.message(), "***, *** and *** are weak");
    chain(&error);
    let page = Peer::answering(raw("502 Bad", "", "<title>you sent canary+pass%2Fword</title>"));
    let error = page.client().call(request).await.unwrap_err();
    assert!(format!("{error:#}").contains("you sent ***"), "{error}");
    chain(&error);
}

/// What a proxy refuses. The proxy is named by the environment, so this asks for itself in another process.
#[test]
fn proxy_that_refuses_is_an_error() {
    for answer in ["407 Proxy Authentication Required", "502 Bad Gateway"] {
        let proxy = Peer::answering(raw(answer, "", ""));
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "request_through_a_proxy_succeeds", "--ignored", "--nocapture"])
            .env("HTTPS_PROXY", format!("http://user:canary-proxy@{}", proxy.address))
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let expected = format!("the proxy {} made no connection to ", proxy.address);
        assert!(output.status.success() && text.contains(&expected), "{text}");
        assert!(!text.contains("canary"), "{text}");
        assert_eq!(proxy.count(), 1);
    }
}

#[ignore = "needs a proxy in the environment; run by the test above"]
#[tokio::test]
async fn request_through_a_proxy_succeeds() {
    let client = Client::new(&SERVICE, config().endpoint("thing.example.com")).unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Proxy, "{error:?}");
    assert!(!error.may_have_been_executed() && !error.is_retryable());
    println!("{error} {error:?} {:?}", chain(&error));
}

#[test]
fn client_without_a_runtime_can_be_created() {
    assert!(Client::new(&SERVICE, Config::new().region("cn-shanghai")).is_ok());
}
