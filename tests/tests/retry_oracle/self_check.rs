//! The table itself: complete, without contradiction, and able to fail.

use std::collections::BTreeSet;

use crate::cases::{self, SUCCESS};
use crate::compare::{Failure, Outcome, compare};
use crate::effects::EFFECTS;
use crate::pairwise::pairwise;
use crate::predict::{Decided, MAX_ATTEMPTS, Prediction, predict};
use crate::table::{Attempt, COLUMNS, Column, Table};

/// Every attempt is decided, no two rules contradict each other, and every rule decides something.
#[test]
fn oracle_table_covers_every_case() {
    let table = Table::read();
    let attempts = cases::attempts(&table);
    for attempt in &attempts {
        table.decide(attempt).unwrap();
    }
    for rule in &table.rules {
        assert!(attempts.iter().any(|attempt| rule.matches(attempt)), "`{}` matches nothing", rule.id);
        assert!(rule.is_spelled_right(&attempts), "`{}` names what there is not", rule.id);
    }
    assert!(table.codes.len() >= 25, "{} codes", table.codes.len());
    let known: BTreeSet<&str> = table.effects.keys().map(String::as_str).collect();
    assert_eq!(known, EFFECTS.iter().copied().collect());
}

/// The outcome of a runtime that follows the table exactly.
fn ideal(prediction: &Prediction<'_>) -> Outcome {
    let Decided { attempt, decision } = prediction.last;
    let failure = Failure {
        executed: prediction.executed.unwrap_or(false),
        code: (decision.value(Column::Code) == "kept").then(|| attempt.code.to_owned()),
        status: (attempt.event == "response").then_some(attempt.status),
    };
    Outcome {
        sends: prediction.sends.unwrap_or(1),
        failure: (prediction.success != Some(true)).then_some(failure),
        ..Outcome::default()
    }
}

/// Whether a runtime that follows `table` differs from what `changed` says.
fn shows(table: &Table, changed: &Table, attempt: Attempt<'_>) -> bool {
    // A contradiction shows too.
    if changed.decide(&attempt).is_err() {
        return true;
    }
    [Column::Write, Column::Safe].into_iter().any(|column| {
        [&[attempt][..], &[attempt, SUCCESS]].into_iter().any(|script| {
            let script = |table| script.iter().map(|attempt| Decided::new(table, *attempt)).collect::<Vec<_>>();
            let (before, after) = (script(table), script(changed));
            let outcome = ideal(&predict(column, &before, MAX_ATTEMPTS));
            let same = compare(table, &before, &predict(column, &before, MAX_ATTEMPTS), &outcome);
            assert_eq!(same, [], "{attempt}");
            !compare(changed, &after, &predict(column, &after, MAX_ATTEMPTS), &outcome).is_empty()
        })
    })
}

/// Every value of every rule matters: with another one, the same runtime fails.
#[test]
fn oracle_with_a_changed_rule_disagrees() {
    let (table, mut changed) = (Table::read(), Table::read());
    let attempts = cases::attempts(&table);
    for number in 0..table.rules.len() {
        let rule = &table.rules[number];
        let attempt = *attempts.iter().find(|attempt| rule.matches(attempt)).expect("an attempt");
        for column in COLUMNS {
            let Some(&value) = rule.then.get(&column).filter(|value| **value != "open") else { continue };
            for other in column.values().iter().filter(|other| **other != value && **other != "open") {
                changed.rules[number].then.insert(column, other);
                assert!(shows(&table, &changed, attempt), "`{}`: {other} instead of {value}", rule.id);
            }
            changed.rules[number].then.insert(column, value);
        }
    }
}

#[test]
fn oracle_with_a_contradiction_is_an_error() {
    let mut table = Table::read();
    let attempt = Attempt {
        event: "response",
        status: 400,
        class: "throttling",
        code: "Throttling",
        header: "none",
        form: "json",
    };
    let number = table.rules.iter().position(|rule| rule.id == "throttling").expect("the rule");
    table.rules[number].then.insert(Column::Code, "none");
    assert!(table.decide(&attempt).unwrap_err().contains("`the code is kept` says kept and `throttling` says none"));
    table.rules.remove(number);
    assert!(table.decide(&attempt).unwrap_err().contains("no rule decides `executed`"));
}

#[test]
fn oracle_pairs_are_covered() {
    let levels = [4, 3, 2, 3];
    let rows = pairwise(&levels);
    for a in 0..levels.len() {
        for b in a + 1..levels.len() {
            let pairs: BTreeSet<_> = rows.iter().map(|row| (row[a], row[b])).collect();
            assert_eq!(pairs.len(), levels[a] * levels[b]);
        }
    }
    assert!(rows.len() < 24, "{} rows", rows.len());
}
