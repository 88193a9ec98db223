//! Patterns of actions and resources: `*` matches any characters, `?` matches one.
//!
//! The vendor's page [Policy structure and
//! syntax](https://www.alibabacloud.com/help/en/ram/policy-structure-and-syntax) shows the wildcards. It does not
//! document whether case matters. [`covers`] is therefore case-sensitive, so that a check never accepts a policy that
//! RAM may reject; [`overlaps`], which decides about `Deny`, ignores case for the same reason.

/// Returns whether `pattern` matches every text that `other` matches.
///
/// Exact for the wildcards that occur in policies. A `*` in `other` is matched only by a `*` in `pattern`.
#[must_use]
pub fn covers(pattern: &str, other: &str) -> bool {
    let (pattern, other): (Vec<char>, Vec<char>) = (pattern.chars().collect(), other.chars().collect());
    // `row[j]` is whether the pattern so far covers the first `j` characters of the other one.
    let mut row = vec![false; other.len() + 1];
    row[0] = true;
    for symbol in pattern {
        let mut next = vec![false; other.len() + 1];
        next[0] = symbol == '*' && row[0];
        for (index, covered) in other.iter().enumerate() {
            next[index + 1] = match symbol {
                '*' => row[index + 1] || next[index],
                '?' => *covered != '*' && row[index],
                _ => symbol == *covered && row[index],
            };
        }
        row = next;
    }
    row[other.len()]
}

/// Returns whether a text exists that both patterns match, ignoring case.
#[must_use]
pub fn overlaps(first: &str, second: &str) -> bool {
    let chars = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    let (first, second) = (chars(first), chars(second));
    // `row[j]` is whether the part of `first` so far and the first `j` characters of `second` have a text in common.
    let mut row = vec![true];
    row.extend(second.iter().scan(true, |all, symbol| {
        *all &= *symbol == '*';
        Some(*all)
    }));
    for symbol in first {
        let mut next = vec![false; second.len() + 1];
        next[0] = symbol == '*' && row[0];
        for (index, other) in second.iter().enumerate() {
            next[index + 1] = match (symbol, *other) {
                ('*', _) | (_, '*') => row[index + 1] || next[index] || row[index],
                ('?', _) | (_, '?') => row[index],
                (one, other) => one == other && row[index],
            };
        }
        row = next;
    }
    row[second.len()]
}

/// Returns whether a resource exists that both patterns match, ignoring case.
///
/// Patterns with all parts of a resource name, `acs:product:region:account:resource`, are compared part by part: a
/// region or an account contains no colon, so `acs:ecs:*:*:disk/*` matches no instance.
#[must_use]
pub fn resources_overlap(first: &str, second: &str) -> bool {
    let parts = |text| str::splitn(text, 5, ':').collect::<Vec<_>>();
    let (first_parts, second_parts) = (parts(first), parts(second));
    if first_parts.len() < 5 || second_parts.len() < 5 {
        return overlaps(first, second);
    }
    first_parts.iter().zip(&second_parts).all(|(first, second)| overlaps(first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_with_wildcards_follows_sets_of_texts() {
        for (pattern, other) in [
            ("*", ""),
            ("*", "*"),
            ("ecs:*", "ecs:Describe*"),
            ("ecs:Describe*", "ecs:DescribeInstances"),
            ("a?c", "abc"),
            ("a*c", "a?c"),
            ("*b*", "abc"),
            ("?*", "?"),
        ] {
            assert!(covers(pattern, other), "{pattern} covers {other}");
        }
        for (pattern, other) in [
            ("ecs:Describe*", "ecs:*"),
            ("a?c", "a*c"),
            ("?", "*"),
            ("a", "A"),
            ("", "a"),
            ("?*", "*"),
            ("acs:log:*:*:project/a", "acs:log:*:*:project/a/logstore/b"),
        ] {
            assert!(!covers(pattern, other), "{pattern} does not cover {other}");
        }
    }

    #[test]
    fn resources_overlap_compares_the_parts_of_names() {
        for (first, second, expected) in [
            ("acs:ecs:*:*:disk/*", "acs:ecs:*:*:instance/*", false),
            ("acs:ecs:*", "acs:ecs:*:*:instance/*", true),
            ("acs:ecs:cn-a:*:*", "acs:ecs:*:1:instance/i:1", true),
            ("*", "acs:ecs:*:*:instance/*", true),
        ] {
            assert_eq!(resources_overlap(first, second), expected, "{first} {second}");
        }
    }

    #[test]
    fn overlaps_is_symmetric_and_ignores_case() {
        for (first, second, expected) in [
            ("ecs:*", "*:Describe?", true),
            ("ecs:Run*", "ecs:*Instances", true),
            ("ECS:run", "ecs:Run", true),
            ("ecs:Run*", "ecs:Stop*", false),
            ("a?", "a", false),
            ("", "*", true),
        ] {
            assert_eq!((overlaps(first, second), overlaps(second, first)), (expected, expected), "{first} {second}");
        }
    }
}
