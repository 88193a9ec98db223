//! The error codes of an operation as constants.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::markdown;
use crate::model::{ErrorCode, Operation};

/// Returns the module of the error codes, if the document lists any.
pub(super) fn module(operation: &Operation) -> Option<TokenStream> {
    let codes = &operation.docs.error_codes;
    if codes.is_empty() {
        return None;
    }
    let mut head = vec!["The error codes that the vendor documents for this operation.".to_owned()];
    let patterns: Vec<&ErrorCode> = codes.iter().filter(|code| code.rust.is_empty()).collect();
    if !patterns.is_empty() {
        head.extend([String::new(), "Those that are no constants:".to_owned(), String::new()]);
        head.extend(patterns.iter().map(|code| format!("- {} ({})", markdown::code(&code.code), meaning(code))));
    }
    let head = docs::attributes(&head);
    let first = |(at, code): &(usize, &ErrorCode)| {
        !code.rust.is_empty() && codes[..*at].iter().all(|before| before.code != code.code)
    };
    let constants = codes.iter().enumerate().filter(first).map(|(_, code)| {
        let (name, text) = (ident(&code.rust), &code.code);
        let meanings: Vec<String> = codes.iter().filter(|other| other.code == *text).map(meaning).collect();
        let lines = docs::attributes(&[meanings.join("; ")]);
        quote!(#lines pub const #name: &str = #text;)
    });
    Some(quote! {
        #head
        pub mod codes {
            #(#constants)*
        }
    })
}

fn meaning(code: &ErrorCode) -> String {
    let meaning = code.message.as_deref().map(markdown::line).filter(|text| !text.is_empty());
    format!("HTTP {}{}", markdown::line(&code.status), meaning.map(|text| format!(": {text}")).unwrap_or_default())
}
