//! Requests for the HTTP libraries.

use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Method, Request};

use super::progress_body::ProgressBody;
use crate::transport::{Body, RequestContext};

/// Returns the request with a body that records when it is sent.
pub(super) fn watched(request: Request<Body>, context: RequestContext) -> Request<ProgressBody> {
    let (mut head, body) = request.into_parts();
    if body.length() == Some(0) && matches!(head.method, Method::POST | Method::PUT | Method::PATCH) {
        // Some servers reject these methods without a length.
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Request::from_parts(head, ProgressBody::new(body, context.progress))
}
