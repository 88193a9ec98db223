//! Failures that look like something else: a success, a page of a gateway, garbage.
#![allow(missing_docs)]

mod bodies;
mod encodings;
#[path = "../local/mod.rs"]
mod local;
mod success;
#[path = "../thing/mod.rs"]
mod thing;

/// A response whose body is any bytes.
fn bytes(
    status: u16,
    headers: &[(&'static str, &'static str)],
    body: impl Into<Vec<u8>>,
) -> http::Response<bytes::Bytes> {
    local::response(status, headers, "").map(|_| body.into().into())
}
