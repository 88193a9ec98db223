//! Deprecated operations and fields, and their replacements if the document names them.

use proc_macro2::TokenStream;
use quote::quote;

/// Words before the name of a replacement, in the languages of the documents.
const CUES: [&str; 22] = [
    "请使用",
    "请用",
    "请调用",
    "建议使用",
    "推荐使用",
    "改为使用",
    "改用",
    "可使用",
    "替代",
    "代替",
    "取代",
    "替换",
    "被废弃，使用",
    "请参考",
    "instead",
    "replaced by",
    "Replaced by",
    "Use ",
    "please use",
    "Please use",
    "recommend",
    "in favor of",
];

/// Returns the attribute of a deprecated entry. `siblings` are the wire and Rust names that its text may refer to.
pub(super) fn attribute<'m>(
    text: Option<&str>,
    own: &str,
    siblings: impl Iterator<Item = (&'m str, &'m str)>,
) -> TokenStream {
    let note = note(text.unwrap_or_default(), own, siblings);
    quote!(#[deprecated(note = #note)])
}

fn note<'m>(text: &str, own: &str, siblings: impl Iterator<Item = (&'m str, &'m str)>) -> String {
    let siblings: Vec<(&str, &str)> = siblings.filter(|(wire, _)| *wire != own).collect();
    let mut found: Vec<String> = Vec::new();
    for sentence in text.split(['。', '\n', '；', ';']).flat_map(|sentence| sentence.split(". ")) {
        if !CUES.iter().any(|cue| sentence.contains(cue)) {
            continue;
        }
        for (word, quoted) in words(sentence) {
            let known = siblings.iter().find(|(wire, _)| *wire == word).map(|(_, rust)| *rust);
            // A path into a parameter is not the name of a sibling, but its first part may be.
            let path = word.split_once('.').is_some_and(|(first, _)| siblings.iter().any(|(wire, _)| *wire == first));
            let named = known.or_else(|| (path || quoted && word != own && is_name(word)).then_some(word));
            if let Some(named) = named
                && !found.iter().any(|known| known == named)
            {
                found.push(named.to_owned());
            }
        }
    }
    match found.as_slice() {
        [] => "the vendor advises against it".to_owned(),
        names => {
            let names: Vec<String> = names.iter().take(4).map(|name| format!("`{name}`")).collect();
            format!("use {} instead", names.join(" and "))
        }
    }
}

/// Whether a text in a code span is a name and not a value.
fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase()) && word.chars().any(|c| c.is_ascii_lowercase())
}

/// Returns the words that could be names, and whether they are in code spans.
fn words(sentence: &str) -> impl Iterator<Item = (&str, bool)> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    sentence
        .split('`')
        .enumerate()
        .flat_map(move |(index, piece)| {
            let quoted = index % 2 == 1;
            piece.split(move |c: char| !part(c)).map(move |word| (word.trim_matches(['.', '-']), quoted))
        })
        .filter(|(word, _)| !word.is_empty() && word.len() <= 100)
}

#[cfg(test)]
mod tests {
    use super::note;

    #[test]
    fn note_names_the_replacement_if_the_text_does() {
        let siblings = [
            ("Permissions", "permissions"),
            ("internet_charge_type", "internet_charge_type"),
            ("SupportedApps", "supported_apps"),
            ("Old", "old"),
            ("Width", "width"),
        ];
        for (text, expected) in [
            ("已废弃。请使用`Permissions.N.Policy`来设置访问权限。", "use `Permissions.N.Policy` instead"),
            ("请使用SupportedApps\n\nWidth为空。", "use `supported_apps` instead"),
            ("该字段已废弃，请使用internet_charge_type和Width替代", "use `internet_charge_type` and `width` instead"),
            ("Deprecated. Use `SupportedApps` instead.", "use `supported_apps` instead"),
            ("Use `NewThing` instead of `Old`.", "use `NewThing` instead"),
            ("已废弃。Width", "the vendor advises against it"),
            ("取值：`PUBLIC`。", "the vendor advises against it"),
            ("Use \"]#[x] ` ``Old`` instead", "the vendor advises against it"),
            ("", "the vendor advises against it"),
        ] {
            assert_eq!(note(text, "Old", siblings.into_iter()), expected, "{text}");
        }
    }
}
