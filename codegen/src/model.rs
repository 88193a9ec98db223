//! The model of a crate: operations and types, independent of the vendor's format.
//!
//! [`resolve`](crate::resolve) creates the model, [`name`](crate::name) assigns every Rust name, and `emit` reads
//! nothing else.

pub use crate::document::{ChangeKind, RateLimit, Release, ServiceChange};
use crate::gateway::Gateway;
pub use crate::permissions::Permission;
use crate::source::Span;

/// A crate.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The gateway; none for plain RPC and ROA.
    pub gateway: Option<Gateway>,
    /// The name of the package.
    pub package: String,
    /// The version of the package.
    pub package_version: String,
    /// The product code on the wire.
    pub product: String,
    /// The API version on the wire.
    pub version: String,
    /// The name of the product.
    pub title: String,
    /// The vendor's documentation of the product.
    pub documentation: Option<String>,
    /// The wire name of the operation in the example of the README.
    pub example: Option<String>,
    /// The operations, in the document's order.
    pub operations: Vec<Operation>,
    /// Every named type; a [`TypeId`] is its index.
    pub types: Vec<Type>,
    /// The hosts by region.
    pub endpoints: Vec<Endpoint>,
    /// The topics of the operations, in the document's order. Every operation has one.
    pub topics: Vec<Topic>,
    /// The fields that are sensitive because of their names.
    pub marked: Vec<MarkedSecret>,
    /// The documented error codes of all operations.
    pub error_codes: Vec<ErrorCode>,
    /// The limits on the rate of all calls together.
    pub rate_limits: Vec<RateLimit>,
    /// The history of the operations, newest first.
    pub changes: Vec<ServiceChange>,
    /// The releases of the crate, newest first.
    pub releases: Vec<Release>,
}

/// A topic and its operations.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The title; none for operations without a topic.
    pub title: Option<String>,
    /// The indices of its operations.
    pub operations: Vec<usize>,
}

/// A field that is sensitive without `x-sensitive`.
#[derive(Clone, Debug)]
pub struct MarkedSecret {
    /// The operation with the field, or `components.schemas`.
    pub owner: String,
    /// The path of wire names, separated by dots.
    pub path: String,
    /// The position in the document.
    pub span: Span,
}

impl std::fmt::Display for MarkedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.owner, self.path)
    }
}

/// A host.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The region's ID.
    pub region: String,
    /// The public host.
    pub host: String,
    /// The host inside a VPC.
    pub vpc: Option<String>,
}

/// A wire name and its Rust identifier.
#[derive(Clone, Debug, Default)]
pub struct Name {
    /// The wire name.
    pub wire: String,
    /// The Rust name; empty until the name stage.
    pub rust: String,
    /// The Rust name that the document requests.
    pub requested: Option<String>,
    /// The Rust name that distinguishes it from one that differs only in case.
    pub case_name: Option<String>,
    /// The position of the wire name.
    pub span: Span,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The request type.
    pub name: Name,
    /// The module and the client's method.
    pub method: String,
    /// The response type.
    pub response_type: String,
    /// How it is identified.
    pub protocol: Protocol,
    /// The content of the body.
    pub body: Body,
    /// Whether it reads or writes, if it is documented.
    pub access: Option<Access>,
    /// Whether it is documented that repeating it changes nothing more.
    pub idempotent: bool,
    /// The wire name of the idempotency token.
    pub token: Option<String>,
    /// Whether it is called without credentials.
    pub anonymous: bool,
    /// The content type of a request without a body.
    pub content_type: Option<String>,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// The response.
    pub response_body: ResponseBody,
    /// The wire name of the response's field with the code of a failure.
    pub error_code: Option<String>,
    /// The wire name of the response's field that says whether the operation succeeded.
    pub success: Option<String>,
    /// The pagination, if it is certain.
    pub pages: Option<Pages>,
    /// Whether the response is the target of a redirect.
    pub redirect: bool,
    /// Whether the response is a list of groups of logs, as protobuf or JSON; only behind the gateway SLS.
    pub logs: bool,
    /// Whether a response contains secrets.
    pub sensitive_response: bool,
    /// Whether it can also respond with a stream of server-sent events.
    pub events: bool,
    /// The documentation.
    pub docs: OperationDocs,
}

/// How an operation is identified.
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

/// The content of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// No body.
    None,
    /// Form fields.
    Form,
    /// One JSON value.
    Json,
    /// One JSON value, or no body if it is absent.
    OptionalJson,
    /// Unchanged text, with the content type of JSON.
    Text,
    /// Unchanged bytes, `application/octet-stream`.
    Bytes,
    /// Unchanged bytes, without a content type.
    Raw,
    /// A group of logs as protobuf, compressed; only behind the gateway SLS.
    Logs,
}

/// The effect of an operation on the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It changes nothing.
    Read,
    /// It changes something.
    Write,
}

/// The body of a response.
#[derive(Clone, Debug)]
pub enum ResponseBody {
    /// An object: the response type itself.
    Object(TypeId),
    /// Any other JSON value, in the response's field `body`.
    Whole(Shape),
    /// Unchanged bytes, in the response's field `body`.
    Bytes,
    /// No body.
    Empty,
}

/// The pagination of a list. Parameters are given by their wire names, fields of the response by their paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// How the next page is selected.
    pub style: PaginationStyle,
    /// The list.
    pub items: Vec<String>,
    /// The token of the next page.
    pub next: Vec<String>,
    /// Whether there are more items.
    pub more: Vec<String>,
    /// The number of the page.
    pub page: Vec<String>,
    /// The number of items of a page.
    pub size: Vec<String>,
    /// The number of items of all pages.
    pub total: Vec<String>,
}

/// The parameters that select a page, by their wire names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum PaginationStyle {
    Token { token: String },
    Number { page: String, size: String, first: i64 },
    Offset { offset: String, limit: String },
    Either { page: String, size: String, first: i64, token: String, limit: String },
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The field of the request.
    pub field: Field,
    /// The placement and the encoding.
    pub encoding: Encoding,
}

/// The placement and the encoding of a parameter.
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
    /// Unchanged bytes.
    Bytes,
    /// Any JSON value.
    Json,
    /// A list.
    List(Box<Shape>),
    /// A map with text keys.
    Map(Box<Shape>),
    /// A value that must not be shown.
    Sensitive(Box<Shape>),
    /// A named type.
    Named(TypeId),
}

/// A named type.
#[derive(Clone, Debug)]
pub struct Type {
    /// The Rust name; empty until the name stage.
    pub name: String,
    /// The Rust name that the document requests.
    pub requested: Option<String>,
    /// The path of wire names, outermost first; the last one is its own.
    pub path: Vec<String>,
    /// The module of the type.
    pub owner: Owner,
    /// The fields or values.
    pub kind: TypeKind,
    /// The documentation.
    pub docs: Docs,
    /// Whether it occurs in a request.
    pub in_request: bool,
    /// Whether it occurs in a response.
    pub in_response: bool,
    /// The position in the document.
    pub span: Span,
    /// The field of the type, unless it is a schema with its own name; set by the name stage.
    pub parent: Option<ParentField>,
}

/// The field of a type.
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

/// The module of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// `types`
    Shared,
    /// The module of the operation with this index.
    Operation(usize),
}

/// The contents of a type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// An object with fields.
    Object(Vec<Field>),
    /// An open enumeration of texts.
    Enum(Vec<Variant>),
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The type.
    pub shape: Shape,
    /// Whether it is boxed, because its type contains itself.
    pub boxed: bool,
    /// Whether the service requires it.
    pub required: bool,
    /// The documentation.
    pub docs: Docs,
}

/// A known value of an enumeration.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The name.
    pub name: Name,
    /// The meaning.
    pub title: Option<String>,
}

/// The documentation of a type, a field or a parameter in the document.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    /// The description.
    pub text: Option<String>,
    /// The known values, if the type itself does not list them.
    pub values: Vec<(String, Option<String>)>,
    /// The default value of the service.
    pub default: Option<String>,
    /// An example.
    pub example: Option<String>,
    /// Bounds, as text: `1 to 100`.
    pub range: Option<String>,
    /// Bounds of the number of items, as text.
    pub items: Option<String>,
    /// Bounds of the length of a text, or of each text in a list, as text.
    pub length: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

/// The documentation of an operation in the document.
#[derive(Clone, Debug, Default)]
pub struct OperationDocs {
    /// The summary, in one line.
    pub summary: Option<String>,
    /// The description.
    pub text: Option<String>,
    /// The permissions; empty if they are not documented.
    pub permissions: Vec<Permission>,
    /// The limits on the rate of calls.
    pub rate_limits: Vec<RateLimit>,
    /// Whether a call may incur charges.
    pub charged: bool,
    /// Whether the vendor classifies the operation as high-risk.
    pub high_risk: bool,
    /// The error codes.
    pub error_codes: Vec<ErrorCode>,
    /// The vendor's page.
    pub link: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

/// A documented error code.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// The HTTP status, as text.
    pub status: String,
    /// The code.
    pub code: String,
    /// The name of its constant; empty until the name stage, and for a pattern of codes.
    pub rust: String,
    /// The meaning.
    pub message: Option<String>,
}

impl Type {
    /// Returns whether an operation uses the type.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.in_request || self.in_response
    }
}

impl Model {
    /// Returns the type with this ID.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0]
    }

    /// Returns whether the type is the response of its operation. No request and no other type has a field of it.
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
    /// Returns the type of a value, through lists and maps.
    #[must_use]
    pub fn target(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::List(item) | Self::Map(item) | Self::Sensitive(item) => item.target(),
            _ => None,
        }
    }

    /// Returns the type that a value of this shape contains in place, so that a cycle of it would have no finite size.
    #[must_use]
    pub fn inline_type(&self) -> Option<TypeId> {
        match self {
            Self::Named(id) => Some(*id),
            Self::Sensitive(item) => item.inline_type(),
            _ => None,
        }
    }
}
