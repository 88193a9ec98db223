//! Any bytes as a reply: a value or an error, and no panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alicloud_core::fuzzing::reply(bytes));
