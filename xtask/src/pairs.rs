//! `cargo xtask pairs`: imports, compares and generates documents with an older and a newer edition.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use alicloud_codegen::cli::Failure;
use alicloud_codegen::diff::{Diff, Effect, Side, compare};
use alicloud_codegen::import::{self, Options, Outcome};
use alicloud_codegen::source::Source;

use crate::corpus;
use crate::files::{read, write};
use crate::process::target;

/// Two editions of the same documents
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the older documents
    #[arg(long, value_name = "DIR")]
    old: PathBuf,
    /// The folder of the newer documents
    #[arg(long, value_name = "DIR")]
    new: PathBuf,
    /// Also run `cargo check` on the crates of the imported documents, with warnings denied
    #[arg(long)]
    check: bool,
}

/// A row of the table.
struct Row {
    title: String,
    operations: [usize; 2],
    /// The number of changes by effect, the most severe first.
    changes: [usize; 4],
    /// The number of breaking changes that the import withholds.
    withheld: usize,
    diff: Duration,
    import: Duration,
    failures: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let specs = target().join("pairs/spec");
    let mut rows = Vec::new();
    for (old, new) in pairs(arguments)? {
        rows.push(pair(&old, &new, &specs)?);
    }
    if rows.is_empty() {
        return Err(Failure("no document has an edition in both folders".to_owned()));
    }
    print(&rows);
    let corpus = corpus::Arguments::generate(specs, target().join("pairs/crates"), arguments.check);
    let generated = corpus::run(&corpus)?;
    Ok(generated && rows.iter().all(|row| row.failures.is_empty()))
}

/// Returns the documents with the same path in both folders.
fn pairs(arguments: &Arguments) -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
    let mut newer = Vec::new();
    corpus::find(&arguments.new, &mut newer)?;
    newer.sort();
    let older = |new: &PathBuf| arguments.old.join(new.strip_prefix(&arguments.new).unwrap_or(new));
    Ok(newer.into_iter().map(|new| (older(&new), new)).filter(|(old, _)| old.is_file()).collect())
}

/// Compares and imports a pair; the imported document is written to `specs`.
fn pair(old: &Path, new: &Path, specs: &Path) -> Result<Row, Failure> {
    let sources = [source(old)?, source(new)?];
    let started = Instant::now();
    let sides = [side(&sources[0])?, side(&sources[1])?];
    let found = compare(&sides[0], &sides[1]);
    let diff = started.elapsed();

    let started = Instant::now();
    let compatible = import(&sources, &Options::default())?;
    let full = import(&sources, &Options { accept_breaking: true, ..Options::default() })?;
    let import = started.elapsed();

    let mut failures = Vec::new();
    let imported = side(&Source::new("imported without breaking changes", compatible.text.as_str()))?;
    for change in compare(&sides[0], &imported).with(Effect::Breaking) {
        failures.push(format!("the import applies a breaking change that is not accepted: {}", change.text));
    }
    if !full.withheld.is_empty() {
        failures.push(format!("the import withholds {} changes although all are accepted", full.withheld.len()));
    }
    if compatible.withheld.is_empty() && breaking(&found) > 0 && breaking(&compare(&imported, &sides[1])) > 0 {
        failures.push("the import withholds breaking changes and does not report them".to_owned());
    }
    let name = format!("{}-{}.json", sides[1].model.product, sides[1].model.version).to_lowercase();
    write(&specs.join(name), &full.text)?;
    Ok(Row {
        title: found.title.clone(),
        operations: sides.each_ref().map(|side| side.model.operations.len()),
        changes: Effect::ALL.map(|effect| found.with(effect).count()),
        withheld: compatible.withheld.len(),
        diff,
        import,
        failures,
    })
}

fn breaking(diff: &Diff) -> usize {
    diff.with(Effect::Breaking).count()
}

fn source(path: &Path) -> Result<Source, Failure> {
    Ok(Source::new(path.display().to_string(), read(path)?))
}

fn side(source: &Source) -> Result<Side, Failure> {
    Side::read(source).map_err(|problems| {
        let first = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        Failure(format!("{}: {first}", source.name()))
    })
}

fn import([old, new]: &[Source; 2], options: &Options) -> Result<Outcome, Failure> {
    import::import(new, Some(old), options).map_err(|_| Failure(format!("{}: cannot be imported", new.name())))
}

fn print(rows: &[Row]) {
    println!(
        "{:<32} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "document", "operations", "breaking", "behavior", "additive", "texts", "withheld", "diff", "import"
    );
    for row in rows {
        let [old, new] = row.operations;
        let [breaking, behavior, additive, texts] = row.changes;
        println!(
            "{:<32} {:>11} {breaking:>9} {behavior:>9} {additive:>9} {texts:>9} {:>9} {:>6} ms {:>6} ms",
            row.title,
            format!("{old} → {new}"),
            row.withheld,
            row.diff.as_millis(),
            row.import.as_millis()
        );
        for failure in &row.failures {
            println!("  FAILED: {failure}");
        }
    }
}
