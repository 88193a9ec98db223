//! Shared schemas that no operation uses.

use std::collections::HashSet;

use super::{Checker, members, rule, schema_name};
use crate::json::{Kind, Value};

impl<'a> Checker<'a> {
    pub(super) fn unused_schemas(&mut self) {
        let mut used = HashSet::new();
        let mut pending: Vec<&Value> = self.root.get("apis").into_iter().collect();
        while let Some(value) = pending.pop() {
            match &value.kind {
                Kind::List(items) => pending.extend(items),
                Kind::Object(object) => {
                    for member in object {
                        let name = member.value.text().filter(|_| member.key == "$ref").map(schema_name);
                        match name.and_then(|name| self.schemas.get_key_value(name)) {
                            Some((name, schema)) if used.insert(*name) => pending.push(schema),
                            Some(_) => {}
                            None => pending.push(&member.value),
                        }
                    }
                }
                _ => {}
            }
        }
        let schemas = self.root.get("components").and_then(|components| components.get("schemas"));
        for member in schemas.map_or(&[][..], members) {
            if !used.contains(member.key.as_str()) {
                let message = format!("no operation refers to the schema `{}`", member.key);
                self.warning(rule::UNUSED_SCHEMA, member.key_span, message, "remove it, or refer to it by `$ref`");
            }
        }
    }
}
