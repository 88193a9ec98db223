//! A document as the vendor publishes it (`api-docs.json`), with the place of everything, and nothing clever.
//!
//! [`read`] reports what has the wrong JSON type and keeps the rest; what the words mean is decided in
//! [`resolve`](crate::resolve). Keys that begin with `x-` are this project's own, see `spec/schema.json`.

mod reader;

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span};

/// The largest document that is read, in bytes.
pub const SIZE_LIMIT: usize = 64 << 20;

/// One product version.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The product code, `info.product`.
    pub product: Text,
    /// The version, `info.version`, mostly a date.
    pub version: Text,
    /// The style, `info.style`: `RPC`, `ROA`, `V3`, or the name of a gateway.
    pub style: Text,
    /// Name and version of the crate, `info.x-crate`.
    pub package: Option<Package>,
    /// What people call the product, `info.x-title`.
    pub title: Option<String>,
    /// Where the vendor documents the product, `info.x-documentation`.
    pub documentation: Option<String>,
    /// The operation that stands for all in the crate's README, `info.x-example`.
    pub example: Option<Text>,
    /// The gateway that serves it, `info.x-gateway`; `none` for plain RPC and ROA. Without it the generator looks for
    /// itself, see [`crate::gateway::detect`].
    pub gateway: Option<Text>,
    /// The shared schemas, `components.schemas`, in source order.
    pub schemas: Vec<(Text, Schema)>,
    /// The operations, `apis`, in source order.
    pub operations: Vec<Operation>,
    /// The hosts by region, `endpoints`.
    pub endpoints: Vec<Endpoint>,
    /// The topics of the operations, `directories`, in source order; nested topics follow their parents.
    pub topics: Vec<Topic>,
}

/// A topic and its operations.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// The title, with those of its parents before it.
    pub title: String,
    /// The names of its operations. A document may name operations that it does not define.
    pub operations: Vec<String>,
}

/// A text and its place.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.value
    }
}

/// Name and version that a document asks for its crate.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The package name.
    pub name: Option<Text>,
    /// The package version.
    pub version: Option<Text>,
}

/// One host.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// The region's ID.
    pub region: Text,
    /// The public host.
    pub host: Text,
    /// The host inside a VPC.
    pub vpc: Option<Text>,
}

/// One operation.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    /// The name, the key in `apis`.
    pub name: Text,
    /// The path template; absent or `/` for RPC.
    pub path: Option<Text>,
    /// The HTTP methods, lower case.
    pub methods: Vec<Text>,
    /// The transports: `https`, `http`, `sse`, …
    pub schemes: Vec<String>,
    /// The ways to authenticate: `AK`, `Anonymous`, …
    pub security: Vec<String>,
    /// One line.
    pub summary: Option<String>,
    /// A short name, often the same as the summary.
    pub title: Option<String>,
    /// The rest.
    pub description: Option<String>,
    /// Whether the vendor advises against it.
    pub deprecated: bool,
    /// `read`, `write` or `readAndWrite`, from `operationType`.
    pub kind: Option<Text>,
    /// `get`, `list`, `create`, `update`, `delete`, …, from `systemTags.operationType`.
    pub tag: Option<Text>,
    /// The RAM action, `x-ram-action`.
    pub ram: Option<RamAction>,
    /// Whether repeating a call changes nothing more, `x-idempotent`.
    pub idempotent: Option<bool>,
    /// Where the vendor documents it, `x-documentation`.
    pub documentation: Option<String>,
    /// How its responses are pages, `x-pages`; without it the generator looks for itself.
    pub pages: Option<Pages>,
    /// The parameters in source order.
    pub parameters: Vec<Parameter>,
    /// The responses by status.
    pub responses: Vec<Response>,
    /// The error codes that the vendor lists.
    pub error_codes: Vec<ErrorCode>,
    /// A Rust name to use instead of one made from the name, `x-rust-name`.
    pub rust_name: Option<Text>,
}

/// How responses are pages of one list, in the words of the document.
#[derive(Clone, Debug)]
pub enum Pages {
    /// They are none, whatever it looks like: `false`.
    Off,
    /// The names of parameters, and of fields of the response with dots between those that lead to them, by key.
    Named {
        /// Each key and its name.
        names: Vec<(String, Text)>,
        /// The number of the first page.
        first: Option<i64>,
        /// Whether no field of the response states how many items there are: `"total": false`.
        no_total: bool,
        /// The whole key.
        span: Span,
    },
}

/// What a policy must allow for the call.
#[derive(Clone, Debug, Default)]
pub struct RamAction {
    /// The action, as `ecs:RunInstances`.
    pub action: String,
    /// `create`, `list`, `get`, `update`, `delete`, `read` or `write`.
    pub access_level: Option<String>,
    /// The resources it can be limited to; `*` for all.
    pub resource: Option<String>,
}

/// One error code.
#[derive(Clone, Debug, Default)]
pub struct ErrorCode {
    /// The HTTP status, as text.
    pub status: String,
    /// The code.
    pub code: String,
    /// What it means.
    pub message: Option<String>,
}

/// One parameter.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// The wire name.
    pub name: Text,
    /// The placement, `in`: `query`, `formData`, `path`, `header`, `body` or `host`.
    pub place: Text,
    /// How a list or an object is written: `repeatList`, `flat`, `json`, `simple`, …
    pub style: Option<Text>,
    /// The type.
    pub schema: Schema,
    /// Whether it is the idempotency token, `x-idempotency-token`; without the key its name decides.
    pub token: Option<bool>,
    /// The whole parameter.
    pub span: Span,
}

/// One response.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status or its class: `200`, `5XX`.
    pub status: Text,
    /// The body, or none.
    pub schema: Option<Schema>,
}

/// The type of a value.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The target of `$ref`.
    pub reference: Option<Text>,
    /// `string`, `integer`, `number`, `boolean`, `array`, `object`, `any`, `file`.
    pub kind: Option<Text>,
    /// `int32`, `int64`, `float`, `double`, `byte`, `binary`, …
    pub format: Option<String>,
    /// Whether it must be given.
    pub required: bool,
    /// The fields of an object, in source order.
    pub properties: Vec<(Text, Schema)>,
    /// The items of a list.
    pub items: Option<Box<Schema>>,
    /// The values of a map.
    pub additional: Option<Box<Schema>>,
    /// The known values (`enum`, or the keys of `enumValueTitles`).
    pub values: Vec<Value>,
    /// A short name.
    pub title: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// An example, as text.
    pub example: Option<String>,
    /// The value that the service assumes, as text.
    pub default: Option<String>,
    /// The least number, as text.
    pub minimum: Option<String>,
    /// The greatest number, as text.
    pub maximum: Option<String>,
    /// Whether `minimum` itself is excluded.
    pub exclusive_minimum: bool,
    /// Whether `maximum` itself is excluded.
    pub exclusive_maximum: bool,
    /// The least number of items of a list, `minItems`.
    pub least_items: Option<String>,
    /// The greatest number of items of a list, `maxItems`.
    pub most_items: Option<String>,
    /// The least length of a text, or of each text in a list, `minLength`.
    pub least: Option<String>,
    /// The greatest length of a text, or of each text in a list, `maxLength`.
    pub most: Option<String>,
    /// The pattern of a text.
    pub pattern: Option<String>,
    /// Whether the vendor advises against it.
    pub deprecated: bool,
    /// Whether it must not be shown, `x-sensitive`; without it the name decides.
    pub sensitive: Option<bool>,
    /// Whether a response's field holds the code of a failure, `x-error-code`; none where the document does not say.
    pub error_code: Option<bool>,
    /// Whether a response's field says whether the operation succeeded, `x-success`; without it the name tells.
    pub success: Option<bool>,
    /// A Rust name to use instead of one made from the name, `x-rust-name`.
    pub rust_name: Option<Text>,
    /// A Rust name for the type, `x-rust-type`.
    pub rust_type: Option<Text>,
    /// The whole schema.
    pub span: Span,
}

/// One known value of an enumeration.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// The value as text.
    pub text: Text,
    /// What it means.
    pub title: Option<String>,
    /// A Rust name for the variant, from `x-enum-names`.
    pub rust_name: Option<String>,
}

/// Reads a document.
///
/// # Errors
/// All problems at once, if the text is not JSON or lacks what every document has. Problems inside one operation name
/// it; the document is returned with them, so that a caller may leave that operation out.
pub fn read(source: &Source) -> (Document, Vec<Diagnostic>) {
    reader::read(source)
}
