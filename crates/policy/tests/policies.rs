//! Policies, their size, and the check of a policy.
#![allow(missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use alicloud_policy::check::{Report, check};
use alicloud_policy::pattern::{covers, overlaps};
use alicloud_policy::policy::{Actions, MAX_CHARACTERS, Policy, statements};
use proptest::prelude::*;
use serde_json::Value;

type Needed = BTreeMap<String, BTreeSet<String>>;

fn needed() -> impl Strategy<Value = Needed> {
    let action = "(ecs|log|ram):(Get|List|Delete)[A-C]";
    let resource = prop_oneof![
        1 => Just("*".to_owned()),
        6 => "acs:(ecs|log):(cn-a|\\*):(1|\\*):(project|instance)/([a-c]{1,2}|\\*)(/store/([a-c]|\\*))?",
    ];
    let resources = prop::collection::btree_set(resource, 1..4);
    prop::collection::btree_map(action, resources, 1..8)
}

/// The texts that have no wildcard and are short, to compare patterns with the sets of texts that they match.
fn matches(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        '?' => !text.is_empty() && matches(rest, &text[1..]),
        _ => text.starts_with(first) && matches(rest, &text[1..]),
    }
}

fn texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    for length in 0..5 {
        let longer: Vec<String> = texts.iter().filter(|text| text.len() == length).cloned().collect();
        texts.extend(longer.iter().flat_map(|text| ["a", "b", "c"].map(|letter| format!("{text}{letter}"))));
    }
    texts
}

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("policy.schema.json")).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

proptest! {
    #[test]
    fn policy_of_needs_covers_them_exactly(needed in needed()) {
        let policy = Policy::new(statements(&needed));
        prop_assert_eq!(check(&policy, &needed), Report::default());
        let json: Value = serde_json::from_str(&policy.text()).unwrap();
        prop_assert!(schema().is_valid(&json), "{}", policy.text());
        prop_assert_eq!(Policy::read(&policy.text()).unwrap(), policy);
    }

    #[test]
    fn check_removed_statement_is_missing(needed in needed(), index in any::<prop::sample::Index>()) {
        let mut policy = Policy::new(statements(&needed));
        let removed = policy.statement.remove(index.index(policy.statement.len()));
        let Actions::These(actions) = &removed.actions else { unreachable!() };
        let report = check(&policy, &needed);
        let missing: BTreeSet<&String> = report.missing.iter().map(|missing| &missing.action).collect();
        prop_assert_eq!(missing, actions.iter().collect::<BTreeSet<_>>());
    }

    #[test]
    fn check_wildcard_policy_is_wider_and_never_missing(needed in needed()) {
        let policy = Policy::read(r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#).unwrap();
        let report = check(&policy, &needed);
        prop_assert!(report.missing.is_empty());
        prop_assert!(report.excess.iter().any(|excess| excess.pattern == "*" && !excess.needed.is_empty()));
    }

    #[test]
    fn split_keeps_what_is_allowed_within_the_limit(needed in needed(), limit in 150_usize..400) {
        let policy = Policy::new(statements(&needed));
        let parts = policy.split(limit);
        let whole = Policy::new(parts.iter().flat_map(|part| part.statement.clone()).collect());
        prop_assert_eq!(check(&whole, &needed), Report::default());
        for part in &parts {
            let smallest = part.statement.len() == 1 && {
                let Actions::These(actions) = &part.statement[0].actions else { unreachable!() };
                actions.len() == 1 && part.statement[0].resource.len() == 1
            };
            prop_assert!(part.characters() <= limit || smallest, "{} of {limit}", part.characters());
        }
    }

    #[test]
    fn patterns_agree_with_the_texts_that_they_match(first in "[ab*?]{0,4}", second in "[ab*?]{0,4}") {
        // Three letters and five characters are enough to tell patterns of four symbols of two letters apart.
        let texts = texts();
        let of = |pattern: &str| texts.iter().filter(|text| matches(pattern, text)).collect::<BTreeSet<_>>();
        let (one, other) = (of(&first), of(&second));
        prop_assert_eq!(overlaps(&first, &second), !one.is_disjoint(&other));
        if covers(&first, &second) {
            prop_assert!(other.is_subset(&one), "{first} {second}");
        }
        prop_assert!(covers(&first, &first));
    }
}

#[test]
fn policy_of_any_order_has_one_text() {
    let needed: Needed = [("b:B", "acs:b:*:*:x"), ("a:A", "*"), ("a:B", "*"), ("c:C", "acs:b:*:*:x")]
        .map(|(action, resource)| (action.to_owned(), [resource.to_owned()].into()))
        .into();
    assert_eq!(
        serde_json::to_string(&Policy::new(statements(&needed))).unwrap(),
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:A","a:B"],"Resource":["*"]},{"Effect":"Allow","Action":["b:B","c:C"],"Resource":["acs:b:*:*:x"]}]}"#
    );
}

#[test]
fn split_policy_beyond_the_limit_of_ram_has_several_parts() {
    let needed: Needed = (0..500).map(|index| (format!("ecs:Action{index:03}"), ["*".to_owned()].into())).collect();
    let policy = Policy::new(statements(&needed));
    assert!(policy.characters() > MAX_CHARACTERS);
    let parts = policy.split(MAX_CHARACTERS);
    assert_eq!(parts.len(), 2);
    for part in &parts {
        assert!(part.text().chars().count() <= MAX_CHARACTERS);
    }
}

#[test]
fn check_deny_and_conditions_follow_evaluation() {
    let needed: Needed = [("ecs:Run".to_owned(), ["acs:ecs:*:*:instance/*".to_owned()].into())].into();
    let report = |statements: &str| {
        let policy = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"ecs:Run","Resource":"acs:ecs:*"}},{statements}]}}"#
        );
        check(&Policy::read(&policy).unwrap(), &needed)
    };
    // A denial of some of the resources denies some of the calls.
    let denied = report(r#"{"Effect":"Deny","Action":"ECS:run","Resource":"acs:ecs:*:*:instance/i-1"}"#);
    assert_eq!((denied.missing[0].statement, denied.missing[0].denied), (Some(2), true));
    let other = report(r#"{"Effect":"Deny","Action":"ecs:Run","Resource":"acs:ecs:*:*:disk/*"}"#);
    assert!(other.missing.is_empty() && other.conditional.is_empty());
    let not_action = report(r#"{"Effect":"Deny","NotAction":"ecs:*","Resource":"*"}"#);
    assert!(not_action.missing.is_empty());
    let conditional =
        report(r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"acs:SecureTransport":"false"}}}"#);
    assert!(conditional.missing.is_empty());
    assert_eq!((conditional.conditional[0].statement, conditional.conditional[0].denied), (Some(2), true));
}

#[test]
fn check_reports_what_is_too_much() {
    let needed: Needed = [("ecs:RunInstances".to_owned(), ["acs:ecs:*:*:instance/*".to_owned()].into())].into();
    let policy = Policy::read(
        r#"{"Version":"1","Statement":[
            {"Effect":"Allow","Action":["ecs:Run*","ecs:DeleteInstance"],"Resource":["acs:ecs:*:*:instance/*","acs:ecs:*:*:disk/*"]},
            {"Effect":"Allow","NotAction":"ram:*","Resource":"*"}]}"#,
    )
    .unwrap();
    let lines: Vec<String> = check(&policy, &needed).excess.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "statement 1: ecs:Run* is wider than what is needed: ecs:RunInstances",
            "statement 1: ecs:DeleteInstance is not needed",
            "statement 1: acs:ecs:*:*:disk/* is not needed",
            "statement 2: all actions but ram:* is wider than what is needed: ecs:RunInstances",
            "statement 2: * is wider than what is needed: acs:ecs:*:*:instance/*",
        ]
    );
}

#[test]
fn policy_read_invalid_names_the_mistake() {
    for (text, expected) in [
        ("{", "EOF"),
        ("[]", "an object with `Version` and `Statement`"),
        (r#"{"Version":"2","Statement":[]}"#, "accepts \"1\" only"),
        (r#"{"Version":"1","Statement":[]}"#, "no statement"),
        (r#"{"Version":"1","Statement":[{"Effect":"Allow","Resource":"*"}]}"#, "statement 1: it must have one of"),
        (r#"{"Version":"1","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}"#, "unknown variant `allow`"),
        (
            r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resources":"*"}]}"#,
            "`Resources` is not an element",
        ),
        (r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]}"#, "is empty"),
    ] {
        let error = Policy::read(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}
