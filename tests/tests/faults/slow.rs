//! Responses that take their time or have no end: rows 10 to 13.

use std::time::{Duration, Instant};

use alicloud_core::{ErrorKind, Phase, TimeoutKind};
use alicloud_mock::{Response, Times};

use super::figure::{Row, check, check_eq, deadline, tell};
use super::*;

#[tokio::test]
async fn fault_10_silence_after_the_headers_times_out() {
    let row = Row::new(10);
    for kind in BOTH {
        let fault = row.inject();
        let (mock, config) = mock().await;
        let client = client(config.attempt_timeout(Duration::from_millis(400)));
        mock.script(kind.operation(), Response::from_document().hang_body_after(0), 1);
        let outcome = kind.call(&client).await;
        match kind {
            Read => check_eq!(fault, outcome.expect("it is repeated"), 2),
            Write => {
                let error = outcome.expect_err("nobody knows what became of it");
                check_eq!(fault, (error.timeout(), error.attempts()), (Some(TimeoutKind::Attempt), 1), "{error:?}");
                check!(fault, error.may_have_been_executed());
                row.mutations(1, mock.requests_of(WRITE).len());
            }
        }
        // The connection that fell silent is not used again.
        let silent = mock.requests()[0].connection;
        kind.call(&client).await.expect("another connection");
        let later: Vec<u64> = mock.requests()[1..].iter().map(|request| request.connection).collect();
        check!(fault, !later.is_empty() && !later.contains(&silent), "{later:?}");
        row.requests(&mock);
        fault.end();
    }
}

#[tokio::test]
async fn fault_11_one_byte_at_a_time_times_out() {
    let row = Row::new(11);
    let drips = [
        Response::from_document().trickle(1, Duration::from_millis(100)),
        Response::from_document().trickle_body(1, Duration::from_millis(100)),
    ];
    for drip in drips {
        let fault = row.inject();
        let (mock, config) = mock().await;
        mock.script_all(drip.clone(), Times::Always);
        let limit = Duration::from_millis(2_500);
        // The call's own limit.
        let start = Instant::now();
        let error = Read.call(&client(config.clone().timeout(limit))).await.expect_err("it takes too long");
        deadline(limit, start.elapsed());
        check_eq!(fault, (error.timeout(), error.phase()), (Some(TimeoutKind::Operation), Phase::Sent), "{error:?}");
        // An attempt's.
        let start = Instant::now();
        let error = Write.call(&client(config.attempt_timeout(limit))).await.expect_err("it takes too long");
        deadline(limit, start.elapsed());
        check_eq!(fault, (error.timeout(), error.attempts()), (Some(TimeoutKind::Attempt), 1), "{error:?}");
        row.mutations(1, mock.requests_of(WRITE).len());
        row.requests(&mock);
        fault.end();
    }
}

/// What a response may have, unless the configuration says otherwise.
const CAP: u64 = 16 << 20;

#[tokio::test]
async fn fault_12_too_large_body_is_an_error() {
    if let Ok(endpoint) = std::env::var(ENDPOINT) {
        return measured(endpoint).await;
    }
    let row = Row::new(12);
    for body in [
        Response::repeated(200, "application/json", " ", 100 << 20),
        Response::repeated(200, "application/json", " ", u64::MAX).chunked(),
    ] {
        for kind in BOTH {
            let fault = row.inject();
            let (mock, config) = mock().await;
            mock.script(kind.operation(), body.clone(), Times::Always);
            let error = kind.call(&client(config)).await.expect_err("too large");
            check!(fault, error.kind() == ErrorKind::ResponseTooLarge, "{error:?}");
            check!(fault, format!("{error:#}").contains(&format!("larger than {CAP} bytes")), "{error}");
            check_eq!(fault, (error.status(), error.attempts()), (Some(200), 1));
            check!(fault, error.may_have_been_executed() && !error.is_retryable());
            row.requests(&mock);
            fault.end();
        }
    }
    // The memory that one takes, in another process, which has nothing else to do.
    let (mock, _) = mock().await;
    mock.script(READ, Response::repeated(200, "application/json", " ", 100 << 20).until_close(), Times::Always);
    let output = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "slow::fault_12_too_large_body_is_an_error", "--nocapture"])
        .env(ENDPOINT, mock.url())
        .output()
        .expect("another process");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let peak = text.lines().find_map(|line| line.strip_prefix("peak ")).map(|peak| peak.parse::<u64>());
    if let Some(peak) = peak {
        let peak = peak.expect("a number of bytes");
        tell("peak_bytes", peak);
        tell("peak_over_cap", peak.saturating_sub(CAP));
        // The response, and what the HTTP library reads ahead: pieces of up to 408 KiB, two or three at once.
        assert!(peak < CAP + (2 << 20), "{peak} bytes");
    }
}

/// Marks the process that measures itself, and names the server.
const ENDPOINT: &str = "FAULTS_ENDPOINT";

async fn measured(endpoint: String) {
    let credentials =
        Credentials::access_key(alicloud_mock::DEFAULT_ACCESS_KEY_ID, alicloud_mock::DEFAULT_ACCESS_KEY_SECRET);
    let client = client(config().endpoint(endpoint).credentials(credentials));
    // What is needed once.
    Write.call(&client).await.expect("a small response");
    _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = peak();
    let error = Read.call(&client).await.expect_err("too large");
    assert!(error.kind() == ErrorKind::ResponseTooLarge, "{error:?}");
    if let (Some(before), Some(after)) = (before, peak()) {
        println!("peak {}", after - before);
    }
}

/// The peak memory of this process in bytes, if the system reports it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// 16 MiB of blanks in 16 KiB.
const BOMB: &[u8] = include_bytes!("bomb.gz");

#[tokio::test]
async fn fault_13_compressed_response_is_not_decoded() {
    let row = Row::new(13);
    for kind in BOTH {
        let fault = row.inject();
        let (mock, config) = mock().await;
        let bomb = Response::bytes(200, "application/json", BOMB).header("content-encoding", "gzip");
        mock.script_all(bomb, Times::Always);
        // Much less than its decompressed size, and enough for the compressed one.
        let error = kind.call(&client(config.max_response_bytes(1 << 20))).await.expect_err("it is not unpacked");
        check!(fault, error.kind() == ErrorKind::Decode, "{error:?}");
        check_eq!(fault, (&error.body()[..], error.attempts()), (BOMB, 1));
        check!(
            fault,
            mock.requests().iter().all(|request| request.header("accept-encoding").is_none()),
            "nobody asked"
        );
        row.requests(&mock);
        fault.end();
    }
}
