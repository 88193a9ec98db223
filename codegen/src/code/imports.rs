//! The items of a generated crate that an example names.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Model, Operation, Owner, TypeId};

/// Names that the code around an example has already.
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

/// The items that an example names, by the path of their module below the root of the crate.
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

    /// The name of the request, imported unless another item has this name.
    pub(super) fn request(&mut self) -> String {
        let name = self.request.clone();
        if RESERVED.contains(&name.as_str()) {
            self.item("", "operation");
            return format!("operation::{name}");
        }
        self.item("operation", &name)
    }

    /// The module of the operation.
    pub(super) fn module(&mut self) -> String {
        self.item("operation", &self.method.clone())
    }

    /// A type of the crate: by its name, or by its module's if the name has another meaning already.
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

    /// An item of a module of the crate.
    pub(super) fn item(&mut self, path: &str, name: &str) -> String {
        self.names.entry(path.to_owned()).or_default().insert(name.to_owned());
        name.to_owned()
    }

    /// Adds items that the code around the example names.
    #[must_use]
    pub fn with(mut self, path: &str, names: &[&str]) -> Self {
        names.iter().for_each(|name| _ = self.item(path, name));
        self
    }

    /// The lines of the `use` declarations, sorted. `root` is the name of the crate.
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

/// The order in which rustfmt sorts declarations: by segment, a group after everything else.
fn order(line: &str) -> Vec<(bool, String)> {
    let path = line.trim_start_matches("use ").trim_end_matches(';');
    path.split("::").map(|segment| (segment.starts_with('{'), segment.to_owned())).collect()
}

/// The longest line of a declaration.
const WIDTH: usize = 100;

/// The declaration of several items of a module.
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
