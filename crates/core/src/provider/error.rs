//! The error of providers.

use std::sync::Arc;

use crate::error_text::write_sources;

/// The reason why a provider returned no credentials. Contains no secret.
///
/// `Display` prints one line without the [source](std::error::Error::source); the alternate form, `{error:#}`, appends
/// the sources.
#[derive(Clone)]
pub struct CredentialsError {
    text: Arc<str>,
    absent: bool,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl CredentialsError {
    /// Creates an error. `text` says what failed or is missing, and what to do. Users see it, so it must not contain a
    /// secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into().into(), absent: false, source: None }
    }

    /// Sets the cause. Users see it as well, so it must not contain a secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// Creates the error of a source that is not configured, as opposed to one that failed.
    pub(crate) fn absent(text: impl Into<String>) -> Self {
        Self { absent: true, ..Self::new(text) }
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.absent
    }
}

impl std::fmt::Debug for CredentialsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CredentialsError({:?})", self.text)
    }
}

impl std::fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)?;
        write_sources(self, f)
    }
}

impl std::error::Error for CredentialsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
