use alicloud_appstream_center_20210901::operation::CreateAppInstanceGroup;
use alicloud_appstream_center_20210901::operation::create_app_instance_group::{NodePool, Required};
use alicloud_appstream_center_20210901::types::{ChargeResourceMode, ChargeType, PeriodUnit, ProductType};
use alicloud_appstream_center_20210901::{Client, Error};

pub async fn create(client: &Client) -> Result<Option<String>, Error> {
    let nodes = NodePool::new().node_amount(1).node_capacity(2).node_instance_type("appstreaming.general.4c8g");
    let request = CreateAppInstanceGroup::new(Required {
        app_center_image_id: "img-1".into(),
        product_type: ProductType::CloudApp,
        app_instance_group_name: "office".into(),
        charge_type: ChargeType::PostPaid,
        period: 1,
        period_unit: PeriodUnit::Month,
        session_timeout: 15,
        biz_region_id: "cn-hangzhou".into(),
        charge_resource_mode: ChargeResourceMode::Node,
    });
    let response = request.node_pool(nodes).call(client).await?;
    Ok(response.app_instance_group_model.and_then(|group| group.app_instance_group_id))
}
