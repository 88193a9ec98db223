//! The permissions that an operation needs, and policies of the Resource Access Management (RAM).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::catalog::LoadedOperation;

/// A permission that a call needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// The RAM action.
    pub action: String,
    /// The access level, such as `list` or `update`.
    #[serde(default)]
    pub access_level: Option<String>,
    /// The resources, with the parts that the parameters name; the other parts are `*`.
    pub resources: Vec<String>,
    /// The condition keys that the service checks.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Further actions that the service performs with the caller's permissions.
    #[serde(default)]
    pub dependent_actions: Vec<String>,
}

/// Returns the permissions that a call with these parameters needs; nothing if the document names no action.
#[must_use]
pub fn permissions(operation: &LoadedOperation, values: &Map<String, Value>, region: Option<&str>) -> Vec<Permission> {
    let permissions = operation.operation().docs.permissions.iter();
    let permissions = permissions.map(|permission| {
        let mut resources: Vec<String> =
            permission.resources.iter().map(|resource| fill(&resource.arn, values, region)).collect();
        if resources.is_empty() {
            resources.push("*".to_owned());
        }
        Permission {
            action: permission.action.clone(),
            access_level: permission.access_level.clone(),
            resources,
            conditions: permission.conditions.iter().map(|condition| condition.key.clone()).collect(),
            dependent_actions: permission.dependent_actions.clone(),
        }
    });
    permissions.collect()
}

/// Replaces the parts such as `{#InstanceId}` of a resource name by the values of parameters, and by `*` without a value.
fn fill(resource: &str, values: &Map<String, Value>, region: Option<&str>) -> String {
    let mut filled = String::new();
    let mut rest = resource;
    while let Some((before, after)) = rest.split_once("{#") {
        let Some((name, after)) = after.split_once('}') else { break };
        let parameter = values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).and_then(|(_, v)| v.as_str());
        let is_region = name.eq_ignore_ascii_case("regionId");
        filled.push_str(before);
        filled.push_str(parameter.or(region.filter(|_| is_region)).filter(|text| !text.is_empty()).unwrap_or("*"));
        rest = after;
    }
    filled + rest
}

/// Returns a policy that grants these permissions. Actions with the same resources share a statement.
#[must_use]
pub fn policy(permissions: &[Permission]) -> Value {
    let mut statements: BTreeMap<BTreeSet<&str>, BTreeSet<&str>> = BTreeMap::new();
    for permission in permissions {
        let resources = permission.resources.iter().map(String::as_str).collect();
        statements.entry(resources).or_default().insert(&permission.action);
    }
    let statements = statements
        .into_iter()
        .map(|(resources, actions)| json!({"Effect": "Allow", "Action": actions, "Resource": resources}));
    json!({"Version": "1", "Statement": statements.collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Permission, fill, policy};

    #[test]
    fn fill_uses_parameters_and_region_and_leaves_the_rest_open() {
        let values = json!({"ProjectName": "p1", "Empty": ""}).as_object().unwrap().clone();
        let resource = "acs:log:{#regionId}:{#accountId}:project/{#ProjectName}/x/{#Empty}";
        assert_eq!(fill(resource, &values, Some("cn-shanghai")), "acs:log:cn-shanghai:*:project/p1/x/*");
        assert_eq!(fill("acs:log:{#open", &values, None), "acs:log:{#open");
        assert_eq!(fill("*", &values, None), "*");
    }

    #[test]
    fn policy_of_equal_resources_has_one_statement() {
        let permission = |action: &str, resource: &str| Permission {
            action: action.to_owned(),
            access_level: None,
            resources: vec![resource.to_owned()],
            conditions: Vec::new(),
            dependent_actions: Vec::new(),
        };
        let given =
            [permission("a:Two", "*"), permission("a:One", "*"), permission("a:One", "*"), permission("b:X", "r")];
        let expected = json!({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": ["a:One", "a:Two"], "Resource": ["*"]},
            {"Effect": "Allow", "Action": ["b:X"], "Resource": ["r"]},
        ]});
        assert_eq!(policy(&given), expected);
    }
}
