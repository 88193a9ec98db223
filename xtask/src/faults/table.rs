//! The measurements of the suite, and their bounds.

use serde_json::{Map, Value, json};

use super::{Figures, ROWS, Tests, row};

/// How the values of several tests are combined.
#[derive(Clone, Copy)]
enum Aggregation {
    Sum,
    Max,
}

/// The bound of a measurement.
#[derive(Clone, Copy)]
enum Bound {
    Equal(f64),
    AtLeast(f64),
    Below(f64),
}

/// A measurement: its name in the output, its description, and its bound.
struct Figure(&'static str, &'static str, Aggregation, Option<Bound>);

const FIGURES: [Figure; 27] = [
    Figure("mutations", "calls that must not be repeated", Aggregation::Sum, Some(Bound::AtLeast(100.0))),
    Figure("mutations.duplicates", "of them received twice", Aggregation::Sum, Some(Bound::Equal(0.0))),
    Figure("signatures", "signatures verified independently", Aggregation::Sum, Some(Bound::AtLeast(1_000.0))),
    Figure("nonces.reused", "nonces used twice", Aggregation::Sum, Some(Bound::Equal(0.0))),
    Figure("secrets.planted", "secrets planted", Aggregation::Sum, Some(Bound::AtLeast(9.0))),
    Figure("secrets.sinks", "sinks searched", Aggregation::Sum, Some(Bound::AtLeast(12.0))),
    Figure("secrets.texts", "texts searched", Aggregation::Sum, None),
    Figure("secrets.found", "secrets found", Aggregation::Sum, Some(Bound::Equal(0.0))),
    Figure("malformed.tried", "corrupt responses tried", Aggregation::Sum, Some(Bound::AtLeast(10_000.0))),
    Figure("malformed.read", "of them decoded", Aggregation::Sum, None),
    Figure("malformed.panics", "panics", Aggregation::Sum, Some(Bound::Equal(0.0))),
    Figure("schedule.attempts_off", "attempts off the schedule, maximum", Aggregation::Max, Some(Bound::Equal(0.0))),
    Figure(
        "schedule.over_us",
        "microseconds waited beyond the schedule, maximum",
        Aggregation::Max,
        Some(Bound::Equal(0.0)),
    ),
    Figure("schedule.mean_deviation", "deviation of the mean delay, share of the longest", Aggregation::Max, None),
    Figure("amplification", "attempts per call while all attempts fail", Aggregation::Max, Some(Bound::Below(1.2))),
    Figure("amplification.calls", "calls in that measurement", Aggregation::Sum, None),
    Figure("refreshes", "credential refreshes for 1,000 tasks", Aggregation::Max, Some(Bound::Equal(1.0))),
    Figure("over_deadline_ms", "milliseconds over a deadline, maximum", Aggregation::Max, None),
    Figure("peak_bytes", "bytes of memory for a body of 100 MB", Aggregation::Max, None),
    Figure("peak_over_cap", "of them beyond the limit of a response", Aggregation::Max, None),
    Figure("cancelled.calls", "calls cancelled", Aggregation::Sum, Some(Bound::AtLeast(5_000.0))),
    Figure("cancelled.done", "of them already completed", Aggregation::Sum, None),
    Figure("cancelled.points", "points of cancellation", Aggregation::Max, None),
    Figure("cancelled.tasks_left", "tasks left", Aggregation::Max, Some(Bound::Equal(0.0))),
    Figure("cancelled.sockets_left", "sockets left", Aggregation::Max, Some(Bound::Equal(0.0))),
    Figure("cancelled.spans_left", "spans left open", Aggregation::Max, Some(Bound::Equal(0.0))),
    Figure("cancelled.wrong", "calls afterwards that failed", Aggregation::Sum, Some(Bound::Equal(0.0))),
];

impl Figure {
    fn value(&self, figures: &Figures<'_>) -> Option<f64> {
        let values = figures.get(self.0)?;
        Some(match self.2 {
            Aggregation::Sum => values.iter().sum(),
            Aggregation::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// A missing measurement is accepted only without a bound.
    fn is_met(&self, value: Option<f64>) -> bool {
        match (self.3, value) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(Bound::Equal(expected)), Some(value)) => value == expected,
            (Some(Bound::AtLeast(minimum)), Some(value)) => value >= minimum,
            (Some(Bound::Below(maximum)), Some(value)) => value < maximum,
        }
    }

    fn bound(&self) -> String {
        match self.3 {
            None => String::new(),
            Some(Bound::Equal(value)) => format!("{value}"),
            Some(Bound::AtLeast(value)) => format!("at least {value}"),
            Some(Bound::Below(value)) => format!("below {value}"),
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
    fn is_met(&self) -> bool {
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

    pub(super) fn is_met(&self) -> bool {
        self.rows.iter().all(Row::is_met) && self.figures.iter().all(|(figure, value)| figure.is_met(*value))
    }

    pub(super) fn print(&self) {
        println!("{:<6} {:>6} {:>9} {:>9}", "row", "tests", "injected", "survived");
        for row in &self.rows {
            let verdict = if row.is_met() { "" } else { "  FAILED" };
            println!("{:<6} {:>6} {:>9} {:>9}{verdict}", row.number, row.tests, row.injected, row.survived);
        }
        println!("\n{:<52} {:>12} {:>16}", "figure", "measured", "must be");
        for (figure, value) in &self.figures {
            let text = value.map_or_else(|| "absent".to_owned(), |value| format!("{value}"));
            let verdict = if figure.is_met(*value) { "" } else { "  FAILED" };
            println!("{:<52} {text:>12} {:>16}{verdict}", figure.1, figure.bound());
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
                "injected": row.injected, "survived": row.survived, "met": row.is_met(),
            })
        };
        let figures: Map<String, Value> = self
            .figures
            .iter()
            .map(|(figure, value)| (figure.0.to_owned(), json!({"value": value, "met": figure.is_met(*value)})))
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
    fn is_met_of_an_absent_or_out_of_bounds_figure_is_false() {
        let figure = |name: &str| FIGURES.iter().find(|figure| figure.0 == name).expect("a figure");
        let figures = Figures::from([("mutations.duplicates", vec![0.0, 1.0]), ("refreshes", vec![1.0, 1.0])]);
        let is_met = |name| figure(name).is_met(figure(name).value(&figures));
        assert!(
            !is_met("mutations.duplicates") && is_met("refreshes") && !is_met("secrets.found") && is_met("peak_bytes")
        );
        let row = Row { number: 1, tests: 1, failed: 0, injected: 2.0, survived: 1.0 };
        assert!(!row.is_met());
    }
}
