//! Converts recorded inputs to expressions that build the request.

use alicloud_codegen::model::{Field, Model, Operation, Owner, Shape, TypeId, TypeKind};
use alicloud_codegen::name::{POSITIONAL, REQUIRED};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use serde_json::Value;

/// Returns the name of a case's function.
pub(super) fn name(index: usize) -> Ident {
    ident(&format!("case_{index}"))
}

/// Returns an identifier of the generator.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Returns the function of a case, which makes the call, or says why it is skipped.
pub(super) fn function(model: &Model, index: usize, case: &Value) -> TokenStream {
    let name = name(index);
    let body = match call(model, case) {
        Ok(call) => call,
        Err(reason) => quote!(skip(#reason)),
    };
    quote!(fn #name(client: &Client) -> Case { #body })
}

fn call(model: &Model, case: &Value) -> Result<TokenStream, String> {
    let wire = case["operation"].as_str().unwrap_or_default();
    let operation = model.operations.iter().find(|operation| operation.name.wire == wire);
    let operation = operation.ok_or_else(|| format!("the document has no operation `{wire}`"))?;
    let empty = serde_json::Map::new();
    let input = case["input"].as_object().unwrap_or(&empty);
    for key in input.keys() {
        if operation.parameters.iter().all(|parameter| parameter.field.name.wire != *key) {
            return Err(format!("the document has no parameter `{key}`"));
        }
    }
    let request = request(model, operation, input)?;
    let method = ident(&operation.method);
    let reader = super::response::reader(operation);
    Ok(quote!(call(client.#method(#request), #reader)))
}

fn request(
    model: &Model,
    operation: &Operation,
    input: &serde_json::Map<String, Value>,
) -> Result<TokenStream, String> {
    let type_name = ident(&operation.name.rust);
    let fields = || operation.parameters.iter().map(|parameter| &parameter.field);
    let named = fields().filter(|field| field.required).count() > POSITIONAL;
    let mut required = Vec::new();
    for field in fields().filter(|field| field.required) {
        let wire = &field.name.wire;
        let given = input.get(wire).ok_or_else(|| format!("the case lacks the required parameter `{wire}`"))?;
        let given = if named { value(model, &field.shape, given) } else { argument(model, &field.shape, given) };
        required.push((ident(&field.name.rust), given?));
    }
    let constructor = if named {
        let (module, names) = (ident(&operation.method), ident(REQUIRED));
        let entries = required.iter().map(|(name, value)| quote!(#name: #value));
        quote!(operation::#type_name::new(operation::#module::#names { #(#entries),* }))
    } else {
        let values = required.iter().map(|(_, value)| value);
        quote!(operation::#type_name::new(#(#values),*))
    };
    let setters = setters(model, fields().filter(|field| !field.required), input)?;
    Ok(quote!(#constructor #setters))
}

fn setters<'m>(
    model: &Model,
    fields: impl Iterator<Item = &'m Field>,
    input: &serde_json::Map<String, Value>,
) -> Result<TokenStream, String> {
    let mut out = TokenStream::new();
    for field in fields {
        let Some(given) = input.get(&field.name.wire) else { continue };
        let setter = ident(&field.name.rust);
        let value = argument(model, &field.shape, given)?;
        out.extend(quote!(.#setter(#value)));
    }
    Ok(out)
}

/// Returns an argument of a setter or `new`; sensitive values are plain.
fn argument(model: &Model, shape: &Shape, given: &Value) -> Result<TokenStream, String> {
    let bare = |shape: &Shape| match shape {
        Shape::Sensitive(inner) if matches!(**inner, Shape::Text | Shape::Timestamp | Shape::Json) => (**inner).clone(),
        other => other.clone(),
    };
    let shape = match shape {
        Shape::List(item) => Shape::List(Box::new(bare(item))),
        Shape::Map(item) => Shape::Map(Box::new(bare(item))),
        other => bare(other),
    };
    value(model, &shape, given)
}

/// Returns an expression of exactly the shape's type.
fn value(model: &Model, shape: &Shape, given: &Value) -> Result<TokenStream, String> {
    let mismatch = || format!("the case has {given} for a value of type {shape:?}");
    Ok(match shape {
        Shape::Boolean => {
            let flag = given.as_bool().ok_or_else(mismatch)?;
            quote!(#flag)
        }
        Shape::Int32 | Shape::Int64 => {
            let number = given.as_i64().ok_or_else(mismatch)?;
            let literal = Literal::i64_unsuffixed(number);
            quote!(#literal)
        }
        Shape::Number => {
            let literal = Literal::f64_suffixed(given.as_f64().ok_or_else(mismatch)?);
            quote!(#literal)
        }
        Shape::Text | Shape::Timestamp => {
            let text = given.as_str().ok_or_else(mismatch)?;
            let kind = rust_type(model, shape);
            quote!(#kind::from(#text))
        }
        Shape::Json => json(given),
        Shape::Sensitive(inner) => {
            let inner = value(model, inner, given)?;
            quote!(Sensitive::from(#inner))
        }
        Shape::List(item) => {
            let kind = rust_type(model, item);
            let items = given.as_array().ok_or_else(mismatch)?;
            let items = items.iter().map(|given| value(model, item, given)).collect::<Result<Vec<_>, _>>()?;
            quote!(Vec::<#kind>::from([#(#items),*]))
        }
        Shape::Map(item) => {
            let kind = rust_type(model, item);
            let entries = given.as_object().ok_or_else(mismatch)?;
            let entries = entries
                .iter()
                .map(|(key, given)| value(model, item, given).map(|value| quote!((String::from(#key), #value))))
                .collect::<Result<Vec<_>, _>>()?;
            quote!(BTreeMap::<String, #kind>::from([#(#entries),*]))
        }
        Shape::Named(id) => named(model, *id, given)?,
        Shape::Bytes => {
            let bytes = match given.get("base64").and_then(Value::as_str) {
                Some(text) => STANDARD.decode(text).map_err(|_| mismatch())?,
                None => given.as_str().ok_or_else(mismatch)?.as_bytes().to_vec(),
            };
            let bytes = Literal::byte_string(&bytes);
            let kind = rust_type(model, shape);
            quote!(#kind::from(#bytes.to_vec()))
        }
    })
}

fn named(model: &Model, id: TypeId, given: &Value) -> Result<TokenStream, String> {
    let path = type_path(model, id);
    match &model.get(id).kind {
        TypeKind::Enum(_) => {
            let text = given.as_str().ok_or_else(|| format!("the case has {given} for an enumeration"))?;
            Ok(quote!(#path::from(#text)))
        }
        TypeKind::Object(fields) => {
            let entries = given.as_object().ok_or_else(|| format!("the case has {given} for an object"))?;
            if let Some(key) = entries.keys().find(|key| fields.iter().all(|field| field.name.wire != **key)) {
                return Err(format!("the document has no field `{key}`"));
            }
            let setters = setters(model, fields.iter(), entries)?;
            Ok(quote!(#path::new() #setters))
        }
    }
}

/// Returns an untyped value as JSON in source.
fn json(given: &Value) -> TokenStream {
    match given {
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = json(value);
                quote!((String::from(#key), #value))
            });
            quote!(Value::Object([#(#entries),*].into_iter().collect()))
        }
        Value::Array(items) => {
            let items = items.iter().map(json);
            quote!(Value::Array(vec![#(#items),*]))
        }
        Value::Null => quote!(Value::Null),
        Value::Bool(flag) => quote!(Value::from(#flag)),
        Value::String(text) => quote!(Value::from(#text)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => quote!(Value::from(#number)),
            (None, Some(number)) => quote!(Value::from(#number)),
            (None, None) => quote!(Value::Null),
        },
    }
}

/// Returns the type of a shape.
fn rust_type(model: &Model, shape: &Shape) -> TokenStream {
    match shape {
        Shape::Boolean => quote!(bool),
        Shape::Int32 => quote!(i32),
        Shape::Int64 => quote!(i64),
        Shape::Number => quote!(f64),
        Shape::Text => quote!(String),
        Shape::Timestamp => quote!(Timestamp),
        Shape::Bytes => quote!(Bytes),
        Shape::Json => quote!(Value),
        Shape::List(item) => {
            let item = rust_type(model, item);
            quote!(Vec<#item>)
        }
        Shape::Map(value) => {
            let value = rust_type(model, value);
            quote!(BTreeMap<String, #value>)
        }
        Shape::Sensitive(inner) => {
            let inner = rust_type(model, inner);
            quote!(Sensitive<#inner>)
        }
        Shape::Named(id) => type_path(model, *id),
    }
}

/// Returns the public path of a type.
pub(super) fn type_path(model: &Model, id: TypeId) -> TokenStream {
    let found = model.get(id);
    let name = ident(&found.name);
    match found.owner {
        Owner::Shared => quote!(sdk::types::#name),
        Owner::Operation(index) => {
            let module = ident(&model.operations[index].method);
            quote!(operation::#module::#name)
        }
    }
}
