//! A service that is in trouble, or asks for a pause: rows 25 to 27 and 30.

use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use alicloud_core::Clock;
use alicloud_core::transport::BoxFuture;
use alicloud_mock::{Response, Times};

use super::figure::{Row, check, check_eq, tell};
use super::local::{Connection, Peer, raw};
use super::*;

#[tokio::test]
async fn fault_25_requested_delay_is_respected() {
    let row = Row::new(25);
    let pause = Duration::from_millis(150);
    let throttled = |status| Response::error(status, "Throttling.User", "slow down");
    let responses = [
        throttled(429).header("x-acs-retry-after", "150"),
        throttled(400).header("x-acs-retry-after", "150"),
        throttled(503).header("x-acs-retry-after", "150").header("retry-after", "9"),
    ];
    let (mock, config) = mock().await;
    let client = client(config.clone());
    for kind in BOTH {
        for response in &responses {
            let fault = row.inject();
            mock.script_all(response.clone(), 1);
            let start = Instant::now();
            check_eq!(fault, kind.call(&client).await.expect("after the pause"), 2);
            let time = start.elapsed();
            check!(fault, time >= pause && time < pause + Duration::from_secs(1), "{time:?}");
            fault.end();
        }
        // No use to wait: there is less time left.
        let fault = row.inject();
        mock.script_all(throttled(429).header("x-acs-retry-after", "30000"), 1);
        let start = Instant::now();
        let error = kind.call(&client).await.expect_err("throttled");
        check!(fault, start.elapsed() < Duration::from_secs(1) && error.is_throttling(), "{error:?}");
        check_eq!(fault, (error.retry_after(), error.attempts()), (Some(Duration::from_secs(30)), 1));
        fault.end();
    }
    // Each repetition is paid for: after a hundred of them calls fail at once.
    let fault = row.inject();
    mock.clear_requests();
    mock.script_all(throttled(429).header("x-acs-retry-after", "1"), Times::Always);
    let client = super::client(config.max_attempts(2));
    for _ in 0..120 {
        Write.call(&client).await.expect_err("throttled");
    }
    check_eq!(fault, mock.requests().len(), 120 + 100);
    row.requests(&mock);
    fault.end();
}

#[tokio::test]
async fn fault_26_invalid_delays_are_ignored() {
    let row = Row::new(26);
    let (mock, config) = mock().await;
    let client = client(config);
    let date = ("date", "Fri, 02 Jan 2026 03:04:05 GMT");
    for (name, value, wait) in [
        ("retry-after", "1000000000", Some(Duration::from_secs(1_000_000_000))),
        ("retry-after", "18446744073709551615", Some(Duration::from_secs(u64::MAX))),
        ("x-acs-retry-after", "18446744073709551615", Some(Duration::from_millis(u64::MAX))),
        ("retry-after", "Fri, 02 Jan 2099 03:04:05 GMT", Some(Duration::from_secs(2_303_683_200))),
        ("retry-after", "Fri, 02 Jan 2026 03:04:06 GMT", None),
        ("retry-after", "Fri, 02 Jan 2026 03:04:04 GMT", None),
        ("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("retry-after", "-5", None),
        ("retry-after", "0", None),
        ("retry-after", "1.5", None),
        ("retry-after", "soon", None),
        ("retry-after", "Fri, 99 Jan 2026 99:99:99 GMT", None),
        ("retry-after", "99999999999999999999999", None),
        ("x-acs-retry-after", "-1", None),
        ("x-acs-retry-after", "soon", None),
        ("x-acs-retry-after", "1e9", None),
    ] {
        let fault = row.inject();
        let busy = Response::error(503, "ServiceUnavailable", "busy").header(name, value).header(date.0, date.1);
        mock.script_all(busy, 1);
        let start = Instant::now();
        match (Read.call(&client).await, wait) {
            (Ok(attempts), None) => check_eq!(fault, attempts, 2, "{value}"),
            (Err(error), Some(wait)) => {
                check_eq!(fault, (error.retry_after(), error.attempts()), (Some(wait), 1), "{value}");
            }
            (outcome, _) => panic!("{name} {value}: {outcome:?}"),
        }
        let second = value == "Fri, 02 Jan 2026 03:04:06 GMT";
        check!(fault, second == (start.elapsed() >= Duration::from_secs(1)), "{value}: {:?}", start.elapsed());
        check!(fault, start.elapsed() < Duration::from_secs(2));
        mock.clear_scripts();
        fault.end();
    }
    row.requests(&mock);
}

/// A clock that runs faster by this factor and records the requested delays.
#[derive(Clone)]
struct FastClock {
    start: Instant,
    factor: u32,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl FastClock {
    fn new(factor: u32) -> Self {
        Self { start: Instant::now(), factor, waits: Arc::default() }
    }
}

impl Clock for FastClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed() * self.factor
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.waits.lock().expect("the waits").push(time);
        Box::pin(tokio::time::sleep(time / self.factor))
    }
}

/// A minute of failures for a hundred tasks, each of which calls once a second, twenty times as fast.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_27_retries_in_a_storm_are_limited() {
    const TASKS: usize = 100;
    const FACTOR: u32 = 20;
    let row = Row::new(27);
    let fault = row.inject();
    let storm = Arc::new(AtomicBool::new(true));
    let arrived = Arc::new(AtomicUsize::new(0));
    let (raging, count) = (storm.clone(), arrived.clone());
    let busy = raw("503 Busy", "", r#"{"Code":"ServiceUnavailable","Message":"busy"}"#);
    let peer = Peer::start(move |mut connection| {
        while connection.request().is_some() {
            count.fetch_add(1, Ordering::SeqCst);
            connection.send(if raging.load(Ordering::SeqCst) { &busy } else { "HTTP/1.1 204 Done\r\n\r\n" });
        }
    });
    let clock = FastClock::new(FACTOR);
    let client = client(config().endpoint(peer.endpoint()).clock(clock.clone()).timeout(Duration::from_secs(300)));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (client, clock) = (client.clone(), clock.clone());
            tokio::spawn(async move {
                let (mut calls, mut first) = (0, 0);
                while clock.monotonic() < Duration::from_secs(60) {
                    let error = Read.call(&client).await.expect_err("a storm");
                    first += usize::from(error.attempts() == 1);
                    calls += 1;
                    tokio::time::sleep(Duration::from_secs(1) / FACTOR).await;
                }
                (calls, first)
            })
        })
        .collect();
    let (mut calls, mut first) = (0, 0);
    for task in tasks {
        let (all, once) = task.await.expect("no panic");
        (calls, first) = (calls + all, first + once);
    }
    let arrived_in_the_storm = arrived.swap(0, Ordering::SeqCst);
    // No more than the budget allows: a hundred attempts beyond the first of each call.
    check!(fault, arrived_in_the_storm <= calls + 100, "{calls} calls, {arrived_in_the_storm} requests");
    check!(fault, first >= calls - 100, "all others failed at once");
    tell("amplification", format!("{:.3}", arrived_in_the_storm as f64 / calls as f64));
    tell("amplification.calls", calls);
    // It is over: calls succeed, and what they put back is there for the next failure.
    storm.store(false, Ordering::SeqCst);
    for _ in 0..25 {
        check_eq!(fault, Read.call(&client).await.expect("it is over"), 1);
    }
    storm.store(true, Ordering::SeqCst);
    let error = Read.call(&client).await.expect_err("another one");
    check_eq!(fault, error.attempts(), 3, "there is a budget again");
    fault.end();
}

#[tokio::test]
async fn retries_follow_the_backoff_schedule() {
    let peer = Peer::answering(raw("503 Busy", "", r#"{"Code":"ServiceUnavailable","Message":"busy"}"#));
    let (mut off, mut over, mut means) = (0, 0, Vec::new());
    let mut waits: [Vec<u128>; 4] = Default::default();
    for _ in 0..60 {
        let clock = FastClock::new(200);
        let limits = config().max_attempts(5).attempt_timeout(Duration::from_secs(3_000));
        let limits = limits.timeout(Duration::from_secs(4_000)).clock(clock.clone()).endpoint(peer.endpoint());
        let error = Read.call(&client(limits)).await.expect_err("busy");
        off = off.max(error.attempts().abs_diff(5));
        // Longer ones are the limits of attempts.
        let all: Vec<_> = clock.waits.lock().expect("the waits").drain(..).collect();
        let pauses = all.into_iter().filter(|wait| *wait < Duration::from_secs(1_000));
        for (slot, pause) in waits.iter_mut().zip(pauses) {
            slot.push(pause.as_micros());
        }
    }
    // Each is anything up to twice the one before: none is longer, and on average they are half as long.
    for (index, waits) in waits.iter().enumerate() {
        let most = 100_000u128 << index;
        over = over.max(waits.iter().map(|wait| wait.saturating_sub(most)).max().unwrap_or_default());
        means.push(waits.iter().sum::<u128>() as f64 / waits.len() as f64 / most as f64);
    }
    tell("schedule.attempts_off", off);
    tell("schedule.over_us", over);
    assert_eq!((off, over), (0, 0));
    let worst = means.iter().map(|mean| (mean - 0.5).abs()).fold(0.0, f64::max);
    tell("schedule.mean_deviation", format!("{worst:.3}"));
    assert!(worst < 0.25, "{means:?}");
}

/// A proxy in front of a mock: it delivers each of the first requests twice, and passes on the second response.
fn replaying(mock: SocketAddr, twice: usize) -> Peer {
    let count = AtomicUsize::new(0);
    Peer::start(move |mut connection| {
        while let Some(request) = connection.request() {
            let times = if count.fetch_add(1, Ordering::SeqCst) < twice { 2 } else { 1 };
            let mut response = String::new();
            for _ in 0..times {
                let stream = TcpStream::connect(mock).expect("the mock");
                let mut behind = Connection { stream, number: 0 };
                behind.send(&request);
                // A response is read as a request is.
                response = behind.request().expect("a response");
            }
            connection.send(&response);
        }
    })
}

#[tokio::test]
async fn fault_30_request_that_a_proxy_replays_is_detected() {
    let row = Row::new(30);
    for kind in BOTH {
        for twice in [1, usize::MAX] {
            let fault = row.inject();
            let (mock, config) = mock().await;
            let proxy = replaying(mock.address(), twice);
            let outcome = kind.call(&client(config.endpoint(proxy.endpoint()))).await;
            let requests = mock.requests_of(kind.operation());
            let executed = requests.iter().filter(|request| request.refusal.is_none()).count();
            match (kind, outcome) {
                (Read, Ok(attempts)) => check_eq!(fault, (attempts, twice), (2, 1), "with another nonce"),
                (_, Ok(attempts)) => fault.check(false, format_args!("a success after {attempts} attempts")),
                (_, Err(error)) => {
                    let attempts = if kind == Read { 2 } else { 1 };
                    check_eq!(fault, (error.code(), error.attempts()), (Some("SignatureNonceUsed"), attempts));
                    check!(fault, error.may_have_been_executed(), "it was");
                    check!(fault, kind == Write || twice > 1, "a read is sent once more");
                }
            }
            if kind == Write {
                check_eq!(fault, (executed, requests.len()), (1, 2), "executed once, and refused once");
                row.mutations(1, executed);
            }
            fault.end();
        }
    }
}

#[tokio::test]
async fn fault_30_used_nonce_is_replaced() {
    let row = Row::new(30);
    let (mock, config) = mock().await;
    let client = client(config);
    for status in [400, 403, 409, 500, 503] {
        for kind in BOTH {
            let fault = row.inject();
            mock.clear_requests();
            let used = Response::error(status, "SignatureNonceUsed", "again").header("x-acs-retry-after", "1");
            mock.script_all(used, 5);
            let error = kind.call(&client).await.expect_err("it is refused");
            let attempts = if kind == Read { 2 } else { 1 };
            check_eq!(fault, (error.attempts() as usize, mock.requests().len()), (attempts, attempts));
            check!(fault, error.may_have_been_executed() && !error.is_throttling(), "{error:?}");
            mock.clear_scripts();
            if kind == Write {
                row.mutations(1, mock.requests_of(WRITE).len());
            }
            row.requests(&mock);
            fault.end();
        }
    }
}
