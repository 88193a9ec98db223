//! Proxies: which requests they receive, and with which headers.

use alicloud_core::ErrorKind;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use alicloud_core::transport::{HttpTransport, Proxy, Tls, TransportErrorKind};
use http::Method;

use crate::local::{Connection, Peer, raw};
use crate::{Deliver as _, Message, get};

/// `user:canary pass` as in `proxy-authorization`.
const PUBLIC_FIELDS: &str = "proxy-authorization: Basic dXNlcjpjYW5hcnkgcGFzcw==\r\n";

fn through(proxy: Proxy) -> HttpTransport {
    HttpTransport::builder().proxy(proxy).tls(Tls::new().system_roots(false)).build().unwrap()
}

/// A peer that records the request before it responds.
fn keeping(then: impl Fn(Connection) + Send + Sync + 'static) -> (Peer, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let peer = Peer::start(move |mut connection| {
        if let Some(request) = connection.request() {
            log.lock().unwrap().push(request);
            then(connection);
        }
    });
    (peer, seen)
}

/// Passes bytes on in both ways until one end closes.
fn join(one: &TcpStream, two: &TcpStream) {
    fn pass(mut from: TcpStream, mut to: TcpStream) {
        _ = std::io::copy(&mut from, &mut to);
        _ = to.shutdown(std::net::Shutdown::Write);
    }
    let (from, to) = (one.try_clone().unwrap(), two.try_clone().unwrap());
    let there = std::thread::spawn(move || pass(from, to));
    pass(two.try_clone().unwrap(), one.try_clone().unwrap());
    there.join().unwrap();
}

#[tokio::test]
async fn proxy_for_plain_http_receives_the_request() {
    let (proxy, seen) = keeping(|mut connection| connection.send(&raw("200 OK", "", "from the proxy")));
    let transport = through(Proxy::new(format!("http://user:canary%20pass@{}", proxy.address)));
    let response = transport.deliver(Message::new(Method::GET, "http://thing.invalid/a?b=c")).await.unwrap();
    assert_eq!(response.body(), "from the proxy");
    let seen = seen.lock().unwrap();
    assert!(seen[0].starts_with("GET http://thing.invalid/a?b=c HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].contains(PUBLIC_FIELDS) && seen[0].contains("host: thing.invalid\r\n"), "{}", seen[0]);
}

#[tokio::test]
async fn proxy_for_https_receives_a_tunnel_request() {
    let target = Peer::start(|mut connection| {
        // The first byte of a handshake.
        let mut byte = [0];
        connection.stream.read_exact(&mut byte).unwrap();
        assert_eq!(byte, [0x16]);
    });
    let to = target.address;
    let (proxy, seen) = keeping(move |mut connection| {
        connection.send("HTTP/1.1 200 Connected\r\n\r\n");
        join(&connection.stream, &TcpStream::connect(to).unwrap());
    });
    let transport = through(Proxy::new(format!("http://user:canary%20pass@{}", proxy.address)));
    let error = transport.deliver(Message::new(Method::GET, "https://thing.invalid/?b=c")).await.unwrap_err();
    // The target hangs up in the handshake.
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
    assert_eq!(target.count(), 1);
    let seen = seen.lock().unwrap();
    assert!(seen[0].starts_with("CONNECT thing.invalid:443 HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].to_ascii_lowercase().contains(&PUBLIC_FIELDS.to_ascii_lowercase()), "{}", seen[0]);
    assert!(!seen[0].contains("b=c"));
}

#[tokio::test]
async fn proxy_that_refuses_is_an_error() {
    for (answer, reason) in
        [("407 Proxy Authentication Required", "authorization required"), ("502 Bad Gateway", "unsuccessful")]
    {
        let (proxy, _) = keeping(move |mut connection| connection.send(&raw(answer, "", "")));
        let transport = through(Proxy::new(format!("http://user:canary@{}", proxy.address)));
        let request = Message::new(Method::GET, "https://thing.invalid/");
        let progress = request.progress.clone();
        let error = transport.deliver(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Proxy, "{error:?}");
        let text = format!("{error:#}");
        let expected = format!("the proxy {} made no connection to thing.invalid: ", proxy.address);
        assert!(text.starts_with(&expected), "{text}");
        assert!(text.contains(reason), "{text}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        assert_eq!(format!("{progress:?}"), "Progress(waiting)");
    }
}

/// An address at which nothing listens.
fn closed_port() -> std::net::SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn proxy_that_is_unreachable_is_reported_with_its_address() {
    let target = Peer::answering(raw("200 OK", "", "from the target"));
    for scheme in ["http", "https", "socks5", "socks5h"] {
        for url in ["https://127.0.0.1:8081/".to_owned(), "http://127.0.0.1:8081/".to_owned(), target.endpoint() + "/"]
        {
            let address = closed_port();
            let transport = through(Proxy::new(format!("{scheme}://user:canary@{address}")));
            let request = Message::new(Method::GET, url.clone());
            let progress = request.progress.clone();
            let error = transport.deliver(request).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Proxy, "{scheme} {url} {error:?}");
            let text = format!("{error:#}");
            assert!(text.starts_with(&format!("no connection to the proxy {address}: ")), "{scheme} {url} {text}");
            assert!(!text.contains("8081"), "{text}");
            assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
            assert_eq!(format!("{progress:?}"), "Progress(waiting)");
        }
    }
    assert_eq!(target.count(), 0);
}

#[tokio::test]
async fn proxy_that_is_down_briefly_is_retried() {
    let (address, target) = (closed_port(), Peer::answering(raw("200 OK", "", "[]")));
    let transport = through(Proxy::new(format!("http://{address}")));
    let config = crate::local::config().max_attempts(3).endpoint(target.endpoint()).transport(transport);
    let client = alicloud_core::Client::new(&crate::thing::SERVICE, config).unwrap();
    let error = client.call(crate::thing::CreateThing::new(crate::thing::ProductType::CloudApp)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Proxy, "{error:?}");
    assert_eq!((error.attempts(), error.is_retryable(), error.may_have_been_executed()), (3, true, false));
    assert!(format!("{error:#}").contains(&format!("no connection to the proxy {address}")), "{error}");
    assert_eq!(target.count(), 0);
}

/// Failures behind a tunnel and failures of the proxy's certificate have different errors.
#[tokio::test]
async fn failure_behind_a_proxy_is_distinguished_from_one_of_the_proxy() {
    let target = Peer::start(|mut connection| {
        _ = connection.stream.read(&mut [0; 1]);
        connection.send("HTTP/1.1 400 plain text\r\n\r\n");
    });
    let to = target.address;
    let (proxy, _) = keeping(move |mut connection| {
        connection.send("HTTP/1.1 200 Connected\r\n\r\n");
        join(&connection.stream, &TcpStream::connect(to).unwrap());
    });
    let at = proxy.address;
    let error = through(Proxy::new(format!("http://{at}")));
    let error = error.deliver(Message::new(Method::GET, "https://thing.invalid/")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls, "{error:?}");
    let expected = format!("no secure connection to thing.invalid through the proxy {at}: ");
    assert!(format!("{error:#}").starts_with(&expected), "{error}");
    // A proxy that is said to be secure and is not.
    for url in ["https://thing.invalid/", "http://thing.invalid/"] {
        let error = through(Proxy::new(format!("https://user:canary@{to}")));
        let error = error.deliver(Message::new(Method::GET, url)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Tls, "{error:?}");
        assert!(format!("{error:#}").starts_with(&format!("no secure connection to the proxy {to}: ")), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn host_in_no_proxy_is_reported_itself() {
    let (proxy, host) = (closed_port(), closed_port());
    let transport = through(Proxy::new(format!("http://{proxy}")).no_proxy(["127.0.0.1"]));
    let error = transport.deliver(Message::new(Method::GET, format!("http://{host}/"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
    assert!(format!("{error:#}").starts_with(&format!("no connection to {host}: ")), "{error}");
}

#[tokio::test]
async fn proxy_with_socks_receives_the_request() {
    let target = Peer::answering(raw("200 OK", "", "from the target"));
    let to = target.address;
    let requests = Arc::new(Mutex::new(Vec::new()));
    let log = requests.clone();
    let proxy = Peer::start(move |connection| {
        let mut writer = connection.stream.try_clone().unwrap();
        let take = |count: usize| {
            let mut bytes = vec![0; count];
            (&connection.stream).read_exact(&mut bytes).unwrap();
            bytes
        };
        // Version, methods.
        let methods = take(2)[1];
        assert!(take(usize::from(methods)).contains(&2), "by user and password");
        writer.write_all(&[5, 2]).unwrap();
        let size = take(2)[1];
        let user = take(usize::from(size));
        let size = take(1)[0];
        let password = take(usize::from(size));
        writer.write_all(&[1, 0]).unwrap();
        // Version, connect, nothing, by name.
        assert_eq!(take(4), [5, 1, 0, 3]);
        let size = take(1)[0];
        let name = take(usize::from(size));
        let port = take(2);
        log.lock().unwrap().push((user, password, name, u16::from_be_bytes([port[0], port[1]])));
        writer.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        join(&connection.stream, &TcpStream::connect(to).unwrap());
    });
    let transport = through(Proxy::new(format!("socks5h://user:canary%20pass@{}", proxy.address)));
    let response = transport.deliver(Message::new(Method::GET, "http://thing.invalid/")).await.unwrap();
    assert_eq!(response.body(), "from the target");
    let text = |text: &str| text.as_bytes().to_vec();
    assert_eq!(*requests.lock().unwrap(), [(text("user"), text("canary pass"), text("thing.invalid"), 80)]);
}

#[tokio::test]
async fn hosts_in_no_proxy_are_connected_directly() {
    let target = Peer::answering(raw("200 OK", "", "direct"));
    let proxy = Peer::answering(raw("200 OK", "", "proxied"));
    for (except, direct) in [
        (vec![], false),
        (vec!["127.0.0.1"], true),
        (vec!["thing.example", "127.0.0.0/8"], true),
        (vec!["10.0.0.0/8", "0.0.1", "localhost", "*"], false),
    ] {
        let transport = through(Proxy::new(proxy.endpoint()).no_proxy(&except));
        let response = transport.deliver(get(&target)).await.unwrap();
        assert_eq!(response.body(), if direct { "direct" } else { "proxied" }, "{except:?}");
    }
    for (host, except, direct) in [
        ("thing.invalid", ".thing.invalid", true),
        ("a.thing.invalid", "thing.invalid", true),
        ("nothing.invalid", "thing.invalid", false),
        ("nothing.invalid", "*", true),
    ] {
        let transport = through(Proxy::new(proxy.endpoint()).no_proxy([except]));
        // The host does not exist, so the error shows that the proxy was not used.
        let response = transport.deliver(Message::new(Method::GET, format!("http://{host}/"))).await;
        assert_eq!(response.is_err(), direct, "{host} {except}");
    }
}

#[test]
fn proxy_with_an_invalid_url_is_refused_without_showing_it() {
    for url in [
        "user:canary@proxy.example:3128",
        "ftp://user:canary@proxy.example",
        "http://user:canary@",
        "http://user:canary@proxy.example:999999",
        "",
    ] {
        let builder = HttpTransport::builder().proxy(Proxy::new(url));
        let shown = format!("{builder:?}");
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Proxy, "{url}");
        assert!(!format!("{shown} {error} {error:?}").contains("canary"), "{shown} {error:?}");
    }
    let builder = HttpTransport::builder().proxy(Proxy::new("http://user:canary@proxy.example").no_proxy(["a", "b"]));
    assert!(format!("{builder:?}").contains(r#"Proxy { at: "proxy.example", no_proxy: "a,b," }"#), "{builder:?}");
    assert!(!format!("{:?}", builder.build().unwrap()).contains("canary"));
}

/// What the environment says counts if nothing else is said. It is that of the whole program, so this asks for itself
/// in another one.
#[test]
fn proxies_of_the_environment() {
    let proxy = Peer::answering(raw("200 OK", "", "proxied"));
    let other = Peer::answering(raw("200 OK", "", "other"));
    let at = |peer: &Peer| format!("http://user:canary@{}", peer.address);
    let none = String::new();
    for (variables, expected) in [
        (vec![("HTTP_PROXY", at(&proxy))], "proxied"),
        (vec![("http_proxy", at(&proxy))], "proxied"),
        (vec![("HTTP_PROXY", at(&proxy)), ("http_proxy", at(&other))], "proxied"),
        (vec![("ALL_PROXY", at(&other)), ("HTTP_PROXY", at(&proxy))], "proxied"),
        (vec![("ALL_PROXY", at(&proxy))], "proxied"),
        (vec![("HTTPS_PROXY", at(&proxy))], "failed"),
        (vec![("HTTP_PROXY", at(&proxy)), ("NO_PROXY", "thing.invalid".to_owned())], "failed"),
        (vec![("HTTP_PROXY", at(&proxy)), ("no_proxy", ".invalid".to_owned())], "failed"),
        (vec![("HTTP_PROXY", at(&proxy)), ("REQUEST_METHOD", "GET".to_owned())], "failed"),
        (vec![("HTTP_PROXY", none)], "failed"),
        (vec![("HTTP_PROXY", format!("http://user:canary@{}", closed_port()))], "no proxy"),
    ] {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "proxies::with_an_environment", "--ignored", "--nocapture"]);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_ascii_lowercase());
        }
        let output = command.env_remove("REQUEST_METHOD").envs(variables.iter().cloned()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains(&format!("<{expected}, unproxied>")), "{variables:?}: {text}");
        assert!(!text.contains("canary"), "{text}");
    }
}

#[ignore = "needs an environment of its own; run by the test above"]
#[tokio::test]
async fn with_an_environment() {
    let tls = Tls::new().system_roots(false);
    let usual = HttpTransport::builder().tls(tls.clone()).build().unwrap();
    let response = match usual.deliver(Message::new(Method::GET, "http://thing.invalid/")).await {
        Ok(response) => String::from_utf8(response.body().to_vec()).unwrap(),
        Err(error) => {
            println!("{error:?}");
            match format!("{error:#}").contains("no connection to the proxy") {
                true => "no proxy".to_owned(),
                false => "failed".to_owned(),
            }
        }
    };
    let none = HttpTransport::builder().proxy(Proxy::none()).tls(tls).build().unwrap();
    let unproxied = none.deliver(Message::new(Method::GET, "http://thing.invalid/")).await.is_err();
    println!("<{response}, {}>", if unproxied { "unproxied" } else { "proxied" });
}
