//! The command `alicloud`.

mod call;
mod catalogue;
mod explore;
mod files;
#[path = "../../../../codegen/tests/suite/fixture.rs"]
#[allow(dead_code, reason = "shared with the tests of the generator")]
mod fixture;
mod generate;
mod policy;
