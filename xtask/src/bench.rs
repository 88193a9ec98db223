//! `cargo xtask bench`

use alicloud_codegen::cli::Failure;

/// What is measured.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Result<bool, Failure> {
    Err(Failure("nothing is measured yet".to_owned()))
}
