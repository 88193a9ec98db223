//! Permissions, rate limits and releases. The vendor uses these keys only for its web site and may add others, so that
//! only hand-written documents are checked.

use super::{Checker, Level, items, rule};
use crate::document::is_date;
use crate::json::Value;

impl<'a> Checker<'a> {
    pub(super) fn permissions(&mut self, owner: &'a Value) {
        for entry in self.entries(owner, "ramActions") {
            self.keys(Level::Permission, entry);
            let Some(action) = entry.get("ramAction") else {
                let help = "add `ramAction` with the `action` that a policy must allow";
                self.mistake(rule::MISSING, super::head(entry), "the permission has no `ramAction`", help);
                continue;
            };
            self.object("ramAction", action);
            self.keys(Level::Action, action);
            if action.members().is_some() && action.get("action").and_then(Value::text).is_none() {
                let help = "add `action`, with the name of the service before it, as `ecs:RunInstances`";
                self.mistake(rule::MISSING, super::head(action), "the permission has no `action`", help);
            }
            for resource in self.entries(action, "resources") {
                self.keys(Level::Resource, resource);
            }
            for condition in self.entries(action, "actionConditions") {
                self.keys(Level::Condition, condition);
            }
        }
    }

    pub(super) fn rate_limits(&mut self, owner: &'a Value) {
        let Some(control) = owner.get("flowControl") else { return };
        for limit in self.entries(control, "flowControlList") {
            self.keys(Level::RateLimit, limit);
        }
    }

    pub(super) fn releases(&mut self, info: &'a Value) {
        for release in self.entries(info, "x-changelog") {
            self.keys(Level::Release, release);
            match release.get("date") {
                Some(date) if date.text().is_some_and(is_date) => {}
                date => {
                    let span = date.map_or(super::head(release), |date| date.span);
                    let help = "write the day of the release as `2026-11-27`";
                    self.mistake(rule::BAD_VALUE, span, "the release has no valid `date`", help);
                }
            }
        }
    }

    /// Returns the elements of a list in a hand-written document.
    fn entries(&mut self, owner: &'a Value, key: &str) -> &'a [Value] {
        if !self.hand_kept {
            return &[];
        }
        self.list(owner, key);
        owner.get(key).map_or(&[], items)
    }
}
