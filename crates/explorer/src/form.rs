//! An operation as JSON, from which a form is drawn.

use std::collections::{BTreeMap, VecDeque};

use alicloud_codegen::model::{Access, Docs, Encoding, Field, Model, ResponseBody, Shape, TypeId, TypeKind};
use alicloud_codegen::parameters;
use serde_json::{Value, json};

use crate::catalog::{Document, LoadedOperation};

/// Describes an operation: its documentation, its parameters, and every type that they or the response refer to.
#[must_use]
pub fn describe(document: &Document, loaded: &LoadedOperation) -> Value {
    let (model, operation) = (loaded.model(), loaded.operation());
    let mut types = Types { model, found: BTreeMap::new(), pending: VecDeque::new() };
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let mut field = types.field(&parameter.field);
            field["in"] = location(parameter.encoding).into();
            field
        })
        .collect();
    let response = match &operation.response_body {
        ResponseBody::Object(id) => types.shape(&Shape::Named(*id)),
        ResponseBody::Whole(shape) => types.shape(shape),
        ResponseBody::Bytes => json!({"kind": "bytes"}),
        ResponseBody::Empty => Value::Null,
    };
    let docs = &operation.docs;
    let codes =
        docs.error_codes.iter().map(|code| json!({"status": code.status, "code": code.code, "message": code.message}));
    let limits = docs
        .rate_limits
        .iter()
        .map(|limit| json!({"calls": limit.calls, "seconds": limit.seconds, "region": limit.region}));
    let changes = model.changes.iter().filter(|change| change.operation == operation.name.wire);
    let changes = changes.map(|change| json!({"date": change.date, "description": change.kind.description()}));
    json!({
        "product": document.product(),
        "version": document.version(),
        "title": document.title(),
        "name": operation.name.wire,
        "summary": docs.summary,
        "description": docs.text,
        "link": docs.link,
        "deprecated": docs.deprecated,
        "access": match operation.access {
            Some(Access::Read) => "read",
            Some(Access::Write) => "write",
            None => "unknown",
        },
        "idempotent": operation.idempotent,
        "paid": docs.charged,
        "highRisk": docs.high_risk,
        "pages": operation.pages.as_ref().map(|pages| json!({"items": pages.items})),
        "events": operation.events,
        "errorCodes": codes.collect::<Vec<_>>(),
        "limits": limits.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(),
        "parameters": parameters,
        "response": response,
        "types": types.all(),
        "regions": loaded.service().regions().collect::<Vec<_>>(),
        "examples": parameters::examples(model, operation),
    })
}

/// Where a parameter is sent.
fn location(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Query | Encoding::QueryJson | Encoding::QueryJoined => "query",
        Encoding::Form | Encoding::FormJson | Encoding::FormJoined => "form",
        Encoding::Header => "header",
        Encoding::Path => "path",
        Encoding::Host => "host",
        Encoding::Body | Encoding::BodyText | Encoding::BodyBytes | Encoding::BodyRaw => "body",
    }
}

struct Types<'m> {
    model: &'m Model,
    found: BTreeMap<usize, Value>,
    pending: VecDeque<TypeId>,
}

impl Types<'_> {
    fn field(&mut self, field: &Field) -> Value {
        let mut value = documented(&field.docs);
        value["name"] = field.name.wire.as_str().into();
        value["required"] = field.required.into();
        value["type"] = self.shape(&field.shape);
        value
    }

    fn shape(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Boolean => json!({"kind": "boolean"}),
            Shape::Int32 => json!({"kind": "integer", "bits": 32}),
            Shape::Int64 => json!({"kind": "integer", "bits": 64}),
            Shape::Number => json!({"kind": "number"}),
            Shape::Text => json!({"kind": "text"}),
            Shape::Timestamp => json!({"kind": "timestamp"}),
            Shape::Bytes => json!({"kind": "bytes"}),
            Shape::Json => json!({"kind": "json"}),
            Shape::List(item) => json!({"kind": "list", "item": self.shape(item)}),
            Shape::Map(item) => json!({"kind": "map", "item": self.shape(item)}),
            Shape::Sensitive(inner) => {
                let mut inner = self.shape(inner);
                inner["sensitive"] = true.into();
                inner
            }
            Shape::Named(id) => match &self.model.get(*id).kind {
                TypeKind::Enum(variants) => {
                    let values =
                        variants.iter().map(|variant| json!({"value": variant.name.wire, "title": variant.title}));
                    json!({"kind": "enum", "values": values.collect::<Vec<_>>()})
                }
                TypeKind::Object(_) => {
                    self.pending.push_back(*id);
                    json!({"kind": "object", "type": id.0})
                }
            },
        }
    }

    /// The fields of every type that was referred to, by its number.
    fn all(mut self) -> Value {
        while let Some(id) = self.pending.pop_front() {
            if self.found.contains_key(&id.0) {
                continue;
            }
            self.found.insert(id.0, Value::Null);
            let found = self.model.get(id);
            let TypeKind::Object(fields) = &found.kind else { continue };
            let fields: Vec<Value> = fields.iter().map(|field| self.field(field)).collect();
            self.found.insert(id.0, json!({"name": found.name, "fields": fields}));
        }
        self.found.into_iter().map(|(id, fields)| (id.to_string(), fields)).collect::<serde_json::Map<_, _>>().into()
    }
}

fn documented(docs: &Docs) -> Value {
    let values = docs.values.iter().map(|(value, title)| json!({"value": value, "title": title}));
    json!({
        "text": docs.text,
        "values": values.collect::<Vec<_>>(),
        "default": docs.default,
        "example": docs.example,
        "range": docs.range,
        "items": docs.items,
        "length": docs.length,
        "deprecated": docs.deprecated,
    })
}
