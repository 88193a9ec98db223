//! What operations need: actions on resources.

use std::collections::{BTreeMap, BTreeSet};

use alicloud_document::permissions::{Condition, Permission, Resource};

use crate::arn::{Variables, fill};
use crate::policy::{MAX_CHARACTERS, Policy, statements};
use crate::usage::{Operation, Table, Usage, Usages};

/// The actions that operations need, and what is not known about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// The actions, in the order of operations.
    pub actions: Vec<Requirement>,
    /// The operations without a documented action.
    pub undocumented: Vec<(Operation, Usage)>,
    /// The operations that need no permission, because they are called without credentials.
    pub anonymous: Vec<Operation>,
    /// What a reader of the policy must know.
    pub warnings: Vec<String>,
}

/// An action that an operation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The action, such as `ecs:RunInstances`.
    pub action: String,
    /// The access level.
    pub access_level: Option<String>,
    /// The resources for the policy: the variables are replaced.
    pub resources: BTreeSet<String>,
    /// The resources as they are documented.
    pub documented: Vec<Resource>,
    /// The condition keys that the service checks.
    pub conditions: Vec<Condition>,
    /// The action that requires this one, if the operation does not perform it itself.
    pub dependency_of: Option<String>,
    /// The operation that needs the action.
    pub operation: Operation,
    /// How the operation is used.
    pub usage: Usage,
    /// The file that documents the action.
    pub source: String,
    /// The vendor's page of the operation.
    pub documentation: Option<String>,
}

impl Requirements {
    /// Finds what operations need. `variables` are the values that apply to every call.
    #[must_use]
    pub fn new(usages: &Usages, tables: &[Table], variables: &Variables) -> Self {
        let mut found = Self::default();
        let mut unknown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (operation, usage) in usages {
            let table = tables.iter().find(|table| table.is(&operation.product, &operation.version));
            let known = table.and_then(|table| Some((table, table.operation(&operation.name)?)));
            let Some((table, of)) = known.filter(|(_, of)| of.anonymous || !of.permissions.is_empty()) else {
                found.undocumented.push((operation.clone(), usage.clone()));
                continue;
            };
            if of.anonymous {
                found.anonymous.push(operation.clone());
                continue;
            }
            for permission in &of.permissions {
                let resources = found.resources(permission, usage, variables, &mut unknown);
                let requirement = Requirement {
                    action: permission.action.clone(),
                    access_level: permission.access_level.clone(),
                    resources,
                    documented: permission.resources.clone(),
                    conditions: permission.conditions.clone(),
                    dependency_of: None,
                    operation: operation.clone(),
                    usage: usage.clone(),
                    source: table.source.clone(),
                    documentation: of.documentation.clone(),
                };
                found.actions.extend(permission.dependent_actions.iter().map(|action| Requirement {
                    action: action.clone(),
                    access_level: None,
                    resources: [ALL.to_owned()].into(),
                    documented: Vec::new(),
                    conditions: Vec::new(),
                    dependency_of: Some(permission.action.clone()),
                    ..requirement.clone()
                }));
                found.actions.push(requirement);
            }
        }
        found.warnings.extend(unknown.iter().map(|(variable, actions)| unknown_variable(variable, actions)));
        let dependent: BTreeSet<String> =
            found.actions.iter().filter(|it| it.dependency_of.is_some()).map(|it| it.action.clone()).collect();
        if !dependent.is_empty() {
            found.warnings.push(format!("the resources of dependent actions are not documented: {}", few(&dependent)));
        }
        found
    }

    /// Returns the resources of a permission for the calls of an operation.
    fn resources(
        &mut self,
        permission: &Permission,
        usage: &Usage,
        variables: &Variables,
        unknown: &mut BTreeMap<String, BTreeSet<String>>,
    ) -> BTreeSet<String> {
        let arns = || permission.resources.iter().map(|resource| resource.arn.as_str());
        if permission.resources.is_empty() {
            self.warn(format!("the resources of `{}` are not documented; the policy has `*`", permission.action));
            return [ALL.to_owned()].into();
        }
        if arns().any(|arn| arn == ALL) {
            let others: Vec<&str> = arns().filter(|arn| *arn != ALL).collect();
            if !others.is_empty() {
                self.warn(format!(
                    "the document of `{}` contradicts itself: it lists `*` and {}; the policy has `*`",
                    permission.action,
                    others.join(", ")
                ));
            }
            return [ALL.to_owned()].into();
        }
        let mut filled = BTreeSet::new();
        let mut add = |variables: &Variables| {
            for arn in arns() {
                let one = fill(arn, variables);
                filled.extend(one.arns);
                for variable in one.unknown {
                    unknown.entry(variable).or_default().insert(permission.action.clone());
                }
            }
        };
        if usage.calls.is_empty() {
            add(variables);
        }
        // What a call sends is more exact than an option for all calls, but its region is not.
        usage.calls.iter().for_each(|call| add(&call.clone().or(variables)));
        filled
    }

    fn warn(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Returns the resources of each action.
    #[must_use]
    pub fn needed(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for requirement in &self.actions {
            needed.entry(requirement.action.clone()).or_default().extend(requirement.resources.iter().cloned());
        }
        needed
    }

    /// Returns the policies that allow the actions: several if one would exceed RAM's limit, none if there is no
    /// action.
    #[must_use]
    pub fn policies(&self) -> Vec<Policy> {
        Policy::new(statements(&self.needed())).split(MAX_CHARACTERS)
    }
}

/// All resources.
const ALL: &str = "*";

/// Returns the warning about a variable without a value, with the option that sets it.
fn unknown_variable(variable: &str, actions: &BTreeSet<String>) -> String {
    let option = match variable {
        "regionid" => "--region".to_owned(),
        "accountid" => "--account".to_owned(),
        name => format!("--set {name}=VALUE"),
    };
    format!("`{variable}` is not known and became `*` (set it with {option}), for {}", few(actions))
}

/// The first names of a set, and how many others there are.
fn few(names: &BTreeSet<String>) -> String {
    const SHOWN: usize = 3;
    let mut text = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}
