//! Options of a single call.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use crate::error::ErrorKind;
use crate::transport::Body;

/// Options of a single call. Most calls have none, and then nothing is allocated.
#[derive(Clone, Default)]
pub(super) struct Options(Option<Box<Settings>>);

#[derive(Clone, Default)]
pub(super) struct Settings {
    pub(super) timeout: Option<Duration>,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) max_attempts: Option<u32>,
    pub(super) idempotent: Option<bool>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Body>,
    pub(super) idle_timeout: Option<Duration>,
    /// Why the call cannot be made with these options.
    pub(super) problem: Option<(ErrorKind, String)>,
}

static NOTHING: Settings = Settings {
    timeout: None,
    attempt_timeout: None,
    max_attempts: None,
    idempotent: None,
    headers: Vec::new(),
    query: Vec::new(),
    body: None,
    idle_timeout: None,
    problem: None,
};

impl Deref for Options {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for Options {
    fn deref_mut(&mut self) -> &mut Settings {
        self.0.get_or_insert_default()
    }
}
