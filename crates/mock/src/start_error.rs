//! Errors of starting a mock.

use std::path::PathBuf;
use std::{fmt, io};

/// An error of starting a mock.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A file cannot be read.
    File {
        /// The file.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// A document is invalid, or has no operation that can be served.
    Document {
        /// The file, or `document` with its number.
        name: String,
        /// The problems, with their positions.
        problems: Vec<String>,
    },
    /// The port is not available, or the thread cannot be started.
    Listen(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(out, "{}: {error}", path.display()),
            Self::Document { name, problems } => {
                write!(out, "{name} is not a document that can be served:\n{}", problems.join("\n"))
            }
            Self::Listen(error) => write!(out, "cannot listen on loopback: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { error, .. } | Self::Listen(error) => Some(error),
            Self::Document { .. } => None,
        }
    }
}
