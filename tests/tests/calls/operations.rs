//! Operations of every kind that the product has, each called once: what arrives is what was given, and the response
//! that the mock makes from the spec is read.

use alicloud_appstream_center_20210901::Error;
use alicloud_appstream_center_20210901::operation::*;
use alicloud_appstream_center_20210901::types::*;
use alicloud_core::sign::SignatureVersion;
use alicloud_mock::Mock;
use serde_json::{Value, json};

/// Checks what arrived, and returns the response.
macro_rules! call {
    ($mock:ident, $client:ident.$method:ident($request:expr), $expected:tt) => {{
        $mock.clear_requests();
        let result = $client.$method($request).await;
        arrived(&$mock, stringify!($method), result, &json!($expected))
    }};
}

fn arrived<T>(mock: &Mock, method: &str, result: Result<T, Error>, expected: &Value) -> T {
    let request = crate::only(mock);
    let response = result.unwrap_or_else(|error| panic!("{method}: {error}, because {:?}", request.reason));
    assert_eq!(&Value::from(request.parameters.clone()), expected, "{method}");
    assert!(matches!(request.verification, alicloud_mock::Verification::Signed { .. }), "{method}");
    response
}

#[tokio::test]
async fn calls_of_every_read_operation_succeed() {
    let (mock, client) = crate::start().await;
    let response = call!(mock, client.list_tenant_config(ListTenantConfig::new()), {});
    assert!(response.request_id.is_some() && response.tenant_config_model.is_some(), "{response:?}");

    let request = ListRegions::new().product_type(ProductType::CloudApp);
    let response = call!(mock, client.list_regions(request), {"ProductType": "CloudApp"});
    assert!(response.region_models.first().is_some_and(|region| region.region_id.is_some()), "{response:?}");

    let request = GetAppInstanceGroup::new("aig-1", ProductType::CloudApp);
    call!(mock, client.get_app_instance_group(request), {"AppInstanceGroupId": "aig-1", "ProductType": "CloudApp"});

    let request = ListAppInstanceGroup::new(ProductType::CloudApp)
        .page_number(2)
        .page_size(10)
        .status([AppInstanceGroupStatus::from("PUBLISHED"), AppInstanceGroupStatus::from("FAILED")])
        .tag([Tag::new().key("team").value("blue")])
        .user_group_ids(["ug-1"]);
    let response = call!(mock, client.list_app_instance_group(request), {
        "PageNumber": 2, "PageSize": 10, "ProductType": "CloudApp", "Status": ["PUBLISHED", "FAILED"],
        "Tag": [{"Key": "team", "Value": "blue"}], "UserGroupIds": ["ug-1"],
    });
    let group = response.app_instance_group_models.first().expect("a group");
    assert!(
        group.app_instance_group_id.is_some()
            && group.amount.is_some()
            && group.apps.as_ref().is_some_and(|apps| !apps.is_empty()),
        "{group:?}"
    );

    let request = ListNodeInstanceType::new(ProductType::CloudApp, 1, 10).cpu(0.5).gpu(2.0).memory(4096);
    let response = call!(mock, client.list_node_instance_type(request), {
        "ProductType": "CloudApp", "PageNumber": 1, "PageSize": 10, "Cpu": 0.5, "Gpu": 2.0, "Memory": 4096,
    });
    assert!(response.request_id.is_some());

    let request = ListLlmTemplates::new().llm_template_ids(["a", "b,c"]).smart_model(false).page_size(5);
    call!(mock, client.list_llm_templates(request), {
        "LlmTemplateIds": ["a", "b,c"], "SmartModel": false, "PageSize": 5,
    });

    let request = ListTagCloudResources::new(CloudResourceType::AliUid).resource_ids(["1"]).max_results(50);
    call!(mock, client.list_tag_cloud_resources(request), {
        "ResourceType": "AliUid", "ResourceIds": ["1"], "MaxResults": 50,
    });

    let request = ListZones::new("cn-hangzhou", OsType::Windows, ProductType::CloudApp);
    call!(mock, client.list_zones(request), {
        "BizRegionId": "cn-hangzhou", "OsType": OsType::Windows.as_str(), "ProductType": "CloudApp",
    });
}

#[tokio::test]
async fn calls_of_every_write_operation_succeed() {
    let (mock, client) = crate::start().await;
    let request = AuthorizeUsersForApp::new("ca-1", "aig-1", ProductType::CloudApp)
        .authorize_user_ids(["alice", "bob"])
        .user_meta(UserMeta::new().ad_domain("example.com").type_(AccountType::Ad));
    call!(mock, client.authorize_users_for_app(request), {
        "AppId": "ca-1", "AppInstanceGroupId": "aig-1", "AuthorizeUserIds": ["alice", "bob"],
        "ProductType": "CloudApp", "UserMeta": {"AdDomain": "example.com", "Type": "ad"},
    });

    let request = RenewAppInstanceGroup::new(renew_app_instance_group::Required {
        product_type: ProductType::CloudApp,
        period: 3,
        period_unit: PeriodUnit::Month,
        app_instance_group_id: "aig-1".into(),
    });
    let request = request.auto_pay(true).renew_nodes(["node-1", "node-2"]);
    mock.script(
        "RenewAppInstanceGroup",
        alicloud_mock::Response::json(200, json!({"OrderId": "12345", "RequestId": "1"})),
        1,
    );
    let response = call!(mock, client.renew_app_instance_group(request), {
        "ProductType": "CloudApp", "Period": 3, "PeriodUnit": "Month", "AppInstanceGroupId": "aig-1", "AutoPay": true,
        "RenewNodes": ["node-1", "node-2"],
    });
    assert_eq!(response.order_id.as_deref(), Some("12345"));

    let disk = create_wuying_server::DataDisk::new().data_disk_category("cloud_essd").data_disk_size(40);
    let request = CreateWuyingServer::new().amount(1).max_price(0.25).data_disk([disk]).v_switch_ids(["vsw-1"]);
    let request = request.password("Correct-horse-1").idempotence_token("token-1");
    call!(mock, client.create_wuying_server(request), {
        "IdempotenceToken": "token-1", "Amount": 1, "MaxPrice": 0.25, "DataDisk": [{"DataDiskCategory": "cloud_essd", "DataDiskSize": 40}],
        "VSwitchIds": ["vsw-1"], "Password": "Correct-horse-1",
    });

    let config = modify_browser_instance_group::BrowserConfig::new().homepage("https://example.com/?a=b&c=d");
    let policy = modify_browser_instance_group::Policy::new()
        .html5_file_transfer(alicloud_appstream_center_20210901::types::Html5FileTransfer::from("all"));
    let request = ModifyBrowserInstanceGroup::new("big-1").browser_config(config).policy(policy).max_amount(7);
    let lenient = alicloud_tests::app_streaming().start().await.expect("the mock starts");
    let through = alicloud_tests::client(&lenient).expect("a client for loopback");
    call!(lenient, through.modify_browser_instance_group(request), {
        "BrowserInstanceGroupId": "big-1", "BrowserConfig": {"Homepage": "https://example.com/?a=b&c=d"},
        "Policy": {"Html5FileTransfer": "all"}, "MaxAmount": 7,
    });

    let request = TagResources::new(tag_resources::Required {
        region_id: "cn-shanghai".into(),
        resource_id: vec!["aig-1".into()],
        resource_type: TagResourceType::Appinstancegroup,
        tag: vec![TagPair::new().key("team").value("blue")],
    });
    call!(mock, client.tag_resources(request), {
        "RegionId": "cn-shanghai", "ResourceId": ["aig-1"], "ResourceType": "APPINSTANCEGROUP",
        "Tag": [{"Key": "team", "Value": "blue"}],
    });

    let config = update_model_provider_template::Config::new().api_key("k").base_url("https://example.com");
    let request = UpdateModelProviderTemplate::new("pt-1").config(config).name("n");
    call!(mock, client.update_model_provider_template(request), {
        "ProviderTemplateId": "pt-1", "Config": {"ApiKey": "k", "BaseUrl": "https://example.com"}, "Name": "n",
    });

    let item = |name: &str| batch_create_llm_templates::NewLlmTemplate::new().name(name).is_default_model(true);
    let request = BatchCreateLlmTemplates::new("pt-1").llm_template_items([item("a"), item("b")]);
    call!(mock, client.batch_create_llm_templates(request), {
        "ProviderTemplateId": "pt-1",
        "LlmTemplateItems": [{"Name": "a", "IsDefaultModel": true}, {"Name": "b", "IsDefaultModel": true}],
    });

    let request = StopWuyingServer::new().force(true).wuying_server_id_list(["ws-1", "ws-2"]);
    call!(mock, client.stop_wuying_server(request), {"Force": true, "WuyingServerIdList": ["ws-1", "ws-2"]});
}

/// `IdempotenceToken` is filled in, so that the write can be repeated.
#[tokio::test]
async fn call_without_a_token_sends_the_same_one_in_every_attempt() {
    let mock = alicloud_tests::app_streaming().start().await.expect("the mock starts");
    let client = alicloud_tests::client(&mock).expect("a client for loopback");
    let busy = alicloud_mock::Response::error(503, "ServiceUnavailable", "The service is busy.");
    mock.script("CreateWuyingServer", busy, 1);
    let request = CreateWuyingServer::new().amount(1);
    client.create_wuying_server(request).await.expect("the second attempt succeeds");
    let tokens: Vec<_> = mock.requests().iter().map(|it| it.parameters["IdempotenceToken"].clone()).collect();
    assert_eq!(tokens.len(), 2);
    assert!(tokens[0] == tokens[1] && tokens[0].as_str().is_some_and(|token| token.len() >= 32), "{tokens:?}");
}

/// The older signature signs the same parameters another way, the odd ones too.
#[tokio::test]
async fn call_with_the_older_signature_sends_every_kind_of_parameter() {
    let mock = alicloud_tests::app_streaming().start().await.expect("the mock starts");
    let config = alicloud_tests::config(&mock).signature(SignatureVersion::HmacSha1);
    let client = alicloud_appstream_center_20210901::Client::new(config).expect("a client for loopback");
    let request = ListAppInstanceGroup::new(ProductType::from("~ü*'+ %41/&=")).user_group_ids(["a b", "c&d"]);
    call!(mock, client.list_app_instance_group(request), {
        "ProductType": "~ü*'+ %41/&=", "UserGroupIds": ["a b", "c&d"],
    });
    let config = update_model_provider_template::Config::new().base_url("https://example.com/?q=\u{1f600}\n");
    let request = UpdateModelProviderTemplate::new("pt-1").config(config);
    call!(mock, client.update_model_provider_template(request), {
        "ProviderTemplateId": "pt-1", "Config": {"BaseUrl": "https://example.com/?q=\u{1f600}\n"},
    });
    let request = ListTenantConfig::new();
    call!(mock, client.list_tenant_config(request), {});
}
