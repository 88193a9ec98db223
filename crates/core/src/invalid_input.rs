//! Invalid input of the caller.

/// A value of the caller that cannot be sent, with the reason.
#[derive(Debug)]
pub(crate) struct InvalidInput(pub(crate) String);

impl InvalidInput {
    /// Creates the error of a parameter. The text does not contain its value, which may be a secret.
    pub(crate) fn parameter(name: &str, problem: impl std::fmt::Display) -> Self {
        Self(format!("parameter `{name}` {problem}"))
    }
}
