//! Which requests are served.

use std::sync::Arc;

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::State;

/// The headers of every response.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Refuses requests of other pages, and adds the headers that confine this one.
pub(super) async fn check(Extract(state): Extract<Arc<State>>, request: Request, next: Next) -> Response {
    let mut response = match refusal(&state, &request) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refusal(state: &State, request: &Request) -> Option<&'static str> {
    let hosts = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{}", state.address.port()));
    let headers = request.headers();
    let host = single(headers, &header::HOST);
    if !host.is_some_and(|host| hosts.iter().any(|known| known == host)) {
        return Some("this host is not served");
    }
    let is_own = |origin: &str| origin.strip_prefix("http://").is_some_and(|origin| Some(origin) == host);
    if headers.contains_key(header::ORIGIN) && !single(headers, &header::ORIGIN).is_some_and(is_own) {
        return Some("requests of other pages are refused");
    }
    let token = request.uri().path().split('/').nth(1).unwrap_or_default();
    if !same(token.as_bytes(), state.token.as_bytes()) {
        return Some("the link has no valid token: use the one that was printed");
    }
    let kind = single(headers, &header::CONTENT_TYPE).map(|kind| kind.split(';').next().unwrap_or_default().trim());
    if request.method() == Method::POST && kind != Some("application/json") {
        return Some("the content type must be application/json");
    }
    None
}

/// The value of a header that occurs once.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

/// Compares in a time that does not depend on the contents.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}
