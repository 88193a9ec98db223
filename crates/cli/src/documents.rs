//! Which documents a command uses.

use std::path::PathBuf;

use alicloud_explorer::Catalog;

use crate::Failure;

/// Where documents are.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Documents {
    /// A document, or a folder with documents; repeat it for several. Default: `spec` in the current folder, and the
    /// documents that `alicloud fetch --cache` stored
    #[arg(long = "specs", value_name = "PATH")]
    pub(crate) specs: Vec<PathBuf>,
}

impl Documents {
    /// Loads the documents.
    pub(crate) fn load(&self) -> Result<Catalog, Failure> {
        let paths = if self.specs.is_empty() { defaults() } else { self.specs.clone() };
        Ok(Catalog::load(&paths)?)
    }
}

/// The folders that are used without an option.
fn defaults() -> Vec<PathBuf> {
    [Some(PathBuf::from("spec")), cache().map(|cache| cache.join("spec"))]
        .into_iter()
        .flatten()
        .filter(|path| path.is_dir())
        .collect()
}

/// The folder for what can be fetched again.
pub(crate) fn cache() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    if let Some(folder) = std::env::var_os("ALICLOUD_CACHE").filter(|folder| !folder.is_empty()) {
        return Some(folder.into());
    }
    etcetera::choose_base_strategy().ok().map(|folders| folders.cache_dir().join("alicloud"))
}

/// The folder for what the user made.
pub(crate) fn data() -> PathBuf {
    use etcetera::BaseStrategy as _;
    if let Some(folder) = std::env::var_os("ALICLOUD_DATA").filter(|folder| !folder.is_empty()) {
        return folder.into();
    }
    let folders = etcetera::choose_base_strategy().ok();
    folders.map_or_else(|| std::env::temp_dir().join("alicloud"), |folders| folders.data_dir().join("alicloud"))
}
