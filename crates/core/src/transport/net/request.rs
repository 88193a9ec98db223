//! What goes out, from the types of this crate to those of the HTTP libraries.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, HeaderValue};

use super::watched::Watched;
use crate::transport::{HttpRequest, Method};

/// A request in parts, as the libraries want them.
pub(super) struct Parts {
    pub(super) method: http::Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Watched,
}

impl From<HttpRequest> for Parts {
    fn from(request: HttpRequest) -> Self {
        let HttpRequest { method, url, mut headers, body, progress, .. } = request;
        if body.length() == Some(0) && matches!(method, Method::Post | Method::Put | Method::Patch) {
            // Some servers refuse these methods without a length.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let method = match method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
            Method::Head => http::Method::HEAD,
            Method::Options => http::Method::OPTIONS,
        };
        Self { method, url, headers, body: Watched::new(body, progress) }
    }
}
