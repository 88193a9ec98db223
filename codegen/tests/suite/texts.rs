//! Hostile texts: they do not affect the code, and the documentation contains only text.

use std::collections::BTreeMap;

use proptest::prelude::*;
use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use quote::ToTokens as _;
use serde_json::{Value, json};
use syn::visit_mut::VisitMut;

use crate::fixture;
use crate::hostile::TEXTS;

/// Returns a document with this text in every position for prose.
pub(crate) fn document(text: &str) -> Value {
    let schema = |kind: &str| {
        json!({"type": kind, "title": text, "description": text, "example": text, "default": text,
        "minimum": text, "maximum": text, "pattern": text})
    };
    let field = |kind: &str| {
        let mut field = schema(kind);
        field["minItems"] = json!(text);
        field["maxItems"] = json!(text);
        field
    };
    let with = |mut schema: Value, key: &str, value: Value| {
        schema[key] = value;
        schema
    };
    let color = json!({"type": "string", "description": text, "enum": ["red", "*"], "enumValueTitles": {"red": text,
        "*": text}});
    let node = with(
        schema("object"),
        "properties",
        json!({"Name": schema("string"), "Next": {"$ref": "#/components/schemas/Node"}}),
    );
    let response = with(
        schema("object"),
        "properties",
        json!({
            "Color": {"$ref": "#/components/schemas/Color", "description": text},
            "Nodes": with(field("array"), "items", json!({"$ref": "#/components/schemas/Node", "description": text})),
            "Any": schema("any"),
            "Old": with(schema("string"), "deprecated", json!(true)),
        }),
    );
    let operation = |parameters: Value, response: &Value| {
        json!({
            "summary": text, "title": text, "description": text, "methods": ["post"],
            "parameters": parameters,
            "responses": {"200": {"schema": response}},
            "errorCodes": {"400": [{"errorCode": format!("<{text}"), "errorMessage": text}, {"errorCode": "Known",
                "errorMessage": text}]},
            "x-ram-action": {"action": "demo:Act", "accessLevel": text, "resource": text},
        })
    };
    let required = |kind: &str| with(schema(kind), "required", json!(true));
    let parameter = |name: &str, schema: Value| json!({"name": name, "in": "query", "schema": schema});
    let known =
        with(with(schema("integer"), "enum", json!(["1", "2"])), "enumValueTitles", json!({"1": text, "2": text}));
    json!({
        "info": {"product": "demo", "version": "2024-01-01", "style": "RPC", "x-title": text, "x-documentation": text},
        "components": {"schemas": {"Color": color, "Node": node}},
        "apis": {
            "Act": operation(json!([
                parameter("Name", required("string")),
                parameter("Count", required("integer")),
                parameter("Known", known),
                parameter("Node", json!({"$ref": "#/components/schemas/Node", "description": text})),
                parameter("Names", with(field("array"), "items", schema("string"))),
            ]), &response),
            "Make": operation(json!([
                parameter("A", required("string")),
                parameter("B", required("number")),
                parameter("C", required("boolean")),
                parameter("D", with(required("array"), "items", schema("string"))),
                parameter("E", schema("string")),
            ]), &response),
            "List": operation(json!([]), &with(field("array"), "items", schema("string"))),
            "Old": {
                "deprecated": true, "description": text, "methods": ["get"], "responses": {"200": {}},
                "ramActions": [{"operationType": text, "additionalActions": [text], "ramAction": {"action": text,
                    "resources": [{"arn": text, "resourceType": text}], "actionConditions": [{"conditionKey": text}]}}],
                "flowControl": {"flowControlList": [{"threshold": 5, "countWindow": 60, "regionId": text}]},
            },
        },
        "errorCodes": [{"code": format!("<{text}"), "message": text, "http_code": text}, {"code": "Known", "message": text}],
        "flowControl": {"flowControlList": [{"threshold": 5, "regionId": text}]},
        "changeSet": [
            {"createdAt": text, "apis": [{"api": text, "description": text}]},
            {"createdAt": "2024-01-01", "apis": [{"api": format!("<{text}"), "description": text}]},
        ],
        "endpoints": [{"regionId": "cn-demo", "endpoint": "demo.example.com"}],
    })
}

fn files(text: &str) -> BTreeMap<String, String> {
    fixture::generated("texts.json", &document(text).to_string())
}

/// Collects the documentation of every item, and removes it from the visited items.
#[derive(Default)]
struct Docs(Vec<String>);

impl VisitMut for Docs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        let mut lines: Vec<String> = Vec::new();
        attributes.retain(|attribute| {
            let syn::Meta::NameValue(pair) = &attribute.meta else { return true };
            let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { return true };
            if pair.path.is_ident("doc") {
                lines.push(text.value());
            }
            !pair.path.is_ident("doc")
        });
        if lines.is_empty() {
            return;
        }
        for line in &lines {
            let odd = |c: char| c.is_control() || is_invisible(c);
            assert!(!line.contains(odd), "{line:?}");
        }
        let indent = |line: &String| line.len() - line.trim_start_matches(' ').len();
        let least = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or_default();
        let lines: Vec<&str> = lines.iter().map(|line| line.get(least..).unwrap_or_default()).collect();
        self.0.push(lines.join("\n"));
    }
}

/// Returns the tokens of a file without its documentation, and the documentation.
fn parts(file: &syn::File) -> (String, Vec<String>) {
    let mut file = file.clone();
    let mut docs = Docs::default();
    docs.visit_file_mut(&mut file);
    (file.to_token_stream().to_string(), docs.0)
}

/// Whether a character changes the direction of text, or has no width.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' | '\u{61c}' | '\u{feff}'
    )
}

/// Returns the Markdown elements of a text except harmless ones: paragraphs, lists, quotes, tables, web links, and code
/// that is not Rust.
fn structure(text: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let link = |link: BrokenLink<'_>| Some((CowStr::from(format!("item {}", link.reference)), CowStr::from("")));
    let mut found = Vec::new();
    let mut block = None;
    for event in Parser::new_with_broken_link_callback(text, options, Some(link)) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) if &*kind == "text" => block = Some(None),
            Event::Start(Tag::CodeBlock(kind)) => {
                found.push(format!("{kind:?}"));
                block = Some(Some(String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                let toml = found.last().is_some_and(|kind| kind.contains("toml"));
                if let Some(Some(code)) = block.take().filter(|_| !toml) {
                    let code = format!("\n{code}").replace("\n# ", "\n");
                    assert!(syn::parse_file(&code).is_ok(), "no Rust:\n{code}");
                }
            }
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, .. })
                if dest_url.starts_with("https://") || dest_url.starts_with("http://") => {}
            Event::Start(
                Tag::Paragraph
                | Tag::List(_)
                | Tag::Item
                | Tag::BlockQuote(None)
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::Strong
                | Tag::Emphasis,
            )
            | Event::Code(_)
            | Event::SoftBreak
            | Event::HardBreak => {}
            Event::Start(tag) => found.push(format!("{tag:?}")),
            Event::Text(text) => match &mut block {
                Some(Some(code)) => code.push_str(&text),
                Some(None) => {}
                None => assert!(!text.contains("http://") && !text.contains("https://"), "a bare URL: {text}"),
            },
            Event::End(_) => {}
            other => found.push(format!("{other:?}")),
        }
    }
    found
}

fn compare(blank: &BTreeMap<String, String>, text: &str) {
    let found = files(text);
    let (blank_files, found_files) = (fixture::parsed(blank), fixture::parsed(&found));
    assert_eq!(blank.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    for (path, file) in &found_files {
        let ((code_before, docs_before), (code, docs)) = (parts(&blank_files[path]), parts(file));
        assert_eq!(code_before, code, "{path} with {text:?}");
        assert_eq!(docs_before.len(), docs.len(), "{path} with {text:?}");
        for (before, after) in docs_before.iter().zip(&docs) {
            assert_eq!(structure(before), structure(after), "{path} with {text:?}:\n{after}");
        }
    }
    let readme = |files: &BTreeMap<String, String>| files["README.md"].lines().skip(1).collect::<Vec<_>>().join("\n");
    let changelog = found["CHANGELOG.md"].lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_eq!(structure(&changelog).len(), 3, "headings of the file, the service and a day:\n{changelog}");
    assert_eq!(
        structure(&readme(blank)),
        structure(&readme(&found)),
        "README.md with {text:?}:\n{}",
        found["README.md"]
    );
    for (path, text) in &found {
        assert!(!text.contains(|c: char| is_invisible(c) || c.is_control() && c != '\n'), "{path}: {text}");
    }
    let manifest = |files: &BTreeMap<String, String>| -> Vec<String> {
        let lines =
            files["Cargo.toml"].lines().filter(|line| !line.starts_with("description") && !line.starts_with("# @"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(manifest(blank), manifest(&found));
}

#[test]
fn generate_of_hostile_texts_changes_only_documentation() {
    let blank = files("");
    for text in TEXTS {
        compare(&blank, text);
        compare(&blank, &format!("before {text} after"));
    }
}

#[test]
fn lines_of_long_texts_are_wrapped_with_the_same_meaning() {
    let blank = files("");
    for word in [
        "- ", "# ", "1. ", "=== ", "--- ", "> ", "| ", "``` ", "    x ", "+ ", "* ", "a_b ", ":- ", "[a] ", "<b> ",
        "` ", "\\ ",
    ] {
        compare(&blank, &format!("x {}", word.repeat(120)));
        compare(&blank, &format!("{}{word}", "word ".repeat(19)));
    }
    compare(&blank, &"x".repeat(200_000));
    compare(&blank, &"é ".repeat(40_000));
    compare(&blank, &"`".repeat(40_000));
    compare(&blank, &"[".repeat(40_000));
    compare(&blank, &"<".repeat(40_000));
    compare(&blank, &"[a](".repeat(10_000));
    compare(&blank, &"*/\n".repeat(10_000));
}

fn text() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(str::to_owned),
        2 => prop::sample::select(&[
            "`", "*", "_", "[", "]", "(", ")", "<", ">", "!", "#", "-", "+", "=", "|", "~", "\\", "&", ";", ":", "\n",
            "\n\n", "\n    ", " ", "  ", "\t", "a", "1", ".", "b c", "://", "\"", "'", "/", "$", "^", "{", "}",
        ][..]).prop_map(str::to_owned),
        1 => ".{0,8}",
    ];
    prop::collection::vec(bit, 0..14).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 3000, ..ProptestConfig::default() })]

    /// Texts inside list items and after other words, as the generator writes them.
    #[test]
    fn markdown_functions_of_any_text_add_no_structure(text in text()) {
        use alicloud_codegen::markdown;
        let lines = markdown::lines(&text);
        let own = |text: &str| structure(text);
        prop_assert_eq!(own(&lines.join("\n")), [""; 0], "{:?}", lines);
        prop_assert!(lines.iter().all(|line| !line.contains('\n') && !line.contains(is_invisible)));
        let line = markdown::line(&text);
        let code = markdown::code(&text);
        let item = format!("- `X`: {}", markdown::first(&text));
        for whole in [format!("- {code}: {line}"), format!("Title: {line} ({code}, more)."), item] {
            prop_assert!(!whole.contains('\n'), "{whole}");
            prop_assert_eq!(own(&whole), [""; 0], "{}", whole);
        }
        // A code span contains the whole text, and is a single span.
        let spans: Vec<Event<'_>> = Parser::new(&code).filter(|event| matches!(event, Event::Code(_))).collect();
        prop_assert!(code == "an empty text" || spans.len() == 1, "{code}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn generate_of_any_text_changes_only_documentation(text in text()) {
        compare(&files(""), &text);
    }
}

#[test]
fn lines_of_typical_markup_keep_its_meaning() {
    use alicloud_codegen::markdown::{code, line, lines};
    for (text, expected) in [
        ("Plain.", "Plain."),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("- a\n- b\n\ntext", "- a\n- b\n\ntext"),
        ("use `x_y` now", "use `x_y` now"),
        ("a &lt; b &amp; c", "a \\< b & c"),
        ("see [the page](https://x.y)", "see [the page](https://x.y)"),
        ("**Note** that", "**Note** that"),
        ("snake_case", "snake_case"),
        ("> **说明**\n>\n> 中文", "> **说明**\n>\n> 中文"),
        ("# Title\ntext", "**Title**\n\ntext"),
        ("- a\n  - b\n    - c\n- d", "- a\n  - b\n    - c\n- d"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("|a|b|\n|--|--|\n|c|`d`|", "|a|b|\n|-|-|\n|c|`d`|"),
        ("x\n```json\n{\"a\": [1]}\n```\ny", "x\n\n```text\n{\"a\": [1]}\n```\n\ny"),
        ("a<br>\nb", "a\\\nb"),
        ("a<br>", "a"),
        ("One.\n\n><notice>Two.></notice>", "One.\n\n> **Notice**: Two."),
        ("One.\n<danger>Two></warning>\nThree", "One.\n\n> **Danger**: Two\n\nThree"),
        ("- a\n  ><warning>b\n  >c></warning>\n- d", "- a\n\n  > **Warning**: b c\n\n- d"),
        ("<notice></notice>", ""),
        ("<props=\"china\">a <ph>b</ph></props>", "a b"),
        ("Map<string> and <YOUR_ID>", "Map\\<string\\> and \\<YOUR_ID\\>"),
        ("in <i>yyyy</i> at <b>once</b>", "in *yyyy* at **once**"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>", "|a|b|\n|-|-|\n|c|d|"),
        ("<a href=\"https://x.y\">the page</a>", "[the page](https://x.y)"),
        ("[a page](~~439964~~) and ![](https://x.y/z.png)", "a page and"),
        ("see https://x.y", "see https\\://x.y"),
        ("", ""),
    ] {
        assert_eq!(lines(text).join("\n"), expected, "{text}");
    }
    assert_eq!(line("a\nb\n\n- c"), "a b c");
    assert_eq!(code("a`b"), "`` a`b ``");
    assert_eq!(code("`"), "`` ` ``");
    assert_eq!(code(" \n"), "an empty text");
}
