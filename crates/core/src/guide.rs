//! How things are done: one page a topic.

#[doc = include_str!("../docs/credentials.md")]
pub mod credentials {}

#[cfg(feature = "testing")]
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}
