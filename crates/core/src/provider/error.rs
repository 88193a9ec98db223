//! Why there are no credentials.

use std::sync::Arc;

use crate::error_text::write_sources;

/// Why there are no credentials. Contains no secret.
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
    /// `text` tells what is missing or went wrong, and what to do. It is shown to people, so it must hold no secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into().into(), absent: false, source: None }
    }

    /// Adds the error that caused this one. It is shown to people as well, so it must hold no secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// The source is not set up, as `text` tells: nothing went wrong.
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
