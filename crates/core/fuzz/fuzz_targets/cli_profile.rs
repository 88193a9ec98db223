//! Any bytes as a configuration of the command-line tool: an error, or what another reader finds as well.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alicloud_core::fuzzing::cli_profile(bytes));
