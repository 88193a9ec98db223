//! Time, as the client sees it.

use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use crate::future::BoxFuture;

/// Tells the time and waits.
///
/// The usual one needs a tokio runtime with its timer; a client on another runtime gets one of its own through
/// [`Config::clock`](crate::Config::clock).
pub trait Clock: Send + Sync + 'static {
    /// The time of day, which requests are signed with.
    fn now(&self) -> SystemTime;

    /// The time since some moment, which never goes back.
    fn monotonic(&self) -> Duration;

    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// The usual clock.
pub(crate) struct SystemClock {
    start: tokio::time::Instant,
}

impl SystemClock {
    pub(crate) fn new() -> Self {
        Self { start: tokio::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Waits for a future, but no longer than `limit`; `None` if it takes longer.
pub(crate) async fn within<F: Future>(clock: &dyn Clock, limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut timer = None;
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        // What is ready at once needs no timer.
        let timer = timer.get_or_insert_with(|| clock.sleep(limit));
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}
