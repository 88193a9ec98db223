//! The imports of a generated module: exactly those that its tokens name.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::quote;

use super::ident;

/// Types and traits of the runtime in generated code. No type of a document has one of these names.
const TYPES: &[&str] = &[
    "BTreeMap",
    "Blob",
    "Bytes",
    "Call",
    "Cursor",
    "Endpoint",
    "Method",
    "OperationInfo",
    "Paged",
    "Paging",
    "ResponseKind",
    "Sensitive",
    "ServerEvents",
    "Service",
    "Timestamp",
    "UnknownValue",
    "Value",
];

/// Macros of the runtime.
const MACROS: &[&str] = &["fields", "open_enum", "operation", "transparent", "whole"];

/// Names in the root of the crate.
const CRATE: &[&str] = &["Client", "operation", "types"];

/// Returns the `use` items for these tokens, with additional ones of the runtime.
pub(super) fn with(tokens: &TokenStream, others: &TokenStream) -> TokenStream {
    let mut names = Names::default();
    names.collect(tokens.clone());
    let Names { defined, runtime, own } = &mut names;
    runtime.retain(|name| !defined.contains(*name));
    own.retain(|name| !defined.contains(*name));
    let runtime = list(&names.runtime, &quote!(alicloud_core::__private));
    let own = list(&names.own, &quote!(crate));
    quote!(#runtime #others #own)
}

/// Returns the `use` items for these tokens.
pub(super) fn of(tokens: &TokenStream) -> TokenStream {
    with(tokens, &TokenStream::new())
}

fn list(names: &BTreeSet<&'static str>, path: &TokenStream) -> Option<TokenStream> {
    let idents: Vec<Ident> = names.iter().map(|name| ident(name)).collect();
    match idents.as_slice() {
        [] => None,
        [one] => Some(quote!(use #path::#one;)),
        several => Some(quote!(use #path::{#(#several),*};)),
    }
}

#[derive(Default)]
struct Names {
    /// The types that the tokens define.
    defined: BTreeSet<String>,
    runtime: BTreeSet<&'static str>,
    own: BTreeSet<&'static str>,
}

impl Names {
    fn collect(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut names_enum = false;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(name) => {
                    names_enum |= *name == "enum";
                    if let (true, Some(TokenTree::Ident(name))) =
                        (*name == "enum" || *name == "struct", tokens.get(at + 1))
                    {
                        self.defined.insert(name.to_string());
                    }
                    if !follows_path(&tokens[..at]) {
                        self.collect_name(&name.to_string(), &tokens[at + 1..]);
                    }
                }
                // The rows of this macro are wire names, fields and directions.
                TokenTree::Group(_) if is_call_of(&tokens[..at], "fields") => {}
                TokenTree::Group(group) if names_enum && group.delimiter() == Delimiter::Brace => {
                    names_enum = false;
                    self.collect_from_variants(group.stream());
                }
                TokenTree::Group(group) => self.collect(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Collects the names in the contents of variants. The names of the variants themselves are not imports.
    fn collect_from_variants(&mut self, variants: TokenStream) {
        for token in variants {
            if let TokenTree::Group(group) = token
                && group.delimiter() == Delimiter::Parenthesis
            {
                self.collect(group.stream());
            }
        }
    }

    fn collect_name(&mut self, name: &str, next: &[TokenTree]) {
        let known = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
        let path =
            matches!(next, [TokenTree::Punct(mark), ..] if mark.as_char() == ':' && mark.spacing() == Spacing::Joint);
        let call = matches!(next, [TokenTree::Punct(mark), ..] if mark.as_char() == '!');
        self.runtime.extend(known(TYPES));
        self.runtime.extend(known(MACROS).filter(|_| call));
        self.own.extend(known(CRATE).filter(|known| path || *known == "Client"));
    }
}

/// Whether the tokens end with `::`.
fn follows_path(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Punct(first), TokenTree::Punct(second)]
        if first.as_char() == ':' && second.as_char() == ':')
}

/// Whether the tokens end with `name!`.
fn is_call_of(before: &[TokenTree], name: &str) -> bool {
    matches!(before, [.., TokenTree::Ident(ident), TokenTree::Punct(mark)] if mark.as_char() == '!' && *ident == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(code: &str) -> String {
        of(&code.parse().expect("tokens")).to_string().replace(' ', "")
    }

    #[test]
    fn imports_contain_used_names_only() {
        let code = "pub struct A { pub value: Option<Value>, pub endpoint: types::Endpoints } fields! { A: Decode, }";
        assert_eq!(imports(code), "usealicloud_core::__private::{Value,fields};usecrate::types;");
    }

    #[test]
    fn imports_skip_variants_and_associated_names() {
        let code = "pub enum A { Value, Method, Other(UnknownValue) } const B: A = A::Value;";
        assert_eq!(imports(code), "usealicloud_core::__private::UnknownValue;");
    }

    #[test]
    fn imports_skip_fields_with_names_of_macros() {
        assert_eq!(imports("pub struct A { pub fields: bool, pub operation: types::B }"), "usecrate::types;");
    }
}
