//! Goes through all delivery groups, page by page, and waits for each that is not published yet.
//!
//! `cargo run --example wait_for_groups` needs no account: it starts a local endpoint. With `--live` and credentials in
//! the environment it calls the service; it changes nothing there.

use std::time::Duration;

use alicloud_appstream_center_20210901::operation::{
    GetAppInstanceGroup, GetAppInstanceGroupResponse, ListAppInstanceGroup,
};
use alicloud_appstream_center_20210901::types::{AppInstanceGroupStatus, ProductType};
use alicloud_appstream_center_20210901::{Client, Error};
use alicloud_core::{WaitPolicy, WaitStatus};
use alicloud_mock::{Mock, Response};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().any(|argument| argument == "--live") {
        return Ok(wait_for_all(&Client::from_default_chain()?, WaitPolicy::new()).await?);
    }
    let mock = alicloud_tests::app_streaming().start().await?;
    script(&mock);
    let wait = WaitPolicy::new().interval(Duration::from_millis(10)).limit(Duration::from_secs(5));
    wait_for_all(&alicloud_tests::client(&mock)?, wait).await?;
    println!("The endpoint saw {} requests.", mock.requests().len());
    Ok(())
}

async fn wait_for_all(client: &Client, wait: WaitPolicy) -> Result<(), Error> {
    let mut groups = client.list_app_instance_group(ListAppInstanceGroup::new(ProductType::CloudApp)).items();
    while let Some(group) = groups.next().await {
        let group = group?;
        let id = group.app_instance_group_id.unwrap_or_default();
        if group.status != Some(AppInstanceGroupStatus::Published) {
            let status = group.status.map(|status| status.to_string()).unwrap_or_default();
            println!("{id} is {status}, waiting");
            published(client, &id, wait).await?;
        }
        println!("{id} is published");
    }
    Ok(())
}

async fn published(client: &Client, id: &str, wait: WaitPolicy) -> Result<(), Error> {
    let call = client.get_app_instance_group(GetAppInstanceGroup::new(id, ProductType::CloudApp));
    let step = |result: Result<GetAppInstanceGroupResponse, Error>| {
        let status = result?.app_instance_group_models.and_then(|group| group.status);
        let state = status.as_ref().map(ToString::to_string).unwrap_or_default();
        Ok(match status {
            Some(AppInstanceGroupStatus::Published) => WaitStatus::Done(()),
            Some(AppInstanceGroupStatus::Failed) => WaitStatus::Failed(state),
            _ => WaitStatus::Pending(state),
        })
    };
    call.wait_until(wait, step).await
}

/// Two pages with a group each, the second of which is deployed for a while.
fn script(mock: &Mock) {
    for (page, id, status) in [(1, "aig-1", "PUBLISHED"), (2, "aig-2", "DEPLOYING")] {
        let group = json!({"AppInstanceGroupId": id, "Status": status});
        let page = json!({"PageNumber": page, "PageSize": 1, "TotalCount": 2, "AppInstanceGroupModels": [group]});
        mock.script("ListAppInstanceGroup", Response::json(200, page), 1);
    }
    for status in ["DEPLOYING", "PUBLISHED"] {
        let group = json!({"AppInstanceGroupModels": {"AppInstanceGroupId": "aig-2", "Status": status}});
        mock.script("GetAppInstanceGroup", Response::json(200, group), 1);
    }
}
