//! Products, as generated code describes them.

/// The gateway of a product, on which its signature and its hosts depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gateway {
    /// That of plain RPC and ROA.
    Standard,
    /// Drive and Photo Service.
    #[cfg(feature = "pds")]
    Pds,
    /// Simple Log Service.
    #[cfg(feature = "sls")]
    Sls,
}

impl Gateway {
    /// Whether a path may end with a fixed query, which then is a part of the operation's identity.
    pub(crate) const fn has_fixed_queries(self) -> bool {
        match self {
            Self::Standard => false,
            #[cfg(feature = "pds")]
            Self::Pds => false,
            #[cfg(feature = "sls")]
            Self::Sls => true,
        }
    }

    /// Whether a request names the operation and the version of the API in headers.
    pub(crate) const fn names_operations(self) -> bool {
        match self {
            Self::Standard => true,
            #[cfg(feature = "pds")]
            Self::Pds => true,
            #[cfg(feature = "sls")]
            Self::Sls => false,
        }
    }
}

/// A version of a product: its names and its endpoints.
#[derive(Debug)]
pub struct Service {
    pub(crate) product: &'static str,
    pub(crate) version: &'static str,
    pub(crate) package: &'static str,
    pub(crate) package_version: &'static str,
    pub(crate) endpoints: &'static [Endpoint],
    pub(crate) gateway: Gateway,
}

impl Service {
    /// Creates a service. `package` and `package_version` are those of the generated crate, and are part of the user
    /// agent.
    pub const fn new(
        product: &'static str,
        version: &'static str,
        package: &'static str,
        package_version: &'static str,
    ) -> Self {
        Self { product, version, package, package_version, endpoints: &[], gateway: Gateway::Standard }
    }

    /// Sets the endpoints by region.
    pub const fn endpoints(mut self, endpoints: &'static [Endpoint]) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// Declares that the service is behind the gateway of Drive and Photo Service: requests have its
    /// [signature](crate::sign::SignatureVersion::Pds), and operations with a host parameter its hosts.
    #[cfg(feature = "pds")]
    pub const fn pds(mut self) -> Self {
        self.gateway = Gateway::Pds;
        self
    }

    /// Declares that the service is behind the gateway of Simple Log Service: requests have its
    /// [signature](crate::sign::SignatureVersion::SlsV4) and its headers.
    #[cfg(feature = "sls")]
    pub const fn sls(mut self) -> Self {
        self.gateway = Gateway::Sls;
        self
    }

    /// Returns the name of the product.
    pub const fn product(&self) -> &'static str {
        self.product
    }

    /// Returns the version of the product's API.
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// Returns the regions with a known endpoint.
    pub fn regions(&self) -> impl Iterator<Item = &'static str> {
        self.endpoints.iter().map(|endpoint| endpoint.region)
    }
}

/// The hosts of a product in one region.
#[derive(Debug)]
pub struct Endpoint {
    pub(crate) region: &'static str,
    pub(crate) public: &'static str,
    pub(crate) vpc: Option<&'static str>,
}

impl Endpoint {
    /// Creates an endpoint from a region and its public host.
    pub const fn new(region: &'static str, public: &'static str) -> Self {
        Self { region, public, vpc: None }
    }

    /// Sets the host inside a VPC of the region.
    pub const fn vpc(mut self, host: &'static str) -> Self {
        self.vpc = Some(host);
        self
    }
}
