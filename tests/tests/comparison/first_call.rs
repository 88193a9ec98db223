use alicloud_appstream_center_20210901::operation::ListAppInstanceGroup;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Error};

pub async fn first_call() -> Result<(), Error> {
    let client = Client::from_default_chain()?;
    let response = ListAppInstanceGroup::new(ProductType::CloudApp).page_size(10).call(&client).await?;
    println!("{} on the first page", response.app_instance_group_models.len());
    Ok(())
}
