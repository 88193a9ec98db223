//! Hostile names: each has a distinct identifier, and the wire name is unchanged.

use std::collections::{BTreeMap, HashMap, HashSet};

use alicloud_codegen::diagnostic;
use alicloud_codegen::name::{pascal, snake};
use proptest::prelude::*;
use quote::ToTokens as _;
use serde_json::{Value, json};
use syn::visit::Visit;

use crate::fixture;
use crate::hostile::NAMES;

/// Returns a document with each of these names in every position for names.
pub(crate) fn document(names: &[String]) -> Value {
    let text = json!({"type": "string"});
    let fields: serde_json::Map<String, Value> = names.iter().map(|name| (name.clone(), text.clone())).collect();
    let parameters: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let object = json!({"type": "object", "properties": {name.as_str(): text, "Own": {"type": "string",
                "enum": [name]}}});
            let shared = json!({"$ref": format!("#/components/schemas/{}", name.replace('%', "%25").replace('~',
                "~0").replace('/', "~1"))});
            let schema = [
                text.clone(),
                object,
                shared,
                json!({"type": "array", "items": {"type": "object",
                "properties": {"K": text}}}),
            ];
            json!({"name": name, "in": "query", "schema": schema[index % 4]})
        })
        .collect();
    let required: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({"name": name, "in": "query", "schema": {"type": "string", "required": true,
            "example": name}})
        })
        .collect();
    let response = |properties: Value| json!({"200": {"schema": {"type": "object", "properties": properties}}});
    let mut apis = serde_json::Map::new();
    for (index, name) in names.iter().enumerate() {
        let few = required.iter().skip(index % required.len().max(1)).take(index % 5).cloned().collect::<Vec<_>>();
        apis.insert(
            name.clone(),
            json!({"methods": ["post"], "parameters": few, "responses": response(json!({name.as_str(): text}))}),
        );
    }
    apis.insert(
        "EveryParameter".into(),
        json!({"methods": ["post"], "parameters": parameters, "responses": response(Value::Object(fields.clone()))}),
    );
    apis.insert("EveryRequired".into(), json!({"methods": ["post"], "parameters": required, "responses": {"200": {}}}));
    apis.insert(
        "EveryValue".into(),
        json!({"methods": ["post"], "parameters": [{"name": "Kind", "in": "query", "schema": {"type": "string",
            "enum": names}}],
            "responses": response(json!({"Deep": {"type": "object",
                "properties": names.iter().map(|name| (name.clone(), json!({
                "type": "object", "properties": {name.as_str(): {"type": "string", "enum": [name,
                    "x"]}}}))).collect::<serde_json::Map<_, _>>()}}))}),
    );
    let schemas: serde_json::Map<String, Value> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let schema = match index % 2 {
                0 => json!({"type": "object", "properties": {name.as_str(): text, "Inner": {"type": "object",
                    "properties": {"A": text}}}}),
                _ => json!({"type": "string", "enum": [name, "other"]}),
            };
            (name.clone(), schema)
        })
        .collect();
    json!({"info": {"product": "demo", "version": "2024-01-01", "style": "RPC"}, "components": {"schemas": schemas},
        "apis": apis})
}

/// Finds names that occur twice in one scope, which the compiler would reject, and collects string literals.
#[derive(Default)]
struct Duplicates {
    found: Vec<String>,
    texts: HashSet<String>,
}

impl Duplicates {
    fn distinct(&mut self, scope: &str, names: impl Iterator<Item = String>) {
        let mut seen = HashSet::new();
        for name in names {
            if !seen.insert(name.clone()) {
                self.found.push(format!("{scope}: {name}"));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Duplicates {
    fn visit_file(&mut self, file: &'ast syn::File) {
        let types = file.items.iter().flat_map(|item| match item {
            syn::Item::Struct(item) => vec![item.ident.to_string()],
            syn::Item::Enum(item) => vec![item.ident.to_string()],
            syn::Item::Mod(item) => vec![item.ident.to_string()],
            syn::Item::Use(item) => used(&item.tree),
            _ => Vec::new(),
        });
        self.distinct("types", types);
        let mut methods: HashMap<String, Vec<String>> = HashMap::new();
        for item in &file.items {
            let syn::Item::Impl(item) = item else { continue };
            let (None, syn::Type::Path(path)) = (&item.trait_, &*item.self_ty) else { continue };
            let name = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            let own = item.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                _ => None,
            });
            methods.entry(name).or_default().extend(own);
        }
        let mut methods: Vec<_> = methods.into_iter().collect();
        methods.sort();
        for (name, methods) in methods {
            self.distinct(&name, methods.into_iter());
        }
        syn::visit::visit_file(self, file);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.distinct(
            &item.ident.to_string(),
            item.fields.iter().filter_map(|field| field.ident.as_ref().map(ToString::to_string)),
        );
        syn::visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.distinct(&item.ident.to_string(), item.variants.iter().map(|variant| variant.ident.to_string()));
        syn::visit::visit_item_enum(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.distinct(
            "arguments",
            signature.inputs.iter().map(|input| match input {
                syn::FnArg::Typed(argument) => argument.pat.to_token_stream().to_string(),
                syn::FnArg::Receiver(_) => "self".to_owned(),
            }),
        );
        syn::visit::visit_signature(self, signature);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.texts.insert(text.value());
    }
}

fn used(tree: &syn::UseTree) -> Vec<String> {
    match tree {
        syn::UseTree::Path(path) => used(&path.tree),
        syn::UseTree::Name(name) => vec![name.ident.to_string()],
        syn::UseTree::Rename(rename) => vec![rename.rename.to_string()],
        syn::UseTree::Glob(_) => Vec::new(),
        syn::UseTree::Group(group) => group.items.iter().flat_map(used).collect(),
    }
}

fn check(names: &[String]) -> BTreeMap<String, String> {
    let text = document(names).to_string();
    let files = fixture::generated("names.json", &text);
    let mut duplicates = Duplicates::default();
    for (path, file) in fixture::parsed(&files) {
        let before = duplicates.found.len();
        duplicates.visit_file(&file);
        for found in &mut duplicates.found[before..] {
            *found = format!("{path}: {found}");
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        assert!(path.split('/').all(|part| !part.starts_with('.') && !part.is_empty()), "{path}");
        assert!(path.is_ascii() && last.len() < 200, "{path}");
    }
    assert!(duplicates.found.is_empty(), "{:?}", duplicates.found);
    let missing: Vec<&String> = names.iter().filter(|name| !duplicates.texts.contains(*name)).collect();
    assert!(missing.is_empty(), "wire names are missing: {missing:?}");
    let folded: HashSet<String> = files.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(folded.len(), files.len(), "paths that differ only in case");
    assert_eq!(files, fixture::generated("names.json", &text), "the names are not deterministic");
    files
}

pub(crate) fn owned(names: &[&str]) -> Vec<String> {
    let mut seen = HashSet::new();
    names.iter().filter(|name| seen.insert(**name)).map(|name| (*name).to_owned()).collect()
}

#[test]
fn generate_of_hostile_names_has_distinct_identifiers() {
    check(&owned(NAMES));
}

#[test]
fn generate_of_long_names_has_short_file_names() {
    let long = "VeryLong".repeat(2000);
    check(&[long.clone(), format!("{long}er"), "x".repeat(10_000), "é".repeat(3000), "1.".repeat(3000)]);
}

#[test]
fn name_of_colliding_parameters_is_numbered_in_order() {
    let text = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let text = fixture::rpc(json!({"A": {"parameters": [
        text("Vpc.Id"), text("Vpc-Id"), text("Vpc_Id2"), text("Vpc_Id"),
    ], "responses": {"200": {}}}}))
    .to_string();
    let outcome = fixture::outcome("a.json", &text);
    let renamed = outcome.diagnostics.iter().filter(|found| found.code == diagnostic::COLLISION);
    let renamed: Vec<&str> = renamed.map(|found| found.message.as_str()).collect();
    assert_eq!(renamed.len(), 3, "{renamed:?}");
    let code = fixture::one_line(&outcome.files["src/operation/a.rs"]);
    for (wire, rust) in [("Vpc.Id", "vpc_id"), ("Vpc-Id", "vpc_id2"), ("Vpc_Id2", "vpc_id2_2"), ("Vpc_Id", "vpc_id3")] {
        assert!(code.contains(&format!("query \"{wire}\" => {rust},")), "{wire}: {code}");
    }
}

#[test]
fn name_of_fields_that_differ_in_case_has_a_suffix_for_the_unusual_case() {
    let fields = |names: &[&str]| {
        let text = |name: &&str| ((*name).to_owned(), json!({"type": "string"}));
        let properties: serde_json::Map<String, Value> = names.iter().map(text).collect();
        let tag = json!({"type": "array", "items": {"type": "object", "properties": properties}});
        let document = fixture::rpc(json!({"Put": {
            "methods": ["post"],
            "parameters": [{"name": "Tag", "in": "formData", "style": "repeatList", "schema": tag}],
            "responses": {"200": {}},
        }}));
        let outcome = fixture::outcome("case.json", &document.to_string());
        assert!(
            outcome.diagnostics.iter().all(|found| found.code != diagnostic::COLLISION),
            "{:?}",
            outcome.diagnostics
        );
        outcome.files["src/operation/put.rs"].clone()
    };
    for (names, expected) in [
        (&["key", "Key", "value", "Value"][..], [("key", "key_lowercase"), ("Key", "key"), ("Value", "value")]),
        (&["Key", "key", "size", "name"], [("Key", "key_capitalized"), ("key", "key"), ("size", "size")]),
        (
            &["VSwitchId", "vSwitchId", "Zone"],
            [("vSwitchId", "v_switch_id_camel_case"), ("VSwitchId", "v_switch_id"), ("Zone", "zone")],
        ),
        (&["IP", "ip", "Zone"], [("IP", "ip"), ("ip", "ip_lowercase"), ("Zone", "zone")]),
        (&["ip", "IP", "zone"], [("IP", "ip_uppercase"), ("ip", "ip"), ("zone", "zone")]),
    ] {
        let code = fields(names);
        for (wire, rust) in expected {
            assert!(code.contains(&format!("\"{wire}\" => {rust},")), "{names:?}: {wire}: {code}");
        }
    }
    assert!(
        fields(&["key", "Key", "Value"]).contains("Name on the wire: `key`."),
        "the documentation has the wire name"
    );
}

/// Returns the paths of an operation's nested types, and their Rust names.
fn nested_types(operation: &str, response: &Value) -> Vec<(String, String)> {
    let document = fixture::rpc(json!({operation: {"methods": ["post"], "responses": {"200": {"schema": response}}}}));
    let source = alicloud_codegen::source::Source::new("nested.json", document.to_string());
    let (model, _) = alicloud_codegen::generate::model(&source, &Default::default());
    let nested = model.types.iter().filter(|found| found.path.len() > 1);
    nested.map(|found| (found.path[1..].join("."), found.name.clone())).collect()
}

#[test]
fn name_of_generic_types_contains_the_subject_of_the_operation() {
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let text = json!({"A": {"type": "string"}});
    let list = |properties: Value| json!({"type": "array", "items": {"type": "object", "properties": properties}});
    for (operation, response, expected) in [
        ("ListImage", object(json!({"Data": list(text.clone())})), vec![("Data", "Image")]),
        ("DescribeInstances", object(json!({"Data": object(text.clone())})), vec![("Data", "Instance")]),
        ("GetAppInstanceGroup", object(json!({"Result": object(text.clone())})), vec![("Result", "AppInstanceGroup")]),
        ("ListAppsByGroupId", object(json!({"Items": list(text.clone())})), vec![("Item", "App")]),
        ("Search", object(json!({"Data": object(text.clone())})), vec![("Data", "SearchData")]),
        ("CheckResult", object(json!({"Result": object(text.clone())})), vec![("Result", "CheckResultResult")]),
        // The elements of the list are the subject of the operation, and not the object around them.
        (
            "ListQueues",
            object(json!({"Data": object(json!({"Items": list(text.clone())}))})),
            vec![("Data", "QueueData"), ("Data.Item", "Queue")],
        ),
        // A type that already has the name keeps it.
        (
            "ListImage",
            object(json!({"Data": list(json!({"Image": object(text.clone())}))})),
            vec![("Data", "ImageData"), ("Data.Image", "Image")],
        ),
        ("ListImage", object(json!({"Images": list(text.clone())})), vec![("Image", "Image")]),
    ] {
        let mut found = nested_types(operation, &response);
        found.sort();
        let expected: Vec<(String, String)> =
            expected.into_iter().map(|(path, name)| (path.to_owned(), name.to_owned())).collect();
        assert_eq!(found, expected, "{operation}");
    }
}

#[test]
fn freeze_keeps_names_when_types_are_added() {
    use alicloud_codegen::import::freeze;
    use alicloud_codegen::source::Source;
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let spec = |response: Value| {
        fixture::rpc(json!({"ListImage": {"methods": ["post"], "responses": {"200": {"schema": response}}}}))
    };
    let data = json!({"type": "array", "items": object(json!({"A": {"type": "string"}}))});
    let source = Source::new("spec.json", spec(object(json!({"Data": data}))).to_string());
    let frozen = freeze(&source).expect("a spec");
    assert_eq!(frozen.count, 1);
    let mut kept: Value = serde_json::from_str(&frozen.text).expect("JSON");
    let fields = &mut kept["apis"]["ListImage"]["responses"]["200"]["schema"]["properties"];
    assert_eq!(fields["Data"]["items"]["x-rust-type"], "Image");
    // Without `x-rust-type`, the new type would have the name.
    fields["Image"] = object(json!({"B": {"type": "string"}}));
    let names = nested_types("ListImage", &kept["apis"]["ListImage"]["responses"]["200"]["schema"]);
    assert!(names.contains(&("Data".to_owned(), "Image".to_owned())), "{names:?}");
    let again = freeze(&Source::new("spec.json", frozen.text.clone())).expect("a spec");
    assert_eq!((again.count, again.text), (0, frozen.text), "a second run changes nothing");
}

#[test]
fn documentation_of_a_nested_type_differs_from_that_of_its_field() {
    let document = fixture::rpc(json!({"Put": {
        "methods": ["post"],
        "parameters": [
            {"name": "Mode", "in": "query", "schema": {"type": "string", "enum": ["a"],
                "description": "Returns only these."}},
            {"name": "Rule", "in": "query", "style": "json", "schema": {"type": "object",
                "description": "Only this one.",
                "properties": {"Key": {"type": "string", "required": true}}}},
            {"name": "Parts", "in": "query", "style": "json", "schema": {"type": "array", "description": "All of them.",
                "items": {"type": "object", "description": "One part.", "properties": {"Key": {"type": "string"}}}}},
        ],
        "responses": {"200": {}},
    }}));
    let files = fixture::generated("docs.json", &document.to_string());
    let code = &files["src/operation/put.rs"];
    for (name, documentation) in [
        ("pub enum Mode", "/// Values of [`Put::mode`]."),
        ("pub struct Rule", "/// The value of [`Put::rule`].\n///\n/// Required: `key`."),
        ("pub struct Part ", "/// One part."),
    ] {
        let at = code.find(name).unwrap_or_else(|| panic!("{name}: {code}"));
        let start = code[..at].rfind("\n\n").unwrap_or_default();
        assert!(code[start..at].contains(documentation), "{name}: {}", &code[start..at]);
    }
}

#[test]
fn name_of_requested_rust_names_is_used() {
    let text = fixture::rpc(json!({"Ping": {
        "x-rust-name": "Knock",
        "parameters": [
            {"name": "Type", "in": "query", "schema": {"type": "string", "x-rust-name": "kind", "x-rust-type": "Sort",
                "enum": ["*"], "x-enum-names": {"*": "Every"}}},
        ],
        "responses": {"200": {}},
    }}))
    .to_string();
    let files = fixture::generated("a.json", &text);
    let code = fixture::one_line(&files["src/operation/knock.rs"]);
    for part in [
        "pub struct Knock ",
        "pub kind: Option<Sort>",
        "OperationInfo::rpc(\"Ping\")",
        "query \"Type\" => kind",
        "(\"*\", Self::Every)",
    ] {
        assert!(code.contains(part), "{part}: {code}");
    }
}

#[test]
fn name_of_a_parameter_response_does_not_clash_with_the_response() {
    let object = json!({"type": "object", "properties": {"A": {"type": "string"}}});
    let text = fixture::rpc(json!({"Ping": {
        "parameters": [{"name": "Response", "in": "query", "schema": object}, {"name": "PingResponse", "in": "query",
            "schema": object}],
        "responses": {"200": {"schema": object}},
    }}))
    .to_string();
    let files = fixture::generated("a.json", &text);
    let code = fixture::one_line(&files["src/operation/ping.rs"]);
    assert!(code.contains("Ping => PingResponse,"), "{code}");
    assert_eq!(code.matches("pub struct ").count(), 4, "{code}");
    assert!(code.contains("pub response: Option<Response>,"), "{code}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn snake_and_pascal_of_any_text_are_identifiers(
        text in prop_oneof![any::<String>(), "[A-Za-z0-9_. -]{0,12}", "(_|-|\\.|[0-9a-zA-Z]){0,6}"],
    ) {
        for name in [snake(&text), pascal(&text)] {
            prop_assert!(syn::parse_str::<syn::Ident>(&name).is_ok(), "{text:?} becomes {name:?}");
            prop_assert!(name.is_ascii() && name.len() < 130, "{name}");
        }
        prop_assert_eq!(snake(&text).to_lowercase(), snake(&text));
        prop_assert!(pascal(&text).starts_with(|first: char| first.is_ascii_uppercase()), "{}", pascal(&text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn generate_of_any_names_has_distinct_identifiers(names in prop::collection::hash_set(prop_oneof![
        any::<String>(), prop::sample::select(NAMES).prop_map(str::to_owned), "[aAbB_.1-]{1,4}"], 1..24)) {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort();
        check(&names);
    }
}

/// Methods that the prelude adds to a client or to a reference to one, and devices of Windows.
#[test]
fn name_of_operations_avoids_prelude_methods_and_windows_devices() {
    let names = [
        "TryInto",
        "Into",
        "TryFrom",
        "Clone",
        "ToOwned",
        "AsRef",
        "Borrow",
        "ToString",
        "Drop",
        "TypeId",
        "Con",
        "Prn",
        "AUX",
        "Nul",
        "Com0",
        "COM9",
        "Lpt1",
        "New",
        "FromDefaultChain",
        "CallRaw",
        "Config",
        "Region",
        "Endpoint",
    ];
    let apis: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!({"methods": ["post"], "responses": {"200": {}}}))).collect();
    let files = fixture::generated("taken", &fixture::rpc(Value::Object(apis)).to_string());
    for name in names {
        let stem = snake(name);
        assert!(!files.contains_key(&format!("src/operation/{stem}.rs")), "{name}: {:?}", files.keys());
        let client = &files["src/client.rs"];
        assert!(!client.contains(&format!("pub fn {stem}(&self, request: operation::")), "{name}");
    }
    for path in files.keys() {
        let stem = path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
        assert!(!["con", "prn", "aux", "nul", "com0", "com9", "lpt1"].contains(&stem), "{path}");
    }
}

/// Returns the names of a document's shared types, and the diagnostics.
fn shared_types(document: &Value) -> (Vec<String>, Vec<alicloud_codegen::diagnostic::Diagnostic>) {
    let source = alicloud_codegen::source::Source::new("types", document.to_string());
    let (model, diagnostics) = alicloud_codegen::generate::model(&source, &Default::default());
    let shared = model.types.iter().filter(|found| found.owner == alicloud_codegen::model::Owner::Shared);
    (shared.map(|found| found.name.clone()).collect(), diagnostics)
}

fn node_document(first: &str) -> Value {
    let operation = |schema: &str| {
        json!({"methods": ["post"], "parameters": [{"name": "A", "in": "query",
        "schema": {"$ref": format!("#/components/schemas/{schema}")}}], "responses": {"200": {}}})
    };
    let object = json!({"type": "object", "properties": {"A": {"type": "string"}}});
    let mut apis = serde_json::Map::new();
    for (name, schema) in [("One", first), ("Two", "Node"), ("Three", "node"), ("Four", "a/b%c"), ("Five", "NODes")] {
        apis.insert(name.to_owned(), operation(&schema.replace('~', "~0").replace('%', "%25").replace('/', "~1")));
    }
    let mut document = fixture::rpc(Value::Object(apis));
    document["components"] =
        json!({"schemas": {"Node": object, "node": object, "a/b%c": object, "Nodes": object, "NODes": object}});
    document
}

#[test]
fn name_of_shared_types_does_not_depend_on_operations() {
    let named = |first: &str| {
        let (names, diagnostics) = shared_types(&node_document(first));
        let of = |code: &str| diagnostics.iter().filter(|found| found.code == code).count();
        assert_eq!((of(diagnostic::COLLISION), of(diagnostic::DANGLING_REFERENCE)), (1, 0), "{diagnostics:?}");
        let mut names = names;
        names.sort();
        names
    };
    assert_eq!(named("Node"), named("node"));
    let order =
        |first: &str| fixture::generated("nodes", &node_document(first).to_string())["src/operation/three.rs"].clone();
    assert!(order("Node").contains("types::Node2") && order("node").contains("types::Node2"));
}

#[test]
fn name_of_types_differs_in_more_than_case() {
    let object = json!({"type": "object", "properties": {"A": {"type": "string"}}});
    let document = fixture::rpc(json!({
        "Getid": {"methods": ["post"], "responses": {"200": {}}},
        "GetId": {"methods": ["post"], "parameters": [
            {"name": "Ab", "in": "query", "schema": object}, {"name": "AB", "in": "query", "schema": object},
            {"name": "aB", "in": "query", "schema": object}], "responses": {"200": {}}},
    }));
    let files = fixture::generated("case", &document.to_string());
    let mut seen = HashSet::new();
    for line in files["src/operation.rs"].lines().chain(files["src/operation/get_id2.rs"].lines()) {
        if let Some(rest) = line.strip_prefix("pub struct ") {
            let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            assert!(seen.insert(name.to_ascii_lowercase()), "{name}");
        }
    }
    assert!(files["src/operation.rs"].contains("GetId2"), "{}", files["src/operation.rs"]);
}

#[test]
fn name_of_long_types_is_short_and_distinct() {
    let mut inner = json!({"type": "object", "properties": {"A": {"type": "string"}}});
    for level in (0..9).rev() {
        inner = json!({"type": "object", "properties": {format!("{}{level}", "Abcdefghij".repeat(3)): inner}});
    }
    let mut document = fixture::rpc(json!({"Get": {"methods": ["post"], "parameters": [{"name": "A", "in": "query",
            "schema": {"$ref": "#/components/schemas/Deep"}}], "responses": {"200": {}}}}));
    document["components"] = json!({"schemas": {"Deep": inner}});
    let (names, _) = shared_types(&document);
    let distinct: HashSet<&String> = names.iter().collect();
    assert_eq!((names.len(), distinct.len()), (10, 10));
    assert!(names.iter().all(|name| name.len() <= 240), "{names:?}");
    assert_eq!(shared_types(&document).0, names);
}

#[test]
fn name_of_a_package_that_is_reserved_is_an_error() {
    for name in
        ["alicloud-core", "alicloud_core", "std", "core", "alloc", "self", "crate", "fn", "type", "super", "test"]
    {
        let mut document = fixture::rpc(json!({"Ping": {"methods": ["post"], "responses": {"200": {}}}}));
        document["info"]["x-crate"] = json!({"name": name});
        let (_, diagnostics) = shared_types(&document);
        assert!(diagnostics.iter().any(|found| found.code == diagnostic::BAD_PACKAGE), "{name}");
    }
}

#[test]
fn name_that_is_requested_must_follow_conventions() {
    let document = |operation: &str, field: &str, kind: &str, value: &str| {
        fixture::rpc(json!({"Ping": {"methods": ["post"], "x-rust-name": operation, "parameters": [
            {"name": "A", "in": "query", "schema": {"type": "string", "x-rust-name": field}},
            {"name": "B", "in": "query", "schema": {"type": "object", "x-rust-type": kind,
                "properties": {"C": {"type": "string"}}}},
            {"name": "D", "in": "query", "schema": {"type": "string", "enum": ["a"], "x-enum-names": {"a": value}}}],
            "responses": {"200": {}}}}))
    };
    let errors = |document: Value| {
        let (_, diagnostics) = shared_types(&document);
        diagnostics.iter().filter(|found| found.code == diagnostic::UNNAMEABLE).count()
    };
    assert_eq!(errors(document("Ping2", "a_b1", "Kind", "V1_0")), 0);
    assert_eq!(errors(document("Foo_Op", "a", "Kind", "A")), 1);
    assert_eq!(errors(document("fooOp", "a", "Kind", "A")), 1);
    assert_eq!(errors(document("Ping", "aB", "Kind", "A")), 1);
    assert_eq!(errors(document("Ping", "a__b", "Kind", "A")), 1);
    assert_eq!(errors(document("Ping", "a", "My_Kind", "A")), 1);
    assert_eq!(errors(document("Ping", "a", "Kind", "KNOWN")), 1);
    assert_eq!(errors(document("Ping", "a", "Kind", "some_value")), 1);
}
