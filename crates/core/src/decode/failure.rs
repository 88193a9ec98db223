//! Why a response could not be read.

/// What was wrong, and where. Holds no content of the response but names of fields.
#[derive(Debug)]
pub(crate) struct DecodeError {
    pub(crate) path: String,
    pub(crate) reason: Reason,
}

#[derive(Debug)]
pub(crate) enum Reason {
    /// Another kind of value than declared.
    Kind { expected: &'static str, found: &'static str },
    /// A number that the declared type cannot hold.
    Range { expected: &'static str },
    /// The text ended too early.
    Ended,
    /// Not JSON, or not UTF-8; with line and column.
    Syntax { line: usize, column: usize },
    /// Too many levels.
    Depth,
    /// A body of text that is not UTF-8.
    Text,
    /// A field that is not declared.
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
            #[cfg(feature = "serde")]
            Reason::Unknown { suggestion: None } => write!(f, "{at}: unknown field"),
            #[cfg(feature = "serde")]
            Reason::Unknown { suggestion: Some(name) } => write!(f, "{at}: unknown field; did you mean `{name}`?"),
            Reason::Depth => write!(f, "{at}: more than 64 levels deep"),
        }
    }
}
