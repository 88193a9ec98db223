//! What the table says of a whole call: the attempts of a script, one after another.

use crate::table::{Attempt, Column, Decision, Table};

/// The default number of attempts of a call.
pub const MAX_ATTEMPTS: u32 = 3;

/// An attempt with what the table says of it.
#[derive(Clone, Debug)]
pub struct Decided<'a> {
    pub attempt: Attempt<'a>,
    pub decision: Decision,
}

impl<'a> Decided<'a> {
    /// # Panics
    /// If the table does not decide.
    pub fn new(table: &Table, attempt: Attempt<'a>) -> Self {
        let decision = table.decide(&attempt).unwrap_or_else(|error| panic!("{error}"));
        Self { attempt, decision }
    }

    /// The rules that match.
    pub fn rules(&self, table: &Table) -> Vec<usize> {
        (0..table.rules.len()).filter(|rule| table.rules[*rule].matches(&self.attempt)).collect()
    }

    /// Whether the table leaves nothing open.
    pub fn is_definite(&self) -> bool {
        let columns = [Column::Result, Column::Executed, Column::Write, Column::Safe];
        self.decision.value(Column::Result) == "success"
            || columns.into_iter().all(|column| self.decision.value(column) != "open")
    }
}

/// What a call must come to. `None`: the documents do not decide.
#[derive(Clone, Debug)]
pub struct Prediction<'a> {
    pub sends: Option<u32>,
    pub success: Option<bool>,
    /// If the call fails: whether it may have been executed.
    pub executed: Option<bool>,
    /// The attempt that ends the call.
    pub last: &'a Decided<'a>,
    /// Whether the operation must not be executed twice.
    pub write: bool,
    /// The rules that decided.
    pub sends_rule: Option<usize>,
    pub executed_rule: Option<usize>,
}

/// The entry of a script that an attempt meets; the last repeats.
pub fn entry<T>(script: &[T], attempt: u32) -> &T {
    &script[(attempt as usize).min(script.len() - 1)]
}

/// Predicts a call whose attempts end as in `script`. `column` is the kind of its operation.
pub fn predict<'a>(column: Column, script: &'a [Decided<'a>], max_attempts: u32) -> Prediction<'a> {
    let (mut made, mut sends, mut counted) = (0, 0, 1);
    let mut used: Vec<&str> = Vec::new();
    let (mut executed, mut executed_rule) = (Some(false), None);
    loop {
        let last = entry(script, made);
        let Decided { attempt, decision } = last;
        made += 1;
        sends += u32::from(attempt.event != "no credentials");
        match decision.value(Column::Executed) {
            "maybe" => (executed, executed_rule) = (Some(true), decision.rule(Column::Executed)),
            "open" if executed != Some(true) => executed = None,
            _ => executed_rule = executed_rule.or(decision.rule(Column::Executed)),
        }
        let (result, next) = (decision.value(Column::Result), decision.value(column));
        let another = match next {
            _ if result == "success" => false,
            "retry" => counted < max_attempts,
            // One attempt means one, whatever the reason for another.
            "once" => max_attempts > 1 && !used.contains(&attempt.class),
            _ => false,
        };
        if another {
            if next == "retry" {
                counted += 1;
            } else {
                used.push(attempt.class);
            }
            continue;
        }
        let known = result != "success" && next == "open";
        return Prediction {
            sends: (!known).then_some(sends),
            success: (!known && result != "open").then_some(result == "success"),
            executed,
            last,
            write: column == Column::Write,
            sends_rule: decision.rule(column).or(decision.rule(Column::Result)),
            executed_rule,
        };
    }
}
