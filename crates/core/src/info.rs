//! What is known about an operation before it is called.

use http::{HeaderValue, Method};

/// How an operation is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// By its name.
    Rpc,
    /// By its path.
    Roa,
}

/// The form of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    None,
    Form,
    Json,
    /// Text as it is, with the content type of JSON.
    Text,
    Bytes,
    /// Bytes as they are, without a content type.
    Raw,
}

/// How the body of a successful response is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseKind {
    /// JSON; an empty body leaves every field of the response absent.
    Json,
    /// Bytes, as they came.
    Bytes,
    /// Text, as it came.
    Text,
    /// Nothing is read.
    Empty,
}

/// What an operation does to the service, where its description says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Not documented: treated as a write.
    Unknown,
    /// Changes nothing.
    Read,
    /// Changes something.
    Write,
}

/// The constants of an operation, as generated code has them.
pub type OperationInfo = Info<'static>;

/// The name of an operation. One that is known when the program is made costs nothing to send.
#[derive(Clone, Copy, Debug)]
enum Name<'a> {
    Constant(&'static str),
    Given(&'a str),
}

/// What is known about an operation before it is called.
#[derive(Clone, Debug)]
pub struct Info<'a> {
    name: Name<'a>,
    pub(crate) style: Style,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) body: BodyKind,
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
    /// An operation that is named in a header (or, with the older signature, in the query): `POST /`.
    pub const fn rpc(name: &'static str) -> Self {
        Self::new(Name::Constant(name), Style::Rpc, &Method::POST, "/")
    }

    /// An operation with a path of its own; `{Name}` in it is a path parameter.
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

    /// An operation whose name is not known before the program runs.
    pub(crate) const fn given(name: &'a str, style: Style, method: &'a Method, path: &'a str) -> Self {
        Self::new(Name::Given(name), style, method, path)
    }

    /// Another method than the style's usual one.
    pub const fn method(mut self, method: &'a Method) -> Self {
        self.method = method;
        self
    }

    /// A form body holds the `form` parameters. Its content type is sent even when all of them are absent.
    pub const fn form(mut self) -> Self {
        self.body = BodyKind::Form;
        self
    }

    /// A JSON body is always sent: `{}` where nothing is set.
    pub const fn json(mut self) -> Self {
        self.body = BodyKind::Json;
        self
    }

    /// The body is bytes, `application/octet-stream` unless a header parameter says otherwise.
    pub const fn bytes(mut self) -> Self {
        self.body = BodyKind::Bytes;
        self
    }

    /// The body is text, sent as it is with the content type of JSON; none is sent where it is not set.
    pub const fn text(mut self) -> Self {
        self.body = BodyKind::Text;
        self
    }

    /// The body is bytes, without a content type unless a header parameter gives one.
    pub const fn raw(mut self) -> Self {
        self.body = BodyKind::Raw;
        self
    }

    /// The operation is called without credentials.
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// The field of a response whose value tells a failure although the HTTP status is a success.
    pub const fn error_code(mut self, field: &'a str) -> Self {
        self.error_code = Some(field);
        self
    }

    /// The field of a response that says whether the operation succeeded: one that is `false`, as a boolean or as text
    /// in any case, makes the response an error, whatever its status and its code. Any other value means nothing, but
    /// that `true` outweighs an [error code](Self::error_code).
    pub const fn success(mut self, field: &'a str) -> Self {
        self.success = Some(field);
        self
    }

    /// The operation changes nothing, so it may be repeated.
    pub const fn read(mut self) -> Self {
        self.effect = Effect::Read;
        self
    }

    /// The operation changes something.
    pub const fn write(mut self) -> Self {
        self.effect = Effect::Write;
        self
    }

    /// The operation may be repeated although it changes something.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// The parameter that makes repetitions harmless. Where the caller leaves it unset a random one is sent,
    /// the same in every attempt of a call.
    pub const fn token(mut self, parameter: &'static str) -> Self {
        self.token = Some(parameter);
        self
    }

    /// The response holds secrets: no text made from it (a snippet in an error) shows its content.
    pub const fn sensitive_response(mut self) -> Self {
        self.sensitive_response = true;
        self
    }

    /// How the response is read.
    pub const fn response(mut self, kind: ResponseKind) -> Self {
        self.response = kind;
        self
    }

    /// The operation's name.
    pub const fn name(&self) -> &'a str {
        match self.name {
            Name::Constant(name) | Name::Given(name) => name,
        }
    }

    /// The name as a header value; `None` if it cannot be one.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        match self.name {
            Name::Constant(name) => Some(HeaderValue::from_static(name)),
            Name::Given(name) => HeaderValue::try_from(name).ok(),
        }
    }

    /// Whether any request of the operation may be sent twice without harm. One that contains an idempotency token may
    /// as well.
    pub(crate) const fn is_idempotent(&self) -> bool {
        self.idempotent || matches!(self.effect, Effect::Read)
    }
}

/// A request as its own type.
#[cfg(feature = "testing")]
#[doc(hidden)]
pub type Snapshot = std::sync::Arc<dyn std::any::Any + Send + Sync>;
