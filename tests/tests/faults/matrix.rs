//! The matrix is whole: every row has a test, and every test can fail.

use std::collections::BTreeSet;
use std::fs;

use alicloud_tests::root;
use serde_json::Value;

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
fn every_row_has_a_test() {
    assert_eq!(tested(), ROWS.collect());
}

/// `cargo xtask faults --prove` makes each of these changes in a copy of the code and expects the row's tests to fail.
#[test]
fn every_row_has_a_mutation_that_applies() {
    let text = fs::read_to_string(root().join("tests/faults/mutations.json")).expect("the mutations");
    let mutations: Vec<Value> = serde_json::from_str(&text).expect("a list");
    let mut rows = BTreeSet::new();
    for mutation in &mutations {
        let word = |name: &str| mutation[name].as_str().unwrap_or_else(|| panic!("`{name}` is missing: {mutation}"));
        rows.insert(mutation["row"].as_u64().expect("a row"));
        let code = fs::read_to_string(root().join(word("file"))).unwrap_or_else(|error| panic!("{mutation}: {error}"));
        assert_eq!(code.matches(word("find")).count(), 1, "stands once in {}: {}", word("file"), word("find"));
        assert!(word("find") != word("replace") && !word("breaks").is_empty(), "{mutation}");
    }
    assert_eq!(rows, ROWS.collect());
}
