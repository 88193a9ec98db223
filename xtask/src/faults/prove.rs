//! Proves that tests can fail: each patch breaks a copy of the code, and tests of its rows must fail.

mod copy;
mod patch;

use std::time::Instant;

use alicloud_codegen::cli::Failure;
use serde_json::{Value, json};

use super::{Format, ROWS};
use copy::Copy;
use patch::Patch;

/// The result of a patch.
enum Verdict {
    Proved,
    /// The tests passed, or have no result; with the reason.
    Unproved(String),
}

impl Verdict {
    fn reason(&self) -> Option<&str> {
        match self {
            Self::Proved => None,
            Self::Unproved(reason) => Some(reason),
        }
    }
}

pub(super) fn run(rows: &[u32], format: Format) -> Result<bool, Failure> {
    let selected = |row: &u32| rows.is_empty() || rows.contains(row);
    let mut patches = patch::all()?;
    patches.retain(|patch| patch.rows.iter().any(selected));
    let missing: Vec<u32> =
        (1..=ROWS).filter(selected).filter(|row| patches.iter().all(|patch| !patch.rows.contains(row))).collect();
    let copy = Copy::new()?;
    // Stale patches are detected first, because the tests of the others take minutes.
    let mut pending = Vec::new();
    let mut verdicts = Vec::new();
    for patch in &patches {
        match patch.apply(copy.folder()) {
            Ok(changes) => pending.push((patch, changes)),
            Err(reason) => {
                eprintln!("{}: does not apply: {reason}", patch.name);
                verdicts.push((patch, Verdict::Unproved(format!("does not apply: {reason}"))));
            }
        }
    }
    eprintln!("building the unchanged copy");
    if !copy.build()? {
        return Err(Failure("the unchanged copy does not build".to_owned()));
    }
    for (index, (patch, changes)) in pending.iter().enumerate() {
        let start = Instant::now();
        let verdict = copy.prove(&patch.rows, changes)?;
        let result = verdict.reason().map_or_else(|| "proved".to_owned(), |reason| format!("NOT PROVED: {reason}"));
        let (number, count, seconds) = (index + 1, pending.len(), start.elapsed().as_secs_f64());
        eprintln!("{number:>3}/{count} {}: {result} ({seconds:.0} s)", patch.name);
        verdicts.push((patch, verdict));
    }
    verdicts.sort_by_key(|(patch, _)| &patch.name);
    report(&verdicts, &missing, format);
    Ok(missing.is_empty() && verdicts.iter().all(|(_, verdict)| matches!(verdict, Verdict::Proved)))
}

fn report(verdicts: &[(&Patch, Verdict)], missing: &[u32], format: Format) {
    let proved = verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Proved)).count();
    match format {
        Format::Text => {
            for (patch, verdict) in verdicts {
                let result = verdict.reason().map_or_else(String::new, |reason| format!(" ({reason})"));
                let word = if result.is_empty() { "proved" } else { "NOT PROVED" };
                println!("{word:<10}  {}: {}{result}", patch.name, patch.breaks);
            }
            for row in missing {
                println!("NOT PROVED  row {row}: no patch");
            }
            println!("patches: {proved} of {} proved; rows without one: {}", verdicts.len(), missing.len());
        }
        Format::Json => {
            let json = verdicts.iter().map(|(patch, verdict)| {
                json!({
                    "patch": patch.name, "rows": patch.rows, "breaks": patch.breaks,
                    "proved": verdict.reason().is_none(), "why": verdict.reason(),
                })
            });
            let json: Vec<Value> = json.collect();
            println!("{:#}", json!({"patches": json, "proved": proved, "rows_without": missing}));
        }
    }
}
