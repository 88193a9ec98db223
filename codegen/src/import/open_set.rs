//! Distinguishes enumerations, which are closed sets of values, from examples of an open set.

/// Returns why the values are not an enumeration; none if they are one.
pub(super) fn reason(name: &str, values: &[&str]) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let region = |value: &&str| {
        let mut parts = value.split('-');
        let area = parts.next().is_some_and(|area| (2..=3).contains(&area.len()) && letters(area));
        let location = parts.next().is_some_and(letters);
        area && location
            && parts.all(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()) || rest.len() == 1 || letters(rest))
    };
    let number = |value: &&str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let instance_type =
        |value: &&str| value.matches('.').count() >= 2 || value.starts_with("ecs.") || value.starts_with("cloud_");
    if ["regionid", "region", "zoneid", "zone", "regionids", "zoneids"].iter().any(|ending| lower.ends_with(ending)) {
        return Some("regions and zones are an open set");
    }
    if ["instancetype", "instanceclass", "instancespec", "flavor"].iter().any(|ending| lower.ends_with(ending)) {
        return Some("instance types are an open set");
    }
    if values.is_empty() || values.iter().any(|value| value.trim().is_empty()) {
        return Some("an empty text cannot be the name of a variant");
    }
    if values.iter().all(region) {
        return Some("regions and zones are an open set");
    }
    if values.iter().all(instance_type) {
        return Some("instance types are an open set");
    }
    values.iter().all(number).then_some("numbers are not descriptive names")
}

fn letters(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}
