//! A small document, and edits of it for every kind of change.

use serde_json::{Value, json};

use crate::diff::{Effect, Kind};

/// Returns a document with operations that share types.
pub(crate) fn base() -> Value {
    json!({
        "info": {"style": "RPC", "product": "demo", "version": "2024-01-01", "x-title": "Demo",
            "x-crate": {"name": "alicloud-demo", "version": "0.1.0"}},
        "components": {"schemas": {
            "Tag": {"type": "object", "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}}},
            "Mode": {"type": "string", "enum": ["slow", "fast"]},
            "Label": {"type": "object", "properties": {"Text": {"type": "string"}, "Parts": {"type": "array",
                "items": {"type": "string"}}}}
        }},
        "apis": {
            "GetThing": {
                "methods": ["post"], "security": [{"AK": []}], "operationType": "read",
                "x-ram-action": {"action": "demo:GetThing"},
                "parameters": [
                    {"name": "Id", "in": "query", "schema": {"type": "string", "required": true}},
                    {"name": "Owner", "in": "query", "schema": {"type": "string", "required": true}},
                    {"name": "Size", "in": "query", "schema": {"type": "integer", "format": "int32", "minimum": "1",
                        "default": "10"}},
                    {"name": "Mode", "in": "query", "schema": {"$ref": "#/components/schemas/Mode"}},
                    {"name": "Tag", "in": "formData", "style": "repeatList", "schema": {"type": "array",
                        "items": {"$ref": "#/components/schemas/Tag"}}},
                    {"name": "Network", "in": "formData", "style": "json", "schema": {"type": "object",
                        "properties": {"Zone": {"type": "string"}}}}
                ],
                "responses": {"200": {"schema": {"type": "object", "properties": {
                    "Code": {"type": "string"},
                    "Count": {"type": "integer", "format": "int64"},
                    "Kind": {"type": "string", "enum": ["a", "b"]},
                    "Labels": {"type": "array", "items": {"$ref": "#/components/schemas/Label"}},
                    "Parts": {"type": "array", "items": {"type": "object", "properties": {"Name": {"type": "string",
                        "description": "A name."}}}}
                }}}},
                "errorCodes": {"400": [{"errorCode": "InvalidId"}]}
            },
            "ListThings": {
                "methods": ["post"],
                "parameters": [{"name": "Tag", "in": "formData", "style": "repeatList", "schema": {"type": "array",
                    "items": {"$ref": "#/components/schemas/Tag"}}}],
                "responses": {"200": {"schema": {"type": "object",
                    "properties": {"Mode": {"$ref": "#/components/schemas/Mode"}}}}}
            },
            "Ping": {"methods": ["post"], "parameters": [], "responses": {"200": {}}},
            "PageThings": {
                "methods": ["post"], "schemes": ["sse"],
                "x-pages": {"items": "Things", "page": "Page", "size": "Size"},
                "parameters": [
                    {"name": "Page", "in": "query", "schema": {"type": "integer"}},
                    {"name": "Size", "in": "query", "schema": {"type": "integer"}}
                ],
                "responses": {"200": {"schema": {"type": "object", "properties": {
                    "Things": {"type": "array", "items": {"type": "string"}},
                    "Others": {"type": "array", "items": {"type": "string"}}
                }}}}
            }
        },
        "endpoints": [{"regionId": "cn-a", "endpoint": "demo.cn-a.example.com"}, {"regionId": "cn-b",
            "endpoint": "demo.cn-b.example.com"}]
    })
}

/// JSON pointers, and the values to set there.
pub(crate) type Edits = Vec<(&'static str, Value)>;

/// The kind, the effect, and a part of the message.
pub(crate) type Expected = (Kind, Effect, &'static str);

/// Returns edits, each with the expected changes.
pub(crate) fn table() -> Vec<(Edits, Vec<Expected>)> {
    use Effect::{Additive, Behavior, Breaking, Documentation};
    let parameter =
        |required: bool| json!({"name": "New", "in": "query", "schema": {"type": "string", "required": required}});
    let text = || json!({"type": "string"});
    vec![
        (
            vec![("/apis/GetThing/x-pages", json!({"items": "Labels", "page": "Size", "size": "Size"}))],
            vec![(Kind::PagesAdded, Additive, "is paginated")],
        ),
        (vec![("/apis/GetThing/schemes", json!(["https", "sse"]))], vec![(Kind::EventsAdded, Additive, "events")]),
        (
            vec![("/apis/PageThings/x-pages/items", json!("Others"))],
            vec![(Kind::PagesChanged, Breaking, "the pages contain `Others`, contained `Things`")],
        ),
        (
            vec![("/apis/PageThings/x-pages/first", json!(0))],
            vec![(Kind::PagesChanged, Behavior, "the style of the pagination changed")],
        ),
        (vec![("/apis/PageThings/x-pages", json!(false))], vec![(Kind::PagesRemoved, Breaking, "no longer paginated")]),
        (vec![("/apis/PageThings/schemes", json!([]))], vec![(Kind::EventsRemoved, Breaking, "no longer")]),
        (vec![("/apis/PageThings/schemes", json!(["https"]))], vec![(Kind::EventsRemoved, Breaking, "no longer")]),
        (vec![("/info/x-crate/name", json!("alicloud-other"))], vec![(Kind::Package, Breaking, "`alicloud-other`")]),
        (vec![("/info/product", json!("Demo"))], vec![(Kind::Product, Behavior, "`Demo`, was `demo`")]),
        (
            vec![("/endpoints/-", json!({"regionId": "cn-c", "endpoint": "c"}))],
            vec![(Kind::EndpointAdded, Additive, "`cn-c`")],
        ),
        (
            vec![("/endpoints/1", Value::Null)],
            vec![(Kind::EndpointRemoved, Behavior, "`cn-b` no longer has an endpoint")],
        ),
        (
            vec![("/endpoints/0/endpoint", json!("x"))],
            vec![(Kind::EndpointChanged, Behavior, "is now `x`, was `demo.cn-a.example.com`")],
        ),
        (
            vec![("/endpoints/0/vpc", json!("v"))],
            vec![(Kind::EndpointChanged, Additive, "VPC endpoint of `cn-a` is now `v`, was none")],
        ),
        (
            vec![("/apis/New", json!({"methods": ["post"], "responses": {"200": {}}}))],
            vec![(Kind::OperationAdded, Additive, "was added")],
        ),
        (vec![("/apis/Ping", Value::Null)], vec![(Kind::OperationRemoved, Breaking, "no longer part")]),
        (
            vec![("/apis/Ping/parameters/-", json!({"name": "P", "in": "path", "schema": {"type": "string"}}))],
            vec![(Kind::OperationRemoved, Breaking, "no longer be generated")],
        ),
        (
            vec![("/apis/GetThing/x-rust-name", json!("FetchThing"))],
            vec![(Kind::OperationRenamed, Breaking, "`FetchThing` in Rust, was `GetThing`")],
        ),
        (
            vec![("/apis/Ping/deprecated", json!(true))],
            vec![(Kind::OperationDeprecated, Documentation, "deprecated by the vendor")],
        ),
        (vec![("/apis/Ping/methods", json!(["put"]))], vec![(Kind::Method, Behavior, "`PUT`, was `POST`")]),
        (
            vec![("/info/style", json!("V3")), ("/apis/Ping/path", json!("/ping"))],
            vec![
                (Kind::Style, Behavior, "the style is now `V3`, was `RPC`"),
                (Kind::Path, Behavior, "at `/ping`, was by name"),
            ],
        ),
        (
            vec![("/apis/GetThing/operationType", json!("write"))],
            vec![(Kind::Access, Behavior, "writes; before, it reads")],
        ),
        (vec![("/apis/GetThing/x-idempotent", json!(true))], vec![(Kind::Idempotency, Behavior, "is idempotent")]),
        (
            vec![(
                "/apis/Ping/parameters/-",
                json!({"name": "ClientToken", "in": "query", "schema": {"type": "string"}}),
            )],
            vec![(Kind::Token, Behavior, "`ClientToken`, was none"), (Kind::ParameterAdded, Additive, "optional")],
        ),
        (
            vec![("/apis/GetThing/security", json!([{"Anonymous": []}]))],
            vec![(Kind::Security, Behavior, "without credentials")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Code/x-error-code", json!(true))],
            vec![(Kind::ErrorCode, Behavior, "`Code`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Code/x-success", json!(true))],
            vec![(Kind::SuccessField, Behavior, "`Code` is `false`")],
        ),
        (
            vec![("/apis/GetThing/errorCodes/400/-", json!({"errorCode": "Busy"}))],
            vec![(Kind::ErrorCodes, Documentation, "documents the error code `Busy`")],
        ),
        (
            vec![("/apis/GetThing/errorCodes", Value::Null)],
            vec![(Kind::ErrorCodes, Documentation, "no longer documents")],
        ),
        (
            vec![("/apis/GetThing/x-ram-action/action", json!("demo:Other"))],
            vec![(Kind::RamAction, Behavior, "`demo:Other`, was `demo:GetThing`")],
        ),
        (vec![("/apis/GetThing/x-ram-action", Value::Null)], vec![(Kind::RamAction, Documentation, "not documented")]),
        (
            vec![("/apis/GetThing/x-ram-action/resource", json!("*"))],
            vec![(Kind::Permission, Behavior, "the resources of `demo:GetThing` are `*`, were none")],
        ),
        (
            vec![
                ("/apis/GetThing/x-ram-action", Value::Null),
                ("/apis/GetThing/ramActions", permissions(&["demo:GetThing", "demo:ReadThing"])),
            ],
            vec![(Kind::RamAction, Behavior, "are `demo:GetThing`, `demo:ReadThing`, was `demo:GetThing`")],
        ),
        (
            vec![("/apis/GetThing/flowControl", json!({"flowControlList": [{"threshold": "5", "countWindow": 60}]}))],
            vec![(Kind::RateLimit, Documentation, "the rate limit is 5 calls per minute, was not documented")],
        ),
        (
            vec![("/apis/GetThing/systemTags", json!({"chargeType": "paid"}))],
            vec![(Kind::Charges, Behavior, "may incur charges")],
        ),
        (
            vec![("/apis/GetThing/parameters/-", parameter(false))],
            vec![(Kind::ParameterAdded, Additive, "the optional parameter `New` was added")],
        ),
        (
            vec![("/apis/GetThing/parameters/-", parameter(true))],
            vec![(Kind::ParameterAdded, Breaking, "the required parameter `New` was added")],
        ),
        (
            vec![("/apis/GetThing/parameters/2", Value::Null)],
            vec![(Kind::ParameterRemoved, Breaking, "`Size` was removed")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/x-rust-name", json!("extent"))],
            vec![(Kind::ParameterRenamed, Breaking, "`extent` in Rust, was `size`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/format", json!("int64"))],
            vec![(Kind::ParameterType, Breaking, "`i64`, was `i32`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/type", json!("string"))],
            vec![(Kind::ParameterType, Breaking, "`String`, was `i32`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/required", json!(true))],
            vec![(Kind::ParameterRequired, Breaking, "`Size` is required, was optional")],
        ),
        (
            vec![("/apis/GetThing/parameters/1/schema/required", json!(false))],
            vec![(Kind::ParameterOptional, Breaking, "`Owner` is optional, was required")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/in", json!("formData"))],
            vec![(Kind::Encoding, Behavior, "`Size` is sent in the form, was in the query")],
        ),
        (
            vec![("/apis/GetThing/parameters/4/style", json!("json"))],
            vec![(Kind::Encoding, Behavior, "in the form as JSON, was in the form")],
        ),
        (
            vec![
                ("/apis/GetThing/parameters/0/name", json!("Owner")),
                ("/apis/GetThing/parameters/1/name", json!("Id")),
            ],
            vec![(Kind::Constructor, Breaking, "arguments is now `Owner`, `Id`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/minimum", json!("5"))],
            vec![(Kind::Bounds, Behavior, "now `at least 5`, was `at least 1`")],
        ),
        (
            vec![("/apis/GetThing/parameters/0/schema/maxLength", json!(64))],
            vec![(Kind::Bounds, Documentation, "the length of the parameter `Id`: now `at most 64`, was none")],
        ),
        (
            vec![("/apis/GetThing/parameters/4/schema/maxItems", json!(20))],
            vec![(
                Kind::Bounds,
                Documentation,
                "the number of items of the parameter `Tag`: now `at most 20`, was none",
            )],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/default", json!("20"))],
            vec![(Kind::Default, Behavior, "now `20`, was `10`")],
        ),
        (
            vec![("/apis/GetThing/parameters/2/schema/deprecated", json!(true))],
            vec![(Kind::Deprecated, Documentation, "`Size` is deprecated")],
        ),
        (
            vec![(
                "/apis/Ping/responses/200/schema",
                json!({"type": "object", "properties": {"A": {"type": "string"}}}),
            )],
            vec![(Kind::Response, Additive, "has fields")],
        ),
        (
            vec![("/apis/ListThings/responses/200/schema", json!({"type": "array", "items": {"type": "string"}}))],
            vec![(Kind::Response, Breaking, "`Vec<String>`, was an object")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/More", text())],
            vec![(Kind::FieldAdded, Additive, "the response's field `More` was added")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Count", Value::Null)],
            vec![(Kind::FieldRemoved, Breaking, "the response's field `Count` was removed")],
        ),
        (
            vec![(
                "/apis/GetThing/responses/200/schema/properties/Parts/items/properties/Name",
                json!({"type": "string", "description": "A name.", "x-rust-name": "title"}),
            )],
            vec![(Kind::FieldRenamed, Breaking, "`Parts[].Name` is `title` in Rust, was `name`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Count/type", json!("string"))],
            vec![(Kind::FieldType, Breaking, "`Count` is now `String`, was `i64`")],
        ),
        (
            vec![("/apis/GetThing/parameters/5/schema/properties/Zone/required", json!(true))],
            vec![(Kind::FieldRequired, Behavior, "requires the field `Network.Zone`")],
        ),
        (
            vec![("/apis/GetThing/parameters/5/schema/properties/Extra", json!({"type": "string", "required": true}))],
            vec![(Kind::FieldAdded, Behavior, "the service requires it")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Kind/enum", Value::Null)],
            vec![(Kind::EnumToText, Breaking, "`Kind` is now `String`, was `Kind`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Code/enum", json!(["OK"]))],
            vec![(Kind::TextToEnum, Breaking, "`Code` is now `Code`, was `String`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Kind/enum/-", json!("c"))],
            vec![(Kind::ValueAdded, Additive, "the value `c` of `Kind` was added")],
        ),
        (
            vec![("/components/schemas/Mode/enum", json!(["slow"]))],
            vec![(Kind::ValueRemoved, Breaking, "the value `fast` was removed")],
        ),
        (
            vec![("/components/schemas/Mode/x-enum-names", json!({"fast": "Quick"}))],
            vec![(Kind::ValueRenamed, Breaking, "`Quick` in Rust, was `Fast`")],
        ),
        (
            vec![("/components/schemas/Tag/x-rust-type", json!("Mark"))],
            vec![(Kind::TypeRenamed, Breaking, "`types::Tag` is now `types::Mark`")],
        ),
        (
            vec![("/apis/GetThing/responses/200/schema/properties/Labels", Value::Null)],
            vec![(Kind::FieldRemoved, Breaking, "`Labels` was removed"), (Kind::TypeRemoved, Breaking, "was removed")],
        ),
        (
            vec![
                ("/apis/GetThing/parameters/4", Value::Null),
                ("/apis/ListThings/parameters/0", Value::Null),
                (
                    "/apis/Ping/responses/200/schema",
                    json!({"type": "object", "properties": {"T": {"$ref": "#/components/schemas/Tag"}}}),
                ),
            ],
            vec![
                (Kind::ParameterRemoved, Breaking, "`Tag` was removed"),
                (Kind::ParameterRemoved, Breaking, "`Tag` was removed"),
                (Kind::Response, Additive, "has fields"),
                (Kind::TypeDirection, Breaking, "no longer part of a request"),
            ],
        ),
        (
            vec![(
                "/apis/Ping/parameters/-",
                json!({"name": "L", "in": "query", "style": "json", "schema": {"$ref": "#/components/schemas/Label"}}),
            )],
            vec![(Kind::ParameterAdded, Additive, "`L` was added")],
        ),
        (
            vec![("/components/schemas/Tag/properties/Owner", json!({"$ref": "#/components/schemas/Tag"}))],
            vec![(Kind::FieldAdded, Additive, "the field `Owner` was added")],
        ),
        (
            vec![
                ("/components/schemas/Tag/description", json!("A tag.")),
                ("/components/schemas/Tag/properties/Key/example", json!("k")),
            ],
            vec![(Kind::Texts, Documentation, "2 texts changed")],
        ),
        (vec![("/apis/Ping/summary", json!("Nothing."))], vec![(Kind::Texts, Documentation, "1 text changed")]),
    ]
}

/// `ramActions` with these actions.
fn permissions(actions: &[&str]) -> Value {
    actions.iter().map(|action| json!({"ramAction": {"action": action}})).collect()
}
