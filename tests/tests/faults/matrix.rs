//! The matrix is whole: every row has a test, and a patch that must make it fail.

use std::collections::BTreeSet;
use std::fs;

use alicloud_tests::root;

const ROWS: std::ops::RangeInclusive<u64> = 1..=45;

/// The rows that a test of this suite is named after.
fn tested() -> BTreeSet<u64> {
    let folder = root().join("tests/tests/faults");
    let mut rows = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the suite") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(path).expect("a module");
            let names = text.split("fn fault_").skip(1);
            rows.extend(names.filter_map(|name| name.get(..2)?.parse::<u64>().ok()));
        }
    }
    rows
}

#[test]
fn rows_of_the_matrix_have_tests() {
    assert_eq!(tested(), ROWS.collect());
}

/// The rows that the patches break, from their headers alone: whether a patch still applies, and whether the tests
/// notice it, is what `cargo xtask faults --prove` finds out.
fn broken() -> BTreeSet<u64> {
    let folder = root().join("tests/faults/mutations");
    let mut rows = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the patches") {
        let path = entry.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a patch");
        let header = text.lines().next().and_then(|line| line.strip_prefix("Rows: "));
        let header = header.unwrap_or_else(|| panic!("{} does not begin with its rows", path.display()));
        rows.extend(header.split(", ").map(|row| row.parse::<u64>().expect("a row")));
    }
    rows
}

#[test]
fn rows_of_the_matrix_have_patches() {
    assert_eq!(broken(), ROWS.collect());
}
