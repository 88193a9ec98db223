//! Singular names: an item of `Tags` is a `Tag`.

/// Words that end in `s` and are not plurals, or have the same singular.
const SAME: [&str; 52] = [
    "alias", "always", "as", "atlas", "bias", "bps", "canvas", "cms", "das", "dbfs", "ddos", "dns", "dts", "eas",
    "ebs", "ecs", "ens", "fps", "gas", "goods", "gps", "has", "hdfs", "https", "ims", "ios", "iops", "kms", "lens",
    "lgfs", "mns", "nas", "news", "nfs", "oas", "ons", "os", "ots", "pps", "qos", "qps", "ras", "rds", "series", "sls",
    "sms", "species", "sts", "tls", "tps", "vms", "vps",
];

/// Irregular plurals.
const IRREGULAR: [(&str, &str); 38] = [
    ("aliases", "alias"),
    ("analyses", "analysis"),
    ("apis", "api"),
    ("aris", "ari"),
    ("atlases", "atlas"),
    ("axes", "axis"),
    ("biases", "bias"),
    ("buses", "bus"),
    ("caches", "cache"),
    ("campuses", "campus"),
    ("canvases", "canvas"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("cpus", "cpu"),
    ("criteria", "criterion"),
    ("diagnoses", "diagnosis"),
    ("gpus", "gpu"),
    ("headaches", "headache"),
    ("heroes", "hero"),
    ("indices", "index"),
    ("kpis", "kpi"),
    ("lenses", "lens"),
    ("matrices", "matrix"),
    ("menus", "menu"),
    ("movies", "movie"),
    ("niches", "niche"),
    ("noes", "no"),
    ("nos", "no"),
    ("people", "person"),
    ("selfies", "selfie"),
    ("skus", "sku"),
    ("statuses", "status"),
    ("synopses", "synopsis"),
    ("uris", "uri"),
    ("vcpus", "vcpu"),
    ("vertices", "vertex"),
    ("viruses", "virus"),
    ("wikis", "wiki"),
];

/// Returns the name of an item of a list or of a value of a map with this name.
pub(crate) fn singular(name: &str) -> String {
    let base = name.strip_suffix("List").filter(|base| !base.is_empty()).unwrap_or(name);
    let (head, word) = base.split_at(last_word(base));
    let lower = word.to_ascii_lowercase();
    if SAME.contains(&lower.as_str()) {
        return base.to_owned();
    }
    if let Some((_, one)) = IRREGULAR.iter().find(|(plural, _)| *plural == lower) {
        let mut one = (*one).to_owned();
        if word.starts_with(|first: char| first.is_ascii_uppercase()) {
            // As in `APIs`, whose letters are an abbreviation.
            let kept = word.bytes().zip(one.bytes()).take_while(|(old, new)| old.to_ascii_lowercase() == *new).count();
            one.replace_range(..kept, &word[..kept]);
        }
        return format!("{head}{one}");
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
    // The last letter of an upper-case abbreviation is a part of it.
    let abbreviation = word.len() > 1 && word.bytes().all(|byte| !byte.is_ascii_lowercase());
    let cut = if abbreviation {
        0
    } else if lower.ends_with("ies") && lower.len() > 4 {
        return format!("{}y", &base[..base.len() - 3]);
    } else if ends(&["sses", "ches", "shes", "xes"]) {
        2
    } else if lower.ends_with('s') && !ends(&["ss", "us", "is"]) && base.len() > 2 {
        1
    } else {
        0
    };
    base[..base.len() - cut].to_owned()
}

/// Returns the start of the last word: after a separator, or at an upper-case letter next to a lower-case one.
fn last_word(name: &str) -> usize {
    let bytes = name.as_bytes();
    let starts = |at: usize| {
        let (before, here) = (bytes[at - 1], bytes[at]);
        let next = bytes.get(at + 1).copied();
        // The `s` of `APIs` and `AZs` is a plural ending, and not a word.
        let plural = next == Some(b's') && at + 2 == bytes.len();
        !before.is_ascii_alphabetic()
            || here.is_ascii_uppercase()
                && (before.is_ascii_lowercase() || next.is_some_and(|next| next.is_ascii_lowercase()) && !plural)
    };
    let start = (1..bytes.len()).rev().find(|at| name.is_char_boundary(*at) && starts(*at)).unwrap_or_default();
    // `QoS` is one word, as `IoT` is.
    if name[..start].ends_with("Qo") { start - 2 } else { start }
}

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn singular_of_names_of_lists() {
        for (plural, one) in [
            ("Tags", "Tag"),
            ("TagList", "Tag"),
            ("List", "List"),
            ("Entries", "Entry"),
            ("AclEntries", "AclEntry"),
            ("Policies", "Policy"),
            ("policys", "policy"),
            ("Addresses", "Address"),
            ("IpAddress", "IpAddress"),
            ("Access", "Access"),
            ("Processes", "Process"),
            ("Status", "Status"),
            ("JobStatuses", "JobStatus"),
            ("Alias", "Alias"),
            ("Aliases", "Alias"),
            ("ColumnAliases", "ColumnAlias"),
            ("QoS", "QoS"),
            ("Qos", "Qos"),
            ("qos", "qos"),
            ("Analysis", "Analysis"),
            ("Series", "Series"),
            ("BaseOs", "BaseOs"),
            ("DNS", "DNS"),
            ("ECS", "ECS"),
            ("bindDns", "bindDns"),
            ("Caches", "Cache"),
            ("Branches", "Branch"),
            ("Boxes", "Box"),
            ("Databases", "Database"),
            ("Licenses", "License"),
            ("Vertices", "Vertex"),
            ("APIs", "API"),
            ("Apis", "Api"),
            ("TraceIDs", "TraceID"),
            ("availableAZs", "availableAZ"),
            ("RestrictedURLs", "RestrictedURL"),
            ("MaxQps", "MaxQps"),
            ("Skus", "Sku"),
            ("cpu_aliases", "cpu_alias"),
            ("Children", "Child"),
            ("Rs", "Rs"),
            ("名称s", "名称"),
            ("", ""),
        ] {
            assert_eq!(singular(plural), one, "{plural}");
        }
    }
}
