//! Static facts about operations.

use http::{HeaderValue, Method};

/// How an operation is identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// By its name.
    Rpc,
    /// By its path.
    Roa,
}

/// The format of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    None,
    Form,
    Json,
    /// JSON, or no body if no parameter is set.
    OptionalJson,
    /// Text, unchanged, with the content type of JSON.
    Text,
    Bytes,
    /// Bytes, unchanged, without a content type.
    Raw,
    /// Logs of Simple Log Service as protobuf, compressed.
    #[cfg(feature = "sls")]
    Logs,
}

/// How the body of a successful response is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseKind {
    /// JSON; an empty body leaves every field of the response absent.
    Json,
    /// Bytes, unchanged.
    Bytes,
    /// Text, unchanged.
    Text,
    /// The body is ignored.
    Empty,
    /// The response is a redirect, which is not followed. Its target becomes the field `location`.
    #[cfg(feature = "pds")]
    Redirect,
    /// Logs of Simple Log Service, as protobuf or JSON.
    #[cfg(feature = "sls")]
    Logs,
}

/// The effect of an operation on the service, if it is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Not documented: treated as a write.
    Unknown,
    /// Changes nothing.
    Read,
    /// Changes something.
    Write,
}

/// The constants of an operation in generated code.
pub type OperationInfo = Info<'static>;

/// The name of an operation. A static name is a header value without a copy.
#[derive(Clone, Copy, Debug)]
enum Name<'a> {
    Constant(&'static str),
    Given(&'a str),
}

/// Facts about an operation.
#[derive(Clone, Debug)]
pub struct Info<'a> {
    name: Name<'a>,
    pub(crate) style: Style,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) body: BodyKind,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) response: ResponseKind,
    pub(crate) effect: Effect,
    pub(crate) idempotent: bool,
    pub(crate) anonymous: bool,
    pub(crate) sensitive_response: bool,
    pub(crate) error_code: Option<&'a str>,
    pub(crate) success: Option<&'a str>,
    pub(crate) token: Option<&'static str>,
}

impl OperationInfo {
    /// Creates an operation that is identified in a header (with the older signature, in the query): `POST /`.
    pub const fn rpc(name: &'static str) -> Self {
        Self::new(Name::Constant(name), Style::Rpc, &Method::POST, "/")
    }

    /// Creates an operation with its own path; `{Name}` in it is a path parameter.
    pub const fn roa(name: &'static str, method: &'static Method, path: &'static str) -> Self {
        Self::new(Name::Constant(name), Style::Roa, method, path)
    }
}

impl<'a> Info<'a> {
    const fn new(name: Name<'a>, style: Style, method: &'a Method, path: &'a str) -> Self {
        Self {
            name,
            style,
            method,
            path,
            body: BodyKind::None,
            content_type: None,
            response: ResponseKind::Json,
            effect: Effect::Unknown,
            idempotent: false,
            anonymous: false,
            sensitive_response: false,
            error_code: None,
            success: None,
            token: None,
        }
    }

    /// Creates an operation whose name is not static.
    pub(crate) const fn given(name: &'a str, style: Style, method: &'a Method, path: &'a str) -> Self {
        Self::new(Name::Given(name), style, method, path)
    }

    /// Sets another method than the default of the style.
    pub const fn method(mut self, method: &'a Method) -> Self {
        self.method = method;
        self
    }

    /// Sets a form body with the `form` parameters. Its content type is sent even if all of them are absent.
    pub const fn form(mut self) -> Self {
        self.body = BodyKind::Form;
        self
    }

    /// Sets a JSON body, which is `{}` if no parameter is set.
    pub const fn json(mut self) -> Self {
        self.body = BodyKind::Json;
        self
    }

    /// Sets a JSON body, which is left out if no parameter is set.
    pub const fn optional_json(mut self) -> Self {
        self.body = BodyKind::OptionalJson;
        self
    }

    /// Sets a body of bytes: `application/octet-stream` unless a header parameter sets another type.
    pub const fn bytes(mut self) -> Self {
        self.body = BodyKind::Bytes;
        self
    }

    /// Sets a body of text, unchanged, with the content type of JSON. Without a value there is no body.
    pub const fn text(mut self) -> Self {
        self.body = BodyKind::Text;
        self
    }

    /// Sets a body of bytes without a content type unless a header parameter sets one.
    pub const fn raw(mut self) -> Self {
        self.body = BodyKind::Raw;
        self
    }

    /// Sets a body of logs as protobuf, which requires the feature `sls-logs`.
    #[cfg(feature = "sls")]
    pub const fn logs(mut self) -> Self {
        self.body = BodyKind::Logs;
        self
    }

    /// Sets the content type of a request without a body, where the signature covers one.
    pub const fn content_type(mut self, value: &'static str) -> Self {
        self.content_type = Some(value);
        self
    }

    /// Declares that the operation is called without credentials.
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Declares the field of a response that contains an error code although the HTTP status is a success.
    pub const fn error_code(mut self, field: &'a str) -> Self {
        self.error_code = Some(field);
        self
    }

    /// Declares the field of a response that says whether the operation succeeded. If it is `false`, as a boolean or as
    /// text in any case, the response is an error, whatever its status and code. `true` overrides an [error
    /// code](Self::error_code), and any other value has no meaning.
    pub const fn success(mut self, field: &'a str) -> Self {
        self.success = Some(field);
        self
    }

    /// Declares that the operation changes nothing, so that it can be repeated.
    pub const fn read(mut self) -> Self {
        self.effect = Effect::Read;
        self
    }

    /// Declares that the operation changes something.
    pub const fn write(mut self) -> Self {
        self.effect = Effect::Write;
        self
    }

    /// Declares that the operation can be repeated although it changes something.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Declares the idempotency token. If the caller does not set it, the client sends a random one, which is the same
    /// in every attempt of a call.
    pub const fn token(mut self, parameter: &'static str) -> Self {
        self.token = Some(parameter);
        self
    }

    /// Declares that the response contains secrets, so that no error quotes it.
    pub const fn sensitive_response(mut self) -> Self {
        self.sensitive_response = true;
        self
    }

    /// Sets how the response is decoded.
    pub const fn response(mut self, kind: ResponseKind) -> Self {
        self.response = kind;
        self
    }

    /// Returns the name of the operation.
    pub const fn name(&self) -> &'a str {
        match self.name {
            Name::Constant(name) | Name::Given(name) => name,
        }
    }

    /// Returns the name as a header value; `None` if it is not valid.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        match self.name {
            Name::Constant(name) => Some(HeaderValue::from_static(name)),
            Name::Given(name) => HeaderValue::try_from(name).ok(),
        }
    }

    /// Returns whether every request of the operation can be repeated. A request with an idempotency token can be
    /// repeated, too.
    pub(crate) const fn is_idempotent(&self) -> bool {
        self.idempotent || matches!(self.effect, Effect::Read)
    }
}

/// A copy of a request in its own type.
#[cfg(feature = "testing")]
#[doc(hidden)]
pub type Snapshot = std::sync::Arc<dyn std::any::Any + Send + Sync>;
