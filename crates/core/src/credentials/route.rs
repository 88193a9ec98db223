//! Routes to the sources of credentials.

use std::net::IpAddr;
use std::time::Duration;

use http::uri::Scheme;

use crate::endpoint::Target;

/// How requests reach a source of credentials: the transport, the proxies and the time limits.
///
/// Only requests to sources on the Internet use a proxy or the transport that was set for the Internet. Behind a proxy,
/// `100.100.100.200` is the metadata service of the proxy's host, which has another role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// HTTPS, through the proxies of the environment.
    Internet,
    /// HTTPS to a service on this machine, without proxies.
    Loopback,
    /// Plain HTTP to another machine, without proxies.
    Plain,
    /// Plain HTTP to this machine or its network, directly.
    Near,
    /// HTTPS to this machine or its link, directly.
    NearTls,
    /// The metadata service, directly, with short time limits.
    Metadata,
}

impl Route {
    /// Returns the route to a service with an endpoint, such as the Security Token Service. The transport that was set
    /// for the Internet is used wherever the endpoint is.
    pub(super) fn to_service(target: &Target) -> Self {
        match (target.scheme == Scheme::HTTPS, target.loopback) {
            (true, true) => Self::Loopback,
            (true, false) => Self::Internet,
            (false, _) => Self::Plain,
        }
    }

    /// Returns the route to a server of credentials.
    pub(super) fn to_server(target: &Target) -> Self {
        match (target.scheme == Scheme::HTTPS, distance(target)) {
            (true, Distance::Link) => Self::NearTls,
            (true, _) => Self::Internet,
            (false, Distance::Far) => Self::Plain,
            (false, _) => Self::Near,
        }
    }

    /// Whether the route uses neither proxies nor the transport for the Internet.
    pub(super) const fn is_direct(self) -> bool {
        matches!(self, Self::Near | Self::NearTls | Self::Metadata)
    }

    /// Returns the scheme, and whether the proxies of the environment apply.
    pub(super) fn scheme(self) -> (Scheme, bool) {
        match self {
            Self::Internet => (Scheme::HTTPS, true),
            Self::Loopback | Self::NearTls => (Scheme::HTTPS, false),
            Self::Plain | Self::Near | Self::Metadata => (Scheme::HTTP, false),
        }
    }

    /// Returns the time limits for the connection and for the rest.
    pub(super) const fn limits(self) -> (Duration, Duration) {
        match self {
            Self::Metadata => (Duration::from_secs(1), Duration::from_secs(1)),
            _ => (Duration::from_secs(5), Duration::from_secs(10)),
        }
    }
}

/// The distance of a host, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distance {
    /// This machine, or a link-local address.
    Link,
    /// An address of a private network.
    Private,
    Far,
}

fn distance(target: &Target) -> Distance {
    let bracketed = target.authority.as_str().strip_prefix('[').and_then(|rest| rest.split(']').next());
    let host = bracketed.unwrap_or_else(|| target.authority.as_str().split(':').next().unwrap_or_default());
    if target.loopback {
        return Distance::Link;
    }
    let Ok(ip) = host.parse::<IpAddr>() else { return Distance::Far };
    // An IPv4 address may be written as one of IPv6.
    let ip = ip.to_canonical();
    let (link, private) = match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            (ip.is_link_local() || ip.octets() == METADATA, ip.is_private() || (a == 100 && b & 0xc0 == 64))
        }
        IpAddr::V6(ip) => (ip.is_unicast_link_local(), ip.is_unique_local()),
    };
    match (link || ip.is_loopback() || ip.is_unspecified(), private) {
        (true, _) => Distance::Link,
        (false, true) => Distance::Private,
        (false, false) => Distance::Far,
    }
}

/// The address of the metadata service.
const METADATA: [u8; 4] = [100, 100, 100, 200];

/// Whether plain HTTP is allowed: to this machine, or to an address of a private network.
pub(super) fn is_near(target: &Target) -> bool {
    distance(target) != Distance::Far
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn route_to_a_server_depends_on_host_and_scheme() {
        for (url, expected) in [
            ("http://100.100.100.200", Route::Near),
            ("https://100.100.100.200", Route::NearTls),
            ("http://169.254.169.254:8080", Route::Near),
            ("https://169.254.1.1", Route::NearTls),
            ("http://[fe80::1]", Route::Near),
            ("https://[fe80::1]:8443", Route::NearTls),
            ("http://[::ffff:100.100.100.200]", Route::Near),
            ("http://[::ffff:169.254.1.1]", Route::Near),
            ("http://127.0.0.1:80", Route::Near),
            ("https://127.9.9.9", Route::NearTls),
            ("http://localhost", Route::Near),
            ("https://a.localhost", Route::NearTls),
            ("http://[::1]", Route::Near),
            ("http://0.0.0.0", Route::Near),
            ("http://10.0.0.1", Route::Near),
            ("https://10.0.0.1", Route::Internet),
            ("http://[fd00::1]", Route::Near),
            ("https://[fd00::1]", Route::Internet),
            ("http://8.8.8.8", Route::Plain),
            ("https://8.8.8.8", Route::Internet),
            ("http://keys.example.com", Route::Plain),
            ("https://keys.example.com", Route::Internet),
            ("https://169.254.1.1.example.com", Route::Internet),
        ] {
            let target = Target::parse(url, true).unwrap();
            assert_eq!(Route::to_server(&target), expected, "{url}");
        }
    }

    #[test]
    fn route_to_the_service_uses_the_configured_transport() {
        for (url, expected) in [
            ("https://sts.aliyuncs.com", Route::Internet),
            ("https://localhost:8443", Route::Loopback),
            ("http://localhost:8080", Route::Plain),
        ] {
            let route = Route::to_service(&Target::parse(url, true).unwrap());
            assert_eq!(route, expected, "{url}");
            assert!(!route.is_direct());
        }
    }
}
