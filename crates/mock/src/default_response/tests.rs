use std::collections::HashSet;
use std::fs;

use alicloud_document::document;
use alicloud_document::source::Source;
use serde_json::json;

use super::*;
use crate::catalog::{Catalog, OperationSelector};
use crate::check;
use crate::request::Request;

fn catalog(text: &str) -> Catalog {
    Catalog::new(vec![document::read(&Source::new("demo.json", text)).0])
}

/// Returns the response of an operation in a document of RPC style, version 1.
fn respond(catalog: &Catalog, operation: &str) -> DefaultResponse {
    let request = Request { method: "POST".to_owned(), target: "/".to_owned(), ..Request::default() };
    let selector = OperationSelector { action: Some(operation), version: Some("1") };
    let route = catalog.route(&request, &selector).unwrap();
    DefaultResponses::default().respond(&route, "the-request-id")
}

fn json_of(response: DefaultResponse) -> Value {
    match response.body {
        Body::Json(value) => value,
        other => panic!("{other:?}"),
    }
}

/// Returns a document with an operation for each of these response schemas.
fn document_of(schemas: &[(&str, &str)], shared: &str) -> String {
    let operation = |(name, schema): &(&str, &str)| {
        format!(r#""{name}": {{"methods": ["post"], "responses": {{"200": {{"schema": {schema}}}}}}}"#)
    };
    let operations: Vec<String> = schemas.iter().map(operation).collect();
    let info = r#""info": {"style": "RPC", "product": "Demo", "version": "1"}"#;
    format!(r#"{{{info}, "components": {{"schemas": {shared}}}, "apis": {{{}}}}}"#, operations.join(", "))
}

#[test]
fn respond_converts_examples_to_the_declared_type() {
    let schema = r#"{"type": "object", "properties": {
        "Text": {"type": "string", "example": 5}, "Int": {"type": "integer", "format": "int32", "example": "200"},
        "Long": {"type": "integer", "format": "int64", "example": "9007199254740993"}, "Bad": {"type": "integer",
            "example": "x", "minimum": 7},
        "Big": {"type": "integer", "format": "int32", "example": "2147483648"}, "Ratio": {"type": "number",
            "example": "0.25"},
        "On": {"type": "boolean", "example": "false"}, "List": {"type": "array", "example": "[\"a\", \"b\", \"c\"]",
            "items": {"type": "string"}},
        "Wrong": {"type": "array", "example": "[1]", "items": {"type": "string", "example": "x"}},
        "Kind": {"type": "string", "enum": ["A", "B"], "example": "C"}, "Free": {"type": "object",
            "example": "{\"a\": 1}"},
        "Map": {"type": "object", "additionalProperties": {"type": "integer"}}, "Any": {"type": "any",
            "example": "[1]"},
        "StartTime": {"type": "string"}, "Blob": {"type": "string", "format": "byte", "example": "not base64!"},
        "Items": {"type": "array", "items": {"type": "object", "properties": {"RegionId": {"type": "string"}}}}}}"#;
    let value = json_of(respond(&catalog(&document_of(&[("Get", schema)], "{}")), "Get"));
    let expected = json!({"Text": "5", "Int": 200, "Long": 9_007_199_254_740_993_i64, "Bad": 7, "Big": 1,
        "Ratio": 0.25, "On": false,
        "List": ["a", "b"], "Wrong": ["x", "x"], "Kind": "A", "Free": {"a": 1}, "Map": {"key": 1}, "Any": [1],
        "StartTime": "2026-01-02T03:04:05Z", "Blob": "not base64!", "Items": [{"RegionId": "cn-shanghai"},
            {"RegionId": "cn-shanghai"}]});
    assert_eq!(value, expected);
}

#[test]
fn respond_reports_success_in_the_outermost_object() {
    let schemas = [
        (
            "A",
            r#"{"type": "object", "properties": {"RequestId": {"type": "string"}, "Code": {"type": "string", "example": "Error"},
            "Message": {"type": "string"}, "Success": {"type": "boolean", "example": "false"},
                "Data": {"type": "object", "properties": {
            "Code": {"type": "string", "example": "inner"}, "RequestId": {"type": "string", "example": "inner"}}}}}"#,
        ),
        (
            "B",
            r#"{"type": "object", "properties": {"requestId": {"type": "string"}, "code": {"type": "integer", "example": "500"},
            "success": {"type": "string"}, "errorCode": {"type": "string", "example": "Oops"}}}"#,
        ),
        (
            "C",
            r#"{"type": "object", "properties": {"IsSuccess": {"type": "boolean", "example": "false"},
            "Code": {"type": "string", "example": "200"}, "HttpStatusCode": {"type": "integer", "example": "400"},
            "ErrCode": {"type": "string", "example": "InternalError"}, "error_msg": {"type": "string",
                "example": "failed"},
            "ErrorCode": {"type": "integer", "example": "200"}, "errCode": {"type": "integer", "example": "7"},
            "DynamicMessage": {"type": "string", "example": "Type"}, "RetCode": {"type": "integer", "example": "0"},
            "CodeSize": {"type": "integer", "example": "421"}, "ErrorAlertStatus": {"type": "string",
                "example": "on"}}}"#,
        ),
    ];
    let catalog = catalog(&document_of(&schemas, "{}"));
    assert_eq!(
        json_of(respond(&catalog, "A")),
        json!({"RequestId": "the-request-id", "Code": "OK", "Message": "success", "Success": true,
            "Data": {"Code": "inner", "RequestId": "inner"}})
    );
    let expected = json!({"requestId": "the-request-id", "code": 200, "success": "true", "errorCode": ""});
    assert_eq!(json_of(respond(&catalog, "B")), expected);
    let expected = json!({"IsSuccess": true, "Code": "200", "HttpStatusCode": 200, "ErrCode": "", "error_msg": "",
        "ErrorCode": 200, "errCode": 0, "DynamicMessage": "", "RetCode": 0, "CodeSize": 421, "ErrorAlertStatus": "on"});
    assert_eq!(json_of(respond(&catalog, "C")), expected);
}

#[test]
fn respond_with_other_types_than_objects() {
    let schemas = [
        ("List", r#"{"type": "array", "items": {"type": "integer", "example": 3}}"#),
        ("Text", r#"{"type": "string", "example": "hello"}"#),
        ("Binary", r#"{"type": "string", "format": "binary", "example": "PNG"}"#),
        ("Anything", "{}"),
        ("Nothing", r#"null"#),
    ];
    let catalog = catalog(&document_of(&schemas, "{}"));
    assert_eq!(json_of(respond(&catalog, "List")), json!([3, 3]));
    assert_eq!(json_of(respond(&catalog, "Text")), json!("hello"));
    assert!(matches!(respond(&catalog, "Binary").body, Body::Bytes(bytes) if bytes == b"PNG"));
    assert_eq!(json_of(respond(&catalog, "Anything")), json!("any"));
    assert!(matches!(respond(&catalog, "Nothing"), DefaultResponse { status: 200, body: Body::Empty }));
}

#[test]
fn respond_uses_the_lowest_successful_status() {
    let text = r#"{"info": {"style": "RPC", "product": "Demo", "version": "1"}, "apis": {
        "Later": {"methods": ["post"], "responses": {"500": {"schema": {"type": "object"}}, "202": {}}},
        "Made": {"methods": ["post"], "responses": {"4XX": {}, "201": {"schema": {"type": "object"}}}},
        "Bare": {"methods": ["post"], "responses": []}}}"#;
    let catalog = catalog(text);
    assert!(matches!(respond(&catalog, "Later"), DefaultResponse { status: 202, body: Body::Empty }));
    assert!(matches!(respond(&catalog, "Made"), DefaultResponse { status: 201, body: Body::Json(_) }));
    assert!(matches!(respond(&catalog, "Bare"), DefaultResponse { status: 200, body: Body::Empty }));
}

#[test]
fn respond_with_cyclic_schemas_terminates() {
    let shared = r##"{
        "Node": {"type": "object", "properties": {"Name": {"type": "string"},
            "Next": {"$ref": "#/components/schemas/Node"},
            "Children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "Must": {"$ref": "#/components/schemas/Node", "required": true}}},
        "Round": {"$ref": "#/components/schemas/Round"},
        "Wide": {"type": "object", "properties": {"A": {"$ref": "#/components/schemas/W1"},
            "B": {"$ref": "#/components/schemas/W1"}}},
        "W1": {"type": "object", "properties": {"A": {"$ref": "#/components/schemas/W2"},
            "B": {"$ref": "#/components/schemas/W2"}}},
        "W2": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/Wide"}}}}"##;
    let schemas = [
        ("Node", r##"{"$ref": "#/components/schemas/Node"}"##),
        ("Round", r##"{"$ref": "#/components/schemas/Round"}"##),
        ("Lost", r##"{"$ref": "#/components/schemas/Nowhere"}"##),
        ("Wide", r##"{"$ref": "#/components/schemas/Wide"}"##),
    ];
    let catalog = catalog(&document_of(&schemas, shared));
    assert_eq!(json_of(respond(&catalog, "Node")), json!({"Name": "name-1", "Children": [], "Must": {}}));
    for name in ["Round", "Lost", "Wide"] {
        let _ = json_of(respond(&catalog, name));
    }
}

#[test]
fn respond_with_a_broad_schema_is_limited() {
    let mut schema = r#"{"type": "string"}"#.to_owned();
    for _ in 0..12 {
        let properties: Vec<String> = (0..4).map(|number| format!(r#""p{number}": {schema}"#)).collect();
        if schema.len() > 1 << 20 {
            break;
        }
        schema = format!(r#"{{"type": "object", "properties": {{{}}}}}"#, properties.join(","));
    }
    let value = json_of(respond(&catalog(&document_of(&[("Get", &schema)], "{}")), "Get"));
    assert!(value.to_string().len() < 2 << 20);
}

#[test]
fn request_id_is_unique_and_has_the_vendors_format() {
    let ids: HashSet<String> = (0..1000).map(|_| request_id()).collect();
    assert_eq!(ids.len(), 1000);
    let form = |id: &String| id.split('-').map(str::len).collect::<Vec<_>>() == [8, 4, 4, 4, 12];
    assert!(ids.iter().all(form));
}

/// Default responses of every available document are valid for their schemas.
#[test]
fn respond_for_every_document_is_valid_for_its_schema() {
    let files = crate::documents::all();
    let (mut responses, mut longest, mut contradictions) = (0, 0, Vec::new());
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let (document, _) = document::read(&Source::new("api-docs.json", text));
        let index = crate::schema::index(&document);
        for operation in &document.operations {
            let types = crate::schema::Types::new(&document, &index);
            let route = Route { document: &document, operation, types, gateway: None, path: Vec::new() };
            let response = create(&route);
            let Body::Json(value) = response.body else { continue };
            let (_, response) = success(&operation.responses).unwrap();
            let name = format!("{} {}", document.product.value, operation.name.value);
            longest = longest.max(value.to_string().len());
            contradictions.extend(
                value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(field, value)| {
                        let field = field.to_ascii_lowercase();
                        let error = [
                            "errorcode",
                            "errcode",
                            "error_code",
                            "errormessage",
                            "errmessage",
                            "errormsg",
                            "error_msg",
                        ];
                        error.contains(&field.as_str())
                            && ![json!(""), json!(0), json!(200), json!(false), json!(null)].contains(value)
                            && !(value.is_array() || value.is_object())
                    })
                    .map(|(field, value)| format!("{name}: {field} is {value}")),
            );
            check::validate(types, &value, response.schema.as_ref().unwrap())
                .unwrap_or_else(|failure| panic!("{name}: {failure} {value}"));
            responses += 1;
        }
    }
    assert_eq!(contradictions, Vec::<String>::new(), "a success with an error beside it");
    println!("{responses} responses from {} documents, the longest of {longest} bytes", files.len());
}
