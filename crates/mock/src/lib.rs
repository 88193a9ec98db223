//! Placeholder.
mod failure;
mod percent;
mod request;
pub mod verify;
pub use failure::Failure;
pub use request::Request;
