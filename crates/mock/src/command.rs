//! The mock as a command.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock};
use crate::record::Recorded;
use crate::start_error::StartError;
use crate::verify::AccessKey;

/// What the command can be told.
pub const USAGE: &str = "\
usage: mock --spec FILE… [--port N] [--strict] [--unsigned]
            [--access-key ID --access-key-secret SECRET [--security-token TOKEN]]

  --spec FILE                 a document (api-docs.json) to serve; several files may follow, or the option be repeated
  --port N                    the port on 127.0.0.1 to listen at; by default a free one
  --strict                    check bounds and enumerations too
  --unsigned                  do not verify signatures
  --access-key ID             the ID of the access key that requests are signed with
  --access-key-secret SECRET  its secret
  --security-token TOKEN      the security token that requests must carry with it
";

/// The settings of the command.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The documents to serve.
    pub specs: Vec<PathBuf>,
    /// The port, 0 for a free one.
    pub port: u16,
    /// Whether bounds and enumerations are checked.
    pub strict: bool,
    /// Whether signatures are left unverified.
    pub unsigned: bool,
    /// The access key; by default [`DEFAULT_ACCESS_KEY_ID`] and [`DEFAULT_ACCESS_KEY_SECRET`].
    pub access_key: Option<AccessKey>,
}

impl Options {
    /// Reads the arguments of a command line, without the name of the program.
    ///
    /// # Errors
    /// An argument is not known, lacks its value, or contradicts another; `--help` is asked for.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, CommandError> {
        let usage = |problem: String| Err(CommandError::Usage(problem));
        let mut options = Self::default();
        let (mut id, mut secret, mut token) = (None, None, None);
        let mut arguments = arguments.into_iter().peekable();
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
                _ => (argument, None),
            };
            let mut value = || {
                let next = inline.clone().or_else(|| arguments.next_if(|next| !next.starts_with("--")));
                next.ok_or_else(|| CommandError::Usage(format!("{name} needs a value")))
            };
            match name.as_str() {
                "--spec" => {
                    options.specs.push(value()?.into());
                    while let Some(more) = arguments.next_if(|next| !next.starts_with("--")) {
                        options.specs.push(more.into());
                    }
                }
                "--port" => match value()?.parse() {
                    Ok(port) => options.port = port,
                    Err(_) => return usage("--port is a number up to 65535".to_owned()),
                },
                "--access-key" | "--access-key-id" => id = Some(value()?),
                "--access-key-secret" => secret = Some(value()?),
                "--security-token" => token = Some(value()?),
                "--strict" if inline.is_none() => options.strict = true,
                "--unsigned" if inline.is_none() => options.unsigned = true,
                "--help" | "-h" => return Err(CommandError::Help),
                // The value is left out: it may be a secret.
                _ => return usage(format!("{name} is not known")),
            }
        }
        if options.specs.is_empty() {
            return usage("--spec is needed: the document to serve".to_owned());
        }
        options.access_key = match (id, secret, token) {
            (None, None, None) => None,
            (Some(id), Some(secret), None) => Some(AccessKey::new(id, secret)),
            (Some(id), Some(secret), Some(token)) => Some(AccessKey::new(id, secret).security_token(token)),
            _ => return usage("--access-key and --access-key-secret belong together".to_owned()),
        };
        Ok(options)
    }
}

/// Starts a mock that writes its address, and then a line for each request: operation, verification, status.
///
/// The lines hold no secret and no value of a parameter. It runs until the [`Mock`] is stopped or dropped.
///
/// # Errors
/// A document cannot be read, the port cannot be had, or `output` cannot be written to.
pub fn serve(options: &Options, mut output: impl Write + Send + 'static) -> Result<Mock, CommandError> {
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
    // A slow reader of the lines must not hold up the responses. The thread ends with the mock.
    std::thread::spawn(move || {
        for line in queue {
            if writeln!(output, "{line}").and_then(|()| output.flush()).is_err() {
                return;
            }
        }
    });
    Ok(mock)
}

/// Runs the command until the process ends.
///
/// # Errors
/// What [`Options::parse`] and [`serve`] report.
pub fn command(arguments: impl IntoIterator<Item = String>) -> Result<(), CommandError> {
    let mock = serve(&Options::parse(arguments)?, io::stdout())?;
    mock.wait();
    Ok(())
}

fn line(recorded: &Recorded) -> String {
    let operation = recorded.operation.as_deref().unwrap_or("-");
    let status = recorded.status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
    let mut line = format!("{operation} [{}] {status}", recorded.verification);
    if let (Some(code), Some(reason)) = (&recorded.refusal, &recorded.reason) {
        line.push_str(&format!(" {code}: {reason}"));
    }
    // What a client sent as a name of something must not become a line of its own.
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Why the command ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommandError {
    /// The help was asked for.
    Help,
    /// The arguments are wrong.
    Usage(String),
    /// The mock did not start.
    Start(StartError),
    /// The output cannot be written to.
    Output(io::Error),
}

impl fmt::Display for CommandError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Help => out.write_str(USAGE),
            Self::Usage(problem) => write!(out, "{problem}\n\n{USAGE}"),
            Self::Start(error) => write!(out, "{error}"),
            Self::Output(error) => write!(out, "cannot write: {error}"),
        }
    }
}

impl std::error::Error for CommandError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Help | Self::Usage(_) => None,
            Self::Start(error) => Some(error),
            Self::Output(error) => Some(error),
        }
    }
}

impl From<StartError> for CommandError {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
