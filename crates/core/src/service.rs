//! What generated code says about a product.

/// A version of a product: its names, and where it is served.
#[derive(Debug)]
pub struct Service {
    pub(crate) product: &'static str,
    pub(crate) version: &'static str,
    pub(crate) package: &'static str,
    pub(crate) package_version: &'static str,
    pub(crate) endpoints: &'static [Endpoint],
}

impl Service {
    /// `package` and `package_version` are those of the generated crate; they stand in the user agent.
    pub const fn new(
        product: &'static str,
        version: &'static str,
        package: &'static str,
        package_version: &'static str,
    ) -> Self {
        Self { product, version, package, package_version, endpoints: &[] }
    }

    /// The regions where the product is served.
    pub const fn endpoints(mut self, endpoints: &'static [Endpoint]) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// The product's name.
    pub const fn product(&self) -> &'static str {
        self.product
    }

    /// The version of the product's API.
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// The regions where the product is known to be served.
    pub fn regions(&self) -> impl Iterator<Item = &'static str> {
        self.endpoints.iter().map(|endpoint| endpoint.region)
    }
}

/// Where a product is served in one region.
#[derive(Debug)]
pub struct Endpoint {
    pub(crate) region: &'static str,
    pub(crate) public: &'static str,
    pub(crate) vpc: Option<&'static str>,
}

impl Endpoint {
    /// A region and its public host.
    pub const fn new(region: &'static str, public: &'static str) -> Self {
        Self { region, public, vpc: None }
    }

    /// The host inside a VPC of the region.
    pub const fn vpc(mut self, host: &'static str) -> Self {
        self.vpc = Some(host);
        self
    }
}
