//! Compares the outcome of a call with the table, and reports the differences.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use alicloud_core::Error;

use crate::predict::{Decided, Prediction, entry};
use crate::table::{Column, Table};

/// The outcome of a call.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub sends: u32,
    /// `None`: it succeeded.
    pub failure: Option<Failure>,
    /// The pauses between attempts, where the clock knows them.
    pub pauses: Option<Vec<Duration>>,
    /// What was wrong with the requests themselves, such as a nonce that was sent twice.
    pub flaw: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub executed: bool,
    pub code: Option<String>,
    pub status: Option<u16>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { executed: error.may_have_been_executed(), code: error.code().map(str::to_owned), status: error.status() }
    }
}

/// A difference, and the rule that makes it one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub aspect: &'static str,
    pub rule: Option<usize>,
    pub expected: String,
    pub actual: String,
}

/// The longest pause before the second attempt that no header asks for, which is that after throttling. It doubles.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// All differences between a prediction and an outcome.
pub fn compare(
    table: &Table,
    script: &[Decided<'_>],
    prediction: &Prediction<'_>,
    outcome: &Outcome,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut differ = |aspect, rule, expected: &dyn std::fmt::Debug, actual: &dyn std::fmt::Debug| {
        let (expected, actual) = (format!("{expected:?}"), format!("{actual:?}"));
        differences.push(Difference { aspect, rule, expected, actual });
    };
    let sends = prediction.sends;
    if let Some(sends) = sends.filter(|sends| *sends != outcome.sends) {
        differ("sends", prediction.sends_rule, &sends, &outcome.sends);
    }
    let success = outcome.failure.is_none();
    if let Some(expected) = prediction.success.filter(|expected| *expected != success) {
        differ("success", prediction.sends_rule, &expected, &success);
    }
    if let Some(flaw) = outcome.flaw {
        differ("request", None, &"a fresh signature of the same request", &flaw);
    }
    for (attempt, pause) in (0..).zip(outcome.pauses.iter().flatten()) {
        match table.header(entry(script, attempt).attempt.header).delay_ms.map(Duration::from_millis) {
            Some(delay) if delay != *pause => differ("pause", None, &delay, pause),
            None if *pause > LONGEST_PAUSE * (1 << attempt) => differ("pause", None, &LONGEST_PAUSE, pause),
            _ => {}
        }
    }
    let delays = |attempt| table.header(entry(script, attempt).attempt.header).delay_ms.is_some();
    let (least, pauses) = ((1..outcome.sends).filter(|attempt| delays(attempt - 1)).count(), &outcome.pauses);
    if let Some(pauses) = pauses.as_ref().filter(|pauses| pauses.len() < least) {
        differ("pauses", None, &least, &pauses.len());
    }
    let Some(failure) = &outcome.failure else { return differences };
    if let Some(executed) = prediction.executed.filter(|executed| *executed != failure.executed) {
        differ("may have been executed", prediction.executed_rule, &executed, &failure.executed);
    }
    // Where the documents leave both open, the two answers must still go together.
    if prediction.write && sends.is_none() && outcome.sends > 1 && failure.executed {
        differ("sends", prediction.sends_rule, &"1, or not executed", &outcome.sends);
    }
    // What the error says of the last response, if it is the one that the call should end with.
    if sends == Some(outcome.sends) && prediction.success == Some(false) {
        let Decided { attempt, decision } = prediction.last;
        if attempt.event == "response" && failure.status != Some(attempt.status) {
            differ("status", None, &Some(attempt.status), &failure.status);
        }
        let (code, rule) = (failure.code.as_deref(), decision.rule(Column::Code));
        match decision.value(Column::Code) {
            "kept" if code != Some(attempt.code) => differ("code", rule, &Some(attempt.code), &code),
            "none" if code.is_some() => differ("code", rule, &None::<&str>, &code),
            _ => {}
        }
    }
    differences
}

/// Differences by kind, with an example of each.
#[derive(Default)]
pub struct Report {
    cases: usize,
    sends: usize,
    kinds: BTreeMap<(Option<usize>, &'static str, String), (usize, String)>,
}

impl Report {
    pub fn add(&mut self, outcome: &Outcome, differences: Vec<Difference>, case: impl Fn() -> String) {
        self.cases += 1;
        self.sends += outcome.sends as usize;
        for Difference { aspect, rule, expected, actual } in differences {
            // Every code is a kind of its own otherwise.
            let kind = if aspect == "code" { String::new() } else { format!(", expected {expected}, actual {actual}") };
            let example = || format!("{}: expected {expected}, actual {actual}", case());
            self.kinds.entry((rule, aspect, kind)).or_insert_with(|| (0, example())).0 += 1;
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.cases += other.cases;
        self.sends += other.sends;
        for (kind, (count, example)) in other.kinds {
            self.kinds.entry(kind).or_insert((0, example)).0 += count;
        }
    }

    /// Prints the counts.
    ///
    /// # Panics
    /// If there is a difference: with the most frequent kinds.
    pub fn finish(self, name: &str, table: &Table) {
        println!("{name}: {} cases, {} sends", self.cases, self.sends);
        let mut kinds: Vec<_> = self.kinds.into_iter().collect();
        kinds.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        let total: usize = kinds.iter().map(|(_, (count, _))| count).sum();
        let mut text = String::new();
        for ((rule, aspect, kind), (count, example)) in kinds.iter().take(20) {
            let rule = rule.map_or("what holds for every attempt", |rule| table.rules[rule].id.as_str());
            _ = writeln!(text, "{count:7} x {aspect}{kind} (rule: {rule})\n          {example}");
        }
        assert!(kinds.is_empty(), "{total} differences of {} kinds:\n{text}", kinds.len());
    }
}
