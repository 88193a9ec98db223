//! Detects the gateways of Alibaba Cloud that are neither plain RPC nor ROA.
//!
//! The style of a document is not enough: it was `SLS` and is now `ROA` for the same service, which has its own
//! signature, bodies and hosts.

use std::fmt;

use crate::diagnostic::{self, Diagnostic};
use crate::document::Document;
use crate::source::Span;
use crate::spelling::did_you_mean;

/// A gateway with its own protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gateway {
    /// Function Compute. Its operations are called like ROA operations.
    Fc,
    /// Object Storage Service.
    Oss,
    /// Drive and Photo Service.
    Pds,
    /// Simple Log Service.
    Sls,
}

impl Gateway {
    /// Every gateway.
    pub const ALL: [Self; 4] = [Self::Fc, Self::Oss, Self::Pds, Self::Sls];

    /// Returns the name in `info.style` and `info.x-gateway`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fc => "FC",
            Self::Oss => "OSS",
            Self::Pds => "PDS",
            Self::Sls => "SLS",
        }
    }

    /// Returns whether its operations can be generated.
    #[must_use]
    pub const fn is_supported(self) -> bool {
        matches!(self, Self::Fc | Self::Pds | Self::Sls)
    }

    /// Returns the host inside a VPC of an endpoint without a documented one.
    #[must_use]
    pub fn vpc_host(self, public: &str) -> Option<String> {
        match self {
            Self::Pds => public.contains(".admin.").then(|| public.replacen(".admin.", ".admin-vpc.", 1)),
            Self::Sls => {
                let region = public.strip_suffix(".log.aliyuncs.com")?;
                (!region.contains('.')).then(|| format!("{region}-intranet.log.aliyuncs.com"))
            }
            Self::Fc | Self::Oss => None,
        }
    }

    /// Returns the name of the parameter whose value is the first label of a host.
    #[must_use]
    pub const fn host_parameter(self) -> &'static str {
        match self {
            Self::Fc => "AccountID",
            Self::Oss => "bucket",
            Self::Pds => "domain_id",
            Self::Sls => "project",
        }
    }

    /// Returns the gateway with this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gateway| gateway.name().eq_ignore_ascii_case(name))
    }

    /// Returns the gateway of a host.
    fn of_host(host: &str) -> Option<Self> {
        let host = host.trim().to_ascii_lowercase();
        let name = host.strip_suffix(".aliyuncs.com");
        match name.and_then(|name| name.split('.').next()) {
            _ if host.ends_with(".aliyunpds.com") => Some(Self::Pds),
            _ if host.ends_with(".log.aliyuncs.com") => Some(Self::Sls),
            _ if host.ends_with(".fc.aliyuncs.com") => Some(Self::Fc),
            Some("fc" | "fcv3") => Some(Self::Fc),
            Some(first) if first.starts_with("oss-") => Some(Self::Oss),
            _ => None,
        }
    }

    /// Returns the gateway whose hosts begin with the value of this parameter.
    fn of_parameter(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gateway| gateway.host_parameter() == name)
    }
}

impl fmt::Display for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A fact that indicates a gateway.
struct Evidence {
    gateway: Gateway,
    what: String,
    span: Span,
}

/// Returns the gateway of a document; none for plain RPC and ROA. `info.x-gateway` overrides the hosts of `endpoints`,
/// the names of `in: host` parameters and `info.style`, which must agree.
///
/// # Errors
/// Returns a diagnostic if two of them indicate different gateways, or if `x-gateway` is not a gateway.
pub fn detect(document: &Document) -> Result<Option<Gateway>, Diagnostic> {
    if let Some(wanted) = &document.gateway {
        return match Gateway::named(wanted) {
            Some(gateway) => Ok(Some(gateway)),
            None if wanted.value == "none" => Ok(None),
            None => {
                let message = format!("unknown gateway `{}`", wanted.value);
                let help = did_you_mean(wanted, ["FC", "OSS", "PDS", "SLS", "none"]);
                let help = help.unwrap_or_else(|| "`x-gateway` is one of FC, OSS, PDS, SLS and none".to_owned());
                Err(Diagnostic::error(diagnostic::CONFLICTING_GATEWAY, wanted.span, message).help(help))
            }
        };
    }
    let mut signals = signals(document);
    let Some(first) = signals.next() else { return Ok(None) };
    match signals.find(|signal| signal.gateway != first.gateway) {
        None => Ok(Some(first.gateway)),
        Some(other) => {
            let message = format!(
                "{} indicates the gateway {}, and {} indicates {}",
                first.what, first.gateway, other.what, other.gateway
            );
            let help = "set `info.x-gateway` to the right one, or to `none`; an overlay can add the key";
            Err(Diagnostic::error(diagnostic::CONFLICTING_GATEWAY, other.span, message).help(help))
        }
    }
}

fn signals(document: &Document) -> impl Iterator<Item = Evidence> {
    let hosts = document.endpoints.iter().flat_map(|endpoint| std::iter::once(&endpoint.host).chain(&endpoint.vpc));
    let hosts = hosts.filter_map(|host| {
        let gateway = Gateway::of_host(host)?;
        Some(Evidence { gateway, what: format!("the endpoint `{}`", host.trim()), span: host.span })
    });
    let parameters = document.operations.iter().flat_map(|operation| &operation.parameters);
    let parameters = parameters.filter(|parameter| parameter.place.value == "host").filter_map(|parameter| {
        let gateway = Gateway::of_parameter(&parameter.name)?;
        Some(Evidence {
            gateway,
            what: format!("the host parameter `{}`", parameter.name.value),
            span: parameter.name.span,
        })
    });
    let style = Gateway::named(&document.style).map(|gateway| Evidence {
        gateway,
        what: format!("`info.style` `{}`", document.style.value),
        span: document.style.span,
    });
    hosts.chain(parameters).chain(style)
}

#[cfg(test)]
mod tests {
    use super::Gateway;

    #[test]
    fn of_host_detects_the_gateway() {
        let cases = [
            ("cn-hangzhou.log.aliyuncs.com", Some(Gateway::Sls)),
            ("cn-hangzhou-intranet.log.aliyuncs.com", Some(Gateway::Sls)),
            ("oss-cn-hangzhou.aliyuncs.com", Some(Gateway::Oss)),
            ("oss-cn-hangzhou-internal.aliyuncs.com", Some(Gateway::Oss)),
            ("bj1.api.aliyunpds.com", Some(Gateway::Pds)),
            ("fcv3.cn-hangzhou.aliyuncs.com", Some(Gateway::Fc)),
            ("fc.cn-hangzhou.aliyuncs.com", Some(Gateway::Fc)),
            ("cn-hangzhou.fc.aliyuncs.com\t", Some(Gateway::Fc)),
            ("ecs.cn-hangzhou.aliyuncs.com", None),
            ("ossadmin.cn-hangzhou.aliyuncs.com", None),
            ("log.aliyuncs.com.example.com", None),
        ];
        for (host, expected) in cases {
            assert_eq!(Gateway::of_host(host), expected, "{host}");
        }
    }
}
