//! What the document says about operations: permissions, limits, error codes, texts.

use super::{Comparison, Effect, Kind, Location};
use crate::markdown::code;
use crate::model::{OperationDocs, Permission, RateLimit};

impl Comparison<'_> {
    pub(super) fn operation_docs(&mut self, old: &OperationDocs, new: &OperationDocs, at: &Location) {
        if old.deprecated != new.deprecated {
            let text = if new.deprecated { "is deprecated by the vendor" } else { "is no longer deprecated" };
            self.report(Kind::OperationDeprecated, Effect::Documentation, at, text);
        }
        self.permissions(&old.permissions, &new.permissions, at);
        self.limits(old, new, at);
        let codes = |docs: &OperationDocs| -> Vec<(String, String)> {
            docs.error_codes.iter().map(|code| (code.status.clone(), code.code.clone())).collect()
        };
        let (old_codes, new_codes) = (codes(old), codes(new));
        let only = |these: &[(String, String)], those: &[(String, String)]| -> Vec<String> {
            these.iter().filter(|code| !those.contains(code)).map(|(_, text)| code(text)).collect()
        };
        for (codes, word) in
            [(only(&new_codes, &old_codes), "documents"), (only(&old_codes, &new_codes), "no longer documents")]
        {
            if !codes.is_empty() {
                let plural = if codes.len() == 1 { "" } else { "s" };
                let text = format!("{word} the error code{plural} {}", codes.join(", "));
                self.report(Kind::ErrorCodes, Effect::Documentation, at, text);
            }
        }
        let messages = new.error_codes.iter().filter(|code| {
            let same = old.error_codes.iter().find(|other| other.status == code.status && other.code == code.code);
            same.is_some_and(|other| other.message != code.message)
        });
        let differs =
            [old.summary != new.summary, old.text != new.text, old.high_risk != new.high_risk, old.link != new.link];
        self.text_differs(at, differs.into_iter().filter(|differs| *differs).count() + messages.count());
    }

    /// Compares the permissions. A policy that allowed the call may no longer do so.
    fn permissions(&mut self, old: &[Permission], new: &[Permission], at: &Location) {
        let effect = if old.is_empty() || new.is_empty() { Effect::Documentation } else { Effect::Behavior };
        let actions = |permissions: &[Permission]| -> String {
            let actions: Vec<String> = permissions.iter().map(|permission| code(&permission.action)).collect();
            if actions.is_empty() { "not documented".to_owned() } else { actions.join(", ") }
        };
        let (was, is) = (actions(old), actions(new));
        if was != is {
            let subject = if old.len().max(new.len()) > 1 { "RAM actions are" } else { "RAM action is" };
            self.report(Kind::RamAction, effect, at, format!("the {subject} {is}, was {was}"));
        }
        for permission in new {
            let Some(before) = old.iter().find(|before| before.action == permission.action) else { continue };
            for (what, was, is) in [
                ("resources", resources(before), resources(permission)),
                ("condition keys", conditions(before), conditions(permission)),
                ("dependent actions", before.dependent_actions.clone(), permission.dependent_actions.clone()),
            ] {
                if was != is {
                    let list = |items: &[String]| {
                        let items: Vec<String> = items.iter().map(|item| code(item)).collect();
                        if items.is_empty() { "none".to_owned() } else { items.join(", ") }
                    };
                    let text =
                        format!("the {what} of {} are {}, were {}", code(&permission.action), list(&is), list(&was));
                    self.report(Kind::Permission, Effect::Behavior, at, text);
                }
            }
            if before.access_level != permission.access_level {
                self.text_differs(at, 1);
            }
        }
    }

    fn limits(&mut self, old: &OperationDocs, new: &OperationDocs, at: &Location) {
        if old.rate_limits != new.rate_limits {
            let effect = if old.rate_limits.is_empty() || new.rate_limits.is_empty() {
                Effect::Documentation
            } else {
                Effect::Behavior
            };
            let text = |limits: &[RateLimit]| {
                let limits: Vec<String> = limits.iter().map(ToString::to_string).collect();
                if limits.is_empty() { "not documented".to_owned() } else { limits.join(", ") }
            };
            let text = format!("the rate limit is {}, was {}", text(&new.rate_limits), text(&old.rate_limits));
            self.report(Kind::RateLimit, effect, at, text);
        }
        if old.charged != new.charged {
            let text = if new.charged { "may incur charges" } else { "is no longer documented to incur charges" };
            let effect = if new.charged { Effect::Behavior } else { Effect::Documentation };
            self.report(Kind::Charges, effect, at, text);
        }
    }
}

fn resources(permission: &Permission) -> Vec<String> {
    permission.resources.iter().map(|resource| resource.arn.clone()).collect()
}

fn conditions(permission: &Permission) -> Vec<String> {
    permission.conditions.iter().map(|condition| condition.key.clone()).collect()
}
