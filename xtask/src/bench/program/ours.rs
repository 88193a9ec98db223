use alicloud_appstream_center_20210901::operation::LogOffAllSessionsInAppInstanceGroup;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::from_default_chain()?;
    let request = LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, "aig-9ciijz60n4xsv****");
    let response = client.log_off_all_sessions_in_app_instance_group(request).await?;
    println!("{}", response.request_id.unwrap_or_default());
    Ok(())
}
