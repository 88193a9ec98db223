//! The imports of an example.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Model, Operation, Owner, TypeId};

/// Names that the code around an example already uses.
const RESERVED: [&str; 14] = [
    "Box",
    "BTreeMap",
    "Client",
    "Config",
    "Err",
    "Error",
    "None",
    "Ok",
    "Option",
    "Result",
    "Sensitive",
    "Some",
    "String",
    "Vec",
];

/// The imported items of a generated crate, by the path of their module.
#[derive(Clone, Debug, Default)]
pub struct Imports {
    request: String,
    method: String,
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Imports {
    pub(super) fn new(operation: &Operation) -> Self {
        let (request, method) = (operation.name.rust.clone(), operation.method.clone());
        Self { request, method, names: BTreeMap::new() }
    }

    /// Returns the name of the request, which is imported unless another item has this name.
    pub(super) fn request(&mut self) -> String {
        let name = self.request.clone();
        if RESERVED.contains(&name.as_str()) {
            self.item("", "operation");
            return format!("operation::{name}");
        }
        self.item("operation", &name)
    }

    /// Returns the path of the operation's module, and imports it.
    pub(super) fn module(&mut self) -> String {
        self.item("operation", &self.method.clone())
    }

    /// Returns the path of a type, and imports it or, if its name is ambiguous, its module.
    pub(super) fn of(&mut self, model: &Model, id: TypeId) -> String {
        let found = model.get(id);
        let path = match found.owner {
            Owner::Shared => "types".to_owned(),
            Owner::Operation(index) => format!("operation::{}", model.operations[index].method),
        };
        let elsewhere = |(other, names): (&String, &BTreeSet<String>)| *other != path && names.contains(&found.name);
        let taken =
            RESERVED.contains(&found.name.as_str()) || found.name == self.request || self.names.iter().any(elsewhere);
        if !taken {
            return self.item(&path, &found.name);
        }
        let (parent, module) = path.rsplit_once("::").unwrap_or(("", &path));
        format!("{}::{}", self.item(parent, module), found.name)
    }

    /// Returns the name of an item of the crate, and imports it.
    pub(super) fn item(&mut self, path: &str, name: &str) -> String {
        self.names.entry(path.to_owned()).or_default().insert(name.to_owned());
        name.to_owned()
    }

    /// Adds items that the code around the example uses.
    #[must_use]
    pub fn with(mut self, path: &str, names: &[&str]) -> Self {
        names.iter().for_each(|name| _ = self.item(path, name));
        self
    }

    /// Returns the lines of the sorted `use` declarations. `root` is the name of the crate.
    #[must_use]
    pub fn lines(&self, root: &str) -> Vec<String> {
        let mut lines: Vec<String> = self
            .names
            .iter()
            .map(|(path, names)| {
                let path = if path.is_empty() { root.to_owned() } else { format!("{root}::{path}") };
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                match names[..] {
                    [name] => format!("use {path}::{name};"),
                    _ => group(&path, &names),
                }
            })
            .collect();
        lines.sort_by_key(|line| order(line));
        lines.iter().flat_map(|declaration| declaration.lines().map(str::to_owned)).collect()
    }
}

/// Returns the sort key of a declaration as in rustfmt: by segment, with groups last.
fn order(line: &str) -> Vec<(bool, String)> {
    let path = line.trim_start_matches("use ").trim_end_matches(';');
    path.split("::").map(|segment| (segment.starts_with('{'), segment.to_owned())).collect()
}

/// The maximum width of a line.
const WIDTH: usize = 100;

/// Returns the declaration of several items of a module.
fn group(path: &str, names: &[&str]) -> String {
    let line = format!("use {path}::{{{}}};", names.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    let mut text = format!("use {path}::{{\n   ");
    let mut column = 3;
    for name in names {
        if column + name.len() + 2 > WIDTH {
            text.push_str("\n   ");
            column = 3;
        }
        text.push_str(&format!(" {name},"));
        column += name.len() + 2;
    }
    text + "\n};"
}
