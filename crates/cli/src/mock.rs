//! `alicloud mock`

use std::path::PathBuf;

use alicloud_mock::{AccessKey, Options, serve};

use crate::Failure;

/// Serves documents on loopback as the service would: verifies, checks and responds
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A document to serve; several files may follow, or the option be repeated
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    spec: Vec<PathBuf>,
    /// The port on 127.0.0.1; a free one by default
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Check bounds and enumerations too
    #[arg(long)]
    strict: bool,
    /// Do not verify signatures
    #[arg(long)]
    unsigned: bool,
    /// The ID of the access key that requests are signed with
    #[arg(long, value_name = "ID", requires = "access_key_secret")]
    access_key: Option<String>,
    /// The secret of the access key
    #[arg(long, value_name = "SECRET", requires = "access_key")]
    access_key_secret: Option<String>,
    /// The security token that requests must carry
    #[arg(long, value_name = "TOKEN", requires = "access_key")]
    security_token: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let mut options = Options::default();
    options.specs.clone_from(&arguments.spec);
    options.port = arguments.port;
    options.strict = arguments.strict;
    options.unsigned = arguments.unsigned;
    options.access_key = arguments.access_key.as_ref().zip(arguments.access_key_secret.as_ref()).map(|(id, secret)| {
        let key = AccessKey::new(id, secret);
        match &arguments.security_token {
            Some(token) => key.security_token(token),
            None => key,
        }
    });
    let mock = serve(&options, std::io::stdout()).map_err(|error| Failure::Usage(error.to_string()))?;
    mock.wait();
    Ok(true)
}
