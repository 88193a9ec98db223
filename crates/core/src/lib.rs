//! The runtime of the Alibaba Cloud SDK for Rust.
//!
//! A product crate is generated, and contains the operations of one product with their requests and responses. This
//! crate contains what all products have in common: it encodes, signs and sends requests, retries them, and decodes
//! responses.
//!
//! Applications depend on a product crate, which re-exports the parts of this crate that they need. Depend on this
//! crate directly to write code that serves several products, such as a provider of credentials or a transport.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use alicloud_core::credentials::CliProfileCredentials;
//! use alicloud_core::{Client, Config, Endpoint, Error, Service};
//!
//! // A product crate contains these lines.
//! static SERVICE: Service = Service::new("ecs", "2014-05-26", "alicloud-ecs-20140526", "0.1.0")
//!     .endpoints(&[Endpoint::new("cn-hangzhou", "ecs.cn-hangzhou.aliyuncs.com")]);
//!
//! # fn main() -> Result<(), Error> {
//! let config = Config::new()
//!     .region("cn-hangzhou")
//!     .credentials(CliProfileCredentials::builder().profile("test").build())
//!     .timeout(Duration::from_secs(20))
//!     .user_agent("my-application/1.0");
//! let client = Client::new(&SERVICE, config)?;
//! assert_eq!(client.endpoint(), "ecs.cn-hangzhou.aliyuncs.com");
//! # Ok(())
//! # }
//! ```
//!
//! # What happens in a call
//!
//! 1. The fields of the request become query, form, JSON, path and headers. A value that cannot be sent is an error of
//!    the kind [`ErrorKind::InvalidInput`], and nothing is sent.
//! 2. The client gets [credentials](guide::credentials) from the provider and [signs](sign) the request with them, the
//!    time and a nonce.
//! 3. The [transport] sends the request to the [endpoint](Config::endpoint). It follows no redirects and retries
//!    nothing. The client retries, with a new signature, [if that is safe](guide::retries).
//! 4. The client decodes the response leniently: it skips unknown fields, accepts numbers as text and text as numbers,
//!    and treats `null` as absent. A value that cannot be decoded is an error of the kind [`ErrorKind::Decode`], with
//!    its path.
//! 5. An error of the service has the kind [`ErrorKind::Service`], with its code, its message and the request ID. A
//!    response of HTTP status 200 is one too if the API definition declares an error code and the code reports a
//!    failure, or if it declares a top-level `Success` or `success` that is `false`. Bodies of errors are read as far
//!    as possible: truncated ones, ones in another character encoding, and ones with invalid escapes.
//!
//! # How responses are decoded
//!
//! | in the response | declared as | becomes |
//! |---|---|---|
//! | a field that is not declared | any object | skipped, at any depth |
//! | `null` | anything | absent: `None`, an empty list or map |
//! | `null` | an element of a list, a value of a map | the empty value of its type, so that positions stay |
//! | a number, `true`, `false` | text, an open enumeration | its JSON text, digit by digit |
//! | an object or a list | text | its compact JSON text |
//! | text that contains a number | an integer, a number | the number |
//! | text `true`, `false` in any case, `1`, `0`; numbers 1, 0 | a boolean | the boolean |
//! | a number without a fraction, such as `5.0` | an integer | the integer |
//! | an integer | a number | the nearest number |
//! | empty text | anything but text | absent |
//! | base64 text, padded or not | bytes | the bytes |
//! | a name twice | an object, a map | the last one |
//! | an escape that is half of a surrogate pair, such as `\ud83d` | text | U+FFFD in its place |
//! | an empty body | the whole response | every field absent |
//!
//! Everything else is an error with the path of the value: an integer out of range (which never wraps), other text for
//! a number or a boolean, a single value for a list, a list for an object, text that is not UTF-8, more than 64 levels,
//! and anything that is not JSON.
//!
//! # Lists and states
//!
//! If an operation returns a list page by page, [`Call::items`] is a stream of all items and [`Call::pages`] a stream
//! of all pages; the documentation of the operation says so. [`Call::wait_until`] repeats a call with increasing
//! intervals until the response has a given state, or until a time limit.
//!
//! # Time limits
//!
//! A call ([`Config::timeout`]), each attempt ([`Config::attempt_timeout`]) and each connection
//! ([`Config::connect_timeout`]) have a time limit. An [`Error`] reports [which limit was exceeded](Error::timeout) and
//! whether the request [may have been executed](Error::may_have_been_executed).
//!
//! # Secrets
//!
//! No `Debug`, `Display` or panic of this crate shows a secret. If a response quotes a secret of the credentials or a
//! [`Sensitive`] value of the request in an error message, it is redacted. An error also contains the
//! body of the response, which is not redacted; no text of the error shows it.
//!
//! # Features
//!
//! - `reqwest` (default): `transport::HttpTransport`, over HTTP/1.1, and with `http2` over HTTP/2 too.
//! - `hyper`: `transport::HyperTransport`, over HTTP/1.1, without proxies, and with half the dependencies if `reqwest`
//!   is off. Without either feature, a client needs [`Config::transport`].
//! - `rustls-ring` (default), `rustls-aws-lc`, `native-tls`: TLS. Several can be on; `transport::Tls` selects one, and
//!   the default is the first in this order.
//! - `serde`: `Serialize` and `Deserialize` for requests, responses and types, with the names of the wire, in any
//!   self-describing format such as JSON. A request with an unknown field is an error. [`Sensitive`] values are written
//!   in clear text.
//! - `blocking`: calls without an asynchronous runtime.
//! - `testing`: a mock transport with typed requests and responses, and recordings.
//! - `policy`: a recorder of calls for `alicloud policy`, and the statement of a RAM policy that a refused call needs.
//! - `jiff`, `chrono`, `time`: conversions between [`primitives::Timestamp`] and the types of these crates.
//! - `pds`: signature, hosts and redirects of Drive and Photo Service; see the guide on [gateways](guide::gateways).
//!   Generated crates of the service turn it on.
//! - `sls`: signatures and headers of Simple Log Service; `sls-logs`: its logs as protobuf, and compressed bodies.
//!   Generated crates of the service turn them on.
//! - `tracing`: a span for each call and one for each attempt, with the names of OpenTelemetry's conventions.

#[doc(hidden)]
pub mod __private;
mod blob;
#[cfg(feature = "blocking")]
pub mod blocking;
mod chain;
mod client;
mod clock;
pub mod codes;
pub mod config;
pub mod credentials;
mod decode;
mod encode;
mod endpoint;
pub mod error;
mod error_text;
pub mod events;
mod future;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod guide;
mod header;
mod hex;
mod info;
pub mod intercept;
mod invalid_input;
#[cfg(feature = "sls-logs")]
mod logs;
mod object;
mod open;
pub mod operation;
pub mod pagination;
mod percent;
#[cfg(feature = "policy")]
pub mod policy;
mod provider;
mod raw;
mod retry;
mod secret;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod serial;
mod service;
pub mod sign;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
pub mod transport;
pub mod wait;

/// Types of fields that the standard library does not have.
pub mod primitives {
    pub use bytes::Bytes;
    pub use serde_json::Value;

    pub use crate::blob::Blob;
    pub use crate::open::UnknownValue;
    pub use crate::secret::Sensitive;
    pub use crate::timestamp::Timestamp;
    #[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
    pub use crate::timestamp::TimestampError;
}

pub use http;

pub use blob::Blob;
pub use client::{Call, Client, Events, Response, StreamedResponse};
pub use clock::Clock;
pub use config::Config;
pub use endpoint::EndpointType;
pub use error::{AccessDeniedDetail, Error, ErrorKind, Phase, TimeoutKind};
pub use http::Method;
pub use open::UnknownValue;
pub use operation::Operation;
pub use pagination::{Items, Pages};
pub use raw::RawRequest;
pub use secret::Sensitive;
pub use service::{Endpoint, Service};
pub use wait::{WaitPolicy, WaitStatus};
