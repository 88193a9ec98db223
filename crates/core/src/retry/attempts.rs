//! The attempts of one call: how many there were, what they cost, how long to wait for the next.

use std::time::Duration;

use super::{Budget, Delay, Failure, FailureKind, History, Next, RetryConfig, decide};

/// Another attempt that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// After this wait.
    After(Duration),
    /// After this wait, signed with the service's time.
    CorrectClock(Duration),
    /// After this wait, with other credentials if there are any.
    RefreshCredentials(Duration),
}

impl Retry {
    /// How long to wait for it.
    pub(crate) fn delay(self) -> Duration {
        match self {
            Self::After(delay) | Self::CorrectClock(delay) | Self::RefreshCredentials(delay) => delay,
        }
    }
}

/// The attempts of a call so far.
///
/// What was taken from the budget for an attempt that is not made in the end is given back when this is dropped: the
/// caller may give up while it waits, and there may be no credentials for it.
pub(crate) struct Attempts<'a> {
    /// All of them.
    pub(crate) count: u32,
    /// The most that count.
    most: u32,
    counted: u32,
    /// What was tried once already.
    history: History,
    config: &'a RetryConfig,
    budget: &'a Budget,
    /// Taken from the budget for the attempt that is being waited for.
    reserved: u32,
    /// Taken from the budget for the attempt that was made last.
    spent: u32,
}

impl<'a> Attempts<'a> {
    /// For a call of at most so many attempts.
    pub(crate) fn new(most: u32, config: &'a RetryConfig, budget: &'a Budget) -> Self {
        Self {
            config,
            count: 0,
            most,
            counted: 1,
            history: History { retries: most > 1, ..History::default() },
            budget,
            reserved: 0,
            spent: 0,
        }
    }

    /// An attempt was handed to the transport.
    pub(crate) fn sent(&mut self) {
        if self.reserved > 0 {
            self.spent = std::mem::take(&mut self.reserved);
        }
    }

    /// The call succeeded.
    pub(crate) fn succeeded(&self) {
        self.budget.give(if self.spent > 0 { self.spent } else { Budget::SUCCESS });
    }

    /// The attempt that follows a failure, if one does. `left` is what is left of the time for the call, `random` is
    /// any number.
    pub(crate) fn after(
        &mut self,
        failure: &Failure<'_>,
        idempotent: bool,
        left: Duration,
        random: impl FnOnce() -> u64,
    ) -> Option<Retry> {
        let history = History { idempotent, attempts_left: self.counted < self.most, ..self.history };
        match decide(failure, &history).next {
            Next::Stop => None,
            Next::CorrectClock(delay) => {
                self.history.clock_corrected = true;
                self.wait(delay, left, random).map(Retry::CorrectClock)
            }
            Next::RefreshCredentials(delay) => {
                self.history.credentials_refreshed = true;
                self.wait(delay, left, random).map(Retry::RefreshCredentials)
            }
            Next::ReplaceNonce(delay) => {
                self.history.nonce_replaced = true;
                self.wait(delay, left, random).map(Retry::After)
            }
            Next::Retry(delay) => {
                let delay = self.wait(delay, left, random)?;
                let cost = match failure.kind {
                    FailureKind::Timeout => Budget::TIMEOUT,
                    _ => Budget::ATTEMPT,
                };
                if !self.budget.take(cost) {
                    return None;
                }
                self.reserved = cost;
                self.counted += 1;
                Some(Retry::After(delay))
            }
        }
    }

    /// How long to wait; `None` if there is less time left than that.
    fn wait(&self, delay: Delay, left: Duration, random: impl FnOnce() -> u64) -> Option<Duration> {
        let delay = match delay {
            Delay::Fixed(delay) => delay,
            Delay::Backoff { throttled } => jittered(backoff(self.config, self.counted, throttled), random()),
        };
        (delay < left).then_some(delay)
    }
}

impl Drop for Attempts<'_> {
    fn drop(&mut self) {
        if self.reserved > 0 {
            self.budget.give(self.reserved);
        }
    }
}

/// The most that is waited after so many attempts: twice as long each time.
fn backoff(config: &RetryConfig, attempts: u32, throttled: bool) -> Duration {
    let base = config.min_backoff.saturating_mul(if throttled { 5 } else { 1 });
    base.saturating_mul(1 << (attempts - 1).min(16)).min(config.max_backoff)
}

/// Anything up to `most`, so that those who failed together do not come back together.
fn jittered(most: Duration, random: u64) -> Duration {
    let most = u64::try_from(most.as_micros()).unwrap_or(u64::MAX - 1);
    Duration::from_micros(random % most.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Phase;

    const CONFIG: RetryConfig = RetryConfig::new();

    #[test]
    fn waits_grow_up_to_a_limit() {
        let waits: Vec<_> = [1, 2, 3, 8, 9, 100, u32::MAX].map(|attempts| backoff(&CONFIG, attempts, false)).into();
        assert_eq!(
            waits.iter().map(Duration::as_millis).collect::<Vec<_>>(),
            [100, 200, 400, 12_800, 20_000, 20_000, 20_000]
        );
        assert_eq!(backoff(&CONFIG, 2, true), Duration::from_secs(1));
        assert_eq!(jittered(Duration::from_millis(100), 100_001), Duration::ZERO);
        assert_eq!(
            jittered(Duration::from_millis(100), u64::MAX - 1).max(Duration::from_millis(100)),
            Duration::from_millis(100)
        );
    }

    fn failure(kind: FailureKind, retry_after: Option<Duration>) -> Failure<'static> {
        Failure { kind, phase: Phase::NotSent, retry_after, ..Failure::default() }
    }

    /// What an attempt was to cost is given back if it is not made.
    #[test]
    fn only_attempts_that_are_made_are_paid_for() {
        const LEFT: Duration = Duration::from_secs(10);
        let budget = Budget::new(CONFIG.budget);
        let full = budget.left();
        let next = |attempts: &mut Attempts<'_>, failure| attempts.after(&failure, false, LEFT, || 0);

        // The wait is longer than what is left of the time.
        for pause in [LEFT, Duration::MAX] {
            let mut attempts = Attempts::new(3, &CONFIG, &budget);
            assert_eq!(next(&mut attempts, failure(FailureKind::Transport, Some(pause))), None);
            assert_eq!(budget.left(), full);
        }
        // Nobody waits any longer, or there are no credentials.
        for (kind, cost) in [(FailureKind::Transport, 5), (FailureKind::Timeout, 10)] {
            let mut attempts = Attempts::new(3, &CONFIG, &budget);
            assert!(next(&mut attempts, failure(kind, None)).is_some());
            assert_eq!(budget.left(), full - cost);
            drop(attempts);
            assert_eq!(budget.left(), full, "{kind:?}");
        }
        // One that is made costs what it costs, until the call succeeds.
        let mut attempts = Attempts::new(3, &CONFIG, &budget);
        assert!(next(&mut attempts, failure(FailureKind::Transport, None)).is_some());
        attempts.sent();
        assert!(next(&mut attempts, failure(FailureKind::Transport, None)).is_some());
        drop(attempts);
        assert_eq!(budget.left(), full - 5);
        let mut attempts = Attempts::new(2, &CONFIG, &budget);
        assert!(next(&mut attempts, failure(FailureKind::Timeout, None)).is_some());
        attempts.sent();
        attempts.succeeded();
        drop(attempts);
        assert_eq!(budget.left(), full - 5);
    }
}
