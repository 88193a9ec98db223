//! Clocks.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use crate::future::BoxFuture;

/// Provides the time, and delays.
///
/// The default clock requires a Tokio runtime with a timer. A client on another runtime needs its own clock; see
/// [`Config::clock`](crate::Config::clock).
pub trait Clock: Send + Sync + 'static {
    /// Returns the time of day, which requests are signed with.
    fn now(&self) -> SystemTime;

    /// Returns a monotonic time since an arbitrary start.
    fn monotonic(&self) -> Duration;

    /// Waits for a duration.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// The default clock.
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

/// Waits for a future for at most `limit`; returns `None` if it takes longer.
pub(crate) fn within<F: Future + Unpin>(clock: &dyn Clock, limit: Duration, future: F) -> Within<'_, F> {
    Within { clock, limit, future, timer: None }
}

/// The future of [`within`]. Not an `async fn`, which would contain its parts several times.
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
        // A future that is ready at once needs no timer.
        let timer = timer.get_or_insert_with(|| clock.sleep(*limit));
        timer.as_mut().poll(context).map(|()| None)
    }
}
