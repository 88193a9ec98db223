//! Whether a policy allows what a program needs, and no more.
//!
//! RAM's [evaluation](https://www.alibabacloud.com/help/en/ram/policy-evaluation-process): a `Deny` that applies to a
//! request overrides every `Allow`, and a request that no statement allows is denied.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::pattern::{covers, overlaps, resources_overlap};
use crate::policy::{Actions, Effect, Policy, Statement};

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What the policy does not allow.
    pub missing: Vec<Missing>,
    /// What the policy allows or denies under a condition only.
    pub conditional: Vec<Missing>,
    /// What the policy allows and the program does not need.
    pub excess: Vec<Excess>,
}

/// An action that is not allowed on a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The number of the statement that decides, from 1; `None` if no statement applies.
    pub statement: Option<usize>,
    /// Whether this statement denies.
    pub denied: bool,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        match (self.statement, self.denied) {
            (Some(number), true) => write!(f, " (statement {number} denies it)"),
            (Some(number), false) => write!(f, " (statement {number} allows it)"),
            (None, _) => Ok(()),
        }
    }
}

/// A pattern of a statement that allows more than is needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excess {
    /// The number of the statement, from 1.
    pub statement: usize,
    /// The pattern of actions or resources.
    pub pattern: String,
    /// The actions or resources that are needed of it; empty if the pattern is not needed at all.
    pub needed: Vec<String>,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}: {}", self.statement, self.pattern)?;
        match self.needed.as_slice() {
            [] => f.write_str(" is not needed"),
            needed => write!(f, " is wider than what is needed: {}", needed.join(", ")),
        }
    }
}

/// Compares a policy with the resources that each action needs.
///
/// A resource counts as allowed if one pattern of one statement covers it; patterns that cover it only together do not.
#[must_use]
pub fn check(policy: &Policy, needed: &BTreeMap<String, BTreeSet<String>>) -> Report {
    let mut report = Report::default();
    for (action, resources) in needed {
        for resource in resources {
            match decide(policy, action, resource) {
                Decision::Allowed => {}
                Decision::Conditional { statement, denied } => {
                    report.conditional.push(missing(action, resource, Some(statement), denied));
                }
                Decision::Denied { statement } => report.missing.push(missing(action, resource, Some(statement), true)),
                Decision::Absent => report.missing.push(missing(action, resource, None, false)),
            }
        }
    }
    let statements = policy.statement.iter().zip(1..);
    let allowing = statements.filter(|(statement, _)| statement.effect == Effect::Allow);
    report.excess = allowing.flat_map(|(statement, number)| excess(statement, number, needed)).collect();
    report
}

fn missing(action: &str, resource: &str, statement: Option<usize>, denied: bool) -> Missing {
    Missing { action: action.to_owned(), resource: resource.to_owned(), statement, denied }
}

enum Decision {
    Allowed,
    Conditional { statement: usize, denied: bool },
    Denied { statement: usize },
    Absent,
}

fn decide(policy: &Policy, action: &str, resource: &str) -> Decision {
    let mut allowed = Decision::Absent;
    let mut denied_on_condition = None;
    for (statement, number) in policy.statement.iter().zip(1..) {
        let conditional = statement.condition.as_ref().is_some_and(|condition| !condition.is_empty());
        match statement.effect {
            Effect::Deny if touches(statement, action, resource) => {
                if !conditional {
                    return Decision::Denied { statement: number };
                }
                denied_on_condition.get_or_insert(number);
            }
            Effect::Allow if allows(statement, action, resource) => {
                if !conditional {
                    allowed = Decision::Allowed;
                } else if matches!(allowed, Decision::Absent) {
                    allowed = Decision::Conditional { statement: number, denied: false };
                }
            }
            Effect::Allow | Effect::Deny => {}
        }
    }
    match denied_on_condition {
        Some(statement) if !matches!(allowed, Decision::Absent) => Decision::Conditional { statement, denied: true },
        _ => allowed,
    }
}

/// Whether a statement applies to an action on every resource that a pattern matches.
fn allows(statement: &Statement, action: &str, resource: &str) -> bool {
    let action = match &statement.actions {
        Actions::These(patterns) => patterns.iter().any(|pattern| covers(pattern, action)),
        Actions::AllBut(patterns) => !patterns.iter().any(|pattern| overlaps(pattern, action)),
    };
    action && statement.resource.iter().any(|pattern| covers(pattern, resource))
}

/// Whether a statement applies to an action on some resource that a pattern matches.
fn touches(statement: &Statement, action: &str, resource: &str) -> bool {
    let action = match &statement.actions {
        Actions::These(patterns) => patterns.iter().any(|pattern| overlaps(pattern, action)),
        Actions::AllBut(patterns) => !patterns.iter().any(|pattern| covers(pattern, action)),
    };
    action && statement.resource.iter().any(|pattern| resources_overlap(pattern, resource))
}

/// Returns the patterns of a statement that are wider than what is needed.
fn excess(statement: &Statement, number: usize, needed: &BTreeMap<String, BTreeSet<String>>) -> Vec<Excess> {
    let used: Vec<(&String, &String)> = needed
        .iter()
        .flat_map(|(action, resources)| resources.iter().map(move |resource| (action, resource)))
        .filter(|(action, resource)| touches(statement, action, resource))
        .collect();
    let report = |pattern: &str, needed: BTreeSet<&String>| {
        // A pattern that one needed pattern covers allows no more than that.
        let exact = needed.iter().any(|needed| covers(needed, pattern));
        let needed = needed.into_iter().cloned().collect();
        (!exact).then(|| Excess { statement: number, pattern: pattern.to_owned(), needed })
    };
    let mut found = Vec::new();
    match &statement.actions {
        Actions::These(patterns) => found.extend(patterns.iter().filter_map(|pattern| {
            report(pattern, used.iter().map(|(action, _)| *action).filter(|action| overlaps(pattern, action)).collect())
        })),
        Actions::AllBut(patterns) => {
            let pattern = format!("all actions but {}", patterns.join(", "));
            let needed = used.iter().map(|(action, _)| (*action).clone()).collect::<BTreeSet<_>>();
            found.push(Excess { statement: number, pattern, needed: needed.into_iter().collect() });
        }
    }
    // An action that is not needed says enough about a statement that nothing needs.
    if !used.is_empty() {
        found.extend(statement.resource.iter().filter_map(|pattern| {
            let resources = used.iter().map(|(_, resource)| *resource);
            report(pattern, resources.filter(|resource| resources_overlap(pattern, resource)).collect())
        }));
    }
    found
}
