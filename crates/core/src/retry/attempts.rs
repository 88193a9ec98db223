//! The attempts of one call: their number, their cost, and the delay before the next one.

use std::time::Duration;

use super::{Budget, Delay, Failure, FailureKind, History, Next, RetryConfig, decide};

/// The next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// After this delay.
    After(Duration),
    /// After this delay, signed with the service's time.
    CorrectClock(Duration),
    /// After this delay, with other credentials if there are any.
    RefreshCredentials(Duration),
}

impl Retry {
    /// Returns the delay.
    pub(crate) fn delay(self) -> Duration {
        match self {
            Self::After(delay) | Self::CorrectClock(delay) | Self::RefreshCredentials(delay) => delay,
        }
    }
}

/// The attempts of a call so far.
///
/// Dropping this returns the budget of an attempt that is not made: the caller may cancel the call during the delay,
/// and there may be no credentials.
pub(crate) struct Attempts<'a> {
    /// The number of attempts.
    pub(crate) count: u32,
    /// The maximum of `regular`.
    max: u32,
    /// The number of attempts without those that correct the clock, the credentials or the nonce.
    regular: u32,
    /// Corrections that were already tried.
    history: History,
    config: &'a RetryConfig,
    budget: &'a Budget,
    /// The budget of the attempt that is waiting.
    reserved: u32,
    /// The budget that the last retry used; a successful call restores it.
    spent: u32,
}

impl<'a> Attempts<'a> {
    /// Creates the state of a call with a maximum number of attempts.
    pub(crate) fn new(max: u32, config: &'a RetryConfig, budget: &'a Budget) -> Self {
        Self {
            config,
            count: 0,
            max,
            regular: 1,
            history: History { retries: max > 1, ..History::default() },
            budget,
            reserved: 0,
            spent: 0,
        }
    }

    /// Records that an attempt was passed to the transport.
    pub(crate) fn sent(&mut self) {
        if self.reserved > 0 {
            self.spent = std::mem::take(&mut self.reserved);
        }
    }

    /// Records that the call succeeded.
    pub(crate) fn succeeded(&self) {
        self.budget.deposit(if self.spent > 0 { self.spent } else { Budget::SUCCESS });
    }

    /// Returns the attempt that follows a failure, if there is one. `left` is the remaining time of the call, `random`
    /// any number.
    pub(crate) fn after(
        &mut self,
        failure: &Failure<'_>,
        idempotent: bool,
        left: Duration,
        random: impl FnOnce() -> u64,
    ) -> Option<Retry> {
        let history = History { idempotent, attempts_left: self.regular < self.max, ..self.history };
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
                if !self.budget.withdraw(cost) {
                    return None;
                }
                self.reserved = cost;
                self.regular += 1;
                Some(Retry::After(delay))
            }
        }
    }

    /// Returns the delay; `None` if the remaining time is shorter.
    fn wait(&self, delay: Delay, left: Duration, random: impl FnOnce() -> u64) -> Option<Duration> {
        let delay = match delay {
            Delay::Fixed(delay) => delay,
            Delay::Backoff { throttled } => jittered(backoff(self.config, self.regular, throttled), random()),
        };
        (delay < left).then_some(delay)
    }
}

impl Drop for Attempts<'_> {
    fn drop(&mut self) {
        if self.reserved > 0 {
            self.budget.deposit(self.reserved);
        }
    }
}

/// Returns the longest delay after a number of attempts: twice as long each time.
fn backoff(config: &RetryConfig, attempts: u32, throttled: bool) -> Duration {
    let base = config.min_backoff.saturating_mul(if throttled { 5 } else { 1 });
    base.saturating_mul(1 << (attempts - 1).min(16)).min(config.max_backoff)
}

/// Returns a random delay up to `max`, so that clients that failed at the same time do not retry at the same time.
fn jittered(max: Duration, random: u64) -> Duration {
    let max = u64::try_from(max.as_micros()).unwrap_or(u64::MAX - 1);
    Duration::from_micros(random % max.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Phase;

    const CONFIG: RetryConfig = RetryConfig::new();

    #[test]
    fn backoff_of_many_attempts_grows_up_to_the_maximum() {
        let delays: Vec<_> = [1, 2, 3, 8, 9, 100, u32::MAX].map(|attempts| backoff(&CONFIG, attempts, false)).into();
        assert_eq!(
            delays.iter().map(Duration::as_millis).collect::<Vec<_>>(),
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

    /// The budget of an attempt that is not made is returned.
    #[test]
    fn drop_of_attempts_that_are_not_made_returns_their_budget() {
        const LEFT: Duration = Duration::from_secs(10);
        let budget = Budget::new(CONFIG.budget);
        let full = budget.left();
        let next = |attempts: &mut Attempts<'_>, failure| attempts.after(&failure, false, LEFT, || 0);

        // The delay is longer than the remaining time.
        for pause in [LEFT, Duration::MAX] {
            let mut attempts = Attempts::new(3, &CONFIG, &budget);
            assert_eq!(next(&mut attempts, failure(FailureKind::Transport, Some(pause))), None);
            assert_eq!(budget.left(), full);
        }
        // The caller has cancelled the call, or there are no credentials.
        for (kind, cost) in [(FailureKind::Transport, 5), (FailureKind::Timeout, 10)] {
            let mut attempts = Attempts::new(3, &CONFIG, &budget);
            assert!(next(&mut attempts, failure(kind, None)).is_some());
            assert_eq!(budget.left(), full - cost);
            drop(attempts);
            assert_eq!(budget.left(), full, "{kind:?}");
        }
        // An attempt that is made keeps its budget until the call succeeds.
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
