//! Runtime.

mod blob;
mod client;
mod clock;
mod config;
pub mod credentials;
mod decode;
mod encode;
mod endpoint;
mod error;
mod future;
pub mod generated;
mod open;
mod operation;
mod secret;
mod service;
pub mod sign;
pub mod transport;

pub use blob::Blob;
pub use client::{Call, Client, Reply};
pub use clock::Clock;
pub use config::Config;
pub use endpoint::Network;
pub use error::{AccessDeniedDetail, Detail, Error, Phase, Timeout};
pub use open::UnknownValue;
pub use secret::Sensitive;
pub use service::{Endpoint, Service};
