//! The difference between the signed text and the text that the service signed.

use sha2::{Digest as _, Sha256};

use crate::hex::hex;

/// The beginnings of the text that the service signed, in its message.
const MARKS: [&str; 2] = ["server canonical request is:", "server string to sign is:"];

/// Returns the difference between `signed`, the signed text, and the text that the service signed according to its
/// `message`; one line.
///
/// It can contain the security token and parameters of the request, which the caller must redact.
pub(crate) fn difference(signed: &str, message: &str) -> String {
    let hash = hex(&Sha256::digest(signed));
    if message.contains(signed) || message.contains(&hash) {
        return "the service signed the same text, so the secret is not that of the access key".to_owned();
    }
    let Some(theirs) = MARKS.iter().find_map(|mark| Some(message.split_once(mark)?.1)) else {
        return "the service does not say what it signed".to_owned();
    };
    let mut theirs = pieces(theirs);
    for ours in pieces(signed) {
        match theirs.next() {
            Some(theirs) if theirs == ours => {}
            Some(theirs) => return format!("signed here: {ours:?}, by the service: {theirs:?}"),
            None => return format!("signed here: {ours:?}, by the service: nothing more"),
        }
    }
    match theirs.next() {
        Some(theirs) => format!("signed here: nothing more, by the service: {theirs:?}"),
        None => "no difference was found".to_owned(),
    }
}

/// Returns the lines or, of a string to sign in one line, the parameters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.trim().split('\n').flat_map(|line| line.split("%26"))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn difference_of_two_texts_returns_the_first_one() {
        let signed = "POST\n/\nA=1\nhost:a.example.com\n\nhost\nhash";
        let served = "POST\n/\nA=1\nhost:b.example.com\n\nhost\nhash";
        let message = format!("no. server string to sign is:ACS3-HMAC-SHA256\nff server canonical request is:{served}");
        let expected = r#"signed here: "host:a.example.com", by the service: "host:b.example.com""#;
        assert_eq!(difference(signed, &message), expected);
        let message = "no. server string to sign is:GET&%2F&Action%3DA%26Format%3Dxml";
        let expected = r#"signed here: "Format%3Djson", by the service: "Format%3Dxml""#;
        assert_eq!(difference("GET&%2F&Action%3DA%26Format%3Djson", message), expected);
    }

    #[test]
    fn difference_of_equal_texts_suggests_another_secret() {
        let same = "the service signed the same text, so the secret is not that of the access key";
        assert_eq!(difference("GET&%2F&A%3D1", "server string to sign is:GET&%2F&A%3D1"), same);
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(difference("abc", &format!("server string to sign is:ACS3-HMAC-SHA256\n{hash}")), same);
    }

    #[test]
    fn difference_without_the_text_of_the_service_is_none() {
        assert_eq!(difference("abc", "no"), "the service does not say what it signed");
        assert!(difference("a\nb", "server string to sign is:a").ends_with("by the service: nothing more"));
        assert!(difference("xyz", "server string to sign is:x y\nz").contains("x y"));
    }
}
