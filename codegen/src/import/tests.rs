mod compatibility;
mod hand_written;

use serde_json::{Value, json};

use super::*;

fn source(name: &str, value: &Value) -> Source {
    Source::new(name, value.to_string())
}

/// Returns a document with the irregularities of published documents.
fn vendor() -> Value {
    json!({
        "version": "1.0",
        "info": {"style": "RPC", "product": "demo", "version": "2024-01-01"},
        "directories": ["prose"],
        "components": [],
        "apis": {
            "GetThing": {
                "summary": "Vendor prose.", "title": "Vendor prose", "description": "Vendor prose.",
                "methods": ["post"], "schemes": ["https"], "security": [{"AK": []}], "deprecated": false,
                "operationType": "", "systemTags": {"operationType": "get", "riskType": "none"},
                "parameters": [
                    {"name": "Id", "in": "query", "schema": {"title": "prose", "description": "Vendor prose.",
                        "type": "string", "required": true, "docRequired": true, "example": "i-1", "maxLength": 64}},
                    {"name": "Mode", "in": "query", "allowEmptyValue": true, "schema": {"type": "string",
                        "required": false, "enumValueTitles": {"fast": "prose", "slow": "prose"}, "example": "快",
                        "default": "slow"}},
                    {"name": "RegionId", "in": "query", "schema": {"type": "string", "enum": ["cn-hangzhou",
                        "cn-shanghai"]}}
                ],
                "responses": {"200": {"headers": {}, "description": "prose", "schema": {"title": "prose",
                    "type": "object", "properties": {
                    "Things": {"type": "array", "items": {"type": "object", "properties": {"Key": {"type": "string"},
                        "Size": {"type": "integer", "format": "int32", "minimum": "1"}}}},
                    "Extra": {"type": "object", "properties": []}
                }}}, "204": []},
                "errorCodes": {"400": [{"errorCode": "Bad", "errorMessage": "Vendor prose."}, {"errorCode": "Bad",
                    "errorMessage": "again"}], "500": []},
                "responseDemo": "prose", "staticInfo": {}
            },
            "Zap": {"methods": ["post"], "parameters": {}, "responses": []}
        },
        "endpoints": [{"regionId": "cn-a", "endpoint": "demo.cn-a.example.com"}]
    })
}

fn imported(document: &Value, spec: Option<&str>, options: &Options) -> Outcome {
    let spec = spec.map(|text| Source::new("spec.json", text));
    import(&source("vendor.json", document), spec.as_ref(), options).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn value(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.text).expect("JSON")
}

#[test]
fn import_without_spec_writes_facts_without_prose() {
    let outcome = imported(&vendor(), None, &Options::default());
    assert_eq!(
        value(&outcome),
        json!({
            "$schema": "../schema.json",
            "version": "1.0",
            "info": {"style": "RPC", "product": "demo", "version": "2024-01-01"},
            "components": {"schemas": {}},
            "apis": {
                "GetThing": {
                    "methods": ["post"], "schemes": ["https"], "security": [{"AK": []}],
                        "systemTags": {"operationType": "get"},
                    "parameters": [
                        {"name": "Id", "in": "query", "schema": {"type": "string", "required": true, "example": "i-1",
                            "maxLength": 64}},
                        {"name": "Mode", "in": "query", "schema": {"type": "string", "enum": ["fast", "slow"],
                            "default": "slow"}},
                        {"name": "RegionId", "in": "query", "schema": {"type": "string"}}
                    ],
                    "responses": {"200": {"schema": {"type": "object", "properties": {
                        "Things": {"type": "array", "items": {"type": "object",
                            "properties": {"Key": {"type": "string"}, "Size": {"type": "integer", "format": "int32",
                            "minimum": "1"}}}},
                        "Extra": {"type": "object", "properties": {}}
                    }}}, "204": {}},
                    "errorCodes": {"400": [{"errorCode": "Bad"}]}
                },
                "Zap": {"methods": ["post"], "parameters": [], "responses": {}}
            },
            "endpoints": [{"regionId": "cn-a", "endpoint": "demo.cn-a.example.com"}]
        })
    );
    assert!(
        !outcome.text.contains("prose")
            && outcome.text.ends_with("}\n")
            && outcome.text.starts_with("{\n  \"$schema\"")
    );
    assert_eq!(
        outcome.notes,
        ["GetThing.RegionId: the 2 listed values are omitted: regions and zones are an open set"]
    );
    let apis: Vec<String> = value(&outcome)["apis"].as_object().expect("an object").keys().cloned().collect();
    assert_eq!(apis, ["GetThing", "Zap"], "in the document's order");
}

#[test]
fn import_with_descriptions_copies_the_vendors_texts() {
    let options = Options { with_descriptions: true, ..Options::default() };
    let spec = value(&imported(&vendor(), None, &options));
    assert_eq!(spec["apis"]["GetThing"]["summary"], "Vendor prose.");
    assert_eq!(spec["apis"]["GetThing"]["parameters"][1]["schema"]["enumValueTitles"]["fast"], "prose");
    assert_eq!(spec["apis"]["GetThing"]["errorCodes"]["400"][0]["errorMessage"], "Vendor prose.");
}

#[test]
fn import_repeated_changes_nothing() {
    for options in [
        Options::default(),
        Options { with_descriptions: true, ..Options::default() },
        Options { share: true, ..Options::default() },
        Options { accept_breaking: true, share: true, ..Options::default() },
    ] {
        let first = imported(&vendor(), None, &options);
        let second = imported(&vendor(), Some(&first.text), &options);
        assert_eq!(first.text, second.text, "{options:?}");
        assert!(second.withheld.is_empty() && second.changes.expect("a comparison").changes.is_empty());
    }
}

/// Returns a spec with hand-written texts.
fn spec_with_texts() -> String {
    let spec = json!({
        "info": {"style": "RPC", "product": "demo", "version": "2024-01-01", "x-title": "Demo",
            "x-crate": {"version": "0.3.0"}},
        "components": {"schemas": {
            "Mode": {"description": "By hand.", "type": "string", "enum": ["slow", "fast"],
                "enumValueTitles": {"slow": "By hand."}, "x-enum-names": {"fast": "Quick"}},
            "Thing": {"description": "By hand.", "type": "object", "properties": {"Size": {"description": "By hand.",
                "type": "integer", "format": "int32", "x-sensitive": true}, "Key": {"type": "string"}}}
        }},
        "apis": {
            "Zap": {"summary": "By hand.", "methods": ["post"], "parameters": [], "responses": {}},
            "GetThing": {
                "summary": "By hand.", "methods": ["post"], "operationType": "read",
                    "x-source": {"operationType": "a page"}, "x-idempotent": true,
                "parameters": [
                    {"name": "Mode", "in": "formData", "schema": {"description": "By hand.",
                        "$ref": "#/components/schemas/Mode"}},
                    {"name": "Id", "in": "query", "schema": {"description": "By hand.", "type": "string",
                        "example": "by-hand"}},
                    {"name": "Old", "in": "query", "schema": {"type": "string"}}
                ],
                "responses": {"200": {"schema": {"type": "object", "properties": {"Things": {"type": "array",
                    "items": {"$ref": "#/components/schemas/Thing"}}, "Extra": {"type": "string"}}}}},
                "errorCodes": {"400": [{"errorCode": "Worse", "errorMessage": "By hand."}]}
            },
            "Gone": {"methods": ["post"], "parameters": [], "responses": {"200": {}}}
        },
        "endpoints": [{"regionId": "cn-z", "endpoint": "z"}, {"regionId": "cn-a", "endpoint": "old", "vpc": "by-hand"}]
    });
    serde_json::to_string_pretty(&spec).expect("JSON")
}

#[test]
fn import_into_a_spec_keeps_hand_written_parts() {
    let mut document = vendor();
    document["apis"]["GetThing"]["parameters"][1]["schema"]["enumValueTitles"]["new"] = json!("prose");
    document["apis"]["New"] = json!({"methods": ["post"], "responses": {"200": {}}});
    let outcome = imported(&document, Some(&spec_with_texts()), &Options::default());
    let spec = value(&outcome);
    assert_eq!(
        spec["info"],
        json!({"style": "RPC", "product": "demo", "version": "2024-01-01", "x-title": "Demo",
            "x-crate": {"version": "0.3.0"}})
    );
    let keys: Vec<&String> = spec["apis"].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["Zap", "GetThing", "Gone", "New"], "the spec's order, new ones last");
    let mode = &spec["components"]["schemas"]["Mode"];
    assert_eq!(mode["enum"], json!(["slow", "fast", "new"]));
    assert_eq!(
        (&mode["description"], &mode["enumValueTitles"], &mode["x-enum-names"]["fast"]),
        (&json!("By hand."), &json!({"slow": "By hand."}), &json!("Quick"))
    );
    let thing = &spec["components"]["schemas"]["Thing"]["properties"];
    assert_eq!(
        thing["Size"],
        json!({"description": "By hand.", "type": "integer", "format": "int32", "x-sensitive": true, "minimum": "1"})
    );
    let get = &spec["apis"]["GetThing"];
    assert_eq!(
        (&get["summary"], &get["operationType"], &get["x-idempotent"]),
        (&json!("By hand."), &json!("read"), &json!(true))
    );
    assert!(get.get("systemTags").is_none(), "`operationType` with a source takes precedence");
    let names: Vec<&Value> =
        get["parameters"].as_array().expect("a list").iter().map(|parameter| &parameter["name"]).collect();
    assert_eq!(names, ["Mode", "Id", "Old", "RegionId"]);
    assert_eq!(
        get["parameters"][0],
        json!({"name": "Mode", "in": "query", "schema": {"description": "By hand.",
            "$ref": "#/components/schemas/Mode", "default": "slow"}})
    );
    assert_eq!(
        get["parameters"][1]["schema"],
        json!({"description": "By hand.", "type": "string", "example": "by-hand", "maxLength": 64})
    );
    assert_eq!(
        get["errorCodes"]["400"],
        json!([{"errorCode": "Worse", "errorMessage": "By hand."}, {"errorCode": "Bad"}])
    );
    assert_eq!(
        spec["endpoints"],
        json!([{"regionId": "cn-z", "endpoint": "z"}, {"regionId": "cn-a", "endpoint": "old", "vpc": "by-hand"}])
    );
    assert!(!outcome.text.contains("prose"));
}

#[test]
fn import_of_breaking_changes_withholds_and_reports_them() {
    let outcome = imported(&vendor(), Some(&spec_with_texts()), &Options::default());
    let kept_lines: Vec<String> = outcome.withheld.iter().map(Change::line).collect();
    for expected in [
        "`GetThing`: the parameter `Id` is required, was optional",
        "`GetThing`: the parameter `Old` was removed",
        "`Gone`: is no longer part of the API",
        "the region `cn-z` no longer has an endpoint",
        "the endpoint of `cn-a` is now `demo.cn-a.example.com`, was `old`",
    ] {
        assert!(kept_lines.iter().any(|line| line == expected), "{expected}: {kept_lines:#?}");
    }
    assert_eq!(outcome.withdrawn().collect::<Vec<_>>(), ["Gone"]);
    assert!(outcome.keeps_breaking());
    let changes = outcome.changes.expect("a comparison");
    assert!(changes.effect() < Some(Effect::Breaking), "{}", changes.text());

    let accepted =
        imported(&vendor(), Some(&spec_with_texts()), &Options { accept_breaking: true, ..Options::default() });
    assert!(accepted.withheld.is_empty());
    let spec = value(&accepted);
    assert_eq!(spec["apis"]["GetThing"]["parameters"][1]["schema"]["required"], true);
    assert_eq!(spec["apis"]["GetThing"]["summary"], "By hand.");
    assert!(
        spec["apis"].get("Gone").is_none() && !accepted.text.contains("cn-z") && !accepted.text.contains("\"Old\"")
    );
    assert_eq!(accepted.changes.expect("a comparison").effect(), Some(Effect::Breaking));
}

#[test]
fn import_of_a_changed_type_or_a_required_parameter_breaks_no_callers() {
    let mut document = vendor();
    document["apis"]["GetThing"]["parameters"][0]["schema"]["type"] = json!("integer");
    document["apis"]["GetThing"]["parameters"][2]["schema"]["required"] = json!(true);
    document["apis"]["GetThing"]["responses"]["200"]["schema"]["properties"]["Extra"] = json!({"type": "boolean"});
    let outcome = imported(&document, Some(&spec_with_texts()), &Options::default());
    let get = &value(&outcome)["apis"]["GetThing"];
    assert_eq!(get["parameters"][1]["schema"]["type"], "string");
    assert_eq!(get["parameters"][3], json!({"name": "RegionId", "in": "query", "schema": {"type": "string"}}));
    assert_eq!(get["responses"]["200"]["schema"]["properties"]["Extra"], json!({"type": "string"}));
    let lines = outcome.withheld.iter().map(Change::line).collect::<Vec<_>>().join("\n");
    assert!(
        lines.contains("`Id` is now `i64`, was `String`")
            && lines.contains("the required parameter `RegionId` was added"),
        "{lines}"
    );
    assert!(lines.contains("`Extra` is now `bool`, was `String`"), "{lines}");
    let again = imported(&document, Some(&outcome.text), &Options::default());
    assert_eq!(again.text, outcome.text);
}

#[test]
fn import_with_share_moves_common_types_of_new_operations() {
    let thing = json!({"type": "object", "properties": {"State": {"type": "string", "enum": ["on", "off"]},
        "Size": {"type": "integer"}}});
    let operation = |name: &str| {
        json!({"methods": ["post"],
        "parameters": [{"name": "Mode", "in": "query", "schema": {"type": "string", "required": true,
            "example": "slow", "enum": ["slow"]}}],
        "responses": {"200": {"schema": {"type": "object", "properties": {name: {"type": "array", "items": thing}}}}}})
    };
    let mut document = vendor();
    document["apis"]["ListA"] = operation("Things");
    document["apis"]["ListB"] = operation("ThingList");
    let proposed = imported(&document, Some(&spec_with_texts()), &Options::default());
    assert!(
        proposed
            .notes
            .iter()
            .any(|note| note == "could share `State`: ListA.200.Things[].State, ListB.200.ThingList[].State"),
        "{:?}",
        proposed.notes
    );
    assert!(value(&proposed)["components"]["schemas"].get("State").is_none());

    let shared = imported(&document, Some(&spec_with_texts()), &Options { share: true, ..Options::default() });
    let spec = value(&shared);
    let schemas = &spec["components"]["schemas"];
    assert_eq!(
        schemas["State"],
        json!({"type": "string", "enum": ["on", "off"], "x-shared-from": ["ListA.200.Things[].State",
            "ListB.200.ThingList[].State"]})
    );
    assert_eq!(schemas["Thing2"]["properties"]["State"], json!({"$ref": "#/components/schemas/State"}));
    assert_eq!(schemas["Thing"]["description"], "By hand.", "the existing type is unchanged");
    let list = &spec["apis"]["ListA"];
    assert_eq!(
        list["responses"]["200"]["schema"]["properties"]["Things"]["items"],
        json!({"$ref": "#/components/schemas/Thing2"})
    );
    assert_eq!(
        list["parameters"][0]["schema"],
        json!({"$ref": "#/components/schemas/Mode", "required": true, "example": "slow"})
    );
    assert!(spec["apis"]["GetThing"] == value(&proposed)["apis"]["GetThing"], "existing operations are not changed");
    let again = imported(&document, Some(&shared.text), &Options { share: true, ..Options::default() });
    assert_eq!(again.text, shared.text);
}

#[test]
fn reason_of_open_sets_is_some() {
    for (name, values, is_open) in [
        ("BizRegionId", &["a"][..], true),
        ("ZoneId", &["b"], true),
        ("Where", &["cn-hangzhou", "us-west-1"], true),
        ("NodeInstanceType", &["small"], true),
        ("Kind", &["ecs.g5.large", "ecs.g6.large"], true),
        ("Weekday", &["1", "2"], true),
        ("Odd", &["", "x"], true),
        ("Status", &["Running", "Stopped"], false),
        ("DiskStatus", &["in-use", "available"], false),
        ("Version", &["1.0", "latest"], false),
    ] {
        assert_eq!(open_set::reason(name, values).is_some(), is_open, "{name}");
    }
}

#[test]
fn path_of_product_or_version_with_separators_is_an_error() {
    for (product, version) in
        [("../etc", "1"), ("/etc", "1"), ("demo", ".."), ("", "1"), ("a/b", "1"), ("a\\b", "1"), ("-x", "1")]
    {
        let document = json!({"info": {"product": product, "version": version, "style": "RPC"}, "apis": {}});
        assert!(path(&source("vendor.json", &document)).is_err(), "{product} {version}");
    }
    assert_eq!(path(&source("vendor.json", &vendor())).expect("names"), "demo/2024-01-01.json");
    assert!(path(&Source::new("vendor.json", "{")).is_err());
}

#[test]
fn import_of_cyclic_references_terminates() {
    let node = json!({"type": "object", "properties": {"Next": {"$ref": "#/components/schemas/Node"},
        "Name": {"type": "string"}}});
    let mut document = vendor();
    document["components"] = json!({"schemas": {"Node": node}});
    document["apis"]["Zap"]["responses"] =
        json!({"200": {"schema": {"type": "object", "properties": {"Root": {"$ref": "#/components/schemas/Node"}}}}});
    let first = imported(&document, None, &Options::default());
    document["components"]["schemas"]["Node"]["properties"]["More"] = json!({"type": "string"});
    let second = imported(&document, Some(&first.text), &Options::default());
    assert_eq!(value(&second)["components"]["schemas"]["Node"]["properties"]["More"], json!({"type": "string"}));
}
