//! Formats the tokens of a file.

use proc_macro2::TokenStream;

use super::{InternalError, table};

/// Returns the text of a file. `prettyplease` formats all items except tables, which have one line per row.
///
/// # Errors
/// Returns an error if the tokens do not parse, which is a bug in the generator.
pub(super) fn format(path: &str, tokens: TokenStream) -> Result<String, InternalError> {
    let internal = |error: syn::Error| InternalError { path: path.to_owned(), message: error.to_string() };
    let mut file: syn::File = syn::parse2(tokens).map_err(internal)?;
    let mut out = String::new();
    let mut chunk = Vec::new();
    for item in std::mem::take(&mut file.items) {
        match table::of(&item) {
            Some(table) => {
                file.items = std::mem::take(&mut chunk);
                out.push_str(&prettyplease::unparse(&file));
                file.attrs.clear();
                out.push_str(&table);
            }
            None => chunk.push(item),
        }
    }
    file.items = chunk;
    out.push_str(&prettyplease::unparse(&file));
    Ok(insert_blank_lines(&out))
}

/// Inserts the blank lines that `prettyplease` omits: after imports and inner attributes, between items, between
/// associated items and constants, and between documented fields and variants.
///
/// The text has four spaces for each level, and no string literals of several lines.
fn insert_blank_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut previous = "";
    for line in text.lines() {
        if !previous.is_empty() && !closes_block(line) && is_separated(previous, line) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        previous = line;
    }
    out
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn closes_block(line: &str) -> bool {
    line.trim_start().starts_with(['}', ')', ']']) || line.trim().is_empty()
}

fn is_import(line: &str) -> bool {
    let starts = ["use ", "mod ", "pub use ", "pub mod "].iter().any(|start| line.starts_with(start));
    starts && !line.ends_with(" {")
}

/// Whether a blank line belongs between two lines.
fn is_separated(previous: &str, line: &str) -> bool {
    // A doc comment may end with `;` or `,`.
    let is_comment = previous.trim_start().starts_with("//");
    ends_inner_attributes(previous, line)
        || ends_imports(previous, line)
        || ends_item(previous, line)
        || !is_comment && (ends_constant(previous, line) || ends_field(previous, line))
}

fn ends_inner_attributes(previous: &str, line: &str) -> bool {
    ["//!", "#!["].iter().any(|start| previous.starts_with(start) && !line.starts_with(start))
}

fn ends_imports(previous: &str, line: &str) -> bool {
    // Imports of the runtime and of the crate itself are two groups.
    previous.starts_with("use alicloud_core") && line.starts_with("use crate")
        || is_import(previous) && !is_import(line) && line != "#[doc(inline)]"
}

/// Whether the previous line ends an item, an associated item or a call of a macro.
fn ends_item(previous: &str, line: &str) -> bool {
    matches!(previous, "}" | "    }" | ");")
        || previous.ends_with(';') && indent(previous) > 0 && indent(line) == 0
        || ["open_enum!", "whole!"].iter().any(|name| previous.starts_with(name))
}

/// Whether the previous line ends a constant, and the next one begins another item at its level.
fn ends_constant(previous: &str, line: &str) -> bool {
    previous == "    ];"
        || previous.ends_with(';') && line.starts_with("///")
        || previous.ends_with(';') && indent(previous) == 4 && indent(line) == 4
        || previous.ends_with(");") && indent(previous) == 8 && indent(line) == 4
}

/// Whether the lines are between two documented fields or variants.
fn ends_field(previous: &str, line: &str) -> bool {
    previous.ends_with(',') && indent(previous) == 4 && line.starts_with("    ///")
}
