//! Parameters of operations: placement, encoding and type.

use crate::diagnostic::{self, Diagnostic};
use crate::document::{self, Schema};
use crate::model::{Encoding, Method, Owner, Parameter, Protocol, Shape, TypeKind};
use crate::resolve::Resolver;
use crate::resolve::schema::{SchemaContext, field};

impl<'a> Resolver<'a> {
    pub(super) fn parameters(
        &mut self,
        source: &'a document::Operation,
        protocol: &Protocol,
        owner: Owner,
    ) -> Vec<Parameter> {
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

    pub(super) fn plain<'s>(&self, shape: &'s Shape) -> &'s Shape {
        match shape {
            Shape::Sensitive(inner) => inner,
            other => other,
        }
    }

    /// Text and bytes are sent unchanged; everything else is JSON.
    pub(super) fn body_shape(&mut self, schema: &'a Schema, place: &SchemaContext) -> Shape {
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
