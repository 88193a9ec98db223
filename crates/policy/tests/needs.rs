//! What operations need by their tables, and what an error needs.
#![allow(missing_docs)]

use alicloud_document::permissions::{OperationPermissions, Permission, PermissionTable, Resource};
use alicloud_policy::arn::Variables;
use alicloud_policy::explain::explain;
use alicloud_policy::fix::{Fix, NoAction, action, fix};
use alicloud_policy::record;
use alicloud_policy::requirement::Requirements;
use alicloud_policy::usage::{Operation, Origin, Table, Usages, add};

const LOGSTORE: &str = "acs:log:{#regionId}:{#accountId}:project/{#ProjectName}/logstore/{#LogstoreName}";

fn operation(name: &str, permissions: &[(&str, &[&str])]) -> OperationPermissions {
    let permission = |(action, arns): &(&str, &[&str])| Permission {
        action: (*action).to_owned(),
        resources: arns.iter().map(|arn| Resource { arn: (*arn).to_owned(), ..Resource::default() }).collect(),
        ..Permission::default()
    };
    OperationPermissions {
        name: name.to_owned(),
        permissions: permissions.iter().map(permission).collect(),
        ..OperationPermissions::default()
    }
}

fn table() -> Table {
    let mut dependent = operation("Create", &[("log:Create", &["*"])]);
    dependent.permissions[0].dependent_actions = vec!["ram:PassRole".to_owned()];
    let mut anonymous = operation("Ping", &[]);
    anonymous.anonymous = true;
    let operations = vec![
        operation("GetLogs", &[("log:GetLogStoreLogs", &[LOGSTORE])]),
        operation("DeleteConfig", &[("log:DeleteConfig", &["*", "acs:log:*:*:project/x"])]),
        operation("GetAnything", &[("log:GetAnything", &[])]),
        operation("Hidden", &[]),
        dependent,
        anonymous,
    ];
    let permissions = PermissionTable { product: "Sls".into(), version: "2020-12-30".into(), operations };
    Table { permissions, source: "sls.json".to_owned() }
}

fn requirements(names: &[&str], variables: &Variables) -> Requirements {
    let mut usages = Usages::new();
    for name in names {
        let (product, version) = ("Sls".to_owned(), "2020-12-30".to_owned());
        add(&mut usages, Operation { product, version, name: (*name).to_owned() }, Origin::Named);
    }
    Requirements::new(&usages, &[table()], variables)
}

#[test]
fn requirements_contradicting_resources_become_all_with_a_warning() {
    let found = requirements(&["DeleteConfig"], &Variables::default());
    assert_eq!(found.needed()["log:DeleteConfig"], ["*".to_owned()].into());
    assert_eq!(
        found.warnings,
        [
            "the document of `log:DeleteConfig` contradicts itself: it lists `*` and acs:log:*:*:project/x; the policy has `*`"
        ]
    );
    assert!(explain(&found).contains("documented acs:log:*:*:project/x"));
}

#[test]
fn requirements_unknown_variable_is_a_wildcard_with_a_warning() {
    let mut variables = Variables::default();
    variables.add("project", "p");
    variables.add("regionId", "cn-hangzhou");
    let found = requirements(&["GetLogs"], &variables);
    assert_eq!(found.needed()["log:GetLogStoreLogs"], ["acs:log:cn-hangzhou:*:project/p/logstore/*".to_owned()].into());
    assert_eq!(
        found.warnings,
        [
            "`accountid` is not known and became `*` (set it with --account), for `log:GetLogStoreLogs`",
            "`logstorename` is not known and became `*` (set it with --set logstorename=VALUE), for `log:GetLogStoreLogs`",
        ]
    );
}

#[test]
fn requirements_operation_without_action_is_listed_and_never_guessed() {
    let found = requirements(&["Hidden", "Absent", "Ping"], &Variables::default());
    assert!(found.actions.is_empty() && found.policies().is_empty());
    let undocumented: Vec<&str> = found.undocumented.iter().map(|(operation, _)| operation.name.as_str()).collect();
    assert_eq!(undocumented, ["Absent", "Hidden"]);
    assert_eq!(found.anonymous.len(), 1);
}

#[test]
fn requirements_dependent_action_is_needed_on_all_resources() {
    let found = requirements(&["Create", "GetAnything"], &Variables::default());
    let needed = found.needed();
    assert_eq!(needed.keys().collect::<Vec<_>>(), ["log:Create", "log:GetAnything", "ram:PassRole"]);
    assert_eq!(needed["ram:PassRole"], ["*".to_owned()].into());
    assert_eq!(found.warnings.len(), 2, "{:?}", found.warnings);
}

#[test]
fn record_invalid_line_is_named() {
    let mut usages = Usages::new();
    let line = r#"{"product":"Sls","version":"2020-12-30","operation":"GetLogs","region":null}"#;
    let error = record::read(&format!("{line}\n\n{{}}\n"), &mut usages).unwrap_err();
    assert!(error.to_string().starts_with("line 3 is not a recorded call"), "{error}");
    assert_eq!(usages.len(), 1);
}

fn fixed(error: &str) -> Result<Fix, NoAction> {
    fix(error, &[table()], &Variables::default())
}

fn statement(fix: &Fix) -> String {
    fix.statements.iter().map(|statement| serde_json::to_string(statement).unwrap()).collect()
}

const GET_LOGS: &str =
    r#"{"Effect":"Allow","Action":["log:GetLogStoreLogs"],"Resource":["acs:log:*:*:project/*/logstore/*"]}"#;

#[test]
fn fix_every_form_of_an_error_finds_action_and_documented_resource() {
    for error in [
        // The text of an error of this SDK, its debug text, and its response.
        "GetLogs: Forbidden.RAM: not authorized (RAM action log:GetLogStoreLogs: not allowed, HTTP 403, request R-1)",
        r#"access_denied_detail: AccessDeniedDetail({"AuthAction": String("log:GetLogStoreLogs"), "PolicyType": String("x")})"#,
        r#"{"Code":"NoPermission","AccessDeniedDetail":{"AuthAction":"log:GetLogStoreLogs","NoPermissionType":"ImplicitDeny"}}"#,
        r#"{\"accessDeniedDetail\":{\"authAction\":\"log:GetLogStoreLogs\"}}"#,
        "AuthAction: log:GetLogStoreLogs\nPolicyType: x",
        // Without an action: that of the operation, by its document.
        "GetLogs: Forbidden.RAM: User not authorized to operate on the specified resource (HTTP 403)",
    ] {
        assert_eq!(statement(&fixed(error).unwrap()), GET_LOGS, "{error}");
    }
}

#[test]
fn fix_decoded_message_has_the_resource_of_the_call() {
    let error = r#"{"DecodedDiagnosticMessage":{"ExplicitDeny":false,"AuthAction":"ecs:RunInstances","AuthResource":"acs:ecs:cn-a:1:instance/*"}}"#;
    let found = fixed(error).unwrap();
    assert_eq!(
        statement(&found),
        r#"{"Effect":"Allow","Action":["ecs:RunInstances"],"Resource":["acs:ecs:cn-a:1:instance/*"]}"#
    );
    assert!(found.notes.is_empty());
}

#[test]
fn fix_unknown_action_is_on_all_resources_with_a_note() {
    let found = fixed(r#"{"AuthAction":"ecs:RunInstances","EncodedDiagnosticMessage":"AQEA"}"#).unwrap();
    assert_eq!(statement(&found), r#"{"Effect":"Allow","Action":["ecs:RunInstances"],"Resource":["*"]}"#);
    assert!(found.notes[0].contains("resource of `ecs:RunInstances` is not known"), "{:?}", found.notes);
    assert!(found.notes[1].contains("DecodeDiagnosticMessage"), "{:?}", found.notes);
}

#[test]
fn fix_explicit_denial_says_that_no_statement_helps() {
    let found = fixed(r#"{"AuthAction":"log:GetAnything","NoPermissionType":"ExplicitDeny"}"#).unwrap();
    assert!(found.notes[0].contains("no other statement can allow it"), "{:?}", found.notes);
}

#[test]
fn fix_error_without_action_is_refused() {
    for error in ["", "Throttling.User: too many calls", "Hidden: Forbidden.RAM: no", "AuthAction: none"] {
        assert_eq!(fixed(error), Err(NoAction), "{error}");
        assert_eq!(action(error), None, "{error}");
    }
}
