//! The vendor's document format (`api-docs.json`) with source positions.
//!
//! [`read`] reports values of the wrong JSON type and keeps the rest; the generator interprets them. Keys
//! that begin with `x-` are additions of this project, see `spec/schema.json`.

mod reader;

use crate::diagnostic::Diagnostic;
use crate::permissions::Permission;
use crate::source::{Source, Span};

/// The maximum size of a document, in bytes.
pub const SIZE_LIMIT: usize = 64 << 20;

/// A product version.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The product code, `info.product`.
    pub product: Text,
    /// The version, `info.version`, usually a date.
    pub version: Text,
    /// The style, `info.style`: `RPC`, `ROA`, `V3`, or the name of a gateway.
    pub style: Text,
    /// Name and version of the crate, `info.x-crate`.
    pub package: Option<Package>,
    /// The name of the product, `info.x-title`.
    pub title: Option<String>,
    /// The vendor's documentation of the product, `info.x-documentation`.
    pub documentation: Option<String>,
    /// The operation in the example of the crate's README, `info.x-example`.
    pub example: Option<Text>,
    /// The gateway, `info.x-gateway`; `none` for plain RPC and ROA. Default: see [`crate::gateway::detect`].
    pub gateway: Option<Text>,
    /// The shared schemas, `components.schemas`, in source order.
    pub schemas: Vec<(Text, Schema)>,
    /// The operations, `apis`, in source order.
    pub operations: Vec<Operation>,
    /// The hosts by region, `endpoints`.
    pub endpoints: Vec<Endpoint>,
    /// The topics of the operations, `directories`, in source order; nested topics follow their parents.
    pub topics: Vec<Topic>,
    /// The documented error codes of all operations, `errorCodes`.
    pub error_codes: Vec<ErrorCode>,
    /// The limits on the rate of all calls together, `flowControl`.
    pub rate_limits: Vec<RateLimit>,
    /// The history of the operations, `changeSet`, newest first.
    pub changes: Vec<ServiceChange>,
    /// The releases of the crate, `info.x-changelog`, newest first.
    pub releases: Vec<Release>,
}

/// A topic and its operations.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// The title, after those of its parents.
    pub title: String,
    /// The names of its operations. A document may name operations that it does not define.
    pub operations: Vec<String>,
}

/// A text and its position.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The text.
    pub value: String,
    /// The position.
    pub span: Span,
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.value
    }
}

impl ChangeKind {
    /// Returns the meaning in words, which [`read`] recognizes in a document.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "withdrawn",
            Self::Parameters => "request parameters changed",
            Self::Response => "response changed",
            Self::ErrorCodes => "error codes changed",
            Self::Description => "description changed",
            Self::Other => "changed",
        }
    }
}

/// Name and version of the crate in the document.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The package name.
    pub name: Option<Text>,
    /// The package version.
    pub version: Option<Text>,
}

/// A host.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// The region's ID.
    pub region: Text,
    /// The public host.
    pub host: Text,
    /// The host inside a VPC.
    pub vpc: Option<Text>,
}

/// An operation.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    /// The name: the key in `apis`.
    pub name: Text,
    /// The path template; absent or `/` for RPC.
    pub path: Option<Text>,
    /// The HTTP methods, lower case.
    pub methods: Vec<Text>,
    /// The transports: `https`, `http`, `sse`, …
    pub schemes: Vec<String>,
    /// The media types of the request's body.
    pub consumes: Vec<String>,
    /// The methods of authentication: `AK`, `Anonymous`, …
    pub security: Vec<String>,
    /// The summary, in one line.
    pub summary: Option<String>,
    /// A short name, often the same as the summary.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// `read`, `write` or `readAndWrite`, from `operationType`.
    pub kind: Option<Text>,
    /// `get`, `list`, `create`, `update`, `delete`, …, from `systemTags.operationType`.
    pub tag: Option<Text>,
    /// The permissions: `x-ram-action`, or `ramActions` and the entries of `ram`.
    pub permissions: Vec<Permission>,
    /// The limits on the rate of calls, `flowControl`.
    pub rate_limits: Vec<RateLimit>,
    /// Whether a call may incur charges, from `systemTags.chargeType`.
    pub charged: bool,
    /// Whether the vendor classifies it as high-risk, from `systemTags.riskType`.
    pub high_risk: bool,
    /// Whether repeating a call changes nothing more, `x-idempotent`.
    pub idempotent: Option<bool>,
    /// The vendor's page, `x-documentation`.
    pub documentation: Option<String>,
    /// The pagination, `x-pages`. Default: detected.
    pub pages: Option<Pages>,
    /// The parameters in source order.
    pub parameters: Vec<Parameter>,
    /// The responses by status.
    pub responses: Vec<Response>,
    /// The documented error codes.
    pub error_codes: Vec<ErrorCode>,
    /// The Rust name to use instead of one derived from the name, `x-rust-name`.
    pub rust_name: Option<Text>,
}

/// The pagination in the document.
#[derive(Clone, Debug)]
pub enum Pages {
    /// Not paginated: `false`.
    Off,
    /// Names of parameters, and paths of fields of the response, by key.
    Named {
        /// Each key and its name.
        names: Vec<(String, Text)>,
        /// The number of the first page.
        first: Option<i64>,
        /// Whether the response has no total: `"total": false`.
        no_total: bool,
        /// The position of the key.
        span: Span,
    },
}

/// A limit on the rate of calls of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RateLimit {
    /// The maximum number of calls in a period.
    pub calls: u64,
    /// The period in seconds.
    pub seconds: u64,
    /// The region; none for each region.
    pub region: Option<String>,
}

impl std::fmt::Display for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let calls = if self.calls == 1 { "call" } else { "calls" };
        write!(f, "{} {calls} per ", self.calls)?;
        match self.seconds {
            1 => f.write_str("second"),
            60 => f.write_str("minute"),
            3600 => f.write_str("hour"),
            seconds => write!(f, "{seconds} seconds"),
        }?;
        match &self.region {
            Some(region) => write!(f, " in {region}"),
            None => Ok(()),
        }
    }
}

/// A release of the crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// The version.
    pub version: String,
    /// The day, such as `2026-11-27`.
    pub date: String,
    /// The changes by the titles of Keep a Changelog, each in one line.
    pub sections: Vec<(String, Vec<String>)>,
}

/// A change of an operation in the history of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceChange {
    /// The day, such as `2025-12-03`.
    pub date: String,
    /// The name of the operation, which the document may no longer define.
    pub operation: String,
    /// What changed.
    pub kind: ChangeKind,
}

/// What changed in the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The operation is new.
    Added,
    /// The operation was withdrawn.
    Removed,
    /// Its parameters.
    Parameters,
    /// Its response.
    Response,
    /// Its error codes.
    ErrorCodes,
    /// Its description.
    Description,
    /// Something else.
    Other,
}

/// An error code.
#[derive(Clone, Debug, Default)]
pub struct ErrorCode {
    /// The HTTP status, as text.
    pub status: String,
    /// The code.
    pub code: String,
    /// The meaning.
    pub message: Option<String>,
}

/// A parameter.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// The wire name.
    pub name: Text,
    /// The placement, `in`: `query`, `formData`, `path`, `header`, `body` or `host`.
    pub place: Text,
    /// The style of a list or an object: `repeatList`, `flat`, `json`, `simple`, …
    pub style: Option<Text>,
    /// The type.
    pub schema: Schema,
    /// Whether it is the idempotency token, `x-idempotency-token`. Default: decided by the name.
    pub token: Option<bool>,
    /// The position of the parameter.
    pub span: Span,
}

/// A response.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status or its class: `200`, `5XX`.
    pub status: Text,
    /// The body, if there is one.
    pub schema: Option<Schema>,
    /// The header `location` of a redirect.
    pub location: Option<(Text, Schema)>,
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
    /// Whether it is required.
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
    /// The description.
    pub description: Option<String>,
    /// An example, as text.
    pub example: Option<String>,
    /// The default value of the service, as text.
    pub default: Option<String>,
    /// The minimum, as text.
    pub minimum: Option<String>,
    /// The maximum, as text.
    pub maximum: Option<String>,
    /// Whether `minimum` itself is excluded.
    pub exclusive_minimum: bool,
    /// Whether `maximum` itself is excluded.
    pub exclusive_maximum: bool,
    /// The minimum number of items of a list, `minItems`.
    pub least_items: Option<String>,
    /// The maximum number of items of a list, `maxItems`.
    pub most_items: Option<String>,
    /// The minimum length of a text, or of each text in a list, `minLength`.
    pub least: Option<String>,
    /// The maximum length of a text, or of each text in a list, `maxLength`.
    pub most: Option<String>,
    /// The pattern of a text.
    pub pattern: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Whether it is sensitive, `x-sensitive`. Default: decided by the name.
    pub sensitive: Option<bool>,
    /// Whether a response's field contains the code of a failure, `x-error-code`; none if the document does not say.
    pub error_code: Option<bool>,
    /// Whether a response's field says whether the operation succeeded, `x-success`. Default: decided by the name.
    pub success: Option<bool>,
    /// The Rust name to use instead of one derived from the name, `x-rust-name`.
    pub rust_name: Option<Text>,
    /// The Rust name of the type, `x-rust-type`.
    pub rust_type: Option<Text>,
    /// The position of the schema.
    pub span: Span,
}

/// A known value of an enumeration.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// The value as text.
    pub text: Text,
    /// The meaning.
    pub title: Option<String>,
    /// The Rust name of the variant, from `x-enum-names`.
    pub rust_name: Option<String>,
}

/// Whether a text has the form of a date, such as `2026-11-27`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}

/// Reads a document.
///
/// # Errors
/// Returns all problems at once if the text is not JSON or lacks a required part. Problems in an operation name it; the
/// document is returned with them, so that a caller can omit that operation.
pub fn read(source: &Source) -> (Document, Vec<Diagnostic>) {
    reader::read(source)
}
