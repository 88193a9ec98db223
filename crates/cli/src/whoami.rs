//! `alicloud whoami`

use alicloud_explorer::identity;
use alicloud_explorer::outcome::with_causes;
use alicloud_explorer::target::{Settings, Target};
use serde_json::json;

use crate::output::Output;
use crate::{Failure, runtime};

/// Prints the account and the identity that calls are made with
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The profile of the Alibaba Cloud CLI
    #[arg(long)]
    profile: Option<String>,
    /// The endpoint of STS, a URL
    #[arg(long)]
    endpoint: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    arguments.output.check()?;
    let settings = Settings {
        target: Target::Service,
        region: None,
        endpoint: arguments.endpoint.clone(),
        profile: arguments.profile.clone(),
    };
    let caller = runtime()?.block_on(identity::caller(&settings));
    let caller = caller.map_err(|error| Failure::Refused(with_causes(&error)))?;
    arguments.output.print(&json!(caller))?;
    Ok(true)
}
