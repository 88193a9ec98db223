"""Puts and gets logs by the vendor's SDK of Simple Log Service, once by each signature; prints a line of JSON for each."""

import json
import sys

import urllib3.util.connection as connection
from aliyun.log import GetLogsRequest, LogClient, LogItem, PutLogsRequest

address, access_key_id, secret = sys.argv[1:]
host, port = address.split(":")
connect = connection.create_connection
# Every host name of the service leads to the mock.
connection.create_connection = lambda _, *args, **options: connect((host, int(port)), *args, **options)

for version in ("v4", "v1"):
    logstore = "app-" + version
    client = LogClient("http://cn-hangzhou.log.aliyuncs.com", access_key_id, secret, auth_version=version, region="cn-hangzhou")
    item = LogItem(timestamp=1767323045, contents=[("level", "vendor"), ("ü", "a b")])
    client.put_logs(PutLogsRequest("p", logstore, "topic", "10.0.0.1", [item], compress=True))
    cursor = client.get_cursor("p", logstore, 0, "begin").get_cursor()
    groups = client.pull_logs("p", logstore, 0, cursor, 100).get_loggroup_list().LogGroups
    pulled = [content.Value for group in groups for log in group.Logs for content in log.Contents if content.Key == "level"]
    request = GetLogsRequest("p", logstore, 1767323045, 1767323046, query="vendor")
    found = [log.get_contents()["level"] for log in client.get_logs(request).get_logs()]
    print(json.dumps({"version": version, "pulled": pulled, "found": found}))
