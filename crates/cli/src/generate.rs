//! `alicloud generate`

use alicloud_codegen::cli;

use crate::Failure;

/// Generates crates. The runtime is the version of this command unless an option says otherwise.
pub(crate) fn run(arguments: &cli::Arguments) -> Result<bool, Failure> {
    Ok(cli::generate(arguments)?)
}
