//! Compares types, with their fields and values.

use super::operation::Role;
use super::{Comparison, Effect, Kind, Location, Subject, path, rust_type};
use crate::markdown::code;
use crate::model::{Docs, Field, Model, Owner, Shape, Type, TypeId, TypeKind, Variant};

impl Comparison<'_> {
    /// Adds two types to be compared once. `path` has the wire names.
    pub(super) fn pair(&mut self, old: TypeId, new: TypeId, path: String) {
        if self.seen.insert((old, new)) {
            // Changes of a shared schema are reported for the schema, wherever it is used.
            let path = if is_root(self.old.get(old)) { String::new() } else { path };
            self.pairs.push_back((old, new, path));
        }
    }

    /// Compares every pair, and then the types without a counterpart.
    pub(super) fn types(&mut self) {
        self.drain();
        let shared = |model: &Model, id: &TypeId| model.get(*id).owner == Owner::Shared && model.get(*id).is_reached();
        for old in (0..self.old.types.len()).map(TypeId).filter(|id| shared(self.old, id)) {
            if self.seen.iter().any(|(seen, _)| *seen == old) {
                continue;
            }
            let same = |id: &TypeId| shared(self.new, id) && self.new.get(*id).name == self.old.get(old).name;
            match (0..self.new.types.len()).map(TypeId).find(same) {
                Some(new) if same_kind(self.old.get(old), self.new.get(new)) => {
                    self.pair(old, new, inner_path(self.old.get(old)));
                }
                _ => {
                    let at = self.place(old, None, &inner_path(self.old.get(old)));
                    self.report(Kind::TypeRemoved, Effect::Breaking, &at, "was removed");
                }
            }
        }
        self.drain();
    }

    fn drain(&mut self) {
        while let Some((old, new, path)) = self.pairs.pop_front() {
            self.types_differ(old, new, &path);
        }
    }

    fn types_differ(&mut self, old_id: TypeId, new_id: TypeId, path: &str) {
        let at = self.place(old_id, Some(new_id), path);
        self.renamed(old_id, new_id, &at);
        let (old, new) = (self.old.get(old_id), self.new.get(new_id));
        if old.in_request && !new.in_request {
            let text = format!("{} is no longer part of a request, and has no setters", code(&old.name));
            self.report(Kind::TypeDirection, Effect::Breaking, &at, text);
        }
        self.docs(&old.docs, &new.docs, &at, &format!("the type {}", code(&old.name)), true);
        match (&old.kind, &new.kind) {
            (TypeKind::Object(old_fields), TypeKind::Object(new_fields)) => {
                let role = if old.in_request && new.in_request { Role::Request } else { Role::Response };
                self.fields(old_fields, new_fields, &at, role);
            }
            (TypeKind::Enum(old), TypeKind::Enum(new)) => self.variants(old, new, &at),
            _ => {}
        }
    }

    /// Reports a type with another Rust name; a response is named by its operation.
    fn renamed(&mut self, old: TypeId, new: TypeId, at: &Location) {
        let response = |model: &Model, id: TypeId| model.get(id).path == ["Response"];
        let (old_path, new_path) = (path(self.old, old), path(self.new, new));
        let moved =
            matches!(self.old.get(old).owner, Owner::Shared) || matches!(self.new.get(new).owner, Owner::Shared);
        // The module of a renamed operation is part of the renaming.
        let differs = if moved { old_path != new_path } else { self.old.get(old).name != self.new.get(new).name };
        if differs && !(response(self.old, old) && response(self.new, new)) {
            let text = format!("the type {} is now {}", code(&old_path), code(&new_path));
            self.report(Kind::TypeRenamed, Effect::Breaking, at, text);
        }
    }

    fn fields(&mut self, old: &[Field], new: &[Field], at: &Location, role: Role) {
        for field in old {
            match new.iter().find(|other| other.name.wire == field.name.wire) {
                Some(other) => self.field(field, other, at, role),
                None => {
                    let text = format!("{} was removed", label(at, field, role));
                    self.report(Kind::FieldRemoved, Effect::Breaking, at, text);
                }
            }
        }
        for field in new {
            if old.iter().all(|other| other.name.wire != field.name.wire) {
                let is_required = role == Role::Request && field.required;
                let effect = if is_required { Effect::Behavior } else { Effect::Additive };
                let suffix = if is_required { ", and the service requires it" } else { "" };
                let text = format!("{} was added{suffix}", label(at, field, role));
                self.report(Kind::FieldAdded, effect, at, text);
            }
        }
    }

    /// Compares one parameter or field.
    pub(super) fn field(&mut self, old: &Field, new: &Field, at: &Location, role: Role) {
        let label = label(at, old, role);
        let parameter = role == Role::Parameter;
        if old.name.rust != new.name.rust {
            let kind = if parameter { Kind::ParameterRenamed } else { Kind::FieldRenamed };
            let text = format!("{label} is {} in Rust, was {}", code(&new.name.rust), code(&old.name.rust));
            self.report(kind, Effect::Breaking, at, text);
        }
        if !self.shapes(&old.shape, &new.shape, &format!("{}{}", at.prefix, old.name.wire)) {
            let kind = match leaves(&old.shape, &new.shape) {
                (Shape::Named(id), Shape::Text) if is_enum(self.old, *id) => Kind::EnumToText,
                (Shape::Text, Shape::Named(id)) if is_enum(self.new, *id) => Kind::TextToEnum,
                _ if parameter => Kind::ParameterType,
                _ => Kind::FieldType,
            };
            let (new, old) = (rust_type(self.new, &new.shape), rust_type(self.old, &old.shape));
            let text = format!("{label} is now {}, was {}", code(&new), code(&old));
            self.report(kind, Effect::Breaking, at, text);
        } else if old.boxed != new.boxed {
            let word = |boxed: bool| if boxed { "boxed" } else { "not boxed" };
            let text = format!("{label} is now {}, was {}", word(new.boxed), word(old.boxed));
            self.report(Kind::FieldType, Effect::Breaking, at, text);
        }
        match (role, old.required, new.required) {
            (Role::Parameter, false, true) => {
                self.report(
                    Kind::ParameterRequired,
                    Effect::Breaking,
                    at,
                    format!("{label} is required, was optional"),
                );
            }
            (Role::Parameter, true, false) => {
                self.report(
                    Kind::ParameterOptional,
                    Effect::Breaking,
                    at,
                    format!("{label} is optional, was required"),
                );
            }
            (Role::Request, false, true) => {
                let text = format!("the service requires {label}");
                self.report(Kind::FieldRequired, Effect::Behavior, at, text);
            }
            (Role::Request, true, false) => {
                let text = format!("the service no longer requires {label}");
                self.report(Kind::FieldRequired, Effect::Behavior, at, text);
            }
            _ => {}
        }
        self.docs(&old.docs, &new.docs, at, &label, false);
    }

    fn variants(&mut self, old: &[Variant], new: &[Variant], at: &Location) {
        let owner =
            if at.prefix.is_empty() { String::new() } else { format!(" of {}", code(at.prefix.trim_end_matches('.'))) };
        for variant in old {
            let value = code(&variant.name.wire);
            let Some(other) = new.iter().find(|other| other.name.wire == variant.name.wire) else {
                self.report(Kind::ValueRemoved, Effect::Breaking, at, format!("the value {value}{owner} was removed"));
                continue;
            };
            if variant.name.rust != other.name.rust {
                let names = (code(&other.name.rust), code(&variant.name.rust));
                let text = format!("the value {value}{owner} is {} in Rust, was {}", names.0, names.1);
                self.report(Kind::ValueRenamed, Effect::Breaking, at, text);
            }
            self.text_differs(at, usize::from(variant.title != other.title));
        }
        for variant in new {
            if old.iter().all(|other| other.name.wire != variant.name.wire) {
                let text = format!("the value {}{owner} was added", code(&variant.name.wire));
                self.report(Kind::ValueAdded, Effect::Additive, at, text);
            }
        }
    }

    fn docs(&mut self, old: &Docs, new: &Docs, at: &Location, label: &str, whole: bool) {
        let word = |text: &Option<String>| text.as_deref().map_or_else(|| "none".to_owned(), code);
        // A type repeats the texts of its fields.
        let pairs = [
            (Kind::Bounds, "the bounds", &old.range, &new.range),
            (Kind::Bounds, "the bounds of the number of items", &old.items, &new.items),
            (Kind::Bounds, "the bounds of the length", &old.length, &new.length),
            (Kind::Default, "the default", &old.default, &new.default),
        ];
        for (kind, what, old, new) in pairs.into_iter().filter(|_| !whole) {
            if old != new {
                let both = old.is_some() && new.is_some();
                let effect = if both { Effect::Behavior } else { Effect::Documentation };
                let text = format!("{what} of {label}: now {}, was {}", word(new), word(old));
                self.report(kind, effect, at, text);
            }
        }
        if old.deprecated != new.deprecated {
            let how = if new.deprecated { "is deprecated by the vendor" } else { "is no longer deprecated" };
            self.report(Kind::Deprecated, Effect::Documentation, at, format!("{label} {how}"));
        }
        let differs = [old.text != new.text, old.values != new.values, old.example != new.example && !whole];
        self.text_differs(at, differs.into_iter().filter(|differs| *differs).count());
    }

    /// Whether two shapes are equal except for the names of types, which are compared later.
    pub(super) fn shapes(&mut self, old: &Shape, new: &Shape, path: &str) -> bool {
        match (old, new) {
            (Shape::Named(first), Shape::Named(second)) => {
                let same = same_kind(self.old.get(*first), self.new.get(*second));
                if same {
                    self.pair(*first, *second, path.to_owned());
                }
                same
            }
            (Shape::List(first), Shape::List(second)) => self.shapes(first, second, &format!("{path}[]")),
            (Shape::Map(first), Shape::Map(second)) => self.shapes(first, second, &format!("{path}{{}}")),
            (Shape::Sensitive(first), Shape::Sensitive(second)) => self.shapes(first, second, path),
            _ => old == new,
        }
    }

    /// Returns the subject and path of a type's changes: a shared one is reported once, others with their operation.
    fn place(&self, old: TypeId, new: Option<TypeId>, path: &str) -> Location {
        let found = self.old.get(old);
        let mut operations: Vec<String> = Vec::new();
        let sides = [Some((self.old, &self.old_reach, old)), new.map(|new| (self.new, &self.new_reach, new))];
        for (model, reach, id) in sides.into_iter().flatten() {
            for index in &reach[id.0] {
                let name = &model.operations[*index].name.wire;
                if !operations.contains(name) {
                    operations.push(name.clone());
                }
            }
        }
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        match found.owner {
            Owner::Shared => {
                let root = (0..self.old.types.len()).map(TypeId).find(|id| {
                    let other = self.old.get(*id);
                    is_root(other) && other.path.first() == found.path.first()
                });
                // A shared list or map has no type of its own, so the subject is the type of its items.
                let (subject, prefix) = root.map_or((old, String::new()), |root| (root, prefix));
                Location { subject: Subject::Type(super::path(self.old, subject)), operations, prefix }
            }
            Owner::Operation(index) => {
                let name =
                    self.old.operations.get(index).map(|operation| operation.name.wire.clone()).unwrap_or_default();
                Location { subject: Subject::Operation(name.clone()), operations: vec![name], prefix }
            }
        }
    }
}

/// Whether the type is that of a shared schema itself, and not of a part of one.
fn is_root(found: &Type) -> bool {
    found.owner == Owner::Shared && found.path.len() == 1
}

/// Returns the path from a shared schema to a type in it.
fn inner_path(found: &Type) -> String {
    found.path.iter().skip(1).cloned().collect::<Vec<_>>().join(".")
}

fn label(at: &Location, field: &Field, role: Role) -> String {
    let name = code(&format!("{}{}", at.prefix, field.name.wire));
    match (role, &at.subject) {
        (Role::Parameter, _) => format!("the parameter {name}"),
        (Role::Response, Subject::Operation(_)) => format!("the response's field {name}"),
        _ => format!("the field {name}"),
    }
}

fn same_kind(old: &Type, new: &Type) -> bool {
    matches!(
        (&old.kind, &new.kind),
        (TypeKind::Object(_), TypeKind::Object(_)) | (TypeKind::Enum(_), TypeKind::Enum(_))
    )
}

fn is_enum(model: &Model, id: TypeId) -> bool {
    matches!(model.get(id).kind, TypeKind::Enum(_))
}

/// Returns the parts of two shapes inside the lists, maps and wrappers that both have.
fn leaves<'s>(old: &'s Shape, new: &'s Shape) -> (&'s Shape, &'s Shape) {
    match (old, new) {
        (Shape::List(old), Shape::List(new))
        | (Shape::Map(old), Shape::Map(new))
        | (Shape::Sensitive(old), Shape::Sensitive(new)) => leaves(old, new),
        pair => pair,
    }
}
