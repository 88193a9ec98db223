//! Details of a missing permission.

use serde_json::{Map, Value};

/// Details of a missing permission, as the service reports them. Every part may be absent.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessDeniedDetail(Map<String, Value>);

impl AccessDeniedDetail {
    pub(crate) fn new(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) if !map.is_empty() => Some(Self(map)),
            _ => None,
        }
    }

    /// Returns the parts that are texts.
    pub(crate) fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.0.values_mut().filter_map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    /// Returns a part by its name, in which the first letter may be upper or lower case.
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    }

    /// Returns the RAM action that is needed, such as `ecs:DescribeInstances`.
    pub fn auth_action(&self) -> Option<&str> {
        self.text("AuthAction")
    }

    /// Returns the type of the identity, such as `SubUser` or `AssumedRoleUser`.
    pub fn auth_principal_type(&self) -> Option<&str> {
        self.text("AuthPrincipalType")
    }

    /// Returns the name of the identity.
    pub fn auth_principal_display_name(&self) -> Option<&str> {
        self.text("AuthPrincipalDisplayName")
    }

    /// Returns the account that owns the identity.
    pub fn auth_principal_owner_id(&self) -> Option<&str> {
        self.text("AuthPrincipalOwnerId")
    }

    /// Returns `ExplicitDeny` if a rule denies the action, or `ImplicitDeny` if no rule allows it.
    pub fn no_permission_type(&self) -> Option<&str> {
        self.text("NoPermissionType")
    }

    /// Returns the type of the policy that denied the action.
    pub fn policy_type(&self) -> Option<&str> {
        self.text("PolicyType")
    }

    /// Returns the encoded diagnosis, which the RAM console decodes.
    pub fn encoded_diagnostic_message(&self) -> Option<&str> {
        self.text("EncodedDiagnosticMessage")
    }

    /// Returns the resource that the action needs, if the service reports it.
    pub fn auth_resource(&self) -> Option<&str> {
        self.text("AuthResource")
    }

    /// Returns the statement that a RAM policy lacks, such as
    /// `{"Effect":"Allow","Action":["ecs:RunInstances"],"Resource":["*"]}`. The resource is `*` if the service does not
    /// report it; `alicloud policy --fix` finds the documented one.
    ///
    /// `None` if the service does not report the action, or if a statement denies it: no other statement can allow it.
    #[cfg(feature = "policy")]
    pub fn policy_statement(&self) -> Option<Value> {
        let action = self.auth_action().filter(|_| !self.is_explicit())?;
        let resource = self.auth_resource().unwrap_or("*");
        Some(serde_json::json!({"Effect": "Allow", "Action": [action], "Resource": [resource]}))
    }

    /// Whether a statement denies the action.
    pub(super) fn is_explicit(&self) -> bool {
        self.no_permission_type().is_some_and(|kind| kind.eq_ignore_ascii_case("ExplicitDeny"))
    }

    /// Returns all parts.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}
