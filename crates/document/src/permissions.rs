//! What RAM must allow for an operation, and the file of a generated crate that lists it for tools.

use serde::{Deserialize, Serialize};

/// The permissions of all operations of a product version: the content of `permissions.json` in a generated crate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionTable {
    /// The product code, such as `appstream-center`.
    pub product: String,
    /// The API version, such as `2021-09-01`.
    pub version: String,
    /// The operations, in the document's order.
    pub operations: Vec<OperationPermissions>,
}

/// The permissions of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationPermissions {
    /// The wire name of the operation.
    pub name: String,
    /// The Rust name of the request type.
    pub request: String,
    /// The Rust name of the client's method.
    pub method: String,
    /// Whether the operation is called without credentials.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// The permissions; empty if they are not documented.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    /// The vendor's page of the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
}

/// An action that a policy must allow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// The action, such as `ecs:RunInstances`.
    pub action: String,
    /// `create`, `list`, `get`, `update`, `delete`, `read` or `write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_level: Option<String>,
    /// The resources that a policy can limit the action to; empty if they are not documented.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
    /// The condition keys that the service checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Further actions that the service performs with the caller's permissions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependent_actions: Vec<String>,
}

/// A resource of a permission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The type, such as `Instance`; none for all resources.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The ARN with its variables, such as `acs:ecs:{#regionId}:{#accountId}:instance/{#instanceId}`; `*` for all
    /// resources.
    pub arn: String,
    /// Whether the service always checks the resource, and not only if the request names one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

/// A condition key of a permission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// The key, such as `log:TLSVersion`.
    pub key: String,
    /// Whether the service always sets the key, if that is documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<bool>,
}
