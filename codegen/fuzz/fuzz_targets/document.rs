//! Any bytes as a document result in diagnostics or in a crate that parses, never in a panic.
#![no_main]

use alicloud_codegen::generate::{Options, generate};
use alicloud_codegen::source::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::new("fuzz.json", String::from_utf8_lossy(bytes));
    let options = Options { skip_unsupported: true, ..Options::default() };
    match generate(&source, &options) {
        Ok(outcome) => {
            for found in &outcome.diagnostics {
                assert!(!found.render(&source).is_empty());
            }
        }
        Err(fault) => panic!("{fault}"),
    }
});
