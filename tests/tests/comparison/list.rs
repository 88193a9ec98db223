use alicloud_appstream_center_20210901::operation::ListAppInstanceGroup;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Error};

pub async fn list(client: &Client) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    let mut groups = ListAppInstanceGroup::new(ProductType::CloudApp).office_site_id("o-1").call(client).items();
    while let Some(group) = groups.next().await {
        ids.extend(group?.app_instance_group_id);
    }
    Ok(ids)
}
