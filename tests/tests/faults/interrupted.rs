//! Connections that end where they should not, and responses that lead elsewhere: rows 7 to 9, 14 and 36.

use std::net::Shutdown;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud_core::transport::{HttpTransport, Proxy};
use alicloud_core::{ErrorKind, Phase};
use alicloud_mock::Response;
use socket2::SockRef;

use super::figure::{Row, check, check_eq};
use super::local::{Peer, raw};
use super::*;

#[tokio::test]
async fn fault_07_reset_after_the_body_retries_only_reads() {
    let row = Row::new(7);
    for cut in [Response::cut().reset(), Response::cut(), Response::from_document().cut_after(9)] {
        for kind in BOTH {
            let fault = row.inject();
            let (mock, config) = mock().await;
            mock.script(kind.operation(), cut.clone(), 1);
            let outcome = kind.call(&client(config)).await;
            let arrived = mock.requests_of(kind.operation()).len();
            match kind {
                Read => check_eq!(fault, (outcome.expect("it is repeated"), arrived), (2, 2)),
                Write => {
                    let error = outcome.expect_err("nobody knows what became of it");
                    check!(fault, error.kind() == ErrorKind::Interrupted, "{error:?}");
                    check_eq!(fault, (error.attempts(), error.phase(), arrived), (1, Phase::Sent, 1));
                    check!(fault, error.may_have_been_executed());
                    check!(fault, format!("{error:#}").contains("the request may have been executed"), "{error}");
                    texts(&error);
                    row.mutations(1, arrived);
                }
            }
            row.requests(&mock);
            fault.end();
        }
    }
}

/// Keeps what arrives, and ends each connection after one answer: `end` says how, and brings back what can still be
/// read.
fn closing(
    end: impl Fn(local::Connection) -> Option<local::Connection> + Send + Sync + 'static,
) -> (Peer, Arc<Mutex<Vec<String>>>, Arc<AtomicUsize>) {
    let (seen, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let (log, count) = (seen.clone(), ended.clone());
    let peer = Peer::start(move |mut connection| {
        let Some(request) = connection.request() else { return };
        log.lock().expect("the log").push(request);
        connection.send(&raw("200 OK", "", "{}"));
        let rest = end(connection);
        count.fetch_add(1, Ordering::SeqCst);
        // A response on a half-closed connection arrives.
        let Some(mut connection) = rest else { return };
        while let Some(request) = connection.request() {
            log.lock().expect("the log").push(request);
        }
    });
    (peer, seen, ended)
}

#[tokio::test]
async fn fault_08_stale_pooled_connection_is_replaced() {
    let row = Row::new(8);
    for reset in [false, true] {
        for kind in BOTH {
            let (peer, seen, ended) = closing(move |connection| {
                if reset {
                    // Past the moment at which the answer is read.
                    std::thread::sleep(Duration::from_millis(20));
                    SockRef::from(&connection.stream).set_linger(Some(Duration::ZERO)).expect("a reset");
                }
                drop(connection);
                None
            });
            let client = client_of(&peer);
            let mut faults = Vec::new();
            for number in 0..4 {
                let fault = row.inject();
                let attempts = kind.numbered(&client, Some(number)).await.expect("a new connection");
                check_eq!(fault, attempts, 1, "nothing was sent on the old one");
                faults.push((number, fault));
                while ended.load(Ordering::SeqCst) <= number {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                // It is dead now, and the client has had the time to hear of it.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let seen = arrivals_by_number(seen.lock().expect("the log").drain(..));
            if kind == Write {
                row.mutations(4, seen.values().sum());
            }
            for (number, fault) in faults {
                check_eq!(fault, seen.get(&number), Some(&1), "{seen:?}");
                fault.end();
            }
        }
    }
    // One that has been idle for long is not waited for to die.
    let fault = row.inject();
    let (mock, config) = mock().await;
    let transport = HttpTransport::builder().proxy(Proxy::none()).pool_idle_timeout(Duration::from_millis(50));
    let client = client(config.transport(transport.build().expect("a transport")));
    for _ in 0..2 {
        Read.call(&client).await.expect("a connection");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    check_eq!(fault, mock.connections(), 2);
    row.requests(&mock);
    fault.end();
}

#[tokio::test]
async fn fault_09_close_that_races_with_a_request_is_handled() {
    let row = Row::new(9);
    for kind in BOTH {
        let (peer, seen, _) = closing(|connection| {
            connection.stream.shutdown(Shutdown::Write).ok()?;
            Some(connection)
        });
        let client = client_of(&peer);
        let mut faults = Vec::new();
        for number in 0..40 {
            let fault = row.inject();
            match kind.numbered(&client, Some(number)).await {
                Ok(attempts) => check!(fault, attempts <= if kind == Read { 3 } else { 2 }, "{attempts}"),
                Err(error) => {
                    check_eq!(fault, kind, Write, "{error:?}");
                    check!(
                        fault,
                        error.kind() == ErrorKind::Interrupted && error.may_have_been_executed(),
                        "{error:?}"
                    );
                    check_eq!(fault, error.attempts(), 1);
                }
            }
            faults.push((number, fault));
        }
        let seen = arrivals_by_number(seen.lock().expect("the log").drain(..));
        if kind == Write {
            row.mutations(40, seen.values().sum());
        }
        for (number, fault) in faults {
            let arrived = seen.get(&number).copied().unwrap_or_default();
            check!(fault, arrived <= if kind == Read { 3 } else { 1 }, "call {number} arrived {arrived} times");
            fault.end();
        }
    }
}

#[tokio::test]
async fn fault_14_response_shorter_than_its_length_is_an_error() {
    let row = Row::new(14);
    for kind in BOTH {
        let fault = row.inject();
        let (mock, config) = mock().await;
        mock.script(
            kind.operation(),
            Response::from_document().content_length(100_000).header("x-acs-request-id", "R-14"),
            1,
        );
        let outcome = kind.call(&client(config)).await;
        let arrived = mock.requests_of(kind.operation()).len();
        match kind {
            Read => check_eq!(fault, (outcome.expect("it is repeated"), arrived), (2, 2)),
            Write => {
                let error = outcome.expect_err("half a response");
                check!(fault, error.kind() == ErrorKind::Truncated, "{error:?}");
                check_eq!(fault, (error.status(), error.request_id()), (Some(200), Some("R-14")));
                check!(fault, format!("{error:#}").contains("its status says that the request succeeded"), "{error}");
                check!(fault, error.may_have_been_executed());
                row.mutations(1, arrived);
            }
        }
        row.requests(&mock);
        fault.end();
    }
}

#[tokio::test]
async fn fault_36_redirect_to_another_host_is_not_followed() {
    let row = Row::new(36);
    let other = Peer::answering(raw("200 OK", "", "{}"));
    for status in [301, 302, 303, 307, 308] {
        for kind in BOTH {
            let fault = row.inject();
            let (mock, config) = mock().await;
            let location = format!("{}/?x-acs-action={}", other.endpoint(), kind.operation());
            mock.script_all(Response::status(status).header("location", location), 1);
            let error = kind.call(&client(config)).await.expect_err("it is not followed");
            check!(fault, error.kind() == ErrorKind::UnexpectedResponse, "{error:?}");
            check_eq!(fault, (error.status(), error.attempts()), (Some(status), 1));
            check!(fault, format!("{error:#}").contains("redirect"), "{error}");
            // 303 follows a successful request, and a proxy may make any of them.
            check!(fault, error.may_have_been_executed());
            row.requests(&mock);
            fault.end();
        }
    }
    assert_eq!(other.count(), 0, "the other host saw nothing");
}
