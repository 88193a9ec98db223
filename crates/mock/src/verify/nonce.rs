//! Used nonces.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Records nonces as long as a request with the same nonce could have a valid date.
#[derive(Default)]
pub(super) struct Nonces {
    used: Mutex<UsedNonce>,
}

#[derive(Default)]
struct UsedNonce {
    seen: HashMap<(String, String), SystemTime>,
    prune_at: usize,
}

/// The number of nonces at which expired ones are removed.
const PRUNE_THRESHOLD: usize = 10_000;

impl Nonces {
    /// Records a nonce; returns whether it is new for this key.
    pub(super) fn insert(&self, access_key_id: &str, nonce: &str, now: SystemTime) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.seen.len() >= used.prune_at.max(PRUNE_THRESHOLD) {
            // A date may be one window ahead of the clock, and is then valid for two.
            let old = |seen: SystemTime| now.duration_since(seen).is_ok_and(|age| age > super::WINDOW * 2);
            used.seen.retain(|_, seen| !old(*seen));
            used.prune_at = used.seen.len() * 2;
        }
        used.seen.insert((access_key_id.to_owned(), nonce.to_owned()), now).is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn insert_of_a_repeated_nonce_is_false_for_the_same_key() {
        let nonces = Nonces::default();
        let now = SystemTime::UNIX_EPOCH;
        assert!(nonces.insert("a", "1", now));
        assert!(!nonces.insert("a", "1", now));
        assert!(nonces.insert("b", "1", now));
    }

    #[test]
    fn insert_of_an_expired_nonce_is_true() {
        let nonces = Nonces::default();
        let start = SystemTime::UNIX_EPOCH;
        for number in 0..PRUNE_THRESHOLD {
            assert!(nonces.insert("a", &number.to_string(), start));
        }
        assert!(nonces.insert("a", "new", start + Duration::from_secs(3600)));
        assert_eq!(nonces.used.lock().unwrap().seen.len(), 1);
    }
}
