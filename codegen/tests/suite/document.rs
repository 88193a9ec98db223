//! Reading documents.

use alicloud_codegen::document;
use alicloud_codegen::source::{Position, Source, Span};

#[test]
fn read_keeps_every_key_with_its_position() {
    let text = r##"{
  "info": {"product": "demo", "version": 2024, "style": "RPC", "x-crate": {"name": "demo", "version": "1.2.3"}},
  "apis": {"Ping": {"methods": ["get"], "schemes": ["https"], "security": [{"AK": []}, {"Anonymous": []}],
    "parameters": [{"name": "A", "in": "query", "style": "json", "schema": {
      "type": "string", "enum": ["a", 1, true], "enumValueTitles": {"a": "A."}, "x-enum-names": {"1": "One"},
      "minimum": 0, "exclusiveMaximum": 5, "maxLength": "9", "default": false, "x-sensitive": true}}],
    "responses": {"200": {"schema": {"type": "object", "required": ["B"],
      "properties": {"B": {"$ref": "#/components/schemas/B"}}}}},
    "errorCodes": {"400": [{"errorCode": "E", "errorMessage": "no"}, {"errorMessage": "without a code"}]}}},
  "endpoints": [{"regionId": "r", "endpoint": "h", "vpc": ""}]
}"##;
    let source = Source::new("a.json", text);
    let (document, problems) = document::read(&source);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!((&*document.product, &*document.version, &*document.style), ("demo", "2024", "RPC"));
    assert_eq!(
        document.package.and_then(|package| package.version).map(|version| version.value).as_deref(),
        Some("1.2.3")
    );
    let operation = &document.operations[0];
    assert_eq!(source.position(operation.name.span), Position { line: 3, column: 12 });
    assert_eq!(operation.security, ["AK", "Anonymous"]);
    assert_eq!(operation.error_codes.len(), 1);
    let schema = &operation.parameters[0].schema;
    let values: Vec<_> =
        schema.values.iter().map(|value| (&*value.text, value.title.as_deref(), value.rust_name.as_deref())).collect();
    assert_eq!(values, [("a", Some("A."), None), ("1", None, Some("One")), ("true", None, None)]);
    assert!(schema.sensitive == Some(true) && schema.exclusive_maximum);
    assert_eq!(
        (schema.minimum.as_deref(), schema.most.as_deref(), schema.default.as_deref()),
        (Some("0"), Some("9"), Some("false"))
    );
    let response = operation.responses[0].schema.as_ref();
    assert!(
        response
            .is_some_and(|response| response.properties[0].1.required && response.properties[0].1.reference.is_some())
    );
    assert!(document.endpoints[0].vpc.is_none());
}

#[test]
fn position_counts_characters_and_lines_from_one() {
    let source = Source::new("a", "\u{feff}é1\r\n\n中2");
    let position = |at: usize| source.position(Span::new(at, at + 1));
    assert_eq!(position(0), Position { line: 1, column: 1 });
    assert_eq!(position(2), Position { line: 1, column: 2 });
    assert_eq!(position(5), Position { line: 2, column: 1 });
    assert_eq!(position(9), Position { line: 3, column: 2 });
    assert_eq!(position(1000).line, 3);
    assert_eq!((source.line(1), source.line(2), source.line(3), source.line(9)), ("é1", "", "中2", ""));
}

#[test]
fn read_of_a_too_large_file_is_an_error() {
    let source = Source::new("a", " ".repeat(document::SIZE_LIMIT + 1));
    let (_, problems) = document::read(&source);
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["E0105"]);
}
