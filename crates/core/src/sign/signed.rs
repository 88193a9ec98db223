//! The headers and the query of a signed request.

use http::HeaderName;

/// The headers of a signature and, for the older signature of RPC requests, the query.
///
/// `Debug` shows only the names.
#[derive(Default)]
pub struct Signed {
    pub(crate) headers: Vec<(&'static HeaderName, String)>,
    pub(crate) query: Option<String>,
    /// The signature, which is a part of a header or of the query; empty if there is none.
    pub(crate) signature: String,
}

impl Signed {
    /// Adds a header.
    pub(super) fn add(&mut self, name: &'static HeaderName, value: impl Into<String>) {
        self.headers.push((name, value.into()));
    }

    /// Adds a header whose value is a text and the signature.
    pub(super) fn add_signature(&mut self, name: &'static HeaderName, prefix: &str, signature: String) {
        self.add(name, [prefix, &signature].concat());
        self.signature = signature;
    }

    /// Returns the headers to add, with names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the query that replaces that of the request, if there is one.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("Signed").field("headers", &names).field("query", &self.query.is_some()).finish()
    }
}
