//! Decoding errors.

/// What failed, and at which path. Contains names of fields and no values.
#[derive(Debug)]
pub(crate) struct DecodeError {
    pub(crate) path: String,
    pub(crate) reason: Reason,
}

#[derive(Debug)]
pub(crate) enum Reason {
    /// The value has another type than declared.
    Kind { expected: &'static str, found: &'static str },
    /// The declared type cannot represent the number.
    Range { expected: &'static str },
    /// The text is truncated.
    Ended,
    /// The text is not JSON, or not UTF-8; with line and column.
    Syntax { line: usize, column: usize },
    /// The value has too many levels.
    Depth,
    /// A text body that is not UTF-8.
    Text,
    /// A protobuf body that cannot be decoded.
    #[cfg(feature = "sls-logs")]
    Protobuf,
    /// An unknown field.
    #[cfg(feature = "serde")]
    Unknown { suggestion: Option<&'static str> },
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = if self.path.is_empty() { "at the top" } else { self.path.as_str() };
        match self.reason {
            Reason::Kind { expected, found } => write!(f, "{at}: expected {expected}, found {found}"),
            Reason::Range { expected } => {
                write!(f, "{at}: the number does not fit {expected} of the declared size")
            }
            Reason::Ended => write!(f, "{at}: the JSON ends too early"),
            Reason::Syntax { line, column } => write!(f, "{at}: not valid JSON at line {line} column {column}"),
            Reason::Text => write!(f, "{at}: not UTF-8"),
            #[cfg(feature = "sls-logs")]
            Reason::Protobuf => write!(f, "{at}: not the expected protobuf message"),
            #[cfg(feature = "serde")]
            Reason::Unknown { suggestion: None } => write!(f, "{at}: unknown field"),
            #[cfg(feature = "serde")]
            Reason::Unknown { suggestion: Some(name) } => write!(f, "{at}: unknown field; did you mean `{name}`?"),
            Reason::Depth => write!(f, "{at}: more than 64 levels deep"),
        }
    }
}
