//! Generates typed Rust clients from the API documents that Alibaba Cloud publishes.

pub mod diagnostic;
pub mod document;
pub mod json;
pub mod model;
pub mod name;
pub mod resolve;
pub mod source;
