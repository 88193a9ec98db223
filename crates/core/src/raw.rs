//! Calls of operations that no crate describes.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::encode::{Parameters, Wire};
use crate::events::ServerEvents;
use crate::info::Style;
use crate::info::{Info, OperationInfo, ResponseKind};
use crate::operation::Operation;
use crate::secret::Sensitive;

/// A request of an operation by its name alone, for what the crate of a product does not have.
///
/// It goes the way of all requests: it is signed, sent again where that is safe, and answered with a response or an
/// [`Error`](crate::Error). The response is JSON as it came; [`Response::body`](crate::Response::body) has the bytes of one
/// that is none. A response with a successful HTTP status is a success whatever its fields say, unless
/// [`error_code`](Self::error_code) or [`success`](Self::success) names the field that tells of a failure.
///
/// ```no_run
/// # async fn example(client: alicloud_core::Client) -> Result<(), alicloud_core::Error> {
/// use alicloud_core::RawRequest;
///
/// let request = RawRequest::rpc("DescribeRegions").read().query("AcceptLanguage", "en-US");
/// let response = client.call(request).await?;
/// println!("{}", response["Regions"]);
/// # Ok(())
/// # }
/// ```
///
/// `Debug` shows the operation's name and the names of the parameters.
#[derive(Clone)]
#[must_use = "a request does nothing until it is called"]
pub struct RawRequest {
    name: String,
    style: Style,
    method: Method,
    path: String,
    parameters: Vec<(Location, String, String)>,
    secrets: Vec<String>,
    body: Body,
    response: ResponseKind,
    read: bool,
    idempotent: bool,
    error_code: Option<String>,
    success: Option<String>,
}

/// Names of parameters that are idempotency tokens wherever they occur.
const TOKENS: [&str; 3] = ["ClientToken", "clientToken", "IdempotenceToken"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Location {
    Query,
    Form,
    Header,
    Path,
}

#[derive(Clone)]
enum Body {
    None,
    Json(Value),
    Bytes(Bytes),
}

impl RawRequest {
    /// An operation that is found by its name: `POST /`.
    pub fn rpc(name: impl Into<String>) -> Self {
        Self::new(name.into(), Style::Rpc, Method::POST, "/".into())
    }

    /// An operation with a path of its own; `{Name}` in it stands for a [path parameter](Self::path).
    pub fn roa(name: impl Into<String>, method: Method, path: impl Into<String>) -> Self {
        Self::new(name.into(), Style::Roa, method, path.into())
    }

    fn new(name: String, style: Style, method: Method, path: String) -> Self {
        Self {
            name,
            style,
            method,
            path,
            parameters: Vec::new(),
            secrets: Vec::new(),
            body: Body::None,
            response: ResponseKind::Json,
            read: false,
            idempotent: false,
            error_code: None,
            success: None,
        }
    }

    fn with(mut self, location: Location, name: String, value: String) -> Self {
        self.parameters.push((location, name, value));
        self
    }

    /// A query parameter.
    pub fn query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Query, name.into(), value.into())
    }

    /// A field of the form body.
    pub fn form(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Form, name.into(), value.into())
    }

    /// A header.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Header, name.into(), value.into())
    }

    /// What stands for `{name}` in the path: one segment, escaped.
    pub fn path(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Path, name.into(), value.into())
    }

    /// A JSON body. It takes the location of a form.
    pub fn json(mut self, body: impl Into<Value>) -> Self {
        self.body = Body::Json(body.into());
        self
    }

    /// A body of bytes. It takes the location of a form.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Body::Bytes(body.into());
        self
    }

    /// The parameter `name` is secret: where a response quotes its value in the words of an error, it is taken out.
    pub fn sensitive(mut self, name: impl Into<String>) -> Self {
        self.secrets.push(name.into());
        self
    }

    /// The response is not JSON: the value is `null`, and the bytes are in [`Response::body`](crate::Response::body).
    pub fn accept_any_body(mut self) -> Self {
        self.response = ResponseKind::Bytes;
        self
    }

    /// The operation changes nothing, so it may be sent again whatever became of an attempt.
    pub fn read(mut self) -> Self {
        self.read = true;
        self
    }

    /// The operation may be sent again although it changes something.
    ///
    /// A request with an idempotency token needs no such statement: a query parameter, a form field or a field of the
    /// JSON body that is called `ClientToken`, `clientToken` or `IdempotenceToken` and is not empty.
    /// [`Call::idempotent`](crate::Call::idempotent) overrides both, and [`read`](Self::read), for one call.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }
}

impl RawRequest {
    /// Names the top-level field of a response that holds the code of a failure: a code that is not empty and none of
    /// `OK`, `200`, `success` and `0` makes the response an [`ErrorKind::Service`](crate::ErrorKind::Service).
    ///
    /// Default: none. What fields mean is known from descriptions of operations, and a raw request has none.
    pub fn error_code(mut self, field: impl Into<String>) -> Self {
        self.error_code = Some(field.into());
        self
    }

    /// Names the top-level field of a response that says whether the operation succeeded, usually `Success` or
    /// `success`: one that is `false` makes the response an [`ErrorKind::Service`](crate::ErrorKind::Service).
    ///
    /// Default: none. What fields mean is known from descriptions of operations, and a raw request has none.
    pub fn success(mut self, field: impl Into<String>) -> Self {
        self.success = Some(field.into());
        self
    }

    /// Whether the request contains an idempotency token.
    fn has_token(&self) -> bool {
        let is_token = |name: &str| TOKENS.contains(&name);
        let mut parameters =
            self.parameters.iter().filter(|(location, ..)| matches!(location, Location::Query | Location::Form));
        let body = match &self.body {
            Body::Json(Value::Object(fields)) => Some(fields),
            _ => None,
        };
        let mut fields = body.into_iter().flatten();
        parameters.any(|(_, name, value)| is_token(name) && !value.is_empty())
            || fields.any(|(name, value)| is_token(name) && value.as_str().is_some_and(|token| !token.is_empty()))
    }
}

impl Operation for RawRequest {
    type Response = Value;

    // A request knows better.
    const INFO: OperationInfo = OperationInfo::rpc("");

    fn info(&self) -> Info<'_> {
        let mut info = Info::given(&self.name, self.style, &self.method, &self.path).response(self.response);
        if self.read {
            info = info.read();
        }
        if self.idempotent || self.has_token() {
            info = info.idempotent();
        }
        if let Some(field) = &self.error_code {
            info = info.error_code(field);
        }
        if let Some(field) = &self.success {
            info = info.success(field);
        }
        match &self.body {
            Body::Json(_) => info.json(),
            Body::Bytes(_) => info.bytes(),
            Body::None if self.parameters.iter().any(|(location, ..)| *location == Location::Form) => info.form(),
            Body::None => info,
        }
    }

    fn parameters(&self, out: &mut Parameters<'_>) {
        for (location, name, value) in &self.parameters {
            let secret = self.secrets.contains(name).then(|| Sensitive::new(value.clone()));
            let value: &dyn Wire = match &secret {
                Some(secret) => secret,
                None => value,
            };
            match location {
                Location::Query => out.query(name, value),
                Location::Form => out.form(name, value),
                Location::Header => out.header(name, value),
                Location::Path => out.path(name, value),
            }
        }
        match &self.body {
            Body::None => {}
            Body::Json(value) => out.body("body", value),
            Body::Bytes(bytes) => out.body("body", bytes),
        }
    }
}

/// Whether an operation answers with events is for the caller to know.
impl ServerEvents for RawRequest {}

impl std::fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.parameters.iter().map(|(location, name, _)| format!("{location:?} {name}")).collect();
        f.debug_struct("RawRequest").field("name", &self.name).field("parameters", &names).finish_non_exhaustive()
    }
}
