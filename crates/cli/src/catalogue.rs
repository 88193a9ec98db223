//! The vendor's catalogue of products and documents.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use alicloud_explorer::outcome::with_causes;
use serde::Deserialize;

use crate::Failure;
use crate::documents::cache;

/// The address of the vendor's catalogue.
const ADDRESS: &str = "https://api.aliyun.com/meta/v1";

/// The largest document, in bytes: the generator reads no larger one.
const LIMIT: usize = alicloud_codegen::document::SIZE_LIMIT;

/// Where the catalogue is.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Source {
    /// The address of the catalogue
    #[arg(long, value_name = "URL", env = "ALICLOUD_CATALOGUE", default_value = ADDRESS, hide_env = true)]
    catalogue_url: String,
    /// The longest time of a download, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    download_timeout: u64,
}

/// The products of the vendor.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Catalogue {
    pub(crate) products: Vec<Product>,
}

/// A product.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Product {
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) versions: Vec<String>,
    #[serde(default)]
    pub(crate) default_version: Option<String>,
}

impl Catalogue {
    /// Downloads the list of products, and stores it in the cache.
    pub(crate) async fn get(source: &Source) -> Result<Self, Failure> {
        let url = source.products();
        let text = source.download(&url).await?;
        let catalogue =
            Self::read(&text).map_err(|error| Failure::Refused(format!("{url}: is no catalogue: {error}")))?;
        if let Some(file) = cached(source)
            && let Err(error) = store(&file, &text)
        {
            eprintln!("warning: {}: the catalogue cannot be cached: {error}", file.display());
        }
        Ok(catalogue)
    }

    /// Returns the list of products from the cache. Downloads it if the cache is older than a day or `refresh` is set;
    /// if that fails, an older list is used with a warning.
    pub(crate) async fn cached(source: &Source, refresh: bool) -> Result<Self, Failure> {
        let file = cached(source);
        let known = || Self::read(&fs::read_to_string(file.as_deref()?).ok()?).ok();
        if !refresh
            && age(file.as_deref()).is_some_and(|age| age < MAX_AGE)
            && let Some(catalogue) = known()
        {
            return Ok(catalogue);
        }
        let failure = match Self::get(source).await {
            Ok(catalogue) => return Ok(catalogue),
            Err(failure) => failure,
        };
        match (known(), age(file.as_deref())) {
            (Some(catalogue), Some(age)) => {
                let days = age.as_secs() / 86_400;
                eprintln!("warning: {failure}; the list is from the cache, {days} days old");
                Ok(catalogue)
            }
            _ => Err(failure),
        }
    }

    fn read(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

/// The age up to which a cached list of products is used without a download.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the cached list of products of this catalogue, which may not exist; `None` without a cache folder.
fn cached(source: &Source) -> Option<PathBuf> {
    let name: String = source.base().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    Some(cache()?.join("catalogue").join(format!("{name}.json")))
}

fn age(file: Option<&Path>) -> Option<Duration> {
    let changed = fs::metadata(file?).and_then(|file| file.modified()).ok()?;
    SystemTime::now().duration_since(changed).ok()
}

/// Replaces a file as a whole.
fn store(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let temporary = tempfile::NamedTempFile::new_in(folder)?;
    fs::write(temporary.path(), text)?;
    temporary.persist(file)?;
    Ok(())
}

impl Source {
    fn base(&self) -> &str {
        self.catalogue_url.trim_end_matches('/')
    }

    /// Returns the URL of the list of products.
    fn products(&self) -> String {
        format!("{}/products.json?language=EN_US", self.base())
    }

    /// Downloads the document of a product.
    pub(crate) async fn document(&self, product: &str, version: &str) -> Result<String, Failure> {
        let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !is_name(product) || !is_name(version) || version.contains("..") {
            return Err(Failure::Refused(format!("`{product} {version}` is no name of a document")));
        }
        self.download(&format!("{}/products/{product}/versions/{version}/api-docs.json", self.base())).await
    }

    /// Downloads a text. Proxies come from the environment.
    async fn download(&self, url: &str) -> Result<String, Failure> {
        let failed = |what: &dyn std::fmt::Display| Failure::Refused(format!("{url}: {what}"));
        let client = alicloud_core::transport::HttpTransport::builder();
        let client = client.build().map_err(|error| failed(&error))?;
        let request =
            alicloud_core::http::Request::get(url).body(Default::default()).map_err(|error| failed(&error))?;
        let mut context = alicloud_core::transport::RequestContext::new();
        context.max_response_bytes = LIMIT;
        let sent = alicloud_core::transport::Transport::send(&client, request, context);
        let response = match tokio::time::timeout(Duration::from_secs(self.download_timeout), sent).await {
            Ok(response) => response.map_err(|error| failed(&with_causes(&error)))?,
            Err(_) => return Err(failed(&format!("no complete response in {} seconds", self.download_timeout))),
        };
        if response.status() != 200 {
            return Err(failed(&format!("the server returned HTTP {}", response.status())));
        }
        String::from_utf8(response.into_body().to_vec()).map_err(|_| failed(&"the response is not UTF-8"))
    }
}
