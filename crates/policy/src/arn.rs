//! Resource names with variables, such as `acs:log:{#regionId}:{#accountId}:project/{#ProjectName}`.

use std::collections::{BTreeMap, BTreeSet};

/// Values for the variables of resource names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variables(BTreeMap<String, BTreeSet<String>>);

impl Variables {
    /// Adds a value. Names are compared without regard to case, `-` and `_`.
    ///
    /// `Project` is also the value of `{#ProjectName}` and `{#ProjectId}`, unless these have a value of their own. A
    /// variable with several values stands for several resources.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.entry(normalized(name)).or_default().insert(value.into());
    }

    /// Adds a value for a variable that has none.
    pub fn add_default(&mut self, name: &str, value: impl Into<String>) {
        if self.get(name).is_none() {
            self.add(name, value);
        }
    }

    /// Adds the values of other variables that have none here.
    #[must_use]
    pub fn or(mut self, others: &Self) -> Self {
        for (name, values) in &others.0 {
            self.0.entry(name.clone()).or_insert_with(|| values.clone());
        }
        self
    }

    fn get(&self, name: &str) -> Option<&BTreeSet<String>> {
        let name = normalized(name);
        let stem = |suffix: &str| name.strip_suffix(suffix).filter(|stem| !stem.is_empty());
        let alias = match name.as_str() {
            "region" => Some("regionid"),
            "account" | "uid" | "accountuid" => Some("accountid"),
            _ => None,
        };
        let names = [Some(name.as_str()), alias, stem("name"), stem("id")];
        names.into_iter().flatten().find_map(|name| self.0.get(name))
    }
}

fn normalized(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A resource name whose variables are replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The names: several if a variable has several values.
    pub arns: BTreeSet<String>,
    /// The variables without a value, which became `*`, in lower case.
    pub unknown: BTreeSet<String>,
}

/// Replaces the variables of a resource name by their values, and those without a value by `*`.
#[must_use]
pub fn fill(arn: &str, variables: &Variables) -> Filled {
    let mut filled = Filled { arns: [String::new()].into(), unknown: BTreeSet::new() };
    for part in parts(arn) {
        let values: BTreeSet<String> = match part {
            Part::Text(text) => [text.to_owned()].into(),
            Part::Variable(name) => variables.get(name).cloned().unwrap_or_else(|| {
                filled.unknown.insert(normalized(name));
                ["*".to_owned()].into()
            }),
        };
        let joined = filled.arns.iter().flat_map(|arn| values.iter().map(move |value| format!("{arn}{value}")));
        filled.arns = joined.collect();
    }
    // Two unknown variables side by side are one unknown text.
    filled.arns = filled.arns.iter().map(|arn| collapse(arn)).collect();
    filled
}

fn collapse(arn: &str) -> String {
    let mut out = String::with_capacity(arn.len());
    for c in arn.chars() {
        if c != '*' || !out.ends_with('*') {
            out.push(c);
        }
    }
    out
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Splits a resource name. The vendor's documents write variables as `{#name}`, `{name}`, `<name>` and `$name`.
fn parts(arn: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = arn;
    while !rest.is_empty() {
        let start = rest.find(['{', '<', '$']).unwrap_or(rest.len());
        if start > 0 {
            parts.push(Part::Text(&rest[..start]));
        }
        rest = &rest[start..];
        let Some(open) = rest.chars().next() else { break };
        let (name, length) = match open {
            '$' => {
                let after = &rest[1..];
                let braced = after.starts_with('{').then(|| after.find('}')).flatten();
                match braced {
                    Some(end) => (&after[1..end], end + 2),
                    None => {
                        let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
                        (&after[..end], end + 1)
                    }
                }
            }
            open => match rest.find(if open == '{' { '}' } else { '>' }) {
                Some(end) => (&rest[1..end], end + 1),
                // Without its end, the rest is not readable.
                None => (&rest[1..], rest.len()),
            },
        };
        parts.push(Part::Variable(name.trim_start_matches('#')));
        rest = &rest[length..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        let mut variables = Variables::default();
        pairs.iter().for_each(|(name, value)| variables.add(name, *value));
        variables
    }

    #[test]
    fn fill_every_notation_replaces_variables() {
        let known = variables(&[("regionId", "cn-hangzhou"), ("accountId", "1"), ("PROJECT", "p"), ("log_store", "l")]);
        for (arn, expected) in [
            ("acs:log:{#regionId}:{#accountId}:project/{#ProjectName}", "acs:log:cn-hangzhou:1:project/p"),
            (
                "acs:log:$regionid:$accountid:project/$project/logstore/$logStore",
                "acs:log:cn-hangzhou:1:project/p/logstore/l",
            ),
            ("acs:log:<region>:<account-id>:project/{ProjectId}", "acs:log:cn-hangzhou:1:project/p"),
            ("acs:log:${regionId}:*:x", "acs:log:cn-hangzhou:*:x"),
            ("*", "*"),
        ] {
            let filled = fill(arn, &known);
            assert_eq!(filled.arns, [expected.to_owned()].into(), "{arn}");
            assert!(filled.unknown.is_empty(), "{arn}");
        }
    }

    #[test]
    fn fill_unknown_variable_is_a_wildcard_and_reported() {
        let filled = fill("acs:ecs:{#regionId}:{#accountId}:instance/{#a}{#b}", &variables(&[("region", "r")]));
        // `region` is not `regionId`, but it is the value of it.
        assert_eq!(filled.arns, ["acs:ecs:r:*:instance/*".to_owned()].into());
        assert_eq!(filled.unknown, ["a", "accountid", "b"].map(str::to_owned).into());
    }

    #[test]
    fn fill_several_values_names_several_resources() {
        let filled = fill("i/{#InstanceId}", &variables(&[("InstanceId", "a"), ("InstanceId", "b")]));
        assert_eq!(filled.arns, ["i/a", "i/b"].map(str::to_owned).into());
    }
}
