//! Adds the operation that a name of the source means.

use alicloud_document::permissions::OperationPermissions;

use super::Visitor;
use crate::scan::Gap;
use crate::scan::resolve::Named;
use crate::scan::tokens::{Name, names};
use crate::scan::types::{Type, operation};
use crate::usage::{Operation, Origin, Place, add};

impl Visitor<'_> {
    /// Adds the operation that a path names. `argument` is the first argument of a call, if it is known.
    pub(super) fn path(&mut self, path: &[String], argument: Option<&str>, line: usize) {
        let Some(named) = self.resolve(path) else {
            if self.in_macro {
                self.unresolved(path, line);
            }
            return;
        };
        match &named {
            Named::Generated(table, path) => {
                if let Some(name) = operation(self.tree, *table, path) {
                    let (name, place) = (name.to_owned(), self.place(line));
                    self.add(*table, &name, Origin::Source(place));
                } else if is_raw(path) {
                    self.raw(argument, Some(*table), line);
                }
            }
            Named::Runtime(path) if is_raw(path) => self.raw(argument, None, line),
            _ => {}
        }
    }

    /// Adds the operation of a `RawRequest`.
    pub(super) fn raw(&mut self, name: Option<&str>, exported_by: Option<usize>, line: usize) {
        let Some(name) = name else {
            self.gap(line, "the operation of this `RawRequest` is not a literal or a constant".to_owned());
            return;
        };
        // All crates export one `RawRequest`: the client decides, then the crate that it is taken from, if they have
        // the operation.
        let tables = &self.tree.project.tables;
        let has = |table: &usize| tables[*table].operation(name).is_some();
        let with_operation: Vec<usize> = (0..tables.len()).filter(has).collect();
        let found = match (self.raw_client, exported_by.filter(has), &with_operation[..]) {
            (Some(client), ..) => Some(client),
            (None, Some(exported_by), _) => Some(exported_by),
            (None, None, [only]) => Some(*only),
            (None, None, []) => exported_by,
            _ => None,
        };
        match found {
            Some(table) => {
                let place = self.place(line);
                self.add(table, name, Origin::Source(place));
            }
            None => self.gap(line, format!("the product of the `RawRequest` of `{name}` is not visible")),
        }
    }

    /// Adds the operation of a method call.
    pub(super) fn method(&mut self, receiver: Option<Type>, method: &str, line: usize) {
        let named = self.named(|of| of.method == method);
        let place = self.place(line);
        match receiver {
            Some(Type::Client(client)) => {
                if let Some((table, name)) = named.iter().find(|(table, _)| *table == client) {
                    self.add(*table, name, Origin::Source(place));
                }
                return;
            }
            Some(Type::Local(id)) if self.tree.types[id].methods.contains_key(method) => return,
            Some(Type::Other) => return,
            // A type of the project may dereference to a client.
            Some(Type::Local(_)) | None => {}
        }
        match &named[..] {
            [] => {}
            [(table, name)] => self.add(*table, name, Origin::ByName(place)),
            several => {
                let reason = format!(
                    "`{method}` is a method of the clients of {}, and the type of its receiver is not visible: either is \
                     used",
                    self.products(several)
                );
                self.gap(line, reason);
            }
        }
    }

    pub(super) fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        for name in names(tokens) {
            match name {
                Name::Path { path, argument, line } => self.path(&path, argument.as_deref(), line),
                Name::Method { receiver, method, line } => {
                    let receiver = receiver.and_then(|name| self.values(|values| values.path(&[name])));
                    self.method(receiver, &method, line);
                }
                Name::Composed { line } => {
                    self.gap(line, "a macro composes names here, which are not visible".to_owned());
                }
            }
        }
    }

    /// Adds the request whose name is part of a macro: the macro may complete its path.
    fn unresolved(&mut self, path: &[String], line: usize) {
        let Some(last) = path.last() else { return };
        let named = self.named(|of| of.request == *last);
        let place = self.place(line);
        match &named[..] {
            [] => {}
            [(table, name)] => self.add(*table, name, Origin::ByName(place)),
            several => {
                let reason = format!("`{last}` may be a request of either of {}", self.products(several));
                self.gap(line, reason);
            }
        }
    }

    /// Returns the operations of all products that meet a condition, with their tables.
    fn named(&self, is: impl Fn(&OperationPermissions) -> bool) -> Vec<(usize, String)> {
        let tables = self.tree.project.tables.iter().zip(0..);
        let found = tables.filter_map(|(table, index)| {
            let of = table.permissions.operations.iter().find(|of| is(of))?;
            Some((index, of.name.clone()))
        });
        found.collect()
    }

    /// Returns the products of operations as text.
    fn products(&self, named: &[(usize, String)]) -> String {
        let products = named.iter().map(|(table, _)| &self.tree.project.tables[*table].permissions.product);
        let mut products: Vec<String> = products.map(|product| format!("`{product}`")).collect();
        products.sort();
        products.join(" and ")
    }

    fn add(&mut self, table: usize, name: &str, origin: Origin) {
        let of = &self.tree.project.tables[table].permissions;
        let operation = Operation { product: of.product.clone(), version: of.version.clone(), name: name.to_owned() };
        add(&mut self.found.usages, operation, origin);
    }

    pub(super) fn gap(&mut self, line: usize, reason: String) {
        let place = Some(self.place(line));
        self.found.gaps.push(Gap { place, reason });
    }

    fn place(&self, line: usize) -> Place {
        Place { file: self.tree.modules[self.module].file.clone(), line }
    }
}

/// Whether a path is a constructor of `RawRequest`.
pub(super) fn is_raw(path: &[String]) -> bool {
    matches!(path, [.., name, constructor] if name == "RawRequest" && matches!(constructor.as_str(), "rpc" | "roa"))
}
