//! Any bytes as the body of an error: what can be recovered from them, and nothing that a parser does not find.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alicloud_core::fuzzing::members(bytes));
