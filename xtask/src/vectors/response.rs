//! Functions that read the public fields of responses, one for each type.

use alicloud_codegen::model::{Field, Model, Operation, ResponseBody, Shape, Type, TypeId, TypeKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::request::{ident, type_path};

/// Returns the function for an operation's response.
pub(super) fn reader(operation: &Operation) -> Ident {
    ident(&format!("response_{}", operation.method))
}

fn type_reader(id: TypeId) -> Ident {
    ident(&format!("type_{}", id.0))
}

/// Returns the functions for all responses and their types.
pub(super) fn functions(model: &Model) -> TokenStream {
    let types = model.types.iter().enumerate().filter(|(_, found)| found.in_response);
    let types = types.map(|(index, found)| type_function(model, TypeId(index), found));
    let responses = model.operations.iter().map(|operation| {
        let name = reader(operation);
        let response = ident(&operation.response_type);
        let body = match &operation.response_body {
            ResponseBody::Object(id) => {
                let reader = type_reader(*id);
                quote!(#reader(value))
            }
            ResponseBody::Whole(shape) => {
                let whole = match shape {
                    Shape::List(_) | Shape::Map(_) => read(shape, &quote!((&value.body))),
                    _ => {
                        let read = read(shape, &quote!(value));
                        quote!(value.body.as_ref().map_or(Value::Null, |value| #read))
                    }
                };
                quote!(#whole)
            }
            ResponseBody::Bytes => quote!(harness::bytes(&value.body)),
            ResponseBody::Empty => quote!(Value::Null),
        };
        quote!(fn #name(value: &operation::#response) -> Value { #body })
    });
    quote!(#(#types)* #(#responses)*)
}

fn type_function(model: &Model, id: TypeId, found: &Type) -> TokenStream {
    let name = type_reader(id);
    let path = type_path(model, id);
    match &found.kind {
        TypeKind::Enum(_) => quote!(fn #name(value: &#path) -> Value { Value::from(value.as_str()) }),
        TypeKind::Object(fields) => {
            let entries = fields.iter().map(|field| entry(field, !model.is_response(found)));
            quote! {
                fn #name(object: &#path) -> Value {
                    let mut out = serde_json::Map::new();
                    #(#entries)*
                    Value::Object(out)
                }
            }
        }
    }
}

fn entry(field: &Field, optional: bool) -> TokenStream {
    let (rust, wire) = (ident(&field.name.rust), &field.name.wire);
    let collection = matches!(field.shape, Shape::List(_) | Shape::Map(_));
    let read = read(&field.shape, &quote!(value));
    if collection && !optional {
        quote! {{
            let value = &object.#rust;
            if !value.is_empty() { out.insert(String::from(#wire), #read); }
        }}
    } else {
        quote!(if let Some(value) = &object.#rust { out.insert(String::from(#wire), #read); })
    }
}

/// Returns the JSON of a referenced value.
fn read(shape: &Shape, value: &TokenStream) -> TokenStream {
    match shape {
        Shape::Boolean | Shape::Int32 | Shape::Int64 | Shape::Number => quote!(Value::from(*#value)),
        Shape::Text | Shape::Timestamp => quote!(Value::from(#value.as_str())),
        Shape::Json => quote!(#value.clone()),
        Shape::Bytes => quote!(harness::bytes(#value.as_ref())),
        Shape::Sensitive(inner) => {
            let inner = read(inner, &quote!(value));
            quote!({ let value = #value.expose(); #inner })
        }
        Shape::List(item) => {
            let item = read(item, &quote!(value));
            quote!(Value::Array(#value.iter().map(|value| #item).collect()))
        }
        Shape::Map(item) => {
            let item = read(item, &quote!(value));
            quote!(Value::Object(#value.iter().map(|(key, value)| (key.clone(), #item)).collect()))
        }
        Shape::Named(id) => {
            let reader = type_reader(*id);
            quote!(#reader(#value))
        }
    }
}
