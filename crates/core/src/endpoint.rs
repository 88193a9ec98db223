//! Endpoints of services.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::uri::{Authority, InvalidUri, Scheme};

use crate::service::{Gateway, Service};

/// The network from which a client connects to the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointType {
    /// Over the Internet.
    #[default]
    Public,
    /// From inside a VPC of the region.
    Vpc,
}

/// A scheme, a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) scheme: Scheme,
    /// As in the `host` header: in lower case, IPv6 in brackets, with the port unless it is the scheme's default.
    pub(crate) authority: Authority,
    pub(crate) loopback: bool,
    is_name: bool,
}

impl Target {
    /// Parses a configured endpoint: a host with an optional scheme and port.
    ///
    /// The default scheme is `https`. Plain `http` is accepted only for the local machine unless `plain` allows it,
    /// because anyone on the way could read requests and responses and forge responses.
    pub(crate) fn parse(text: &str, plain: bool) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("endpoint {text:?} {what}"));
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::HTTPS, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::HTTP, rest),
            Some(_) => return wrong("has a scheme that is neither https nor http"),
            None => (Scheme::HTTPS, text),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('@') {
            // The message does not repeat the text, which may contain a password.
            return Err("the endpoint contains a user name or a password".into());
        }
        if rest.contains(['/', '\\', '?', '#']) {
            return wrong("has a path or a query; it can be a host and a port alone");
        }
        let (host, port) = match rest.strip_prefix('[').map(|inner| inner.split_once(']')) {
            Some(Some((host, ""))) => (Host::V6(host), None),
            Some(Some((host, port))) if port.starts_with(':') => (Host::V6(host), Some(&port[1..])),
            Some(_) => return wrong("is not a valid IPv6 address in brackets"),
            None if rest.matches(':').count() > 1 => return wrong("contains an IPv6 address without brackets"),
            None => match rest.split_once(':') {
                Some((host, port)) => (Host::Name(host), Some(port)),
                None => (Host::Name(rest), None),
            },
        };
        let (host, ip) = match host {
            Host::V6(host) => match host.parse::<Ipv6Addr>() {
                Ok(ip) => (format!("[{}]", v6(ip)), Some(IpAddr::V6(ip))),
                Err(_) => return wrong("is not a valid IPv6 address in brackets"),
            },
            Host::Name(host) => match name(host) {
                Ok(host) => {
                    let ip = host.parse::<Ipv4Addr>().ok().map(IpAddr::V4);
                    (host, ip)
                }
                Err(what) => return wrong(what),
            },
        };
        let default = if scheme == Scheme::HTTPS { 443 } else { 80 };
        let authority =
            match port.map(|port| (port, port.parse::<u16>())) {
                None => host.clone(),
                Some((text, Ok(port))) if port > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                    if port == default { host.clone() } else { format!("{host}:{port}") }
                }
                Some(_) => return wrong("has a port that is not a number from 1 to 65535"),
            };
        let loopback = ip.map_or_else(|| host == "localhost" || host.ends_with(".localhost"), |ip| ip.is_loopback());
        if scheme == Scheme::HTTP && !loopback && !plain {
            return wrong("is plain http, which is for this machine alone unless the configuration allows it");
        }
        let Ok(authority) = Authority::try_from(authority) else { return wrong("has no valid host") };
        Ok(Self { scheme, authority, loopback, is_name: ip.is_none() && !loopback })
    }

    /// Returns the host.
    #[cfg(feature = "tracing")]
    pub(crate) fn host(&self) -> &str {
        self.split().0
    }

    /// Returns the port, by default that of the scheme.
    #[cfg(feature = "tracing")]
    pub(crate) fn port(&self) -> u16 {
        let own = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        self.split().1.and_then(|port| port.parse().ok()).unwrap_or(own)
    }

    #[cfg(feature = "tracing")]
    fn split(&self) -> (&str, Option<&str>) {
        match self.authority.as_str().rsplit_once(':') {
            // The colon may be a part of an IPv6 address.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (self.authority.as_str(), None),
        }
    }

    /// Returns the authority with another label in front. An address or `localhost` has no labels and is unchanged.
    /// A host of Function Compute has an account as its first label, which the label replaces.
    ///
    /// # Errors
    ///
    /// Returns an error if the label is not valid in a host name.
    pub(crate) fn with_label(&self, label: &str) -> Result<Authority, InvalidUri> {
        match self.is_name {
            true => {
                let label = label.to_ascii_lowercase();
                match region_of_function_compute(self.authority.as_str()) {
                    Some(region) => Authority::try_from(format!("{label}.{region}.fc.aliyuncs.com")),
                    None => Authority::try_from(format!("{label}.{}", self.authority)),
                }
            }
            false => Ok(self.authority.clone()),
        }
    }
}

/// Returns the region in a host of Function Compute, which is `{account}.{region}.fc.aliyuncs.com` or, without an
/// account, `{region}.fc.aliyuncs.com` or `fc.{region}.aliyuncs.com`.
fn region_of_function_compute(host: &str) -> Option<&str> {
    let name = host.strip_suffix(".aliyuncs.com")?;
    let region = match name.strip_suffix(".fc") {
        Some(labels) => labels.rsplit('.').next()?,
        None => name.strip_prefix("fc.")?,
    };
    is_region(region).then_some(region)
}

/// Returns the region in a host of Simple Log Service, such as `cn-hangzhou.log.aliyuncs.com` or
/// `cn-hangzhou-intranet.log.aliyuncs.com`. A host for all regions has none.
#[cfg(feature = "sls")]
pub(crate) fn region_of_log_service(host: &str) -> Option<&str> {
    let name = host.strip_suffix(".log.aliyuncs.com").or_else(|| host.strip_suffix(".sls.aliyuncs.com"))?;
    let label = name.rsplit('.').next().unwrap_or(name);
    let region = ["-intranet", "-share", "-vpc"].iter().find_map(|suffix| label.strip_suffix(suffix)).unwrap_or(label);
    (is_region(region) && region != "log-global").then_some(region)
}

/// Whether a text can be the ID of a region.
pub(crate) fn is_region(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

enum Host<'a> {
    V6(&'a str),
    Name(&'a str),
}

/// Returns an IPv6 address in the form that URLs use, without a part in IPv4 notation.
fn v6(ip: Ipv6Addr) -> String {
    if ip.to_ipv4_mapped().is_none() {
        return ip.to_string();
    }
    let [.., high, low] = ip.segments();
    format!("::ffff:{high:x}:{low:x}")
}

/// Returns a host name or an IPv4 address in lower case, without a trailing dot.
fn name(host: &str) -> Result<String, &'static str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() {
        return Err("has no host");
    }
    if host.len() > 253 {
        return Err("has a host that is too long");
    }
    for label in host.split('.') {
        let fits = (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !fits {
            return Err("has a host that is no valid name: letters, digits and hyphens in labels of up to 63");
        }
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X");
    if numeric && host.parse::<Ipv4Addr>().is_err() {
        return Err("is not a valid IPv4 address");
    }
    Ok(host.to_ascii_lowercase())
}

/// Returns the endpoint of the operations with a host parameter, whose value precedes it as a label. `None` if it is
/// the endpoint of the region.
pub(crate) fn of_host_parameters(service: &Service, network: EndpointType) -> Option<Target> {
    Target::parse(shared_host(service.gateway, network)?, false).ok()
}

/// Returns the host that the gateway has for all regions.
const fn shared_host(gateway: Gateway, network: EndpointType) -> Option<&'static str> {
    match (gateway, network) {
        (Gateway::Standard, _) => None,
        #[cfg(feature = "pds")]
        (Gateway::Pds, EndpointType::Public) => Some("api.aliyunpds.com"),
        #[cfg(feature = "pds")]
        (Gateway::Pds, EndpointType::Vpc) => Some("api-vpc.aliyunpds.com"),
        #[cfg(feature = "sls")]
        (Gateway::Sls, _) => None,
    }
}

/// Returns the endpoint of a service from its table.
pub(crate) fn resolve(service: &Service, region: Option<&str>, network: EndpointType) -> Result<Target, String> {
    let hosts = |endpoint: &crate::service::Endpoint| match network {
        EndpointType::Public => Some(endpoint.public),
        EndpointType::Vpc => endpoint.vpc,
    };
    let known = || {
        let mut regions: Vec<_> =
            service.endpoints.iter().filter(|it| hosts(it).is_some()).map(|it| it.region).collect();
        regions.sort_unstable();
        if regions.is_empty() { "none".to_owned() } else { regions.join(", ") }
    };
    let product = service.product;
    let place = match network {
        EndpointType::Public => "",
        EndpointType::Vpc => " inside a VPC",
    };
    let host = match region {
        Some(region) => service.endpoints.iter().find(|it| it.region == region).and_then(hosts).ok_or_else(|| {
            format!(
                "no endpoint of {product} in region {region:?}{place} is known; known regions: {}; another can be \
                 reached by giving its endpoint in the configuration",
                known()
            )
        })?,
        None => {
            // A gateway or a product may have one host for all regions.
            let mut all = service.endpoints.iter().filter_map(hosts);
            let first = all.next();
            let only = first.filter(|first| all.all(|host| host == *first));
            shared_host(service.gateway, network).or(only).ok_or_else(|| {
                format!(
                    "no region is set for {product}: set it in the configuration, or, where the client is made from \
                     the environment, ALIBABA_CLOUD_REGION_ID or `region_id` of the profile that `aliyun configure` \
                     writes; known regions{place}: {}",
                    known()
                )
            })?
        }
    };
    Target::parse(host, false)
}

#[cfg(test)]
mod tests;
