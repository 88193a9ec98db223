//! Idempotency tokens, and the names of parameters in queries and paths.

use crate::diagnostic::{self, Diagnostic};
use crate::document;
use crate::model::{Encoding, Parameter, Protocol, Shape};
use crate::resolve::Resolver;

impl<'a> Resolver<'a> {
    /// Returns the idempotency token: the marked parameter, or else one with a known name.
    pub(super) fn token(&mut self, source: &document::Operation, parameters: &[Parameter]) -> Option<String> {
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
    pub(super) fn check_system_names(&mut self, protocol: &Protocol, parameters: &[Parameter]) {
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
    pub(super) fn check_path(&mut self, source: &document::Operation, protocol: &Protocol, parameters: &[Parameter]) {
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

/// Returns the names of a token and of the next token in `x-pages`.
pub(super) fn page_names(source: &document::Operation) -> Vec<&str> {
    let Some(document::Pages::Named { names, .. }) = &source.pages else { return Vec::new() };
    let tokens = names.iter().filter(|(key, _)| matches!(key.as_str(), "token" | "next"));
    tokens.map(|(_, name)| name.value.rsplit('.').next().unwrap_or(&name.value)).collect()
}
