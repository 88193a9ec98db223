//! The JSON Schema of documents: what it accepts and what it rejects.

use std::path::Path;

use alicloud_codegen::check::Level;
use serde_json::{Value, json};

use crate::{documents, fixture};

fn schema(root: &Path) -> Value {
    value(&root.join("spec/schema.json"))
}

fn value(path: &Path) -> Value {
    serde_json::from_str(&fixture::read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn validator() -> jsonschema::Validator {
    let schema = schema(&documents::root());
    jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{error}"))
}

fn problems(validator: &jsonschema::Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error:.300}", error.instance_path())).collect()
}

#[test]
fn schema_is_valid_and_describes_every_property() {
    let schema = schema(&documents::root());
    assert!(jsonschema::meta::is_valid(&schema));
    let text = schema.to_string();
    let own = [
        "x-crate",
        "x-title",
        "x-documentation",
        "x-example",
        "x-gateway",
        "x-changelog",
        "x-error-code",
        "x-success",
        "x-sensitive",
        "x-idempotent",
        "x-pages",
        "x-ram-action",
        "x-source",
        "x-shared-from",
        "x-rust-name",
        "x-rust-type",
        "x-enum-names",
    ];
    for key in own {
        assert!(text.contains(&format!("\"{key}\":{{")), "{key} is not described");
    }
    let mut missing = Vec::new();
    undescribed(&schema, &schema, "", &mut missing);
    assert!(missing.is_empty(), "without a description: {missing:?}");
}

/// Collects the properties without a description, their own or that of a referenced definition.
fn undescribed(root: &Value, here: &Value, path: &str, missing: &mut Vec<String>) {
    // The keys of `properties` are names, one of which is `properties` itself.
    let named = path.ends_with("/properties");
    for (key, property) in here.get("properties").filter(|_| !named).and_then(Value::as_object).into_iter().flatten() {
        let target =
            property.get("$ref").and_then(Value::as_str).and_then(|target| root.pointer(target.strip_prefix('#')?));
        let described = |value: &Value| value.get("description").is_some();
        let inner = property.get("anyOf").is_some();
        if !(described(property) || target.is_some_and(described) || inner) {
            missing.push(format!("{path}/{key}"));
        }
    }
    for (key, value) in here.as_object().into_iter().flatten() {
        undescribed(root, value, &format!("{path}/{key}"), missing);
    }
    for (index, value) in here.as_array().into_iter().flatten().enumerate() {
        undescribed(root, value, &format!("{path}/{index}"), missing);
    }
}

/// Returns the JSON pointer of the definition of a level.
fn described(level: Level) -> &'static str {
    match level {
        Level::Document => "",
        Level::Info => "/$defs/info",
        Level::Package => "/$defs/info/properties/x-crate",
        Level::Components => "/properties/components",
        Level::Endpoint => "/$defs/endpoint",
        Level::Operation => "/$defs/operation",
        Level::SystemTags => "/$defs/operation/properties/systemTags",
        Level::RamAction => "/$defs/operation/properties/x-ram-action",
        Level::Permission => "/$defs/ramAction",
        Level::Action => "/$defs/ramAction/properties/ramAction",
        Level::Resource => "/$defs/ramAction/properties/ramAction/properties/resources/items",
        Level::Condition => "/$defs/ramAction/properties/ramAction/properties/actionConditions/items",
        Level::RateLimit => "/$defs/flowControl/properties/flowControlList/items",
        Level::Release => "/$defs/info/properties/x-changelog/items",
        Level::Parameter => "/$defs/parameter",
        Level::Response => "/$defs/response/anyOf/1",
        Level::Schema => "/$defs/schema/anyOf/1",
        Level::ErrorCode => "/$defs/errorCode",
    }
}

#[test]
fn schema_and_generator_have_the_same_keys() {
    let schema = schema(&documents::root());
    let mut described_levels = 0;
    for level in Level::ALL {
        let object = schema.pointer(described(level)).unwrap_or_else(|| panic!("{level:?} is not described"));
        let mut listed: Vec<&str> =
            object["propertyNames"]["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut known = level.keys().to_vec();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known, "{level:?}: `propertyNames` in spec/schema.json and `Level::keys` differ");
        let properties = object["properties"].as_object().into_iter().flatten();
        let disallowed: Vec<_> = properties.map(|(key, _)| key).filter(|key| !listed.contains(&key.as_str())).collect();
        assert!(disallowed.is_empty(), "{level:?}: described and not allowed: {disallowed:?}");
        described_levels += 1;
    }
    assert_eq!(described_levels, schema.to_string().matches("\"propertyNames\":{\"enum\"").count());
}

#[test]
fn schema_accepts_every_spec() {
    let (root, validator) = (documents::root(), validator());
    let specs: Vec<_> = fixture::files(&root.join("spec"), "json")
        .into_iter()
        .filter(|path| !path.ends_with("schema.json") && !path.to_string_lossy().contains(".overlay."))
        .collect();
    assert!(!specs.is_empty());
    for path in specs {
        let document = value(&path);
        assert_eq!(problems(&validator, &document), [""; 0], "{}", path.display());
        let named = document["$schema"].as_str().unwrap_or_default();
        let reached = path.parent().unwrap_or(&path).join(named).canonicalize();
        assert_eq!(reached.ok(), root.join("spec/schema.json").canonicalize().ok(), "{} names it", path.display());
    }
}

#[test]
fn schema_accepts_every_shape() {
    let validator = validator();
    for path in fixture::files(&fixture::folder("shapes"), "json") {
        assert_eq!(problems(&validator, &value(&path)), [""; 0], "{}", path.display());
    }
}

#[test]
fn schema_accepts_published_documents() {
    let validator = validator();
    for product in ["appstream-center", "cs", "devops", "cr", "ess", "swas-open", "eds-user"] {
        let Some(folder) = documents::beside(&format!("metadata/{product}")) else { continue };
        for path in documents::json(&folder) {
            assert_eq!(problems(&validator, &value(&path)), [""; 0], "{}", path.display());
        }
    }
}

fn document() -> Value {
    json!({
        "info": {"product": "demo", "version": "2024-01-01", "style": "RPC", "x-crate": {"name": "demo",
            "version": "0.1.0"}},
        "components": {"schemas": {"Kind": {"type": "string", "enum": ["a"], "x-enum-names": {"a": "A"}}}},
        "apis": {"Ping": {
            "methods": ["post"],
            "parameters": [{"name": "Kind", "in": "query", "schema": {"$ref": "#/components/schemas/Kind",
                "x-sensitive": true}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {
                "Code": {"type": "string", "x-error-code": true, "x-source": "observed"},
                "Success": {"type": "string", "x-success": false},
                "x-acs-anything": {"type": "string"},
            }}}},
            "errorCodes": {"400": [{"errorCode": "A.B", "errorMessage": "no", "x-source": "observed"}]},
            "x-ram-action": {"action": "demo:Ping", "accessLevel": "get", "resource": "*",
                "x-source": "https://example.com"},
            "x-idempotent": true,
            "x-source": {"x-idempotent": "observed"},
            "extraInfo": {"anything": 1},
        }},
        "endpoints": [{"regionId": "r", "endpoint": "h"}],
        "directories": [],
    })
}

#[test]
fn schema_accepts_a_small_document() {
    let validator = validator();
    assert_eq!(problems(&validator, &document()), [""; 0]);
}

#[test]
fn schema_rejects_invalid_variants() {
    let validator = validator();
    let variants = [
        ("/info", json!(null)),
        ("/info", json!({"product": "demo", "version": "1"})),
        ("/info/product", json!("../../x")),
        ("/info/version", json!({})),
        ("/info/x-crate/name", json!("Demo Crate")),
        ("/info/x-crate/version", json!("1")),
        ("/info/x-tittle", json!("Demo")),
        ("/x-top", json!(1)),
        ("/api", json!({})),
        ("/info/tittle", json!("Demo")),
        ("/info/x-gateway", json!("SLZ")),
        ("/apis/Ping/parametres", json!([])),
        ("/apis/Ping/systemTags", json!({"operationTyp": "get"})),
        ("/apis/Ping/parameters/0/required", json!(true)),
        ("/apis/Ping/parameters/0/schema/requierd", json!(true)),
        ("/apis/Ping/responses/200/type", json!("object")),
        ("/endpoints/0/vpcc", json!("h")),
        ("/apis", json!("Ping")),
        ("/apis/Ping", json!([])),
        ("/apis/Ping/methods/0", json!("brew")),
        ("/apis/Ping/x-ramaction", json!({})),
        ("/apis/Ping/x-ram-action", json!("demo:Ping")),
        ("/apis/Ping/x-ram-action", json!({"accessLevel": "get"})),
        ("/apis/Ping/x-ram-action/action", json!("Ping")),
        ("/apis/Ping/x-idempotent", json!("yes")),
        ("/apis/Ping/x-source", json!("")),
        ("/apis/Ping/x-rust-name", json!("a b")),
        ("/apis/Ping/errorCodes/400/0/x-cause", json!("?")),
        ("/apis/Ping/parameters", json!({"Kind": {}})),
        ("/apis/Ping/parameters/0", json!({"name": "Kind"})),
        ("/apis/Ping/parameters/0/in", json!("cookie")),
        ("/apis/Ping/parameters/0/style", json!("spaceDelimited")),
        ("/apis/Ping/parameters/0/x-place", json!("query")),
        ("/apis/Ping/parameters/0/schema/$ref", json!("Kind")),
        ("/apis/Ping/parameters/0/schema/x-sensitive", json!("true")),
        ("/apis/Ping/parameters/0/schema/x-sensitiv", json!(true)),
        ("/apis/Ping/parameters/0/schema/type", json!("strnig")),
        ("/apis/Ping/parameters/0/schema/items", json!("string")),
        ("/apis/Ping/parameters/0/schema/required", json!("always")),
        ("/apis/Ping/responses", json!(200)),
        ("/apis/Ping/responses/200/schema", json!("string")),
        ("/apis/Ping/responses/200/schema/properties", json!(["Code"])),
        ("/apis/Ping/responses/200/schema/properties/Code/x-error-code", json!(1)),
        ("/apis/Ping/responses/200/schema/properties/Success/x-success", json!("false")),
        ("/components/schemas/Kind/enum", json!("a")),
        ("/components/schemas/Kind/x-enum-names", json!({"a": "1"})),
        ("/endpoints/0", json!({"regionId": "r"})),
        ("/endpoints", json!("h")),
    ];
    for (at, value) in variants {
        let mut broken = document();
        set(&mut broken, at, value.clone());
        assert!(!validator.is_valid(&broken), "{at} = {value} is accepted");
    }
}

fn set(document: &mut Value, at: &str, value: Value) {
    let (parent, key) = at.rsplit_once('/').unwrap_or(("", at));
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(key.to_owned(), value);
        }
        Some(Value::Array(items)) => items[key.parse::<usize>().unwrap_or_default()] = value,
        _ => panic!("{at} is nowhere"),
    }
}
