//! The measurements of the suite, and their bounds.

use serde_json::{Map, Value, json};

use super::{Figures, ROWS, Tests, row};

/// How the values of several tests are combined.
#[derive(Clone, Copy)]
enum How {
    Sum,
    Most,
}

/// The bound of a measurement.
#[derive(Clone, Copy)]
enum Must {
    Be(f64),
    Reach(f64),
    StayBelow(f64),
}

/// A measurement: its name in the output, its description, and its bound.
struct Figure(&'static str, &'static str, How, Option<Must>);

const FIGURES: [Figure; 27] = [
    Figure("mutations", "calls that must not be repeated", How::Sum, Some(Must::Reach(100.0))),
    Figure("mutations.duplicates", "of them arrived twice", How::Sum, Some(Must::Be(0.0))),
    Figure("signatures", "signatures verified independently", How::Sum, Some(Must::Reach(1_000.0))),
    Figure("nonces.reused", "nonces used twice", How::Sum, Some(Must::Be(0.0))),
    Figure("secrets.planted", "secrets planted", How::Sum, Some(Must::Reach(9.0))),
    Figure("secrets.sinks", "sinks searched", How::Sum, Some(Must::Reach(12.0))),
    Figure("secrets.texts", "texts searched", How::Sum, None),
    Figure("secrets.found", "secrets found", How::Sum, Some(Must::Be(0.0))),
    Figure("malformed.tried", "spoiled responses tried", How::Sum, Some(Must::Reach(10_000.0))),
    Figure("malformed.read", "of them read all the same", How::Sum, None),
    Figure("malformed.panics", "panics", How::Sum, Some(Must::Be(0.0))),
    Figure("schedule.attempts_off", "attempts off the schedule, most", How::Most, Some(Must::Be(0.0))),
    Figure("schedule.over_us", "microseconds waited beyond the schedule, most", How::Most, Some(Must::Be(0.0))),
    Figure("schedule.mean_deviation", "deviation of the mean wait, share of the longest", How::Most, None),
    Figure("amplification", "attempts a call while all fail", How::Most, Some(Must::StayBelow(1.2))),
    Figure("amplification.calls", "calls in that storm", How::Sum, None),
    Figure("refreshes", "renewals of a key for 1,000 tasks", How::Most, Some(Must::Be(1.0))),
    Figure("over_deadline_ms", "milliseconds over a deadline, most", How::Most, None),
    Figure("peak_bytes", "bytes of memory for a body of 100 MB", How::Most, None),
    Figure("peak_over_cap", "of them beyond what a response may have", How::Most, None),
    Figure("cancelled.calls", "calls given up", How::Sum, Some(Must::Reach(5_000.0))),
    Figure("cancelled.done", "calls that were done before", How::Sum, None),
    Figure("cancelled.points", "points at which they were given up", How::Most, None),
    Figure("cancelled.tasks_left", "tasks left", How::Most, Some(Must::Be(0.0))),
    Figure("cancelled.sockets_left", "sockets left", How::Most, Some(Must::Be(0.0))),
    Figure("cancelled.spans_left", "spans left open", How::Most, Some(Must::Be(0.0))),
    Figure("cancelled.wrong", "calls afterwards that failed", How::Sum, Some(Must::Be(0.0))),
];

impl Figure {
    fn value(&self, figures: &Figures<'_>) -> Option<f64> {
        let values = figures.get(self.0)?;
        Some(match self.2 {
            How::Sum => values.iter().sum(),
            How::Most => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// A missing measurement is accepted only without a bound.
    fn holds(&self, value: Option<f64>) -> bool {
        match (self.3, value) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(Must::Be(wanted)), Some(value)) => value == wanted,
            (Some(Must::Reach(least)), Some(value)) => value >= least,
            (Some(Must::StayBelow(most)), Some(value)) => value < most,
        }
    }

    fn bound(&self) -> String {
        match self.3 {
            None => String::new(),
            Some(Must::Be(value)) => format!("{value}"),
            Some(Must::Reach(value)) => format!("at least {value}"),
            Some(Must::StayBelow(value)) => format!("below {value}"),
        }
    }
}

/// The result of a row.
struct Row {
    number: u32,
    tests: usize,
    failed: usize,
    injected: f64,
    survived: f64,
}

impl Row {
    fn holds(&self) -> bool {
        self.tests > 0 && self.failed == 0 && self.injected > 0.0 && self.injected == self.survived
    }
}

/// The whole result.
pub(super) struct Table {
    rows: Vec<Row>,
    figures: Vec<(&'static Figure, Option<f64>)>,
    passed: usize,
    failed: usize,
}

impl Table {
    pub(super) fn new(tests: &Tests, figures: &Figures<'_>) -> Self {
        let sum = |name: &str| figures.get(name).map_or(0.0, |values| values.iter().sum());
        let count = |names: &[String], number| names.iter().filter(|name| row(name) == Some(number)).count();
        let rows = (1..=ROWS).map(|number| {
            let failed = count(&tests.failed, number);
            Row {
                number,
                tests: failed + count(&tests.passed, number),
                failed,
                injected: sum(&format!("row.{number:02}.injected")),
                survived: sum(&format!("row.{number:02}.survived")),
            }
        });
        Self {
            rows: rows.collect(),
            figures: FIGURES.iter().map(|figure| (figure, figure.value(figures))).collect(),
            passed: tests.passed.len(),
            failed: tests.failed.len(),
        }
    }

    pub(super) fn holds(&self) -> bool {
        self.rows.iter().all(Row::holds) && self.figures.iter().all(|(figure, value)| figure.holds(*value))
    }

    pub(super) fn print(&self) {
        println!("{:<6} {:>6} {:>9} {:>9}", "row", "tests", "injected", "survived");
        for row in &self.rows {
            let verdict = if row.holds() { "" } else { "  FAILED" };
            println!("{:<6} {:>6} {:>9} {:>9}{verdict}", row.number, row.tests, row.injected, row.survived);
        }
        println!("\n{:<52} {:>12} {:>16}", "figure", "measured", "must be");
        for (figure, value) in &self.figures {
            let shown = value.map_or_else(|| "absent".to_owned(), |value| format!("{value}"));
            let verdict = if figure.holds(*value) { "" } else { "  FAILED" };
            println!("{:<52} {shown:>12} {:>16}{verdict}", figure.1, figure.bound());
        }
        let (injected, survived) = self.totals();
        println!(
            "\nfaults: {injected} injected, {survived} survived; tests: {} passed, {} failed",
            self.passed, self.failed
        );
    }

    fn totals(&self) -> (f64, f64) {
        self.rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.injected, sum.1 + row.survived))
    }

    pub(super) fn json(&self) -> Value {
        let row = |row: &Row| {
            json!({
                "row": row.number, "tests": row.tests, "failed": row.failed,
                "injected": row.injected, "survived": row.survived, "holds": row.holds(),
            })
        };
        let figures: Map<String, Value> = self
            .figures
            .iter()
            .map(|(figure, value)| (figure.0.to_owned(), json!({"value": value, "holds": figure.holds(*value)})))
            .collect();
        let (injected, survived) = self.totals();
        json!({
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(), "figures": figures,
            "injected": injected, "survived": survived, "passed": self.passed, "failed": self.failed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_absent_or_out_of_bounds_does_not_hold() {
        let figure = |name: &str| FIGURES.iter().find(|figure| figure.0 == name).expect("a figure");
        let figures = Figures::from([("mutations.duplicates", vec![0.0, 1.0]), ("refreshes", vec![1.0, 1.0])]);
        let holds = |name| figure(name).holds(figure(name).value(&figures));
        assert!(!holds("mutations.duplicates") && holds("refreshes") && !holds("secrets.found") && holds("peak_bytes"));
        let row = Row { number: 1, tests: 1, failed: 0, injected: 2.0, survived: 1.0 };
        assert!(!row.holds());
    }
}
