//! Any bytes as a response: a value or an error, and no panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alicloud_core::fuzzing::response(bytes));
