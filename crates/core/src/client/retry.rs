//! Whether and when a request is sent again.
//!
//! It is when that may help and can do no harm: the request was not executed, or executing it twice is harmless. An
//! attempt more than the usual number is spent on what another attempt mends for sure: a clock that is wrong, a
//! temporary key that has expired, a nonce that was used.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::credentials::Credentials;
use crate::error::{Error, Timeout};
use crate::sign::Moment;

/// The longest wait that no peer asked for.
const LONGEST: Duration = Duration::from_secs(20);
/// A clock that is this much off, in seconds, may be the cause of a refusal.
const SKEW: i64 = 60;

/// What all calls of a client may spend on attempts beyond the first, so that a service in trouble is not drowned in
/// them: once it is used up, calls fail with their first error until others succeed.
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    const ATTEMPT: u32 = 5;
    /// A timeout has cost the service more than an answer.
    const TIMEOUT: u32 = 10;
    /// What a call that succeeds at once puts back.
    const SUCCESS: u32 = 1;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    fn take(&self, cost: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    fn give(&self, amount: u32) {
        let add = |left: u32| (left < Self::FULL).then(|| Self::FULL.min(left + amount));
        _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

/// What an attempt was signed with.
pub(super) struct Used {
    pub(super) credentials: Credentials,
    /// Seconds that were added to the time of the clock.
    pub(super) offset: i64,
}

/// What is to happen after a failure.
pub(super) enum Next {
    /// The failure is that of the call.
    Stop,
    /// Another attempt after a wait.
    Wait(Duration),
    /// Another attempt, with so many seconds added to the time of the clock.
    Clock(i64),
    /// Another attempt with other credentials, if there are any.
    Credentials,
}

impl Next {
    /// What is waited before another attempt, if there is one.
    pub(super) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Stop => None,
            Self::Wait(time) => Some(*time),
            Self::Clock(_) | Self::Credentials => Some(Duration::ZERO),
        }
    }
}

/// The attempts of a call so far.
pub(super) struct Attempts {
    /// All of them.
    pub(super) count: u32,
    most: u32,
    counted: u32,
    spent: u32,
    clock: bool,
    credentials: bool,
    nonce: bool,
}

impl Attempts {
    /// For a call of at most so many attempts.
    pub(super) fn new(most: u32) -> Self {
        Self { count: 0, most, counted: 1, spent: 0, clock: false, credentials: false, nonce: false }
    }

    /// What is to happen after `error`. `idempotent` says whether executing the request twice is harmless, `random` is
    /// any number.
    pub(super) fn next(
        &mut self,
        idempotent: bool,
        error: &Error,
        used: &Used,
        now: Moment,
        budget: &Budget,
        random: &dyn Fn() -> u64,
    ) -> Next {
        if self.most < 2 || (error.may_have_been_executed() && !idempotent) {
            return Next::Stop;
        }
        if error.is_about_clock() {
            let offset = error.date().map(|date| date.unix() as i64 - now.unix() as i64);
            return match offset.filter(|offset| (offset - used.offset).abs() > SKEW) {
                Some(offset) if !std::mem::replace(&mut self.clock, true) => Next::Clock(offset),
                _ => Next::Stop,
            };
        }
        if error.is_about_expired_credentials() {
            let first = !std::mem::replace(&mut self.credentials, true);
            return if first { Next::Credentials } else { Next::Stop };
        }
        if error.is_about_nonce() {
            let first = !std::mem::replace(&mut self.nonce, true);
            return if first { Next::Wait(Duration::ZERO) } else { Next::Stop };
        }
        let cost = if error.timeout().is_some() { Budget::TIMEOUT } else { Budget::ATTEMPT };
        let again = error.is_retryable()
            && error.timeout() != Some(Timeout::Operation)
            && self.counted < self.most
            && budget.take(cost);
        if !again {
            return Next::Stop;
        }
        self.spent = cost;
        let wait = match error.retry_after() {
            Some(wait) => wait,
            None => jittered(longest_wait(self.counted, error.is_throttling()), random()),
        };
        self.counted += 1;
        Next::Wait(wait)
    }

    /// The call succeeded.
    pub(super) fn succeeded(&self, budget: &Budget) {
        budget.give(if self.spent > 0 { self.spent } else { Budget::SUCCESS });
    }
}

/// The most that is waited after so many attempts: twice as long each time.
fn longest_wait(attempts: u32, throttled: bool) -> Duration {
    let base = Duration::from_millis(if throttled { 500 } else { 100 });
    base.saturating_mul(1 << (attempts - 1).min(16)).min(LONGEST)
}

/// Anything up to `most`, so that those who failed together do not come back together.
fn jittered(most: Duration, random: u64) -> Duration {
    let most = most.as_micros() as u64;
    Duration::from_micros(random % (most + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit() {
        let waits: Vec<_> = [1, 2, 3, 8, 9, 100, u32::MAX].map(|attempts| longest_wait(attempts, false)).into();
        assert_eq!(
            waits.iter().map(Duration::as_millis).collect::<Vec<_>>(),
            [100, 200, 400, 12_800, 20_000, 20_000, 20_000]
        );
        assert_eq!(longest_wait(2, true), Duration::from_secs(1));
        assert_eq!(jittered(Duration::from_millis(100), 100_001), Duration::ZERO);
        assert_eq!(
            jittered(Duration::from_millis(100), u64::MAX - 1).max(Duration::from_millis(100)),
            Duration::from_millis(100)
        );
    }

    #[test]
    fn the_budget_is_used_up_and_filled_again() {
        let budget = Budget::new();
        assert_eq!((0..1_000).filter(|_| budget.take(Budget::ATTEMPT)).count(), 100);
        (0..4).for_each(|_| budget.give(Budget::SUCCESS));
        assert!(!budget.take(Budget::ATTEMPT));
        budget.give(Budget::SUCCESS);
        assert!(budget.take(Budget::ATTEMPT));
        (0..2_000).for_each(|_| budget.give(Budget::SUCCESS));
        assert_eq!((0..1_000).filter(|_| budget.take(Budget::ATTEMPT)).count(), 100);
    }
}
