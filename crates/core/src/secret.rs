//! Sensitive values.

use zeroize::Zeroizing;

use crate::percent;

/// Words in the names of secrets.
#[cfg(any(feature = "policy", feature = "testing"))]
const SECRET_WORDS: [&str; 9] =
    ["password", "passwd", "secret", "token", "ticket", "apikey", "privatekey", "credential", "accesskey"];

/// Names that contain such a word and are not secrets.
#[cfg(any(feature = "policy", feature = "testing"))]
const PUBLIC_TOKENS: [&str; 5] = ["nexttoken", "clienttoken", "pagetoken", "continuationtoken", "nextpagetoken"];

/// Returns whether a parameter with this name is a secret, by the words in the name.
#[cfg(any(feature = "policy", feature = "testing"))]
pub(crate) fn is_secret_name(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    !PUBLIC_TOKENS.contains(&plain.as_str()) && SECRET_WORDS.iter().any(|word| plain.contains(word))
}

/// A value that `Debug` does not show.
///
/// If a service quotes the value, errors and recordings contain `***` in its place. A value of at least four bytes is
/// redacted wherever it occurs, unchanged or percent-encoded. A shorter value is redacted only as a separate word (a
/// three-digit code in `code 123 is wrong`, but not in `12345`), because it would occur in other words by chance.
///
/// ```
/// use alicloud_core::Sensitive;
///
/// let password = Sensitive::new(String::from("correct horse"));
/// assert_eq!(format!("{password:?}"), "***");
/// assert_eq!(password.expose(), "correct horse");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Returns the value for changes.
    pub(crate) const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Sensitive<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> std::fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Shorter texts occur in ordinary words by chance.
const MIN_ANYWHERE: usize = 4;
const MASK: &str = "***";

/// Returns the beginning of the ID of an access key, which identifies the key without revealing it.
pub(crate) fn hint(id: &str) -> String {
    const SHOWN: usize = 4;
    // The beginning of a short ID would reveal most of it.
    let shown = id.char_indices().nth(SHOWN).filter(|_| id.len() >= 3 * SHOWN).map_or("", |(end, _)| &id[..end]);
    format!("{shown}***")
}

/// Redacts `secret` in `text`, also where it is escaped once or twice: some responses quote what they received, or the
/// string that the service signed.
pub(crate) fn scrub(text: &mut String, secret: &str) {
    if secret.is_empty() {
        return;
    }
    let mut form = Zeroizing::new(String::with_capacity(secret.len() * 3));
    percent::encode_form(secret, &mut form);
    let mut once = Zeroizing::new(String::with_capacity(secret.len() * 3));
    percent::encode(secret, &mut once);
    let mut twice = Zeroizing::new(String::with_capacity(once.len() * 3));
    percent::encode(&once, &mut twice);
    for spelled in [secret, &form, &once, &twice] {
        if spelled.len() >= MIN_ANYWHERE {
            if text.contains(spelled) {
                *text = text.replace(spelled, MASK);
            }
        } else {
            redact_word(text, spelled);
        }
    }
}

/// Redacts `word` where neither a letter nor a digit is next to it.
fn redact_word(text: &mut String, word: &str) {
    let mut from = 0;
    while let Some(start) = text[from..].find(word).map(|at| from + at) {
        let end = start + word.len();
        let joins = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
        if joins(text[..start].chars().next_back()) || joins(text[end..].chars().next()) {
            from = start + text[start..].chars().next().map_or(1, char::len_utf8);
        } else {
            text.replace_range(start..end, MASK);
            from = start + MASK.len();
        }
    }
}
