//! A local endpoint that speaks the protocol of Alibaba Cloud, configured by an API document.
//!
//! A [`Mock`] is an HTTP/1.1 server on loopback. It reads the vendor's `api-docs.json` and treats a request as the
//! service does: it verifies the signature with its own implementation ([`verify`]), finds the operation, checks every
//! parameter against the document, and responds from the response schema of the operation. Received requests can be
//! inspected ([`Recorded`]), and faults can be injected ([`Response`], [`ConnectionFault`]).
//!
//! It shares no code with the client, so that both cannot have the same bug.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use alicloud_mock::{Mock, Response};
//!
//! let document = r#"{
//!     "info": {"style": "RPC", "product": "demo", "version": "2024-01-01"},
//!     "apis": {"Ping": {"methods": ["post"], "responses": {"200": {"schema": {"type": "object",
//!         "properties": {"RequestId": {"type": "string"}, "Answer": {"type": "string", "example": "pong"}}}}}}}
//! }"#;
//! // Signatures are not verified here, so that a plain socket suffices; a client would use `mock.url()`.
//! let mock = Mock::builder().document(document).unsigned().start_blocking()?;
//! let throttled = mock.script("Ping", Response::error(429, "Throttling", "slow down"), 1);
//!
//! let call = || -> std::io::Result<String> {
//!     let mut stream = TcpStream::connect(mock.address())?;
//!     let head = "POST / HTTP/1.1\r\nhost: demo\r\nx-acs-action: Ping\r\nx-acs-version: 2024-01-01\r\n";
//!     write!(stream, "{head}connection: close\r\n\r\n")?;
//!     let mut response = String::new();
//!     stream.read_to_string(&mut response)?;
//!     Ok(response)
//! };
//! assert!(call()?.starts_with("HTTP/1.1 429"));
//! assert!(call()?.contains(r#""Answer":"pong""#));
//! assert_eq!(throttled.hits(), 1);
//! assert_eq!(mock.requests()[1].operation.as_deref(), Some("Ping"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is checked
//!
//! | | always | with [`strict`](MockBuilder::strict) |
//! |---|---|---|
//! | signature, date, nonce, key, token | unless [`unsigned`](MockBuilder::unsigned) | |
//! | operation, version, method, path | yes | |
//! | the domain in the host, for Drive and Photo Service | if the host is one of the service | |
//! | a parameter in the wrong location or style, sent twice, or unknown | yes | |
//! | types, and the range of 32-bit and 64-bit integers | yes | |
//! | required parameters | yes, except flattened lists and objects, which are not sent if empty | yes |
//! | required members of objects | | yes |
//! | bounds, lengths, enumerations | | yes |
//!
//! The requests of the vendor's SDKs pass without `strict`.
//!
//! A refusal has the vendor's status and error code in the format of the operation's style, and a message that names
//! the parameter and not its value.

mod catalog;
mod check;

mod default_response;
#[cfg(test)]
#[path = "../../../codegen/tests/suite/documents.rs"]
mod documents;
mod endpoint;
mod failure;
mod http;
mod logs;
mod mock;
mod percent;
mod record;
mod request;
mod response;
mod schema;
mod script;
mod serve;
mod server;
mod specification;
mod start_error;
pub mod verify;

pub use endpoint::ConnectionFault;
pub use failure::Failure;
pub use mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, MockBuilder};
pub use record::{Recorded, Verification};
pub use request::Request;
pub use response::Response;
pub use script::{Script, Times};
pub use serve::{Options, ServeError, serve};
pub use specification::Specification;
pub use start_error::StartError;
pub use verify::AccessKey;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
