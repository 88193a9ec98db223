//! Values that must not get through, or must get through unharmed: rows 39 to 42.

use std::net::TcpListener;
use std::time::Duration;

use alicloud_core::__private::{Bytes, Value};
use alicloud_core::sign::SignatureVersion;
use alicloud_core::{Client as CoreClient, ErrorKind, Phase};
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET};

use super::figure::{Fault, Row, check, check_eq};
use super::local::{Peer, raw};
use super::thing::{CreateThing, ProductType as Product, Recognize, SERVICE, UpdateThing};
use super::*;

const BOTH_SIGNATURES: [SignatureVersion; 2] = [SignatureVersion::V3, SignatureVersion::HmacSha1];

#[tokio::test]
async fn fault_39_line_breaks_in_headers_are_refused() {
    let row = Row::new(39);
    let peer = Peer::answering(raw("200 OK", "", "{}"));
    let config = || config().endpoint(peer.endpoint());
    let is_invalid = |fault: &Fault<'_>, error: Error| {
        check!(fault, error.kind() == ErrorKind::InvalidInput, "{error:?}");
        check_eq!(fault, error.phase(), Phase::NotSent);
        check!(fault, !format!("{error:#}").contains(['\r', '\n']), "{error}");
        texts(&error);
    };
    for evil in ["a\r\nx-evil: 1", "a\nx-evil: 1", "a\rb", "a\0b", "\r\n\r\nGET / HTTP/1.1\r\n\r\n"] {
        let fault = row.inject();
        for name in ["x-acs-note", "x-note", "content-type"] {
            let call = client(config()).list_regions(Default::default()).header(name, format!("canary{evil}"));
            is_invalid(&fault, call.await.expect_err("a value that no header can have"));
        }
        let call = client(config()).list_regions(Default::default()).header(format!("x-{evil}"), "1");
        is_invalid(&fault, call.await.expect_err("a name that no header can have"));
        is_invalid(&fault, Client::new(config().region(format!("cn-{evil}"))).expect_err("no region"));
        is_invalid(&fault, Client::new(config().user_agent(evil)).expect_err("no user agent"));
        is_invalid(&fault, Client::new(config().endpoint(format!("host.example.com{evil}"))).expect_err("no endpoint"));
        fault.end();
        // A key is no input of the call, but it must not get through either.
        let fault = row.inject();
        let evil = Credentials::temporary(format!("canary{evil}"), "canary", format!("canary{evil}"));
        let error = Read.call(&client(config().credentials(evil))).await.expect_err("no header can have it");
        check!(fault, error.kind() == ErrorKind::Configuration, "{error:?}");
        texts(&error);
        fault.end();
    }
    assert_eq!(peer.count(), 0, "nothing was sent");
}

/// A mock that takes every operation as long as its signature is right, and a client for it.
async fn anything(signature: SignatureVersion) -> (Mock, CoreClient) {
    let mock = Mock::builder().start().await.expect("the mock starts");
    let credentials = Credentials::access_key(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET);
    let config = config().endpoint(mock.url()).credentials(credentials).signature(signature).max_attempts(1);
    // A mebibyte takes a while to sign where nothing is optimised.
    let config = config.attempt_timeout(Duration::from_secs(60)).timeout(Duration::from_secs(60));
    (mock, CoreClient::new(&SERVICE, config).expect("a client"))
}

fn update(cluster: &str) -> UpdateThing {
    UpdateThing { cluster_id: cluster.into(), dry: None, empty: None, extra: None, body: None }
}

#[tokio::test]
async fn fault_40_path_parameters_stay_one_segment() {
    let row = Row::new(40);
    for signature in BOTH_SIGNATURES {
        let (mock, client) = anything(signature).await;
        for (value, segment) in [
            ("../x", "..%2Fx"),
            ("a/b", "a%2Fb"),
            ("%2e%2e", "%252e%252e"),
            ("%2F", "%252F"),
            ("a?b=c", "a%3Fb%3Dc"),
            ("a#b", "a%23b"),
            ("...", "..."),
            ("a\\b", "a%5Cb"),
            (" ", "%20"),
            ("ü/👍", "%C3%BC%2F%F0%9F%91%8D"),
            ("a\r\nb", "a%0D%0Ab"),
            (";x=1", "%3Bx%3D1"),
        ] {
            let fault = row.inject();
            // The mock verifies the signature over the path as it arrives.
            client.call(update(value)).await.unwrap_or_else(|error| panic!("{value:?}: {error}"));
            let request = mock.requests().pop().expect("it arrived");
            check_eq!(fault, request.target, format!("/api/v2/clusters/{segment}"), "{signature:?}");
            fault.end();
        }
        for value in ["", ".", ".."] {
            let fault = row.inject();
            let error = client.call(update(value)).await.expect_err("no segment of a path");
            check!(fault, error.kind() == ErrorKind::InvalidInput, "{error:?}");
            check!(fault, format!("{error:#}").contains("ClusterId"), "{error}");
            check_eq!(fault, (error.phase(), error.attempts()), (Phase::NotSent, 0));
            fault.end();
        }
        row.requests(&mock);
    }
}

#[tokio::test]
async fn fault_41_awkward_content_arrives_unchanged() {
    let row = Row::new(41);
    let mebibyte = "ä%+&=".repeat((1 << 20) / 6);
    for signature in BOTH_SIGNATURES {
        let (mock, client) = anything(signature).await;
        let values = ["+", "*", "~", "%", " ", "a b", "👍 é 名", "\0", "%7E%2A", "a=b&c=d;e", "'\"<>\\", "\r\n\t", ""];
        for value in values.into_iter().chain([mebibyte.as_str()]) {
            let fault = row.inject();
            let mut request = CreateThing::new(Product::from(value));
            request.users = Some(vec![value.into(), "*".into()]);
            request.labels = Some([("k~ *".to_owned(), value.to_owned())].into());
            request.anything = Some(Value::String(value.into()));
            let short: String = value.chars().take(3).collect();
            // Right is what the mock's own canonical form, hash and signature say.
            let call = client.call(request).query("q~ *", short.as_str());
            call.await.unwrap_or_else(|error| panic!("{signature:?} {short:?}: {error}"));
            let arrived = mock.requests().pop().expect("it arrived");
            for name in ["ProductType", "Users.1", "Labels.k~ *", "Anything"] {
                check!(fault, arrived.form_value(name) == Some(value), "{signature:?} {name} {short:?}");
            }
            check_eq!(fault, arrived.query_value("q~ *"), Some(short.as_str()));
            fault.end();
        }
        // Bytes, and JSON.
        let fault = row.inject();
        let bytes: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
        client.call(Recognize { kind: Some("*~".into()), body: Bytes::from(bytes.clone()) }).await.expect("bytes");
        check!(fault, mock.requests().pop().is_some_and(|request| request.body == bytes));
        let body = Value::from_iter([("text", mebibyte.as_str())]);
        client.call(UpdateThing { body: Some(body.clone()), ..update("c") }).await.expect("JSON");
        check!(fault, mock.requests().pop().and_then(|request| request.json()).is_some_and(|json| json == body));
        fault.end();
        row.requests(&mock);
    }
}

#[tokio::test]
async fn fault_42_endpoints_of_all_kinds_are_checked() {
    let row = Row::new(42);
    let made = |endpoint: &str, plain: bool| {
        let config = config().endpoint(endpoint).allow_http(plain);
        CoreClient::new(&SERVICE, config).map(|client| client.endpoint().to_owned())
    };
    for (endpoint, host) in [
        ("thing.example.com", "thing.example.com"),
        ("https://Thing.Example.com/", "thing.example.com"),
        ("https://thing.example.com:443", "thing.example.com"),
        ("thing.example.com:8443", "thing.example.com:8443"),
        ("thing.example.com.", "thing.example.com"),
        ("thing.example.com.:8443", "thing.example.com:8443"),
        ("[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        ("http://localhost:80", "localhost"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://127.0.0.9", "127.0.0.9"),
    ] {
        let fault = row.inject();
        check_eq!(fault, made(endpoint, false).expect("an endpoint"), host, "{endpoint}");
        fault.end();
    }
    for endpoint in [
        "http://thing.example.com",
        "http://10.0.0.1",
        "https://user:canary@thing.example.com",
        "user@thing.example.com",
        "thing.example.com/path",
        "thing.example.com?a=b",
        "thing.example.com#a",
        "ftp://thing.example.com",
        "2001:db8::1",
        "[2001:db8::1",
        "thing.example.com:0",
        "thing.example.com:65536",
        "thing.example.com:+1",
        "thing..example.com",
        "",
        "https://",
        "1.2.3",
    ] {
        let fault = row.inject();
        let error = made(endpoint, false).expect_err(endpoint);
        check!(fault, error.kind() == ErrorKind::InvalidInput, "{endpoint}: {error:?}");
        texts(&error);
        fault.end();
    }
    assert_eq!(made("http://thing.example.com", true).expect("it is allowed"), "thing.example.com");
    // The host that is called is the host that is signed.
    let fault = row.inject();
    let (mock, config) = mock().await;
    let port = mock.address().port();
    for endpoint in [format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}/")] {
        Read.call(&client(config.clone().endpoint(endpoint))).await.expect("the signature is right");
    }
    let hosts: Vec<_> = mock.requests().iter().map(|request| request.header("host").map(str::to_owned)).collect();
    check_eq!(fault, hosts, [format!("localhost:{port}"), format!("127.0.0.1:{port}")].map(Some));
    row.requests(&mock);
    if let Ok(listener) = TcpListener::bind("[::1]:0") {
        let address = listener.local_addr().expect("an address");
        let answer = std::thread::spawn(move || {
            let stream = listener.accept().expect("a connection").0;
            let mut connection = local::Connection { stream, number: 0 };
            let request = connection.request().expect("a request");
            connection.send(&raw("200 OK", "", "{}"));
            request
        });
        let endpoint = format!("http://[::1]:{}", address.port());
        Read.call(&client(config.endpoint(endpoint))).await.expect("over IPv6");
        let request = answer.join().expect("no panic").to_ascii_lowercase();
        check!(fault, request.contains(&format!("host: [::1]:{}\r\n", address.port())), "{request}");
    }
    fault.end();
}
