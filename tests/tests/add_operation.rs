//! A new operation in the spec: one new file, one method, a line in each list, and a call that works.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use alicloud_codegen::cli::{Mode, apply, format};
use alicloud_codegen::generate::{Options, Runtime, generate};
use alicloud_codegen::source::Source;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Response, Verification};
use alicloud_tests::scratch::{Scratch, files};
use alicloud_tests::{APP_STREAMING, root};
use serde_json::{Map, Value, json};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const ADDED: &str = "ListSessionMatches";
const FILE: &str = "src/operation/list_session_matches.rs";
/// The operation that the added one follows.
const BEFORE: &str = "ListRegions";
const FOLDER: &str = "crates/appstream-center-20210901";

/// The spec with one operation more, among the others.
fn spec() -> Result<String> {
    let mut spec: Value = serde_json::from_str(APP_STREAMING)?;
    let added: Value = serde_json::from_str(include_str!("add_operation/operation.json"))?;
    let apis = spec["apis"].as_object_mut().ok_or("a document has operations")?;
    assert!(!apis.contains_key(ADDED), "it is new");
    let mut all = Map::new();
    for (name, api) in std::mem::take(apis) {
        let here = name == BEFORE;
        all.insert(name, api);
        if here {
            all.insert(ADDED.to_owned(), added.clone());
        }
    }
    assert!(all.contains_key(ADDED));
    *apis = all;
    Ok(serde_json::to_string_pretty(&spec)?)
}

/// A copy of the checked-in crate in a workspace of its own, brought to the spec with the added operation.
fn regenerated(name: &str, members: &[&str]) -> Result<(Scratch, Vec<String>)> {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), name, members)?;
    for (path, bytes) in files(&root().join(FOLDER))? {
        scratch.write(&format!("crate/{path}"), std::str::from_utf8(&bytes)?)?;
    }
    let options = Options { runtime: Runtime::Workspace, ..Options::default() };
    let source = Source::new("spec.json", spec()?);
    let mut outcome = generate(&source, &options)?;
    let before = generate(&Source::new("spec.json", alicloud_tests::APP_STREAMING), &options)?;
    let known = |message: &str| before.diagnostics.iter().any(|found| found.message == message);
    let added = outcome.diagnostics.iter().filter(|found| !known(&found.message));
    let problems: Vec<String> = added.map(|found| found.render(&source)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    format(&mut outcome.files)?;
    let changes = apply(&scratch.path("crate"), &outcome.files, Mode::Write)?;
    assert_eq!((changes.deleted.len(), changes.kept.len()), (0, 0), "{changes:?}");
    Ok((scratch, changes.written))
}

/// The lines that are only in the one and only in the other, in order.
fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut lengths = vec![vec![0_u32; after.len() + 1]; before.len() + 1];
    for (i, one) in before.iter().enumerate().rev() {
        for (j, other) in after.iter().enumerate().rev() {
            lengths[i][j] =
                if one == other { lengths[i + 1][j + 1] + 1 } else { lengths[i + 1][j].max(lengths[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut removed, mut added) = (0, 0, Vec::new(), Vec::new());
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i] == after[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == after.len() || i < before.len() && lengths[i + 1][j] >= lengths[i][j + 1] {
            removed.push(before[i].to_owned());
            i += 1;
        } else {
            added.push(after[j].to_owned());
            j += 1;
        }
    }
    (removed, added)
}

#[test]
fn codegen_with_a_new_operation_changes_only_its_files() -> Result {
    let (scratch, written) = regenerated("add-operation-diff", &["crate"])?;
    assert_eq!(written, ["README.md", "permissions.json", "src/client.rs", "src/lib.rs", "src/operation.rs", FILE]);
    let (before, after) = (files(&root().join(FOLDER))?, files(&scratch.path("crate"))?);
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&after).difference(&names(&before)).collect::<Vec<_>>(), [FILE], "one new file");
    assert!(names(&before).is_subset(&names(&after)), "nothing is gone");
    let changed = |path: &&String| before[*path] != after[*path];
    let changed: Vec<&String> = before.keys().filter(changed).collect();
    assert_eq!(changed, ["README.md", "permissions.json", "src/client.rs", "src/lib.rs", "src/operation.rs"]);

    // Without the marker, which is the first line, each of them has grown in one way.
    let grown = |path: &str| -> Result<(Vec<String>, Vec<String>)> {
        let (before, after) = (std::str::from_utf8(&before[path])?, std::str::from_utf8(&after[path])?);
        let (marker, before) = before.split_once('\n').ok_or("a marker")?;
        let (remarked, after) = after.split_once('\n').ok_or("a marker")?;
        assert!(marker != remarked && marker.contains("@generated") && remarked.contains("@generated"), "{path}");
        Ok(difference(before, after))
    };
    let (removed, added) = grown("src/operation.rs")?;
    assert_eq!(removed, Vec::<String>::new());
    let uses = "pub use list_session_matches::{ListSessionMatches, ListSessionMatchesResponse};";
    let lines: BTreeSet<&str> = added.iter().map(String::as_str).collect();
    assert_eq!(lines, BTreeSet::from(["pub mod list_session_matches;", "#[doc(inline)]", uses]));

    let (removed, added) = grown("README.md")?;
    let count = serde_json::from_str::<Value>(APP_STREAMING)?["apis"].as_object().map_or(0, Map::len);
    assert!(removed.len() == 1 && removed[0].contains(&format!(" {count} typed operations")), "{removed:?}");
    assert!(added.len() == 1 && added[0].contains(&format!(" {} typed operations", count + 1)), "{added:?}");

    let permissions = |files: &BTreeMap<String, Vec<u8>>| -> Result<Vec<Value>> {
        let table: Value = serde_json::from_slice(&files["permissions.json"])?;
        Ok(table["operations"].as_array().cloned().ok_or("the table has operations")?)
    };
    let (old, mut new) = (permissions(&before)?, permissions(&after)?);
    let count = new.len();
    new.retain(|operation| operation["name"] != "ListSessionMatches");
    assert!(new.len() + 1 == count && old == new, "one more operation");

    let (removed, added) = grown("src/lib.rs")?;
    assert_eq!(removed, Vec::<String>::new());
    let link = "//! - [`ListSessionMatches`](operation::ListSessionMatches): Lists the sessions that match all of some conditions.";
    assert_eq!(added, ["//!", "//! ## Other operations", "//!", link]);

    let (removed, added) = grown("src/client.rs")?;
    assert_eq!(removed, Vec::<String>::new());
    let method = "impl X {\n".to_owned() + &added.join("\n") + "\n}";
    assert_eq!(added.iter().filter(|line| line.contains("fn ")).count(), 1, "one method: {method}");
    assert!(method.contains("pub fn list_session_matches("), "{method}");
    assert!(method.contains("/// Lists the sessions that match all of some conditions."), "it is documented: {method}");
    let balanced = |open: char, close: char| method.matches(open).count() == method.matches(close).count();
    assert!(balanced('{', '}') && balanced('(', ')'), "a whole method and nothing else: {method}");
    Ok(())
}

#[test]
fn codegen_with_a_new_operation_compiles_and_is_called() -> Result {
    let (scratch, _) = regenerated("add-operation", &["crate", "program"])?;
    scratch.write("program/src/main.rs", include_str!("add_operation/program.rs"))?;
    scratch.write(
        "program/Cargo.toml",
        "[package]\nname = \"added-operation\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nalicloud-appstream-center-20210901 = { path = \"../crate\" }\n\
         tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n",
    )?;
    let mock = alicloud_mock::Mock::builder().document(spec()?).strict(true).start_blocking()?;
    let matches = json!([
        {"match": "ab", "ProductType": "CloudApp", "Sessions": [
            {"SessionId": "s-1", "Seconds": 1_099_511_627_776_i64, "loop": true},
            {"SessionId": "s-2", "Seconds": "12"},
        ]},
        {"match": "ac", "ProductType": "Someday", "Sessions": []},
    ]);
    mock.script(ADDED, Response::json(200, json!({"Code": "OK", "RequestId": "r-1", "Matches": matches})), 1);
    let refused = json!({"Code": "InvalidParameter.match", "Message": "No such pattern.", "Matches": [{}]});
    mock.script(ADDED, Response::json(200, refused).header("x-acs-request-id", "r-2"), 1);
    let url = mock.url();
    let program = ["run", "--quiet", "--package", "added-operation", "--"];
    let arguments = [url.as_str(), DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET];
    let report = scratch.cargo(&[&program[..], &arguments[..]].concat())?;
    assert!(report.success, "{}", report.errors);
    let lines: Vec<&str> = report.output.lines().collect();
    assert_eq!(
        lines,
        [
            "request Some(\"r-1\")",
            "Some(\"ab\") Some(CloudApp)",
            "Some(\"s-1\") Some(1099511627776) Some(true)",
            "Some(\"s-2\") Some(12) None",
            "Some(\"ac\") Some(UnknownValue(UnknownValue(\"Someday\")))",
            "ListSessionMatches: InvalidParameter.match: No such pattern. (HTTP 200, request r-2)",
            "Some(1)",
        ]
    );
    let requests = mock.requests_of(ADDED);
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(matches!(request.verification, Verification::Signed { .. }), "{request:?}");
        assert_eq!(request.refusal, None, "{:?}", request.reason);
        let expected = json!({
            "ProductType": "CloudApp",
            "type": "self",
            "self": true,
            "match": "a*",
            "Conditions": [
                {"type": "name", "Values": ["x", "y z"]},
                {"Any": [{"fn": "below", "Limit": 1_099_511_627_776_i64}, {"ProductType": "CloudBrowser"}]},
            ],
            "Options": {"Deep": false, "Ratio": 0.5, "where": {"Regions": ["cn-hangzhou"]}},
        });
        assert_eq!(Value::from(request.parameters.clone()), expected);
        assert_eq!(request.form_value("Conditions.2.Any.1.fn"), Some("below"));
        assert!(request.form_value("Options").is_some_and(|text| text.starts_with('{')));
    }
    Ok(())
}
