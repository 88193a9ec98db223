//! Calls that are given up, and runtimes that go away: rows 37 and 38.

use alicloud_core::ErrorKind;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use alicloud_core::credentials::{CredentialsFuture, ProvideCredentials};
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Response, Times};
use tokio::runtime::{Builder, Handle, Runtime};
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::figure::{Row, check, check_eq, tell};
use super::subscribed::subscribed;
use super::*;

/// Polls a future at most so many times, and then drops it.
async fn poll_at_most<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Returns a key after a delay.
struct SlowProvider;

impl ProvideCredentials for SlowProvider {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(async {
            tokio::task::yield_now().await;
            Ok(Credentials::access_key(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET))
        })
    }

    fn name(&self) -> &str {
        "hesitant"
    }
}

/// The sockets of this process that are connected to the port, if the system reports them.
fn sockets(port: u16) -> usize {
    let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap_or_default();
    let is_held = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // A socket without an inode belongs to nobody any more.
        fields.len() > 9 && fields[2].ends_with(&format!(":{port:04X}")) && fields[9] != "0"
    };
    table.lines().filter(is_held).count()
}

/// Waits until calls have released everything, and otherwise returns what is left.
async fn settled(port: u16, tasks: usize) -> (usize, usize) {
    let start = Instant::now();
    loop {
        let left = (Handle::current().metrics().num_alive_tasks() - tasks, sockets(port));
        if left == (0, 0) || start.elapsed() > Duration::from_secs(5) {
            return left;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Counts the spans of calls and attempts that are not closed, and all that there were.
#[derive(Clone, Default)]
struct Spans {
    open: Arc<AtomicIsize>,
    all: Arc<AtomicUsize>,
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if span.metadata().target() == "alicloud" {
            self.open.fetch_add(1, Ordering::SeqCst);
            self.all.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if context.metadata(&id).is_some_and(|span| span.target() == "alicloud") {
            self.open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn fault_37_ten_thousand_cancelled_calls_leave_nothing_behind() {
    const CALLS: usize = 10_000;
    const TOGETHER: usize = 25;
    /// For calls that are not given up.
    const LAST: &str = "10000";
    let row = Row::new(37);
    let spans = Spans::default();
    let _watched = subscribed(spans.clone());
    let tasks = Handle::current().metrics().num_alive_tasks();
    // Numbers in the query tell the calls apart, so this mock has no document to hold them against.
    let mock = Mock::builder().record_limit(2 * CALLS).start().await.expect("the mock starts");
    // Some are repeated, some come piece by piece, and every eighth has no end.
    mock.script_all(Response::status(500), 20);
    let number = AtomicUsize::new(0);
    let responses = Response::from_fn(move |request| match number.fetch_add(1, Ordering::SeqCst) % 8 {
        _ if request.query_value("Number") == Some(LAST) => Response::from_document(),
        7 => Response::silence(),
        _ => Response::from_document().trickle_body(24, Duration::from_millis(1)),
    });
    mock.script_all(responses, Times::Always);
    let client = client(config().endpoint(mock.url()).credentials(SlowProvider));
    // How often a call is polled until it is done.
    let mut most = 1;
    while poll_at_most(Write.numbered(&client, Some(CALLS)), most).await.is_none() {
        most += 1;
    }
    mock.clear_requests();
    assert!(most > 3, "{most} polls");
    let points = most + 4;
    tell("cancelled.points", points);
    let mut done = 0;
    for round in 0..CALLS / TOGETHER {
        let calls = (0..TOGETHER).map(|index| {
            let number = round * TOGETHER + index;
            let client = client.clone();
            async move { turn(number).numbered(&client, Some(number)).await.ok() }
        });
        // Each is given up at another point.
        let calls = calls.enumerate().map(|(index, call)| {
            let call = poll_at_most(call, (round + index) % points);
            // Those without an end are given up by the clock.
            async move { tokio::time::timeout(Duration::from_millis(25), call).await.ok().flatten() }
        });
        let mut set: Vec<_> = calls.map(Box::pin).collect();
        poll_fn(|context| {
            set.retain_mut(|call| match call.as_mut().poll(context) {
                Poll::Ready(outcome) => {
                    done += usize::from(outcome.is_some());
                    false
                }
                Poll::Pending => true,
            });
            if set.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
    // The client is as good as new.
    let mut wrong = 0;
    for kind in BOTH {
        wrong += usize::from(!matches!(kind.numbered(&client, Some(CALLS)).await, Ok(1)));
    }
    tell("cancelled.wrong", wrong);
    assert_eq!(wrong, 0);
    drop(client);
    let (tasks, sockets) = settled(mock.address().port(), tasks).await;
    tell("cancelled.calls", CALLS - done);
    tell("cancelled.done", done);
    tell("cancelled.tasks_left", tasks);
    tell("cancelled.sockets_left", sockets);
    assert_eq!((tasks, sockets), (0, 0), "tasks and sockets that are left");
    let (open, all) = (spans.open.load(Ordering::SeqCst), spans.all.load(Ordering::SeqCst));
    tell("cancelled.spans_left", open.unsigned_abs());
    assert_eq!(open, 0, "spans that are left open");
    assert!(all > CALLS, "{all} spans");
    let mut writes = arrivals_by_number(mock.requests_of(WRITE).iter().map(|request| request.target.clone()));
    assert!(writes.remove(&CALLS).is_some());
    row.mutations(writes.len(), writes.values().sum());
    row.requests(&mock);
    // Given up or not, none arrived more often than it may be sent.
    let arrivals_by_number = arrivals_by_number(mock.requests().iter().map(|request| request.target.clone()));
    for number in 0..CALLS {
        let fault = row.inject();
        let most = if turn(number) == Write { 1 } else { 3 };
        let arrived = arrivals_by_number.get(&number).copied().unwrap_or_default();
        check!(fault, arrived <= most, "call {number} arrived {arrived} times");
        fault.end();
    }
}

fn turn(number: usize) -> Kind {
    if number.is_multiple_of(2) { Read } else { Write }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

#[test]
fn fault_38_runtime_that_stops_ends_its_calls() {
    let row = Row::new(38);
    let mock = alicloud_tests::app_streaming().start_blocking().expect("the mock starts");
    let config = alicloud_tests::config(&mock).timeout(Duration::from_secs(20));

    // Its runtime takes a call with it: the task was given up, and did not panic.
    let fault = row.inject();
    mock.script_all(Response::silence(), 1);
    let first = runtime();
    let client = first.block_on(async { client(config) });
    let call = first.spawn({
        let client = client.clone();
        async move { Write.call(&client).await }
    });
    wait_for(|| mock.requests().len() == 1);
    first.shutdown_timeout(Duration::from_secs(5));
    let error = runtime().block_on(call).expect_err("the task is gone");
    check!(fault, error.is_cancelled() && !error.is_panic(), "{error:?}");
    fault.end();

    // The client works on another one, although its connections went with the first.
    let fault = row.inject();
    let (second, third) = (runtime(), runtime());
    check_eq!(fault, second.block_on(Read.call(&client)).expect("a connection of this runtime"), 1);
    fault.end();

    // A connection that belongs to a runtime which goes away in the middle of a call of another one.
    let fault = row.inject();
    let call = loop {
        second.block_on(Read.call(&client)).expect("a connection of this runtime");
        // It is back in the pool a moment after the response.
        std::thread::sleep(Duration::from_millis(20));
        mock.clear_requests();
        mock.clear_scripts();
        mock.script(WRITE, Response::silence(), 1);
        let connections = mock.connections();
        let client = client.clone();
        let call = third.spawn(async move { Write.call(&client).await });
        wait_for(|| mock.requests().len() == 1);
        if mock.connections() == connections {
            break call;
        }
        call.abort();
    };
    let start = Instant::now();
    second.shutdown_timeout(Duration::from_secs(5));
    let error = third.block_on(call).expect("no panic").expect_err("the connection is gone");
    check!(fault, error.kind() == ErrorKind::Interrupted && error.may_have_been_executed(), "{error:?}");
    check!(fault, start.elapsed() < Duration::from_secs(10), "it does not wait for ever");
    row.mutations(1, mock.requests_of(WRITE).len());
    check_eq!(fault, third.block_on(Read.call(&client)).expect("it works again"), 1);
    fault.end();
}

fn wait_for(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(10), "it never happens");
        std::thread::sleep(Duration::from_millis(5));
    }
}
