//! `alicloud fetch`

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use alicloud_codegen::cli::{DiffArguments, DiffFormat};
use alicloud_codegen::spelling::did_you_mean;
use alicloud_explorer::catalog::Document;

use crate::catalogue::{Catalogue, Source};
use crate::documents::cache;
use crate::{Failure, runtime};

/// Downloads a document of the vendor
///
/// The document is checked before it replaces another one, and what changed is printed.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  alicloud fetch Ecs
  alicloud fetch Ecs 2014-05-26 --output ecs.json")]
pub(crate) struct Arguments {
    /// The product, as `alicloud list --catalogue` has it
    product: String,
    /// The version; the product's default one if left out
    version: Option<String>,
    /// The file. Default: spec/PRODUCT/VERSION.json
    #[arg(long, short, value_name = "FILE", conflicts_with = "cache")]
    output: Option<PathBuf>,
    /// Store the document in the cache, where other commands find it from any folder
    #[arg(long)]
    cache: bool,
    #[command(flatten)]
    source: Source,
}

pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let (version, text) = runtime()?.block_on(async {
        let catalogue = Catalogue::get(&arguments.source).await?;
        let product = catalogue.products.iter().find(|product| product.code.eq_ignore_ascii_case(&arguments.product));
        let product = product.ok_or_else(|| {
            let names = catalogue.products.iter().map(|product| product.code.as_str());
            let hint = did_you_mean(&arguments.product, names).map(|hint| format!("; {hint}")).unwrap_or_default();
            Failure::Refused(format!("the catalogue has no product `{}`{hint}", arguments.product))
        })?;
        let known = product.default_version.as_ref().or(product.versions.last());
        let version = arguments.version.as_ref().or(known).cloned();
        let version = version.ok_or_else(|| Failure::Refused(format!("{} has no version", product.code)))?;
        if !product.versions.is_empty() && !product.versions.contains(&version) {
            return Err(Failure::Refused(format!("{} has the versions {}", product.code, product.versions.join(", "))));
        }
        let text = arguments.source.document(&product.code, &version).await?;
        Ok((version, text))
    })?;
    let document = Document::parse(Path::new("the download"), text.clone())?;
    if document.version() != version {
        let message = format!("the download is version {} and not {version}", document.version());
        return Err(Failure::Refused(message));
    }
    let below = |folder: PathBuf| folder.join(document.product()).join(format!("{version}.json"));
    let target = match (&arguments.output, arguments.cache) {
        (Some(file), _) => file.clone(),
        (None, true) => {
            let folder =
                cache().ok_or_else(|| Failure::Refused("there is no cache folder: use --output".to_owned()))?;
            below(folder.join("spec"))
        }
        (None, false) => below(PathBuf::from("spec")),
    };
    store(&target, &text)?;
    eprintln!("written: {} ({} operations)", target.display(), document.entries().len());
    // Reports what the generator cannot read.
    for (operation, reason) in &document.loaded()?.refused {
        eprintln!("warning: {operation} is not supported: {reason}");
    }
    Ok(true)
}

/// Replaces a file as a whole, and prints what is new.
fn store(target: &Path, text: &str) -> Result<(), Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::Refused(format!("{}: cannot be written: {error}", target.display()));
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let mut file = tempfile::Builder::new()
        .prefix(".fetch-")
        .suffix(".json")
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
    if target.exists() {
        let compared = alicloud_codegen::cli::diff(&DiffArguments {
            old: target.display().to_string(),
            new: Some(file.path().display().to_string()),
            spec: None,
            format: DiffFormat::Text,
            date: None,
            fail_on: None,
            check_version: false,
        });
        if let Err(failure) = compared {
            eprintln!("warning: the documents cannot be compared: {failure}");
        }
    }
    file.persist(target).map_err(|error| failed(&error.error))?;
    Ok(())
}
