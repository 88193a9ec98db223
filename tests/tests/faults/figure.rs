//! Figures: lines `figure NAME VALUE` in the output of a test, which `cargo xtask faults` collects.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use alicloud_mock::{Mock, Verification};

/// Prints a measurement.
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

/// The faults that a row injects, and how many of them were survived; reported when it is dropped.
///
/// A row fails if it injected nothing, or if a fault was not survived: see [`Fault`].
pub(crate) struct Row {
    number: u32,
    injected: Cell<u32>,
    survived: Cell<u32>,
}

/// A fault that was injected.
///
/// It was survived if [`end`](Self::end) is reached after at least one [`check`](Self::check), and all of them held. A
/// check that does not hold is reported and ends nothing, so that the faults after it are judged as well.
#[must_use = "a fault that is not ended was not survived"]
pub(crate) struct Fault<'a> {
    row: &'a Row,
    held: Cell<u32>,
    broken: Cell<u32>,
}

impl Fault<'_> {
    /// Checks that something holds; `what` describes it.
    #[track_caller]
    pub(crate) fn check(&self, holds: bool, what: impl Display) {
        if holds {
            self.held.set(self.held.get() + 1);
        } else {
            self.broken.set(self.broken.get() + 1);
            let (row, number, place) = (self.row.number, self.row.injected.get(), std::panic::Location::caller());
            println!("row {row}, fault {number}: {place}: {what}");
        }
    }

    /// Ends the fault: it was survived if what was checked holds.
    pub(crate) fn end(self) {
        if self.held.get() > 0 && self.broken.get() == 0 {
            self.row.survived.set(self.row.survived.get() + 1);
        }
    }
}

/// Checks that a condition holds for a fault, as `assert!` does.
macro_rules! check {
    ($fault:expr, $holds:expr $(,)?) => { $fault.check($holds, stringify!($holds)) };
    ($fault:expr, $holds:expr, $($what:tt)+) => {
        $fault.check($holds, format_args!("{}: {}", stringify!($holds), format_args!($($what)+)))
    };
}

/// Checks that two values are equal for a fault, as `assert_eq!` does.
macro_rules! check_eq {
    ($fault:expr, $actual:expr, $expected:expr $(,)?) => { check_eq!($fault, $actual, $expected, "") };
    ($fault:expr, $actual:expr, $expected:expr, $($what:tt)+) => {
        match (&$actual, &$expected) {
            (actual, expected) => $fault.check(
                *actual == *expected,
                format_args!("actual {actual:?}, expected {expected:?} {}", format_args!($($what)+)),
            ),
        }
    };
}

pub(crate) use {check, check_eq};

impl Row {
    pub(crate) fn new(number: u32) -> Self {
        Self { number, injected: Cell::new(0), survived: Cell::new(0) }
    }

    /// Injects a fault.
    pub(crate) fn inject(&self) -> Fault<'_> {
        self.injected.set(self.injected.get() + 1);
        Fault { row: self, held: Cell::new(0), broken: Cell::new(0) }
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
        let (injected, survived) = (self.injected.get(), self.survived.get());
        // 0 is the row of the test below.
        if self.number > 0 {
            tell(&format!("row.{:02}.injected", self.number), injected);
            tell(&format!("row.{:02}.survived", self.number), survived);
        }
        if !std::thread::panicking() {
            assert!(injected > 0 && survived == injected, "{survived} of {injected} faults were survived");
        }
    }
}

#[test]
fn fault_is_survived_only_if_checks_held() {
    // One that is in order, one with a check that does not hold, one without any, one that is not ended.
    let row = Row::new(0);
    let fault = row.inject();
    check_eq!(fault, 1 + 1, 2);
    fault.end();
    assert_eq!((row.injected.get(), row.survived.get()), (1, 1));
    let fault = row.inject();
    check!(fault, true);
    check_eq!(fault, 1 + 1, 3, "a mistake");
    check!(fault, true);
    fault.end();
    row.inject().end();
    let fault = row.inject();
    check!(fault, true);
    drop(fault);
    assert_eq!((row.injected.get(), row.survived.get()), (4, 1));

    let message = |row: Row| {
        let panic = std::panic::catch_unwind(AssertUnwindSafe(|| drop(row))).expect_err("the row fails");
        panic.downcast_ref::<String>().expect("a message").clone()
    };
    assert_eq!(message(row), "1 of 4 faults were survived");
    assert_eq!(message(Row::new(0)), "0 of 0 faults were survived");
}
