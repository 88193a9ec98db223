//! Decides which lists of values are enumerations.

/// Returns why the values are not a closed set and remain text; none if they are an enumeration.
pub(super) fn why(name: &str, values: &[&str]) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let region = |value: &&str| {
        let mut parts = value.split('-');
        let area = parts.next().is_some_and(|area| (2..=3).contains(&area.len()) && letters(area));
        let place = parts.next().is_some_and(letters);
        area && place
            && parts.all(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()) || rest.len() == 1 || letters(rest))
    };
    let number = |value: &&str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let product =
        |value: &&str| value.matches('.').count() >= 2 || value.starts_with("ecs.") || value.starts_with("cloud_");
    if ["regionid", "region", "zoneid", "zone", "regionids", "zoneids"].iter().any(|end| lower.ends_with(end)) {
        return Some("regions and zones are an open set");
    }
    if ["instancetype", "instanceclass", "instancespec", "flavor"].iter().any(|end| lower.ends_with(end)) {
        return Some("instance types are an open set");
    }
    if values.is_empty() || values.iter().any(|value| value.trim().is_empty()) {
        return Some("an empty text is no name of an idea");
    }
    if values.iter().all(region) {
        return Some("regions and zones are an open set");
    }
    if values.iter().all(product) {
        return Some("instance types are an open set");
    }
    values.iter().all(number).then_some("numbers name no ideas")
}

fn letters(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}
