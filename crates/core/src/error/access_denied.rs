//! Who was denied what.

use serde_json::{Map, Value};

/// The service's account of a denied access. Every part may be absent.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessDeniedDetail(Map<String, Value>);

impl AccessDeniedDetail {
    pub(crate) fn new(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) if !map.is_empty() => Some(Self(map)),
            _ => None,
        }
    }

    /// The parts that are text.
    pub(crate) fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.0.values_mut().filter_map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    /// A part by its name, whose first letter may be in either case.
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    }

    /// The RAM action that is needed, such as `ecs:DescribeInstances`.
    pub fn auth_action(&self) -> Option<&str> {
        self.text("AuthAction")
    }

    /// What kind of identity asked, such as `SubUser` or `AssumedRoleUser`.
    pub fn auth_principal_type(&self) -> Option<&str> {
        self.text("AuthPrincipalType")
    }

    /// The identity's name.
    pub fn auth_principal_display_name(&self) -> Option<&str> {
        self.text("AuthPrincipalDisplayName")
    }

    /// The account that owns the identity.
    pub fn auth_principal_owner_id(&self) -> Option<&str> {
        self.text("AuthPrincipalOwnerId")
    }

    /// Whether a rule denies, `ExplicitDeny`, or none allows, `ImplicitDeny`.
    pub fn no_permission_type(&self) -> Option<&str> {
        self.text("NoPermissionType")
    }

    /// The kind of policy that decided.
    pub fn policy_type(&self) -> Option<&str> {
        self.text("PolicyType")
    }

    /// The whole diagnosis, for the RAM console to decode.
    pub fn encoded_diagnostic_message(&self) -> Option<&str> {
        self.text("EncodedDiagnosticMessage")
    }

    /// Everything the service said.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}
