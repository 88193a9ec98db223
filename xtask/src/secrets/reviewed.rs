//! The secrets of a review.

use std::collections::{BTreeMap, BTreeSet};

/// The secrets by document: names of fields, or `Operation/Path` if the name is ambiguous.
#[derive(Debug, Default)]
pub(super) struct Reviewed(BTreeMap<String, BTreeSet<String>>);

impl Reviewed {
    /// Parses lines of `product/version: Name, Operation/Path`; `#` begins a comment.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut documents = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, names) = line.split_once(':').ok_or_else(|| format!("{line}: no colon"))?;
            let names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
            if documents.insert(key.to_owned(), names).is_some() {
                return Err(format!("{key} is reviewed twice"));
            }
        }
        Ok(Self(documents))
    }

    pub(super) fn documents(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub(super) fn secret(&self, key: &str, name: &str, whole: &str) -> bool {
        self.0.get(key).is_some_and(|names| names.contains(name) || names.contains(whole))
    }

    /// Returns the names that match no secret field.
    pub(super) fn unused<'a>(&'a self, key: &str, found: &'a BTreeSet<String>) -> impl Iterator<Item = &'a String> {
        let names = self.0.get(key).into_iter().flatten();
        names.filter(|name| !found.contains(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_of_a_review_accepts_fields_and_fields_of_operations() {
        let reviewed = Reviewed::parse("# a comment\na/1: Password, Get/Response.config\nb/1:\n").expect("a review");
        assert!(
            reviewed.secret("a/1", "Password", "Any/A.Password")
                && reviewed.secret("a/1", "config", "Get/Response.config")
        );
        assert!(!reviewed.secret("a/1", "config", "Get/config") && !reviewed.secret("b/1", "Password", "Any/Password"));
        assert!(reviewed.has("b/1") && !reviewed.has("c/1"));
        let found = BTreeSet::from(["config".to_owned(), "Get/Response.config".to_owned()]);
        assert_eq!(reviewed.unused("a/1", &found).collect::<Vec<_>>(), ["Password"]);
    }
}
