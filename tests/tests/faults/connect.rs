//! No connection: rows 1 to 6.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use alicloud_appstream_center_20210901::Config;
use alicloud_core::transport::{HttpTransport, Proxy, Tls};
use alicloud_core::{ErrorKind, Phase, TimeoutKind};
use alicloud_mock::ConnectionFault;
use socket2::{Domain, SockRef, Socket, Type};

use super::figure::{Row, check, check_eq, deadline};
use super::local::secure::{EXPIRED, GOOD, OTHER, ROOT, answer, showing};
use super::local::{Peer, raw};
use super::*;

#[tokio::test]
async fn fault_01_unknown_host_is_an_error() {
    let row = Row::new(1);
    for kind in BOTH {
        let fault = row.inject();
        let limit = Duration::from_secs(10);
        let client = client(config().endpoint("appstream.invalid").timeout(limit));
        let start = Instant::now();
        let error = kind.call(&client).await.expect_err("no such host");
        deadline(limit, start.elapsed());
        check!(fault, error.kind() == ErrorKind::Connect, "{error:?}");
        check!(fault, format!("{error:#}").contains("appstream.invalid"), "{error}");
        check_eq!(fault, (error.attempts(), error.phase()), (3, Phase::NotSent), "{kind:?} {error:?}");
        check!(fault, error.is_retryable() && !error.may_have_been_executed());
        texts(&error);
        fault.end();
    }
}

/// A bound port that accepts no connections.
fn unresponsive_port() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a port");
    let address = socket.local_addr().expect("an address").as_socket().expect("of this kind");
    (socket, address)
}

/// Answers every request on every connection that the socket accepts.
fn serve(socket: Socket) {
    let listener: std::net::TcpListener = socket.into();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut connection = local::Connection { stream, number: 0 };
                while connection.request().is_some() {
                    connection.send(&raw("200 OK", "", "{}"));
                }
            });
        }
    });
}

#[tokio::test]
async fn fault_02_refused_connection_is_an_error() {
    let row = Row::new(2);
    for kind in BOTH {
        let fault = row.inject();
        let (socket, address) = unresponsive_port();
        let config = config().endpoint(format!("http://{address}"));
        let error = kind.call(&client(config.clone())).await.expect_err("nobody listens");
        check!(fault, error.kind() == ErrorKind::Connect, "{error:?}");
        check!(fault, format!("{error:#}").contains(&address.to_string()), "{error}");
        check_eq!(fault, (error.attempts(), error.phase()), (3, Phase::NotSent), "{kind:?} {error:?}");
        check!(fault, error.is_retryable() && !error.may_have_been_executed());
        texts(&error);
        // Somebody listens after a while.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(60));
            socket.listen(128).expect("it listens");
            serve(socket);
        });
        let attempts = kind.call(&client(config.max_attempts(20))).await.expect("it is tried until it works");
        check!(fault, attempts > 1);
        fault.end();
    }
}

/// Speaks HTTP behind a certificate, after it has reset so many connections. Counts the requests.
fn secure(certificate: &'static [u8], resets: usize) -> (Peer, Arc<AtomicUsize>) {
    let (config, count) = (Arc::new(showing(certificate)), Arc::new(AtomicUsize::new(0)));
    let requests = count.clone();
    let peer = Peer::start(move |connection| {
        if connection.number < resets {
            return SockRef::from(&connection.stream).set_linger(Some(Duration::ZERO)).expect("a reset");
        }
        answer(connection, &config, || {
            requests.fetch_add(1, Ordering::SeqCst);
            raw("200 OK", "connection: close\r\n", "{}")
        });
    });
    (peer, count)
}

/// `trusting` believes in the authority that made the certificates.
fn securely(peer: &Peer, trusting: bool) -> Config {
    let tls = if trusting { Tls::new().system_roots(false).add_root_certificates(ROOT) } else { Tls::new() };
    let transport = HttpTransport::builder().proxy(Proxy::none()).tls(tls).build().expect("a transport");
    config().endpoint(format!("https://{}", peer.address)).transport(transport)
}

#[tokio::test]
async fn fault_03_untrusted_certificates_are_refused() {
    let row = Row::new(3);
    for kind in BOTH {
        for (certificate, trusting, reason) in
            [(GOOD, false, "UnknownIssuer"), (OTHER, true, "other.example.com"), (EXPIRED, true, "xpired")]
        {
            let fault = row.inject();
            let (peer, requests) = secure(certificate, 0);
            let error = kind.call(&client(securely(&peer, trusting))).await.expect_err("no trust");
            check!(fault, error.kind() == ErrorKind::Tls, "{error:?}");
            check_eq!(fault, (error.attempts(), error.phase(), peer.count()), (1, Phase::NotSent, 1), "never again");
            check!(fault, !error.is_retryable() && !error.may_have_been_executed());
            check!(
                fault,
                format!("{error:#}").contains("127.0.0.1") && format!("{error:#}").contains(reason),
                "{error}"
            );
            check!(fault, !texts(&error).contains("PRIVATE KEY"));
            check_eq!(fault, requests.load(Ordering::SeqCst), 0);
            fault.end();
        }
    }
    let (peer, _) = secure(GOOD, 0);
    Read.call(&client(securely(&peer, true))).await.expect("a certificate that is in order");
}

/// A listener whose queue is full, so that whoever wants to connect hears nothing.
fn full() -> (Socket, SocketAddr, Vec<TcpStream>) {
    let (socket, address) = unresponsive_port();
    socket.listen(0).expect("it listens");
    let waiting = std::iter::from_fn(|| TcpStream::connect_timeout(&address, Duration::from_millis(150)).ok());
    let waiting = waiting.take(16).collect();
    (socket, address, waiting)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn fault_04_hanging_connection_times_out() {
    let row = Row::new(4);
    for kind in BOTH {
        let fault = row.inject();
        let (socket, address, waiting) = full();
        let limit = Duration::from_millis(150);
        let config = config().endpoint(format!("http://{address}")).connect_timeout(limit);
        let error = kind.call(&client(config.clone())).await.expect_err("nobody answers");
        check_eq!(fault, (error.timeout(), error.phase()), (Some(TimeoutKind::Connect), Phase::NotSent), "{error:?}");
        check_eq!(fault, error.attempts(), 3, "{error:?}");
        check!(
            fault,
            error.elapsed() >= 3 * limit && error.elapsed() < 3 * limit + Duration::from_secs(1),
            "{error:?}"
        );
        check!(fault, error.is_retryable() && !error.may_have_been_executed());
        // The queue moves after a while.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            drop(waiting);
            serve(socket);
        });
        let attempts = kind.call(&client(config.max_attempts(20))).await.expect("it is tried until it works");
        check!(fault, attempts > 1);
        fault.end();
    }
}

#[tokio::test]
async fn fault_05_refusing_proxy_is_an_error() {
    let row = Row::new(5);
    for answer in ["407 Proxy Authentication Required", "502 Bad Gateway"] {
        for kind in BOTH {
            let fault = row.inject();
            let peer = Peer::answering(raw(answer, "", ""));
            let proxy = Proxy::new(format!("http://user:canary-proxy@{}", peer.address));
            let transport = HttpTransport::builder().proxy(proxy.clone()).build().expect("a transport");
            let config = config().endpoint("appstream.example.com").transport(transport.clone());
            let error = kind.call(&client(config)).await.expect_err("no tunnel");
            check!(fault, error.kind() == ErrorKind::Proxy, "{error:?}");
            check_eq!(fault, (error.attempts(), error.phase(), peer.count()), (1, Phase::NotSent, 1));
            check!(fault, !error.may_have_been_executed() && !error.is_retryable());
            // The last text is user and password as a header has them.
            let shown = format!("{} {proxy:?} {transport:?}", texts(&error));
            check!(fault, !shown.contains("canary") && !shown.contains("dXNlcjpjYW5hcnktcHJveHk="), "{shown}");
            fault.end();
        }
    }
}

#[tokio::test]
async fn fault_06_reset_before_any_byte_is_retried() {
    let row = Row::new(6);
    for kind in BOTH {
        // In the handshake, twice: certainly nothing was sent.
        let faults = [row.inject(), row.inject()];
        let (peer, requests) = secure(GOOD, 2);
        let attempts = kind.call(&client(securely(&peer, true))).await.expect("the third time");
        for fault in faults {
            check_eq!(fault, (attempts, peer.count(), requests.load(Ordering::SeqCst)), (3, 3, 1));
            fault.end();
        }

        // Without one the reset may come before or after the client began to write, and only the client can tell.
        let fault = row.inject();
        let (mock, config) = mock().await;
        mock.break_connections(ConnectionFault::Reset, 1);
        match kind.call(&client(config)).await {
            Ok(attempts) => check_eq!(fault, attempts, 2),
            Err(error) => check!(fault, kind == Write && error.may_have_been_executed(), "{kind:?} {error:?}"),
        }
        if kind == Write {
            row.mutations(1, mock.requests_of(WRITE).len());
        }
        row.requests(&mock);
        fault.end();
    }
}
