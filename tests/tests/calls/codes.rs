//! Which responses are errors: by their status, by a `Code` that the spec marks, by a `Success` that is false, and by
//! nothing else.

use alicloud_appstream_center_20210901::Error;
use alicloud_appstream_center_20210901::operation::{
    ApproveOtaTask, CreateImageByInstance, DeleteImage, DeleteImageResponse, GetOtaTaskByTaskId, ListImage,
    LogOffAllSessionsInAppInstanceGroupResponse, StartTaskForDistributeImage, TagCloudResources, approve_ota_task,
};
use alicloud_appstream_center_20210901::types::{CloudResourceType, OtaType, TagPair};
use alicloud_core::__private::Operation;
use alicloud_core::{Call, ErrorKind};
use alicloud_mock::{Mock, Response};
use serde_json::{Value, json};

use crate::{LOG_OFF, log_off, start};

const CODE: &str = "InvalidParameter.ProductType";
const MESSAGE: &str = "The parameter ProductType is invalid.";
const ID: &str = "1CBAFFAB-B697-4049-A9B1-67E1FC5F0000";

/// The result of a call to which the mock responds with these fields and status 200.
async fn call(fields: Value) -> Result<LogOffAllSessionsInAppInstanceGroupResponse, Error> {
    let (mock, client) = start().await;
    let script = mock.script(LOG_OFF, Response::json(200, fields), 1);
    let result = client.log_off_all_sessions_in_app_instance_group(log_off()).await;
    assert_eq!(script.hits(), 1, "the request passed all checks");
    result
}

#[tokio::test]
async fn call_with_an_error_status_is_an_error() {
    let (mock, client) = start().await;
    let script = mock.script(LOG_OFF, Response::error(400, CODE, MESSAGE), 1);
    let error = client.log_off_all_sessions_in_app_instance_group(log_off()).await.expect_err("a refusal");
    assert_eq!(script.hits(), 1);
    assert!(error.kind() == ErrorKind::Service, "{error:?}");
    assert_eq!((error.code(), error.message(), error.status()), (Some(CODE), MESSAGE, Some(400)));
    assert_eq!((error.operation(), error.attempts()), (Some(LOG_OFF), 1));
    let id = mock.requests()[0].request_id.clone();
    assert_eq!(error.request_id(), Some(id.as_str()));
    assert!(!error.is_retryable() && !error.is_throttling() && !error.may_have_been_executed());
    assert_eq!(format!("{error:#}"), format!("{LOG_OFF}: {CODE}: {MESSAGE} (HTTP 400, request {id})"));
}

#[tokio::test]
async fn call_with_an_error_code_and_a_successful_status_is_an_error() {
    let error = call(json!({"Code": CODE, "Message": MESSAGE, "RequestId": ID})).await.expect_err("a refusal");
    assert!(error.kind() == ErrorKind::Service, "{error:?}");
    assert_eq!((error.code(), error.message(), error.status()), (Some(CODE), MESSAGE, Some(200)));
    assert!(format!("{error:#}").starts_with(&format!("{LOG_OFF}: {CODE}: {MESSAGE} (HTTP 200, request ")), "{error}");
    assert!(!format!("{error:#}").contains('\n'));

    let response = error.response::<LogOffAllSessionsInAppInstanceGroupResponse>().expect("the response is kept");
    assert_eq!(response.code.as_deref(), Some(CODE));
    assert_eq!(response.message.as_deref(), Some(MESSAGE));
    assert_eq!(response.request_id.as_deref(), Some(ID));
    assert!(error.response::<String>().is_none(), "nothing but the operation's own response");
    let raw: Value = serde_json::from_slice(error.body()).expect("the raw response is JSON");
    assert_eq!(raw["Code"], CODE);
}

#[tokio::test]
async fn call_with_a_success_code_succeeds() {
    let good = [
        json!("OK"),
        json!("ok"),
        json!("200"),
        json!(200),
        json!("success"),
        json!("Success"),
        json!("0"),
        json!(0),
        json!(""),
        json!(null),
    ];
    for code in good {
        let response = call(json!({"Code": code, "RequestId": ID})).await;
        assert_eq!(response.expect("success").request_id.as_deref(), Some(ID), "{code}");
    }
    for code in [json!("Failed"), json!("500"), json!(403), json!("OK.Not"), json!("2000"), json!(-1)] {
        let error = call(json!({"Code": code, "RequestId": ID})).await.expect_err("a failure");
        assert_eq!(error.code().map(str::to_owned), Some(code.as_str().map_or(code.to_string(), str::to_owned)));
    }
}

#[tokio::test]
async fn call_with_true_success_and_a_code_succeeds() {
    for flag in [json!(true), json!("true")] {
        let response = call(json!({"Success": flag, "Code": CODE, "RequestId": ID})).await.expect("success");
        assert_eq!(response.code.as_deref(), Some(CODE), "the code stays readable");
    }
    for flag in [json!(false), json!("false"), json!(null)] {
        let error = call(json!({"Success": flag, "Code": CODE})).await.expect_err("a failure");
        assert_eq!(error.code(), Some(CODE), "{flag}");
    }
    let response = call(json!({"Success": false, "RequestId": ID})).await;
    assert_eq!(response.expect("no code, no failure").request_id.as_deref(), Some(ID));
}

#[tokio::test]
async fn call_with_false_success_is_an_error_with_the_response() {
    let (mock, client) = start().await;
    for (flag, code) in [(json!(false), "400"), (json!("False"), "400"), (json!(false), "OK")] {
        let body = json!({"Code": code, "Success": flag, "Message": "The image is in use.", "RequestId": ID});
        mock.script("DeleteImage", Response::json(200, body), 1);
        let error = client.delete_image(DeleteImage::new().image_id("img-1")).await.expect_err("a failure");
        assert!(error.kind() == ErrorKind::Service, "{error:?}");
        assert_eq!((error.code(), error.message()), (Some(code), "The image is in use."));
        assert_eq!(error.response::<DeleteImageResponse>().and_then(|response| response.success), Some(false));
    }
    let body = json!({"Success": true, "Code": "400", "RequestId": ID});
    mock.script("DeleteImage", Response::json(200, body), 1);
    assert!(client.delete_image(DeleteImage::new()).await.is_ok(), "a success outweighs the code");

    let body = json!({"Success": false, "Code": "500", "Message": "m", "Data": [], "RequestId": ID});
    mock.script("ListImage", Response::json(200, body), 1);
    let mut images = client.list_image(ListImage::new()).items();
    let error = images.next().await.expect("not an empty list").expect_err("a failure");
    assert_eq!(error.code(), Some("500"));
    assert!(images.next().await.is_none());
}

/// The operations whose `Code` the vendor describes as the code of an error.
#[tokio::test]
async fn operations_with_a_described_error_code_declare_it() {
    async fn error<O: Operation>(mock: &Mock, call: Call<O>, code: &str) {
        let name = O::INFO.name();
        mock.script(name, Response::json(200, json!({"Code": code, "Message": MESSAGE, "RequestId": ID})), 1);
        let error = call.await.err().unwrap_or_else(|| panic!("{name} succeeded"));
        assert_eq!((error.operation(), error.code(), error.message()), (Some(name), Some(code), MESSAGE));
    }
    let (mock, client) = start().await;
    let approve = ApproveOtaTask::new(approve_ota_task::Required {
        app_instance_group_id: "aig-1".into(),
        biz_region_id: "cn-hangzhou".into(),
        task_id: "ota-1".into(),
        ota_type: OtaType::Fota,
        start_time: "2024-01-01 00:00:00".into(),
    });
    error(&mock, client.approve_ota_task(approve), "OtaTask.Running").await;
    error(&mock, client.create_image_by_instance(CreateImageByInstance::new()), "Image.Limit").await;
    error(&mock, client.delete_image(DeleteImage::new().image_id("img-1")), "400").await;
    error(&mock, client.get_ota_task_by_task_id(GetOtaTaskByTaskId::new("ota-1")), "OtaTask.NotFound").await;
    error(&mock, client.list_image(ListImage::new()), "ProductTypeInvalid").await;
    error(&mock, client.start_task_for_distribute_image(StartTaskForDistributeImage::new("img-1")), "Image.NotFound")
        .await;
}

#[tokio::test]
async fn pages_with_an_error_code_are_an_error() {
    let (mock, client) = start().await;
    mock.script(
        "ListImage",
        Response::json(200, json!({"Code": "InternalError", "Message": MESSAGE, "RequestId": ID})),
        9,
    );
    let error = client.list_image(ListImage::new()).max_attempts(1).items().try_collect().await.expect_err("an error");
    assert_eq!(error.code(), Some("InternalError"));
}

#[tokio::test]
async fn call_with_a_code_inside_a_list_succeeds() {
    let (mock, client) = start().await;
    let failed = json!({"FailedResources": [{"Code": "ResourceNotFound", "ResourceId": "ca-1"}], "RequestId": ID});
    mock.script("TagCloudResources", Response::json(200, failed), 1);
    let tags = [TagPair::new().key("team").value("blue")];
    let response = client.tag_cloud_resources(TagCloudResources::new(CloudResourceType::AppId, tags)).await;
    let failed = response.expect("a code inside of a list is data").failed_resources;
    assert_eq!(failed[0].code.as_deref(), Some("ResourceNotFound"));
    assert_eq!(failed[0].resource_id.as_deref(), Some("ca-1"));
}
