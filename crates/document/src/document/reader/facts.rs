//! What a document says about operations apart from their form: permissions, rate limits, charges, history.
//!
//! None of it changes a request, and the vendor uses the keys only for its web site, so that content of another form is
//! skipped. The generator reports it.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::scalar;
use crate::document::{ChangeKind, Document, ErrorCode, Operation, RateLimit, Release, ServiceChange, is_date};
use crate::json::{Kind, Value};
use crate::permissions::{Condition, Permission, Resource};

/// The entries at the end of a document that name an operation.
#[derive(Default)]
pub(super) struct Entries<'v> {
    permissions: HashMap<String, Vec<&'v Value>>,
    rate_limits: HashMap<String, Vec<&'v Value>>,
}

impl<'v> Entries<'v> {
    pub(super) fn of(root: &'v Value) -> Self {
        let mut entries = Self::default();
        for entry in root.get("ram").map(|ram| list(ram, "ramActions")).unwrap_or_default() {
            if let Some(name) = text(entry, "apiName") {
                entries.permissions.entry(name).or_default().push(entry);
            }
        }
        for entry in limits(root) {
            if let Some(name) = text(entry, "api") {
                entries.rate_limits.entry(name).or_default().push(entry);
            }
        }
        entries
    }

    /// Reads the facts of an operation.
    pub(super) fn read(&self, value: &'v Value, operation: &mut Operation) {
        let name = operation.name.value.as_str();
        let also = |entries: &HashMap<String, Vec<&'v Value>>| entries.get(name).cloned().unwrap_or_default();
        operation.permissions = permissions(list(value, "ramActions").iter().chain(also(&self.permissions)));
        let found = limits(value).iter().chain(also(&self.rate_limits)).filter_map(rate_limit);
        operation.rate_limits = distinct(found, Clone::clone);
        let tag = |key| value.get("systemTags").and_then(|tags| text(tags, key));
        operation.charged = tag("chargeType").is_some_and(|charge| charge == "paid");
        operation.high_risk = tag("riskType").is_some_and(|risk| risk == "high");
    }
}

/// Reads the facts that apply to all operations, and the history.
pub(super) fn document(root: &Value, document: &mut Document) {
    let of_all = limits(root).iter().filter(|entry| entry.get("api").is_none());
    document.rate_limits = distinct(of_all.filter_map(rate_limit), Clone::clone);
    let code = |entry: &Value| {
        let status = entry.get("http_code").and_then(scalar).unwrap_or_default();
        Some(ErrorCode { status, code: text(entry, "code")?, message: text(entry, "message") })
    };
    document.error_codes = list(root, "errorCodes").iter().filter_map(code).collect();
    document.changes = changes(root);
    let releases = root.get("info").map(|info| list(info, "x-changelog")).unwrap_or_default();
    document.releases = releases.iter().filter_map(release).collect();
}

fn release(value: &Value) -> Option<Release> {
    let section = |title: &&str| {
        let lines: Vec<String> = list(value, title).iter().filter_map(scalar).collect();
        (!lines.is_empty()).then(|| ((*title).to_owned(), lines))
    };
    Some(Release {
        version: text(value, "version")?,
        date: text(value, "date").filter(|date| is_date(date))?,
        sections: ["Added", "Changed", "Deprecated", "Removed"].iter().filter_map(section).collect(),
    })
}

/// Returns the permissions of an operation. Entries for the same action are one permission with the resources of all.
fn permissions<'v>(entries: impl Iterator<Item = &'v Value>) -> Vec<Permission> {
    let mut permissions: Vec<Permission> = Vec::new();
    let mut indices: HashMap<String, usize> = HashMap::new();
    for found in entries.filter_map(permission) {
        let index = *indices.entry(found.action.clone()).or_insert(permissions.len());
        match permissions.get_mut(index) {
            None => permissions.push(found),
            Some(known) => {
                known.access_level = known.access_level.take().or(found.access_level);
                known.resources.extend(found.resources);
                known.conditions.extend(found.conditions);
                known.dependent_actions.extend(found.dependent_actions);
            }
        }
    }
    for permission in &mut permissions {
        permission.resources = distinct(permission.resources.drain(..), |resource| resource.arn.clone());
        permission.conditions = distinct(permission.conditions.drain(..), |condition| condition.key.clone());
        permission.dependent_actions = distinct(permission.dependent_actions.drain(..), Clone::clone);
    }
    permissions
}

fn permission(entry: &Value) -> Option<Permission> {
    let ram = entry.get("ramAction")?;
    Some(Permission {
        action: text(ram, "action")?,
        access_level: text(entry, "operationType").filter(|level| level != "none"),
        resources: list(ram, "resources").iter().filter_map(resource).collect(),
        conditions: list(ram, "actionConditions").iter().filter_map(condition).collect(),
        dependent_actions: list(entry, "additionalActions").iter().filter_map(dependent_action).collect(),
    })
}

fn resource(value: &Value) -> Option<Resource> {
    let arn = text(value, "arn")?;
    // The vendor's type of `*` is a word for all resources.
    let kind = text(value, "resourceType").filter(|_| arn != "*");
    Some(Resource { kind, arn, required: always(value).unwrap_or_default() })
}

fn condition(value: &Value) -> Option<Condition> {
    Some(Condition { key: text(value, "conditionKey")?, always: always(value) })
}

fn always(value: &Value) -> Option<bool> {
    text(value, "validationType").map(|kind| kind == "always")
}

fn dependent_action(value: &Value) -> Option<String> {
    scalar(value).filter(|text| !text.is_empty()).or_else(|| text(value, "action"))
}

fn limits(owner: &Value) -> &[Value] {
    owner.get("flowControl").map(|control| list(control, "flowControlList")).unwrap_or_default()
}

/// Returns a limit; none for `-1`, which means no limit.
fn rate_limit(value: &Value) -> Option<RateLimit> {
    let number = |key: &str| value.get(key).and_then(scalar)?.parse().ok().filter(|number: &u64| *number > 0);
    let region = text(value, "regionId").filter(|region| region != "*");
    Some(RateLimit { calls: number("threshold")?, seconds: number("countWindow").unwrap_or(1), region })
}

/// Returns the changes that the document and its operations list, newest first.
fn changes(root: &Value) -> Vec<ServiceChange> {
    let mut found = Vec::new();
    for release in list(root, "changeSet") {
        for change in list(release, "apis") {
            found.extend(text(change, "api").map(|operation| (release, operation, change)));
        }
    }
    for member in root.get("apis").and_then(Value::members).unwrap_or_default() {
        found.extend(list(&member.value, "changeSet").iter().map(|release| (release, member.key.clone(), release)));
    }
    let mut changes: Vec<ServiceChange> = Vec::new();
    for (release, operation, change) in found {
        let time = text(release, "createdAt").unwrap_or_default();
        let Some(date) = time.get(..10).filter(|date| is_date(date)) else { continue };
        let kinds = change_kinds(&text(change, "description").unwrap_or_default());
        changes.extend(kinds.into_iter().map(|kind| ServiceChange {
            date: date.to_owned(),
            operation: operation.clone(),
            kind,
        }));
    }
    changes.sort_by(|one, other| {
        Reverse(&one.date)
            .cmp(&Reverse(&other.date))
            .then_with(|| one.operation.cmp(&other.operation))
            .then_with(|| one.kind.cmp(&other.kind))
    });
    changes.dedup();
    changes
}

/// Returns the kinds of a change by the words of the vendor's standard descriptions, in Chinese or English.
fn change_kinds(description: &str) -> Vec<ChangeKind> {
    let description = description.to_lowercase();
    let matches = |table: &[(&[&str], ChangeKind)]| -> Vec<ChangeKind> {
        let found = table.iter().filter(|(words, _)| words.iter().any(|word| description.contains(word)));
        found.map(|(_, kind)| *kind).collect()
    };
    let parts = matches(&[
        (&["请求参数", "request param", "input param"], ChangeKind::Parameters),
        (&["响应", "返回", "response", "output param"], ChangeKind::Response),
        (&["错误码", "error code"], ChangeKind::ErrorCodes),
        (&["描述", "description"], ChangeKind::Description),
    ]);
    if !parts.is_empty() {
        return parts;
    }
    let whole = matches(&[
        (&["下线", "offline", "deleted", "removed", "withdrawn"], ChangeKind::Removed),
        (&["新增", "上线", "new", "added"], ChangeKind::Added),
    ]);
    if whole.is_empty() { vec![ChangeKind::Other] } else { whole }
}

/// Returns the items without those whose key occurred before.
fn distinct<T, K: Eq + std::hash::Hash>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut seen = HashSet::new();
    items.into_iter().filter(|item| seen.insert(key(item))).collect()
}

/// Returns the items of a list; none of any other value.
fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    match value.get(key).map(|value| &value.kind) {
        Some(Kind::List(items)) => items,
        _ => &[],
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(scalar).filter(|text| !text.trim().is_empty())
}
