//! What generated crates are written against.
//!
//! A generated crate names nothing of this crate but its documented items and the module of one contract version, and
//! asserts that version with [`contract`]. So it meets a runtime that speaks another one with one clear compile error
//! instead of a hundred unclear ones.

/// The newest contract version; each adds to the one before.
const SPOKEN: u32 = 3;

/// Fails to compile if this runtime does not speak contract `version`.
pub const fn contract(version: u32) {
    assert!(
        1 <= version && version <= SPOKEN,
        "this crate was generated for another version of `alicloud-core`: generate it again, or depend on the \
         version of `alicloud-core` that its README names"
    );
}

/// Versions 1 to 3 of the contract.
#[doc(hidden)]
pub mod v1 {
    pub use std::collections::BTreeMap;

    pub use bytes::Bytes;
    pub use serde_json::Value;

    pub use crate::blob::Blob;
    pub use crate::client::Call;
    pub use crate::decode::{Choice, Decode, Open, Place};
    pub use crate::encode::{Encode, Fields, List, Map, Parameters, View, Wire};
    pub use crate::events::ServerEvents;
    pub use crate::open::UnknownValue;
    pub use crate::operation::{Method, Operation, OperationInfo, ReplyKind};
    pub use crate::page::{Cursor, Paged, Paging};
    pub use crate::secret::Sensitive;
    pub use crate::service::{Endpoint, Service};
    pub use crate::{fields, open_enum, operation, transparent, whole};
}
