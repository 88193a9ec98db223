//! The endpoint, the region and the transport that a configuration has for a service.

use std::sync::{Arc, Mutex, PoisonError};

use http::uri::Scheme;

use super::Config;
use crate::endpoint::{self, Target};
use crate::error::Error;
use crate::invalid_input::InvalidInput;
use crate::service::Service;
use crate::transport::{Transport, default_transport};

/// The default transports of a configuration and its clones, by whether they speak plain `http` and whether the proxies
/// of the environment apply.
#[derive(Clone, Default)]
pub(super) struct DefaultTransports(Arc<Mutex<[ByProxy; 2]>>);

/// The transport that ignores the proxies of the environment, and the one that uses them.
type ByProxy = [Option<Arc<dyn Transport>>; 2];

impl Config {
    /// Returns the transport for a target: the configured one, or the default one, which clones of the configuration
    /// share.
    pub(crate) fn transport_to(&self, target: &Target) -> Result<Arc<dyn Transport>, Error> {
        if let Some(transport) = &self.transport {
            return Ok(transport.clone());
        }
        // A connection to the same machine uses no proxy.
        let (plain, proxy) = (target.scheme == Scheme::HTTP, !target.loopback);
        let mut transports = self.default_transports.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [direct, proxied] = &mut transports[usize::from(plain)];
        let cell = if proxy { proxied } else { direct };
        if let Some(transport) = cell {
            return Ok(transport.clone());
        }
        let transport = default_transport(&target.scheme, proxy, self.connect_timeout).map_err(Error::no_transport)?;
        Ok(cell.insert(transport).clone())
    }

    /// Whether the endpoint has no scheme, so that the client assumes `https`.
    pub(crate) fn assumes_scheme(&self) -> bool {
        self.endpoint.as_deref().is_some_and(|text| !text.contains("://"))
    }

    /// Returns the endpoint, and the region if there is one.
    pub(crate) fn target(&self, service: &Service) -> Result<(Target, Option<String>), Error> {
        let resolve = |region: Option<&str>| match &self.endpoint {
            Some(text) => Target::parse(text, self.allow_http).map_err(|text| Error::invalid(InvalidInput(text))),
            None => endpoint::resolve(service, region, self.endpoint_type).map_err(Error::configuration),
        };
        if let Some(region) = self.region.as_deref().filter(|region| !endpoint::is_region(region)) {
            return Err(Error::invalid(InvalidInput(format!("{region:?} is no name of a region"))));
        }
        let target = resolve(self.region.as_deref());
        let Some(default_region) = self.default_region.filter(|_| self.region.is_none()) else {
            return Ok((target?, self.region.clone()));
        };
        match (target, default_region()) {
            // The endpoint needs no region, so the client ignores a region without an endpoint, and a file that cannot
            // be read.
            (Ok(target), Ok(Some(region))) => Ok(match resolve(Some(&region)) {
                Ok(target) => (target, Some(region)),
                Err(_) => (target, None),
            }),
            (Ok(target), _) => Ok((target, None)),
            (Err(_), Ok(Some(region))) => Ok((resolve(Some(&region))?, Some(region))),
            (Err(error), Ok(None)) => Err(error),
            (Err(error), Err(cause)) if self.endpoint.is_none() => Err(error.with_source(cause)),
            (Err(error), Err(_)) => Err(error),
        }
    }

    /// Returns the endpoint of operations with a host parameter, if it is not that of the region or a configured one.
    pub(crate) fn target_of_host_parameters(&self, service: &Service) -> Option<Target> {
        match &self.endpoint {
            Some(_) => None,
            None => endpoint::of_host_parameters(service, self.endpoint_type),
        }
    }

    /// Passes the transport of the client to the provider of credentials, if the two are to share it.
    pub(crate) fn offer_transport(&self) {
        if let Some(transport) = self.transport.as_ref().filter(|_| self.share_transport) {
            self.credentials.use_transport(transport);
        }
    }
}
