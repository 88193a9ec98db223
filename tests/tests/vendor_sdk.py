"""Calls operations with the vendor's own SDK and prints what came of each, a JSON object a line.

Arguments: the endpoint, the ID of an access key, its secret, and how many of the calls are made.
"""

import json
import sys

from alibabacloud_appstream_center20210901 import models
from alibabacloud_appstream_center20210901.client import Client
from alibabacloud_tea_openapi.utils_models import Config

CALLS = [
    (
        "log_off_all_sessions_in_app_instance_group",
        models.LogOffAllSessionsInAppInstanceGroupRequest(
            product_type="CloudApp", app_instance_group_id="aig-9ciijz60n4xsv****"
        ),
    ),
    ("list_tenant_config", None),
    ("list_regions", models.ListRegionsRequest(product_type="CloudApp")),
    (
        "get_app_instance_group",
        models.GetAppInstanceGroupRequest(app_instance_group_id="aig 1+2/ü&=*~'", product_type="CloudApp"),
    ),
    (
        "list_app_instance_group",
        models.ListAppInstanceGroupRequest(
            product_type="CloudApp",
            page_number=2,
            page_size=10,
            status=["PUBLISHED", "FAILED"],
            tag=[models.ListAppInstanceGroupRequestTag(key="team", value="blue & green")],
            user_group_ids=["ug-1", "ug-2"],
        ),
    ),
    (
        "list_node_instance_type",
        models.ListNodeInstanceTypeRequest(product_type="CloudApp", page_number=1, page_size=10, cpu=0.5, memory=4096),
    ),
    ("list_llm_templates", models.ListLlmTemplatesRequest(llm_template_ids=["a", "b,c"], smart_model=False)),
    (
        "authorize_users_for_app",
        models.AuthorizeUsersForAppRequest(
            app_id="ca-1",
            app_instance_group_id="aig-1",
            product_type="CloudApp",
            authorize_user_ids=["alice", "bob"],
            user_meta=models.AuthorizeUsersForAppRequestUserMeta(ad_domain="example.com", type="ad"),
        ),
    ),
    (
        "create_app_instance_group",
        models.CreateAppInstanceGroupRequest(
            app_center_image_id="img-1",
            app_instance_group_name="Büro & Co. + 100% 测试",
            product_type="CloudApp",
            charge_type="PrePaid",
            period=1,
            period_unit="Week",
            session_timeout=15,
            biz_region_id="cn-hangzhou",
            charge_resource_mode="Node",
            auto_pay=True,
            users=["alice", "bob"],
            node_pool=models.CreateAppInstanceGroupRequestNodePool(node_amount=2),
            user_define_policy=models.CreateAppInstanceGroupRequestUserDefinePolicy(custom_config='{"a":"x&y=z"}'),
        ),
    ),
    (
        "renew_app_instance_group",
        models.RenewAppInstanceGroupRequest(
            product_type="CloudApp",
            period=3,
            period_unit="Month",
            app_instance_group_id="aig-1",
            auto_pay=False,
            renew_nodes=["node-1", "node-2"],
        ),
    ),
    (
        "create_wuying_server",
        models.CreateWuyingServerRequest(
            amount=1,
            max_price=0.25,
            password="Correct-horse-1",
            data_disk=[models.CreateWuyingServerRequestDataDisk(data_disk_category="cloud_essd", data_disk_size=40)],
        ),
    ),
    (
        "tag_cloud_resources",
        models.TagCloudResourcesRequest(
            resource_type="AppInstanceGroupId",
            resource_ids=["aig-1", "aig-2"],
            tags=[
                models.TagCloudResourcesRequestTags(key="team", value="a b+c"),
                models.TagCloudResourcesRequestTags(key="stage", value="测试"),
            ],
        ),
    ),
    (
        "update_model_provider_template",
        models.UpdateModelProviderTemplateRequest(
            provider_template_id="pt-1",
            config=models.UpdateModelProviderTemplateRequestConfig(api_key="k", base_url="https://example.com/?a=b"),
        ),
    ),
]


def call(client, method, request):
    """What one call comes to."""
    result = {"method": method, "sent": request.to_map() if request else {}}
    try:
        arguments = [request] if request else []
        response = getattr(client, method)(*arguments)
        result["status"] = response.status_code
        result["response"] = response.body.to_map()
    except Exception as error:  # the vendor's errors have no class in common in all versions
        result["code"] = getattr(error, "code", None)
        result["error"] = f"{type(error).__name__}: {error}"
    return result


def main():
    endpoint, access_key_id, access_key_secret, count = sys.argv[1:]
    config = Config(
        access_key_id=access_key_id,
        access_key_secret=access_key_secret,
        endpoint=endpoint,
        protocol="http",
        region_id="cn-shanghai",
    )
    client = Client(config)
    for method, request in CALLS[: int(count)]:
        print(json.dumps(call(client, method, request)), flush=True)


main()
