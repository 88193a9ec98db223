//! Any bytes as an ini file: an error with its line, or a section of unique names.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alicloud_core::fuzzing::ini(bytes));
