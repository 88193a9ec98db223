//! Requests before they are interpreted.

use std::fmt;

use crate::percent::{self, DecodeError};

/// An HTTP request, as it is verified.
///
/// `Debug` shows the method, the path, the names of the headers and the size of the body, and no value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path and the query, percent-encoded.
    pub target: String,
    /// The headers in order, with trimmed values.
    pub headers: Vec<(String, String)>,
    /// The body, without the chunked encoding.
    pub body: Vec<u8>,
}

impl Request {
    /// Returns the path, percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// Returns the query without the `?`, percent-encoded.
    #[must_use]
    pub fn raw_query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Returns the values of a header in order; the case of names does not matter.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.trim_matches([' ', '\t']))
    }

    /// Returns the value of a header that was sent exactly once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Returns the media type of the body in lower case, without parameters; empty if there is none.
    #[must_use]
    pub fn media_type(&self) -> String {
        let content_type = self.header("content-type").unwrap_or_default();
        content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Returns the decoded pairs of the query.
    pub(crate) fn query(&self) -> Result<Vec<(String, String)>, DecodeError> {
        percent::pairs(self.raw_query())
    }

    /// Returns the decoded pairs of the body, if it is a form.
    pub(crate) fn form(&self) -> Result<Option<Vec<(String, String)>>, DecodeError> {
        if self.media_type() != FORM {
            return Ok(None);
        }
        let text = std::str::from_utf8(&self.body).map_err(|_| DecodeError::Utf8)?;
        percent::pairs(text).map(Some)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        out.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("headers", &names)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// Returns the value of a header that occurs exactly once.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut same = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let (_, value) = same.next()?;
    same.next().is_none().then(|| value.trim_matches([' ', '\t']))
}

/// The media type of a form body.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
