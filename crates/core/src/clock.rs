//! Time, as the client sees it.

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
