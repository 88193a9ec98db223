//! Resolves operations: protocol, placement, encoding, response.

use super::Resolver;
use super::schema::{SchemaContext, field};
use crate::diagnostic::{self, Diagnostic};
use crate::document::{self, Schema};
use crate::gateway::Gateway;
use crate::model::{
    Access, Body, Encoding, ErrorCode, Method, Name, Operation, OperationDocs, Owner, Parameter, Protocol,
    ResponseBody, Shape, TypeKind,
};

impl<'a> Resolver<'a> {
    /// Returns the operation; none if it cannot be called. Other problems are reported.
    pub(super) fn operation(
        &mut self,
        source: &'a document::Operation,
        style: &str,
        index: usize,
    ) -> Option<Operation> {
        let protocol = self.protocol(source, style);
        let protocol = protocol.or_else(|| self.lenient.then(|| assumed(source)))?;
        let owner = Owner::Operation(index);
        self.page_names = page_names(source);
        let parameters = self.parameters(source, &protocol, owner);
        self.check_path(source, &protocol, &parameters);
        self.check_system_names(&protocol, &parameters);
        self.check_headers(&parameters);
        let body = self.body(&parameters);
        self.in_response = true;
        let response_body = self.response(source, owner);
        self.in_response = false;
        let (error_code, success) = match &response_body {
            ResponseBody::Object(_) => (self.error_code(source), self.success(source)),
            _ => (None, None),
        };
        let token = self.token(source, &parameters);
        let access = access(source, &protocol);
        let content_type = self.content_type(source, &protocol, body);
        let body = match body {
            Body::Json if self.gateway == Some(Gateway::Sls) => body_of_sls(source),
            body => body,
        };
        let logs = self.gateway == Some(Gateway::Sls) && self.has_groups_of_logs(&response_body);
        let redirect = matches!(response_body, ResponseBody::Object(_)) && successful(source).is_none();
        Some(Operation {
            name: Name {
                wire: source.name.value.clone(),
                wanted: source.rust_name.as_ref().map(|name| name.value.clone()),
                span: source.name.span,
                ..Name::default()
            },
            method: String::new(),
            response_type: String::new(),
            protocol,
            body,
            access,
            idempotent: source.idempotent.unwrap_or_default(),
            token,
            anonymous: is_anonymous(source),
            content_type,
            redirect,
            logs,
            parameters,
            response_body,
            error_code,
            success,
            pages: None,
            sensitive_response: false,
            events: source.schemes.iter().any(|scheme| scheme == "sse"),
            docs: docs(source),
        })
    }

    fn protocol(&mut self, source: &document::Operation, style: &str) -> Option<Protocol> {
        let path = source.path.as_ref().filter(|path| !path.is_empty() && path.value != "/");
        if let Some(gateway) = self.gateway.filter(|gateway| !gateway.is_supported()) {
            let message = format!("the gateway {gateway} has its own signature, bodies and hosts");
            let help = "operations behind it cannot be generated; `info.x-gateway` says `none` where it is not used";
            self.report(Diagnostic::error(diagnostic::UNSUPPORTED_GATEWAY, source.name.span, message).help(help));
            return None;
        }
        let roa = match style {
            "RPC" => false,
            "ROA" => true,
            _ if matches!(self.gateway, Some(Gateway::Fc | Gateway::Pds | Gateway::Sls)) => true,
            // `V3` is the newer signature, and not a style: the path decides.
            "V3" => path.is_some(),
            other => {
                let message = format!("style `{other}` is a gateway with its own signature");
                let help = "operations of the styles RPC, ROA and V3 can be generated";
                self.report(Diagnostic::error(diagnostic::UNSUPPORTED_GATEWAY, source.name.span, message).help(help));
                return None;
            }
        };
        let fixed = path.filter(|path| roa && path.value.contains('?') && self.gateway != Some(Gateway::Sls));
        if let Some(fixed) = fixed {
            let message = format!("the path `{}` has a query, which only a gateway understands", fixed.value);
            let help = "name the gateway in `info.x-gateway`; without one, the part after `?` is a parameter";
            self.report(Diagnostic::error(diagnostic::UNSUPPORTED_GATEWAY, fixed.span, message).help(help));
            return None;
        }
        // The vendor's SDKs call both styles by POST if it is listed, in any order.
        let preferred = source.methods.iter().find(|method| method.eq_ignore_ascii_case("post"));
        let Some(chosen) = preferred.or(source.methods.first()) else {
            return Some(if roa {
                Protocol::Roa(Method::Get, path.map_or("/", |path| &path.value).to_owned())
            } else {
                Protocol::Rpc(Method::Post)
            });
        };
        let method = match chosen.to_ascii_lowercase().as_str() {
            "get" => Method::Get,
            "post" => Method::Post,
            "put" => Method::Put,
            "delete" => Method::Delete,
            "patch" => Method::Patch,
            "head" => Method::Head,
            other => {
                let message = format!("unknown HTTP method `{other}`");
                let help = "the methods are get, post, put, delete, patch and head";
                self.report(Diagnostic::error(diagnostic::UNKNOWN_METHOD, chosen.span, message).help(help));
                return None;
            }
        };
        Some(match (roa, path) {
            (true, path) => Protocol::Roa(method, path.map_or("/", |path| &path.value).to_owned()),
            (false, _) => Protocol::Rpc(method),
        })
    }

    fn parameters(&mut self, source: &'a document::Operation, protocol: &Protocol, owner: Owner) -> Vec<Parameter> {
        let mut kept: Vec<&document::Parameter> = Vec::new();
        let names: Vec<&str> = source.parameters.iter().map(|parameter| parameter.name.value.as_str()).collect();
        let mut parameters = Vec::new();
        for parameter in &source.parameters {
            if let Some(first) = kept.iter().find(|first| first.name.value == parameter.name.value) {
                self.merge(first, parameter);
                continue;
            }
            kept.push(parameter);
            let placement = self.placement(parameter, protocol).or(self.lenient.then_some(Placement::Query));
            let Some(placement) = placement else { continue };
            let shape = match placement {
                Placement::Body => self
                    .body_shape(&parameter.schema, &SchemaContext { owner, path: vec![parameter.name.value.clone()] }),
                _ => {
                    let place = SchemaContext { owner, path: Vec::new() };
                    self.member_shape(&parameter.name, &parameter.schema, &names, &place)
                }
            };
            let encoding = self.encoding(parameter, placement, &shape).or(self.lenient.then_some(Encoding::Query));
            let Some(encoding) = encoding else { continue };
            let mut field = field(&parameter.name, &parameter.schema, shape);
            // A parameter that is listed twice is required if either says so, because the wire format is the same.
            let again = source.parameters.iter().filter(|again| again.name.value == parameter.name.value);
            field.required |= again.into_iter().any(|again| again.schema.required);
            field.required |= encoding == Encoding::Path;
            parameters.push(Parameter { field, encoding });
        }
        parameters
    }

    /// Drops a repeated parameter, and reports differences.
    fn merge(&mut self, first: &document::Parameter, again: &document::Parameter) {
        let name = &again.name.value;
        let differs = difference(first, again);
        if let Some(what) = differs {
            let message = format!("the parameter `{name}` is listed twice and contradicts itself: {what}");
            let help = "remove one of the two, or correct the document with an overlay";
            self.report(Diagnostic::error(diagnostic::CONFLICTING_PARAMETER, again.name.span, message).help(help));
            return;
        }
        let (message, help) = if first.schema.required == again.schema.required {
            (format!("the parameter `{name}` is listed twice; one is kept"), "remove one of the two; they say the same")
        } else {
            let (first, again) = (first.schema.required, again.schema.required);
            let what = format!("`required` is `{first}` first and `{again}` here, so it is taken as required");
            (format!("the parameter `{name}` is listed twice: {what}"), "remove the one that is wrong")
        };
        self.report(Diagnostic::warning(diagnostic::DUPLICATE_PARAMETER, again.name.span, message).help(help));
    }

    fn placement(&mut self, parameter: &document::Parameter, protocol: &Protocol) -> Option<Placement> {
        let placement = match parameter.place.value.as_str() {
            "query" => Placement::Query,
            // A request without a body has no form.
            "formData" if matches!(protocol, Protocol::Rpc(Method::Get) | Protocol::Roa(Method::Get, _)) => {
                Placement::Query
            }
            "formData" => Placement::Form,
            "header" => Placement::Header,
            "path" if self.is_host_label(parameter, protocol) => Placement::Host,
            "path" if matches!(protocol, Protocol::Roa(..)) => Placement::Path,
            "host" if self.gateway.is_some() => Placement::Host,
            "host" => {
                let message = format!("the parameter `{}` is a part of the host", parameter.name.value);
                let help = "only the gateways FC, OSS, PDS and SLS have such hosts; name it in `info.x-gateway`";
                let span = parameter.place.span;
                self.report(Diagnostic::error(diagnostic::UNSUPPORTED_GATEWAY, span, message).help(help));
                return None;
            }
            "body" => Placement::Body,
            "path" => {
                let message =
                    format!("the parameter `{}` belongs into a path, and the operation has none", parameter.name.value);
                let help = "the parameters of an RPC operation are in `query`, `formData`, `body` or `header`";
                self.report(Diagnostic::error(diagnostic::UNKNOWN_PLACE, parameter.place.span, message).help(help));
                return None;
            }
            other => {
                let message = format!("unknown placement `{other}` of the parameter `{}`", parameter.name.value);
                let help = "`in` is one of query, formData, path, header, body and host";
                self.report(Diagnostic::error(diagnostic::UNKNOWN_PLACE, parameter.place.span, message).help(help));
                return None;
            }
        };
        Some(placement)
    }

    /// Whether a path parameter without a place in the path is the first label of the host.
    fn is_host_label(&self, parameter: &document::Parameter, protocol: &Protocol) -> bool {
        let Protocol::Roa(_, path) = protocol else { return false };
        let name = &parameter.name.value;
        self.gateway.is_some_and(|gateway| gateway.host_parameter() == name) && !path.contains(&format!("{{{name}}}"))
    }

    fn encoding(&mut self, parameter: &document::Parameter, placement: Placement, shape: &Shape) -> Option<Encoding> {
        let style = parameter.style.as_deref();
        if let Some(xml) = parameter.style.as_ref().filter(|style| style.value == "xml") {
            let message = format!("the parameter `{}` is XML", parameter.name.value);
            let help = "only the gateway OSS uses XML, and it is not supported";
            self.report(Diagnostic::error(diagnostic::UNSUPPORTED_GATEWAY, xml.span, message).help(help));
            return None;
        }
        let Some(known) = Style::of(style) else {
            let span = parameter.style.as_ref().map_or(parameter.span, |style| style.span);
            let message =
                format!("unknown style `{}` of the parameter `{}`", style.unwrap_or_default(), parameter.name.value);
            let help = "`style` is one of repeatList, flat, json and simple, or absent";
            self.report(Diagnostic::error(diagnostic::UNKNOWN_STYLE, span, message).help(help));
            return None;
        };
        // A single text or number is unchanged in any style; an untyped value is JSON.
        let (list, scalar) = match self.plain(shape) {
            Shape::List(_) => (true, false),
            Shape::Map(_) | Shape::Json => (false, false),
            Shape::Named(id) => (false, matches!(self.types[id.0].kind, TypeKind::Enum(_))),
            _ => (false, true),
        };
        let untyped = *self.plain(shape) == Shape::Json;
        let style = match known {
            _ if scalar => Style::Flat,
            Style::Flat if untyped => Style::Json,
            Style::Simple if !list => Style::Flat,
            style => style,
        };
        Some(match (placement, style) {
            (Placement::Query, Style::Flat) => Encoding::Query,
            (Placement::Query, Style::Json) => Encoding::QueryJson,
            (Placement::Query, Style::Simple) => Encoding::QueryJoined,
            (Placement::Form, Style::Flat) => Encoding::Form,
            (Placement::Form, Style::Json) => Encoding::FormJson,
            (Placement::Form, Style::Simple) => Encoding::FormJoined,
            (Placement::Header, _) => Encoding::Header,
            (Placement::Path, _) => Encoding::Path,
            (Placement::Host, _) => Encoding::Host,
            (Placement::Body, _) => match self.plain(shape) {
                Shape::Text => Encoding::BodyText,
                Shape::Bytes if self.is_format(&parameter.schema, "byte") => Encoding::BodyRaw,
                Shape::Bytes => Encoding::BodyBytes,
                _ => Encoding::Body,
            },
        })
    }

    fn plain<'s>(&self, shape: &'s Shape) -> &'s Shape {
        match shape {
            Shape::Sensitive(inner) => inner,
            other => other,
        }
    }

    /// Text and bytes are sent unchanged; everything else is JSON.
    fn body_shape(&mut self, schema: &'a Schema, place: &SchemaContext) -> Shape {
        let target = self.behind(schema);
        match target.and_then(|target| target.kind.as_deref()) {
            Some("string") if self.is_format(schema, "binary") || self.is_format(schema, "byte") => Shape::Bytes,
            Some("string") => Shape::Text,
            Some("file") => Shape::Bytes,
            _ => self.shape(schema, place),
        }
    }

    /// Whether the schema has this format, following references.
    fn is_format(&self, schema: &'a Schema, format: &str) -> bool {
        self.behind(schema).is_some_and(|target| target.format.as_deref() == Some(format))
    }

    fn body(&mut self, parameters: &[Parameter]) -> Body {
        let kind = |parameter: &Parameter| match parameter.encoding {
            Encoding::Body => Some(Body::Json),
            Encoding::BodyText => Some(Body::Text),
            Encoding::BodyBytes => Some(Body::Bytes),
            Encoding::BodyRaw => Some(Body::Raw),
            _ => None,
        };
        let mut bodies = parameters.iter().filter(|parameter| kind(parameter).is_some());
        let form = parameters
            .iter()
            .find(|p| matches!(p.encoding, Encoding::Form | Encoding::FormJson | Encoding::FormJoined));
        let first = bodies.next();
        for clash in bodies.chain(form.filter(|_| first.is_some())) {
            let message = format!("the operation has a body already, so `{}` cannot be sent", clash.field.name.wire);
            let help = "one parameter in `body`, or any number in `formData`, but not both";
            self.report(Diagnostic::error(diagnostic::BODY_CONFLICT, clash.field.name.span, message).help(help));
        }
        let without = if form.is_some() { Body::Form } else { Body::None };
        first.and_then(kind).unwrap_or(without)
    }

    /// Whether a response has the member in which SLS returns groups of logs, as protobuf or JSON.
    fn has_groups_of_logs(&self, response: &ResponseBody) -> bool {
        let ResponseBody::Object(id) = response else { return false };
        let TypeKind::Object(fields) = &self.types[id.0].kind else { return false };
        fields.iter().any(|field| field.name.wire == "LogGroupList")
    }

    /// Returns the content type of a request without a body: PDS signs one for operations that declare a form.
    fn content_type(&self, source: &document::Operation, protocol: &Protocol, body: Body) -> Option<String> {
        const FORM: &str = "application/x-www-form-urlencoded";
        let declared = matches!(protocol, Protocol::Roa(Method::Get, _)) && source.consumes.iter().any(|it| it == FORM);
        let signed = self.gateway == Some(Gateway::Pds) && body == Body::None && !is_anonymous(source);
        (declared && signed).then(|| format!("{FORM}; charset=UTF-8"))
    }

    /// Returns the idempotency token: the marked parameter, or else one with a known name.
    fn token(&mut self, source: &document::Operation, parameters: &[Parameter]) -> Option<String> {
        let resolved = |marked: &document::Parameter| {
            parameters.iter().find(|parameter| parameter.field.name.wire == marked.name.value)
        };
        let mut marked = source.parameters.iter().filter(|parameter| parameter.token == Some(true));
        if let Some(first) = marked.next() {
            let token = resolved(first).filter(|parameter| is_token(parameter));
            if token.is_none() {
                let message = format!("the parameter `{}` cannot be an idempotency token", first.name.value);
                let help = "a token is a text in `query`, `formData` or `header`";
                self.report(Diagnostic::error(diagnostic::BAD_TOKEN, first.name.span, message).help(help));
            }
            for again in marked.filter(|again| again.name.value != first.name.value) {
                let message = format!("the operation has an idempotency token already, `{}`", first.name.value);
                let help = "mark the one parameter whose value the service compares";
                self.report(Diagnostic::error(diagnostic::BAD_TOKEN, again.name.span, message).help(help));
            }
            // A required token is the caller's, because an empty text would not be a token.
            return token.filter(|token| !token.field.required).map(|token| token.field.name.wire.clone());
        }
        let off = |name: &str| source.parameters.iter().any(|p| p.token == Some(false) && p.name.value == name);
        let token = parameters.iter().find(|parameter| {
            let wire = &parameter.field.name.wire;
            TOKENS.iter().any(|name| wire.eq_ignore_ascii_case(name))
                && is_token(parameter)
                && !parameter.field.required
                && !off(wire)
        });
        token.map(|token| token.field.name.wire.clone())
    }

    /// With the HMAC-SHA1 signature, an operation that is identified by name has its system parameters in the query,
    /// and the signature covers each name once.
    fn check_system_names(&mut self, protocol: &Protocol, parameters: &[Parameter]) {
        if !matches!(protocol, Protocol::Rpc(_)) {
            return;
        }
        for parameter in parameters {
            let name = &parameter.field.name;
            let beside = matches!(
                parameter.encoding,
                Encoding::Query
                    | Encoding::QueryJson
                    | Encoding::QueryJoined
                    | Encoding::Form
                    | Encoding::FormJson
                    | Encoding::FormJoined
            );
            if beside && SYSTEM.contains(&name.wire.as_str()) {
                let message = format!("the parameter `{}` has the name of a system parameter of HMAC-SHA1", name.wire);
                let help = "calls that set it need the V3 signature, whose system parameters are headers";
                self.report(Diagnostic::warning(diagnostic::SYSTEM_PARAMETER, name.span, message).help(help));
            }
        }
    }

    /// Checks that every placeholder of the path has a parameter, and the reverse.
    fn check_path(&mut self, source: &document::Operation, protocol: &Protocol, parameters: &[Parameter]) {
        let Protocol::Roa(_, path) = protocol else { return };
        let span = source.path.as_ref().map_or(source.name.span, |path| path.span);
        let placeholders = match placeholders(path) {
            Ok(placeholders) => placeholders,
            Err(message) => {
                let message = format!("the path `{path}` {message}");
                let help = "each place has the form `{Name}`, with the name of a path parameter";
                self.report(Diagnostic::error(diagnostic::PATH_MISMATCH, span, message).help(help));
                return;
            }
        };
        for name in &placeholders {
            let matching = parameters.iter().any(|p| p.encoding == Encoding::Path && p.field.name.wire == *name);
            if !matching {
                let message =
                    format!("the path `{path}` has a place for `{name}`, and no path parameter has that name");
                let near = source.parameters.iter().find(|parameter| parameter.name.value == *name);
                let help = match near {
                    Some(near) => {
                        format!("the parameter `{name}` is declared in `{}`; it must be in `path`", near.place.value)
                    }
                    None => format!("declare a parameter `{name}` in `path`"),
                };
                self.report(Diagnostic::error(diagnostic::PATH_MISMATCH, span, message).help(help));
            }
        }
        for parameter in parameters.iter().filter(|parameter| parameter.encoding == Encoding::Path) {
            let name = &parameter.field.name;
            if !placeholders.contains(&name.wire.as_str()) {
                let message = format!("the path `{path}` has no place for the path parameter `{}`", name.wire);
                let help = format!("put `{{{}}}` into the path, or the parameter into `query`", name.wire);
                self.report(Diagnostic::error(diagnostic::PATH_MISMATCH, name.span, message).help(help));
            }
        }
    }

    /// Returns the field of a successful response that contains the code of a failure.
    fn error_code(&self, source: &'a document::Operation) -> Option<String> {
        let mut fields = self.success_fields(source);
        fields.find(|(_, schema)| schema.error_code == Some(true)).map(|(name, _)| name.value.clone())
    }

    /// Returns the fields of successful responses.
    pub(super) fn success_fields(
        &self,
        source: &'a document::Operation,
    ) -> impl Iterator<Item = &'a (document::Text, Schema)> {
        let responses = source.responses.iter().filter(|response| response.status.value.starts_with('2'));
        let schemas = responses.filter_map(|response| self.behind(response.schema.as_ref()?));
        schemas.flat_map(|schema| &schema.properties)
    }

    /// Returns the field of a successful response that says whether the operation succeeded: the marked one, or else
    /// one with the usual name that is not marked otherwise.
    fn success(&self, source: &'a document::Operation) -> Option<String> {
        let fields: Vec<_> = self.success_fields(source).collect();
        let marked = fields.iter().find(|(_, schema)| schema.success == Some(true));
        let named = |name: &str| {
            fields.iter().find(move |(field, schema)| field.value == name && schema.success != Some(false))
        };
        let found = marked.or_else(|| named("Success")).or_else(|| named("success"))?;
        Some(found.0.value.clone())
    }

    /// Returns the response of an operation that only redirects: an object with the target. Only the gateway PDS has
    /// such operations.
    fn redirect(&mut self, source: &'a document::Operation, owner: Owner) -> Option<ResponseBody> {
        let mut locations = source.responses.iter().filter_map(|response| response.location.as_ref());
        let (name, schema) = locations.next().filter(|_| self.gateway == Some(Gateway::Pds))?;
        let id = self.reserve(schema, &SchemaContext { owner, path: vec!["Response".to_owned()] });
        // The runtime gives the target this name.
        let name = document::Text { value: "location".to_owned(), span: name.span };
        self.types[id.0].kind = TypeKind::Object(vec![field(&name, schema, Shape::Text)]);
        Some(ResponseBody::Object(id))
    }

    fn response(&mut self, source: &'a document::Operation, owner: Owner) -> ResponseBody {
        let success = successful(source);
        let Some(success) = success else {
            if let Some(redirect) = self.redirect(source, owner) {
                return redirect;
            }
            let message = "no successful response is documented; the response is taken to be empty";
            let help = "describe the response under `responses`, as that of status 200; without a schema it is empty";
            self.report(Diagnostic::warning(diagnostic::NO_RESPONSE, source.name.span, message).help(help));
            return ResponseBody::Empty;
        };
        let Some(mut schema) = success.schema.as_ref() else { return ResponseBody::Empty };
        let place = SchemaContext { owner, path: vec!["Response".to_owned()] };
        let mut hops = 0;
        while let Some(reference) = &schema.reference {
            let Some((_, target)) = self.target(reference) else { return ResponseBody::Empty };
            hops += 1;
            if hops > self.schemas.len() {
                let message = "the references of the response form a cycle without data";
                let help = "one of the schemas in the cycle must have a `type`";
                self.report(Diagnostic::error(diagnostic::REFERENCE_CYCLE, reference.span, message).help(help));
                return ResponseBody::Empty;
            }
            schema = target;
        }
        let bytes =
            matches!(schema.format.as_deref(), Some("binary" | "byte")) || schema.kind.as_deref() == Some("file");
        let text = matches!(schema.kind.as_deref(), Some("string" | "file"));
        if text && bytes {
            return ResponseBody::Bytes;
        }
        let object = matches!(schema.kind.as_deref(), Some("object") | None);
        if object && !schema.properties.is_empty() {
            return ResponseBody::Object(self.object_type(schema, &place));
        }
        match self.shape(schema, &SchemaContext { owner, path: vec!["Body".to_owned()] }) {
            // A body that is text is unchanged.
            Shape::Timestamp => ResponseBody::Whole(Shape::Text),
            shape => ResponseBody::Whole(shape),
        }
    }
}

/// Returns the format of a body behind SLS that the document declares as JSON: a group of logs is protobuf, and a body
/// that refers to a schema is left out if it is absent.
fn body_of_sls(source: &document::Operation) -> Body {
    let mut bodies = source.parameters.iter().filter(|parameter| parameter.place.value == "body");
    match bodies.find_map(|parameter| parameter.schema.reference.as_ref()) {
        Some(reference) if reference.rsplit('/').next() == Some("LogGroup") => Body::Logs,
        Some(_) => Body::OptionalJson,
        None => Body::Json,
    }
}

/// Whether an operation is called without credentials.
fn is_anonymous(source: &document::Operation) -> bool {
    source.security.iter().any(|style| style == "Anonymous")
}

/// Returns the protocol of an operation with errors, as far as path and methods determine it.
fn assumed(source: &document::Operation) -> Protocol {
    let known = source.methods.iter().find_map(|method| match method.to_ascii_lowercase().as_str() {
        "get" => Some(Method::Get),
        "put" => Some(Method::Put),
        "delete" => Some(Method::Delete),
        "patch" => Some(Method::Patch),
        "head" => Some(Method::Head),
        "post" => Some(Method::Post),
        _ => None,
    });
    let method = known.unwrap_or(Method::Post);
    match &source.path {
        Some(path) => Protocol::Roa(method, path.value.clone()),
        None => Protocol::Rpc(method),
    }
}

/// Returns the successful response: of those with a body, or else of all, preferably that of status 200.
fn successful(source: &document::Operation) -> Option<&document::Response> {
    let successes = || source.responses.iter().filter(|response| response.status.value.starts_with('2'));
    let full = || successes().filter(|response| response.schema.is_some());
    let plain = |response: &&document::Response| response.status.value == "200";
    full().find(plain).or_else(|| full().next()).or_else(|| successes().find(plain)).or_else(|| successes().next())
}

/// The names of idempotency tokens in the vendor's documents.
const TOKENS: [&str; 2] = ["ClientToken", "IdempotenceToken"];

/// The query parameters of the HMAC-SHA1 signature of an operation that is identified by name.
const SYSTEM: [&str; 12] = [
    "AccessKeyId",
    "Action",
    "BearerToken",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// Whether a parameter can contain an idempotency token.
fn is_token(parameter: &Parameter) -> bool {
    let text = match &parameter.field.shape {
        Shape::Sensitive(inner) => **inner == Shape::Text,
        shape => *shape == Shape::Text,
    };
    text && matches!(parameter.encoding, Encoding::Query | Encoding::Form | Encoding::Header)
}

/// The placement of a parameter.
#[derive(Clone, Copy)]
enum Placement {
    Query,
    Form,
    Header,
    Path,
    Host,
    Body,
}

/// The style of a list or an object; `repeatList` and `flat` are the same.
#[derive(Clone, Copy)]
enum Style {
    Flat,
    Json,
    Simple,
}

impl Style {
    fn of(style: Option<&str>) -> Option<Self> {
        match style {
            None | Some("repeatList" | "flat" | "struct") => Some(Self::Flat),
            Some("json") => Some(Self::Json),
            Some("simple") => Some(Self::Simple),
            Some(_) => None,
        }
    }
}

/// Returns the names in braces, in order.
fn placeholders(path: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(open) = rest.find(['{', '}']) {
        let Some(inner) = rest[open..].strip_prefix('{') else { return Err("closes a brace that is not open") };
        let Some(close) = inner.find(['{', '}']).filter(|at| inner[*at..].starts_with('}')) else {
            return Err("has a brace that is not closed");
        };
        if close == 0 {
            return Err("has a place without a name");
        }
        names.push(&inner[..close]);
        rest = &inner[close + 1..];
    }
    Ok(names)
}

/// Returns the difference between two definitions of a parameter on the wire, with both sides quoted.
fn difference(first: &document::Parameter, again: &document::Parameter) -> Option<String> {
    let text = |text: &Option<document::Text>| text.as_ref().map_or("none", |text| &text.value).to_owned();
    let pairs = [
        ("in", first.place.value.clone(), again.place.value.clone()),
        ("style", text(&first.style), text(&again.style)),
        ("type", text(&first.schema.kind), text(&again.schema.kind)),
    ];
    if let Some((key, first, again)) = pairs.into_iter().find(|(_, first, again)| first != again) {
        return Some(format!("`{key}` is `{first}` first and `{again}` here"));
    }
    (!same_type(&first.schema, &again.schema)).then(|| "the types differ inside".to_owned())
}

fn same_type(first: &Schema, again: &Schema) -> bool {
    let text = |text: &Option<document::Text>| text.as_ref().map(|text| text.value.clone());
    let inner = |first: &Option<Box<Schema>>, again: &Option<Box<Schema>>| match (first, again) {
        (Some(first), Some(again)) => same_type(first, again),
        (None, None) => true,
        _ => false,
    };
    text(&first.reference) == text(&again.reference)
        && text(&first.kind) == text(&again.kind)
        && first.format == again.format
        && first.properties.len() == again.properties.len()
        && first.properties.iter().zip(&again.properties).all(|((first_name, first), (again_name, again))| {
            first_name.value == again_name.value && same_type(first, again)
        })
        && inner(&first.items, &again.items)
        && inner(&first.additional, &again.additional)
}

/// Returns the names of a token and of the next token in `x-pages`.
fn page_names(source: &document::Operation) -> Vec<&str> {
    let Some(document::Pages::Named { names, .. }) = &source.pages else { return Vec::new() };
    let tokens = names.iter().filter(|(key, _)| matches!(key.as_str(), "token" | "next"));
    tokens.map(|(_, name)| name.value.rsplit('.').next().unwrap_or(&name.value)).collect()
}

fn access(source: &document::Operation, protocol: &Protocol) -> Option<Access> {
    let tag = source.tag.as_ref().map(|tag| tag.value.as_str());
    let kind = source.kind.as_ref().map(|kind| kind.value.as_str());
    match (kind, tag) {
        (Some("read"), _) => Some(Access::Read),
        (Some("write" | "readAndWrite"), _) => Some(Access::Write),
        (_, Some("get" | "list" | "read")) => Some(Access::Read),
        (_, Some("create" | "update" | "delete" | "write")) => Some(Access::Write),
        // The method of an RPC operation means nothing: every operation is called by POST, and most accept GET.
        _ if matches!(protocol, Protocol::Roa(Method::Get | Method::Head, _)) => Some(Access::Read),
        _ => None,
    }
}

fn docs(source: &document::Operation) -> OperationDocs {
    OperationDocs {
        summary: source.summary.clone().or_else(|| source.title.clone()),
        text: source.description.clone(),
        permissions: source.permissions.clone(),
        rate_limits: source.rate_limits.clone(),
        charged: source.charged,
        high_risk: source.high_risk,
        error_codes: source.error_codes.iter().map(error_code).collect(),
        link: source.documentation.clone(),
        deprecated: source.deprecated,
    }
}

pub(super) fn error_code(code: &document::ErrorCode) -> ErrorCode {
    ErrorCode {
        status: code.status.clone(),
        code: code.code.clone(),
        rust: String::new(),
        message: code.message.clone(),
    }
}
