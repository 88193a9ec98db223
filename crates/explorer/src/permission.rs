//! The permissions that an operation needs, and policies of the Resource Access Management (RAM).

use std::collections::{BTreeMap, BTreeSet};

use alicloud_policy::arn::{Variables, fill};
use alicloud_policy::policy::{Policy, statements};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    let mut variables = Variables::default();
    for (name, value) in values {
        if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
            variables.add(name, text);
        }
    }
    if let Some(region) = region {
        variables.add_default("regionId", region);
    }
    let permissions = operation.operation().docs.permissions.iter();
    let permissions = permissions.map(|permission| {
        let filled = permission.resources.iter().flat_map(|resource| fill(&resource.arn, &variables).arns);
        let mut resources: Vec<String> = filled.collect();
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

/// Returns a policy that grants these permissions. Actions with the same resources share a statement. The resources of
/// dependent actions are not documented, so that they are `*`.
#[must_use]
pub fn policy(permissions: &[Permission]) -> Policy {
    let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for permission in permissions {
        needed.entry(permission.action.clone()).or_default().extend(permission.resources.iter().cloned());
        for action in &permission.dependent_actions {
            needed.entry(action.clone()).or_default().insert("*".to_owned());
        }
    }
    Policy::new(statements(&needed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Permission, policy};

    #[test]
    fn policy_of_equal_resources_has_one_statement() {
        let permission = |action: &str, resource: &str, dependent_actions: &[&str]| Permission {
            action: action.to_owned(),
            access_level: None,
            resources: vec![resource.to_owned()],
            conditions: Vec::new(),
            dependent_actions: dependent_actions.iter().map(|action| (*action).to_owned()).collect(),
        };
        let given = [
            permission("a:Two", "*", &["c:Pass"]),
            permission("a:One", "*", &[]),
            permission("a:One", "*", &[]),
            permission("b:X", "acs:b:*:*:x/1", &[]),
        ];
        let expected = json!({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": ["a:One", "a:Two", "c:Pass"], "Resource": ["*"]},
            {"Effect": "Allow", "Action": ["b:X"], "Resource": ["acs:b:*:*:x/1"]},
        ]});
        assert_eq!(serde_json::to_value(policy(&given)).unwrap(), expected);
    }
}
