//! Errors.

/// A value that the caller gave and that cannot be sent.
#[derive(Debug)]
pub(crate) struct Invalid {
    pub(crate) text: String,
}

impl Invalid {
    pub(crate) fn parameter(name: &str, problem: impl std::fmt::Display) -> Self {
        Self { text: format!("parameter `{name}` {problem}") }
    }
}
