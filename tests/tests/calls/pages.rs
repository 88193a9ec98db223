//! Lists that come in pages, and waiting for a state.

use std::time::Duration;

use alicloud_appstream_center_20210901::Error;
use alicloud_appstream_center_20210901::operation::*;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_core::{WaitPolicy, WaitStatus};
use alicloud_mock::Response;
use serde_json::json;

#[tokio::test]
async fn items_of_all_pages_are_returned_in_order() -> Result<(), Error> {
    let (mock, client) = crate::start().await;
    let page = |number: i64, count: i64| {
        let groups: Vec<_> = (0..count).map(|at| json!({"AppInstanceGroupId": format!("aig-{number}-{at}")})).collect();
        json!({"PageNumber": number, "PageSize": 10, "TotalCount": 12, "AppInstanceGroupModels": groups})
    };
    mock.script("ListAppInstanceGroup", Response::json(200, page(1, 10)), 1);
    mock.script("ListAppInstanceGroup", Response::json(200, page(2, 2)), 1);
    let request = ListAppInstanceGroup::new(ProductType::CloudApp);
    let mut groups = client.list_app_instance_group(request).items();
    let mut ids = Vec::new();
    while let Some(group) = groups.next().await {
        ids.push(group?.app_instance_group_id.unwrap_or_default());
    }
    assert_eq!((ids.len(), ids[0].as_str(), ids[11].as_str()), (12, "aig-1-0", "aig-2-1"));
    let page_numbers: Vec<_> =
        mock.requests().iter().map(|request| request.parameters.get("PageNumber").cloned()).collect();
    assert_eq!(page_numbers, [None, Some(json!(2))]);
    Ok(())
}

#[tokio::test]
async fn wait_until_a_group_is_published_returns_it() -> Result<(), Error> {
    let (mock, client) = crate::start().await;
    for status in ["DEPLOYING", "PUBLISHED"] {
        let group = json!({"AppInstanceGroupModels": {"AppInstanceGroupId": "aig-1", "Status": status}});
        mock.script("GetAppInstanceGroup", Response::json(200, group), 1);
    }
    let call = client.get_app_instance_group(GetAppInstanceGroup::new("aig-1", ProductType::CloudApp));
    let wait = WaitPolicy::new().interval(Duration::from_millis(1));
    let group = call.wait_until(wait, |result| {
        let group = result?.app_instance_group_models.unwrap_or_default();
        let status = group.status.as_ref().map(|status| status.to_string()).unwrap_or_default();
        Ok(match status.as_str() {
            "PUBLISHED" => WaitStatus::Done(group),
            "FAILED" => WaitStatus::Failed(status),
            _ => WaitStatus::Pending(status),
        })
    });
    assert_eq!(group.await?.app_instance_group_id.as_deref(), Some("aig-1"));
    assert_eq!(mock.requests().len(), 2);
    Ok(())
}
