//! Macro calls with tables: a head, then one row for each line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::Item;

/// The macros with tables.
const TABLES: [&str; 2] = ["fields", "operation"];

/// Returns the text of such a macro call.
pub(super) fn of(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    let name = item.mac.path.get_ident().filter(|name| TABLES.iter().any(|table| *name == table))?;
    let mut out = format!("{name}! {{\n");
    let mut row = String::new();
    for token in item.mac.tokens.clone() {
        if matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ',') {
            out.push_str(&format!("    {row},\n"));
            row.clear();
        } else {
            write(token, &mut row);
        }
    }
    out.push_str("}\n");
    Some(out)
}

/// Appends a token, with a space before it where rustfmt would set one.
fn write(token: TokenTree, row: &mut String) {
    let text = match &token {
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            format!("{open}{}{close}", line(group.stream()))
        }
        other => other.to_string(),
    };
    let joins = row.is_empty()
        || row.ends_with(['.', '&', '!', '\u{1}'])
        || row.ends_with("::")
        || matches!(&token, TokenTree::Group(group) if group.delimiter() != Delimiter::Brace)
        || text == "."
        || text == ","
        || text == ":";
    if row.ends_with('\u{1}') {
        row.pop();
    } else if !joins {
        row.push(' ');
    }
    row.push_str(&text);
    // The first half of a token such as `=>`.
    if matches!(&token, TokenTree::Punct(mark) if mark.spacing() == Spacing::Joint) {
        row.push('\u{1}');
    }
}

fn line(tokens: TokenStream) -> String {
    let mut out = String::new();
    tokens.into_iter().for_each(|token| write(token, &mut out));
    out
}
