//! The feature `serde`: everything of App Streaming is written with the names of the wire, and read back.

use alicloud_appstream_center_20210901::operation::*;
use alicloud_appstream_center_20210901::types::{ProductType, Tag};
use alicloud_core::__private::Operation;
use alicloud_core::{Blob, Sensitive};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_json::{Map, Value, json};

const SPEC: &str = include_str!("../../spec/appstream-center/2021-09-01.json");

/// A value of a schema, in the form in which this crate writes it. `depth` ends circles.
fn sample(spec: &Value, schema: &Value, depth: usize) -> Value {
    if let Some(target) = schema["$ref"].as_str() {
        return sample(spec, spec.pointer(&target[1..]).expect("a schema"), depth);
    }
    let known = schema["enum"][0].as_str();
    match schema["type"].as_str().unwrap_or("any") {
        "string" if schema["format"] == "byte" => json!("AQID"),
        "string" => json!(known.unwrap_or("text, \"quoted\" \u{1F600}")),
        "integer" if schema["format"] == "int32" => json!(-7),
        "integer" => json!(9_007_199_254_740_993_i64),
        "number" => json!(0.25),
        "boolean" => json!(true),
        "array" => json!([sample(spec, &schema["items"], depth), sample(spec, &schema["items"], depth)]),
        "object" if depth < 8 && schema["properties"].is_object() => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            fields.map(|(name, field)| (name.clone(), sample(spec, field, depth + 1))).collect()
        }
        "object" if schema["additionalProperties"].is_object() => {
            json!({"a key": sample(spec, &schema["additionalProperties"], depth + 1)})
        }
        _ => json!({"free": [1, "two", null]}),
    }
}

fn written_and_read<T: Serialize + DeserializeOwned>(what: &str, sample: &Value) {
    let value: T = serde_json::from_value(sample.clone()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let written = serde_json::to_value(&value).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(&written, sample, "{what}");
    let text = serde_json::to_string(&value).expect("as text");
    let again: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(serde_json::to_value(&again).expect("again"), *sample, "{what}");
}

/// Checks one operation, and returns its name.
fn operation<O>(spec: &Value) -> &'static str
where
    O: Operation + Serialize + DeserializeOwned,
    O::Response: Serialize + DeserializeOwned,
{
    let name = O::INFO.name();
    let operation = &spec["apis"][name];
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let request: Map<String, Value> = parameters
        .map(|parameter| {
            (parameter["name"].as_str().unwrap_or_default().to_owned(), sample(spec, &parameter["schema"], 0))
        })
        .collect();
    written_and_read::<O>(name, &Value::Object(request));
    written_and_read::<O::Response>(name, &sample(spec, &operation["responses"]["200"]["schema"], 0));
    name
}

macro_rules! every {
    ($($name:ident),* $(,)?) => {
        #[test]
        fn types_are_serialized_as_on_the_wire_and_read_back() {
            let spec: Value = serde_json::from_str(SPEC).expect("the spec");
            let mut done = vec![$(operation::<$name>(&spec)),*];
            done.sort_unstable();
            let mut all: Vec<&str> = spec["apis"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            all.sort_unstable();
            assert_eq!(done, all);
        }
    };
}

every! {
    ApproveOtaTask, AssignWuyingServerPrivateAddresses, AuthorizeInstanceGroup, AuthorizeUsersForApp,
    BatchCreateLlmTemplates, ConfigResourceGroupModelTemplate, ConfigRuntimeChannel, ConfigRuntimeModelTemplate,
    CreateAppInstanceGroup, CreateBrowserInstanceGroup, CreateImageByInstance, CreateImageFromAppInstanceGroup,
    CreateModelProviderTemplate, CreateModelTemplate, CreateWuyingServer, DeleteAppInstanceGroup, DeleteAppInstances,
    DeleteImage, DeleteLlmTemplate, DeleteModelProviderTemplate, DeleteModelTemplate, DeleteWuyingServer,
    DeliverToUserSls, DescribeWuyingServer, DescribeWuyingServerEipInfo, GetAppInstanceGroup, GetBrowserInstanceGroup,
    GetConnectionTicket, GetDebugAppInstance, GetFileUploadInfo, GetModelProviderTemplate, GetOtaTaskByTaskId,
    GetResourcePrice, GetResourceRenewPrice, GetRuntimeChannel, GetRuntimeModelConfig, ListAppInstanceGroup,
    ListAppInstances, ListAppsByAppInstanceGroupId, ListAuthorizedAppInstanceGroupByUser, ListAuthorizedAppsByUser,
    ListAuthorizedUserGroups, ListAuthorizedUsers, ListBindInfo, ListBrowserInstanceGroup, ListDesktopAgentRuntime,
    ListImage, ListLlmTemplates, ListModelProviderEndpoints, ListModelProviderTemplates,
    ListModelTemplateResourceGroup, ListModelTemplates, ListNodeInstanceType, ListNodes, ListOtaTask,
    ListPersistentAppInstances, ListPublishedAppInstanceGroup, ListPublishedApps, ListRegions, ListTagCloudResources,
    ListTagResources, ListTenantConfig, ListWuyingServer, ListZones, LogOffAllSessionsInAppInstanceGroup,
    ModifyAppInstanceGroupAttribute, ModifyAppPolicy, ModifyBrowserInstanceGroup, ModifyNodePoolAmount,
    ModifyNodePoolAttribute, ModifyTenantConfig, ModifyWuyingServerAttribute, PageListAppInstanceGroupUser,
    RemoveResourceGroupModelTemplate, RemoveRuntimeChannel, RemoveRuntimeModelTemplate, RenewAppInstanceGroup,
    RenewWuyingServer, RestartWuyingServer, StartTaskForDistributeImage, StartWuyingServer, StopWuyingServer,
    TagCloudResources, TagResources, UnassignWuyingServerPrivateAddresses, Unbind, UntagCloudResources,
    UntagResources, UpdateAppInstanceGroupImage, UpdateModelProviderTemplate, UpdateModelTemplate,
    UpdateWuyingServerImage,
}

#[test]
fn absent_fields_are_omitted_and_missing_required_ones_are_errors() {
    let request = ListAppInstanceGroup::new(ProductType::CloudApp).page_size(5).tag([Tag::new().key("a")]);
    let written = serde_json::to_value(&request).expect("written");
    assert_eq!(written, json!({"PageSize": 5, "ProductType": "CloudApp", "Tag": [{"Key": "a"}]}));

    let read = |value: Value| serde_json::from_value::<ListAppInstanceGroup>(value);
    let request = read(json!({"ProductType": "Later", "PageSize": "5"})).expect("read");
    assert_eq!((request.product_type.as_str(), request.page_size), ("Later", Some(5)));
    for absent in [json!({}), json!({"ProductType": null})] {
        let error = read(absent).expect_err("a field is missing").to_string();
        assert!(error.contains("missing field `ProductType`"), "{error}");
    }
    let error = read(json!({"ProductType": "x", "Tag": [{"Key": "a"}, 5]})).expect_err("no object").to_string();
    assert!(error.contains("Tag[1]"), "{error}");
    assert!(read(json!([])).is_err());
}

#[test]
fn request_with_an_unknown_field_is_an_error_with_its_path_and_the_similar_name() {
    for (request, expected) in [
        (json!({"ProductType": "x", "NodePol": {}}), "NodePol: unknown field; did you mean `NodePool`?"),
        (json!({"ProductType": "x", "NodePool": {"MaxScaling": 5}}), "did you mean `MaxScalingAmount`?"),
        (json!({"ProductType": "x", "nodepool": null}), "nodepool: unknown field; did you mean `NodePool`?"),
        (json!({"ProductType": "x", "Zzz": 1}), "Zzz: unknown field"),
        (
            json!({"ProductType": "x", "NodePool": {"RecurrenceSchedules": [{}, {"TimerPeriods": [{"Amuont": 1}]}]}}),
            "NodePool.RecurrenceSchedules[1].TimerPeriods[0].Amuont: unknown field; did you mean `Amount`?",
        ),
    ] {
        let error = serde_json::from_value::<CreateAppInstanceGroup>(complete(request)).expect_err("unknown field");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn response_with_an_unknown_field_is_read() {
    let read = serde_json::from_value::<ListImageResponse>(json!({"Count": 1, "Later": [{"More": 1}]}));
    assert_eq!(read.expect("a response is read leniently").count, Some(1));
}

/// The request with the required parameters of `CreateAppInstanceGroup` beside its own.
fn complete(mut request: Value) -> Value {
    let spec: Value = serde_json::from_str(SPEC).expect("the spec");
    for parameter in spec["apis"]["CreateAppInstanceGroup"]["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        if parameter["schema"]["required"] == true && request.get(name).is_none() {
            request[name] = sample(&spec, &parameter["schema"], 0);
        }
    }
    request
}

#[test]
fn sensitive_values_are_serialized() {
    let secret = Sensitive::new("s3cret".to_owned());
    assert_eq!(serde_json::to_string(&secret).expect("written"), r#""s3cret""#);
    let secret: Sensitive<String> = serde_json::from_str(r#""s3cret""#).expect("read");
    assert_eq!((secret.expose().as_str(), format!("{secret:?}")), ("s3cret", "***".to_owned()));
    let blob: Blob = serde_json::from_str(r#""AQI""#).expect("read without padding");
    assert_eq!(serde_json::to_string(&blob).expect("written"), r#""AQI=""#);
    assert!(serde_json::from_str::<Blob>(r#""%""#).is_err());
}
