//! Whether the tests can fail: the code is spoiled row by row, in a copy, and the row's tests must notice.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use alicloud_codegen::cli::Failure;
use serde_json::{Value, json};

use super::{Format, ROWS, SUITE, Tests, row};
use crate::files::{read, write};
use crate::process::target;
use crate::root;

/// Where the mutations are written down.
const MUTATIONS: &str = "tests/faults/mutations.json";

/// One change of the code, such as a careless edit could make, that breaks what a row promises.
struct Mutation {
    row: u32,
    /// The file, from the root of the workspace.
    file: String,
    /// What stands in it, once.
    find: String,
    replace: String,
    /// What it breaks, in words.
    breaks: String,
}

/// What came of a mutation.
enum Verdict {
    Proved,
    /// The tests passed, or could not be judged: why.
    Not(&'static str),
}

pub(super) fn run(rows: &[u32], format: Format) -> Result<bool, Failure> {
    let mutations = mutations()?;
    let wanted = |mutation: &&Mutation| rows.is_empty() || rows.contains(&mutation.row);
    let wanted: Vec<&Mutation> = mutations.iter().filter(wanted).collect();
    let missing: Vec<u32> = (1..=ROWS)
        .filter(|row| rows.is_empty() || rows.contains(row))
        .filter(|row| wanted.iter().all(|it| it.row != *row))
        .collect();
    let copy = Copy::new()?;
    let mut verdicts = Vec::new();
    eprintln!("building the copy as it is");
    if !copy.build()? {
        return Err(Failure("the copy does not build as it is".to_owned()));
    }
    for (index, mutation) in wanted.iter().enumerate() {
        let start = Instant::now();
        let verdict = copy.judge(mutation)?;
        let word = match &verdict {
            Verdict::Proved => "proved".to_owned(),
            Verdict::Not(why) => format!("NOT PROVED: {why}"),
        };
        eprintln!(
            "{:>3}/{} row {:>2}: {word} ({:.0} s): {}",
            index + 1,
            wanted.len(),
            mutation.row,
            start.elapsed().as_secs_f64(),
            mutation.breaks
        );
        verdicts.push((*mutation, verdict));
    }
    let proved = verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Proved)).count();
    match format {
        Format::Text => {
            for (mutation, verdict) in &verdicts {
                let word = if matches!(verdict, Verdict::Proved) { "proved" } else { "NOT PROVED" };
                println!("row {:>2}  {word:<10}  {}: {}", mutation.row, mutation.file, mutation.breaks);
            }
            for row in &missing {
                println!("row {row:>2}  NOT PROVED  there is no mutation");
            }
            println!("mutations: {proved} of {} proved; rows without one: {}", verdicts.len(), missing.len());
        }
        Format::Json => {
            let all = verdicts.iter().map(|(mutation, verdict)| {
                let why = match verdict {
                    Verdict::Proved => Value::Null,
                    Verdict::Not(why) => json!(why),
                };
                json!({
                    "row": mutation.row, "file": mutation.file, "breaks": mutation.breaks,
                    "proved": why.is_null(), "why": why,
                })
            });
            let all: Vec<Value> = all.collect();
            println!("{:#}", json!({"mutations": all, "proved": proved, "rows_without": missing}));
        }
    }
    Ok(proved == verdicts.len() && missing.is_empty())
}

fn mutations() -> Result<Vec<Mutation>, Failure> {
    let wrong = |what: &str| Failure(format!("{MUTATIONS}: {what}"));
    let all: Value =
        serde_json::from_str(&read(&root().join(MUTATIONS))?).map_err(|error| wrong(&error.to_string()))?;
    let all = all.as_array().ok_or_else(|| wrong("it is a list"))?;
    all.iter()
        .map(|it| {
            let text = |name: &str| {
                it[name].as_str().map(str::to_owned).ok_or_else(|| wrong(&format!("{it}: `{name}` is missing")))
            };
            let row = it["row"].as_u64().and_then(|row| u32::try_from(row).ok());
            Ok(Mutation {
                row: row.ok_or_else(|| wrong(&format!("{it}: `row` is missing")))?,
                file: text("file")?,
                find: text("find")?,
                replace: text("replace")?,
                breaks: text("breaks")?,
            })
        })
        .collect()
}

/// The sources of the workspace in a folder of their own, with a target folder of their own that stays warm.
struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn new() -> Result<Self, Failure> {
        let below = target().join("faults");
        let copy = Self { folder: below.join("workspace"), target: below.join("target") };
        let mut kept = BTreeSet::new();
        mirror(&root(), &copy.folder, Path::new(""), &mut kept)?;
        clear(&copy.folder, &copy.folder, &kept)?;
        Ok(copy)
    }

    /// Judges one mutation. The file is as before afterwards.
    fn judge(&self, mutation: &Mutation) -> Result<Verdict, Failure> {
        let path = self.folder.join(&mutation.file);
        let before = read(&path)?;
        if before.matches(&mutation.find).count() != 1 {
            let times = before.matches(&mutation.find).count();
            return Err(Failure(format!(
                "row {}: {:?} stands {times} times in {}",
                mutation.row, mutation.find, mutation.file
            )));
        }
        write(&path, &before.replacen(&mutation.find, &mutation.replace, 1))?;
        let verdict = self.test(mutation.row);
        write(&path, &before)?;
        verdict
    }

    fn build(&self) -> Result<bool, Failure> {
        crate::process::run(self.cargo(&["test", "--quiet", "--no-run"]).args(SUITE))
    }

    fn test(&self, number: u32) -> Result<Verdict, Failure> {
        // A mutation that does not compile proves nothing; the compiler's words are of no use then.
        let built = self.cargo(&["test", "--quiet", "--no-run"]).args(SUITE).stderr(Stdio::null()).status();
        if !built.map_err(|error| Failure(format!("cargo cannot be started: {error}")))?.success() {
            return Ok(Verdict::Not("it does not compile"));
        }
        let output = self
            .cargo(&["test", "--quiet"])
            .args(SUITE)
            .args(["--", &format!("fault_{number:02}_"), "--format", "pretty"])
            .stderr(Stdio::null())
            .output()
            .map_err(|error| Failure(format!("cargo cannot be started: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let tests = Tests::read(&text);
        let of_row = |names: &[String]| names.iter().any(|name| row(name) == Some(number));
        Ok(match output.status.success() {
            true if of_row(&tests.passed) => Verdict::Not("its tests passed"),
            true => Verdict::Not("it has no test"),
            false if of_row(&tests.failed) => Verdict::Proved,
            // A test that brings down the whole program, as by an overflow of the stack, has failed too.
            false if output.status.code().is_none_or(|code| code == 101) && !text.contains("test result:") => {
                Verdict::Proved
            }
            false => Verdict::Not("another test failed"),
        })
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = crate::process::cargo(arguments);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        // What cargo told this program of itself is not about the copy.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                command.env_remove(name);
            }
        }
        command
    }
}

/// Copies what differs, so that cargo builds only that. Folders that hold no sources are left out.
fn mirror(from: &Path, to: &Path, relative: &Path, kept: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let folder = from.join(relative);
    let wrong = |path: &Path, error: std::io::Error| Failure(format!("{}: {error}", path.display()));
    for entry in fs::read_dir(&folder).map_err(|error| wrong(&folder, error))? {
        let entry = entry.map_err(|error| wrong(&folder, error))?;
        let name = entry.file_name();
        if [".git", "target", "corpus"].iter().any(|left_out| name == *left_out) {
            continue;
        }
        let relative = relative.join(&name);
        let kind = entry.file_type().map_err(|error| wrong(&entry.path(), error))?;
        if kind.is_dir() {
            mirror(from, to, &relative, kept)?;
        } else if kind.is_file() {
            let content = fs::read(entry.path()).map_err(|error| wrong(&entry.path(), error))?;
            let copy = to.join(&relative);
            if !fs::read(&copy).is_ok_and(|found| found == content) {
                let parent = copy.parent().unwrap_or(to);
                fs::create_dir_all(parent)
                    .and_then(|()| fs::write(&copy, content))
                    .map_err(|error| wrong(&copy, error))?;
            }
            kept.insert(relative);
        }
    }
    Ok(())
}

/// Removes what the workspace does not have any more.
fn clear(folder: &Path, here: &Path, kept: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| Failure(format!("{}: {error}", here.display()));
    for entry in fs::read_dir(here).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() {
            clear(folder, &path, kept)?;
        } else if path.strip_prefix(folder).is_ok_and(|relative| !kept.contains(relative)) {
            fs::remove_file(&path).map_err(wrong)?;
        }
    }
    Ok(())
}
