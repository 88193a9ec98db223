use alicloud_appstream_center_20210901::operation::list_app_instance_group::AppInstanceGroup;
use alicloud_appstream_center_20210901::operation::{ListAppInstanceGroup, ListAppInstanceGroupResponse};
use alicloud_appstream_center_20210901::testing::MockTransport;
use alicloud_appstream_center_20210901::{Client, Error};

use crate::list::list;

#[tokio::test]
async fn list_returns_ids() -> Result<(), Error> {
    let mut group = AppInstanceGroup::default();
    group.app_instance_group_id = Some("aig-1".into());
    let mut response = ListAppInstanceGroupResponse::default();
    response.app_instance_group_models = vec![group];
    response.total_count = Some(1);

    let mock = MockTransport::new();
    mock.on::<ListAppInstanceGroup>()
        .when(|request| request.office_site_id.as_deref() == Some("o-1"))
        .respond(response);
    let client = Client::new(mock.config())?;
    assert_eq!(list(&client).await?, ["aig-1"]);
    assert_eq!(mock.requests_of::<ListAppInstanceGroup>().len(), 1);
    Ok(())
}
