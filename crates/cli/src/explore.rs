//! `alicloud explore`

use std::path::PathBuf;

use alicloud_explorer::server::{Dependencies, Explorer, Options};
use alicloud_explorer::target::Settings;

use crate::documents::{Documents, data};
use crate::{Failure, absolute, output, runtime};

/// Opens a page to find, try and take the code of operations
///
/// The page is served on 127.0.0.1, and calls a mock on this machine until you choose the service.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Documents, or folders with documents
    #[arg(value_name = "SPEC")]
    specs: Vec<PathBuf>,
    /// The port; a free one by default
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Print the link and do not open a browser
    #[arg(long)]
    no_open: bool,
    /// A folder with crates that saved programs depend on, instead of the registry
    #[arg(long, value_name = "DIR")]
    crates: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let catalog = Documents { specs: arguments.specs.clone() }.load()?;
    if catalog.documents().is_empty() {
        let hint = "no document: give one, or run `alicloud fetch PRODUCT` first";
        return Err(Failure::Usage(hint.to_owned()));
    }
    let dependency = match &arguments.crates {
        Some(folder) => Dependencies::Below(absolute(folder)?),
        None => Dependencies::Version(env!("CARGO_PKG_VERSION").to_owned()),
    };
    let options = Options {
        port: arguments.port,
        settings: Settings::default(),
        history: data().join("history.jsonl"),
        dependency,
    };
    runtime()?.block_on(async {
        let failed = |error: std::io::Error| Failure::Refused(format!("the explorer does not start: {error}"));
        let explorer = Explorer::bind(catalog, options).await.map_err(failed)?;
        output::line(&explorer.link())?;
        if !arguments.no_open && open::that_detached(explorer.link()).is_err() {
            eprintln!("no browser was found: open the link");
        }
        explorer.serve().await.map_err(failed)
    })?;
    Ok(true)
}
