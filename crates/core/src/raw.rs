//! Calls of operations without a generated request.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::encode::{Parameters, Wire};
use crate::events::ServerEvents;
use crate::info::Style;
use crate::info::{Info, OperationInfo, ResponseKind};
use crate::operation::Operation;
use crate::secret::Sensitive;

/// A request of an operation by its name, for operations that the crate of a product does not have.
///
/// The client signs and retries it like any other request. The value of the response is JSON;
/// [`Response::body`](crate::Response::body) has the bytes of a response that is not JSON. A response with a successful
/// HTTP status is a success whatever its fields contain, unless [`error_code`](Self::error_code) or
/// [`success`](Self::success) names the field that reports a failure.
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
    parameters: Vec<(Location, String, Value)>,
    secrets: Vec<String>,
    body: Body,
    response: ResponseKind,
    read: bool,
    idempotent: bool,
    anonymous: bool,
    sensitive_response: bool,
    error_code: Option<String>,
    success: Option<String>,
}

/// Names of parameters that are idempotency tokens wherever they occur.
const TOKENS: [&str; 3] = ["ClientToken", "clientToken", "IdempotenceToken"];

/// Where a parameter is sent, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Location {
    Query,
    QueryJson,
    QueryJoined,
    Form,
    FormJson,
    FormJoined,
    Header,
    Path,
    Host,
}

#[derive(Clone)]
enum Body {
    None,
    Json(Value),
    Text(String),
    Bytes(Bytes),
    Raw(Bytes),
    #[cfg(feature = "sls")]
    Logs(Value),
}

impl RawRequest {
    /// Creates a request of an operation that the service finds by name: `POST /`.
    pub fn rpc(name: impl Into<String>) -> Self {
        Self::new(name.into(), Style::Rpc, Method::POST, "/".into())
    }

    /// Creates a request of an operation that has its own path. `{Name}` in the path is a [path parameter](Self::path).
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
            anonymous: false,
            sensitive_response: false,
            error_code: None,
            success: None,
        }
    }

    fn with(mut self, location: Location, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.push((location, name.into(), value.into()));
        self
    }

    /// Sets the HTTP method. Default: `POST` for an operation that is found by its name.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Adds a query parameter.
    pub fn query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Query, name, value.into())
    }

    /// Adds query parameters for a JSON value: a list or an object becomes several with dotted names, such as
    /// `Tag.1.Key`. `null` is left out.
    pub fn query_value(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::Query, name, value)
    }

    /// Adds a query parameter whose value is JSON text.
    pub fn query_json(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::QueryJson, name, value)
    }

    /// Adds a query parameter whose value is a list, joined by commas.
    pub fn query_joined(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::QueryJoined, name, value)
    }

    /// Adds a field of the form body.
    pub fn form(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Form, name, value.into())
    }

    /// Adds fields of the form body for a JSON value: a list or an object becomes several with dotted names. `null` is
    /// left out.
    pub fn form_value(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::Form, name, value)
    }

    /// Adds a field of the form body whose value is JSON text.
    pub fn form_json(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::FormJson, name, value)
    }

    /// Adds a field of the form body whose value is a list, joined by commas.
    pub fn form_joined(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::FormJoined, name, value)
    }

    /// Adds a header.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Header, name, value.into())
    }

    /// Adds a header for a JSON value: a list or an object is JSON text. `null` is left out.
    pub fn header_value(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::Header, name, value)
    }

    /// Sets the value of `{name}` in the path: one segment, escaped.
    pub fn path(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Path, name, value.into())
    }

    /// Sets the value of `{name}` in the path from a JSON value; the items of a list are joined by commas.
    pub fn path_value(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::Path, name, value)
    }

    /// Adds a parameter that is the first label of the host name.
    pub fn host(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Location::Host, name, value.into())
    }

    /// Adds a parameter that is the first label of the host name, from a JSON value. `null` is no label; the operation
    /// then has the host of operations with such a parameter.
    pub fn host_value(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with(Location::Host, name, value)
    }

    /// Sets a JSON body. It replaces form fields.
    pub fn json(mut self, body: impl Into<Value>) -> Self {
        self.body = Body::Json(body.into());
        self
    }

    /// Sets a body of text with the content type of JSON. It replaces form fields.
    pub fn text(mut self, body: impl Into<String>) -> Self {
        self.body = Body::Text(body.into());
        self
    }

    /// Sets a body of bytes with the content type `application/octet-stream`, unless a header sets another one. It
    /// replaces form fields.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Body::Bytes(body.into());
        self
    }

    /// Sets a body of bytes without a content type, unless a header sets one. It replaces form fields.
    pub fn untyped_bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Body::Raw(body.into());
        self
    }

    /// Sets a body of logs of Simple Log Service, which is sent as compressed protobuf: an object with the fields
    /// `LogItems`, `LogTags`, `Topic` and `Source`. The header `x-log-compresstype` selects the compression: `lz4` (the
    /// default), `zstd` or `deflate`. Requires the feature `sls-logs`.
    #[cfg(feature = "sls")]
    pub fn logs(mut self, group: impl Into<Value>) -> Self {
        self.body = Body::Logs(group.into());
        self
    }

    /// Marks the parameter `name` as a secret. `Debug` and interceptors do not show its value, and errors redact it in
    /// the messages of the service.
    pub fn sensitive(mut self, name: impl Into<String>) -> Self {
        self.secrets.push(name.into());
        self
    }

    /// Marks the response as one that contains secrets, so that no error quotes it.
    pub fn sensitive_response(mut self) -> Self {
        self.sensitive_response = true;
        self
    }

    /// Sends the request without credentials.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Accepts a response that is not JSON: the value is `null`, and [`Response::body`](crate::Response::body) has the
    /// bytes.
    pub fn accept_any_body(mut self) -> Self {
        self.response = ResponseKind::Bytes;
        self
    }

    /// Accepts a redirect: the value is an object with the field `location`. The client does not follow redirects.
    #[cfg(feature = "pds")]
    pub fn accept_redirect(mut self) -> Self {
        self.response = ResponseKind::Redirect;
        self
    }

    /// Accepts logs of Simple Log Service as protobuf: the value is an object with the field `LogGroupList`.
    #[cfg(feature = "sls")]
    pub fn accept_logs(mut self) -> Self {
        self.response = ResponseKind::Logs;
        self
    }

    /// Declares that the operation changes nothing, so that the client retries it after any transient failure.
    pub fn read(mut self) -> Self {
        self.read = true;
        self
    }

    /// Declares that the operation can be repeated although it changes something.
    ///
    /// A request with an idempotency token needs no such declaration: a query parameter, a form field or a field of the
    /// JSON body with the name `ClientToken`, `clientToken` or `IdempotenceToken` that is not empty.
    /// [`Call::idempotent`](crate::Call::idempotent) overrides both, and [`read`](Self::read), for one call.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }
}

impl RawRequest {
    /// Names the top-level field of a response that contains the code of a failure: a code that is not empty and none
    /// of `OK`, `200`, `success` and `0` makes the response an [`ErrorKind::Service`](crate::ErrorKind::Service).
    ///
    /// Default: none, because the meaning of fields is documented per operation.
    pub fn error_code(mut self, field: impl Into<String>) -> Self {
        self.error_code = Some(field.into());
        self
    }

    /// Names the top-level field of a response that says whether the operation succeeded, usually `Success` or
    /// `success`: one that is `false` makes the response an [`ErrorKind::Service`](crate::ErrorKind::Service).
    ///
    /// Default: none, because the meaning of fields is documented per operation.
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
        parameters.any(|(_, name, value)| is_token(name) && value.as_str().is_some_and(|token| !token.is_empty()))
            || fields.any(|(name, value)| is_token(name) && value.as_str().is_some_and(|token| !token.is_empty()))
    }
}

impl Operation for RawRequest {
    type Response = Value;

    // A placeholder: each request returns its own from `info`.
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
        if self.anonymous {
            info = info.anonymous();
        }
        if self.sensitive_response {
            info = info.sensitive_response();
        }
        let is_form =
            |location: &Location| matches!(location, Location::Form | Location::FormJson | Location::FormJoined);
        match &self.body {
            Body::Json(_) => info.json(),
            Body::Text(_) => info.text(),
            Body::Bytes(_) => info.bytes(),
            Body::Raw(_) => info.raw(),
            #[cfg(feature = "sls")]
            Body::Logs(_) => info.logs(),
            Body::None if self.parameters.iter().any(|(location, ..)| is_form(location)) => info.form(),
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
                Location::QueryJson => out.query_json(name, value),
                Location::QueryJoined => out.query_joined(name, value),
                Location::Form => out.form(name, value),
                Location::FormJson => out.form_json(name, value),
                Location::FormJoined => out.form_joined(name, value),
                Location::Header => out.header(name, value),
                Location::Path => out.path(name, value),
                Location::Host => out.host(name, value),
            }
        }
        match &self.body {
            Body::None => {}
            Body::Json(value) => out.body("body", value),
            #[cfg(feature = "sls")]
            Body::Logs(value) => out.body("body", value),
            Body::Text(text) => out.body("body", text),
            Body::Bytes(bytes) | Body::Raw(bytes) => out.body("body", bytes),
        }
    }
}

// Only the caller knows whether the operation returns events.
impl ServerEvents for RawRequest {}

impl std::fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.parameters.iter().map(|(location, name, _)| format!("{location:?} {name}")).collect();
        f.debug_struct("RawRequest").field("name", &self.name).field("parameters", &names).finish_non_exhaustive()
    }
}
