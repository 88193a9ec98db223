//! Unknown and misplaced keys.

use super::{Checker, Level, rule};
use crate::json::{Member, Value};
use crate::spelling::did_you_mean;

impl<'a> Checker<'a> {
    /// Reports the unknown keys of an object.
    pub(super) fn keys(&mut self, level: Level, object: &'a Value) {
        for member in super::members(object) {
            if !level.keys().contains(&member.key.as_str()) {
                self.unknown_key(level, member);
            }
        }
    }

    fn unknown_key(&mut self, level: Level, member: &'a Member) {
        let (key, span) = (&member.key, member.key_span);
        if matches!(level, Level::Document | Level::Info | Level::Components) && is_operation(&member.value) {
            let message = format!("the operation `{key}` is outside of `apis`, so that it is not generated");
            return self.error(rule::MISPLACED_KEY, span, message, "move it into `apis`");
        }
        if let Some(owner) = owner(level, key) {
            let message = format!("the key `{key}` has no effect in {}", level.name());
            let help = format!("it is a key of {}", owner.name());
            return self.mistake(rule::MISPLACED_KEY, span, message, help);
        }
        let help = did_you_mean(key, level.keys().iter().copied());
        let help = help.unwrap_or_else(|| format!("{} has no such key; `spec/schema.json` lists all", level.name()));
        self.mistake(rule::UNKNOWN_KEY, span, format!("unknown key `{key}` in {}", level.name()), help);
    }
}

/// Returns another level that has this key.
fn owner(level: Level, key: &str) -> Option<Level> {
    // A key that is common elsewhere is first searched in the neighboring levels.
    let near = match level {
        Level::Parameter | Level::Response => [Level::Schema, Level::Operation],
        Level::Schema => [Level::Parameter, Level::Response],
        _ => [Level::Operation, Level::Parameter],
    };
    near.into_iter().chain(Level::ALL).find(|owner| *owner != level && owner.keys().contains(&key))
}

/// Whether a value can only be an operation.
fn is_operation(value: &Value) -> bool {
    let has = |key| value.get(key).is_some();
    has("responses") || has("parameters") || has("methods")
}
