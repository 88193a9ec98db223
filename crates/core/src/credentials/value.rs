//! The rule for keys, secrets and tokens, whatever their source.
//!
//! White space around a value is removed, because variables and mounted secrets often end in a line break. A control
//! character in a value is an error, which does not contain the value: no key has one, and no header may contain one.

use zeroize::Zeroize as _;

use super::CredentialsError;
use crate::sign::{is_malformed, trim};

/// Trims a key, a secret or a token. Returns `None` if nothing is left. `name` is its variable, field or file.
pub(super) fn secret(name: &str, value: Option<String>) -> Result<Option<String>, CredentialsError> {
    let Some(mut value) = value else { return Ok(None) };
    trim(&mut value);
    if is_malformed(&value) {
        value.zeroize();
        return Err(CredentialsError::new(format!(
            "{name} contains a control character, such as a line break or a tab"
        )));
    }
    Ok(Some(value).filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_with_surrounding_white_space_is_trimmed() {
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
    fn secret_with_a_control_character_is_refused_by_name() {
        for inside in ['\n', '\r', '\t', '\0', '\u{7f}', '\u{85}', '\u{1b}'] {
            let error = secret("NAME", Some(format!("can{inside}ary"))).unwrap_err().to_string();
            assert!(error.starts_with("NAME contains a control character"), "{error}");
            assert!(!error.contains("ary"), "{error}");
        }
    }
}
