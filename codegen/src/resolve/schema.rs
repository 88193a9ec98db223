//! Resolves schemas to shapes and types.

use std::borrow::Cow;

use super::Resolver;
use crate::diagnostic::{self, Diagnostic};
use crate::document::{self, Schema};
use crate::model::{Docs, Field, Name, Owner, Shape, Type, TypeId, TypeKind, Variant};
use crate::singular::singular;
use crate::spelling::nearest;

/// The maximum depth of lists, maps and objects in one type, following references, counted in the steps of the compiler
/// and rustdoc when they prove that a value is `Send`. Both give up after 128 steps, some of which are outside of the
/// type.
pub(super) const DEPTH_LIMIT: usize = 100;

/// The steps through one level: most are those of a map, whose nodes contain each other.
pub(super) const MAP_DEPTH: usize = 8;
pub(super) const LIST_DEPTH: usize = 3;
pub(super) const OBJECT_DEPTH: usize = 2;

/// The context of a schema: the owner of its types, and the path of wire names.
#[derive(Clone)]
pub(super) struct SchemaContext {
    pub owner: Owner,
    pub path: Vec<String>,
}

impl SchemaContext {
    pub(super) fn inner(&self, name: &str) -> Self {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        Self { owner: self.owner, path }
    }
}

impl<'a> Resolver<'a> {
    /// Returns the shape of a schema. If there is a problem, it is reported and the shape is any JSON value.
    pub(super) fn shape(&mut self, schema: &'a Schema, context: &SchemaContext) -> Shape {
        let depth = depth(schema);
        if self.depth + depth > DEPTH_LIMIT {
            let message = format!(
                "the type is nested too deeply for the compiler: the maximum is {} objects, {} lists or {} maps",
                DEPTH_LIMIT / OBJECT_DEPTH,
                DEPTH_LIMIT / LIST_DEPTH,
                DEPTH_LIMIT / MAP_DEPTH
            );
            let help =
                "move the inner part to an object with `properties` in `components.schemas`, and refer to it by `$ref`";
            self.report(Diagnostic::error(diagnostic::TOO_DEEP, schema.span, message).help(help));
            return Shape::Json;
        }
        self.depth += depth;
        let shape = self.bare_shape(schema, context);
        self.depth -= depth;
        match shape {
            Shape::Sensitive(inner) if schema.sensitive == Some(false) => *inner,
            Shape::Sensitive(_) => shape,
            _ if schema.sensitive == Some(true) => Shape::Sensitive(Box::new(shape)),
            _ => shape,
        }
    }

    fn bare_shape(&mut self, schema: &'a Schema, context: &SchemaContext) -> Shape {
        if let Some(reference) = &schema.reference {
            return self.reference(reference);
        }
        let format = schema.format.as_deref().unwrap_or_default();
        match schema.kind.as_deref() {
            Some("boolean") => Shape::Boolean,
            Some("integer" | "int" | "long") if format == "int32" => Shape::Int32,
            Some("integer" | "int" | "long") => Shape::Int64,
            Some("number" | "float" | "double") => Shape::Number,
            Some("string") if !schema.values.is_empty() => self.enumeration(schema, context),
            Some("string") if super::date::is_date_time(schema) => Shape::Timestamp,
            Some("string" | "file" | "date" | "datetime") => Shape::Text,
            Some("array") => match &schema.items {
                Some(items) => Shape::List(Box::new(self.shape(items, &singular_context(context)))),
                None => Shape::List(Box::new(Shape::Json)),
            },
            Some("object") => self.object(schema, context),
            Some("any") => Shape::Json,
            None if !schema.properties.is_empty() || schema.additional.is_some() => self.object(schema, context),
            None if schema.items.is_some() => {
                let items = schema.items.as_deref().map(|items| self.shape(items, &singular_context(context)));
                Shape::List(Box::new(items.unwrap_or(Shape::Json)))
            }
            None => Shape::Json,
            Some(other) => {
                let span = schema.kind.as_ref().map_or(schema.span, |kind| kind.span);
                let help = "the types are string, integer, number, boolean, array, object and any";
                let message = format!("unknown type `{other}`");
                self.report(Diagnostic::error(diagnostic::UNKNOWN_TYPE, span, message).help(help));
                Shape::Json
            }
        }
    }

    fn object(&mut self, schema: &'a Schema, context: &SchemaContext) -> Shape {
        if schema.properties.is_empty() {
            return match &schema.additional {
                Some(values) => Shape::Map(Box::new(self.shape(values, &singular_context(context)))),
                None => Shape::Json,
            };
        }
        Shape::Named(self.object_type(schema, context))
    }

    /// Creates a type with the schema's properties as fields.
    pub(super) fn object_type(&mut self, schema: &'a Schema, context: &SchemaContext) -> TypeId {
        if context.owner == Owner::Shared {
            return self.shared_type(schema, context).unwrap_or_else(|id| {
                self.pending.push_back((id, schema));
                id
            });
        }
        let id = self.reserve(schema, context);
        let fields = self.fields(schema, context);
        self.types[id.0].kind = TypeKind::Object(fields);
        id
    }

    /// Returns the type of a shared schema, or reserves one.
    fn shared_type(&mut self, schema: &'a Schema, context: &SchemaContext) -> Result<TypeId, TypeId> {
        if let Some(id) = self.shared.get(&std::ptr::from_ref(schema)) {
            return Ok(*id);
        }
        let id = self.reserve(schema, context);
        self.shared.insert(schema, id);
        Err(id)
    }

    fn enumeration(&mut self, schema: &'a Schema, context: &SchemaContext) -> Shape {
        let id = match context.owner {
            Owner::Shared => match self.shared_type(schema, context) {
                Ok(id) => return Shape::Named(id),
                Err(id) => id,
            },
            Owner::Operation(_) => self.reserve(schema, context),
        };
        let variant = |value: &document::Value| Variant {
            name: Name {
                wire: value.text.value.clone(),
                requested: value.rust_name.clone(),
                span: value.text.span,
                ..Name::default()
            },
            title: value.title.clone(),
        };
        self.types[id.0].kind = TypeKind::Enum(schema.values.iter().map(variant).collect());
        Shape::Named(id)
    }

    pub(super) fn reserve(&mut self, schema: &Schema, context: &SchemaContext) -> TypeId {
        let id = TypeId(self.types.len());
        self.types.push(Type {
            name: String::new(),
            requested: schema.rust_type.as_ref().map(|name| name.value.clone()),
            path: context.path.clone(),
            owner: context.owner,
            kind: TypeKind::Object(Vec::new()),
            docs: docs(schema, false),
            in_request: false,
            in_response: false,
            parent: None,
            span: schema.span,
        });
        id
    }

    pub(super) fn fields(&mut self, schema: &'a Schema, context: &SchemaContext) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::with_capacity(schema.properties.len());
        let names: Vec<&str> = schema.properties.iter().map(|(name, _)| name.value.as_str()).collect();
        for (name, property) in &schema.properties {
            if fields.iter().any(|field| field.name.wire == name.value) {
                continue;
            }
            let shape = self.member_shape(name, property, &names, context);
            fields.push(field(name, property, shape));
        }
        fields
    }

    /// Returns the shape of `#/components/schemas/…`.
    fn reference(&mut self, reference: &'a document::Text) -> Shape {
        let Some((name, target)) = self.target(reference) else { return Shape::Json };
        if self.aliases.contains(&name) {
            // A list or map of itself has no Rust type, so its inner part is any JSON value.
            if self.is_hollow(target) {
                let message = format!("the references from `{name}` form a cycle without data");
                let help = "one of the schemas in the cycle must have a `type`";
                self.report(Diagnostic::error(diagnostic::REFERENCE_CYCLE, reference.span, message).help(help));
            }
            return Shape::Json;
        }
        self.aliases.push(name);
        let shape = self.shape(target, &SchemaContext { owner: Owner::Shared, path: vec![name.to_owned()] });
        self.aliases.pop();
        shape
    }

    /// Whether a schema consists of references in a cycle.
    fn is_hollow(&self, schema: &'a Schema) -> bool {
        self.behind(schema).is_none()
    }

    /// Returns the schema at the end of the references; none if they form a cycle.
    pub(super) fn behind(&self, mut schema: &'a Schema) -> Option<&'a Schema> {
        for _ in 0..=self.schemas.len() {
            let next = schema.reference.as_ref().and_then(|next| self.schemas.get(&*schema_name(next)));
            let Some(next) = next else { return Some(schema) };
            schema = next;
        }
        None
    }

    /// Returns the schema of a reference, or reports a problem.
    pub(super) fn target(&mut self, reference: &'a document::Text) -> Option<(&'a str, &'a Schema)> {
        let name = schema_name(reference);
        let found = self.schemas.get_key_value(&*name).map(|(name, schema)| (*name, *schema));
        if found.is_none() {
            let message = format!("the document has no schema `{}`", reference.value);
            // Names with the same distance are compared in order, so that the result is deterministic.
            let mut known: Vec<&str> = self.schemas.keys().copied().collect();
            known.sort_unstable();
            let help = match nearest(&name, known) {
                Some(near) => format!("did you mean `#/components/schemas/{near}`?"),
                None => "references have the form `#/components/schemas/Name`".to_owned(),
            };
            self.report(Diagnostic::error(diagnostic::DANGLING_REFERENCE, reference.span, message).help(help));
        }
        found
    }
}

/// Returns the number of steps through the contents of a schema.
fn depth(schema: &Schema) -> usize {
    match schema.kind.as_deref() {
        _ if schema.reference.is_some() => 0,
        Some("array") => LIST_DEPTH,
        Some("object") | None if !schema.properties.is_empty() => OBJECT_DEPTH,
        Some("object") | None if schema.additional.is_some() => MAP_DEPTH,
        None if schema.items.is_some() => LIST_DEPTH,
        _ => 0,
    }
}

/// Returns the name in `#/components/schemas/Name`, decoded as a JSON Pointer in a URL fragment; a bare name is
/// accepted.
fn schema_name(reference: &str) -> Cow<'_, str> {
    let name = reference.strip_prefix("#/components/schemas/").unwrap_or(reference);
    if !name.contains(['%', '~']) {
        return Cow::Borrowed(name);
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|digits| *first == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    let decoded = String::from_utf8_lossy(&bytes);
    Cow::Owned(decoded.replace("~1", "/").replace("~0", "~"))
}

/// Creates a field with the given shape and the documentation of the schema.
pub(super) fn field(name: &document::Text, schema: &Schema, shape: Shape) -> Field {
    let own_type = shape.target().is_some();
    Field {
        name: Name {
            wire: name.value.clone(),
            rust: String::new(),
            requested: schema.rust_name.as_ref().map(|name| name.value.clone()),
            span: name.span,
            case_name: None,
        },
        shape,
        boxed: false,
        required: schema.required,
        docs: docs(schema, !own_type),
    }
}

/// Returns the documentation of a schema, with the known values if no type lists them.
fn docs(schema: &Schema, values: bool) -> Docs {
    let listed =
        schema.items.as_deref().filter(|_| schema.values.is_empty()).map_or(&schema.values, |items| &items.values);
    let listed = listed.iter().filter(|_| values).map(|value| (value.text.value.clone(), value.title.clone()));
    Docs {
        text: schema.description.clone().or_else(|| schema.title.clone()),
        values: listed.collect(),
        default: schema.default.clone().filter(|default| !default.trim().is_empty()),
        example: schema.example.clone().filter(|example| !example.trim().is_empty()),
        range: range(
            (schema.minimum.as_deref(), schema.exclusive_minimum),
            (schema.maximum.as_deref(), schema.exclusive_maximum),
        ),
        items: range((schema.least_items.as_deref(), false), (schema.most_items.as_deref(), false)),
        length: range((schema.least.as_deref(), false), (schema.most.as_deref(), false)),
        deprecated: schema.deprecated,
    }
}

fn range(minimum: (Option<&str>, bool), maximum: (Option<&str>, bool)) -> Option<String> {
    let full = |bound: &&str| !bound.trim().is_empty();
    match (minimum.0.filter(full), maximum.0.filter(full)) {
        (Some(low), Some(high)) => {
            let exclusive_minimum = if minimum.1 { "more than " } else { "" };
            let exclusive_maximum = if maximum.1 { "less than " } else { "" };
            Some(format!("{exclusive_minimum}{low} to {exclusive_maximum}{high}"))
        }
        (Some(low), None) => Some(format!("{} {low}", if minimum.1 { "more than" } else { "at least" })),
        (None, Some(high)) => Some(format!("{} {high}", if maximum.1 { "less than" } else { "at most" })),
        (None, None) => None,
    }
}

/// Returns the context of the items of a list or the values of a map: an item of `Tags` is a `Tag`.
fn singular_context(context: &SchemaContext) -> SchemaContext {
    let mut context = context.clone();
    if let Some(last) = context.path.last_mut() {
        *last = singular(last);
    }
    context
}
