//! RAM policies: the document, its form, and its size.
//!
//! The grammar is that of [Policy structure and
//! syntax](https://www.alibabacloud.com/help/en/ram/policy-structure-and-syntax): the version is `"1"`; a statement has
//! `Effect`, one of `Action` and `NotAction`, `Resource`, and optionally `Condition`; one value can be written without
//! a list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pattern::covers;

/// The number of characters that a custom policy can have, from the vendor's
/// [limits of RAM](https://www.alibabacloud.com/help/en/ram/product-overview/limits).
pub const MAX_CHARACTERS: usize = 6144;

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    version: Version,
    /// The statements. A `Deny` overrides every `Allow`.
    pub statement: Vec<Statement>,
}

/// The version of the policy language: there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
enum Version {
    #[default]
    #[serde(rename = "1")]
    One,
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Whether the statement allows or denies.
    pub effect: Effect,
    /// The actions.
    #[serde(flatten)]
    pub actions: Actions,
    /// The resources.
    pub resource: Vec<String>,
    /// The condition, by operator and key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<BTreeMap<String, BTreeMap<String, Value>>>,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Allows.
    Allow,
    /// Denies, whatever another statement allows.
    Deny,
}

/// The actions of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actions {
    /// These actions.
    #[serde(rename = "Action", deserialize_with = "one_or_many")]
    These(Vec<String>),
    /// All actions but these.
    #[serde(rename = "NotAction", deserialize_with = "one_or_many")]
    AllBut(Vec<String>),
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(from)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

/// Why a text is not a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPolicy(String);

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPolicy {}

impl Policy {
    /// Creates a policy.
    #[must_use]
    pub fn new(statement: Vec<Statement>) -> Self {
        Self { version: Version::One, statement }
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// Returns an error if the text is not JSON, or not a policy by RAM's grammar.
    pub fn read(text: &str) -> Result<Self, InvalidPolicy> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "an object with `Version` and `Statement`")]
        struct Outer {
            version: Value,
            statement: Vec<Value>,
        }
        let invalid = |error: &dyn fmt::Display| InvalidPolicy(error.to_string());
        let Outer { version, statement } =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| invalid(&error))?;
        if version != "1" {
            return Err(InvalidPolicy(format!("the version is {version}, and RAM accepts \"1\" only")));
        }
        if statement.is_empty() {
            return Err(InvalidPolicy("the policy has no statement".to_owned()));
        }
        let statements = statement.into_iter().zip(1..).map(|(value, number)| {
            Statement::read(value).map_err(|error| InvalidPolicy(format!("statement {number}: {error}")))
        });
        Ok(Self::new(statements.collect::<Result<_, _>>()?))
    }

    /// Returns the policy as JSON: with line breaks if that text is within RAM's limit, and without them otherwise.
    #[must_use]
    pub fn text(&self) -> String {
        let pretty = serde_json::to_string_pretty(self).unwrap_or_default();
        if pretty.chars().count() <= MAX_CHARACTERS { pretty } else { self.compact() }
    }

    fn compact(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns the number of characters without line breaks and indentation.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.compact().chars().count()
    }

    /// Splits the statements into policies of at most `limit` characters, in their order.
    ///
    /// A statement that is too long itself is split by its actions, and then by its resources. One action on one
    /// resource is never split. A `NotAction` or a `Deny` keeps its actions together.
    #[must_use]
    pub fn split(&self, limit: usize) -> Vec<Self> {
        let mut policies: Vec<Self> = Vec::new();
        let mut pending: Vec<Statement> = self.statement.iter().rev().cloned().collect();
        while let Some(statement) = pending.pop() {
            if let Some(last) = policies.last_mut() {
                last.statement.push(statement.clone());
                if last.characters() <= limit {
                    continue;
                }
                last.statement.pop();
            }
            let alone = Self::new(vec![statement]);
            match (alone.characters() > limit).then(|| alone.statement[0].halves()).flatten() {
                Some((first, second)) => pending.extend([second, first]),
                None => policies.push(alone),
            }
        }
        policies
    }
}

impl Statement {
    /// Creates a statement that allows actions on resources.
    #[must_use]
    pub fn allow(actions: impl IntoIterator<Item = String>, resources: impl IntoIterator<Item = String>) -> Self {
        let actions = Actions::These(actions.into_iter().collect());
        Self { effect: Effect::Allow, actions, resource: resources.into_iter().collect(), condition: None }
    }

    fn read(value: Value) -> Result<Self, String> {
        let object = value.as_object().ok_or("it is not an object")?;
        let known = ["Effect", "Action", "NotAction", "Resource", "Condition"];
        if let Some(unknown) = object.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("`{unknown}` is not an element of a statement"));
        }
        if object.contains_key("Action") == object.contains_key("NotAction") {
            return Err("it must have one of `Action` and `NotAction`".to_owned());
        }
        // `flatten` cannot deny unknown fields, which are checked above.
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Fields {
            effect: Effect,
            #[serde(flatten)]
            actions: Actions,
            #[serde(deserialize_with = "one_or_many")]
            resource: Vec<String>,
            condition: Option<BTreeMap<String, BTreeMap<String, Value>>>,
        }
        let Fields { effect, actions, resource, condition } =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        let (Actions::These(names) | Actions::AllBut(names)) = &actions;
        if names.is_empty() || resource.is_empty() {
            return Err("a list of actions or resources is empty".to_owned());
        }
        Ok(Self { effect, actions, resource, condition })
    }

    /// Returns the statement in two parts that allow the same together.
    fn halves(&self) -> Option<(Self, Self)> {
        let cut = |list: &[String]| {
            let (first, second) = list.split_at(list.len() / 2);
            (first.to_vec(), second.to_vec())
        };
        let with = |actions: Actions, resource: Vec<String>| Self { actions, resource, ..self.clone() };
        match &self.actions {
            Actions::These(actions) if actions.len() > 1 => {
                let (first, second) = cut(actions);
                let resource = || self.resource.clone();
                Some((with(Actions::These(first), resource()), with(Actions::These(second), resource())))
            }
            actions if self.resource.len() > 1 => {
                let (first, second) = cut(&self.resource);
                Some((with(actions.clone(), first), with(actions.clone(), second)))
            }
            _ => None,
        }
    }
}

/// Returns the statements that allow each action on its resources: grouped by resources, in a stable order.
#[must_use]
pub fn statements(needed: &BTreeMap<String, BTreeSet<String>>) -> Vec<Statement> {
    let mut groups: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (action, resources) in needed {
        groups.entry(without_covered(resources)).or_default().push(action.clone());
    }
    groups.into_iter().map(|(resources, actions)| Statement::allow(actions, resources)).collect()
}

/// Returns the patterns that no other one of them covers.
fn without_covered(patterns: &BTreeSet<String>) -> Vec<String> {
    let covered = |pattern: &String| {
        patterns.iter().any(|other| {
            let mutual = || covers(pattern, other) && pattern < other;
            other != pattern && covers(other, pattern) && !mutual()
        })
    };
    patterns.iter().filter(|pattern| !covered(pattern)).cloned().collect()
}
