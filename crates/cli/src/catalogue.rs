//! The vendor's catalogue of products and documents.

use std::time::Duration;

use alicloud_explorer::outcome::with_causes;
use serde::Deserialize;

use crate::Failure;

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
    /// Downloads the list of products.
    pub(crate) async fn get(source: &Source) -> Result<Self, Failure> {
        let url = format!("{}/products.json?language=EN_US", source.base());
        let text = source.download(&url).await?;
        serde_json::from_str(&text).map_err(|error| Failure::Refused(format!("{url}: is no catalogue: {error}")))
    }
}

impl Source {
    fn base(&self) -> &str {
        self.catalogue_url.trim_end_matches('/')
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
