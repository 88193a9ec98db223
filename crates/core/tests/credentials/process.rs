//! Programs that write credentials.
#![cfg(unix)]

use std::time::{Duration, Instant};

use alicloud_core::credentials::{CliProfileCredentials, ProcessCredentials, ProvideCredentials, ProviderContext};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::services::{FakeServices, clean, error, id};

/// A program that counts how often it is run, and then does this.
fn program(home: &Home, body: &str) -> String {
    let (runs, script) = (home.path("runs"), home.path("tool"));
    let text = format!("#!/bin/sh\necho >> '{}'\n{body}\n", runs.display());
    std::fs::write(&script, text).unwrap();
    format!("/bin/sh '{}' 'canary argument'", script.display())
}

fn runs(home: &Home) -> usize {
    std::fs::read_to_string(home.path("runs")).map_or(0, |text| text.lines().count())
}

fn writes(json: &str) -> String {
    format!("cat <<'END'\n{json}\nEND")
}

fn provider(command: String, home: &Home) -> ProcessCredentials {
    ProcessCredentials::builder(command)
        .context(ProviderContext::new().clock(ManualClock::default()).variables(home.variables()))
        .build()
}

#[tokio::test]
async fn process_without_an_expiration_runs_for_every_call() {
    let home = Home::new();
    let json = r#"{"mode":"AK","access_key_id":"a","access_key_secret":"canary"}"#;
    let provider = provider(program(&home, &writes(json)), &home);
    assert_eq!(id(&provider).await, "a");
    assert_eq!(id(&provider).await, "a");
    assert_eq!(runs(&home), 2);
    assert_eq!(provider.name(), "external");
}

#[tokio::test]
async fn process_with_an_expiration_runs_once() {
    let home = Home::new();
    let json = r#"{"mode":"StsToken","access_key_id":"a","access_key_secret":"canary","sts_token":"canary","expiration":"2026-01-02T04:04:05Z"}"#;
    let provider = provider(program(&home, &writes(json)), &home);
    for _ in 0..3 {
        assert_eq!(id(&provider).await, "a");
    }
    assert_eq!(runs(&home), 1);
    assert!(provider.credentials().await.unwrap().expiry().is_some());
}

/// The forms of ISO 8601 that programs write, all of them the same time.
#[tokio::test]
async fn process_with_an_offset_in_the_expiration_is_read() {
    for expiration in [
        "2026-01-02T04:04:05Z",
        "2026-01-02T12:04:05+08:00",
        "2026-01-02T12:04:05.123+08:00",
        "2026-01-02T12:04:05+0800",
        "2026-01-01T23:04:05-05:00",
        "2026-01-02t04:04:05z",
        "2026-01-02 04:04:05.5Z",
    ] {
        let home = Home::new();
        let json = format!(
            r#"{{"mode":"StsToken","access_key_id":" a\n","access_key_secret":"canary","sts_token":"canary","expiration":"{expiration}"}}"#
        );
        let provider = provider(program(&home, &writes(&json)), &home);
        assert_eq!(id(&provider).await, "a");
        let expected = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_326_645);
        assert_eq!(provider.credentials().await.unwrap().expiry(), Some(expected), "{expiration}");
        assert_eq!(runs(&home), 1, "{expiration}");
    }
}

#[tokio::test]
async fn process_in_a_profile_is_run() {
    let home = Home::new();
    let command = program(&home, &writes(r#"{"mode":"AK","access_key_id":"a","access_key_secret":"canary"}"#));
    home.cli(format!(
        r#"{{"current":"p","profiles":[{{"name":"p","mode":"External","process_command":"{command}"}}]}}"#
    ));
    let provider = || {
        let builder = CliProfileCredentials::builder().context(
            ProviderContext::new()
                .transport(FakeServices::of(vec![]))
                .clock(ManualClock::default())
                .variables(home.variables()),
        );
        builder.build()
    };
    let first = provider();
    assert_eq!(id(&first).await, "a");
    assert_eq!(id(&first).await, "a");
    assert_eq!(runs(&home), 2);
    assert_eq!(first.name(), "cli_profile/external");
    for value in ["1", "True"] {
        home.set("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", value);
        assert!(error(&provider()).await.contains("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"));
    }
    assert_eq!(runs(&home), 2);
}

#[tokio::test]
async fn process_with_an_error_reports_it_without_the_output() {
    let home = Home::new();
    for (body, words) in [
        (writes("canary"), "not valid JSON"),
        (writes(""), "neither AK nor StsToken"),
        (writes(r#"{"mode":"canary","access_key_id":"a","access_key_secret":"canary"}"#), "neither AK nor StsToken"),
        (writes(r#"{"mode":"AK","access_key_secret":"canary"}"#), "no access_key_id"),
        (writes(r#"{"mode":"AK","access_key_id":"a"}"#), "no access_key_secret"),
        (writes(r#"{"mode":"StsToken","access_key_id":"a","access_key_secret":"canary"}"#), "no sts_token"),
        (writes(r#"{"mode":"AK","access_key_id":"a","access_key_secret":"c","expiration":"canary"}"#), "not a time"),
        (
            writes(r#"{"mode":"AK","access_key_id":"a","access_key_secret":"c","expiration":"2026-02-31T03:04:05Z"}"#),
            "not a time",
        ),
        (
            writes(r#"{"mode":"AK","access_key_id":"a","access_key_secret":"c","expiration":"2026-01-02T03:04:05"}"#),
            "not a time with an offset",
        ),
        (
            writes(r#"{"mode":"AK","access_key_id":"a","access_key_secret":"canary\ncanary"}"#),
            "access_key_secret from the credentials program contains a control character",
        ),
        ("echo canary >&2; exit 3".to_owned(), "exit status: 3"),
        ("kill -9 $$".to_owned(), "signal: 9"),
        ("head -c 100000 /dev/zero".to_owned(), "wrote more than"),
        ("while :; do echo canary; done".to_owned(), "wrote more than"),
    ] {
        let text = error(&provider(program(&home, &body), &home)).await;
        assert!(text.contains(words) && text.contains("credentials program"), "{text}");
    }
    assert!(error(&provider("/nowhere/tool canary".into(), &home)).await.contains("/nowhere/tool cannot be run"));
    assert!(error(&provider("tool 'canary".into(), &home)).await.contains("quote that is not closed"));
    clean(format!("{:?}", ProcessCredentials::builder("canary")));
    clean(format!("{:?}", ProcessCredentials::new("canary")));
}

#[tokio::test]
async fn process_that_does_not_end_is_killed() {
    let home = Home::new();
    // What it has started holds its output open.
    for body in ["exec sleep 60", "sleep 60 & sleep 60", "exec >&-; exec sleep 60"] {
        let command = program(&home, body);
        let builder = ProcessCredentials::builder(command).context(ProviderContext::new().variables(home.variables()));
        let provider = builder.timeout(Duration::from_millis(200)).build();
        let begun = Instant::now();
        assert!(error(&provider).await.contains("did not complete within 200ms"));
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

/// Whether a process with this number, as a program has written it, is running.
fn is_running(number: &str) -> bool {
    let command = format!("kill -0 {number} 2>/dev/null");
    std::process::Command::new("/bin/sh").args(["-c", &command]).status().unwrap().success()
}

#[tokio::test]
async fn process_that_does_not_end_is_killed_with_its_children() {
    // Children, and children of children, with and without the output.
    for (name, body) in [
        ("child", "sleep 60 & echo $! >> '{pids}'; wait"),
        ("child without output", "sleep 60 >/dev/null 2>&1 & echo $! >> '{pids}'; wait"),
        ("grandchild", "/bin/sh -c 'sleep 60 & echo $! >> \"{pids}\"; wait' & wait"),
        ("orphan", "(sleep 60 & echo $! >> '{pids}') & wait; sleep 60"),
        ("left behind", "sleep 60 & echo $! >> '{pids}'; echo $$ >> '{pids}'; exit 0"),
        ("talker", "sleep 60 & echo $! >> '{pids}'; while :; do echo canary; done"),
    ] {
        let home = Home::new();
        let pids = home.path("pids");
        let command = program(&home, &body.replace("{pids}", pids.to_str().unwrap()));
        let provider = ProcessCredentials::builder(command).context(ProviderContext::new().variables(home.variables()));
        error(&provider.timeout(Duration::from_millis(500)).build()).await;
        let pids = std::fs::read_to_string(pids).unwrap();
        // A killed orphan is there until somebody has waited for it.
        let gone = || !pids.lines().any(is_running);
        let begun = Instant::now();
        while !gone() && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(gone(), "{name}: {pids}");
    }
}

const STARVED: &str = "TEST_PROCESS_WITHOUT_THREADS";

/// Where no thread can be started, an error says so: no panic, and no program that is left running.
#[test]
fn process_without_a_thread_is_an_error() {
    use std::future::Future as _;
    if std::env::var_os(STARVED).is_none() {
        let name = "process::process_without_a_thread_is_an_error";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--test-threads=1", "--nocapture"])
            // No address space has room for such a stack.
            .env("RUST_MIN_STACK", (1_u64 << 60).to_string())
            .env(STARVED, "1")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
        return;
    }
    assert!(std::thread::Builder::new().spawn(|| ()).is_err(), "threads can be started after all");
    let home = Home::new();
    let provider = provider(program(&home, "sleep 60"), &home);
    let mut future = std::pin::pin!(provider.credentials());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(result) = future.as_mut().poll(&mut context) else { panic!("nothing to wait for") };
    let text = format!("{:#}", result.unwrap_err());
    assert!(text.contains("no thread can be started"), "{text}");
}
