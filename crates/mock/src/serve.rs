//! A mock that prints a line for each request, for the command `alicloud mock`.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock};
use crate::record::Recorded;
use crate::start_error::StartError;
use crate::verify::AccessKey;

/// The settings of [`serve`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The documents to serve.
    pub specs: Vec<PathBuf>,
    /// The port; 0 for a free one.
    pub port: u16,
    /// Whether bounds and enumerations are also checked.
    pub strict: bool,
    /// Whether signatures are not verified.
    pub unsigned: bool,
    /// The access key; by default [`DEFAULT_ACCESS_KEY_ID`] and [`DEFAULT_ACCESS_KEY_SECRET`].
    pub access_key: Option<AccessKey>,
}

/// Starts a mock that writes its address, and then a line for each request: operation, verification, status.
///
/// The lines contain no secret and no value of a parameter. The mock runs until it is stopped or dropped.
///
/// # Errors
/// Returns an error if a document cannot be read, the port is not available, or `output` cannot be written.
pub fn serve(options: &Options, mut output: impl Write + Send + 'static) -> Result<Mock, ServeError> {
    let builder = options.specs.iter().fold(Mock::builder(), |builder, path| builder.file(path));
    let builder = match &options.access_key {
        Some(key) => builder.key(key.clone()),
        None => builder,
    };
    let builder = if options.unsigned { builder.unsigned() } else { builder };
    let (lines, queue) = std::sync::mpsc::channel::<String>();
    let lines = Mutex::new(lines);
    let observe = move |recorded: &Recorded| {
        let _ = lines.lock().unwrap_or_else(PoisonError::into_inner).send(line(recorded));
    };
    let mock = builder.strict(options.strict).port(options.port).record_limit(0).observe(observe).start_blocking()?;
    for warning in mock.warnings() {
        writeln!(output, "{warning}")?;
    }
    writeln!(output, "listening on {}", mock.url())?;
    writeln!(output, "{} operations", mock.operations().len())?;
    match &options.access_key {
        _ if options.unsigned => writeln!(output, "signatures are not verified")?,
        Some(key) => writeln!(output, "access key {}", key.id())?,
        None => {
            writeln!(output, "access key {DEFAULT_ACCESS_KEY_ID}, secret {DEFAULT_ACCESS_KEY_SECRET} (defaults)")?;
        }
    }
    output.flush()?;
    // Written by another thread, so that slow output does not delay responses. The thread ends with the mock.
    std::thread::spawn(move || {
        for line in queue {
            if writeln!(output, "{line}").and_then(|()| output.flush()).is_err() {
                return;
            }
        }
    });
    Ok(mock)
}

fn line(recorded: &Recorded) -> String {
    let operation = recorded.operation.as_deref().unwrap_or("-");
    let status = recorded.status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
    let mut line = format!("{operation} [{}] {status}", recorded.verification);
    if let (Some(code), Some(reason)) = (&recorded.refusal, &recorded.reason) {
        line.push_str(&format!(" {code}: {reason}"));
    }
    // A name from the client cannot start a new line.
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// An error of [`serve`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The mock did not start.
    Start(StartError),
    /// The output cannot be written.
    Output(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => write!(out, "{error}"),
            Self::Output(error) => write!(out, "cannot write: {error}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start(error) => Some(error),
            Self::Output(error) => Some(error),
        }
    }
}

impl From<StartError> for ServeError {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
