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
      {"name": "Text", "in": "query", "schema": {"type": "string", "required": true, "enum": ["a", "b"], "maxLength": 3}},
      {"name": "Int", "in": "query", "schema": {"type": "integer", "format": "int32", "minimum": "1", "maximum": "5"}},
      {"name": "Long", "in": "query", "schema": {"type": "integer", "format": "int64"}},
      {"name": "Ratio", "in": "query", "schema": {"type": "number", "format": "double", "maximum": "1", "exclusiveMaximum": true}},
      {"name": "On", "in": "query", "schema": {"type": "boolean"}},
      {"name": "Users", "in": "query", "style": "repeatList", "schema": {"type": "array", "maxItems": 2, "items": {"type": "string"}}},
      {"name": "Tags", "in": "query", "style": "flat", "schema": {"type": "array", "items": {"type": "object", "properties": {
        "Key": {"type": "string", "required": true}, "Size": {"type": "integer"}, "Marks": {"type": "array", "items": {"type": "string"}}}}}},
      {"name": "Disk", "in": "query", "style": "flat", "schema": {"type": "object", "properties": {
        "Size": {"type": "integer"}, "Labels": {"type": "object", "additionalProperties": {"type": "string"}}}}},
      {"name": "Disk.Kind", "in": "query", "schema": {"type": "string"}},
      {"name": "Spell", "in": "query", "style": "repeatList", "schema": {"type": "array", "items": {"type": "object", "properties": {"A": {"type": "string"}}}}},
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
        "name": {"type": "string", "required": true}, "count": {"type": "integer", "format": "int32"}, "ratio": {"type": "number"},
        "on": {"type": "boolean"}, "blob": {"type": "string", "format": "byte"}, "list": {"type": "array", "items": {"type": "integer"}},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}}, "free": {"type": "object"}, "any": {}}}}]},
    "Optional": {"path": "/o", "methods": ["post"], "parameters": [
      {"name": "body", "in": "body", "style": "json", "schema": {"type": "object", "properties": {"a": {"type": "string", "required": true}}}}]},
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

/// A request as far as the checks look at it.
#[derive(Default)]
struct Asked<'a> {
    method: &'a str,
    query: &'a str,
    form: Option<&'a str>,
    body: &'a [u8],
    headers: &'a [(&'a str, &'a str)],
    path: &'a [(&'a str, &'a str)],
    carrier: Option<Carrier>,
    strict: bool,
}

fn check(operation: &str, asked: &Asked<'_>) -> Result<Value, String> {
    let fixture = fixture();
    let operation = fixture.document.operations.iter().find(|known| known.name.value == operation).unwrap();
    let own = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
    let request = Request {
        method: if asked.method.is_empty() { "POST" } else { asked.method }.to_owned(),
        target: String::new(),
        headers: asked.headers.iter().map(own).collect(),
        body: asked.form.map_or(asked.body, str::as_bytes).to_vec(),
    };
    let query = pairs(asked.query).unwrap();
    let form = asked.form.map(|form| pairs(form).unwrap());
    let path: Vec<_> = asked.path.iter().map(own).collect();
    let parts = Parts {
        request: &request,
        query: &query,
        form: form.as_deref(),
        path: &path,
        system: &["Format", "Version"],
        carrier: asked.carrier.unwrap_or(Carrier::of(&request.method)),
    };
    let types = Types::new(&fixture.document, &fixture.index);
    let outcome = Rules { types, operation, strict: asked.strict }.check(&parts);
    outcome.map(Value::Object).map_err(|failure| format!("{}: {}", failure.code, failure.message))
}

fn query(text: &str) -> Result<Value, String> {
    check("Query", &Asked { query: &format!("Text=a&{text}"), ..Asked::default() })
}

#[track_caller]
fn gives(text: &str, name: &str, expected: Value) {
    assert_eq!(query(text).unwrap()[name], expected, "{text}");
}

#[track_caller]
fn refused(outcome: Result<Value, String>, words: &str) {
    let message = outcome.expect_err(words);
    assert!(message.contains(words), "{message} does not say {words}");
}

fn json_query(name: &str, value: &Value) -> Result<Value, String> {
    query(&format!("{name}={}", encode(&value.to_string())))
}

#[test]
fn scalars() {
    gives("Int=5", "Int", json!(5));
    gives("Int=-2147483648", "Int", json!(i32::MIN));
    gives("Long=9223372036854775807", "Long", json!(i64::MAX));
    gives("Ratio=1e-07", "Ratio", json!(1e-7));
    gives("Ratio=-5", "Ratio", json!(-5));
    gives("On=true", "On", json!(true));
    gives("On=False", "On", json!(false));
    gives("Any=5", "Any", json!("5"));
    gives("Twice=x", "Twice", json!("x"));
    gives("Int=7&Version=1", "Text", json!("a"));
    for text in ["Int=", "Int=1.0", "Int=1e3", "Int=+1", "Int=01", "Int=%201", "Int=2147483648", "Int=x", "Int=-"] {
        refused(query(text), "InvalidParameter: Int must be");
    }
    refused(query("Long=9223372036854775808"), "64 bits");
    for text in ["Ratio=", "Ratio=NaN", "Ratio=inf", "Ratio=1e999", "Ratio=+1", "Ratio=%201", "Ratio=.5"] {
        refused(query(text), "Ratio must be a decimal number");
    }
    for text in ["On=1", "On=TRUE", "On="] {
        refused(query(text), "On must be true or false");
    }
}

#[test]
fn required_unknown_and_repeated_parameters() {
    refused(check("Query", &Asked::default()), "MissingParameter: the parameter Text");
    assert!(check("Query", &Asked { query: "Text=", ..Asked::default() }).is_ok(), "an empty text is there");
    refused(query("Nope=1"), "Nope is not a parameter of Query");
    refused(query("text=1"), "text is not a parameter of Query");
    refused(query("Int=1&Int=1"), "Int was sent twice");
    refused(query("Where=x"), "Where is sent in the host name, not in the query");
}

#[test]
fn flattened_lists_and_objects() {
    gives("Users.1=a&Users.2=b", "Users", json!(["a", "b"]));
    gives("Users.2=b&Users.1=a", "Users", json!(["a", "b"]));
    gives("Users.3=c", "Users", json!([null, null, "c"]));
    gives("Users.4000000000=c", "Users", json!(["c"]));
    gives(
        "Tags.1.Key=k&Tags.1.Size=3&Tags.1.Marks.1=m&Tags.2.Key=",
        "Tags",
        json!([
        {"Key": "k", "Size": 3, "Marks": ["m"]}, {"Key": ""}]),
    );
    gives("Disk.Size=4&Disk.Labels.a.b=c", "Disk", json!({"Size": 4, "Labels": {"a.b": "c"}}));
    gives(
        "Chain.Name=a&Chain.Next.Name=b&Chain.Children.1.Name=c",
        "Chain",
        json!({"Name": "a", "Next": {"Name": "b"}, "Children": [{"Name": "c"}]}),
    );
    gives("Any.x=1", "Any", json!({"x": "1"}));
    for text in ["Users.0=a", "Users.01=a", "Users.x=a", "Users.-1=a", "Users.=a", "Users.99999999999=a", "Users.+1=a"]
    {
        refused(query(text), "Users is");
    }
    refused(query("Users=a"), "Users is sent in its parts");
    refused(query("Users.1.x=a"), "Users.1 is a single value without parts");
    refused(query("Users.1=a&Users.1.x=b"), "Users.1 is a single value without parts");
    refused(query("Tags.1=a"), "Tags.1 is sent in its parts");
    refused(query("Tags.1.Nope=a"), "Tags.1.Nope is not known");
    refused(query("Tags.1.Size=x"), "Tags.1.Size must be a decimal integer");
    refused(query("Tags.1.=x"), "Tags.1 is sent in its parts");
    refused(query("Disk=x"), "Disk is sent in its parts");
    refused(query("Int.1=x"), "Int is a single value without parts");
    refused(query(&format!("Chain{}.Name=x", ".Next".repeat(200))), "too many parts");
}

#[test]
fn dotted_names_of_their_own() {
    gives("Disk.Kind=ssd&Disk.Size=1", "Disk.Kind", json!("ssd"));
    gives("Disk.Kind=ssd&Disk.Size=1", "Disk", json!({"Size": 1}));
    gives("Spell.1.A=x&Spell.2.A=y", "Spell", json!([{"A": "x"}, {"A": "y"}]));
    gives("Spell.1.B=x", "Spell.1.B", json!("x"));
}

#[test]
fn json_in_a_parameter() {
    let chain = json!({"Name": "a", "Next": {"Name": "b", "Children": []}, "Children": [{"Name": "c"}, null]});
    assert_eq!(json_query("Net", &chain).unwrap()["Net"], chain);
    assert_eq!(json_query("Round", &json!([1])).unwrap()["Round"], json!([1]));
    assert_eq!(json_query("Lost", &json!({"a": 1})).unwrap()["Lost"], json!({"a": 1}));
    assert_eq!(json_query("Blank", &json!({"a": 1})).unwrap()["Blank"], json!({"a": 1}));
    refused(query("Net=%7B"), "Net must be a JSON value");
    refused(query("Net.Name=a"), "Net is sent as one JSON value");
    refused(json_query("Net", &json!([])), "Net must be an object");
    refused(json_query("Net", &json!({"Name": 1})), "Net.Name must be a string");
    refused(json_query("Net", &json!({"Name": "a", "Nope": 1})), "Net.Nope is not known");
    refused(
        json_query("Net", &json!({"Name": "a", "Children": [{"Name": "b"}, {"Name": true}]})),
        "Net.Children[1].Name",
    );
    refused(query(&format!("Net={}", encode(&"[".repeat(100_000)))), "Net must be a JSON value");
}

#[test]
fn joined_lists() {
    gives("Ids=1%2C2", "Ids", json!([1, 2]));
    gives("Ids=", "Ids", json!([]));
    refused(query("Ids=1%2Cx"), "Ids must be a list, each item");
    refused(query("Ids.1=1"), "Ids is sent as one list");
}

#[test]
fn a_classic_form_carries_every_parameter_and_those_of_the_protocol() {
    let headers = &[("content-type", "application/x-www-form-urlencoded")];
    let carrier = Some(Carrier::Form);
    let form = |query, form| check("Form", &Asked { query, form: Some(form), headers, carrier, ..Asked::default() });
    assert_eq!(form("", "Version=2&Page=1&Field=x").unwrap(), json!({"Page": 1, "Field": "x"}));
    refused(form("Page=1", "Field=x"), "Page is sent in the form body, not in the query");
    refused(form("Version=2", "Field=x"), "Version is not a parameter of Form");
    refused(form("", "Page=1&Page=1"), "Page was sent twice");
    refused(form("", "Page=1&Nope=1"), "Nope is not a parameter of Form");
}

#[test]
fn headers() {
    let with = |headers: &[(&str, &str)]| check("Query", &Asked { query: "Text=a", headers, ..Asked::default() });
    assert_eq!(with(&[("X-Mode", "3"), ("x-other", "y"), ("accept", "z")]).unwrap()["x-mode"], json!(3));
    refused(with(&[("x-mode", "y")]), "x-mode must be a decimal integer");
    refused(with(&[("x-mode", "1"), ("X-Mode", "1")]), "the header x-mode was sent twice");
    refused(with(&[("Users", "y")]), "Users is sent in the query, not in the headers");
    refused(query("x-mode=3"), "x-mode is sent in the headers, not in the query");
}

#[test]
fn forms() {
    let form = |query, form| {
        let headers = &[("content-type", "application/x-www-form-urlencoded")];
        check("Form", &Asked { query, form: Some(form), headers, ..Asked::default() })
    };
    assert_eq!(form("Page=1", "Field=x").unwrap(), json!({"Page": 1, "Field": "x"}));
    assert_eq!(
        form("Page=1&Version=2&Format=f", "Field=x").unwrap()["Format"],
        json!("f"),
        "declared, so not the system's"
    );
    refused(form("", ""), "MissingParameter: the parameter Field");
    refused(form("Field=x", ""), "Field is sent in the form body, not in the query");
    refused(form("", "Field=x&Page=1"), "Page is sent in the query, not in the form body");
    refused(form("", "Field=x&Version=1"), "Version is not a parameter");
    refused(check("Form", &Asked { body: b"{}", ..Asked::default() }), "the body must be a form");
    refused(check("Form", &Asked::default()), "MissingParameter");
    let got = check("Form", &Asked { method: "GET", query: "Field=x&Page=1", ..Asked::default() });
    assert_eq!(got.unwrap(), json!({"Field": "x", "Page": 1}), "without a body the form is in the query");
    refused(check("Bare", &Asked { form: Some("a=1"), ..Asked::default() }), "a is not a parameter of Bare");
    refused(check("Bare", &Asked { body: b"x", ..Asked::default() }), "Bare takes no body");
    assert!(check("Bare", &Asked { form: Some(""), ..Asked::default() }).is_ok());
}

#[test]
fn json_bodies() {
    let headers = &[("content-type", "application/json; charset=utf-8")];
    let put =
        |body: &[u8]| check("Body", &Asked { method: "PUT", body, headers, path: &[("id", "7")], ..Asked::default() });
    let all = json!({"name": "a", "count": 1, "ratio": 0.5, "on": true, "blob": "no base64: %", "list": [1], "map": {"a": 1},
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
        (json!({"name": "a", "more": 1}), "body.more is not known"),
        (json!("text"), "body must be an object"),
    ] {
        refused(put(body.to_string().as_bytes()), words);
    }
    refused(put(b""), "MissingParameter: the parameter body");
    refused(put(b"{"), "the body is not JSON");
    refused(put(&[0xff]), "the body is not JSON");
    let plain = Asked { method: "PUT", body: br#"{"name":"a"}"#, path: &[("id", "7")], ..Asked::default() };
    refused(check("Body", &plain), "content-type application/json");
    let wrong = Asked { path: &[("id", "x")], headers, ..plain };
    refused(check("Body", &wrong), "id must be a decimal integer");
}

#[test]
fn bodies_that_need_not_be_set() {
    let headers = &[("content-type", "application/json")];
    let post = |body: &[u8], strict| check("Optional", &Asked { body, headers, strict, ..Asked::default() });
    assert_eq!(post(b"{}", true).unwrap(), json!({}));
    refused(post(b"", false), "always sent: {} if nothing is set");
    refused(post(br#"{"a": null}"#, true), "MissingParameter: the parameter body.a");
    assert!(post(br#"{"a": null}"#, false).is_ok(), "recorded requests lack members that are required");
}

#[test]
fn other_bodies() {
    let binary = check("Binary", &Asked { body: b"\x89PNG", ..Asked::default() });
    assert!(binary.unwrap()["body"].is_string());
    refused(check("Binary", &Asked::default()), "MissingParameter: the parameter body");
    let untyped =
        |body: &[u8], kind| check("Untyped", &Asked { body, headers: &[("content-type", kind)], ..Asked::default() });
    assert_eq!(untyped(b"[1]", "application/json").unwrap()["body"], json!([1]));
    assert_eq!(untyped(b"text", "application/json").unwrap()["body"], json!("text"));
    assert_eq!(untyped(b"", "application/json").unwrap(), json!({}));
    refused(untyped(b"[1]", "text/plain"), "content-type application/json");
}

#[test]
fn bounds_count_for_the_strict_only() {
    let strict = |text: &str| check("Query", &Asked { query: text, strict: true, ..Asked::default() });
    for (text, words) in [
        ("Text=c", "Text must be one of a, b"),
        ("Text=a&Int=6", "Int must be 5 or less"),
        ("Text=a&Int=0", "Int must be 1 or more"),
        ("Text=a&Ratio=1", "Ratio must be 1 or less, itself excluded"),
        ("Text=a&Users.1=a&Users.2=b&Users.3=c", "Users must be of 2 items or less"),
        ("Text=aaaa", "Text must be of 3 characters or less"),
        ("Text=a&Tags.1.Size=1", "MissingParameter: the parameter Tags.1.Key"),
    ] {
        refused(strict(text), words);
        let lenient = check("Query", &Asked { query: text, ..Asked::default() });
        assert!(lenient.is_ok(), "{text} {lenient:?}");
    }
    assert!(strict("Text=a&Int=5&Ratio=0.5&Users.1=a").is_ok());
}

#[test]
fn messages_hold_no_values() {
    for text in ["Int=planted", "Net=planted", "Ids=planted", "On=planted", "Users=planted", "Nope=planted"] {
        assert!(!query(text).unwrap_err().contains("planted"), "{text}");
    }
}
