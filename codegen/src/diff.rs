//! Compares two documents, and reports the effects on callers of their crates.
//!
//! Both documents are resolved and named, and the two models are compared: whether a change is breaking depends on the
//! public Rust API, and not on the JSON. Types are compared in pairs that the same parameters and fields refer to, each
//! pair once.

mod documentation;
pub(crate) mod fold;
mod kind;
mod operation;
mod report;
#[cfg(test)]
pub(crate) mod tests;
mod types;
mod version;

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

pub use kind::{Effect, Kind};
pub use version::next;

use crate::diagnostic::{Diagnostic, Severity};
use crate::generate::{self, Options};
use crate::markdown::code;
use crate::model::{Model, Operation, Owner, ResponseBody, Shape, TypeId, TypeKind};
use crate::source::Source;

/// One of the two documents.
#[derive(Clone, Debug)]
pub struct Side {
    /// The name of the document.
    pub name: String,
    /// The named model.
    pub model: Model,
    /// The style of the operations in `info.style`.
    pub style: String,
    /// The operations that cannot be generated.
    pub refused: BTreeSet<String>,
    /// The named model with these operations, if there are any.
    whole: Option<Model>,
}

impl Side {
    /// Reads a document. Operations that cannot be generated are compared as far as they can be resolved, although they
    /// are not part of a crate.
    ///
    /// # Errors
    /// Returns the problems if one of them affects the whole document.
    pub fn read(source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let (model, diagnostics) = generate::model(source, &Options::default());
        let error = |found: &&Diagnostic| found.severity == Severity::Error;
        if diagnostics.iter().filter(error).any(|found| found.operation.is_none()) {
            return Err(diagnostics);
        }
        let refused: BTreeSet<String> =
            diagnostics.iter().filter(error).filter_map(|found| found.operation.clone()).collect();
        let info = source.tree().ok().and_then(|root| root.get("info"));
        let style = info.and_then(|info| info.get("style")).and_then(|style| style.text()).unwrap_or_default();
        let whole = (!refused.is_empty()).then(|| generate::whole_model(source));
        Ok(Self { name: source.name().to_owned(), model, style: style.to_owned(), refused, whole })
    }

    /// Returns the named model of every operation, including those that cannot be generated.
    pub(crate) fn into_whole(self) -> Model {
        self.whole.unwrap_or(self.model)
    }

    /// Returns the operation with this wire name, including those that cannot be generated.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        let models = [Some(&self.model), self.whole.as_ref()];
        let mut operations = models.into_iter().flatten().flat_map(|model| &model.operations);
        operations.find(|operation| operation.name.wire == name)
    }

    /// Returns the name of the shared schema of the type with this Rust path.
    pub(crate) fn schema_of(&self, rust: &str) -> Option<&str> {
        let models = [Some(&self.model), self.whole.as_ref()];
        models.into_iter().flatten().find_map(|model| {
            let mut ids = (0..model.types.len()).map(TypeId);
            let found = ids.find(|id| model.get(*id).owner == Owner::Shared && path(model, *id) == rust)?;
            model.get(found).path.first().map(String::as_str)
        })
    }
}

/// The subject of a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The crate as a whole.
    Crate,
    /// The operation with this wire name.
    Operation(String),
    /// The shared type with this Rust path, `types::Tag`.
    Type(String),
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The effect on callers.
    pub effect: Effect,
    /// The kind.
    pub kind: Kind,
    /// The subject.
    pub subject: Subject,
    /// The description without the subject; names are in Markdown code spans.
    pub text: String,
    /// The affected operations by wire name, in the document's order.
    pub operations: Vec<String>,
    /// Whether none of these operations can be generated, so that the crate does not change.
    pub refused: bool,
}

/// All changes.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// Product and version of the new document.
    pub title: String,
    /// The changes in the order of the documents.
    pub changes: Vec<Change>,
    /// The version of the crate in the old document.
    pub old_version: String,
    /// The version of the crate in the new document.
    pub new_version: String,
}

impl Diff {
    /// Returns the greatest effect; none without changes.
    #[must_use]
    pub fn effect(&self) -> Option<Effect> {
        self.changes.iter().map(|change| change.effect).max()
    }

    /// Returns the changes with this effect.
    pub fn with(&self, effect: Effect) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.effect == effect)
    }

    /// Returns the greatest effect on the crate; none if it does not change. Operations that cannot be generated are
    /// not part of it.
    fn effect_on_crate(&self) -> Option<Effect> {
        self.changes.iter().filter(|change| !change.refused).map(|change| change.effect).max()
    }

    /// Returns the version that the changes require, see [`next`].
    #[must_use]
    pub fn next_version(&self) -> String {
        self.effect_on_crate().map_or_else(|| self.old_version.clone(), |effect| next(&self.old_version, effect))
    }

    /// Returns whether the version in the new document is raised as the changes require.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        version::at_least(&self.new_version, &self.next_version())
    }
}

/// Compares two documents.
#[must_use]
pub fn compare(old: &Side, new: &Side) -> Diff {
    let mut comparison = Comparison::new(&old.model, &new.model, old, new);
    comparison.compare_crate();
    comparison.compare();
    let mut changes = comparison.changes;
    changes.extend(refused(old, new));
    Diff {
        title: format!("{} {}", new.model.product, new.model.version),
        changes,
        old_version: old.model.package_version.clone(),
        new_version: new.model.package_version.clone(),
    }
}

/// Returns the changes of operations that cannot be generated on either side.
fn refused(old: &Side, new: &Side) -> Vec<Change> {
    let names: BTreeSet<&String> = old.refused.union(&new.refused).collect();
    let generated = |side: &Side, name: &String| side.model.operations.iter().any(|found| found.name.wire == *name);
    let refused: BTreeSet<&String> =
        names.into_iter().filter(|name| !generated(old, name) && !generated(new, name)).collect();
    if refused.is_empty() {
        return Vec::new();
    }
    let models = [old, new].map(|side| side.whole.as_ref().unwrap_or(&side.model));
    let mut comparison = Comparison::new(models[0], models[1], old, new);
    comparison.compare();
    let mut changes = comparison.changes;
    changes.retain(|change| {
        !change.operations.is_empty() && change.operations.iter().all(|operation| refused.contains(operation))
    });
    for change in &mut changes {
        change.refused = true;
    }
    changes
}

/// The state of a comparison.
struct Comparison<'a> {
    old: &'a Model,
    new: &'a Model,
    /// The operations that use each type.
    old_reach: Vec<Vec<usize>>,
    new_reach: Vec<Vec<usize>>,
    old_side: &'a Side,
    new_side: &'a Side,
    changes: Vec<Change>,
    /// The number of different texts, by subject.
    texts: BTreeMap<Subject, (usize, Vec<String>)>,
    /// Pairs of corresponding types that are not compared yet, and their paths of wire names.
    pairs: VecDeque<(TypeId, TypeId, String)>,
    seen: HashSet<(TypeId, TypeId)>,
}

impl<'a> Comparison<'a> {
    fn new(old: &'a Model, new: &'a Model, old_side: &'a Side, new_side: &'a Side) -> Self {
        Self {
            old,
            new,
            old_reach: reach(old),
            new_reach: reach(new),
            old_side,
            new_side,
            changes: Vec::new(),
            texts: BTreeMap::new(),
            pairs: VecDeque::new(),
            seen: HashSet::new(),
        }
    }

    fn compare(&mut self) {
        self.operations();
        self.types();
        self.report_texts();
    }

    fn report(&mut self, kind: Kind, effect: Effect, at: &Location, text: impl Into<String>) {
        let change = Change {
            effect,
            kind,
            subject: at.subject.clone(),
            text: text.into(),
            operations: at.operations.clone(),
            refused: false,
        };
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    fn text_differs(&mut self, at: &Location, count: usize) {
        if count > 0 {
            self.texts.entry(at.subject.clone()).or_insert_with(|| (0, at.operations.clone())).0 += count;
        }
    }

    /// Compares the crate's name, the product, and the hosts.
    fn compare_crate(&mut self) {
        let (old, new) = (self.old, self.new);
        let at = Location { subject: Subject::Crate, operations: Vec::new(), prefix: String::new() };
        for (kind, effect, what, old, new) in [
            (Kind::Package, Effect::Breaking, "the crate", &old.package, &new.package),
            (Kind::Product, Effect::Behavior, "the product on the wire", &old.product, &new.product),
            (Kind::Product, Effect::Behavior, "the version on the wire", &old.version, &new.version),
            (Kind::Style, Effect::Behavior, "the style", &self.old_side.style, &self.new_side.style),
        ] {
            if old != new {
                self.report(kind, effect, &at, format!("{what} is now {}, was {}", code(new), code(old)));
            }
        }
        for endpoint in &old.endpoints {
            let region = code(&endpoint.region);
            let Some(other) = new.endpoints.iter().find(|other| other.region == endpoint.region) else {
                let text = format!("the region {region} no longer has an endpoint");
                self.report(Kind::EndpointRemoved, Effect::Behavior, &at, text);
                continue;
            };
            if endpoint.host != other.host {
                let text =
                    format!("the endpoint of {region} is now {}, was {}", code(&other.host), code(&endpoint.host));
                self.report(Kind::EndpointChanged, Effect::Behavior, &at, text);
            }
            if endpoint.vpc != other.vpc {
                let host = |vpc: &Option<String>| vpc.as_deref().map_or_else(|| "none".to_owned(), code);
                let text =
                    format!("the VPC endpoint of {region} is now {}, was {}", host(&other.vpc), host(&endpoint.vpc));
                let effect = if endpoint.vpc.is_none() { Effect::Additive } else { Effect::Behavior };
                self.report(Kind::EndpointChanged, effect, &at, text);
            }
        }
        for endpoint in &new.endpoints {
            if old.endpoints.iter().all(|other| other.region != endpoint.region) {
                let text = format!("the region {} has the endpoint {}", code(&endpoint.region), code(&endpoint.host));
                self.report(Kind::EndpointAdded, Effect::Additive, &at, text);
            }
        }
        let differs = usize::from(old.title != new.title) + usize::from(old.documentation != new.documentation);
        self.text_differs(&at, differs);
    }

    /// Reports one change for all texts of a subject.
    fn report_texts(&mut self) {
        for (subject, (count, operations)) in std::mem::take(&mut self.texts) {
            let text = if count == 1 { "1 text changed".to_owned() } else { format!("{count} texts changed") };
            let (effect, kind) = (Effect::Documentation, Kind::Texts);
            self.changes.push(Change { effect, kind, subject, text, operations, refused: false });
        }
    }
}

/// The subject and path of a change.
#[derive(Clone)]
struct Location {
    subject: Subject,
    operations: Vec<String>,
    /// The path of a field, each name followed by a dot; `[]` are the items of a list, `{}` the values of a map.
    prefix: String,
}

/// Returns the indices of the operations that use each type.
fn reach(model: &Model) -> Vec<Vec<usize>> {
    let mut reach = vec![Vec::new(); model.types.len()];
    for (index, operation) in model.operations.iter().enumerate() {
        let mut pending: Vec<TypeId> =
            operation.parameters.iter().filter_map(|parameter| parameter.field.shape.target()).collect();
        match &operation.response_body {
            ResponseBody::Object(id) => pending.push(*id),
            ResponseBody::Whole(shape) => pending.extend(shape.target()),
            ResponseBody::Bytes | ResponseBody::Empty => {}
        }
        while let Some(id) = pending.pop() {
            if reach[id.0].last() == Some(&index) {
                continue;
            }
            reach[id.0].push(index);
            if let TypeKind::Object(fields) = &model.get(id).kind {
                pending.extend(fields.iter().filter_map(|field| field.shape.target()));
            }
        }
    }
    reach
}

/// Returns the Rust path of a type below the crate.
fn path(model: &Model, id: TypeId) -> String {
    let found = model.get(id);
    match found.owner {
        Owner::Shared => format!("types::{}", found.name),
        Owner::Operation(index) => {
            let module = model.operations.get(index).map_or("?", |operation| &operation.method);
            format!("operation::{module}::{}", found.name)
        }
    }
}

/// Returns the Rust type of a shape in its own module.
fn rust_type(model: &Model, shape: &Shape) -> String {
    match shape {
        Shape::Boolean => "bool".to_owned(),
        Shape::Int32 => "i32".to_owned(),
        Shape::Int64 => "i64".to_owned(),
        Shape::Number => "f64".to_owned(),
        Shape::Text => "String".to_owned(),
        Shape::Timestamp => "Timestamp".to_owned(),
        Shape::Bytes => "Bytes".to_owned(),
        Shape::Json => "Value".to_owned(),
        Shape::List(item) => format!("Vec<{}>", rust_type(model, item)),
        Shape::Map(item) => format!("BTreeMap<String, {}>", rust_type(model, item)),
        Shape::Sensitive(inner) => format!("Sensitive<{}>", rust_type(model, inner)),
        Shape::Named(id) => match model.get(*id).owner {
            Owner::Shared => path(model, *id),
            Owner::Operation(_) => model.get(*id).name.clone(),
        },
    }
}
