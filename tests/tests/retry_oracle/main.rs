//! Whether a request may have been executed, and whether it is sent again: the runtime against a table that was written
//! from the vendor's documents alone (`rules.json`), over every combination of what an attempt can end in.
//!
//! The table is the authority. Where it and the runtime differ, the documents decide which of them changes.
#![allow(missing_docs, unreachable_pub)]

mod cases;
mod compare;
mod effects;
mod pairwise;
mod predict;
mod scripted;
mod self_check;
mod server;
mod sockets;
mod table;

use std::collections::BTreeSet;

use cases::SUCCESS;
use compare::{Report, compare};
use effects::EFFECTS;
use predict::{Decided, MAX_ATTEMPTS, predict};
use scripted::ScriptedService;
use table::Table;

/// Does `work` for every item, on all cores.
fn spread<T: Sync>(items: &[T], work: impl AsyncFn(&ScriptedService, &T, &mut Report) + Sync) -> Report {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let (mut report, work) = (Report::default(), &work);
    std::thread::scope(|scope| {
        let run = |first| {
            scope.spawn(move || {
                let (world, mut report) = (ScriptedService::default(), Report::default());
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                runtime.block_on(async {
                    for item in items.iter().skip(first).step_by(threads) {
                        work(&world, item, &mut report).await;
                    }
                });
                report
            })
        };
        let workers: Vec<_> = (0..threads).map(run).collect();
        workers.into_iter().for_each(|worker| report.merge(worker.join().unwrap()));
    });
    report
}

/// Calls operations of every effect.
async fn check(table: &Table, world: &ScriptedService, script: &[Decided<'_>], max_attempts: u32, report: &mut Report) {
    for effect in EFFECTS {
        let prediction = predict(table.effects[*effect], script, max_attempts);
        let outcome = world.call(table, effect, script, max_attempts).await;
        let differences = compare(table, script, &prediction, &outcome);
        report.add(&outcome, differences, || {
            let script: Vec<_> = script.iter().map(|decided| decided.attempt.to_string()).collect();
            format!("{effect}, at most {max_attempts}: {}", script.join(", then "))
        });
    }
}

/// The same response again and again: the number of sends is that of a retry, of one attempt more, or of none.
#[test]
fn oracle_of_every_effect_agrees_on_each_attempt() {
    let table = Table::read();
    let attempts = cases::attempts(&table);
    let report = spread(&attempts, async |world, attempt, report| {
        check(&table, world, &[Decided::new(&table, *attempt)], MAX_ATTEMPTS, report).await;
    });
    report.finish("every attempt", &table);
}

/// One attempt for each set of rules that the table distinguishes.
fn representatives(table: &Table) -> Vec<Decided<'_>> {
    let mut seen = BTreeSet::new();
    let attempts = cases::attempts(table).into_iter();
    attempts.map(|attempt| Decided::new(table, attempt)).filter(|decided| seen.insert(decided.rules(table))).collect()
}

/// Earlier attempts count: any of them may have been executed, and what is allowed once is allowed once a call.
#[test]
fn oracle_with_two_failures_and_a_success_agrees() {
    let table = Table::read();
    let definite: Vec<_> = representatives(&table).into_iter().filter(Decided::is_definite).collect();
    let success = Decided::new(&table, SUCCESS);
    let report = spread(&definite, async |world, first, report| {
        for second in &definite {
            let script = [first.clone(), second.clone(), success.clone()];
            check(&table, world, &script, 2, report).await;
            check(&table, world, &script, MAX_ATTEMPTS, report).await;
        }
    });
    report.finish("two attempts and a success", &table);
}

/// A limit of one means one, whatever the reason for another.
#[test]
fn oracle_with_one_attempt_agrees() {
    let table = Table::read();
    let report = spread(&representatives(&table), async |world, attempt, report| {
        let success = Decided::new(&table, SUCCESS);
        check(&table, world, &[attempt.clone(), success], 1, report).await;
    });
    report.finish("one attempt alone", &table);
}
