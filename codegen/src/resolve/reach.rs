//! Which types a request or a reply holds, and which fields must be boxed.

use crate::model::{Model, Reply, TypeId, TypeKind};

/// Marks the direction of every type that an operation reaches, and boxes fields that close a circle.
pub(super) fn mark(model: &mut Model) {
    let mut requests = Vec::new();
    let mut replies = Vec::new();
    for operation in &model.operations {
        requests.extend(operation.parameters.iter().filter_map(|parameter| parameter.field.shape.target()));
        match &operation.reply {
            Reply::Object(id) => replies.push(*id),
            Reply::Whole(shape) => replies.extend(shape.target()),
            Reply::Bytes | Reply::Empty => {}
        }
    }
    for (roots, request) in [(requests, true), (replies, false)] {
        let mut pending = roots;
        while let Some(TypeId(index)) = pending.pop() {
            let found = &mut model.types[index];
            let mark = if request { &mut found.in_request } else { &mut found.in_reply };
            if std::mem::replace(mark, true) {
                continue;
            }
            if let TypeKind::Object(fields) = &found.kind {
                pending.extend(fields.iter().filter_map(|field| field.shape.target()));
            }
        }
    }
    box_circles(model);
}

/// A depth-first walk over fields that hold their type in place; a step back onto the walk closes a circle there.
fn box_circles(model: &mut Model) {
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
        let mut walk = vec![(root, 0)];
        while let Some((here, at)) = walk.pop() {
            let held = match &model.types[here].kind {
                TypeKind::Object(fields) => fields.get(at).map(|field| field.shape.held()),
                TypeKind::Enum(_) => None,
            };
            let Some(held) = held else {
                states[here] = State::Done;
                continue;
            };
            walk.push((here, at + 1));
            let Some(TypeId(next)) = held else { continue };
            match states[next] {
                State::New => {
                    states[next] = State::Open;
                    walk.push((next, 0));
                }
                State::Open => {
                    if let TypeKind::Object(fields) = &mut model.types[here].kind {
                        fields[at].boxed = true;
                    }
                }
                State::Done => {}
            }
        }
    }
}

