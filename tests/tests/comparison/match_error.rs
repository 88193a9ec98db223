use alicloud_appstream_center_20210901::operation::DeleteAppInstanceGroup;
use alicloud_appstream_center_20210901::operation::delete_app_instance_group::codes;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Error};

pub async fn delete(client: &Client, group: &str) -> Result<bool, Error> {
    match DeleteAppInstanceGroup::new(group, ProductType::CloudApp).call(client).await {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some(codes::INVALID_APP_INSTANCE_GROUP_SPEC_ITEM_NOT_FOUND) => Ok(false),
        Err(error) => Err(error),
    }
}
