//! Selects the scripted response of a request.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::response::Response;

/// The number of times something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// This number of times; `2` can be written for `Times::Exactly(2)`.
    Exactly(u64),
    /// Each time.
    Always,
}

impl From<u64> for Times {
    fn from(times: u64) -> Self {
        Self::Exactly(times)
    }
}

/// A scripted response of a mock. Dropping it has no effect.
#[derive(Clone)]
pub struct Script(Arc<Inner>);

struct Inner {
    operation: String,
    response: Response,
    left: Counter,
    hits: AtomicU64,
}

impl Script {
    /// Returns the number of requests that received the response.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.0.hits.load(Ordering::SeqCst)
    }

    /// Returns whether the response is consumed.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.0.left.is_empty()
    }

    /// Removes the response.
    pub fn cancel(&self) {
        self.0.left.clear();
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Script")
            .field("operation", &self.0.operation)
            .field("response", &self.0.response)
            .field("hits", &self.hits())
            .finish_non_exhaustive()
    }
}

/// The name that matches every operation.
pub(crate) const ANY: &str = "*";

/// All scripts, in order.
#[derive(Default)]
pub(crate) struct Scripts(Mutex<Vec<Arc<Inner>>>);

impl Scripts {
    pub(crate) fn add(&self, operation: String, response: Response, times: Times) -> Script {
        let script = Arc::new(Inner { operation, response, left: Counter::new(times), hits: AtomicU64::new(0) });
        self.all().push(Arc::clone(&script));
        Script(script)
    }

    /// Returns the response to a request: of the first script of its operation, or else of the first one of every
    /// operation.
    pub(crate) fn take(&self, operation: &str) -> Option<Response> {
        let mut all = self.all();
        all.retain(|script| !script.left.is_empty());
        let take = |name: &str| {
            let script = all.iter().find(|script| script.operation == name && script.left.take())?;
            script.hits.fetch_add(1, Ordering::SeqCst);
            Some(script.response.clone())
        };
        take(operation).or_else(|| take(ANY))
    }

    pub(crate) fn clear(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<Inner>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A countdown; `u64::MAX` is endless.
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn new(times: Times) -> Self {
        Self(AtomicU64::new(match times {
            Times::Exactly(times) => times,
            Times::Always => u64::MAX,
        }))
    }

    fn is_empty(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }

    fn clear(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    /// Decrements the counter; returns whether it was not zero.
    pub(crate) fn take(&self) -> bool {
        let less = |left: u64| match left {
            0 => None,
            u64::MAX => Some(u64::MAX),
            left => Some(left - 1),
        };
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::Content;

    fn status(response: Option<Response>) -> Option<u16> {
        match response?.content {
            Content::Body { status, .. } => Some(status),
            _ => None,
        }
    }

    #[test]
    fn scripts_are_used_in_order_until_consumed() {
        let scripts = Scripts::default();
        let always = scripts.add(ANY.to_owned(), Response::status(500), Times::Always);
        let first = scripts.add("A".to_owned(), Response::status(501), 2.into());
        let second = scripts.add("A".to_owned(), Response::status(502), 1.into());
        let taken: Vec<_> = (0..4).map(|_| status(scripts.take("A"))).collect();
        assert_eq!(taken, [Some(501), Some(501), Some(502), Some(500)]);
        assert_eq!(status(scripts.take("B")), Some(500));
        assert_eq!((first.hits(), second.hits(), always.hits()), (2, 1, 2));
        assert!(first.is_done() && !always.is_done());
        always.cancel();
        assert!(scripts.take("B").is_none() && always.is_done());
    }

    #[test]
    fn clear_removes_all_scripts() {
        let scripts = Scripts::default();
        let script = scripts.add("A".to_owned(), Response::status(500), 0.into());
        assert!(script.is_done() && scripts.take("A").is_none());
        scripts.add("A".to_owned(), Response::status(500), Times::Always);
        scripts.clear();
        assert!(scripts.take("A").is_none());
    }
}
