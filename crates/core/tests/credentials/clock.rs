//! A clock that tests advance.

use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime};

use alicloud_core::Clock;
use alicloud_core::transport::BoxFuture;

/// 2026-01-02T03:04:05Z
pub(crate) const START: Duration = Duration::from_secs(1_767_323_045);

#[derive(Clone, Default)]
pub(crate) struct ManualClock(Arc<Mutex<(Duration, Vec<Waker>)>>);

impl ManualClock {
    /// Time goes by.
    pub(crate) fn pass(&self, time: Duration) {
        let mut inner = self.0.lock().unwrap();
        inner.0 += time;
        let wakers = std::mem::take(&mut inner.1);
        drop(inner);
        wakers.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn pass_seconds(&self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + START + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().0
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let end = self.monotonic() + time;
        Box::pin(std::future::poll_fn(move |context| {
            let mut inner = clock.0.lock().unwrap();
            if inner.0 >= end {
                return Poll::Ready(());
            }
            inner.1.push(context.waker().clone());
            Poll::Pending
        }))
    }
}
