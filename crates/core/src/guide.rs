//! How things are done: one page a topic.

#[cfg(feature = "testing")]
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}
