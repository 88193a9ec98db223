//! Figures: lines `figure NAME VALUE` in the output of a test, which `cargo xtask faults` collects.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use alicloud_mock::{Mock, Verification};

/// Tells a figure.
pub(crate) fn tell(name: &str, value: impl Display) {
    println!("figure {name} {value}");
}

/// Holds a time against its limit: a tenth more is allowed, for the machine's sake.
pub(crate) fn deadline(limit: Duration, time: Duration) {
    assert!(time < limit + limit / 10, "{time:?} is far more than {limit:?}");
    tell("over_deadline_ms", time.saturating_sub(limit).as_millis());
}

/// The nonces that all mocks of all tests have seen.
static NONCES: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// What a row injected and what came of it; told when it is done.
pub(crate) struct Row {
    number: u32,
    injected: Cell<u32>,
    survived: Cell<u32>,
}

impl Row {
    pub(crate) fn new(number: u32) -> Self {
        Self { number, injected: Cell::new(0), survived: Cell::new(0) }
    }

    /// A fault is there.
    pub(crate) fn inject(&self) {
        self.injected.set(self.injected.get() + 1);
    }

    /// What must hold held, for the faults since the last time.
    pub(crate) fn survive(&self) {
        self.survived.set(self.injected.get());
    }

    /// So many calls that must not be repeated arrived so many times.
    pub(crate) fn mutations(&self, calls: usize, arrived: usize) {
        tell("mutations", calls);
        tell("mutations.duplicates", arrived.saturating_sub(calls));
        assert!(arrived <= calls, "{calls} calls arrived {arrived} times");
    }

    /// Takes stock of the requests that a mock saw: signatures that it verified, nonces.
    pub(crate) fn requests(&self, mock: &Mock) {
        let requests = mock.requests();
        let verified = |verification: &Verification| matches!(verification, Verification::Signed { .. });
        let reused = {
            let mut nonces = NONCES.lock().unwrap_or_else(PoisonError::into_inner);
            let nonces = nonces.get_or_insert_default();
            let all = requests.iter().filter_map(|request| request.header("x-acs-signature-nonce"));
            all.filter(|nonce| !nonces.insert((*nonce).to_owned())).count()
        };
        tell("signatures", requests.iter().filter(|request| verified(&request.verification)).count());
        tell("nonces.reused", reused);
    }
}

impl Drop for Row {
    fn drop(&mut self) {
        tell(&format!("row.{:02}.injected", self.number), self.injected.get());
        tell(&format!("row.{:02}.survived", self.number), self.survived.get());
    }
}
