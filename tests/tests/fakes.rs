//! How an application tests code that calls the service: with typed fakes, without a network.

use alicloud_appstream_center_20210901::operation::{
    ListTagResources, ListTagResourcesResponse, LogOffAllSessionsInAppInstanceGroup,
    LogOffAllSessionsInAppInstanceGroupResponse,
};
use alicloud_appstream_center_20210901::testing::{MockResponse, MockTransport};
use alicloud_appstream_center_20210901::types::{ProductType, TagResourceType};
use alicloud_appstream_center_20210901::{Client, Error, ErrorKind};

/// The code under test: logs off the sessions of some groups, and returns the groups that are in a scaling period.
async fn log_off(client: &Client, groups: &[&str]) -> Result<Vec<String>, Error> {
    let mut scaling = Vec::new();
    for group in groups {
        match LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, *group).call(client).await {
            Ok(_) => {}
            Err(error) if error.code() == Some("OperationDenied.Scaling") => scaling.push((*group).to_owned()),
            Err(error) => return Err(error),
        }
    }
    Ok(scaling)
}

#[tokio::test]
async fn log_off_of_a_group_in_a_scaling_period_goes_on_with_the_others() -> Result<(), Error> {
    let mock = MockTransport::new();
    mock.on::<LogOffAllSessionsInAppInstanceGroup>()
        .when(|request| request.app_instance_group_id == "aig-2")
        .respond_error(400, "OperationDenied.Scaling", "The group is in a scaling period.");
    mock.on::<LogOffAllSessionsInAppInstanceGroup>().respond_with(|request| {
        assert_eq!(request.product_type, ProductType::CloudApp);
        let mut response = LogOffAllSessionsInAppInstanceGroupResponse::default();
        response.request_id = Some(format!("r-{}", request.app_instance_group_id));
        Ok(response)
    });

    let client = Client::new(mock.config())?;
    assert_eq!(log_off(&client, &["aig-1", "aig-2", "aig-3"]).await?, ["aig-2"]);

    let expected =
        ["aig-1", "aig-2", "aig-3"].map(|group| LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, group));
    assert_eq!(mock.requests_of::<LogOffAllSessionsInAppInstanceGroup>(), expected);
    // The requests were encoded as for the service.
    assert_eq!(mock.requests()[0].parameter("AppInstanceGroupId"), Some("aig-1"));
    Ok(())
}

#[tokio::test]
async fn typed_response_passes_through_the_encoding_of_the_wire() -> Result<(), Error> {
    let mock = MockTransport::new();
    let mut expected = ListTagResourcesResponse::default();
    expected.request_id = Some("r-1".to_owned());
    expected.total_count = Some(7);
    mock.on::<ListTagResources>().respond(expected.clone());
    let client = Client::new(mock.config())?;
    let response = ListTagResources::new("cn-hangzhou", TagResourceType::from("AliCloudResource"))
        .call(&client)
        .response()
        .await?;
    assert_eq!(response.value, expected);
    let body: serde_json::Value = serde_json::from_slice(response.body()).expect("a JSON body");
    assert_eq!(body, serde_json::json!({"RequestId": "r-1", "TagResources": [], "TotalCount": 7}));
    assert_eq!(response.headers()["content-type"], "application/json");
    Ok(())
}

#[tokio::test]
async fn request_without_a_rule_fails_and_names_operation_and_rules() -> Result<(), Error> {
    let mock = MockTransport::new();
    mock.on::<ListTagResources>().times(0).respond(ListTagResourcesResponse::default());
    mock.on_operation("ListImage").respond(MockResponse::json(serde_json::json!({})));
    let client = Client::new(mock.config())?;
    let error = log_off(&client, &["aig-1"]).await.expect_err("there is no rule");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "LogOffAllSessionsInAppInstanceGroup: no rule of the mock transport matches the request of \
         `LogOffAllSessionsInAppInstanceGroup`; it has a rule for `ListTagResources` (used up), a rule for `ListImage`"
    );
    Ok(())
}
