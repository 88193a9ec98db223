//! Writes the Rust names of an operation's types into its spec, so that they stay when other types come.

use serde_json::{Map, Value};

use super::{Problem, normal, write};
use crate::diff::Side;
use crate::model::{Model, Owner, Type};
use crate::source::Source;

/// A spec with the names of its types.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The text of the spec.
    pub text: String,
    /// How many names were written.
    pub count: usize,
}

/// Sets `x-rust-type` at each type of an operation that has none.
///
/// The generator names such a type by the shortest free name in its module, and an older or better one by its operation:
/// with a new operation, field or rule the choice could differ. Responses and shared schemas are named by rules that look
/// at nothing else, and need no record.
///
/// # Errors
/// If the spec cannot be read.
pub fn freeze(spec: &Source) -> Result<Frozen, Problem> {
    let model = Side::read(spec).map_err(|diagnostics| Problem { in_spec: true, diagnostics })?.into_whole();
    let unchanged = Frozen { text: spec.text().to_owned(), count: 0 };
    let Ok(tree) = spec.tree() else { return Ok(unchanged) };
    let Value::Object(members) = normal::plain(tree) else { return Ok(unchanged) };
    let mut root = Value::Object(members);
    let mut count = 0;
    for found in model.types.iter().filter(|found| is_open(&model, found)) {
        let schema = root.pointer_mut(&tree.pointer(found.span.start)).and_then(Value::as_object_mut);
        if let Some(schema) = schema {
            schema.insert("x-rust-type".to_owned(), found.name.as_str().into());
            count += 1;
        }
    }
    let empty = Map::new();
    Ok(Frozen { text: write(root.as_object().unwrap_or(&empty)), count })
}

/// Whether the name of the type follows from what stands beside it.
fn is_open(model: &Model, found: &Type) -> bool {
    found.is_reached() && found.wanted.is_none() && found.owner != Owner::Shared && !model.is_response(found)
}
