//! Time, as the client sees it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use crate::future::BoxFuture;

/// Tells the time and waits.
///
/// The usual one needs a tokio runtime with its timer; a client on another runtime gets one of its own through
/// [`Config::clock`](crate::Config::clock).
pub trait Clock: Send + Sync + 'static {
    /// The time of day, which requests are signed with.
    fn now(&self) -> SystemTime;

    /// The time since some time, which never goes back.
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
pub(crate) fn within<F: Future + Unpin>(clock: &dyn Clock, limit: Duration, future: F) -> Within<'_, F> {
    Within { clock, limit, future, timer: None }
}

/// What [`within`] gives. No `async fn`, which would hold all of this several times.
pub(crate) struct Within<'a, F> {
    clock: &'a dyn Clock,
    limit: Duration,
    future: F,
    timer: Option<BoxFuture<'static, ()>>,
}

impl<F: Future + Unpin> Future for Within<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { clock, limit, future, timer } = &mut *self;
        if let Poll::Ready(output) = Pin::new(future).poll(context) {
            return Poll::Ready(Some(output));
        }
        // What is ready at once needs no timer.
        let timer = timer.get_or_insert_with(|| clock.sleep(*limit));
        timer.as_mut().poll(context).map(|()| None)
    }
}
