//! Emits the text of every file from the model: tokens, parsed and formatted, one file at a time.

mod changelog;
mod client;
mod codes;
mod deprecated;
mod docs;
mod example;
mod format;
mod imports;
mod manifest;
mod operation;
mod pages;
mod permissions;
mod readme;
mod table;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use format::format;

use crate::model::{Model, Owner, Shape, TypeId};
pub use permissions::table as permission_table;

/// How a generated crate depends on the runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// As a member of the same workspace.
    Workspace,
    /// By a path. In a [`Job`](crate::cli::Job) it is relative to the current folder, in a manifest to the crate.
    Path(String),
    /// By the URL of a Git repository.
    Git(String),
    /// By a version from the registry.
    Version(String),
}

/// The path and the text of a file.
pub(crate) type File = (String, String);

/// Returns the files that do not belong to a single operation.
///
/// # Errors
/// Returns an error if a file does not parse, which is a bug in this generator.
pub(crate) fn frame(model: &Model, runtime: &Runtime) -> Result<Vec<File>, InternalError> {
    let mut files = vec![
        ("Cargo.toml".to_owned(), manifest::emit(model, runtime)),
        ("README.md".to_owned(), readme::emit(model)),
        // The default settings of rustfmt, regardless of those of the surrounding workspace.
        ("rustfmt.toml".to_owned(), "style_edition = \"2024\"\n".to_owned()),
        ("src/lib.rs".to_owned(), format("src/lib.rs", client::root(model))?),
        ("src/client.rs".to_owned(), format("src/client.rs", client::client(model))?),
        ("src/operation.rs".to_owned(), format("src/operation.rs", operation::modules(model))?),
        (permissions::FILE.to_owned(), permissions::file(model)?),
    ];
    if let Some(text) = changelog::file(model) {
        files.push((changelog::FILE.to_owned(), text));
    }
    if let Some(tokens) = codes::file(model) {
        files.push(("src/codes.rs".to_owned(), format("src/codes.rs", tokens)?));
    }
    if types::any(model, Owner::Shared) {
        files.push(("src/types.rs".to_owned(), format("src/types.rs", types::module(model))?));
    }
    Ok(files)
}

/// Returns the file of an operation.
///
/// # Errors
/// Returns an error if the file does not parse, which is a bug in this generator.
pub(crate) fn operation(model: &Model, index: usize) -> Result<File, InternalError> {
    let path = format!("src/operation/{}.rs", model.operations[index].method);
    let text = format(&path, operation::module(model, index))?;
    Ok((path, text))
}

/// Generated code that does not parse, because of a bug in the generator.
#[derive(Clone, Debug)]
pub struct InternalError {
    /// The file.
    pub path: String,
    /// The message of the parser.
    pub message: String,
}

impl std::fmt::Display for InternalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the generated {} does not parse: {}; please report this", self.path, self.message)
    }
}

impl std::error::Error for InternalError {}

/// Returns an identifier from the name stage.
fn ident(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, proc_macro2::Span::call_site())
}

/// Returns the Rust type of a shape, as it is written in a module of the given owner.
fn rust_type(model: &Model, shape: &Shape, owner: Owner) -> TokenStream {
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
            let item = rust_type(model, item, owner);
            quote!(Vec<#item>)
        }
        Shape::Map(value) => {
            let value = rust_type(model, value, owner);
            quote!(BTreeMap<String, #value>)
        }
        Shape::Sensitive(inner) => {
            let inner = rust_type(model, inner, owner);
            quote!(Sensitive<#inner>)
        }
        Shape::Named(id) => type_path(model, *id, owner),
    }
}

fn type_path(model: &Model, id: TypeId, owner: Owner) -> TokenStream {
    let target = model.get(id);
    let name = ident(&target.name);
    if target.owner == owner { quote!(#name) } else { quote!(types::#name) }
}
