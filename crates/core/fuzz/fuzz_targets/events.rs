//! Any bytes as a stream of events: the same wherever it is cut.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alicloud_core::fuzzing::events(bytes));
