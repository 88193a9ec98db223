//! Documents of services behind a gateway: detection, and errors for unsupported operations.

use alicloud_codegen::diagnostic::fold;
use alicloud_codegen::gateway::Gateway;
use alicloud_codegen::generate::{Options, model};
use alicloud_codegen::source::Source;
use serde_json::{Value, json};

use crate::fixture;

fn roa(style: &str, host: &str, path: &str, parameter: Value) -> Value {
    json!({
        "info": {"product": "demo", "version": "2024-01-01", "style": style},
        "apis": {"GetThing": {
            "path": path, "methods": ["get"], "parameters": [parameter], "responses": {"200": {}},
        }},
        "endpoints": [{"regionId": "cn-hangzhou", "endpoint": host}],
    })
}

fn query() -> Value {
    json!({"name": "Size", "in": "query", "schema": {"type": "string"}})
}

fn host(name: &str) -> Value {
    json!({"name": name, "in": "host", "schema": {"type": "string"}})
}

const PLAIN: &str = "demo.cn-hangzhou.aliyuncs.com";

fn errors(document: &Value) -> Vec<(&'static str, String)> {
    let outcome = fixture::outcome("gateway.json", &document.to_string());
    let errors = outcome.diagnostics.into_iter().filter(|found| found.code.starts_with('E'));
    errors.map(|found| (found.code, found.message)).collect()
}

#[test]
fn detect_of_host_parameter_or_style_returns_the_gateway() {
    let documents = [
        (Gateway::Oss, roa("OSS", PLAIN, "/a", query())),
        (Gateway::Oss, roa("ROA", "oss-cn-hangzhou.aliyuncs.com", "/a", query())),
        (Gateway::Oss, roa("ROA", PLAIN, "/a", host("bucket"))),
    ];
    for (gateway, document) in documents {
        let (model, _) = model(&Source::new("gateway.json", document.to_string()), &Options::default());
        assert_eq!(model.gateway, Some(gateway), "{document}");
        let errors = errors(&document);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].0, "E0205");
        assert!(errors[0].1.contains(gateway.name()), "{errors:?}");
    }
}

#[test]
fn generate_of_function_compute_is_plain_roa() {
    for (style, host) in
        [("FC", PLAIN), ("ROA", "fcv3.cn-hangzhou.aliyuncs.com"), ("FC", "fc.cn-hangzhou.aliyuncs.com")]
    {
        let files = fixture::generated("fc.json", &roa(style, host, "/2023-03-30/functions", query()).to_string());
        let mut plain = roa("ROA", PLAIN, "/2023-03-30/functions", query());
        plain["endpoints"][0]["endpoint"] = json!(host);
        plain["info"]["x-gateway"] = json!("none");
        assert_eq!(files, fixture::generated("fc.json", &plain.to_string()), "{style} {host}");
    }
}

/// Checks that a crate enables a feature of the runtime and selects its gateway, and returns the manifest.
fn assert_enables(feature: &str, document: &Value) -> String {
    let files = fixture::generated("gateway.json", &document.to_string());
    let (client, manifest) = (&files["src/client.rs"], &files["Cargo.toml"]);
    assert!(client.contains(&format!(".{feature}()")), "{client}");
    assert!(manifest.contains(&format!("features = [\"{feature}\"]")), "{manifest}");
    manifest.clone()
}

#[test]
fn generate_of_drive_and_photo_service_enables_the_feature_of_the_runtime() {
    for document in [
        roa("PDS", PLAIN, "/a", query()),
        roa("ROA", "cn-beijing.admin.aliyunpds.com", "/a", query()),
        roa("V3", PLAIN, "/a", host("domain_id")),
    ] {
        assert_enables("pds", &document);
    }
}

#[test]
fn generate_of_drive_and_photo_service_has_optional_labels_vpc_hosts_redirects_and_signed_types() {
    let mut document = roa("PDS", "cn-beijing.admin.aliyunpds.com", "/v2/file/download", host("domain_id"));
    let operation = &mut document["apis"]["GetThing"];
    operation["consumes"] = json!(["application/x-www-form-urlencoded"]);
    operation["security"] = json!([{"AK": []}]);
    let location = json!({"title": "The address of the file.", "type": "string"});
    operation["responses"] = json!({"302": {"headers": {"Location": {"schema": location}}}});
    let files = fixture::generated("pds.json", &document.to_string());
    let client = &files["src/client.rs"];
    assert!(client.contains(r#".vpc("cn-beijing.admin-vpc.aliyunpds.com")"#), "{client}");
    let module = &files["src/operation/get_thing.rs"];
    for expected in [
        "pub domain_id: Option<String>",
        "host \"domain_id\" => domain_id",
        ".content_type(\"application/x-www-form-urlencoded; charset=UTF-8\")",
        ".response(ResponseKind::Redirect)",
        "/// The address of the file.",
        "pub location: Option<String>",
        "\"location\" => location",
    ] {
        assert!(module.contains(expected), "{expected}: {module}");
    }
    // A request without a signature has no type, and other gateways have no redirects.
    document["apis"]["GetThing"]["security"] = json!([{"Anonymous": []}]);
    let files = fixture::generated("pds.json", &document.to_string());
    assert!(!files["src/operation/get_thing.rs"].contains("content_type"));
    document["info"]["x-gateway"] = json!("none");
    document["apis"]["GetThing"]["parameters"] = json!([]);
    document["info"]["style"] = json!("ROA");
    let files = fixture::generated("pds.json", &document.to_string());
    assert!(!files["src/operation/get_thing.rs"].contains("location"));
}

#[test]
fn generate_of_log_service_enables_the_feature_of_the_runtime() {
    for document in [
        roa("SLS", PLAIN, "/a", query()),
        roa("ROA", "cn-hangzhou.log.aliyuncs.com", "/a", query()),
        roa("ROA", PLAIN, "/a", host("project")),
    ] {
        let manifest = assert_enables("sls", &document);
        assert!(!manifest.contains("sls-logs"), "no operation has logs: {manifest}");
    }
}

/// Operations as in the document of Simple Log Service: a fixed query, a label of the host that is declared as a part
/// of the path, groups of logs, and bodies that refer to a schema.
#[test]
fn generate_of_log_service_has_fixed_queries_labels_logs_and_optional_bodies() {
    let text = |name: &str, place: &str| json!({"name": name, "in": place, "schema": {"type": "string"}});
    let body = |reference: &str| json!({"name": "body", "in": "body", "schema": {"$ref": format!("#/components/schemas/{reference}")}});
    let log = json!({"type": "object", "properties": {"Topic": {"type": "string"}}});
    let document = json!({
        "info": {"product": "Sls", "version": "2020-12-30", "style": "ROA"},
        "apis": {
            "PullLogs": {
                "path": "/logstores/{logStore}?type=log", "methods": ["get"],
                "parameters": [text("project", "path"), text("logStore", "path")],
                "responses": {"200": {"schema": {"$ref": "#/components/schemas/LogGroupList"}}},
            },
            "PutLogs": {
                "path": "/logstores/{logstore}", "methods": ["post"],
                "parameters": [text("project", "host"), text("logstore", "path"), body("LogGroup")],
                "responses": {"200": {}},
            },
            "CreateIndex": {
                "path": "/index", "methods": ["post"], "parameters": [body("Index")], "responses": {"200": {}},
            },
            "CreateProject": {
                "path": "/", "methods": ["post"], "responses": {"200": {}},
                "parameters": [{"name": "body", "in": "body", "schema": log}],
            },
        },
        "components": {"schemas": {
            "LogGroup": log, "Index": log,
            "LogGroupList": {"type": "object", "properties": {"LogGroupList": {"type": "array", "items": {"$ref": "#/components/schemas/LogGroup"}}}},
        }},
        "endpoints": [{"regionId": "cn-hangzhou", "endpoint": "cn-hangzhou.log.aliyuncs.com"}],
    });
    let files = fixture::generated("sls.json", &document.to_string());
    for (path, expected) in [
        ("src/client.rs", r#".vpc("cn-hangzhou-intranet.log.aliyuncs.com")"#),
        ("src/operation/pull_logs.rs", r#""/logstores/{logStore}?type=log""#),
        ("src/operation/pull_logs.rs", r#"host "project" => project"#),
        ("src/operation/pull_logs.rs", ".response(ResponseKind::Logs)"),
        ("src/operation/put_logs.rs", ".logs()"),
        ("src/operation/create_index.rs", ".optional_json()"),
        ("src/operation/create_project.rs", ".json()"),
        ("Cargo.toml", r#"default = ["alicloud-core/default", "sls-logs"]"#),
        ("Cargo.toml", r#"sls-logs = ["alicloud-core/sls-logs"]"#),
    ] {
        assert!(files[path].contains(expected), "{expected}: {}", files[path]);
    }
}

#[test]
fn detect_of_contradictory_facts_is_an_error() {
    let documents = [
        roa("SLS", "oss-cn-hangzhou.aliyuncs.com", "/a", query()),
        roa("ROA", "cn-hangzhou.log.aliyuncs.com", "/a", host("bucket")),
        roa("FC", PLAIN, "/a", host("domain_id")),
    ];
    for mut document in documents {
        let found = errors(&document);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "E0217");
        document["info"]["x-gateway"] = json!("oss");
        assert_eq!(errors(&document)[0].0, "E0205", "the explicit key takes precedence");
        document["info"]["x-gateway"] = json!("slz");
        assert_eq!(errors(&document)[0].0, "E0217");
    }
}

#[test]
fn generate_of_gateway_features_without_a_gateway_is_an_error() {
    let xml = json!({"name": "body", "in": "body", "style": "xml", "schema": {"type": "object",
        "properties": {"A": {"type": "string"}}}});
    let cases = [
        (roa("ROA", PLAIN, "/a", host("Tenant")), "`Tenant` is a part of the host"),
        (roa("ROA", PLAIN, "/a", xml), "`body` is XML"),
        (roa("ROA", PLAIN, "/a/b?type=log", query()), "`/a/b?type=log` has a query"),
        (roa("ROA", PLAIN, "/?lifecycle", query()), "`/?lifecycle` has a query"),
        (roa("AliGenie", PLAIN, "/a", query()), "`AliGenie`"),
    ];
    for (document, expected) in cases {
        let found = errors(&document);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].0 == "E0205" && found[0].1.contains(expected), "{found:?}");
        let options = Options { skip_unsupported: true, ..Options::default() };
        let outcome = fixture::outcome_with("gateway.json", &document.to_string(), &options);
        assert_eq!((outcome.is_success(), outcome.refused.as_slice()), (true, &["GetThing".to_owned()][..]));
    }
}

#[test]
fn fold_of_the_same_error_in_many_operations_reports_it_once() {
    let mut document = roa("ROA", "oss-cn-hangzhou.aliyuncs.com", "/a", query());
    for index in 0..164 {
        document["apis"][format!("Get{index}")] = document["apis"]["GetThing"].clone();
    }
    let mut outcome = fixture::outcome("gateway.json", &document.to_string());
    outcome.diagnostics.retain(|found| found.code == "E0205");
    assert_eq!((outcome.refused.len(), outcome.diagnostics.len()), (165, 165));
    let folded = fold(&outcome.diagnostics);
    assert_eq!(folded.len(), 1);
    let expected = "(165 operations: `GetThing`, `Get0`, `Get1` and 162 more)";
    assert!(folded[0].message.ends_with(expected), "{}", folded[0].message);
}

#[test]
fn fold_of_many_warnings_counts_them_and_keeps_errors() {
    let parameter = |name: &str, kind: &str| {
        json!({"name": name, "in": "query", "schema": {"type": kind,
        "format": "int32", "example": "none"}})
    };
    let many = |kind: &str| {
        let parameters: Vec<Value> = (0..20).map(|index| parameter(&format!("P{index}"), kind)).collect();
        let mut document = roa("ROA", PLAIN, "/a", query());
        document["apis"]["GetThing"]["parameters"] = json!(parameters);
        for index in 0..20 {
            document["apis"]["GetThing"]["parameters"][index]["schema"]["example"] = json!(format!("none{index}"));
            if kind != "integer" {
                document["apis"]["GetThing"]["parameters"][index]["schema"]["type"] = json!(format!("{kind}{index}"));
            }
        }
        fixture::outcome("many.json", &document.to_string()).diagnostics
    };
    let mut warnings = many("integer");
    warnings.retain(|found| found.code == "W0508");
    assert_eq!(warnings.len(), 20);
    let folded = fold(&warnings);
    assert_eq!(folded.len(), 3);
    assert!(folded[2].message.ends_with("; 17 more warnings of this kind follow"), "{}", folded[2].message);
    let errors = many("strnig");
    let count =
        |found: &[alicloud_codegen::diagnostic::Diagnostic]| found.iter().filter(|it| it.code == "E0202").count();
    assert_eq!((count(&errors), count(&fold(&errors))), (20, 20));
}

#[test]
fn generate_with_a_misspelled_operation_in_only_suggests_the_name() {
    let document = fixture::rpc(json!({"DescribeInstances": {"responses": {"200": {}}}}));
    let options = Options { only: ["DescribeInstance".to_owned()].into(), ..Options::default() };
    let outcome = fixture::outcome_with("only.json", &document.to_string(), &options);
    let help = outcome.diagnostics.iter().find(|found| found.code == "E0107").and_then(|found| found.help.clone());
    assert_eq!(help.as_deref(), Some("did you mean `DescribeInstances`?"));
}
