//! What is set for one call alone.

use std::time::Duration;

use crate::transport::Body;

/// What is set for one call alone.
#[derive(Clone, Default)]
pub(super) struct Options {
    pub(super) timeout: Option<Duration>,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) max_attempts: Option<u32>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Body>,
    pub(super) idle_timeout: Option<Duration>,
}
