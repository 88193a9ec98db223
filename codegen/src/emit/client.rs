//! The root, the client and the list of operations.

use proc_macro2::TokenStream;
use quote::quote;

use super::operation::operation_deprecated;
use super::{docs, ident, types};
use crate::markdown;
use crate::model::{Endpoint, Home, Model, Operation, Type, TypeKind};

/// `src/lib.rs`
pub(super) fn root(model: &Model) -> TokenStream {
    let shared = types::any(model, Home::Shared).then(|| {
        quote!(
            pub mod types;
        )
    });
    let reason = "this crate itself names what the vendor advises against";
    let deprecated = deprecates(model).then(|| quote!(#![allow(deprecated, reason = #reason)]));
    quote! {
        #![doc = include_str!("../README.md")]
        #deprecated
        #![forbid(unsafe_code)]
        #![warn(missing_docs)]

        mod client;
        pub mod operation;
        #shared

        pub use alicloud_core::{self, Config, Error};
        pub use client::{Client, SERVICE};

        const _: () = alicloud_core::__private::contract(4);
    }
}

/// Whether something in the crate has the attribute.
fn deprecates(model: &Model) -> bool {
    let parameters =
        |operation: &Operation| operation.parameters.iter().any(|parameter| parameter.field.docs.deprecated);
    let old = |found: &Type| match &found.kind {
        TypeKind::Object(fields) => fields.iter().any(|field| field.docs.deprecated),
        TypeKind::Enum(_) => false,
    };
    model.operations.iter().any(|operation| operation.docs.deprecated || parameters(operation))
        || model.types.iter().any(old)
}

/// `src/client.rs`
pub(super) fn client(model: &Model) -> TokenStream {
    let product = &model.product;
    let version = &model.version;
    let title = markdown::line(&model.title);
    let module = format!(" The client of {title}.");
    let client =
        format!(" Calls the operations of {title} ({}, version {}).", markdown::code(product), markdown::code(version));
    let service = format!(" The product, its version and the hosts of its {} regions.", model.endpoints.len());
    let endpoints = model.endpoints.iter().map(endpoint);
    let methods = model.operations.iter().map(|operation| {
        let name = ident(&operation.method);
        let request = ident(&operation.name.rust);
        let text = docs::attributes(&[
            docs::summary(operation),
            String::new(),
            format!("See [`{0}`](operation::{0}).", operation.name.rust),
        ]);
        let deprecated = operation_deprecated(model, operation);
        quote! {
            #text
            #deprecated
            pub fn #name(&self, request: operation::#request) -> Call<operation::#request> {
                self.core.call(request)
            }
        }
    });
    let operation = (!model.operations.is_empty()).then(|| {
        quote!(
            use crate::operation;
        )
    });
    let endpoint = (!model.endpoints.is_empty()).then(|| quote!(Endpoint,));
    let reason = "the document has no operations";
    let unused = model.operations.is_empty().then(|| quote!(#[allow(dead_code, reason = #reason)]));
    let call = (!model.operations.is_empty()).then(|| quote!(Call,));
    quote! {
        #![doc = #module]
        use alicloud_core::__private::{#call #endpoint Service};
        use alicloud_core::{Config, Error};

        #operation

        #[doc = #service]
        pub static SERVICE: Service = Service::new(
            #product,
            #version,
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
        )
        .endpoints(&[#(#endpoints),*]);

        #[doc = #client]
        #[doc = ""]
        #[doc = " Cloning is cheap, and clones share connections and credentials."]
        #[derive(Clone, Debug)]
        pub struct Client {
            #unused
            core: alicloud_core::Client,
        }

        impl Client {
            #[doc = " A client with the given configuration."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " If the configuration is incomplete or contradicts itself."]
            pub fn new(config: Config) -> Result<Self, Error> {
                Ok(Self { core: alicloud_core::Client::new(&SERVICE, config)? })
            }

            #[doc = " A client with region and credentials from the environment."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " If the environment names no region, or one that the service does not have."]
            pub fn from_default_chain() -> Result<Self, Error> {
                Self::new(Config::from_default_chain()?)
            }

            #(#methods)*
        }
    }
}

fn endpoint(endpoint: &Endpoint) -> TokenStream {
    let Endpoint { region, host, vpc } = endpoint;
    let vpc = vpc.as_ref().map(|vpc| quote!(.vpc(#vpc)));
    quote!(Endpoint::new(#region, #host) #vpc)
}

/// `src/operation.rs`
pub(super) fn list(model: &Model) -> TokenStream {
    let modules = model.operations.iter().map(|operation| ident(&operation.method));
    let uses = model.operations.iter().map(|operation| {
        let (module, name, response) =
            (ident(&operation.method), ident(&operation.name.rust), ident(&operation.response));
        quote!(pub use #module::{#name, #response};)
    });
    quote! {
        #![doc = " Every operation: its request, its response, and a module with the types of both."]
        #(pub mod #modules;)*
        #(#uses)*
    }
}
