//! Names of types.

use std::collections::HashSet;

use super::{MAX_TYPE_NAME, Namer, REQUIRED, Scope, TAKEN_TYPES, pascal};
use crate::diagnostic::{self, Diagnostic};
use crate::model::{Model, Owner, ParentField, ResponseBody, Shape, Type, TypeId, TypeKind};
use crate::singular::singular;

/// Generic words. A type with such a name is named by its operation.
const GENERIC: [&str; 15] = [
    "Body", "Content", "Data", "Detail", "Entity", "Entry", "Info", "Item", "List", "Model", "Object", "Record",
    "Result", "Type", "Value",
];

/// Verbs at the beginning of operation names.
const VERBS: [&str; 30] = [
    "Add", "Apply", "Batch", "Check", "Count", "Create", "Delete", "Describe", "Export", "Fetch", "Find", "Generate",
    "Get", "Import", "List", "Modify", "Page", "Paged", "Preview", "Query", "Read", "Run", "Save", "Search", "Select",
    "Set", "Show", "Start", "Submit", "Update",
];

/// Prepositions after which the name of an operation continues with a criterion.
const PREPOSITIONS: [&str; 7] = ["By", "For", "From", "In", "Of", "To", "With"];

impl Namer {
    /// Names shared types by their whole path, so that a new one never renames another.
    pub(super) fn shared_types(&mut self, model: &mut Model) {
        let mut scope = Scope::of_types();
        let shared = |found: &&mut Type| found.owner == Owner::Shared && found.is_reached();
        let mut types: Vec<&mut Type> = model.types.iter_mut().filter(shared).collect();
        // In the document's order, because the order in which operations use them changes with a new operation.
        types.sort_by_key(|found| found.span);
        for found in types {
            let whole = joined(&found.path);
            let wanted = self.requested_type(found.requested.as_deref(), found.span).unwrap_or(whole);
            let taken = TAKEN_TYPES.contains(&wanted.as_str());
            found.name = scope.take_numbered(&wanted);
            if found.name != wanted && !taken {
                let wire = found.path.last().cloned().unwrap_or_default();
                self.type_collision(&wire, found.span, &found.name);
            }
        }
    }

    /// Names the types of an operation by the shortest free name: their own, or one with a part of their path. Types
    /// with generic names are last, and are named by the subject of the operation.
    pub(super) fn operation_types(&mut self, model: &mut Model, index: usize) {
        let operation = &model.operations[index];
        let mut scope = Scope::of_types();
        scope.take(&operation.name.rust);
        scope.take(&operation.response_type);
        scope.take(REQUIRED);
        let (request, response) = (operation.name.rust.clone(), operation.response_type.clone());
        let root = match operation.response_body {
            ResponseBody::Object(id) => Some(id),
            ResponseBody::Whole(_) | ResponseBody::Bytes | ResponseBody::Empty => None,
        };
        let mut own: Vec<usize> = (0..model.types.len())
            .filter(|id| model.types[*id].owner == Owner::Operation(index))
            .filter(|id| model.types[*id].is_reached())
            .collect();
        let elements = elements(model, &own);
        let is_named_last = |found: &Type| is_generic(found) && found.requested.is_none();
        // Of the generic ones, the elements of a list are the subject of a list operation.
        own.sort_by_key(|id| {
            let found = &model.types[*id];
            (is_named_last(found), is_named_last(found) && !elements.contains(&TypeId(*id)), found.path.len())
        });
        for id in own {
            let found = &mut model.types[id];
            if root == Some(TypeId(id)) {
                found.name.clone_from(&response);
                continue;
            }
            let wanted = self.requested_type(found.requested.as_deref(), found.span);
            let path = &found.path;
            let subject_names = if is_named_last(found) { subject_names(&request, found) } else { Vec::new() };
            let candidates = (0..path.len()).rev().map(|from| joined(&path[from..]));
            let free = wanted.into_iter().chain(subject_names).chain(candidates).find(|name| scope.take(name));
            found.name = free.unwrap_or_else(|| scope.take_numbered(&joined(path)));
        }
    }

    /// Reports the types with generic names in the document, and their Rust names.
    pub(super) fn report_generic_names(&mut self, model: &Model) {
        const SHOWN: usize = 5;
        let found: Vec<&Type> = model
            .types
            .iter()
            .filter(|found| found.is_reached())
            .filter(|found| found.owner != Owner::Shared && is_generic(found) && found.requested.is_none())
            .collect();
        let Some(first) = found.first() else { return };
        let named = found.iter().take(SHOWN).filter_map(|found| {
            let Owner::Operation(index) = found.owner else { return None };
            let operation = &model.operations[index].name.wire;
            Some(format!("`{}` of `{operation}` is named `{}`", found.path.join("."), found.name))
        });
        let more = found.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let message = format!("generic type names were replaced: {}{more}", named.collect::<Vec<_>>().join(", "));
        let help = "set a name with `x-rust-type` in the schema";
        self.report(Diagnostic::warning(diagnostic::GENERIC_NAME, first.span, message).help(help));
    }
}

/// Whether the type's own name is generic.
fn is_generic(found: &Type) -> bool {
    let own = found.path.last().map(|name| pascal(name)).unwrap_or_default();
    let own = own.trim_end_matches(|is_named_last: char| is_named_last.is_ascii_digit() || is_named_last == '_');
    let plain = singular(own);
    let is_word = GENERIC.contains(&own) || GENERIC.contains(&plain.as_str());
    is_word && matches!(found.kind, TypeKind::Object(_))
}

/// Returns names of a type by the subject of its operation: `ListImage` lists images.
fn subject_names(request: &str, found: &Type) -> Vec<String> {
    let own = found.path.last().map(|name| pascal(name)).unwrap_or_default();
    let own = own.trim_end_matches('_');
    let subject = subject(request);
    let Some(subject) = subject.filter(|subject| !GENERIC.contains(&subject.as_str())) else {
        return vec![format!("{request}{own}")];
    };
    // A type that is nested more deeply may have another subject.
    let of_response = !found.in_request && found.path.len() <= 3;
    let alone = of_response.then(|| singular(&subject));
    alone.into_iter().chain([format!("{}{own}", singular(&subject)), format!("{request}{own}")]).collect()
}

/// Returns the subject of an operation: its name without the verb.
fn subject(request: &str) -> Option<String> {
    let mut rest = request;
    while let Some(verb) = VERBS
        .iter()
        .find(|verb| rest.strip_prefix(**verb).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_uppercase())))
    {
        rest = &rest[verb.len()..];
    }
    let end = PREPOSITIONS.iter().filter_map(|word| split_at_word(rest, word)).min();
    (rest.len() < request.len()).then(|| rest[..end.unwrap_or(rest.len())].to_owned())
}

/// Returns the start of a word in a name in camel case.
fn split_at_word(name: &str, word: &str) -> Option<usize> {
    let starts = |id: &usize| name[id + word.len()..].starts_with(|c: char| c.is_ascii_uppercase());
    name.match_indices(word).map(|(id, _)| id).find(|id| *id > 0 && starts(id))
}

/// Returns the types that are elements of a list.
fn elements(model: &Model, owners: &[usize]) -> HashSet<TypeId> {
    let fields = owners.iter().filter_map(|id| match &model.types[*id].kind {
        TypeKind::Object(fields) => Some(fields),
        TypeKind::Enum(_) => None,
    });
    let lists = fields.flatten().filter_map(|field| match &field.shape {
        Shape::List(item) => item.target(),
        _ => None,
    });
    lists.collect()
}

/// Records the field of each type of an operation, or of a part of a shared one.
pub(super) fn parents(model: &mut Model) {
    let mut found: Vec<(TypeId, ParentField)> = Vec::new();
    let mut note = |shape: &Shape, owner: &str, field: &str, text: &Option<String>| {
        if let Some(id) = shape.target() {
            let element = !matches!(shape, Shape::Named(_) | Shape::Sensitive(_));
            let owner = ParentField { name: owner.to_owned(), field: field.to_owned(), element, text: text.clone() };
            found.push((id, owner));
        }
    };
    for operation in &model.operations {
        for parameter in &operation.parameters {
            let field = &parameter.field;
            note(&field.shape, &operation.name.rust, &field.name.rust, &field.docs.text);
        }
    }
    for owner in model.types.iter().filter(|owner| owner.is_reached()) {
        if let TypeKind::Object(fields) = &owner.kind {
            fields.iter().for_each(|field| note(&field.shape, &owner.name, &field.name.rust, &field.docs.text));
        }
    }
    for (id, owner) in found {
        let is_schema = model.get(id).owner == Owner::Shared && model.get(id).path.len() == 1;
        let place = &mut model.types[id.0].parent;
        if place.is_none() && !is_schema {
            *place = Some(owner);
        }
    }
}

/// Returns the name of a type with its path.
fn joined(path: &[String]) -> String {
    let name: String = match path {
        [name] => pascal(name),
        // An underscore that distinguishes a name from a keyword is not needed in a longer name.
        names => names.iter().map(|name| pascal(name).trim_end_matches('_').to_owned()).collect(),
    };
    if name.len() <= MAX_TYPE_NAME {
        return name;
    }
    // The name is ASCII; the hash distinguishes names that differ only at their ends.
    let hash = format!("X{:016x}", crate::fingerprint::fingerprint(&name));
    format!("{}{hash}", name[..MAX_TYPE_NAME - hash.len()].trim_end_matches('_'))
}
