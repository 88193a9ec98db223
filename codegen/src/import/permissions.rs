//! Permissions, rate limits, charges and the history, in the vendor's format.

use serde_json::{Map, Value, json};

use crate::document::{Document, Operation, RateLimit};
use crate::permissions::Permission;

/// Returns the facts of an operation by key.
pub(super) fn operation(operation: &Operation) -> Map<String, Value> {
    let mut facts = Map::new();
    if !operation.permissions.is_empty() {
        let permissions: Vec<Value> = operation.permissions.iter().map(permission).collect();
        facts.insert("ramActions".to_owned(), permissions.into());
    }
    if !operation.rate_limits.is_empty() {
        facts.insert("flowControl".to_owned(), flow_control(&operation.rate_limits));
    }
    facts
}

/// Returns the facts of a document by key.
pub(super) fn document(document: &Document, prose: bool) -> Map<String, Value> {
    let mut facts = Map::new();
    let codes: Vec<Value> = document
        .error_codes
        .iter()
        .map(|code| {
            let mut fact = Map::from_iter([("code".to_owned(), code.code.clone().into())]);
            fact.extend((!code.status.is_empty()).then(|| ("http_code".to_owned(), code.status.clone().into())));
            let message = code.message.clone().filter(|_| prose);
            fact.extend(message.map(|message| ("message".to_owned(), message.into())));
            fact.into()
        })
        .collect();
    let changes: Vec<Value> = document
        .changes
        .chunk_by(|one, other| one.date == other.date)
        .map(|day| {
            let changes: Vec<Value> = day
                .iter()
                .map(|change| json!({"api": change.operation, "description": change.kind.description()}))
                .collect();
            json!({"createdAt": day.first().map(|change| &change.date), "apis": changes})
        })
        .collect();
    for (key, list) in [("errorCodes", codes), ("changeSet", changes)] {
        if !list.is_empty() {
            facts.insert(key.to_owned(), list.into());
        }
    }
    if !document.rate_limits.is_empty() {
        facts.insert("flowControl".to_owned(), flow_control(&document.rate_limits));
    }
    facts
}

fn permission(permission: &Permission) -> Value {
    let validation = |always| if always { "always" } else { "conditional" };
    let resources: Vec<Value> = permission
        .resources
        .iter()
        .map(|resource| {
            let mut fact = Map::new();
            // Types in other scripts are the vendor's prose.
            let kind = resource.kind.clone().filter(|kind| kind.is_ascii());
            fact.extend(kind.map(|kind| ("resourceType".to_owned(), kind.into())));
            fact.insert("arn".to_owned(), resource.arn.clone().into());
            fact.insert("validationType".to_owned(), validation(resource.required).into());
            fact.into()
        })
        .collect();
    let conditions: Vec<Value> = permission
        .conditions
        .iter()
        .map(|condition| {
            let mut fact = Map::from_iter([("conditionKey".to_owned(), condition.key.clone().into())]);
            fact.extend(condition.always.map(|always| ("validationType".to_owned(), validation(always).into())));
            fact.into()
        })
        .collect();
    let mut fact = Map::new();
    fact.extend(permission.access_level.clone().map(|level| ("operationType".to_owned(), level.into())));
    let mut action = Map::from_iter([("action".to_owned(), Value::from(permission.action.clone()))]);
    for (key, list) in [("actionConditions", conditions), ("resources", resources)] {
        if !list.is_empty() {
            action.insert(key.to_owned(), list.into());
        }
    }
    fact.insert("ramAction".to_owned(), action.into());
    if !permission.dependent_actions.is_empty() {
        fact.insert("additionalActions".to_owned(), permission.dependent_actions.clone().into());
    }
    fact.into()
}

fn flow_control(limits: &[RateLimit]) -> Value {
    let limits: Vec<Value> = limits
        .iter()
        .map(|limit| {
            let region = limit.region.as_deref().unwrap_or("*");
            json!({"threshold": limit.calls, "countWindow": limit.seconds, "regionId": region})
        })
        .collect();
    json!({"flowControlList": limits})
}
