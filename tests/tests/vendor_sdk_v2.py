"""Makes RPC calls with the vendor's SDK and its older signature, and prints the outcome of each.

Arguments: the endpoint, the ID of an access key, its secret. Each line of the standard input is a call: a JSON object
with the parameters of the `query` and of the `form`. Each line of the output is `ok`, or the name of an error.
"""

import json
import sys

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

PARAMS = Params(
    action="DoThing",
    version="2024-01-01",
    protocol="HTTP",
    pathname="/",
    method="POST",
    auth_type="AK",
    style="RPC",
    req_body_type="formData",
    body_type="json",
)


def main():
    endpoint, access_key_id, access_key_secret = sys.argv[1:]
    config = Config(
        access_key_id=access_key_id,
        access_key_secret=access_key_secret,
        endpoint=endpoint,
        protocol="http",
        signature_algorithm="v2",
    )
    client = Client(config)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            request = OpenApiRequest(query=call["query"], body=call["form"] or None)
            client.call_api(PARAMS, request, RuntimeOptions())
            print("ok", flush=True)
        except Exception as error:  # the vendor's errors have no class in common in all versions
            print(type(error).__name__, flush=True)


main()
