//! How parameters travel: query and form at once, JSON in a form field, lists spread over numbered names.

use alicloud_appstream_center_20210901::operation::create_app_instance_group::{
    Network, NodePool, RecurrenceSchedule, Required, Route, UserDefinePolicy,
};
use alicloud_appstream_center_20210901::operation::{CreateAppInstanceGroup, TagCloudResources};
use alicloud_appstream_center_20210901::types::{
    ChargeResourceMode, ChargeType, CloudResourceType, PeriodUnit, ProductType, RecurrenceType, TagPair,
};
use alicloud_mock::Response;
use serde_json::{Value, json};

use crate::{only, start};

fn create() -> CreateAppInstanceGroup {
    CreateAppInstanceGroup::new(Required {
        app_center_image_id: "img-8z4nztpaqvay4****".into(),
        product_type: ProductType::CloudApp,
        app_instance_group_name: "Büro & Co. + 100% 测试".into(),
        charge_type: ChargeType::PrePaid,
        period: 1,
        period_unit: PeriodUnit::Week,
        session_timeout: 15,
        biz_region_id: "cn-hangzhou".into(),
        charge_resource_mode: ChargeResourceMode::Node,
    })
}

#[tokio::test]
async fn parameters_in_query_form_and_json_arrive_unchanged() {
    let (mock, client) = start().await;
    let response = json!({
        "AppInstanceGroupModel": {"AppInstanceGroupId": "aig-1", "NodePoolId": "rg-1", "OrderId": 123_456},
        "RequestId": "1",
    });
    mock.script("CreateAppInstanceGroup", Response::json(200, response), 1);
    let schedule = RecurrenceSchedule::new().recurrence_type(RecurrenceType::Weekly).recurrence_values([1, 3, 5]);
    let request = create()
        .users(["alice", "bob"])
        .auto_pay(true)
        .node_pool(NodePool::new().node_amount(2).recurrence_schedules([schedule]))
        .network(Network::new().routes([Route::new().destination("10.0.0.0/8")]))
        .user_define_policy(UserDefinePolicy::new().custom_config(r#"[{"target":"agent","config":{"a":"x&y=z"}}]"#));
    let response = client.create_app_instance_group(request).await.expect("success");
    let model = response.app_instance_group_model.expect("the new group");
    assert_eq!(model.app_instance_group_id.as_deref(), Some("aig-1"));
    assert_eq!(model.order_id.as_deref(), Some("123456"), "a number where text is declared");

    let request = only(&mock);
    let expected = json!({
        "AppCenterImageId": "img-8z4nztpaqvay4****",
        "ProductType": "CloudApp",
        "AppInstanceGroupName": "Büro & Co. + 100% 测试",
        "ChargeType": "PrePaid",
        "Period": 1,
        "PeriodUnit": "Week",
        "SessionTimeout": 15,
        "BizRegionId": "cn-hangzhou",
        "ChargeResourceMode": "Node",
        "Users": ["alice", "bob"],
        "AutoPay": true,
        "NodePool": {
            "NodeAmount": 2,
            "RecurrenceSchedules": [{"RecurrenceType": "weekly", "RecurrenceValues": [1, 3, 5]}],
        },
        "Network": {"Routes": [{"Destination": "10.0.0.0/8"}]},
        "UserDefinePolicy": {"CustomConfig": r#"[{"target":"agent","config":{"a":"x&y=z"}}]"#},
    });
    assert_eq!(Value::from(request.parameters.clone()), expected);

    // And in the places that the spec names.
    let names = |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&request.query), ["UserDefinePolicy"]);
    let form = names(&request.form);
    for name in ["Users.1", "Users.2", "NodePool", "AppInstanceGroupName"] {
        assert!(form.iter().any(|found| found == name), "{name} in {form:?}");
    }
    assert!(!form.iter().any(|name| name.starts_with("UserDefinePolicy") || name.starts_with("NodePool.")), "{form:?}");
}

#[tokio::test]
async fn list_of_objects_is_numbered_from_one() {
    let (mock, client) = start().await;
    let tags = [TagPair::new().key("team").value("a b+c"), TagPair::new().key("empty").value("")];
    let request = TagCloudResources::new(CloudResourceType::AppInstanceGroupId, tags).resource_ids(["aig-1", "aig-2"]);
    client.tag_cloud_resources(request).await.expect("success");
    let request = only(&mock);
    let expected = json!({
        "ResourceIds": ["aig-1", "aig-2"],
        "ResourceType": "AppInstanceGroupId",
        "Tags": [{"Key": "team", "Value": "a b+c"}, {"Key": "empty", "Value": ""}],
    });
    assert_eq!(Value::from(request.parameters.clone()), expected);
    assert_eq!(request.form_value("Tags.1.Key"), Some("team"));
    assert_eq!(request.form_value("Tags.1.Value"), Some("a b+c"));
    assert_eq!(request.form_value("Tags.2.Value"), Some(""));
    assert_eq!(request.form_value("ResourceIds.2"), Some("aig-2"));
    assert_eq!(request.form_value("Tags.0.Key"), None);
}

#[tokio::test]
async fn list_of_ten_elements_keeps_its_order() {
    let (mock, client) = start().await;
    let keys: Vec<String> = (1..=12).map(|number| format!("key-{number}")).collect();
    let tags = keys.iter().map(|key| TagPair::new().key(key.as_str()).value("v"));
    client.tag_cloud_resources(TagCloudResources::new(CloudResourceType::AppId, tags)).await.expect("success");
    let arrived = only(&mock).parameters["Tags"].as_array().cloned().expect("a list");
    let arrived: Vec<&str> = arrived.iter().filter_map(|tag| tag["Key"].as_str()).collect();
    assert_eq!(arrived, keys);
}

#[tokio::test]
async fn parameters_that_are_not_set_are_not_sent() {
    let (mock, client) = start().await;
    client.create_app_instance_group(create()).await.expect("success");
    let request = only(&mock);
    assert_eq!(request.parameters.len(), 9, "the required ones alone: {:?}", request.parameters);
    assert_eq!(request.query, []);
}
