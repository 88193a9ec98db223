//! The contract between generated crates and this runtime.
//!
//! Generated code uses the public items of this crate and the items of this module, and asserts the contract version
//! with [`contract`]. A generated crate for another contract version fails to compile with one clear error. This module
//! is not for hand-written code.
//!
//! # What a table expands to
//!
//! Each generated type has a table. This table of a type in a response
//!
//! ```
//! # use alicloud_core::__private::fields;
//! #[derive(Default)]
//! pub struct Image {
//!     pub image_id: Option<String>,
//!     pub size: Option<i64>,
//! }
//!
//! fields! {
//!     Image: Decode,
//!     "ImageId" => image_id,
//!     "Size" => size,
//! }
//! ```
//!
//! expands to the implementation below. For types in requests, `Encode` lists the same rows; with the feature `serde`
//! or `testing` every type has both.
//!
//! ```
//! # use alicloud_core::__private::{Decode, DecodeTarget};
//! # #[derive(Default)]
//! # pub struct Image {
//! #     pub image_id: Option<String>,
//! #     pub size: Option<i64>,
//! # }
//! impl Decode for Image {
//!     fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
//!         match name {
//!             "ImageId" => Some(&mut self.image_id),
//!             "Size" => Some(&mut self.size),
//!             _ => None,
//!         }
//!     }
//! }
//! ```

pub use std::collections::BTreeMap;

pub use bytes::Bytes;
pub use serde_json::Value;

pub use crate::blob::Blob;
pub use crate::client::Call;
pub use crate::decode::{Decode, DecodeSlot, DecodeTarget, OpenEnum};
pub use crate::encode::{Encode, Fields, List, Map, Parameters, View, Wire};
pub use crate::events::ServerEvents;
#[cfg(feature = "testing")]
pub use crate::info::Snapshot;
pub use crate::open::UnknownValue;
pub use http::Method;

pub use crate::operation::{Operation, OperationInfo, ResponseKind};
pub use crate::pagination::{Cursor, Paged, Paging};
pub use crate::secret::Sensitive;
pub use crate::service::{Endpoint, Service};
pub use crate::timestamp::Timestamp;
pub use crate::{fields, open_enum, operation, transparent, whole};

/// The contract version of this runtime.
const CONTRACT: u32 = 5;

/// Fails to compile if this runtime does not implement contract `version`.
pub const fn contract(version: u32) {
    assert!(
        version == CONTRACT,
        "this crate was generated for another version of `alicloud-core`: generate it again, or depend on the \
         version of `alicloud-core` that its README names"
    );
}
