//! The generated code for every shape of documents.

use alicloud_codegen::diagnostic::Severity;
use serde_json::json;

use crate::fixture;

/// Returns the code of a file in the crate of a shape, on one line.
fn code_of(shape: &str, file: &str) -> String {
    let text = fixture::read(&fixture::folder("shapes").join(shape).with_extension("json"));
    let files = fixture::generated(shape, &text);
    let path = format!("src/{file}.rs");
    fixture::one_line(files.get(&path).unwrap_or_else(|| panic!("{path} is not among {:?}", files.keys())))
}

fn assert_contains(shape: &str, file: &str, parts: &[&str]) {
    let code = code_of(shape, file);
    for part in parts {
        assert!(code.contains(part), "{shape}: {file} lacks {part}\n{code}");
    }
}

#[test]
fn generate_of_every_shape_has_only_warnings() {
    let files = fixture::files(&fixture::folder("shapes"), "json");
    assert!(files.len() >= 12);
    for path in files {
        let text = fixture::read(&path);
        let outcome = fixture::outcome(&fixture::stem(&path), &text);
        let rendered = fixture::rendered(&fixture::stem(&path), &text, &outcome).join("\n");
        assert!(outcome.diagnostics.iter().all(|found| found.severity == Severity::Warning), "{rendered}");
        assert_eq!(outcome.generated, outcome.operations, "{rendered}");
        let parsed = fixture::parsed(&outcome.files);
        let operations = parsed.keys().filter(|path| path.starts_with("src/operation/")).count();
        assert_eq!(operations, outcome.operations, "{}", path.display());
        for fixed in ["Cargo.toml", "README.md", "src/lib.rs", "src/client.rs", "src/operation.rs"] {
            assert!(outcome.files.contains_key(fixed), "{fixed}");
        }
    }
}

#[test]
fn rpc_operations_have_method_effect_and_token() {
    assert_contains("rpc", "operation/plain", &["OperationInfo::rpc(\"Plain\"),"]);
    assert_contains(
        "rpc",
        "operation/only_get",
        &["OperationInfo::rpc(\"OnlyGet\").method(&Method::GET),", "query \"F\" => f,"],
    );
    assert_contains("rpc", "operation/put", &["OperationInfo::rpc(\"Put\").method(&Method::PUT),"]);
    assert_contains("rpc", "operation/no_methods", &["OperationInfo::rpc(\"NoMethods\"),"]);
    assert_contains("rpc", "operation/empty_methods", &["OperationInfo::rpc(\"EmptyMethods\"),"]);
    assert_contains("rpc", "operation/slash_path", &["OperationInfo::rpc(\"SlashPath\"),"]);
    assert_contains("rpc", "operation/anonymous", &[".anonymous()"]);
    assert_contains("rpc", "operation/read", &[".read()"]);
    assert_contains("rpc", "operation/write", &[".write()"]);
    assert_contains("rpc", "operation/read_and_write", &[".write()"]);
    assert_contains("rpc", "operation/tagged", &[".read()"]);
    assert_contains("rpc", "operation/idempotent", &[".idempotent()", ".token(\"ClientToken\")"]);
    assert!(!code_of("rpc", "operation/required_token").contains(".token("));
}

#[test]
fn idempotency_token_is_detected_by_name_or_key() {
    for (operation, token) in [
        ("upper", "ClientToken"),
        ("lower", "clientToken"),
        ("idempotence", "IdempotenceToken"),
        ("marked", "x-request-key"),
        ("marked_secret", "Key"),
    ] {
        assert_contains("facts", &format!("operation/{operation}"), &[&format!(".token(\"{token}\")")]);
    }
    for operation in ["marked_required", "switched", "number"] {
        assert!(!code_of("facts", &format!("operation/{operation}")).contains(".token("), "{operation}");
    }
}

#[test]
fn effect_of_a_roa_get_without_operation_type_is_read() {
    assert_contains("facts", "operation/got", &[".read()"]);
    assert_contains("facts", "operation/headed", &[".read()"]);
    assert_contains("facts", "operation/got_and_said_to_write", &["Method::GET", ".write()"]);
    assert_contains("facts", "operation/got_and_tagged", &["Method::GET", ".write()"]);
    for operation in ["got_or_posted", "posted"] {
        let code = code_of("facts", &format!("operation/{operation}"));
        assert!(code.contains("Method::POST") && !code.contains(".read()") && !code.contains(".write()"), "{code}");
    }
    // In the RPC style, the method does not indicate the effect.
    assert!(!code_of("rpc", "operation/only_get").contains(".read()"));
}

#[test]
fn bodies_of_text_and_bytes_are_sent_unchanged() {
    assert_contains("wire", "operation/put_text", &[".text()", "body \"body\" =>", "pub body: Option<String>,"]);
    assert_contains(
        "wire",
        "operation/put_shared_text",
        &[".text()", "body \"policy\" =>", "pub policy: Option<String>,"],
    );
    assert_contains("wire", "operation/put_bytes", &[".bytes()", "body_bytes \"body\" =>", "pub body: Option<Bytes>,"]);
    assert_contains("wire", "operation/invoke", &[".raw()", "body_bytes \"body\" =>", "pub body: Option<Bytes>,"]);
    assert_contains(
        "wire",
        "operation/change_thing",
        &["Method::POST", "pub data: Option<String>,", "pub parts: Option<Vec<String>>,"],
    );
    assert_contains("wire", "operation/find_things", &["Method::POST", "pub filter: Option<String>,"]);
    assert_contains("wire", "operation/submit_thing", &[".form()", "pub secret: Option<Sensitive<String>>,"]);
    assert_contains(
        "wire",
        "operation/get_thing",
        &["pub data: Option<String>,", "pub members: BTreeMap<String, Vec<String>>,"],
    );
}

#[test]
fn roa_operations_have_method_and_path() {
    assert_contains(
        "roa",
        "operation/get_thing",
        &[
            "OperationInfo::roa(\"GetThing\", &Method::GET, \"/things/{Id}/parts/{part}\").read(),",
            "path \"Id\" => id,",
            "pub id: String,",
            "pub part: i32,",
            "pub q: Option<String>,",
            "pub fn new(id: impl Into<String>, part: i32) -> Self",
        ],
    );
    // A declared body is always sent, even if no parameter is set.
    assert_contains("roa", "operation/create_thing", &[".json()", "body \"body\" => body,"]);
    assert_contains("roa", "operation/head", &["&Method::HEAD, \"/\""]);
    assert_contains("roa", "operation/default_request", &["&Method::GET, \"/default\""]);
    assert_contains("roa", "operation/twice", &["\"/{Id}/copy/{Id}\"", "path \"Id\" => id,"]);
    assert_contains("roa", "operation/patch", &["header \"X-Header\" => x_header,"]);
    assert_contains("roa", "operation/form_post", &[".form()", "form_json \"Tags\" => tags,"]);
    assert_contains("v3", "operation/by_name", &["OperationInfo::rpc(\"ByName\")"]);
    assert_contains("v3", "operation/by_slash", &["OperationInfo::rpc(\"BySlash\")"]);
    assert_contains("v3", "operation/by_path", &["OperationInfo::roa(\"ByPath\", &Method::GET, \"/things/{Id}\")"]);
}

#[test]
fn parameters_have_placement_and_style() {
    assert_contains(
        "placement",
        "operation/everywhere",
        &[".form()", "query \"Q\" =>", "form \"F\" =>", "header \"x-acs-h\" =>"],
    );
    assert_contains(
        "placement",
        "operation/styles",
        &[
            "query \"Plain\" =>",
            "query \"Repeat\" =>",
            "query \"Flat\" =>",
            "query_json \"Json\" =>",
            "query_joined \"Simple\" =>",
            "form \"FormRepeat\" =>",
            "form \"FormFlat\" =>",
            "form_json \"FormJson\" =>",
            "form_joined \"FormSimple\" =>",
            "query_json \"Untyped\" =>",
            "query_json \"EmptyObject\" =>",
            "query \"Labels\" =>",
            "query_json \"LabelsJson\" =>",
            "query \"ScalarJson\" =>",
            "query \"ScalarRepeat\" =>",
            "query \"SimpleObject\" =>",
            "query \"EmptyStyle\" =>",
            "pub labels: Option<BTreeMap<String, String>>,",
            "pub untyped: Option<Value>,",
            "pub form_repeat: Option<Vec<FormRepeat>>,",
        ],
    );
    assert_contains(
        "placement",
        "operation/dotted",
        &[
            "query \"SystemDisk.Size\" => system_disk_size,",
            "query \"SystemDisk\" => system_disk,",
            "pub system_disk: Option<SystemDisk>,",
            "\"Size\" => size,",
            "\"Sub.Key\" => sub_key,",
            "pub data_disk: Option<Vec<DataDisk>>,",
        ],
    );
    assert_eq!(code_of("placement", "operation/repeated").matches("query \"").count(), 2);
}

#[test]
fn bodies_have_their_encoding() {
    assert_contains("bodies", "operation/json_object", &[".json()", "body \"body\" => body,", "\"Inner\" => inner,"]);
    assert_contains("bodies", "operation/json_list", &["pub body: Option<Vec<JsonListBody>>,", ".json()"]);
    assert_contains("bodies", "operation/json_map", &["pub body: Option<BTreeMap<String, i64>>,"]);
    assert_contains("bodies", "operation/json_any", &["pub body: Option<Value>,", ".json()"]);
    assert_contains("bodies", "operation/json_required", &["pub body: JsonRequiredBody,"]);
    assert_contains(
        "bodies",
        "operation/bytes_request",
        &[".bytes()", "pub body: Option<Bytes>,", "body_bytes \"body\" =>"],
    );
    assert_contains("bodies", "operation/text", &[".text()", "pub body: Option<String>,", "body \"body\" =>"]);
    assert_contains("bodies", "operation/shared", &["pub request: Option<types::Request>,", ".json()"]);
    assert_contains("bodies", "types", &["pub next: Option<Box<Request>>,"]);
    assert_contains("bodies", "operation/number", &["pub body: Option<i64>,", ".json()"]);
}

#[test]
fn parameters_have_rust_types() {
    assert_contains(
        "values",
        "operation/scalars",
        &[
            "pub i: Option<i64>,",
            "pub i32: Option<i32>,",
            "pub i64: Option<i64>,",
            "pub f: Option<f64>,",
            "pub d: Option<f64>,",
            "pub n: Option<f64>,",
            "pub b: Option<bool>,",
            "pub byte: Option<String>,",
            "pub date: Option<Timestamp>,",
            "pub odd: Option<String>,",
            "pub none: Option<Value>,",
            "pub secret: Option<Sensitive<String>>,",
            "pub secrets: Option<Sensitive<Vec<String>>>,",
            "pub shared_secret: Option<Sensitive<String>>,",
            "pub listed: Vec<String>,",
            "pub grid: Vec<Vec<i64>>,",
            "pub map: BTreeMap<String, Vec<String>>,",
            "pub maps: Vec<BTreeMap<String, String>>,",
            "pub map_of_maps: BTreeMap<String, BTreeMap<String, MapOfMap>>,",
            "pub list_of_any: Vec<Value>,",
            "pub object: Option<Value>,",
            "pub nothing: Option<Value>,",
        ],
    );
    assert_contains(
        "values",
        "operation/enums",
        &[
            "pub text: Option<Text>,",
            "(\"a\", Self::A), (\"b-c\", Self::BC), (\"1\", Self::V1)",
            "pub number: Option<i32>,",
            "pub number_titles: Option<i64>,",
            "(\"red\", Self::Red), (\"green\", Self::Green)",
            "(\"x\", Self::X), (\"y\", Self::Y)]",
            "pub list: Option<Vec<List>>,",
            "pub shared: Option<types::Kind>,",
            "pub shared_list: Option<Vec<types::Kind>>,",
            "(\"a\", Self::A)]",
            "pub empty: Option<String>,",
            "pub flag: Option<bool>,",
            "(\"1\", Self::V1), (\"true\", Self::True), (\"x\", Self::X)",
            "pub kind: Option<types::Kind>,",
            "pub kinds: Vec<types::Kind>,",
        ],
    );
    let code = code_of("values", "operation/enums");
    assert!(!code.contains("enum Number") && !code.contains("\"z\""), "{code}");
    assert_contains(
        "values",
        "operation/required_request",
        &[
            "pub fn new(required: Required) -> Self",
            "pub c: Option<String>,",
            "pub d: D,",
            "pub e: Vec<String>,",
            "pub x: Option<String>,",
        ],
    );
    let text = fixture::read(&fixture::folder("shapes").join("values.json"));
    let files = fixture::generated("values", &text);
    assert_eq!(files["src/operation/deprecated.rs"].matches("#[deprecated(note").count(), 4);
}

#[test]
fn cycles_are_boxed_unless_they_contain_collections() {
    assert_contains(
        "cycles",
        "types",
        &[
            "pub next: Option<Box<Node>>,",
            "pub children: Option<Vec<Tree>>,",
            "pub pages: Option<BTreeMap<String, Book>>,",
            "pub branches: Option<Vec<Branch>>,",
            "pub eggs: Option<Vec<Egg>>,",
            "pub cells: Option<Vec<Row>>,",
        ],
    );
    let types = code_of("cycles", "types");
    assert_eq!(types.matches("Box<").count(), 2, "one boxed field for each cycle: {types}");
    assert_eq!(types.matches("pub struct ").count(), 7, "{types}");
    assert_contains("cycles", "operation/alias_first", &["pub all: Vec<types::Branch>,"]);
    assert_contains(
        "cycles",
        "operation/itself",
        &["pub nest: Option<Vec<Value>>,", "pub maze: Option<BTreeMap<String, Vec<Value>>>,", "pub nest: Vec<Value>,"],
    );
    assert_contains("cycles", "operation/whole", &["pub next: Option<types::Node>,"]);
}

#[test]
fn model_of_a_long_chain_of_references_is_complete() {
    let schemas: serde_json::Map<_, _> = (0..20_000)
        .map(|index| {
            let next = json!({"$ref": format!("#/components/schemas/S{}", (index + 1) % 20_000)});
            (format!("S{index}"), json!({"type": "object", "properties": {"Next": next}}))
        })
        .collect();
    let mut document = fixture::rpc(
        json!({"Ping": {"parameters": [{"name": "A", "in": "query", "schema": {"$ref": "#/components/schemas/S0"}}],
            "responses": {"200": {}}}}),
    );
    document["components"] = json!({"schemas": schemas});
    let (model, diagnostics) = alicloud_codegen::generate::model(
        &alicloud_codegen::source::Source::new("chain", document.to_string()),
        &alicloud_codegen::generate::Options::default(),
    );
    // The generator follows the whole chain, but the compiler could not compile the result.
    assert_eq!(model.types.len(), 20_000);
    let errors: Vec<_> = diagnostics.iter().filter(|found| found.code == "E0213").collect();
    assert_eq!(errors.len(), 1, "{diagnostics:?}");
    assert!(model.operations.is_empty());
}

#[test]
fn responses_without_an_object_have_one_field() {
    assert_contains("responses", "operation/list", &["pub body: Vec<ListBody>,", "whole!(ListResponse, body);"]);
    assert_contains("responses", "operation/list_of_text", &["pub body: Vec<String>,"]);
    assert_contains("responses", "operation/text", &["pub body: Option<String>,", "whole!(TextResponse, body);"]);
    assert_contains("responses", "operation/number", &["pub body: Option<i64>,"]);
    assert_contains("responses", "operation/flag", &["pub body: Option<bool>,"]);
    assert_contains("responses", "operation/any", &["pub body: Option<Value>,"]);
    assert_contains("responses", "operation/map", &["pub body: BTreeMap<String, String>,"]);
    assert_contains("responses", "operation/binary", &["pub body: Bytes,", ".response(ResponseKind::Bytes)"]);
    assert_contains("responses", "operation/file", &["pub body: Bytes,"]);
    assert_contains("responses", "operation/empty_object", &["pub body: Option<Value>,"]);
    for empty in ["no_schema", "null_schema", "no_content", "only_errors", "nothing"] {
        assert_contains("responses", &format!("operation/{empty}"), &[".response(ResponseKind::Empty)"]);
    }
    assert_contains("responses", "operation/created", &["\"A\" => a,"]);
    assert_contains("responses", "operation/class", &["\"A\" => a,"]);
    assert_contains("responses", "operation/shared", &["pub struct SharedResponse ", "pub items: Vec<types::Item>,"]);
    assert_contains("responses", "operation/shared_list", &["pub body: Vec<types::Item>,"]);
    assert_contains("responses", "operation/error_code", &[".error_code(\"Code\")"]);
    assert_contains("responses", "operation/shared_error_code", &[".error_code(\"Code\")"]);
    for (operation, field) in [
        ("success", "Success"),
        ("shared_success", "success"),
        ("success_in_both_cases", "Success"),
        ("success_off_in_one_case", "success"),
        ("success_named", "IsSuccess"),
    ] {
        assert_contains("responses", &format!("operation/{operation}"), &[&format!(".success(\"{field}\")")]);
    }
    for operation in ["success_off", "success_inside", "error_code"] {
        let code = code_of("responses", &format!("operation/{operation}"));
        assert!(!code.contains(".success("), "{code}");
    }
    assert_contains("responses", "operation/untyped", &["\"A\" => a,"]);
    let code = code_of("responses", "operation/ok");
    assert!(!code.contains("\"B\""), "{code}");
}

#[test]
fn empty_lists_in_place_of_objects_are_accepted() {
    assert_contains("lists_for_objects", "operation/lists", &["pub struct Lists {}"]);
    assert_contains("lists_for_objects", "operation/no_parameters", &[".response(ResponseKind::Empty)"]);
    assert_contains("lists_for_objects", "operation/nulls", &["pub a: Option<String>,", "pub a: Option<Value>,"]);
    assert_contains("lists_for_objects", "operation/numbers", &["query \"7\" => v7,"]);
    assert_contains("no_operations", "client", &["pub struct Client"]);
    assert_contains("no_operations_in_a_list", "client", &["pub struct Client"]);
}

#[test]
fn names_follow_rust_conventions() {
    assert_contains(
        "names",
        "operation",
        &[
            "pub use get_user::{GetUser, GetUserResponse};",
            "pub use list_users::{ListUsers, ListUsersResponse};",
            "pub use delete_user::{DeleteUser, DeleteUserResponse};",
            "pub use v2factor_auth::{V2factorAuth,",
            "pub use match_::{Match,",
            "pub use get_v2_user::{GetV2User,",
            "pub use get_user2::{GetUser2,",
            "pub use new_::{New,",
            "pub use client_request::{ClientRequest,",
        ],
    );
    assert_contains(
        "names",
        "operation/get_user",
        &[
            "OperationInfo::rpc(\"getUser\")",
            "query \"userId\" => user_id,",
            "query \"user-name\" => user_name,",
            "query \"user.age\" => user_age,",
            "query \"1st\" => v1st,",
            "query \"type\" => type_,",
            "query \"self\" => self_,",
            "query \"名称\" => u540d_u79f0,",
            "query \"A B\" => a_b,",
            "\"request-id\" => request_id,",
            "\"2FA\" => v2fa,",
            "\"ID\" => id,",
        ],
    );
}

#[test]
fn endpoints_have_one_entry_for_each_region() {
    assert_contains(
        "prose",
        "client",
        &["Endpoint::new(\"cn-a\", \"a.example.com\").vpc(\"vpc.a.example.com\"), \
             Endpoint::new(\"cn-b\", \"b.example.com\")"],
    );
}

#[test]
fn pagination_is_detected() {
    let kinds: [(&str, [&str; 4]); 9] = [
        (
            "numbered",
            [
                "type Item = Thing;",
                "Paging::counted(1).items(&[\"Things\", \"Thing\"]).page(&[\"PageNumber\"]).total(&[\"TotalCount\"]);",
                "Cursor::number(&mut self.page_number, &mut self.page_size)",
                "response.things.as_mut().and_then(|it| it.thing.as_mut())",
            ],
        ),
        (
            "results",
            [
                "type Item = String;",
                "Paging::counted(1).items(&[\"Rows\"]).total(&[\"TotalResults\"]);",
                "Cursor::number(&mut self.page_number, &mut self.page_size)",
                "Some(&mut response.rows)",
            ],
        ),
        (
            "named_total",
            [
                "type Item = String;",
                "Paging::counted(1).items(&[\"Rows\"]).page(&[\"PageNumber\"]).size(&[\"PageSize\"]).total(&[\"Count",
                "Cursor::number(&mut self.page_number, &mut self.page_size)",
                "Some(&mut response.rows)",
            ],
        ),
        (
            "from_zero",
            [
                "type Item = i64;",
                "Paging::counted(0).items(&[\"Data\", \"List\"]).total(&[\"PageInfo\", \"Total\"]);",
                "Cursor::number(&mut self.page_index, &mut self.page_size)",
                "response.data.as_mut().and_then(|it| it.list.as_mut())",
            ],
        ),
        (
            "tokens",
            [
                "Paging::named(&[\"nextToken\"]).items(&[\"items\"]).more(&[\"hasMore\"]);",
                "Cursor::token(&mut self.next_token)",
                "Some(&mut response.items)",
                "impl ServerEvents for Tokens {}",
            ],
        ),
        (
            "markers",
            [
                "type Item = String;",
                "Paging::named(&[\"Marker\"]).items(&[\"Users\"]).more(&[\"IsTruncated\"]);",
                "Cursor::token(&mut self.marker)",
                "Some(&mut response.users)",
            ],
        ),
        (
            "offsets",
            [
                "type Item = String;",
                "Paging::counted(0).items(&[\"Rows\"]).total(&[\"Total\"]);",
                "Cursor::offset(&mut self.offset, &mut self.limit)",
                "Some(&mut response.rows)",
            ],
        ),
        (
            "either",
            [
                "type Item = String;",
                "Paging::named(&[\"NextToken\"]).items(&[\"Rows\"]).total(&[\"TotalCount\"]);",
                "Cursor::either( &mut self.page_number, &mut self.page_size, &mut self.next_token, &mut self.max_",
                "Some(&mut response.rows)",
            ],
        ),
        (
            "shared",
            [
                "type Item = String;",
                "Paging::named(&[\"Next\"]).items(&[\"Both\", \"Many\"]);",
                "Cursor::token(&mut self.token)",
                "response.both.as_mut().and_then(|it| it.many.as_mut())",
            ],
        ),
    ];
    let without_spaces = |text: &str| text.replace(' ', "");
    for (operation, parts) in kinds {
        let code = without_spaces(&code_of("pages", &format!("operation/{operation}")));
        for part in parts {
            assert!(code.contains(&without_spaces(part)), "{operation} lacks {part}: {code}");
        }
    }
    for operation in ["two_lists", "no_next", "unclear", "write", "off"] {
        let code = code_of("pages", &format!("operation/{operation}"));
        assert!(!code.contains("impl Paged"), "{operation}: {code}");
    }
}

#[test]
fn error_codes_have_one_constant_each() {
    let codes = json!({
        "400": [
            {"errorCode": "InvalidParameter.Size", "errorMessage": "too large"},
            {"errorCode": "InvalidParameter.Size", "errorMessage": "too small"},
            {"errorCode": "InvalidParameter_Size"}, {"errorCode": "Missing%s", "errorMessage": "no %s"},
                {"errorCode": "400"},
        ],
        "404": [{"errorCode": "InvalidParameter.Size", "errorMessage": "not there"}],
    });
    let text = fixture::rpc(json!({"Ping": {"errorCodes": codes, "responses": {"200": {}}}})).to_string();
    let code = &fixture::generated("a.json", &text)["src/operation/ping.rs"];
    for part in [
        "pub const INVALID_PARAMETER_SIZE: &str = \"InvalidParameter.Size\";",
        "pub const INVALID_PARAMETER_SIZE2: &str = \"InvalidParameter_Size\";",
        "pub const V400: &str = \"400\";",
        "HTTP 400: too large; HTTP 400: too small; HTTP 404: not there",
        "- `Missing%s` (HTTP 400: no %s)",
    ] {
        assert!(code.contains(part), "{part}: {code}");
    }
    assert_eq!(code.matches("pub const ").count(), 3, "{code}");
}

#[test]
fn nullable_types_are_optional() {
    let document = fixture::rpc(json!({"Ping": {"methods": ["post"], "parameters": [
        {"name": "A", "in": "query", "schema": {"type": ["string", "null"], "enum": ["x", null, "y"]}},
        {"name": "B", "in": "query", "schema": {"type": ["null", "integer"], "format": "int32"}}],
            "responses": {"200": {}}}}));
    let files = fixture::generated("null", &document.to_string());
    let text = &files["src/operation/ping.rs"];
    assert!(text.contains("pub a: Option<A>,") && text.contains("pub b: Option<i32>,"), "{text}");
    assert!(text.contains("(\"x\", Self::X), (\"y\", Self::Y)"), "{text}");
}

#[test]
fn response_is_that_of_the_status_with_a_body() {
    let body = json!({"schema": {"type": "object", "properties": {"Id": {"type": "string"}}}});
    let document = fixture::rpc(
        json!({"Make": {"methods": ["post"], "responses": {"200": {"description": "done"}, "201": body}}}),
    );
    let files = fixture::generated("created", &document.to_string());
    assert!(files["src/operation/make.rs"].contains("pub id: Option<String>,"), "{}", files["src/operation/make.rs"]);
}

#[test]
fn setters_of_scalars_take_values_without_conversion() {
    let document = fixture::rpc(
        json!({"Ping": {"methods": ["post"], "summary": "One;", "description": "a;\n\nb;\n\n- c;", "parameters": [
        {"name": "Counts", "in": "query", "style": "json", "schema": {"type": "object",
            "additionalProperties": {"type": "integer"}}},
        {"name": "Add", "in": "query", "schema": {"type": "string", "description": "d;"}}], "responses": {"200": {}}}}),
    );
    let files = fixture::generated("clippy", &document.to_string());
    let text = &files["src/operation/ping.rs"];
    assert!(text.contains("(key.into(), value)"), "{text}");
    assert!(text.contains("clippy::should_implement_trait"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    let split = |pair: &[&str]| pair[0].trim_start().starts_with("///") && pair[1].is_empty();
    assert!(!lines.windows(2).any(split), "{text}");
}
