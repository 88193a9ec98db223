//! Generates typed Rust clients from the API documents that Alibaba Cloud publishes.
//!
//! The library is pure: bytes in, files out, no disk, no network, no clock. A document passes through the stages
//! [`document`] (the vendor's format with source positions), [`resolve`] (the [`model`]), [`name`] (every Rust name),
//! `emit` (formatted tokens) and [`generate`](mod@generate) (every file in order). [`check`] finds mistakes in a
//! document.
//!
//! ```
//! use alicloud_codegen::{generate::{Options, generate}, source::Source};
//!
//! let text = r#"{"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"},
//!     "apis": {"Ping": {"methods": ["post"], "operationType": "read", "responses": {"200": {"schema": {
//!         "type": "object", "properties": {"RequestId": {"type": "string"}}}}}}}}"#;
//! let outcome = generate(&Source::new("demo.json", text), &Options::default())?;
//! assert!(outcome.diagnostics.is_empty());
//! assert!(outcome.files.contains_key("src/operation/ping.rs"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
#[path = "../tests/suite/documents.rs"]
mod documents;

pub mod build;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod code;
pub mod diff;
mod emit;
mod fingerprint;
pub mod generate;
pub mod import;
pub mod markdown;
pub mod marker;
pub mod model;
mod module;
pub mod name;
pub mod overlay;
pub mod parameters;
pub mod resolve;
mod singular;

pub use alicloud_document::{diagnostic, document, gateway, json, permissions, source, spelling};
pub use emit::{InternalError, permission_table};
