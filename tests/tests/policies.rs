//! The operations of a sample application, by its source and by a recording of its tests, and the policies of both.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use alicloud_codegen::cli::{Mode, apply};
use alicloud_codegen::generate::{Options, Runtime, generate};
use alicloud_codegen::source::Source;
use alicloud_policy::arn::Variables;
use alicloud_policy::check::check;
use alicloud_policy::explain::explain;
use alicloud_policy::project::Project;
use alicloud_policy::requirement::Requirements;
use alicloud_policy::scan::{Scan, Targets, scan};
use alicloud_policy::usage::{Origin, Usages};
use alicloud_policy::{record, usage};
use alicloud_tests::scratch::{Scratch, files};
use alicloud_tests::{APP_STREAMING, root};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The operations of the sample, with the lines of their comments.
const EXPECTED: [(&str, &str, &str); 12] = [
    ("appstream-center:GetAppInstanceGroup", "service.rs", "// 3:"),
    ("appstream-center:ListAppInstanceGroup", "service.rs", "// 2:"),
    ("appstream-center:ListImage", "images.rs", "// 1:"),
    ("appstream-center:ListNodes", "service.rs", "// 4:"),
    ("appstream-center:ListRegions", "service.rs", "// 6:"),
    ("appstream-center:LogOffAllSessionsInAppInstanceGroup", "service.rs", "// 5:"),
    ("demo-disk:AttachDisk", "service.rs", "// 10:"),
    ("demo-disk:DeleteDisk", "service.rs", "// 11:"),
    ("demo-disk:ListRegions", "service.rs", "// 12:"),
    ("demo-log:CreateLogstore", "service.rs", "// 7, 8:"),
    ("demo-log:GetLogs", "service.rs", "const GET_LOGS"),
    ("demo-log:GetProject", "service.rs", "// 7, 8:"),
];

/// Writes the sample, with generated crates beside it.
fn sample(name: &str) -> Result<Scratch> {
    let scratch = Scratch::new(env!("CARGO_TARGET_TMPDIR"), name, &["sample", "streaming", "log", "disk"])?;
    for (path, bytes) in files(&root().join("tests/policy/sample"))? {
        scratch.write(&format!("sample/{path}"), std::str::from_utf8(&bytes)?)?;
    }
    let document = |name: &str| fs::read_to_string(root().join(format!("tests/policy/documents/{name}.json")));
    let documents =
        [("streaming", APP_STREAMING.to_owned()), ("log", document("demo-log")?), ("disk", document("demo-disk")?)];
    for (folder, text) in documents {
        let options = Options { runtime: Runtime::Workspace, ..Options::default() };
        let outcome = generate(&Source::new(folder, text), &options)?;
        apply(&scratch.path(folder), &outcome.files, Mode::Write)?;
    }
    Ok(scratch)
}

fn scanned(scratch: &Scratch, targets: Targets) -> Result<(Project, Scan)> {
    let project = Project::load(&scratch.path("sample"))?;
    let found = scan(&project, targets);
    Ok((project, found))
}

fn names(usages: &Usages) -> BTreeSet<String> {
    usages.keys().map(ToString::to_string).collect()
}

#[test]
fn scan_sample_finds_its_operations_exactly() -> Result {
    let scratch = sample("policy-scan")?;
    let (_, found) = scanned(&scratch, Targets::Shipped)?;
    assert_eq!(names(&found.usages), EXPECTED.map(|(name, ..)| name.to_owned()).into());
    for (name, file, comment) in EXPECTED {
        let text = fs::read_to_string(scratch.path("sample/src").join(file))?;
        let line = text.lines().position(|line| line.contains(comment)).ok_or("the comment is there")? + 1;
        let (_, usage) = found.usages.iter().find(|(operation, _)| operation.to_string() == name).ok_or(name)?;
        let near = usage.origins.iter().any(|origin| match origin {
            Origin::Source(place) | Origin::ByName(place) => {
                place.file == Path::new("src").join(file).display().to_string()
                    && ((line..line + 5).contains(&place.line) || comment.starts_with("const"))
            }
            _ => false,
        });
        assert!(near, "{name}: {:?}, expected {file}:{line}", usage.origins);
        // The macro `send` completes the path of the request.
        let by_name = usage.origins.iter().any(|origin| matches!(origin, Origin::ByName(_)));
        assert_eq!(by_name, comment == "// 5:", "{name}: {:?}", usage.origins);
    }
    // The recorder's test is the one target that is left out.
    let gaps: Vec<String> = found.gaps.iter().map(ToString::to_string).collect();
    assert_eq!(gaps, ["tests, examples and benchmarks are not scanned (1); --all-targets includes them"]);
    let (_, all) = scanned(&scratch, Targets::All)?;
    let added: BTreeSet<String> = &names(&all.usages) - &names(&found.usages);
    assert_eq!(added, ["demo-log:DeleteProject".to_owned()].into());
    Ok(())
}

#[test]
fn scan_what_it_cannot_see_is_reported_with_its_line() -> Result {
    let scratch = sample("policy-gaps")?;
    scratch.write(
        "sample/src/lib.rs",
        "//! Names that are not visible.
mod missing;
include!(\"more.rs\");
pub fn raw(name: String) -> streaming::RawRequest { streaming::RawRequest::rpc(name) }
pub fn either<T>(clients: T, find: impl Fn(T)) { let client = unknown!(); client.list_regions(); find(clients) }
pub fn one() { let client = unknown!(); client.get_project(log::operation::GetProject::new(\"p\")); }
pub fn composed() { paste! { client.[<list_ nodes>]() } }
macro_rules! deferred { ($client:expr) => { $client.create_logstore(CreateLogstore::new(\"p\", \"l\")) } }
",
    )?;
    let (_, found) = scanned(&scratch, Targets::Shipped)?;
    let gaps: Vec<String> = found.gaps.iter().filter(|gap| gap.place.is_some()).map(ToString::to_string).collect();
    assert_eq!(
        gaps,
        [
            "src/lib.rs:2: the file of the module `missing` is not found",
            "src/lib.rs:3: the included file is not scanned",
            "src/lib.rs:4: the operation of this `RawRequest` is not a literal or a constant",
            "src/lib.rs:5: `list_regions` is a method of the clients of `appstream-center` and `demo-disk` and `demo-log`, \
             and the type of its receiver is not visible: either is used",
            "src/lib.rs:7: a macro composes names here, which are not visible",
        ]
    );
    let origins = |name: &str| -> Vec<String> {
        let usage = found.usages.iter().find(|(operation, _)| operation.name == name);
        usage.iter().flat_map(|(_, usage)| &usage.origins).map(ToString::to_string).collect()
    };
    // The request says what the receiver does not.
    assert_eq!(origins("GetProject"), ["src/lib.rs:6", "src/lib.rs:6 (by name)"]);
    assert_eq!(origins("CreateLogstore"), ["src/lib.rs:8 (by name)"]);
    Ok(())
}

#[test]
fn recording_of_the_tests_has_the_operations_of_the_source() -> Result {
    let scratch = sample("policy-record")?;
    let recording = scratch.path("calls.jsonl");
    let test = ["test", "--quiet", "--package", "policy-sample", "--features", "record"];
    // The variable reaches the test through cargo.
    let ran = scratch.cargo_with(&test, &[("POLICY_RECORDING", &recording)])?;
    assert!(ran.success, "{}{}", ran.output, ran.errors);
    let (project, found) = scanned(&scratch, Targets::Shipped)?;
    let mut recorded = Usages::new();
    record::read(&fs::read_to_string(&recording)?, &mut recorded)?;
    assert_eq!(names(&recorded), names(&found.usages));

    let mut variables = Variables::default();
    variables.add("accountId", "1234567890123456");
    let of_source = Requirements::new(&found.usages, &project.tables, &variables);
    let of_recording = Requirements::new(&recorded, &project.tables, &variables);
    let (wide, exact) = (of_source.needed(), of_recording.needed());
    // The same actions; the resources of the source are wider.
    assert_eq!(wide.keys().collect::<Vec<_>>(), exact.keys().collect::<Vec<_>>());
    let policies = of_source.policies();
    assert_eq!(policies.len(), 1);
    assert!(check(&policies[0], &exact).missing.is_empty());
    assert!(!check(&of_recording.policies()[0], &wide).missing.is_empty());
    let expected: BTreeMap<&str, BTreeSet<String>> = [
        ("demodisk:AttachDisk", vec!["disk/d-1", "disk/d-2", "instance/i-1"]),
        ("demolog:GetProject", vec!["project/project-1"]),
        ("demolog:CreateLogStore", vec!["project/project-1/logstore/store-1"]),
        ("demolog:GetLogStoreLogs", vec!["project/project-1/logstore/store-2"]),
    ]
    .map(|(action, resources)| {
        let product = action.split(':').next().unwrap_or_default();
        let arn = |resource: &str| format!("acs:{product}:cn-hangzhou:1234567890123456:{resource}");
        (action, resources.into_iter().map(arn).collect())
    })
    .into();
    for (action, resources) in expected {
        assert_eq!(exact[action], resources, "{action}");
    }
    for requirements in [&of_source, &of_recording] {
        let undocumented: Vec<String> =
            requirements.undocumented.iter().map(|(operation, _)| operation.to_string()).collect();
        assert_eq!(undocumented, ["demo-disk:DeleteDisk"]);
        let schema = serde_json::from_str(include_str!("../../crates/policy/tests/policy.schema.json"))?;
        let schema = jsonschema::validator_for(&schema)?;
        for policy in requirements.policies() {
            assert!(schema.is_valid(&serde_json::from_str(&policy.text())?), "{}", policy.text());
        }
    }
    assert!(of_recording.warnings.is_empty(), "{:?}", of_recording.warnings);
    Ok(())
}

#[test]
fn explain_shows_action_operation_line_and_source() -> Result {
    let scratch = sample("policy-explain")?;
    let (project, found) = scanned(&scratch, Targets::Shipped)?;
    let text = explain(&Requirements::new(&found.usages, &project.tables, &Variables::default()));
    let block = text.split("\n\n").find(|block| block.starts_with("demolog:GetProject")).ok_or("a block")?;
    assert_eq!(
        block,
        "demolog:GetProject (get)
  resource   acs:demolog:*:*:project/*
  documented acs:demolog:{#regionId}:{#accountId}:project/{#ProjectName}
  condition  demolog:TLSVersion (always set)
  operation  demo-log:GetProject (2024-01-01)
  used       src/service.rs:51
  source     alicloud-demo-log-20240101 0.1.0, permissions.json"
    );
    let undocumented = text.split("\n\n").last().ok_or("a block")?;
    assert!(undocumented.starts_with("Operations without a documented action"), "{undocumented}");
    assert!(undocumented.contains("demo-disk:DeleteDisk"), "{undocumented}");
    Ok(())
}

#[test]
fn table_of_a_generated_crate_has_its_operations() -> Result {
    let scratch = sample("policy-tables")?;
    let project = Project::load(&scratch.path("sample"))?;
    let table: &usage::Table =
        project.tables.iter().find(|table| table.is("DEMO-LOG", "2024-01-01")).ok_or("a table")?;
    assert_eq!(table.permissions.operations.len(), 5);
    assert!(table.operation("GetLogs").is_some() && table.operation("getLogs").is_none());
    Ok(())
}
