//! The graph of types: which types requests and responses contain, how deep they are, and which fields must be boxed.

use std::collections::{BTreeSet, HashMap};

use super::schema::{LIST_DEPTH, MAP_DEPTH, OBJECT_DEPTH};
use crate::model::{Model, Operation, ResponseBody, Shape, Type, TypeId, TypeKind};

/// Marks the directions of every used type and the responses with secrets, and boxes fields that close a cycle.
pub(super) fn mark(model: &mut Model) {
    for id in contained_types(&model.types, model.operations.iter().flat_map(requests)) {
        model.types[id.0].in_request = true;
    }
    for id in contained_types(&model.types, model.operations.iter().flat_map(responses)) {
        model.types[id.0].in_response = true;
    }
    for operation in &mut model.operations {
        let whole = matches!(&operation.response_body, ResponseBody::Whole(shape) if is_sensitive(shape));
        operation.sensitive_response = whole
            || contained_types(&model.types, responses(operation)).into_iter().any(|TypeId(id)| {
                match &model.types[id].kind {
                    TypeKind::Object(fields) => fields.iter().any(|field| is_sensitive(&field.shape)),
                    TypeKind::Enum(_) => false,
                }
            });
    }
    box_cycles(model);
}

/// Whether a part of the shape is sensitive, without named types.
fn is_sensitive(shape: &Shape) -> bool {
    match shape {
        Shape::Sensitive(_) => true,
        Shape::List(item) | Shape::Map(item) => is_sensitive(item),
        _ => false,
    }
}

/// Returns the types in a request.
pub(super) fn requests(operation: &Operation) -> impl Iterator<Item = TypeId> {
    operation.parameters.iter().filter_map(|parameter| parameter.field.shape.target())
}

/// Returns the type in a response.
pub(super) fn responses(operation: &Operation) -> impl Iterator<Item = TypeId> {
    let root = match &operation.response_body {
        ResponseBody::Object(id) => Some(*id),
        ResponseBody::Whole(shape) => shape.target(),
        ResponseBody::Bytes | ResponseBody::Empty => None,
    };
    root.into_iter()
}

/// Returns the roots and every type that they contain.
pub(super) fn contained_types(types: &[Type], roots: impl Iterator<Item = TypeId>) -> BTreeSet<TypeId> {
    let mut pending: Vec<TypeId> = roots.collect();
    let mut contained_types = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if let (true, TypeKind::Object(fields)) = (contained_types.insert(id), &types[id.0].kind) {
            pending.extend(fields.iter().filter_map(|field| field.shape.target()));
        }
    }
    contained_types
}

/// Returns the steps that the compiler takes from a type through all types in it, see
/// [`DEPTH_LIMIT`](super::schema::DEPTH_LIMIT). A type on the current path ends it.
pub(super) fn depth(types: &[Type], root: TypeId) -> usize {
    /// A type on the current path: its next field, and the maximum depth of the previous fields.
    struct PathEntry {
        id: usize,
        next: usize,
        deepest: usize,
    }
    let mut depths: HashMap<usize, usize> = HashMap::from([(root.0, 0)]);
    let mut path = vec![PathEntry { id: root.0, next: 0, deepest: 0 }];
    loop {
        let Some(open) = path.last_mut() else { return depths[&root.0] };
        let field = match &types[open.id].kind {
            TypeKind::Object(fields) => fields.get(open.next),
            TypeKind::Enum(_) => None,
        };
        let Some(field) = field else {
            let depth = open.deepest + OBJECT_DEPTH;
            depths.insert(open.id, depth);
            path.pop();
            continue;
        };
        let target = field.shape.target().map(|TypeId(id)| id);
        match target.filter(|id| !depths.contains_key(id)) {
            // The field is visited again when the depth of its type is known.
            Some(id) => {
                depths.insert(id, 0);
                path.push(PathEntry { id, next: 0, deepest: 0 });
            }
            None => {
                let inner = target.map_or(0, |id| depths[&id]);
                open.deepest = open.deepest.max(layers(&field.shape) + inner);
                open.next += 1;
            }
        }
    }
}

/// Returns the steps through the lists and maps around a value.
fn layers(shape: &Shape) -> usize {
    match shape {
        Shape::List(item) => LIST_DEPTH + layers(item),
        Shape::Map(item) => MAP_DEPTH + layers(item),
        Shape::Sensitive(inner) => layers(inner),
        _ => 0,
    }
}

/// Boxes fields that close a cycle, by a depth-first search over fields that contain their type in place.
fn box_cycles(model: &mut Model) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; model.types.len()];
    for root in 0..model.types.len() {
        if states[root] != State::New {
            continue;
        }
        states[root] = State::Open;
        let mut stack = vec![(root, 0)];
        while let Some((current, index)) = stack.pop() {
            let inline = match &model.types[current].kind {
                TypeKind::Object(fields) => fields.get(index).map(|field| field.shape.inline_type()),
                TypeKind::Enum(_) => None,
            };
            let Some(inline) = inline else {
                states[current] = State::Done;
                continue;
            };
            stack.push((current, index + 1));
            let Some(TypeId(next)) = inline else { continue };
            match states[next] {
                State::New => {
                    states[next] = State::Open;
                    stack.push((next, 0));
                }
                State::Open => {
                    if let TypeKind::Object(fields) = &mut model.types[current].kind {
                        fields[index].boxed = true;
                    }
                }
                State::Done => {}
            }
        }
    }
}
