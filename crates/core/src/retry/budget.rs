//! What all calls of a client may spend on retries.

use std::sync::atomic::{AtomicU32, Ordering};

/// What all calls of a client may spend on attempts beyond the first, so that a service in trouble is not drowned in
/// them: once it is used up, calls fail with their first error until others succeed.
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    pub(super) const ATTEMPT: u32 = 5;
    /// A timeout has cost the service more than an answer.
    pub(super) const TIMEOUT: u32 = 10;
    /// What a call that succeeds at once puts back.
    pub(super) const SUCCESS: u32 = 1;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    pub(super) fn take(&self, cost: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    pub(super) fn give(&self, amount: u32) {
        let add = |left: u32| (left < Self::FULL).then(|| Self::FULL.min(left + amount));
        _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    #[cfg(test)]
    pub(super) fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
