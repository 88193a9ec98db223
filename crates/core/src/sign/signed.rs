//! The headers and the query of a signed request.

use bytes::Bytes;
use http::HeaderName;

use crate::header::names::AUTHORIZATION;

/// The maximum number of headers: date, nonce, hash, key ID, token, two more for the older signature, authorization.
const MAX_HEADERS: usize = 8;

/// The headers of a signature and, for the older signature of RPC requests, the query.
///
/// `Debug` shows only the names.
pub struct Signed {
    /// All values, in one text.
    text: String,
    headers: [(&'static HeaderName, usize); MAX_HEADERS],
    count: usize,
    query: Option<String>,
    signature: SignaturePart,
}

/// The position of the signature.
enum SignaturePart {
    /// There is no signature.
    None,
    /// This number of bytes at the end of the values.
    Last(usize),
    /// The signature is escaped in the query; this is its original form.
    Apart(String),
}

/// The parts of a signature.
pub(crate) struct Parts<H> {
    /// All values, in one buffer.
    pub(crate) values: Bytes,
    /// Each header with the end of its value in the buffer.
    pub(crate) headers: H,
    /// The query, if it replaces that of the request.
    pub(crate) query: Option<String>,
    /// The signature; empty if there is none.
    pub(crate) signature: Bytes,
}

impl Signed {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            headers: [(&AUTHORIZATION, 0); MAX_HEADERS],
            count: 0,
            query: None,
            signature: SignaturePart::None,
        }
    }

    /// Adds a header whose value `write` appends, and returns the value.
    pub(super) fn add(&mut self, name: &'static HeaderName, write: impl FnOnce(&mut String)) -> &str {
        let start = self.text.len();
        write(&mut self.text);
        self.headers[self.count] = (name, self.text.len());
        self.count += 1;
        &self.text[start..]
    }

    /// Adds a header whose value ends with a signature of `length` bytes.
    pub(super) fn add_signature(&mut self, name: &'static HeaderName, length: usize, write: impl FnOnce(&mut String)) {
        self.add(name, write);
        self.signature = SignaturePart::Last(length);
    }

    pub(super) fn set_query(&mut self, query: String) {
        self.query = Some(query);
    }

    /// Sets a query that contains the signature.
    pub(super) fn set_query_with(&mut self, query: String, signature: String) {
        self.query = Some(query);
        self.signature = SignaturePart::Apart(signature);
    }

    /// Returns the value of the header with this index.
    pub(super) fn value(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.headers[index - 1].1 };
        &self.text[start..self.headers[index].1]
    }

    /// Returns the headers to add, with names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers[..self.count].iter().enumerate().map(|(index, (name, _))| (name.as_str(), self.value(index)))
    }

    /// Returns the query that replaces that of the request, if there is one.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    pub(crate) fn into_parts(self) -> Parts<impl ExactSizeIterator<Item = (&'static HeaderName, usize)>> {
        let values = Bytes::from(self.text);
        let signature = match self.signature {
            SignaturePart::None => Bytes::new(),
            SignaturePart::Last(length) => values.slice(values.len() - length..),
            SignaturePart::Apart(signature) => signature.into(),
        };
        Parts { values, headers: self.headers.into_iter().take(self.count), query: self.query, signature }
    }
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("Signed").field("headers", &names).field("query", &self.query.is_some()).finish()
    }
}
