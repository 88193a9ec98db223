//! The retry budget of a client.

use std::sync::atomic::{AtomicU32, Ordering};

/// The budget that all calls of a client share for attempts beyond the first, so that retries do not overload a failing
/// service. When it is empty, calls fail with their first error until others succeed.
pub(crate) struct Budget {
    left: AtomicU32,
    /// The maximum; `None` is no limit.
    capacity: Option<u32>,
}

impl Budget {
    pub(super) const ATTEMPT: u32 = 5;
    /// The cost of a retry after a timeout, which has cost the service more than a response.
    pub(super) const TIMEOUT: u32 = 10;
    /// The amount that a call without a retry returns.
    pub(super) const SUCCESS: u32 = 1;

    /// Creates a budget for a number of retries; `None` is no limit.
    pub(crate) fn new(retries: Option<u32>) -> Self {
        let capacity = retries.map(|retries| retries.saturating_mul(Self::ATTEMPT));
        Self { left: AtomicU32::new(capacity.unwrap_or_default()), capacity }
    }

    pub(super) fn withdraw(&self, cost: u32) -> bool {
        let take = |left: u32| left.checked_sub(cost);
        self.capacity.is_none() || self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    pub(super) fn deposit(&self, amount: u32) {
        let Some(capacity) = self.capacity else { return };
        let add = |left: u32| (left < capacity).then(|| capacity.min(left.saturating_add(amount)));
        _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    #[cfg(test)]
    pub(super) fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_is_exhausted_by_failures_and_refilled_by_successes() {
        let budget = Budget::new(Some(100));
        assert_eq!((0..1_000).filter(|_| budget.withdraw(Budget::ATTEMPT)).count(), 100);
        (0..4).for_each(|_| budget.deposit(Budget::SUCCESS));
        assert!(!budget.withdraw(Budget::ATTEMPT));
        budget.deposit(Budget::SUCCESS);
        assert!(budget.withdraw(Budget::ATTEMPT));
        (0..2_000).for_each(|_| budget.deposit(Budget::SUCCESS));
        assert_eq!((0..1_000).filter(|_| budget.withdraw(Budget::ATTEMPT)).count(), 100);
    }

    #[test]
    fn budget_of_any_size_allows_that_many_retries() {
        for (retries, expected) in [(Some(0), 0), (Some(1), 1), (Some(7), 7), (None, 1_000)] {
            let budget = Budget::new(retries);
            assert_eq!((0..1_000).filter(|_| budget.withdraw(Budget::ATTEMPT)).count(), expected, "{retries:?}");
            budget.deposit(u32::MAX);
        }
        assert!(Budget::new(Some(u32::MAX)).withdraw(u32::MAX - 1), "no overflow");
    }
}
