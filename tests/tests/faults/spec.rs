//! Documents that are out to break the generator, or what it makes: rows 43 to 45, and what files can be.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use alicloud_codegen::cli::{Mode, apply};
use alicloud_codegen::generate::{Options, Outcome, Runtime, generate};
use alicloud_codegen::source::Source;
use alicloud_tests::APP_STREAMING;
use alicloud_tests::scratch::Scratch;
use serde_json::{Map, Value, json};

use super::figure::{Row, check, check_eq};

/// The outcome of a document, within a time limit that only a hang exceeds.
fn outcome(text: impl Into<String>) -> Outcome {
    let source = Source::new("hostile.json", text);
    let options = Options { runtime: Runtime::Workspace, ..Options::default() };
    let start = Instant::now();
    let outcome = generate(&source, &options).unwrap_or_else(|fault| panic!("the generator is at fault: {fault}"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    for path in outcome.files.keys() {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
        assert!(path.chars().all(plain) && !path.contains(".."), "{path:?}");
    }
    for (path, text) in outcome.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    outcome
}

/// The same with the text of the diagnostics.
fn reported(text: impl Into<String>) -> (Outcome, String) {
    let text = text.into();
    let source = Source::new("hostile.json", text.as_str());
    let outcome = outcome(text);
    let report: String = outcome.diagnostics.iter().map(|found| found.render(&source)).collect();
    (outcome, report)
}

fn document(schemas: Value, apis: Value) -> String {
    let info = json!({"style": "RPC", "product": "hostile", "version": "2024-01-01"});
    serde_json::to_string_pretty(&json!({"info": info, "components": {"schemas": schemas}, "apis": apis}))
        .expect("JSON")
}

/// An operation that answers with what the reference names.
fn answering(reference: &str) -> Value {
    json!({"Ping": {"methods": ["post"], "responses": {"200": {"schema": {"$ref": reference}}}}})
}

/// Every diagnostic begins with its position: `hostile.json:LINE:COLUMN: `.
fn assert_positions(report: &str, code: &str) {
    let line = report.lines().find(|line| line.contains(code)).unwrap_or_else(|| panic!("no {code}: {report}"));
    let place = line.strip_prefix("hostile.json:").expect("the file");
    let mut numbers = place.split(':').take(2).map(|number| number.parse::<usize>());
    assert!(matches!((numbers.next(), numbers.next()), (Some(Ok(1..)), Some(Ok(1..)))), "{line}");
}

#[test]
fn fault_43_endless_references_are_an_error() {
    let row = Row::new(43);
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    // Circles that hold nothing, and a target that is not there.
    for (schemas, start, code) in [
        (json!({"A": reference("B"), "B": reference("A")}), "A", "E0209"),
        (json!({"A": reference("A")}), "A", "E0209"),
        (json!({"A": {"type": "object", "properties": {"X": reference("Gone")}}}), "A", "E0201"),
        (json!({}), "Gone", "E0201"),
    ] {
        let fault = row.inject();
        let (outcome, report) = reported(document(schemas, answering(&format!("#/components/schemas/{start}"))));
        check!(fault, !outcome.is_success());
        assert_positions(&report, code);
        fault.end();
    }
    // Circles that hold something are legal, and become boxes.
    for schemas in [
        json!({"Node": {"type": "object", "properties": {"Name": {"type": "string"}, "Next": reference("Node")}}}),
        json!({
            "Node": {"type": "object", "properties": {"Name": {"type": "string"}, "Other": reference("Other")}},
            "Other": {"type": "object", "properties": {"Node": reference("Node")}},
        }),
    ] {
        let fault = row.inject();
        let (outcome, report) = reported(document(schemas, answering("#/components/schemas/Node")));
        check!(fault, outcome.is_success(), "{report}");
        let boxes: usize = outcome.files.values().map(|text| text.matches("Box<").count()).sum();
        check!(fault, boxes > 0, "no box");
        fault.end();
    }
    // A hundred thousand of them in a row, and so many levels of JSON.
    let fault = row.inject();
    let long: Map<String, Value> = (0..100_000).map(|i| (format!("L{i}"), reference(&format!("L{}", i + 1)))).collect();
    let (outcome, report) = reported(document(Value::Object(long), answering("#/components/schemas/L0")));
    check!(fault, !outcome.is_success());
    assert_positions(&report[..report.len().min(10_000)], "error[");
    fault.end();
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for closed in [true, false] {
            let fault = row.inject();
            let depth = if closed { close.repeat(100_000) } else { String::new() };
            let (outcome, report) = self::reported(format!("{}1{depth}", open.repeat(100_000)));
            check!(fault, !outcome.is_success());
            assert_positions(&report, "E0101");
            fault.end();
        }
    }
}

/// Names that are keywords, begin with a digit, look like others, are empty, or are those of the language's own types.
const NAMES: [&str; 24] = [
    "type",
    "self",
    "Self",
    "crate",
    "super",
    "async",
    "1st",
    "2FA",
    "",
    "Result",
    "Option",
    "String",
    "Vec",
    "Box",
    "Default",
    "Аdmin",
    "раssword",
    "e\u{301}",
    "VpcId",
    "vpcId",
    "VPC_ID",
    "vpc-id",
    "a\u{202e}b",
    "\"",
];

#[test]
fn fault_44_invalid_names_are_mapped_or_refused() {
    let row = Row::new(44);
    let text = || json!({"type": "string"});
    let fields: Map<String, Value> = NAMES.iter().map(|name| ((*name).to_owned(), text())).collect();
    let schemas: Map<String, Value> = NAMES
        .iter()
        .map(|name| ((*name).to_owned(), json!({"type": "object", "properties": fields.clone()})))
        .collect();
    let parameters: Vec<Value> =
        NAMES.iter().map(|name| json!({"name": name, "in": "query", "schema": text()})).collect();
    let apis: Map<String, Value> = NAMES
        .iter()
        .map(|name| {
            let schema = json!({"$ref": format!("#/components/schemas/{name}")});
            let operation = json!({
                "methods": ["post"], "parameters": parameters, "responses": {"200": {"schema": schema}},
            });
            ((*name).to_owned(), operation)
        })
        .collect();
    let text = document(Value::Object(schemas), Value::Object(apis));
    let (outcome, report) = reported(text.as_str());
    assert!(outcome.is_success() && outcome.generated == NAMES.len(), "{report}");
    // Colliding names are reported, each with its position and its new name.
    assert_positions(&report, "W0301");
    for name in ["vpcId", "VPC_ID", "vpc-id"] {
        assert!(report.contains(&format!("`{name}` has the same Rust name as an earlier entry")), "{name}: {report}");
    }
    assert_eq!(self::outcome(text).files, outcome.files, "the same names each time");
    // On the wire they are what they were.
    let code: String =
        outcome.files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(_, text)| &**text).collect();
    let literals: std::collections::BTreeSet<String> = literals(&code);
    for name in NAMES {
        let fault = row.inject();
        check!(fault, literals.contains(name), "{name:?} is not sent as it is");
        fault.end();
    }
    // And the compiler takes them.
    compiled("hostile-names", &outcome, &["check", "--quiet"]);
}

/// The texts in literals of the code.
fn literals(code: &str) -> std::collections::BTreeSet<String> {
    fn collect(tokens: proc_macro2::TokenStream, found: &mut std::collections::BTreeSet<String>) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => collect(group.stream(), found),
                proc_macro2::TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        found.insert(text.value());
                    }
                }
                _ => {}
            }
        }
    }
    let mut found = std::collections::BTreeSet::new();
    collect(code.parse().expect("tokens"), &mut found);
    found
}

/// Hands a crate to cargo, for which warnings are errors.
fn compiled(name: &str, outcome: &Outcome, command: &[&str]) {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), name, &["crate"]).expect("a workspace");
    apply(&scratch.path("crate"), &outcome.files, Mode::Write).expect("the files");
    let manifest = &outcome.files["Cargo.toml"];
    let denied = format!("{manifest}\n[lints.rust]\nwarnings = \"deny\"\n");
    scratch.write("crate/Cargo.toml", &denied).expect("the manifest");
    let finished = scratch.cargo(command).expect("cargo");
    assert!(finished.success && !finished.errors.contains("warning"), "{}", finished.errors);
}

/// Texts that end comments and literals, open code blocks, attributes, links and HTML, or change the text direction.
const TEXTS: [&str; 20] = [
    "*/ pub fn evil() {} /*",
    "line\npub fn evil() {}",
    "\"# ; pub fn evil() {} //",
    "\"##; pub fn evil() {}",
    "{} {0} {x:?} {{}} %s $crate ${HOME}",
    "#![allow(warnings)]\n#[doc = \"x\"]",
    "]\n#[cfg(any())] pub fn evil() {}",
    "left \u{202e}right\u{202c} \u{2066}x\u{2069} \u{200b}",
    "<script>alert(1)</script><b>never closed <!-- ",
    "[`crate::nothing`] [Self::x] [a](b) [c][d] ![e](f) <https://example.com/?a=<b>>",
    "```\nfn evil() { panic!() }\n```",
    "~~~rust\nfn evil() {}\n~~~",
    "    fn indented() {}\n\tfn tabbed() {}",
    "- item\n\n      fn deep() {}",
    "\u{0}\u{7}\u{1b}[31m\r\n\u{2028}\u{85}",
    "# Heading\n\nSetext\n====\n\n---\n| a |\n|---|\n| b |",
    "include_str!(\"/etc/passwd\") env!(\"HOME\")",
    "unbalanced ` `` ``` ~~~ more",
    "\\\"\\u{0}\\\\",
    "https://example.com/bare www.example.com mail@example.com",
];

/// A document with this text in every place for a text.
fn prose(text: &str) -> String {
    let schema = json!({
        "type": "object", "description": text, "title": text,
        "properties": {
            "A": {"type": "string", "description": text, "example": text, "title": text},
            "B": {"type": "string", "description": text, "enum": ["x", "y"], "enumValueTitles": {"x": text, "y": text}},
        },
    });
    let parameter = json!({"type": "string", "description": text, "example": text, "required": true});
    let apis = json!({"Ping": {
        "summary": text, "title": text, "description": text, "methods": ["post"],
        "parameters": [{"name": "Word", "in": "query", "schema": parameter}],
        "responses": {"200": {"schema": schema}},
        "errorCodes": {"400": [{"errorCode": "Known", "errorMessage": text}]},
    }});
    document(json!({"Shared": schema}), apis)
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The comments of a file; lines that follow one another are one.
fn comments(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let runs = lines.chunk_by(|one, next| is_comment(one) == is_comment(next)).filter(|run| is_comment(run[0]));
    runs.map(|run| {
        run.iter().map(|line| line.trim_start().trim_start_matches(['/', '!'])).collect::<Vec<_>>().join("\n")
    })
    .collect()
}

/// What a crate is without its prose: the items and the lines of code of each file, and the headings of its
/// documentation and the blocks of code that rustdoc makes tests of.
fn shape(files: &BTreeMap<String, String>) -> (Vec<(String, usize, usize)>, Vec<String>) {
    let mut blocks = Vec::new();
    let mut shapes = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| !path.ends_with(".toml")) {
        if path.ends_with(".rs") {
            let items = syn::parse_file(text).expect("Rust").items.len();
            shapes.push((path.clone(), items, text.lines().filter(|line| !is_comment(line)).count()));
        }
        let texts = if path.ends_with(".rs") { comments(text) } else { vec![text.clone()] };
        for text in texts {
            for event in pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::all()) {
                use pulldown_cmark::{CodeBlockKind, Event, Tag};
                match event {
                    // Rustdoc makes no test of it.
                    Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) if &*kind == "text" => {}
                    Event::Start(Tag::CodeBlock(kind)) => blocks.push(format!("{path}: {kind:?}")),
                    Event::Start(Tag::Heading { .. }) => blocks.push(format!("{path}: {event:?}")),
                    Event::Html(html) | Event::InlineHtml(html) => {
                        assert!(html.starts_with("<!-- @generated"), "{path}: {html}")
                    }
                    _ => {}
                }
            }
        }
    }
    (shapes, blocks)
}

#[test]
fn fault_45_hostile_texts_are_escaped() {
    let row = Row::new(45);
    let plain = shape(&outcome(prose("plain")).files);
    for text in TEXTS {
        let fault = row.inject();
        let outcome = outcome(prose(text));
        check!(fault, outcome.is_success(), "{text:?}");
        // Not one item, line of code, test or HTML tag more.
        check_eq!(fault, shape(&outcome.files), plain, "{text:?}");
        for (path, file) in &outcome.files {
            let turns =
                |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}');
            check!(fault, !file.contains(|c: char| turns(c) || (c.is_control() && c != '\n')), "{path}: {text:?}");
        }
        fault.end();
    }
    // All of it at once, before rustdoc and its tests: no warning, and no example but the generator's two.
    let fault = row.inject();
    let all = TEXTS.join("\n\n");
    let outcome = outcome(prose(&all));
    check!(fault, outcome.is_success());
    let package = outcome.package.as_str();
    compiled("hostile-prose", &outcome, &["rustdoc", "--quiet", "--package", package, "--", "-D", "warnings"]);
    fault.end();
}

#[test]
fn document_with_any_truncation_is_an_error() {
    for at in (0..APP_STREAMING.len()).step_by(9_973).filter(|at| APP_STREAMING.is_char_boundary(*at)) {
        let (outcome, report) = reported(&APP_STREAMING[..at]);
        assert!(!outcome.is_success(), "{at}");
        assert_positions(&report, "error[");
    }
}

#[test]
fn documents_of_many_megabytes_are_read_or_refused() {
    let text = |megabytes: usize| {
        let manual = "words with no end ".repeat((megabytes << 20) / 18);
        let responses = r#"{"200":{"schema":{"type":"object","properties":{}}}}"#;
        format!(
            r#"{{"info":{{"style":"RPC","product":"hostile","version":"2024-01-01"}},"apis":{{"Ping":
               {{"methods":["post"],"description":"{manual}","responses":{responses}}}}}}}"#
        )
    };
    let outcome = outcome(text(60));
    assert!(outcome.is_success(), "{:?}", outcome.diagnostics.first().map(|found| &found.message));
    assert!(outcome.files.values().all(|text| text.len() < 1 << 20), "a manual is not documentation");
    let outcome = self::outcome(text(200));
    assert!(!outcome.is_success());
    assert!(outcome.diagnostics[0].message.contains("more than the 67108864 that are read"));
}

#[test]
fn document_with_a_byte_order_mark_or_repeated_keys_is_handled() {
    let good = prose("plain");
    assert_eq!(outcome(format!("\u{feff}{good}")).files, outcome(good.as_str()).files);
    let (outcome, report) = reported(good.replacen(r#""methods""#, r#""summary": "again", "methods""#, 1));
    assert!(!outcome.is_success());
    assert_positions(&report, "E0104");
    for (from, to) in [("hostile", "../../x"), ("2024-01-01", "../../x"), ("hostile", "a/b"), ("hostile", "")] {
        let (outcome, report) = self::reported(good.replacen(&format!("\"{from}\""), &format!("\"{to}\""), 1));
        assert!(!outcome.is_success() && outcome.files.is_empty(), "{to}");
        assert_positions(&report, "E0303");
    }
}

#[test]
fn generate_with_hostile_names_writes_only_inside_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("crate");
    for path in ["../evil.rs", "src/../../evil.rs", "/tmp/evil-of-the-test.rs", "./../evil.rs"] {
        let files = BTreeMap::from([(path.to_owned(), "fn evil() {}".to_owned())]);
        for mode in [Mode::Check, Mode::Write, Mode::Force] {
            let error = apply(&inner, &files, mode).expect_err(path);
            assert!(format!("{error:#}").contains("outside of its folder"), "{error}");
        }
    }
    assert!(!folder.path().join("evil.rs").exists());
    #[cfg(unix)]
    {
        std::fs::create_dir(&inner).expect("a folder");
        std::os::unix::fs::symlink(folder.path(), inner.join("src")).expect("a link");
        let files = BTreeMap::from([("src/evil.rs".to_owned(), "fn evil() {}".to_owned())]);
        assert!(apply(&inner, &files, Mode::Force).is_err());
        assert!(!folder.path().join("evil.rs").exists());
    }
}

#[test]
fn generate_with_reordered_keys_writes_equal_files() {
    let first = outcome(APP_STREAMING);
    assert_eq!(outcome(APP_STREAMING).files, first.files);
    /// Objects the other way round, but for those that list things by name, whose order means something.
    fn turned(value: &Value, lists: bool) -> Value {
        const LISTS: [&str; 6] = ["properties", "schemas", "apis", "responses", "errorCodes", "enumValueTitles"];
        match value {
            Value::Object(map) => {
                let inner = map.iter().map(|(key, value)| {
                    let named = !lists && (LISTS.contains(&key.as_str()) || key.starts_with("x-"));
                    (key.clone(), turned(value, named))
                });
                let entries: Vec<_> = inner.collect();
                if lists { entries.into_iter().collect() } else { entries.into_iter().rev().collect() }
            }
            Value::Array(items) => items.iter().map(|item| turned(item, false)).collect(),
            other => other.clone(),
        }
    }
    let value: Value = serde_json::from_str(APP_STREAMING).expect("JSON");
    let other = serde_json::to_string(&turned(&value, false)).expect("JSON");
    let second = outcome(other);
    // Types stand in the order of the document; all else is the same to the letter.
    let sorted = |files: &BTreeMap<String, String>| -> BTreeMap<String, Vec<String>> {
        let lines = |text: &String| {
            let mut lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
            lines.sort();
            lines
        };
        files.iter().map(|(path, text)| (path.clone(), lines(text))).collect()
    };
    let (first, second) = (sorted(&first.files), sorted(&second.files));
    let differs = first.iter().find(|(path, lines)| second.get(*path) != Some(*lines));
    assert_eq!((differs.map(|(path, _)| path), first.len()), (None, second.len()));
}
