//! Time limits of a call.

use std::time::Duration;

use super::Shared;
use super::options::Options;
use crate::clock::{Within, within};
use crate::error::{Error, Phase, TimeoutKind};

/// The time limits of one call.
pub(super) struct Limits {
    pub(super) start: Duration,
    operation: Duration,
    attempt: Duration,
}

/// The limit that an attempt reaches first.
pub(super) struct Limit {
    pub(super) which: TimeoutKind,
    /// The configured limit.
    pub(super) whole: Duration,
}

impl Limits {
    pub(super) fn new(shared: &Shared, options: &Options) -> Self {
        Self {
            start: shared.clock.monotonic(),
            operation: options.timeout.unwrap_or(shared.config.timeout),
            attempt: options.attempt_timeout.unwrap_or(shared.config.attempt_timeout),
        }
    }

    /// Returns the limit of an attempt that begins now, and the remaining time.
    pub(super) fn of_attempt(&self, shared: &Shared) -> (Limit, Duration) {
        let left = self.left(shared);
        if left <= self.attempt {
            (Limit { which: TimeoutKind::Operation, whole: self.operation }, left)
        } else {
            (Limit { which: TimeoutKind::Attempt, whole: self.attempt }, self.attempt)
        }
    }

    /// Limits a future that runs before anything is sent to the remaining time of the call.
    pub(super) fn within<'a, F: Future + Unpin>(&self, shared: &'a Shared, future: F) -> Within<'a, F> {
        within(&*shared.clock, self.left(shared), future)
    }

    /// Returns the result of [`within`](Self::within), or the timeout.
    pub(super) fn in_time<T>(&self, received: Option<T>) -> Result<T, Error> {
        received.ok_or_else(|| Error::timed_out(TimeoutKind::Operation, self.operation, Phase::NotSent))
    }

    /// Returns the remaining time of the call.
    pub(super) fn left(&self, shared: &Shared) -> Duration {
        self.operation.saturating_sub(self.elapsed(shared))
    }

    /// Returns the time since the call began.
    pub(super) fn elapsed(&self, shared: &Shared) -> Duration {
        shared.clock.monotonic().saturating_sub(self.start)
    }
}
