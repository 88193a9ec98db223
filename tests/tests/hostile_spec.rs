//! A document that is out to break the crate: whatever names, values and prose it has, the code compiles without a
//! warning, the documentation is built without one, and no example in it is run but the generator's own.

#[path = "../../codegen/tests/suite/hostile.rs"]
mod hostile;

use std::error::Error;

use alicloud_codegen::cli::{Mode, apply, format};
use alicloud_codegen::diagnostic::any_error;
use alicloud_codegen::generate::{Options, Runtime, generate};
use alicloud_codegen::source::Source;
use alicloud_tests::scratch::Scratch;
use hostile::{NAMES, TEXTS};
use serde_json::{Map, Value, json};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// Returns the hostile texts in turn.
struct Prose(usize);

impl Prose {
    fn next(&mut self) -> Value {
        self.0 += 1;
        json!(TEXTS[self.0 % TEXTS.len()])
    }

    /// A schema with prose wherever it can have some.
    fn schema(&mut self, mut schema: Value) -> Value {
        for key in ["description", "title", "example", "default", "minimum", "maximum", "pattern"] {
            schema[key] = self.next();
        }
        schema
    }

    fn text(&mut self) -> Value {
        self.schema(json!({"type": "string"}))
    }

    /// A value of these texts, all of which have prose.
    fn choice(&mut self, values: &[&str]) -> Value {
        let titles: Map<String, Value> = values.iter().map(|value| ((*value).to_owned(), self.next())).collect();
        self.schema(json!({"type": "string", "enum": values, "enumValueTitles": titles}))
    }

    fn object(&mut self, fields: &[&str]) -> Value {
        let mut properties = Map::new();
        for (index, name) in fields.iter().enumerate() {
            let field = match index % 4 {
                0 => self.text(),
                1 => self.choice(&[name, "x"]),
                2 => json!({"type": "array", "items": {"type": "object", "properties": {*name: self.text()}}}),
                _ => json!({"type": "object", "properties": {*name: self.text(), "self": {"type": "boolean"}}}),
            };
            properties.insert((*name).to_owned(), field);
        }
        self.schema(json!({"type": "object", "properties": properties}))
    }

    fn operation(&mut self, parameters: Value, response: Value) -> Value {
        json!({
            "summary": self.next(), "title": self.next(), "description": self.next(), "methods": ["post"],
            "deprecated": self.0.is_multiple_of(5),
            "parameters": parameters,
            "responses": {"200": {"schema": response}},
            "errorCodes": {"400": [
                {"errorCode": self.next(), "errorMessage": self.next()},
                {"errorCode": "Known", "errorMessage": self.next()},
            ]},
            "x-ram-action": {"action": "demo:Act", "accessLevel": self.next(), "resource": self.next()},
        })
    }
}

/// The document, and how many operations it has.
fn document() -> (String, usize) {
    let mut prose = Prose(0);
    let mut schemas = Map::new();
    for (index, name) in NAMES.iter().enumerate() {
        let schema = if index % 2 == 0 { prose.choice(&[name, "other"]) } else { prose.object(&[name, "Inner"]) };
        schemas.insert((*name).to_owned(), schema);
    }
    let mut apis = Map::new();
    for (index, name) in NAMES.iter().enumerate() {
        // Up to six required parameters: with one, with the names of the next, in turn of every kind.
        let parameters: Vec<Value> = (0..index % 7)
            .map(|turn| {
                let name = NAMES[(index + turn) % NAMES.len()];
                let mut schema = match turn {
                    0 => prose.text(),
                    1 => json!({"$ref": reference(name)}),
                    2 => prose.schema(json!({"type": "integer", "format": "int64"})),
                    3 => prose.choice(&[name]),
                    4 => prose.schema(json!({"type": "array", "items": {"type": "string"}})),
                    _ => prose.object(&[name]),
                };
                schema["required"] = json!(true);
                json!({"name": name, "in": if turn % 2 == 0 { "query" } else { "formData" }, "schema": schema})
            })
            .collect();
        let response = prose.object(&[name, "RequestId"]);
        apis.insert((*name).to_owned(), prose.operation(json!(parameters), response));
    }
    let optional: Vec<Value> = NAMES
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let schema = match index % 3 {
                0 => prose.text(),
                1 => json!({"$ref": reference(name)}),
                _ => json!({"type": "array", "items": {"$ref": reference(name)}}),
            };
            json!({"name": name, "in": "query", "schema": schema})
        })
        .collect();
    let response = prose.object(NAMES);
    apis.insert("Everything".to_owned(), prose.operation(json!(optional), response));
    let kinds = prose.choice(NAMES);
    let parameters = json!([{"name": "Kind", "in": "query", "schema": kinds}]);
    let response = prose.choice(NAMES);
    apis.insert("EveryValue".to_owned(), prose.operation(parameters, response));
    let count = apis.len();
    let document = json!({
        "info": {
            "style": "RPC", "product": "hostile", "version": "2024-01-01",
            "x-title": TEXTS[0], "x-documentation": "javascript:alert(\"x\")",
        },
        "components": {"schemas": schemas},
        "apis": apis,
        "endpoints": [
            {"regionId": "cn-\"quoted\"\n", "endpoint": "a\"b\\.example.com"},
            {"regionId": TEXTS[0], "endpoint": TEXTS[2], "vpc": TEXTS[1]},
        ],
    });
    (document.to_string(), count)
}

/// The reference to a shared schema: a JSON Pointer in the fragment of a URI.
fn reference(name: &str) -> String {
    format!("#/components/schemas/{}", name.replace('%', "%25").replace('~', "~0").replace('/', "~1"))
}

#[test]
fn generate_of_a_hostile_spec_compiles_and_documents_text() -> Result {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), "hostile-spec", &["crate"])?;
    let (document, operations) = document();
    let source = Source::new("hostile.json", document);
    let options = Options { runtime: Runtime::Workspace, ..Options::default() };
    let mut outcome = generate(&source, &options)?;
    format(&mut outcome.files)?;
    let problems: Vec<String> = outcome.diagnostics.iter().map(|found| found.render(&source)).collect();
    assert!(outcome.is_success() && !any_error(&outcome.diagnostics), "{}", problems.join("\n"));
    assert_eq!((outcome.operations, outcome.generated), (operations, operations));
    apply(&scratch.path("crate"), &outcome.files, Mode::Write)?;
    for path in outcome.files.keys() {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
        assert!(path.chars().all(plain) && !path.contains(".."), "{path:?}");
    }

    // Warnings are errors, for the compiler and for its documentation.
    let manifest = &outcome.files["Cargo.toml"];
    scratch.write("crate/Cargo.toml", &format!("{manifest}\n[lints.rust]\nwarnings = \"deny\"\n"))?;
    let package = outcome.package.as_str();
    let built = scratch.cargo(&["build", "--quiet", "--package", package])?;
    assert!(built.success && !built.errors.contains("warning"), "{}", built.errors);
    let documented = scratch.cargo(&["rustdoc", "--quiet", "--package", package, "--", "-D", "warnings"])?;
    assert!(documented.success && !documented.errors.contains("warning"), "{}", documented.errors);

    // The examples are the generator's, which are compiled and not run: one of each operation, one of the client, and
    // two in the README.
    let tested = scratch.cargo(&["test", "--quiet", "--doc", "--package", package, "--", "--format", "pretty"])?;
    assert!(tested.success, "{}\n{}", tested.output, tested.errors);
    let tests: Vec<&str> =
        tested.output.lines().filter(|line| line.starts_with("test ") && line.contains(" (line ")).collect();
    assert_eq!(tests.len(), operations + 3, "{}", tested.output);
    let strange: Vec<_> = tests.iter().filter(|line| !line.ends_with(" - compile ... ok")).collect();
    assert!(strange.is_empty(), "{strange:?}");
    let of_operations = tests.iter().filter(|line| line.contains("src/operation/")).count();
    assert_eq!(of_operations, operations, "{}", tested.output);
    Ok(())
}
