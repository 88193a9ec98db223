//! Texts of errors on one line.

use std::error::Error;
use std::fmt::{self, Formatter, Write as _};

/// Writes the sources of an error in the alternate form, `{error:#}`.
pub(crate) fn write_sources(error: &dyn Error, f: &mut Formatter<'_>) -> fmt::Result {
    let mut next = error.source().filter(|_| f.alternate());
    while let Some(source) = next {
        f.write_str(": ")?;
        write_line(&source.to_string(), f)?;
        next = source.source();
    }
    Ok(())
}

/// Writes a text on one line: control characters become spaces.
pub(crate) fn write_line(text: &str, out: &mut Formatter<'_>) -> fmt::Result {
    for c in text.trim().chars() {
        out.write_char(if c.is_control() { ' ' } else { c })?;
    }
    Ok(())
}
