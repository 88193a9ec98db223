//! Runtime.
mod blob;
mod client;
mod decode;
mod encode;
mod error;
pub mod generated;
mod open;
mod operation;
mod secret;
mod service;

pub use blob::Blob;
pub use client::{Call, Client, Config, Error};
pub use open::UnknownValue;
pub use secret::Sensitive;
