//! Objects and enumerations.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{deprecated, docs, ident, imports, rust_type};
use crate::model::{Field, Model, Owner, Shape, Type, TypeKind, Variant};
use crate::name::CATCH_ALL;

/// Whether the owner has a type that an operation uses.
pub(super) fn any(model: &Model, owner: Owner) -> bool {
    of(model, owner).next().is_some()
}

/// Returns the types in the order of the document.
fn of(model: &Model, owner: Owner) -> impl Iterator<Item = &Type> {
    let found = |found: &&Type| found.owner == owner && found.is_reached();
    let mut types: Vec<&Type> = model.types.iter().filter(found).collect();
    types.sort_by_key(|found| found.span);
    types.into_iter()
}

/// Returns the module of shared types.
pub(super) fn module(model: &Model) -> TokenStream {
    let types = definitions(model, Owner::Shared, None);
    let imports = imports::of(&types);
    quote! {
        #![doc = " Types that several operations share."]
        #imports

        #types
    }
}

/// Returns every type of the owner, except one that is defined elsewhere.
pub(super) fn definitions(model: &Model, owner: Owner, except: Option<&str>) -> TokenStream {
    of(model, owner).filter(|found| Some(found.name.as_str()) != except).map(|found| definition(model, found)).collect()
}

/// Returns a type.
pub(super) fn definition(model: &Model, found: &Type) -> TokenStream {
    let documentation = docs::attributes(&docs::named_type(found));
    match &found.kind {
        TypeKind::Enum(variants) => enumeration(found, variants, &documentation),
        TypeKind::Object(fields) => object(model, found, fields, &documentation),
    }
}

/// Returns a struct. Lists of a response are empty when absent, and types in requests have setters.
pub(super) fn object(model: &Model, found: &Type, fields: &[Field], documentation: &TokenStream) -> TokenStream {
    let name = ident(&found.name);
    let members = fields.iter().map(|field| member(model, field, fields, found));
    // Fields and uses have the attribute; a lint at the type would repeat it.
    let old = found.docs.deprecated.then(|| quote!(#[doc = ""] #[doc = " **Deprecated** by the vendor."]));
    let request = found.in_request.then(|| {
        let setters = fields.iter().map(|field| setter(model, field, deprecated(field, fields.iter()), found.owner));
        quote! {
            impl #name {
                #[doc = " Creates a value without fields."]
                pub fn new() -> Self {
                    Self::default()
                }

                #(#setters)*
            }
        }
    });
    let directions = match (found.in_request, found.in_response) {
        (true, true) => quote!(Encode + Decode),
        (true, false) => quote!(Encode),
        (false, _) => quote!(Decode),
    };
    let table = table(&name, &directions, fields);
    quote! {
        #documentation
        #old
        #[derive(Clone, Debug, Default)]
        #[cfg_attr(feature = "testing", derive(PartialEq))]
        #[non_exhaustive]
        pub struct #name {
            #(#members)*
        }

        #request
        #table
    }
}

/// Returns the table of wire names and fields, for the directions of the type.
pub(super) fn table(name: &Ident, directions: &TokenStream, fields: &[Field]) -> TokenStream {
    let rows = fields.iter().map(|field| {
        let (rust, wire) = (ident(&field.name.rust), &field.name.wire);
        quote!(#wire => #rust,)
    });
    quote!(fields! { #name: #directions, #(#rows)* })
}

fn member(model: &Model, field: &Field, fields: &[Field], found: &Type) -> TokenStream {
    let documentation = docs::attributes(&docs::field(&field.docs, &field.name, found.in_request && field.required));
    let rust = ident(&field.name.rust);
    let kind = member_type(model, field, found);
    let deprecated = deprecated(field, fields.iter());
    quote!(#documentation #deprecated pub #rust: #kind,)
}

fn member_type(model: &Model, field: &Field, found: &Type) -> TokenStream {
    let plain = rust_type(model, &field.shape, found.owner);
    let collection = matches!(field.shape, Shape::List(_) | Shape::Map(_));
    // A response is never part of another type, so that this never changes. Any other type may become part of a
    // request, where an empty list and an absent one differ.
    match (collection && model.is_response(found), field.boxed) {
        (true, _) => plain,
        (false, true) => quote!(Option<Box<#plain>>),
        (false, false) => quote!(Option<#plain>),
    }
}

/// Returns the attribute of a deprecated field. `others` are the other fields.
pub(super) fn deprecated<'m>(field: &Field, others: impl Iterator<Item = &'m Field>) -> Option<TokenStream> {
    let siblings = others.map(|field| (field.name.wire.as_str(), field.name.rust.as_str()));
    field.docs.deprecated.then(|| deprecated::attribute(field.docs.text.as_deref(), &field.name.wire, siblings))
}

/// Setters with the name of an operator's method.
const OPERATORS: [&str; 10] = ["add", "bitand", "bitor", "bitxor", "div", "mul", "rem", "shl", "shr", "sub"];

/// Returns the setter of an optional field.
pub(super) fn setter(model: &Model, field: &Field, deprecated: Option<TokenStream>, owner: Owner) -> TokenStream {
    let rust = ident(&field.name.rust);
    let text = format!(" {}", docs::field_summary(&field.docs, &field.name.wire));
    let (argument, value) = argument(model, &field.shape, owner, &ident("value"));
    let value = if field.boxed { quote!(Box::new(#value)) } else { value };
    let reason = "the name of a field, which has nothing to do with the operator";
    let operator = OPERATORS.contains(&field.name.rust.as_str());
    let operator = operator.then(|| quote!(#[allow(clippy::should_implement_trait, reason = #reason)]));
    quote! {
        #[doc = #text]
        #deprecated
        #operator
        pub fn #rust(mut self, value: #argument) -> Self {
            self.#rust = Some(#value);
            self
        }
    }
}

/// Returns the type of an argument, and the expression that converts it to a value of the shape.
pub(super) fn argument(model: &Model, shape: &Shape, owner: Owner, name: &Ident) -> (TokenStream, TokenStream) {
    let plain = rust_type(model, shape, owner);
    match shape {
        Shape::Boolean | Shape::Int32 | Shape::Int64 | Shape::Number => (plain, quote!(#name)),
        Shape::List(item) => {
            let (item, convert) = element(model, item, owner);
            let convert = convert.map(|convert| {
                let convert = convert.closure();
                quote!(.map(#convert))
            });
            (quote!(impl IntoIterator<Item = #item>), quote!(#name.into_iter() #convert .collect()))
        }
        Shape::Map(item) => {
            let (item, convert) = element(model, item, owner);
            let value = convert.map_or(quote!(value), |convert| convert.apply(&quote!(value)));
            let collected = quote!(#name.into_iter().map(|(key, value)| (key.into(), #value)).collect());
            (quote!(impl IntoIterator<Item = (impl Into<String>, #item)>), collected)
        }
        Shape::Sensitive(inner) if is_plain(inner) => {
            let inner = rust_type(model, inner, owner);
            (quote!(impl Into<#inner>), Convert::Conceal.apply(&quote!(#name)))
        }
        Shape::Named(_) => (plain, quote!(#name)),
        _ => (quote!(impl Into<#plain>), quote!(#name.into())),
    }
}

/// Returns the type of an item of a list argument, and its conversion.
fn element(model: &Model, shape: &Shape, owner: Owner) -> (TokenStream, Option<Convert>) {
    let plain = rust_type(model, shape, owner);
    let into = (quote!(impl Into<#plain>), Some(Convert::Into));
    match shape {
        Shape::Sensitive(inner) if is_plain(inner) => {
            let inner = rust_type(model, inner, owner);
            (quote!(impl Into<#inner>), Some(Convert::Conceal))
        }
        Shape::Text | Shape::Timestamp | Shape::Json | Shape::Sensitive(_) => into,
        _ => (plain, None),
    }
}

/// The conversion of an argument to the type of a field.
#[derive(Clone, Copy)]
enum Convert {
    Into,
    Conceal,
}

impl Convert {
    fn apply(self, value: &TokenStream) -> TokenStream {
        match self {
            Self::Into => quote!(#value.into()),
            Self::Conceal => quote!(Sensitive::new(#value.into())),
        }
    }

    fn closure(self) -> TokenStream {
        match self {
            Self::Into => quote!(Into::into),
            Self::Conceal => {
                let value = self.apply(&quote!(item));
                quote!(|item| #value)
            }
        }
    }
}

/// Whether an argument may be of any type that converts to the value, sensitive or not.
fn is_plain(shape: &Shape) -> bool {
    matches!(shape, Shape::Text | Shape::Timestamp | Shape::Json)
}

fn enumeration(found: &Type, variants: &[Variant], documentation: &TokenStream) -> TokenStream {
    let name = ident(&found.name);
    let catch_all = ident(CATCH_ALL);
    let items = variants.iter().map(|variant| {
        let rust = ident(&variant.name.rust);
        let lines = match variant.title.as_deref().map(crate::markdown::lines).filter(|lines| !lines.is_empty()) {
            Some(lines) => lines,
            None => vec![crate::markdown::code(&variant.name.wire)],
        };
        let text = docs::attributes(&lines);
        quote!(#text #rust,)
    });
    let known = variants.iter().map(|variant| {
        let (rust, wire) = (ident(&variant.name.rust), &variant.name.wire);
        quote!((#wire, Self::#rust))
    });
    quote! {
        #documentation
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#items)*
            #[doc = " A value that this version of the crate does not list."]
            #catch_all(UnknownValue),
        }

        impl #name {
            #[doc = " Values that this version of the crate lists, each with its text on the wire."]
            pub const KNOWN: &'static [(&'static str, Self)] = &[#(#known),*];
        }

        open_enum!(#name);
    }
}
