"""Calls services behind gateways with the vendor's own SDKs and prints the result of each call, a JSON object a line.

Arguments: the endpoint, the ID of an access key, and its secret.
"""

import json
import sys

from alibabacloud_fc20230330 import models as fc
from alibabacloud_fc20230330.client import Client as FcClient
from alibabacloud_pds20220301 import models as pds
from alibabacloud_pds20220301.client import Client as PdsClient
from alibabacloud_tea_openapi.utils_models import Config


def read(body):
    """The content of a response: JSON, or bytes as text."""
    if hasattr(body, "to_map"):
        # The vendor's models have an empty list for an absent one.
        return {name: value for name, value in body.to_map().items() if value != []}
    return body.read().decode() if hasattr(body, "read") else body


def call(operation, function):
    """The result of one call."""
    result = {"operation": operation}
    try:
        response = function()
        result["status"] = response.status_code
        result["response"] = read(response.body)
    except Exception as error:  # the vendor's errors have no class in common in all versions
        result["code"] = getattr(error, "code", None)
        result["request_id"] = (getattr(error, "data", None) or {}).get("requestId")
        result["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(result), flush=True)


def main():
    endpoint, access_key_id, access_key_secret = sys.argv[1:]
    config = Config(
        access_key_id=access_key_id,
        access_key_secret=access_key_secret,
        endpoint=endpoint,
        protocol="http",
        region_id="cn-shanghai",
    )
    drive = PdsClient(config)
    call("GetFile", lambda: drive.get_file(pds.GetFileRequest(drive_id="1", file_id="ü & 1")))
    call("ListDomains", lambda: drive.list_domains(pds.ListDomainsRequest(limit=10)))
    call("Token", lambda: drive.token(pds.TokenRequest(client_id="c+1", grant_type="authorization_code", code="a b")))
    functions = FcClient(config)
    call("GetFunction", lambda: functions.get_function("a b/c", fc.GetFunctionRequest(qualifier="LATEST")))
    call("InvokeFunction", lambda: functions.invoke_function("demo", fc.InvokeFunctionRequest(body=b"\x00\xff")))


main()
