//! SessionCredentials, secrets and tokens as people and programs write them down: one rule for every source.
//!
//! White space around a value is no part of it: variables and mounted secrets often end in a line break. A control
//! character inside a value is an error that names the value and does not show it: it is never part of a key, and no
//! header can carry it.

use zeroize::Zeroize as _;

use super::CredentialsError;
use crate::sign::{is_malformed, trim};

/// A key, a secret or a token without the white space around it; `None` if nothing is left. `name` is the variable, the
/// field or the file that it comes from.
pub(super) fn secret(name: &str, value: Option<String>) -> Result<Option<String>, CredentialsError> {
    let Some(mut value) = value else { return Ok(None) };
    trim(&mut value);
    if is_malformed(&value) {
        value.zeroize();
        return Err(CredentialsError::new(format!("{name} holds a control character, such as a line break or a tab")));
    }
    Ok(Some(value).filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_with_white_space_around_is_trimmed() {
        for (text, expected) in [
            ("value", Some("value")),
            ("value\n", Some("value")),
            ("\r\n\t value \u{a0}\r\n", Some("value")),
            ("two words", Some("two words")),
            ("", None),
            (" \r\n", None),
        ] {
            assert_eq!(secret("NAME", Some(text.to_owned())).unwrap().as_deref(), expected, "{text:?}");
        }
        assert_eq!(secret("NAME", None).unwrap(), None);
    }

    #[test]
    fn secret_with_control_character_inside_is_refused_by_name() {
        for inside in ['\n', '\r', '\t', '\0', '\u{7f}', '\u{85}', '\u{1b}'] {
            let error = secret("NAME", Some(format!("can{inside}ary"))).unwrap_err().to_string();
            assert!(error.starts_with("NAME holds a control character"), "{error}");
            assert!(!error.contains("ary"), "{error}");
        }
    }
}
