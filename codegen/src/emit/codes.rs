//! Error codes as constants, and in the documentation of operations.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::markdown;
use crate::model::{ErrorCode, Model, Operation};

/// The maximum number of codes in the documentation of an operation.
const MAX_LISTED: usize = 20;

/// Returns the module of an operation's error codes, if the document lists any.
pub(super) fn module(operation: &Operation) -> Option<TokenStream> {
    let codes = &operation.docs.error_codes;
    let head = docs::attributes(&head(codes, "this operation"));
    let constants = constants(codes);
    (!codes.is_empty()).then(|| {
        quote! {
            #head
            pub mod codes {
                #(#constants)*
            }
        }
    })
}

/// Returns the file with the error codes of all operations, if the document lists any.
pub(super) fn file(model: &Model) -> Option<TokenStream> {
    let codes = &model.error_codes;
    let head = docs::inner_attributes(&head(codes, "all operations"));
    let constants = constants(codes);
    (!codes.is_empty()).then(|| {
        quote! {
            #head
            #(#constants)*
        }
    })
}

/// Returns the section about the error codes of an operation; nothing if none are documented.
pub(super) fn section(operation: &Operation) -> Vec<String> {
    let codes = distinct(&operation.docs.error_codes);
    if codes.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["# Errors".to_owned(), String::new()];
    lines.extend(codes.iter().take(MAX_LISTED).map(|(code, meanings)| {
        let name = if code.rust.is_empty() { markdown::code(&code.code) } else { format!("[`codes::{}`]", code.rust) };
        format!("- {name}: {meanings}")
    }));
    if let Some(more) = codes.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
        lines.extend([String::new(), format!("[`codes`] has {more} more.")]);
    }
    lines
}

fn head(codes: &[ErrorCode], scope: &str) -> Vec<String> {
    let mut lines = vec![format!("The error codes that the service documents for {scope}.")];
    let mut patterns = distinct(codes);
    patterns.retain(|(code, _)| code.rust.is_empty());
    if !patterns.is_empty() {
        lines.extend([String::new(), "Codes that have no constant:".to_owned(), String::new()]);
        lines.extend(patterns.iter().map(|(code, meanings)| format!("- {} ({meanings})", markdown::code(&code.code))));
    }
    lines
}

fn constants(codes: &[ErrorCode]) -> Vec<TokenStream> {
    let codes = distinct(codes).into_iter().filter(|(code, _)| !code.rust.is_empty());
    codes
        .map(|(code, meanings)| {
            let (name, text) = (ident(&code.rust), &code.code);
            let lines = docs::attributes(&[meanings]);
            quote!(#lines pub const #name: &str = #text;)
        })
        .collect()
}

/// Returns each code once, with the meanings at all of its statuses.
fn distinct(codes: &[ErrorCode]) -> Vec<(&ErrorCode, String)> {
    let mut found: Vec<(&ErrorCode, String)> = Vec::new();
    let mut indices = std::collections::HashMap::new();
    for code in codes {
        let index = *indices.entry(code.code.as_str()).or_insert(found.len());
        match found.get_mut(index) {
            None => found.push((code, meaning(code))),
            Some((_, meanings)) => {
                let other = meaning(code);
                if !meanings.split("; ").any(|known| known == other) {
                    meanings.push_str("; ");
                    meanings.push_str(&other);
                }
            }
        }
    }
    found
}

fn meaning(code: &ErrorCode) -> String {
    let meaning = code.message.as_deref().map(markdown::line).filter(|text| !text.is_empty());
    let status =
        if code.status.is_empty() { "any status".to_owned() } else { format!("HTTP {}", markdown::line(&code.status)) };
    format!("{status}{}", meaning.map(|text| format!(": {text}")).unwrap_or_default())
}
