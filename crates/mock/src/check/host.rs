//! The label of the host name with the domain in Drive and Photo Service, and with the project in Simple Log Service.

use alicloud_document::document::{Operation, Parameter};
use serde_json::{Map, Value};

use super::{Parts, Rules};
use crate::failure::Failure;

/// Reads the label from the host. A host that is not one of the service, such as an address, has no label to check.
///
/// # Errors
/// Returns `MissingParameter` or `InvalidParameter`.
pub(super) fn read(rules: Rules<'_>, parts: &Parts<'_>, decoded: &mut Map<String, Value>) -> Result<(), Failure> {
    let host = parts.request.header("host").unwrap_or_default().to_ascii_lowercase();
    let name = host.split(':').next().unwrap_or_default();
    let Some(label) = label(name) else { return Ok(()) };
    let declared = rules.operation.parameters.iter().find(|parameter| is_label(parameter, rules.operation));
    match (declared, label) {
        (_, "") if host.starts_with('.') => Err(Failure::invalid("the host begins with an empty label")),
        (Some(parameter), "") if parameter.schema.required => Err(Failure::missing(&parameter.name.value)),
        (_, "") => Ok(()),
        (Some(parameter), label) if !label.contains('.') => {
            decoded.insert(parameter.name.value.clone(), rules.read_whole(parameter, label)?);
            Ok(())
        }
        (Some(parameter), _) => Err(Failure::invalid(format!("{} is one label of the host", parameter.name.value))),
        (None, _) => Err(Failure::invalid("the host of this operation has no label in front of the endpoint")),
    }
}

/// Whether a parameter is a label of the host: documents of Simple Log Service also declare one as a part of the path,
/// which has no place for it.
fn is_label(parameter: &Parameter, operation: &Operation) -> bool {
    let path = operation.path.as_ref().map_or("", |path| path.value.as_str());
    match parameter.place.value.as_str() {
        "host" => true,
        "path" => !path.contains(&format!("{{{}}}", parameter.name.value)),
        _ => false,
    }
}

/// Returns the labels in front of a host of the service, empty if there are none.
fn label(name: &str) -> Option<&str> {
    if let Some(name) = name.strip_suffix(".log.aliyuncs.com").or_else(|| name.strip_suffix(".sls.aliyuncs.com")) {
        // The last label is the region.
        return Some(name.rsplit_once('.').map_or("", |(front, _)| front));
    }
    let name = name.strip_suffix(".aliyunpds.com")?;
    for network in ["api", "api-vpc"] {
        if let Some(front) = name.strip_suffix(network) {
            return Some(front.strip_suffix('.').unwrap_or(front));
        }
    }
    // The endpoint of a region.
    ["admin", "admin-vpc"].iter().any(|network| name.ends_with(network)).then_some("")
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn label_of_a_host_returns_the_domain_or_project() {
        for (host, expected) in [
            ("bj1.api.aliyunpds.com", Some("bj1")),
            ("bj1.api-vpc.aliyunpds.com", Some("bj1")),
            ("api.aliyunpds.com", Some("")),
            ("cn-beijing.admin.aliyunpds.com", Some("")),
            ("a.b.api.aliyunpds.com", Some("a.b")),
            ("my-project.cn-hangzhou.log.aliyuncs.com", Some("my-project")),
            ("cn-hangzhou-intranet.log.aliyuncs.com", Some("")),
            ("127.0.0.1", None),
            ("api.aliyunpds.com.example.com", None),
        ] {
            assert_eq!(label(host), expected, "{host}");
        }
    }
}
