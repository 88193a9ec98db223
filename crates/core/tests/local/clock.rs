//! A clock that nobody has to wait for.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use alicloud_core::Clock;
use alicloud_core::transport::BoxFuture;

/// A clock on which waiting takes no time, and which remembers all waits.
#[derive(Clone, Default)]
pub struct InstantClock(Arc<Mutex<(Duration, Vec<Duration>)>>);

/// 2026-01-02T03:04:05Z
pub const NOW: Duration = Duration::from_secs(1_767_323_045);

impl InstantClock {
    pub fn waits(&self) -> Vec<Duration> {
        self.0.lock().unwrap().1.clone()
    }
}

impl Clock for InstantClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + NOW + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().0
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let mut inner = self.0.lock().unwrap();
        inner.0 += time;
        inner.1.push(time);
        Box::pin(std::future::ready(()))
    }
}
