//! The modules of the operations: request, response, and the types of both.

use proc_macro2::TokenStream;
use quote::quote;

use super::{codes, deprecated, docs, example, ident, imports, pages, rust_type, types};
use crate::model::{
    Access, Body, Encoding, Field, Method, Model, Operation, Owner, Parameter, Protocol, ResponseBody, Shape, TypeKind,
};
use crate::name::{POSITIONAL, REQUIRED};

/// Returns `src/operation.rs`: the modules of the operations, and the types of requests and responses.
pub(super) fn modules(model: &Model) -> TokenStream {
    let modules = model.operations.iter().map(|operation| ident(&operation.method));
    let exports = model.operations.iter().map(|operation| {
        let (module, name, response) =
            (ident(&operation.method), ident(&operation.name.rust), ident(&operation.response_type));
        quote!(#[doc(inline)] pub use #module::{#name, #response};)
    });
    quote! {
        #![doc = " Requests and responses of the operations, and one module per operation with its types."]
        #(pub mod #modules;)*
        #(#exports)*
    }
}

/// Returns the module of an operation.
pub(super) fn module(model: &Model, index: usize) -> TokenStream {
    let operation = &model.operations[index];
    let owner = Owner::Operation(index);
    let title = format!(" {}: {}", operation.name.rust, docs::summary(operation));
    let request = request(model, operation, owner);
    let protocol = protocol(operation);
    let pages = pages::implementation(model, operation, owner);
    let events = operation.events.then(|| {
        let name = ident(&operation.name.rust);
        quote!(impl ServerEvents for #name {})
    });
    let response = response(model, operation, owner);
    let codes = codes::module(operation);
    let own = types::definitions(model, owner, Some(&operation.response_type));
    let items = quote! {
        #request
        #protocol
        #pages
        #events
        #response
        #own
        #codes
    };
    let imports = imports::of(&items);
    quote! {
        #![doc = #title]
        #imports

        #items
    }
}

fn request(model: &Model, operation: &Operation, owner: Owner) -> TokenStream {
    let name = ident(&operation.name.rust);
    let documentation = docs::attributes(&docs::operation(
        operation,
        example::documentation(model, operation, crate::code::Style::Request),
    ));
    let deprecated = operation_deprecated(model, operation);
    let fields = || operation.parameters.iter().map(|parameter| &parameter.field);
    let (required, optional): (Vec<&Field>, Vec<&Field>) =
        operation.parameters.iter().map(|parameter| &parameter.field).partition(|field| field.required);
    let members = operation.parameters.iter().map(|Parameter { field, .. }| {
        let text = docs::attributes(&docs::field(&field.docs, &field.name, field.required));
        let old = types::deprecated(field, fields());
        let rust = ident(&field.name.rust);
        let plain = rust_type(model, &field.shape, owner);
        let kind = if field.required { plain } else { quote!(Option<#plain>) };
        quote!(#text #old pub #rust: #kind,)
    });
    let default = required.is_empty().then(|| quote!(, Default));
    let setters = optional.iter().map(|field| types::setter(model, field, types::deprecated(field, fields()), owner));
    let (constructor, extra) = constructor(model, operation, &required, &optional, owner);
    // The request `New` has the constructor `New::new`, as every request has a constructor.
    let allowed = (operation.name.rust == "New").then(|| quote!(#[allow(clippy::self_named_constructors)]));
    quote! {
        #documentation
        #deprecated
        #[derive(Clone, Debug #default)]
        #[cfg_attr(feature = "testing", derive(PartialEq))]
        #[non_exhaustive]
        pub struct #name {
            #(#members)*
        }

        #extra

        #allowed
        impl #name {
            #constructor

            #(#setters)*

            #[doc = " Binds the request to a client. Await the call, or set its options first."]
            pub fn call(self, client: &Client) -> Call<Self> {
                client.core.call(self)
            }
        }
    }
}

/// Returns the attribute of a deprecated operation.
pub(super) fn operation_deprecated(model: &Model, operation: &Operation) -> Option<TokenStream> {
    let docs = &operation.docs;
    let siblings = || model.operations.iter().map(|other| (other.name.wire.as_str(), other.name.rust.as_str()));
    docs.deprecated.then(|| {
        let text = [docs.summary.as_deref(), docs.text.as_deref()].map(Option::unwrap_or_default).join("\n");
        deprecated::attribute(Some(&text), &operation.name.wire, siblings())
    })
}

/// Returns the constructor and, for many required parameters, the struct with them.
fn constructor(
    model: &Model,
    operation: &Operation,
    required: &[&Field],
    optional: &[&Field],
    owner: Owner,
) -> (TokenStream, Option<TokenStream>) {
    if required.is_empty() {
        let constructor = quote! {
            #[doc = " Creates a request without parameters."]
            pub fn new() -> Self {
                Self::default()
            }
        };
        return (constructor, None);
    }
    let names: Vec<_> = required.iter().map(|field| ident(&field.name.rust)).collect();
    let unset = optional.iter().map(|field| {
        let rust = ident(&field.name.rust);
        quote!(#rust: None,)
    });
    if required.len() <= POSITIONAL {
        let (arguments, values): (Vec<_>, Vec<_>) = required
            .iter()
            .map(|field| {
                let rust = ident(&field.name.rust);
                let (argument, value) = types::argument(model, &field.shape, owner, &rust);
                let unchanged = rust == value.to_string();
                let entry = if unchanged { quote!(#rust,) } else { quote!(#rust: #value,) };
                (quote!(#rust: #argument), entry)
            })
            .unzip();
        let constructor = quote! {
            #[doc = " Creates a request from its required parameters."]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values)* #(#unset)* }
            }
        };
        return (constructor, None);
    }
    let struct_name = ident(REQUIRED);
    let text = format!(" Required parameters of [`{}`].", operation.name.rust);
    let members = required.iter().map(|field| {
        let rust = ident(&field.name.rust);
        let kind = rust_type(model, &field.shape, owner);
        let text = format!(" See [`{0}::{1}`].", operation.name.rust, field.name.rust);
        quote!(#[doc = #text] pub #rust: #kind,)
    });
    let extra = quote! {
        #[doc = #text]
        #[derive(Clone, Debug)]
        pub struct #struct_name {
            #(#members)*
        }
    };
    let constructor = quote! {
        #[doc = " Creates a request from its required parameters."]
        pub fn new(required: #struct_name) -> Self {
            Self { #(#names: required.#names,)* #(#unset)* }
        }
    };
    (constructor, Some(extra))
}

/// Returns the constants of the operation and the table of its parameters.
fn protocol(operation: &Operation) -> TokenStream {
    let name = ident(&operation.name.rust);
    let response = ident(&operation.response_type);
    let info = info(operation);
    let rows = operation.parameters.iter().map(|Parameter { field, encoding }| {
        let (rust, wire) = (ident(&field.name.rust), &field.name.wire);
        let method = ident(match encoding {
            Encoding::Query => "query",
            Encoding::QueryJson => "query_json",
            Encoding::QueryJoined => "query_joined",
            Encoding::Form => "form",
            Encoding::FormJson => "form_json",
            Encoding::FormJoined => "form_joined",
            Encoding::Header => "header",
            Encoding::Path => "path",
            Encoding::Host => "host",
            Encoding::Body | Encoding::BodyText => "body",
            Encoding::BodyBytes | Encoding::BodyRaw => "body_bytes",
        });
        quote!(#method #wire => #rust,)
    });
    quote!(operation! { #name => #response, #info, #(#rows)* })
}

fn info(operation: &Operation) -> TokenStream {
    let wire = &operation.name.wire;
    let mut info = match &operation.protocol {
        Protocol::Rpc(Method::Post) => quote!(OperationInfo::rpc(#wire)),
        Protocol::Rpc(method) => {
            let method = method_path(*method);
            quote!(OperationInfo::rpc(#wire).method(#method))
        }
        Protocol::Roa(method, path) => {
            let method = method_path(*method);
            quote!(OperationInfo::roa(#wire, #method, #path))
        }
    };
    info.extend(match operation.body {
        Body::None => None,
        Body::Form => Some(quote!(.form())),
        Body::Json => Some(quote!(.json())),
        Body::OptionalJson => Some(quote!(.optional_json())),
        Body::Text => Some(quote!(.text())),
        Body::Bytes => Some(quote!(.bytes())),
        Body::Raw => Some(quote!(.raw())),
        Body::Logs => Some(quote!(.logs())),
    });
    info.extend(operation.content_type.as_ref().map(|value| quote!(.content_type(#value))));
    info.extend(match operation.access {
        Some(Access::Read) => Some(quote!(.read())),
        Some(Access::Write) => Some(quote!(.write())),
        None => None,
    });
    info.extend(operation.idempotent.then(|| quote!(.idempotent())));
    info.extend(operation.token.as_ref().map(|token| quote!(.token(#token))));
    info.extend(operation.error_code.as_ref().map(|code| quote!(.error_code(#code))));
    info.extend(operation.success.as_ref().map(|field| quote!(.success(#field))));
    info.extend(operation.sensitive_response.then(|| quote!(.sensitive_response())));
    info.extend(operation.anonymous.then(|| quote!(.anonymous())));
    info.extend(match &operation.response_body {
        // The vendor's SDKs return a response that is declared as text unchanged, including quotes.
        ResponseBody::Whole(Shape::Text) => Some(quote!(.response(ResponseKind::Text))),
        ResponseBody::Object(_) if operation.logs => Some(quote!(.response(ResponseKind::Logs))),
        ResponseBody::Object(_) if operation.redirect => Some(quote!(.response(ResponseKind::Redirect))),
        ResponseBody::Object(_) | ResponseBody::Whole(_) => None,
        ResponseBody::Bytes => Some(quote!(.response(ResponseKind::Bytes))),
        ResponseBody::Empty => Some(quote!(.response(ResponseKind::Empty))),
    });
    info
}

fn method_path(method: Method) -> TokenStream {
    let name = ident(match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Patch => "PATCH",
        Method::Head => "HEAD",
    });
    quote!(&Method::#name)
}

/// Returns the response type.
fn response(model: &Model, operation: &Operation, owner: Owner) -> TokenStream {
    let name = ident(&operation.response_type);
    let text = format!(" Response of [`{}`].", operation.name.rust);
    let documentation = quote!(#[doc = #text]);
    let body = match &operation.response_body {
        ResponseBody::Object(id) => {
            let found = model.get(*id);
            let TypeKind::Object(fields) = &found.kind else { return TokenStream::new() };
            return types::object(model, found, fields, &documentation);
        }
        ResponseBody::Empty => {
            let table = types::table(&name, &quote!(Decode), &[]);
            return quote! {
                #documentation
                #[derive(Clone, Debug, Default)]
                #[cfg_attr(feature = "testing", derive(PartialEq))]
                #[non_exhaustive]
                pub struct #name {}

                #table
            };
        }
        ResponseBody::Bytes => quote!(Bytes),
        ResponseBody::Whole(shape) => {
            let plain = rust_type(model, shape, owner);
            if matches!(shape, Shape::List(_) | Shape::Map(_)) { plain } else { quote!(Option<#plain>) }
        }
    };
    quote! {
        #documentation
        #[derive(Clone, Debug, Default)]
        #[cfg_attr(feature = "testing", derive(PartialEq))]
        #[non_exhaustive]
        pub struct #name {
            #[doc = " The whole response."]
            pub body: #body,
        }

        whole!(#name, body);
    }
}
