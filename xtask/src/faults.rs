//! `cargo xtask faults`: runs the fault suite and prints its measurements; with `--prove`, it proves that each test can
//! fail.

mod prove;
mod table;

use std::collections::BTreeMap;

use alicloud_codegen::cli::Failure;

use crate::process::cargo;
use table::Table;

/// The rows to run, and the format of the result
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Apply mutations row by row, and expect the tests of the row to fail
    #[arg(long)]
    prove: bool,
    /// With --prove: only these rows
    #[arg(requires = "prove")]
    rows: Vec<u32>,
    /// The format of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The format of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// The number of rows in the matrix.
const ROWS: u32 = 45;

/// A test suite: a package and a test target.
const SUITE: [&str; 4] = ["--package", "alicloud-tests", "--test", "faults"];

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    if arguments.prove {
        return prove::run(&arguments.rows, arguments.format);
    }
    let output = cargo(&["test", "--quiet"])
        .args(SUITE)
        // One line for each test, with the output of the tests.
        .args(["--", "--show-output", "--format", "pretty"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| Failure(format!("cargo cannot be started: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let tests = Tests::read(&text);
    if tests.passed.is_empty() && tests.failed.is_empty() {
        return Err(Failure("no test of the suite has a result: it does not build, or it was aborted".to_owned()));
    }
    let table = Table::new(&tests, &figures(&text));
    match arguments.format {
        Format::Text => table.print(),
        Format::Json => println!("{:#}", table.json()),
    }
    if !output.status.success() {
        eprint!("{}", failures(&text));
    }
    Ok(output.status.success() && table.is_met())
}

/// The names of the tests that passed, and of those that failed.
#[derive(Debug, Default)]
struct Tests {
    passed: Vec<String>,
    failed: Vec<String>,
}

impl Tests {
    fn read(text: &str) -> Self {
        let mut tests = Self::default();
        for line in text.lines().filter_map(|line| line.strip_prefix("test ")) {
            match line.rsplit_once(" ... ") {
                Some((name, "ok")) => tests.passed.push(name.to_owned()),
                Some((name, "FAILED")) => tests.failed.push(name.to_owned()),
                _ => {}
            }
        }
        tests
    }
}

/// Returns the row of a test, if it belongs to one.
fn row(test: &str) -> Option<u32> {
    test.rsplit("::").next()?.strip_prefix("fault_")?.get(..2)?.parse().ok()
}

/// The values of each measurement, in order.
type Figures<'a> = BTreeMap<&'a str, Vec<f64>>;

/// Parses the lines `figure NAME VALUE`.
fn figures(text: &str) -> Figures<'_> {
    let mut figures = Figures::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("figure ")) {
        if let Some((name, value)) = line.split_once(' ')
            && let Ok(value) = value.parse()
        {
            figures.entry(name).or_default().push(value);
        }
    }
    figures
}

/// Returns the output of the failed tests.
fn failures(text: &str) -> &str {
    text.find("\nfailures:\n").map_or("", |at| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_of_test_output_returns_tests_and_figures() {
        let text = "\nrunning 2 tests\ntest a::fault_07_x ... ok\ntest b::waits ... FAILED\n\n\
                    figure row.07.injected 2\nfigure row.07.injected 1\nfigure amplification 1.05\nfigure odd\n\n\
                    failures:\n\n---- b::waits\n";
        let tests = Tests::read(text);
        assert_eq!((tests.passed, tests.failed), (vec!["a::fault_07_x".to_owned()], vec!["b::waits".to_owned()]));
        let figures = figures(text);
        assert_eq!((&figures["row.07.injected"][..], &figures["amplification"][..]), (&[2.0, 1.0][..], &[1.05][..]));
        assert_eq!(figures.len(), 2);
        assert!(failures(text).contains("b::waits"));
        assert_eq!([row("a::fault_07_x"), row("fault_45_y"), row("b::waits")], [Some(7), Some(45), None]);
    }
}
