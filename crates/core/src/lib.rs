//! The runtime of the Alibaba Cloud SDK for Rust.
//!
//! A crate of the SDK is made for one product by a generator, and all it holds is that product: its operations, their
//! requests and replies. Everything that products have in common is here: a request is encoded, signed and sent, and
//! its reply read, in one way for all.
//!
//! Programs depend on the crate of a product, which hands out what they need of this one. This crate is depended on
//! directly for what is not about a product: configurations, credentials of one's own, another way for requests to
//! travel.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use alicloud_core::credentials::CliProfileCredentials;
//! use alicloud_core::{Client, Config, Endpoint, Error, Service};
//!
//! // A product's crate has these two lines.
//! static SERVICE: Service = Service::new("ecs", "2014-05-26", "alicloud-ecs-20140526", "0.1.0")
//!     .endpoints(&[Endpoint::new("cn-hangzhou", "ecs.cn-hangzhou.aliyuncs.com")]);
//!
//! # fn main() -> Result<(), Error> {
//! let config = Config::new()
//!     .region("cn-hangzhou")
//!     .credentials(CliProfileCredentials::builder().profile("test").build())
//!     .timeout(Duration::from_secs(20))
//!     .user_agent("my-program/1.0");
//! let client = Client::new(&SERVICE, config)?;
//! assert_eq!(client.endpoint(), "ecs.cn-hangzhou.aliyuncs.com");
//! # Ok(())
//! # }
//! ```
//!
//! # What happens in a call
//!
//! 1. The request's fields become query, form, JSON, path and headers. What cannot be sent is
//!    [`ErrorKind::InvalidInput`], and nothing is sent.
//! 2. [Credentials](guide::credentials) are asked for, and the request is [signed](sign) with them, the time and a nonce.
//! 3. The [transport] sends it to the [endpoint](Config::endpoint). It follows no redirects and repeats nothing; the
//!    client does, with a new signature, [where that can do no harm](Config::max_attempts).
//! 4. The reply is read, leniently: fields that are not known are skipped, numbers may come as text and text as
//!    numbers, `null` is absence. What cannot be read is [`ErrorKind::Decode`], with the place in the reply.
//! 5. An error of the service becomes [`ErrorKind::Service`], with its code, its message and the request's id. So does a
//!    reply of HTTP status 200 whose code says that the operation failed, where the product's description says that
//!    it has such a code, and one whose top-level `Success` or `success` is `false`, where the description declares it.
//!    Bodies of errors are read as far as they can be: cut, in another character encoding, or with broken escapes.
//!
//! # How replies are read
//!
//! | in the reply | where this is declared | becomes |
//! |---|---|---|
//! | a field that is not declared | any object | skipped, however deep |
//! | `null` | anything | absent: `None`, an empty list or map |
//! | `null` | an element of a list, a value of a map | the empty value of its type, so that positions stay |
//! | a number, `true`, `false` | text, an open enumeration | its JSON text, digit by digit |
//! | an object or a list | text | its compact JSON text |
//! | text with a number in it | an integer, a number | the number |
//! | text `true`, `false` in any case, `1`, `0`; numbers 1, 0 | a boolean | the boolean |
//! | a number without a fraction, such as `5.0` | an integer | the integer |
//! | an integer | a number | the nearest number |
//! | empty text | anything but text | absent |
//! | base64 text, padded or not | bytes | the bytes |
//! | a name twice | an object, a map | the last one |
//! | an escape that is half of a surrogate pair, such as `\ud83d` | text | U+FFFD in its place |
//! | nothing at all (an empty body) | the whole reply | every field absent |
//!
//! Everything else is an error with the path of the place: an integer out of range (never wrapped), other text for a
//! number or boolean, a lone element where a list is declared, a list where an object is, text that is not UTF-8,
//! values that are read and more than 64 levels deep, and whatever is not JSON.
//!
//! # Lists and states
//!
//! Where replies are pages of one list, [`Call::items`] is a stream of all items and [`Call::pages`] one of the pages;
//! the documentation of such an operation says that it is one. [`Call::wait_until`] asks for a state until it is the
//! one that is wanted, with intervals that grow and a limit.
//!
//! # Time
//!
//! A call has one limit for all it waits for ([`Config::timeout`]), each attempt one of its own
//! ([`Config::attempt_timeout`]), and a connection one more ([`Config::connect_timeout`]). An [`Error`] tells which of
//! them [ran out](Error::timeout) and whether the request [may have been executed](Error::may_have_been_executed).
//!
//! # Secrets
//!
//! No text that this crate makes shows one: not `Debug`, not `Display`, not a panic. Where a reply quotes a secret of
//! the credentials, or a [`Sensitive`] value of the request, in its words about an error, it is taken out. The body of
//! a reply is kept in an error for those who ask for it, and shown by nothing.
//!
//! # Features
//!
//! - `reqwest` (on by default): `transport::HttpTransport`, over HTTP/1.1, and with `http2` over HTTP/2 too.
//! - `hyper`: `transport::HyperTransport`, over HTTP/1.1, without proxies; half the crates if `reqwest` is off.
//!   Without either a client needs [`Config::transport`].
//! - `rustls-ring` (on by default), `rustls-aws-lc`, `native-tls`: what secures connections. Any number of them may
//!   be on; `transport::Tls` chooses, and without a choice it is the first in this order.
//! - `serde`: `Serialize` and `Deserialize` for requests, responses and types, with the names of the wire, in any
//!   self-describing format such as JSON. A request with an unknown field is an error. [`Sensitive`] values are written
//!   in clear text.
//! - `blocking`: calls from programs that are not asynchronous.
//! - `testing`: a mock transport with typed requests and responses, and recordings.
//! - `jiff`, `chrono`, `time`: conversions between [`primitives::Timestamp`] and the types of these crates.
//! - `tracing`: a span for each call and one for each attempt, with the names of OpenTelemetry's conventions.

#[doc(hidden)]
pub mod __private;
mod blob;
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod clock;
pub mod codes;
pub mod config;
pub mod credentials;
mod decode;
mod encode;
mod endpoint;
pub mod error;
pub mod events;
mod future;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod guide;
mod header;
pub mod intercept;
mod object;
mod open;
pub mod operation;
pub mod pagination;
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

/// Types of fields that the standard library has none for.
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
pub use open::UnknownValue;
pub use operation::{Method, Operation};
pub use pagination::{Items, Pages};
pub use raw::RawRequest;
pub use secret::Sensitive;
pub use service::{Endpoint, Service};
pub use wait::{WaitPolicy, WaitStatus};
