//! The root and the client.

use proc_macro2::TokenStream;
use quote::quote;

use super::example;
use super::operation::operation_deprecated;
use super::{codes, docs, ident, imports, manifest, permissions, types};
use crate::markdown;
use crate::model::{Endpoint, Model, Operation, Owner, Topic, Type, TypeKind};

/// Returns `src/lib.rs`.
pub(super) fn root(model: &Model) -> TokenStream {
    let shared = types::any(model, Owner::Shared).then(|| {
        quote!(
            pub mod types;
        )
    });
    let codes = codes::file(model).map(|_| {
        quote!(
            pub mod codes;
        )
    });
    let reason = "items that the service deprecates";
    let deprecated = deprecates(model).then(|| quote!(#![allow(deprecated, reason = #reason)]));
    let topics = docs::inner_attributes(&topics(model));
    quote! {
        #![doc = include_str!("../README.md")]
        #topics
        #![cfg_attr(docsrs, feature(doc_cfg))]
        #deprecated
        #![forbid(unsafe_code)]
        #![warn(missing_docs)]

        mod client;
        #codes
        pub mod operation;
        #shared

        #[cfg(feature = "blocking")]
        pub use alicloud_core::blocking;
        #[cfg(feature = "policy")]
        pub use alicloud_core::policy;
        #[cfg(feature = "testing")]
        pub use alicloud_core::testing;
        pub use alicloud_core::{
            Call, Config, Error, ErrorKind, Operation, RawRequest, Response, config, credentials, error, events, http,
            intercept, pagination, primitives, sign, transport, wait,
        };
        pub use client::{Client, SERVICE};

        const _: () = alicloud_core::__private::contract(5);
    }
}

/// Returns the list of operations by topic, with links.
fn topics(model: &Model) -> Vec<String> {
    if model.operations.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "# Operations".to_owned()];
    let only = model.topics.len() == 1;
    for Topic { title, operations } in &model.topics {
        let title = title.as_deref().map(markdown::line);
        match title.as_deref() {
            Some(title) => lines.extend([String::new(), format!("## {title}")]),
            None if only => {}
            None => lines.extend([String::new(), "## Other operations".to_owned()]),
        }
        lines.push(String::new());
        lines.extend(operations.iter().map(|index| {
            let operation = &model.operations[*index];
            format!("- [`{0}`](operation::{0}): {1}", operation.name.rust, docs::summary(operation))
        }));
    }
    lines
}

/// Whether anything in the crate is deprecated.
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

/// Returns `src/client.rs`.
pub(super) fn client(model: &Model) -> TokenStream {
    let product = &model.product;
    let version = &model.version;
    let title = markdown::line(&model.title);
    let module = format!(" The client of {title}.");
    let client = format!(" Client of {title} ({}, version {}).", markdown::code(product), markdown::code(version));
    let service = format!(" Product, version and endpoints ({} regions) of the service.", model.endpoints.len());
    let gateway = manifest::runtime_feature(model).map(|feature| {
        let method = ident(feature);
        quote!(.#method())
    });
    let endpoints = model.endpoints.iter().map(endpoint);
    let methods = model.operations.iter().enumerate().map(|(index, operation)| method(model, operation, index == 0));
    let items = quote! {
        #[doc = #service]
        pub static SERVICE: Service = Service::new(
            #product,
            #version,
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
        )
        #gateway
        .endpoints(&[#(#endpoints),*]);

        #[doc = #client]
        #[doc = ""]
        #[doc = " Clones share connections, credentials and the retry budget."]
        #[derive(Clone, Debug)]
        pub struct Client {
            pub(crate) core: alicloud_core::Client,
        }

        impl Client {
            #[doc = " Creates a client."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " Returns an error if the configuration is incomplete or contains an invalid value."]
            pub fn new(config: Config) -> Result<Self, Error> {
                Ok(Self { core: alicloud_core::Client::new(&SERVICE, config)? })
            }

            #[doc = " Creates a client with the region and the credentials of the environment; see"]
            #[doc = " [`Config::from_default_chain`]."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " Returns an error if no region is configured, or if the service has no endpoint in the region."]
            pub fn from_default_chain() -> Result<Self, Error> {
                Self::new(Config::from_default_chain()?)
            }

            #[doc = " Returns the region, if one is configured."]
            pub fn region(&self) -> Option<&str> {
                self.core.region()
            }

            #[doc = " Returns the configuration, with the region that was found. A clone of it creates a client of another product"]
            #[doc = " that shares credentials, connections and clock with this one."]
            pub fn config(&self) -> &Config {
                self.core.config()
            }

            #[doc = " Returns the endpoint: the host, with the port if it is not the default one."]
            pub fn endpoint(&self) -> &str {
                self.core.endpoint()
            }

            #[doc = " Calls an operation by name, with untyped parameters and an untyped response."]
            pub fn call_raw(&self, request: RawRequest) -> Call<RawRequest> {
                self.core.call(request)
            }

            #(#methods)*
        }
    };
    let imports = imports::with(
        &items,
        &quote!(
            use alicloud_core::{Config, Error, RawRequest};
        ),
    );
    quote! {
        #![doc = #module]
        #imports

        #items
    }
}

/// Returns the method of an operation. The first one of a crate has an example.
fn method(model: &Model, operation: &Operation, first: bool) -> TokenStream {
    let name = ident(&operation.method);
    let request = ident(&operation.name.rust);
    let mut lines = vec![docs::summary(operation), String::new()];
    lines.extend(docs::required(operation.parameters.iter().map(|parameter| &parameter.field)));
    lines.push(format!("Returns [`{0}`](operation::{0}).", operation.response_type));
    lines.push(permissions::sentence(operation));
    if first && let Some(example) = example::documentation(model, operation, crate::code::Style::Method) {
        lines.extend([String::new(), "# Examples".to_owned(), String::new()]);
        lines.extend(example);
    }
    lines.extend([String::new(), format!("See [`{0}`](operation::{0}).", operation.name.rust)]);
    let text = docs::attributes(&lines);
    let deprecated = operation_deprecated(model, operation);
    quote! {
        #text
        #deprecated
        pub fn #name(&self, request: operation::#request) -> Call<operation::#request> {
            self.core.call(request)
        }
    }
}

fn endpoint(endpoint: &Endpoint) -> TokenStream {
    let Endpoint { region, host, vpc } = endpoint;
    let vpc = vpc.as_ref().map(|vpc| quote!(.vpc(#vpc)));
    quote!(Endpoint::new(#region, #host) #vpc)
}
