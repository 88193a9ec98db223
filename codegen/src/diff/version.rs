//! The version that changes require, by Cargo's rules of compatibility.

use semver::{BuildMetadata, Prerelease, Version};

use super::Effect;

/// Returns the lowest version after this one that may contain such changes. A text that is not a version is returned
/// unchanged.
///
/// From 1.0.0 on, a breaking change raises the major version, an addition or a change of behavior the minor version,
/// and a change of documentation the patch version. In 0.y.z a breaking change raises y, and everything else z; in
/// 0.0.z everything raises z. A pre-release may change everything, and is followed by the next pre-release.
#[must_use]
pub fn next(version: &str, effect: Effect) -> String {
    let Ok(mut version) = Version::parse(version) else { return version.to_owned() };
    version.build = BuildMetadata::EMPTY;
    if !version.pre.is_empty() {
        version.pre = next_prerelease(&version.pre);
        return version.to_string();
    }
    let Version { major, minor, patch, .. } = version;
    let (major, minor, patch) = match (major, minor, effect) {
        (0, 0, _) => (0, 0, patch.saturating_add(1)),
        (0, _, Effect::Breaking) => (0, minor.saturating_add(1), 0),
        (0, ..) => (0, minor, patch.saturating_add(1)),
        (_, _, Effect::Breaking) => (major.saturating_add(1), 0, 0),
        (_, _, Effect::Behavior | Effect::Additive) => (major, minor.saturating_add(1), 0),
        (_, _, Effect::Documentation) => (major, minor, patch.saturating_add(1)),
    };
    Version::new(major, minor, patch).to_string()
}

/// Returns the next pre-release: `beta.2` after `beta.1`. Appends a number if there is none.
fn next_prerelease(pre: &Prerelease) -> Prerelease {
    let (head, last) = pre.rsplit_once('.').map_or(("", pre.as_str()), |(head, last)| (head, last));
    let next = match last.parse::<u64>() {
        Ok(number) if head.is_empty() => number.saturating_add(1).to_string(),
        Ok(number) => format!("{head}.{}", number.saturating_add(1)),
        Err(_) => format!("{pre}.1"),
    };
    Prerelease::new(&next).unwrap_or_else(|_| pre.clone())
}

/// Whether a version is not lower than another one. Texts that are not versions must be equal.
pub(super) fn at_least(version: &str, minimum: &str) -> bool {
    match (Version::parse(version), Version::parse(minimum)) {
        (Ok(version), Ok(minimum)) => version.cmp_precedence(&minimum).is_ge(),
        _ => version == minimum,
    }
}
