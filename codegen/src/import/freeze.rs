//! Records the Rust names of types in a spec, so that a later type does not change them.

use serde_json::{Map, Value};

use super::{Problem, facts, write};
use crate::diff::Side;
use crate::model::{Model, Owner, Type};
use crate::source::Source;

/// A spec with the names of its types.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The text of the spec.
    pub text: String,
    /// The number of recorded names.
    pub count: usize,
}

/// Sets `x-rust-type` for each type of an operation that does not have it.
///
/// The generator chooses the shortest free name in the module, or one derived from the operation, so that a new
/// operation, field or rule could change the choice. The names of responses and shared schemas do not depend on other
/// types and need no record.
///
/// # Errors
/// Returns an error if the spec cannot be read.
pub fn freeze(spec: &Source) -> Result<Frozen, Problem> {
    let model = Side::read(spec).map_err(|diagnostics| Problem { in_spec: true, diagnostics })?.into_whole();
    let unchanged = Frozen { text: spec.text().to_owned(), count: 0 };
    let Ok(tree) = spec.tree() else { return Ok(unchanged) };
    let Value::Object(members) = facts::plain(tree) else { return Ok(unchanged) };
    let mut root = Value::Object(members);
    let mut count = 0;
    for found in model.types.iter().filter(|found| depends_on_others(&model, found)) {
        let schema = root.pointer_mut(&tree.pointer(found.span.start)).and_then(Value::as_object_mut);
        if let Some(schema) = schema {
            schema.insert("x-rust-type".to_owned(), found.name.as_str().into());
            count += 1;
        }
    }
    let empty = Map::new();
    Ok(Frozen { text: write(root.as_object().unwrap_or(&empty)), count })
}

/// Whether the name of a type depends on other types.
fn depends_on_others(model: &Model, found: &Type) -> bool {
    found.is_reached() && found.requested.is_none() && found.owner != Owner::Shared && !model.is_response(found)
}
