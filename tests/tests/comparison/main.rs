//! The programs of the guide's comparison with other SDKs: those of this SDK compile and work, and the page shows them
//! as they are, with counts that are true.
#![allow(unreachable_pub, reason = "the page shows the programs as applications have them")]

mod create;
mod fake;
#[expect(dead_code, reason = "it needs the environment of a user")]
mod first_call;
mod list;
mod match_error;

use alicloud_appstream_center_20210901::operation::create_app_instance_group::AppInstanceGroup;
use alicloud_appstream_center_20210901::operation::delete_app_instance_group::codes;
use alicloud_appstream_center_20210901::operation::{
    CreateAppInstanceGroup, CreateAppInstanceGroupResponse, DeleteAppInstanceGroup, DeleteAppInstanceGroupResponse,
};
use alicloud_appstream_center_20210901::testing::MockTransport;
use alicloud_appstream_center_20210901::{Client, Error};

const PAGE: &str = include_str!("../../../crates/core/docs/comparison.md");

/// The tasks as the page names them, and the programs of this SDK.
const TASKS: [(&str, &str); 5] = [
    ("First call", include_str!("first_call.rs")),
    ("Create with nested settings", include_str!("create.rs")),
    ("List all pages with a filter", include_str!("list.rs")),
    ("Match an error and decide", include_str!("match_error.rs")),
    ("Unit test with a fake", include_str!("fake.rs")),
];
const SDKS: usize = 4;

/// The programs of a task, in the order of the page.
fn programs(title: &str) -> Vec<&'static str> {
    let (_, rest) = PAGE.split_once(&format!("\n## {title}\n")).expect("a section of the task");
    let section = rest.split("\n## ").next().expect("a section");
    section.split("```rust,ignore\n").skip(1).map(|rest| rest.split("```").next().expect("an end")).collect()
}

/// The numbers of imports and of other lines that are not empty.
fn count(program: &str) -> (usize, usize) {
    let file = syn::parse_file(program).expect("a program");
    let imports = file.items.iter().filter(|item| matches!(item, syn::Item::Use(_))).count();
    let mut lines = 0;
    let mut in_import = false;
    for line in program.lines().filter(|line| !line.trim().is_empty()) {
        in_import |= line.starts_with("use ");
        lines += usize::from(!in_import);
        in_import &= !line.ends_with(';');
    }
    (imports, lines)
}

#[test]
fn comparison_page_shows_the_tested_programs() {
    for (title, program) in TASKS {
        let shown = programs(title);
        assert_eq!((shown.len(), shown[0]), (SDKS, program), "{title}");
    }
}

#[test]
fn comparison_page_counts_imports_and_lines() {
    let mut total = [(0, 0); SDKS];
    let row = |title: &str, counts: &[(usize, usize)]| {
        let cells: Vec<String> = counts.iter().map(|(imports, lines)| format!("{imports} + {lines}")).collect();
        format!("\n| {title} | {} |\n", cells.join(" | "))
    };
    for (title, _) in TASKS {
        let counts: Vec<(usize, usize)> = programs(title).into_iter().map(count).collect();
        for (sum, (imports, lines)) in total.iter_mut().zip(&counts) {
            *sum = (sum.0 + imports, sum.1 + lines);
        }
        let expected = row(title, &counts);
        assert!(PAGE.contains(&expected), "{expected}");
    }
    assert!(PAGE.contains(&row("all", &total)), "{total:?}");
}

#[tokio::test]
async fn create_returns_the_id_of_the_group() -> Result<(), Error> {
    let mock = MockTransport::new();
    let mut group = AppInstanceGroup::default();
    group.app_instance_group_id = Some("aig-1".into());
    let mut response = CreateAppInstanceGroupResponse::default();
    response.app_instance_group_model = Some(group);
    mock.on::<CreateAppInstanceGroup>().respond(response);
    assert_eq!(create::create(&Client::new(mock.config())?).await?.as_deref(), Some("aig-1"));
    let sent = mock.requests();
    assert_eq!(sent[0].parameter("NodePool").map(|text| text.contains("appstreaming.general.4c8g")), Some(true));
    Ok(())
}

#[tokio::test]
async fn delete_decides_by_the_error_code() -> Result<(), Error> {
    let mock = MockTransport::new();
    let on =
        |group: &'static str| mock.on::<DeleteAppInstanceGroup>().when(move |it| it.app_instance_group_id == group);
    on("aig-1").respond(DeleteAppInstanceGroupResponse::default());
    on("aig-2").respond_error(400, codes::INVALID_APP_INSTANCE_GROUP_SPEC_ITEM_NOT_FOUND, "It does not exist.");
    on("aig-3").respond_error(403, "NoPermission", "Not allowed.");
    let client = Client::new(mock.config())?;
    assert!(match_error::delete(&client, "aig-1").await?);
    assert!(!match_error::delete(&client, "aig-2").await?);
    assert_eq!(match_error::delete(&client, "aig-3").await.map_err(|error| error.status()), Err(Some(403)));
    Ok(())
}
