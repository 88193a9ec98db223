use std::collections::HashMap;

use alicloud_document::document::{self, Document};
use alicloud_document::source::Source;
use serde_json::json;

use super::*;
use crate::percent::{encode, pairs};
use crate::schema;

const DOCUMENT: &str = r##"{
  "info": {"style": "ROA", "product": "Demo", "version": "1"},
  "components": {"schemas": {
    "Node": {"type": "object", "properties": {
      "Name": {"type": "string", "required": true},
      "Next": {"$ref": "#/components/schemas/Node"},
      "Children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}},
    "Circle": {"$ref": "#/components/schemas/Circle"},
    "Empty": {"type": "object", "properties": []}
  }},
  "apis": {
    "Query": {"methods": ["post", "get"], "parameters": [
      {"name": "Text", "in": "query", "schema": {"type": "string", "required": true, "enum": ["a", "b"],
          "maxLength": 3}},
      {"name": "Int", "in": "query", "schema": {"type": "integer", "format": "int32", "minimum": "1", "maximum": "5"}},
      {"name": "Long", "in": "query", "schema": {"type": "integer", "format": "int64"}},
      {"name": "Ratio", "in": "query", "schema": {"type": "number", "format": "double", "maximum": "1",
          "exclusiveMaximum": true}},
      {"name": "On", "in": "query", "schema": {"type": "boolean"}},
      {"name": "Users", "in": "query", "style": "repeatList", "schema": {"type": "array", "maxItems": 2,
          "items": {"type": "string"}}},
      {"name": "Tags", "in": "query", "style": "flat", "schema": {"type": "array", "items": {"type": "object",
          "properties": {
        "Key": {"type": "string", "required": true}, "Size": {"type": "integer"}, "Marks": {"type": "array",
            "items": {"type": "string"}}}}}},
      {"name": "Disk", "in": "query", "style": "flat", "schema": {"type": "object", "properties": {
        "Size": {"type": "integer"}, "Labels": {"type": "object", "additionalProperties": {"type": "string"}}}}},
      {"name": "Disk.Kind", "in": "query", "schema": {"type": "string"}},
      {"name": "Spell", "in": "query", "style": "repeatList", "schema": {"type": "array", "items": {"type": "object",
          "properties": {"A": {"type": "string"}}}}},
      {"name": "Spell.1.A", "in": "query", "schema": {"type": "string"}},
      {"name": "Spell.1.B", "in": "query", "schema": {"type": "string"}},
      {"name": "Net", "in": "query", "style": "json", "schema": {"$ref": "#/components/schemas/Node"}},
      {"name": "Round", "in": "query", "style": "json", "schema": {"$ref": "#/components/schemas/Circle"}},
      {"name": "Lost", "in": "query", "style": "json", "schema": {"$ref": "#/components/schemas/Missing"}},
      {"name": "Blank", "in": "query", "style": "json", "schema": {"$ref": "#/components/schemas/Empty"}},
      {"name": "Chain", "in": "query", "style": "flat", "schema": {"$ref": "#/components/schemas/Node"}},
      {"name": "Ids", "in": "query", "style": "simple", "schema": {"type": "array", "items": {"type": "integer"}}},
      {"name": "Any", "in": "query", "schema": {"type": "any"}},
      {"name": "Twice", "in": "query", "schema": {"type": "string"}},
      {"name": "Twice", "in": "query", "schema": {"type": "string"}},
      {"name": "x-mode", "in": "header", "schema": {"type": "integer"}},
      {"name": "Where", "in": "host", "schema": {"type": "string"}}]},
    "Form": {"methods": ["post", "get"], "parameters": [
      {"name": "Field", "in": "formData", "schema": {"type": "string", "required": true}},
      {"name": "Page", "in": "query", "schema": {"type": "integer"}},
      {"name": "Format", "in": "query", "schema": {"type": "string"}}]},
    "Body": {"path": "/x/{id}", "methods": ["put"], "parameters": [
      {"name": "id", "in": "path", "schema": {"type": "integer", "required": true}},
      {"name": "body", "in": "body", "style": "json", "schema": {"type": "object", "required": true, "properties": {
        "name": {"type": "string", "required": true}, "count": {"type": "integer", "format": "int32"},
            "ratio": {"type": "number"},
        "on": {"type": "boolean"}, "blob": {"type": "string", "format": "byte"}, "list": {"type": "array",
            "items": {"type": "integer"}},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}}, "free": {"type": "object"},
            "any": {}}}}]},
    "Optional": {"path": "/o", "methods": ["post"], "parameters": [
      {"name": "body", "in": "body", "style": "json", "schema": {"type": "object",
          "properties": {"a": {"type": "string", "required": true}}}}]},
    "Binary": {"methods": ["post"], "parameters": [
      {"name": "body", "in": "body", "schema": {"type": "string", "format": "binary", "required": true}}]},
    "Untyped": {"path": "/u", "methods": ["post"], "parameters": [{"name": "body", "in": "body", "schema": {}}]},
    "Bare": {"methods": ["post"], "parameters": []}
  }
}"##;

struct Fixture {
    document: Document,
    index: HashMap<String, usize>,
}

fn fixture() -> Fixture {
    let (document, diagnostics) = document::read(&Source::new("demo.json", DOCUMENT));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    Fixture { index: schema::index(&document), document }
}

/// The parts of a request that are checked.
#[derive(Default)]
struct RequestParts<'a> {
    method: &'a str,
    query: &'a str,
    form: Option<&'a str>,
    body: &'a [u8],
    headers: &'a [(&'a str, &'a str)],
    path: &'a [(&'a str, &'a str)],
    source: Option<ParameterSource>,
    strict: bool,
}

fn check(operation: &str, request_parts: &RequestParts<'_>) -> Result<Value, String> {
    let fixture = fixture();
    let operation = fixture.document.operations.iter().find(|known| known.name.value == operation).unwrap();
    let own = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
    let request = Request {
        method: if request_parts.method.is_empty() { "POST" } else { request_parts.method }.to_owned(),
        target: String::new(),
        headers: request_parts.headers.iter().map(own).collect(),
        body: request_parts.form.map_or(request_parts.body, str::as_bytes).to_vec(),
    };
    let query = pairs(request_parts.query).unwrap();
    let form = request_parts.form.map(|form| pairs(form).unwrap());
    let path: Vec<_> = request_parts.path.iter().map(own).collect();
    let parts = Parts {
        request: &request,
        query: &query,
        form: form.as_deref(),
        path: &path,
        system: &["Format", "Version"],
        source: request_parts.source.unwrap_or(ParameterSource::of(&request.method)),
    };
    let types = Types::new(&fixture.document, &fixture.index);
    let outcome = Rules { types, operation, strict: request_parts.strict }.check(&parts);
    outcome.map(Value::Object).map_err(|failure| format!("{}: {}", failure.code, failure.message))
}

fn query(text: &str) -> Result<Value, String> {
    check("Query", &RequestParts { query: &format!("Text=a&{text}"), ..RequestParts::default() })
}

#[track_caller]
fn assert_decodes(text: &str, name: &str, expected: Value) {
    assert_eq!(query(text).unwrap()[name], expected, "{text}");
}

#[track_caller]
fn assert_rejected(outcome: Result<Value, String>, words: &str) {
    let message = outcome.expect_err(words);
    assert!(message.contains(words), "{message} does not contain {words}");
}

fn json_query(name: &str, value: &Value) -> Result<Value, String> {
    query(&format!("{name}={}", encode(&value.to_string())))
}

#[test]
fn check_of_scalars_decodes_valid_and_rejects_invalid_values() {
    assert_decodes("Int=5", "Int", json!(5));
    assert_decodes("Int=-2147483648", "Int", json!(i32::MIN));
    assert_decodes("Long=9223372036854775807", "Long", json!(i64::MAX));
    assert_decodes("Ratio=1e-07", "Ratio", json!(1e-7));
    assert_decodes("Ratio=-5", "Ratio", json!(-5));
    assert_decodes("On=true", "On", json!(true));
    assert_decodes("On=False", "On", json!(false));
    assert_decodes("Any=5", "Any", json!("5"));
    assert_decodes("Twice=x", "Twice", json!("x"));
    assert_decodes("Int=7&Version=1", "Text", json!("a"));
    for text in ["Int=", "Int=1.0", "Int=1e3", "Int=+1", "Int=01", "Int=%201", "Int=2147483648", "Int=x", "Int=-"] {
        assert_rejected(query(text), "InvalidParameter: Int must be");
    }
    assert_rejected(query("Long=9223372036854775808"), "64 bits");
    for text in ["Ratio=", "Ratio=NaN", "Ratio=inf", "Ratio=1e999", "Ratio=+1", "Ratio=%201", "Ratio=.5"] {
        assert_rejected(query(text), "Ratio must be a decimal number");
    }
    for text in ["On=1", "On=TRUE", "On="] {
        assert_rejected(query(text), "On must be true or false");
    }
}

#[test]
fn check_of_missing_unknown_or_repeated_parameters_is_an_error() {
    assert_rejected(check("Query", &RequestParts::default()), "MissingParameter: the parameter Text");
    assert!(
        check("Query", &RequestParts { query: "Text=", ..RequestParts::default() }).is_ok(),
        "an empty text is a value"
    );
    assert_rejected(query("Nope=1"), "Nope is not a parameter of Query");
    assert_rejected(query("text=1"), "text is not a parameter of Query");
    assert_rejected(query("Int=1&Int=1"), "Int was sent twice");
    assert_rejected(query("Where=x"), "Where is sent in the host name, not in the query");
}

#[test]
fn check_of_flattened_lists_and_objects_decodes_them() {
    assert_decodes("Users.1=a&Users.2=b", "Users", json!(["a", "b"]));
    assert_decodes("Users.2=b&Users.1=a", "Users", json!(["a", "b"]));
    assert_decodes("Users.3=c", "Users", json!([null, null, "c"]));
    assert_decodes("Users.4000000000=c", "Users", json!(["c"]));
    assert_decodes(
        "Tags.1.Key=k&Tags.1.Size=3&Tags.1.Marks.1=m&Tags.2.Key=",
        "Tags",
        json!([
        {"Key": "k", "Size": 3, "Marks": ["m"]}, {"Key": ""}]),
    );
    assert_decodes("Disk.Size=4&Disk.Labels.a.b=c", "Disk", json!({"Size": 4, "Labels": {"a.b": "c"}}));
    assert_decodes(
        "Chain.Name=a&Chain.Next.Name=b&Chain.Children.1.Name=c",
        "Chain",
        json!({"Name": "a", "Next": {"Name": "b"}, "Children": [{"Name": "c"}]}),
    );
    assert_decodes("Any.x=1", "Any", json!({"x": "1"}));
    for text in ["Users.0=a", "Users.01=a", "Users.x=a", "Users.-1=a", "Users.=a", "Users.99999999999=a", "Users.+1=a"]
    {
        assert_rejected(query(text), "Users is");
    }
    assert_rejected(query("Users=a"), "Users is sent in its parts");
    assert_rejected(query("Users.1.x=a"), "Users.1 is a single value without parts");
    assert_rejected(query("Users.1=a&Users.1.x=b"), "Users.1 is a single value without parts");
    assert_rejected(query("Tags.1=a"), "Tags.1 is sent in its parts");
    assert_rejected(query("Tags.1.Nope=a"), "Tags.1.Nope is unknown");
    assert_rejected(query("Tags.1.Size=x"), "Tags.1.Size must be a decimal integer");
    assert_rejected(query("Tags.1.=x"), "Tags.1 is sent in its parts");
    assert_rejected(query("Disk=x"), "Disk is sent in its parts");
    assert_rejected(query("Int.1=x"), "Int is a single value without parts");
    assert_rejected(query(&format!("Chain{}.Name=x", ".Next".repeat(200))), "too many parts");
}

#[test]
fn check_of_declared_dotted_names_decodes_them() {
    assert_decodes("Disk.Kind=ssd&Disk.Size=1", "Disk.Kind", json!("ssd"));
    assert_decodes("Disk.Kind=ssd&Disk.Size=1", "Disk", json!({"Size": 1}));
    assert_decodes("Spell.1.A=x&Spell.2.A=y", "Spell", json!([{"A": "x"}, {"A": "y"}]));
    assert_decodes("Spell.1.B=x", "Spell.1.B", json!("x"));
}

#[test]
fn check_of_json_in_a_parameter_decodes_it() {
    let chain = json!({"Name": "a", "Next": {"Name": "b", "Children": []}, "Children": [{"Name": "c"}, null]});
    assert_eq!(json_query("Net", &chain).unwrap()["Net"], chain);
    assert_eq!(json_query("Round", &json!([1])).unwrap()["Round"], json!([1]));
    assert_eq!(json_query("Lost", &json!({"a": 1})).unwrap()["Lost"], json!({"a": 1}));
    assert_eq!(json_query("Blank", &json!({"a": 1})).unwrap()["Blank"], json!({"a": 1}));
    assert_rejected(query("Net=%7B"), "Net must be a JSON value");
    assert_rejected(query("Net.Name=a"), "Net is sent as one JSON value");
    assert_rejected(json_query("Net", &json!([])), "Net must be an object");
    assert_rejected(json_query("Net", &json!({"Name": 1})), "Net.Name must be a string");
    assert_rejected(json_query("Net", &json!({"Name": "a", "Nope": 1})), "Net.Nope is unknown");
    assert_rejected(
        json_query("Net", &json!({"Name": "a", "Children": [{"Name": "b"}, {"Name": true}]})),
        "Net.Children[1].Name",
    );
    assert_rejected(query(&format!("Net={}", encode(&"[".repeat(100_000)))), "Net must be a JSON value");
}

#[test]
fn check_of_joined_lists_decodes_items() {
    assert_decodes("Ids=1%2C2", "Ids", json!([1, 2]));
    assert_decodes("Ids=", "Ids", json!([]));
    assert_rejected(query("Ids=1%2Cx"), "Ids must be a list, each item");
    assert_rejected(query("Ids.1=1"), "Ids is sent as one list");
}

#[test]
fn check_of_a_classic_form_accepts_all_parameters_in_it() {
    let headers = &[("content-type", "application/x-www-form-urlencoded")];
    let source = Some(ParameterSource::Form);
    let form = |query, form| {
        check("Form", &RequestParts { query, form: Some(form), headers, source, ..RequestParts::default() })
    };
    assert_eq!(form("", "Version=2&Page=1&Field=x").unwrap(), json!({"Page": 1, "Field": "x"}));
    assert_rejected(form("Page=1", "Field=x"), "Page is sent in the form body, not in the query");
    assert_rejected(form("Version=2", "Field=x"), "Version is not a parameter of Form");
    assert_rejected(form("", "Page=1&Page=1"), "Page was sent twice");
    assert_rejected(form("", "Page=1&Nope=1"), "Nope is not a parameter of Form");
}

#[test]
fn check_of_header_parameters_decodes_them() {
    let with = |headers: &[(&str, &str)]| {
        check("Query", &RequestParts { query: "Text=a", headers, ..RequestParts::default() })
    };
    assert_eq!(with(&[("X-Mode", "3"), ("x-other", "y"), ("accept", "z")]).unwrap()["x-mode"], json!(3));
    assert_rejected(with(&[("x-mode", "y")]), "x-mode must be a decimal integer");
    assert_rejected(with(&[("x-mode", "1"), ("X-Mode", "1")]), "the header x-mode was sent twice");
    assert_rejected(with(&[("Users", "y")]), "Users is sent in the query, not in the headers");
    assert_rejected(query("x-mode=3"), "x-mode is sent in the headers, not in the query");
}

#[test]
fn check_of_forms_decodes_fields() {
    let form = |query, form| {
        let headers = &[("content-type", "application/x-www-form-urlencoded")];
        check("Form", &RequestParts { query, form: Some(form), headers, ..RequestParts::default() })
    };
    assert_eq!(form("Page=1", "Field=x").unwrap(), json!({"Page": 1, "Field": "x"}));
    assert_eq!(
        form("Page=1&Version=2&Format=f", "Field=x").unwrap()["Format"],
        json!("f"),
        "declared, so not the system's"
    );
    assert_rejected(form("", ""), "MissingParameter: the parameter Field");
    assert_rejected(form("Field=x", ""), "Field is sent in the form body, not in the query");
    assert_rejected(form("", "Field=x&Page=1"), "Page is sent in the query, not in the form body");
    assert_rejected(form("", "Field=x&Version=1"), "Version is not a parameter");
    assert_rejected(check("Form", &RequestParts { body: b"{}", ..RequestParts::default() }), "the body must be a form");
    assert_rejected(check("Form", &RequestParts::default()), "MissingParameter");
    let got = check("Form", &RequestParts { method: "GET", query: "Field=x&Page=1", ..RequestParts::default() });
    assert_eq!(got.unwrap(), json!({"Field": "x", "Page": 1}), "without a body the form is in the query");
    assert_rejected(
        check("Bare", &RequestParts { form: Some("a=1"), ..RequestParts::default() }),
        "a is not a parameter of Bare",
    );
    assert_rejected(check("Bare", &RequestParts { body: b"x", ..RequestParts::default() }), "Bare has no body");
    assert!(check("Bare", &RequestParts { form: Some(""), ..RequestParts::default() }).is_ok());
}

#[test]
fn check_of_json_bodies_rejects_wrong_types() {
    let headers = &[("content-type", "application/json; charset=utf-8")];
    let put = |body: &[u8]| {
        check("Body", &RequestParts { method: "PUT", body, headers, path: &[("id", "7")], ..RequestParts::default() })
    };
    let all = json!({"name": "a", "count": 1, "ratio": 0.5, "on": true, "blob": "no base64: %", "list": [1],
        "map": {"a": 1},
        "free": {"x": [1]}, "any": null});
    assert_eq!(put(all.to_string().as_bytes()).unwrap(), json!({"id": 7, "body": all}));
    for (body, words) in [
        (json!({"name": "a", "count": 2_147_483_648_u32}), "body.count must be an integer of 32 bits"),
        (json!({"name": "a", "count": 1.5}), "body.count must be an integer"),
        (json!({"name": "a", "ratio": "1"}), "body.ratio must be a number"),
        (json!({"name": "a", "on": "true"}), "body.on must be true or false"),
        (json!({"name": "a", "blob": 1}), "body.blob must be a string"),
        (json!({"name": "a", "list": ["x"]}), "body.list[0] must be an integer"),
        (json!({"name": "a", "list": {}}), "body.list must be an array"),
        (json!({"name": "a", "map": {"k": "v"}}), "body.map.k must be an integer"),
        (json!({"name": "a", "free": 1}), "body.free must be an object"),
        (json!({"name": "a", "more": 1}), "body.more is unknown"),
        (json!("text"), "body must be an object"),
    ] {
        assert_rejected(put(body.to_string().as_bytes()), words);
    }
    assert_rejected(put(b""), "MissingParameter: the parameter body");
    assert_rejected(put(b"{"), "the body is not JSON");
    assert_rejected(put(&[0xff]), "the body is not JSON");
    let plain =
        RequestParts { method: "PUT", body: br#"{"name":"a"}"#, path: &[("id", "7")], ..RequestParts::default() };
    assert_rejected(check("Body", &plain), "content-type application/json");
    let wrong = RequestParts { path: &[("id", "x")], headers, ..plain };
    assert_rejected(check("Body", &wrong), "id must be a decimal integer");
}

#[test]
fn check_of_optional_bodies_accepts_an_empty_object() {
    let headers = &[("content-type", "application/json")];
    let post =
        |body: &[u8], strict| check("Optional", &RequestParts { body, headers, strict, ..RequestParts::default() });
    assert_eq!(post(b"{}", true).unwrap(), json!({}));
    assert_rejected(post(b"", false), "always sent: {} if nothing is set");
    assert_rejected(post(br#"{"a": null}"#, true), "MissingParameter: the parameter body.a");
    assert!(post(br#"{"a": null}"#, false).is_ok(), "recorded requests lack members that are required");
}

#[test]
fn check_of_other_bodies_accepts_text_and_bytes() {
    let binary = check("Binary", &RequestParts { body: b"\x89PNG", ..RequestParts::default() });
    assert!(binary.unwrap()["body"].is_string());
    assert_rejected(check("Binary", &RequestParts::default()), "MissingParameter: the parameter body");
    let untyped = |body: &[u8], kind| {
        check("Untyped", &RequestParts { body, headers: &[("content-type", kind)], ..RequestParts::default() })
    };
    assert_eq!(untyped(b"[1]", "application/json").unwrap()["body"], json!([1]));
    assert_eq!(untyped(b"text", "application/json").unwrap()["body"], json!("text"));
    assert_eq!(untyped(b"", "application/json").unwrap(), json!({}));
    assert_rejected(untyped(b"[1]", "text/plain"), "content-type application/json");
}

#[test]
fn check_of_bounds_is_strict_only() {
    let strict = |text: &str| check("Query", &RequestParts { query: text, strict: true, ..RequestParts::default() });
    for (text, words) in [
        ("Text=c", "Text must be one of a, b"),
        ("Text=a&Int=6", "Int must be 5 or less"),
        ("Text=a&Int=0", "Int must be 1 or more"),
        ("Text=a&Ratio=1", "Ratio must be 1 or less, itself excluded"),
        ("Text=a&Users.1=a&Users.2=b&Users.3=c", "Users must be of 2 items or less"),
        ("Text=aaaa", "Text must be of 3 characters or less"),
        ("Text=a&Tags.1.Size=1", "MissingParameter: the parameter Tags.1.Key"),
    ] {
        assert_rejected(strict(text), words);
        let lenient = check("Query", &RequestParts { query: text, ..RequestParts::default() });
        assert!(lenient.is_ok(), "{text} {lenient:?}");
    }
    assert!(strict("Text=a&Int=5&Ratio=0.5&Users.1=a").is_ok());
}

#[test]
fn check_error_messages_contain_no_values() {
    for text in ["Int=planted", "Net=planted", "Ids=planted", "On=planted", "Users=planted", "Nope=planted"] {
        assert!(!query(text).unwrap_err().contains("planted"), "{text}");
    }
}
