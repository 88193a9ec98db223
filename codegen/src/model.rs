//! What a crate is made of: operations and types, free of the vendor's format.
//!
//! [`resolve`](crate::resolve) makes the model, [`name`](crate::name) fills in every Rust name, and
//! `emit` reads it and nothing else.

use crate::gateway::Gateway;
use crate::source::Span;

/// One crate.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The gateway that serves it, or none for plain RPC and ROA.
    pub gateway: Option<Gateway>,
    /// The name of the package.
    pub package: String,
    /// The version of the package.
    pub package_version: String,
    /// The product code as the wire has it.
    pub product: String,
    /// The API version as the wire has it.
    pub version: String,
    /// What people call the product.
    pub title: String,
    /// Where the vendor documents the product.
    pub documentation: Option<String>,
    /// The wire name of the operation that stands for all in the README.
    pub example: Option<String>,
    /// The operations, in the document's order.
    pub operations: Vec<Operation>,
    /// Every named type; a [`TypeId`] is its index.
    pub types: Vec<Type>,
    /// The hosts by region.
    pub endpoints: Vec<Endpoint>,
    /// The topics of the operations, in the document's order. Every operation is in one.
    pub topics: Vec<Topic>,
    /// The fields that are concealed because their names are those of secrets.
    pub marked: Vec<MarkedSecret>,
}

/// A topic and its operations.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The title; none for the operations of no topic.
    pub title: Option<String>,
    /// The indices of its operations.
    pub operations: Vec<usize>,
}

/// A field that is concealed without `x-sensitive`.
#[derive(Clone, Debug)]
pub struct MarkedSecret {
    /// The operation that has it, or `components.schemas`.
    pub owner: String,
    /// The wire names that lead to it, with dots between them.
    pub path: String,
    /// Where it stands in the document.
    pub span: Span,
}

impl std::fmt::Display for MarkedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.owner, self.path)
    }
}

/// One host.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The region's ID.
    pub region: String,
    /// The public host.
    pub host: String,
    /// The host inside a VPC.
    pub vpc: Option<String>,
}

/// A name on the wire and the Rust identifier that stands for it.
#[derive(Clone, Debug, Default)]
pub struct Name {
    /// As the wire has it.
    pub wire: String,
    /// As Rust has it; empty until the name stage.
    pub rust: String,
    /// A Rust name that the document asks for.
    pub wanted: Option<String>,
    /// The Rust name that keeps it apart from one that differs in the case of letters alone.
    pub apart: Option<String>,
    /// Where the wire name stands.
    pub span: Span,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The request type.
    pub name: Name,
    /// The module and the client's method.
    pub method: String,
    /// The response type.
    pub response_type: String,
    /// How it is called.
    pub protocol: Protocol,
    /// What the body holds.
    pub body: Body,
    /// Whether it reads or writes, where a source says so.
    pub access: Option<Access>,
    /// Whether a source says that repeating it changes nothing more.
    pub idempotent: bool,
    /// The wire name of the idempotency token.
    pub token: Option<String>,
    /// Whether it is called without credentials.
    pub anonymous: bool,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// The response.
    pub response_body: ResponseBody,
    /// The wire name of the response's field that holds the code of a failure.
    pub error_code: Option<String>,
    /// The wire name of the response's field that says whether the operation succeeded.
    pub success: Option<String>,
    /// How its responses are pages of one list, where that is certain.
    pub pages: Option<Pages>,
    /// Whether a response holds secrets.
    pub sensitive_response: bool,
    /// Whether it can also answer with a stream of server-sent events.
    pub events: bool,
    /// Its documentation.
    pub docs: OperationDocs,
}

/// How an operation is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// By name; the path is always `/`.
    Rpc(Method),
    /// By method and path template.
    Roa(Method, String),
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
    Patch,
    Head,
}

/// What a request's body holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// Form fields.
    Form,
    /// One JSON value.
    Json,
    /// Text as given, with the content type of JSON.
    Text,
    /// Bytes as given, `application/octet-stream`.
    Bytes,
    /// Bytes as given, without a content type.
    Raw,
}

/// What an operation does to the service's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Read,
    /// It changes something.
    Write,
}

/// What a request is answered with.
#[derive(Clone, Debug)]
pub enum ResponseBody {
    /// An object: the response type itself.
    Object(TypeId),
    /// Any other JSON value, in the response's field `body`.
    Whole(Shape),
    /// Bytes as they come, in the response's field `body`.
    Bytes,
    /// Nothing.
    Empty,
}

/// How responses are pages of one list. Parameters stand by their wire names, fields of the response by those that lead to
/// them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// How the next page is asked for.
    pub style: PaginationStyle,
    /// The list.
    pub items: Vec<String>,
    /// What names the next page.
    pub next: Vec<String>,
    /// Whether there are more.
    pub more: Vec<String>,
    /// The number of the page.
    pub page: Vec<String>,
    /// How many items a page has.
    pub size: Vec<String>,
    /// How many items there are on all pages.
    pub total: Vec<String>,
}

/// The parameters that ask for the next page, by their wire names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum PaginationStyle {
    Token { token: String },
    Number { page: String, size: String, first: i64 },
    Offset { offset: String, limit: String },
    Either { page: String, size: String, first: i64, token: String, limit: String },
}

/// One parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The request's field.
    pub field: Field,
    /// Where it goes and how it is written.
    pub encoding: Encoding,
}

/// Where a parameter goes and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Encoding {
    Query,
    QueryJson,
    QueryJoined,
    Form,
    FormJson,
    FormJoined,
    Header,
    Path,
    Host,
    Body,
    BodyText,
    BodyBytes,
    BodyRaw,
}

/// The index of a type in [`Model::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub usize);

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `bool`
    Boolean,
    /// `i32`
    Int32,
    /// `i64`
    Int64,
    /// `f64`
    Number,
    /// `String`
    Text,
    /// A date and time, as text.
    Timestamp,
    /// Bytes as they are.
    Bytes,
    /// Any JSON value.
    Json,
    /// A list.
    List(Box<Shape>),
    /// A map from texts.
    Map(Box<Shape>),
    /// A value that must not be shown.
    Sensitive(Box<Shape>),
    /// A type of its own.
    Named(TypeId),
}

/// A named type.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its Rust name; empty until the name stage.
    pub name: String,
    /// A Rust name that the document asks for.
    pub wanted: Option<String>,
    /// The wire names that lead to it, outermost first; the last is its own.
    pub path: Vec<String>,
    /// Who owns it.
    pub owner: Owner,
    /// What it holds.
    pub kind: TypeKind,
    /// Its documentation.
    pub docs: Docs,
    /// Whether a request holds it.
    pub in_request: bool,
    /// Whether a response holds it.
    pub in_response: bool,
    /// Where it stands in the document.
    pub span: Span,
    /// The field that leads to it, unless it is a schema with a name of its own; filled in by the name stage.
    pub parent: Option<ParentField>,
}

/// The field that leads to a type.
#[derive(Clone, Debug)]
pub struct ParentField {
    /// The Rust name of the type, or of the request, that has the field.
    pub name: String,
    /// The Rust name of the field.
    pub field: String,
    /// Whether the field is a list or a map of the type.
    pub element: bool,
    /// The documentation of the field.
    pub text: Option<String>,
}

/// The module that a type lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// `types`
    Shared,
    /// The module of the operation with this index.
    Operation(usize),
}

/// What a type holds.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Fields.
    Object(Vec<Field>),
    /// One of several texts, known or not.
    Enum(Vec<Variant>),
}

/// One field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub shape: Shape,
    /// Whether it must be boxed, because its type holds itself.
    pub boxed: bool,
    /// Whether the service insists on it.
    pub required: bool,
    /// Its documentation.
    pub docs: Docs,
}

/// One known value of an enumeration.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// What it means.
    pub title: Option<String>,
}

/// The documentation of a type, a field or a parameter, as the document has it.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    /// What it is.
    pub text: Option<String>,
    /// The known values, where the type itself does not list them.
    pub values: Vec<(String, Option<String>)>,
    /// The value that the service assumes.
    pub default: Option<String>,
    /// An example.
    pub example: Option<String>,
    /// Bounds, as text: `1 to 100`.
    pub range: Option<String>,
    /// Bounds of the number of items, as text.
    pub items: Option<String>,
    /// Bounds of the length of a text, or of each text in a list, as text.
    pub length: Option<String>,
    /// Whether the vendor advises against it.
    pub deprecated: bool,
}

/// The documentation of an operation, as the document has it.
#[derive(Clone, Debug, Default)]
pub struct OperationDocs {
    /// One line.
    pub summary: Option<String>,
    /// The rest.
    pub text: Option<String>,
    /// The RAM action.
    pub ram_action: Option<String>,
    /// The access level of the RAM action.
    pub access_level: Option<String>,
    /// The resources that the RAM action can be limited to.
    pub ram_resource: Option<String>,
    /// Codes with HTTP status and meaning.
    pub error_codes: Vec<ErrorCode>,
    /// Where the vendor documents it.
    pub link: Option<String>,
    /// Whether the vendor advises against it.
    pub deprecated: bool,
}

/// One documented error code.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// The HTTP status, as text.
    pub status: String,
    /// The code.
    pub code: String,
    /// Its constant; empty until the name stage, and for what is no code but a pattern of some.
    pub rust: String,
    /// What it means.
    pub message: Option<String>,
}

impl Type {
    /// Whether an operation reaches it.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.in_request || self.in_response
    }
}

impl Model {
    /// The type with this ID.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0]
    }

    /// Whether the type is the response of its operation. No request and no other type has it as a field.
    #[must_use]
    pub fn is_response(&self, found: &Type) -> bool {
        let Owner::Operation(index) = found.owner else { return false };
        let operation = self.operations.get(index);
        operation.is_some_and(|operation| match operation.response_body {
            ResponseBody::Object(id) => std::ptr::eq(self.get(id), found),
            ResponseBody::Whole(_) | ResponseBody::Bytes | ResponseBody::Empty => false,
        })
    }
}

impl Shape {
    /// The type that a value of this shape leads to, through lists and maps.
    #[must_use]
    pub fn target(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::List(item) | Self::Map(item) | Self::Sensitive(item) => item.target(),
            _ => None,
        }
    }

    /// The type that a value of this shape holds in place, so that a cycle through it has no size.
    #[must_use]
    pub fn held(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::Sensitive(item) => item.held(),
            _ => None,
        }
    }
}
