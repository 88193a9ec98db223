//! The version that changes ask for, by the rules of Cargo.

use super::Effect;

/// The least version after this one that may have such changes.
///
/// From 1.0.0 on a breaking change raises the first number, a new thing or another behavior the second, and a text the
/// third. In 0.y.z a breaking change raises y and everything else z; in 0.0.z everything raises z. A pre-release may
/// change everything, and is followed by the next pre-release.
#[must_use]
pub fn next(version: &str, effect: Effect) -> String {
    let bare = version.split('+').next().unwrap_or_default();
    let (core, pre) = match bare.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (bare, None),
    };
    let Some([major, minor, patch]) = numbers(core) else { return version.to_owned() };
    if let Some(pre) = pre {
        let (head, last) = pre.rsplit_once('.').map_or(("", pre), |(head, last)| (head, last));
        return match last.parse::<u64>() {
            Ok(number) if head.is_empty() => format!("{core}-{}", number.saturating_add(1)),
            Ok(number) => format!("{core}-{head}.{}", number.saturating_add(1)),
            Err(_) => format!("{core}-{pre}.1"),
        };
    }
    match (major, minor, effect) {
        (0, 0, _) => format!("0.0.{}", patch.saturating_add(1)),
        (0, _, Effect::Breaking) => format!("0.{}.0", minor.saturating_add(1)),
        (0, ..) => format!("0.{minor}.{}", patch.saturating_add(1)),
        (_, _, Effect::Breaking) => format!("{}.0.0", major.saturating_add(1)),
        (_, _, Effect::Behavior | Effect::Additive) => format!("{major}.{}.0", minor.saturating_add(1)),
        (_, _, Effect::Documentation) => format!("{major}.{minor}.{}", patch.saturating_add(1)),
    }
}

/// Whether the first version is the second or a later one.
pub(super) fn at_least(version: &str, least: &str) -> bool {
    let split = |version: &str| {
        let bare = version.split('+').next().unwrap_or_default().to_owned();
        let (core, pre) =
            bare.split_once('-').map_or((bare.as_str(), None), |(core, pre)| (core, Some(pre.to_owned())));
        numbers(core).map(|numbers| (numbers, pre))
    };
    match (split(version), split(least)) {
        (Some((first, first_pre)), Some((second, second_pre))) if first == second => match (first_pre, second_pre) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(first), Some(second)) => precedence(&first) >= precedence(&second),
        },
        (Some((first, _)), Some((second, _))) => first > second,
        _ => version == least,
    }
}

/// The identifiers of a pre-release in their order: numbers before words.
fn precedence(pre: &str) -> Vec<(bool, u64, String)> {
    let identifier = |part: &str| match part.parse::<u64>() {
        Ok(number) => (false, number, String::new()),
        Err(_) => (true, 0, part.to_owned()),
    };
    pre.split('.').map(identifier).collect()
}

fn numbers(core: &str) -> Option<[u64; 3]> {
    let parts: Vec<u64> = core.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    parts.try_into().ok()
}
