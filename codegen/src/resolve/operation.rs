//! Resolves operations: protocol and body; parameters and responses are in modules.

mod checks;
mod parameters;
mod response;

use super::Resolver;
use crate::diagnostic::{self, Diagnostic};
use crate::document;
use crate::gateway::Gateway;
use crate::model::{
    Access, Body, Encoding, ErrorCode, Method, Name, Operation, OperationDocs, Owner, Parameter, Protocol, ResponseBody,
};
use checks::page_names;
use response::successful;

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
                requested: source.rust_name.as_ref().map(|name| name.value.clone()),
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

    /// Returns the content type of a request without a body: PDS signs one for operations that declare a form.
    fn content_type(&self, source: &document::Operation, protocol: &Protocol, body: Body) -> Option<String> {
        const FORM: &str = "application/x-www-form-urlencoded";
        let declared = matches!(protocol, Protocol::Roa(Method::Get, _)) && source.consumes.iter().any(|it| it == FORM);
        let signed = self.gateway == Some(Gateway::Pds) && body == Body::None && !is_anonymous(source);
        (declared && signed).then(|| format!("{FORM}; charset=UTF-8"))
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
