//! Signatures that the vendor published, or that its own programs made.

use alicloud_core::sign::Style;

/// A signed request, and what must come of it.
pub struct V3 {
    pub name: &'static str,
    pub style: Style,
    pub method: &'static str,
    pub host: &'static str,
    pub path: &'static str,
    pub query: &'static str,
    pub action: &'static str,
    pub version: &'static str,
    pub content_type: Option<&'static str>,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: &'static [u8],
    pub id: &'static str,
    pub secret: &'static str,
    pub token: Option<&'static str>,
    /// Seconds since 1970.
    pub time: u64,
    pub nonce: &'static str,
    pub date: &'static str,
    pub signed: &'static str,
    pub signature: &'static str,
}

/// 2026-01-02T03:04:05Z
pub const TIME: u64 = 1_767_323_045;
pub const NONCE: &str = "0123456789abcdef0123456789abcdef";
pub const ID: &str = "testAccessKeyId";
pub const SECRET: &str = "testAccessKeySecret";
pub const TOKEN: &str = "testSecurityToken";
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json; charset=utf-8";

const BASE: V3 = V3 {
    name: "",
    style: Style::Rpc,
    method: "POST",
    host: "",
    path: "/",
    query: "",
    action: "",
    version: "",
    content_type: None,
    headers: &[],
    body: b"",
    id: ID,
    secret: SECRET,
    token: None,
    time: TIME,
    nonce: NONCE,
    date: "2026-01-02T03:04:05Z",
    signed: "",
    signature: "",
};

const PLAIN: &str = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
const TYPED: &str =
    "content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

pub const ALL_V3: &[V3] = &[
    V3 {
        name: "published",
        host: "ecs.cn-shanghai.aliyuncs.com",
        query: "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
        action: "RunInstances",
        version: "2014-05-26",
        id: "YourAccessKeyId",
        secret: "YourAccessKeySecret",
        time: 1_698_315_752,
        nonce: "3156853299f313e23d1673dc12e1703d",
        date: "2023-10-26T10:22:32Z",
        signed: PLAIN,
        signature: "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        ..BASE
    },
    V3 {
        name: "form",
        host: "appstream-center.cn-shanghai.aliyuncs.com",
        action: "LogOffAllSessionsInAppInstanceGroup",
        version: "2021-09-01",
        content_type: Some(FORM),
        body: b"AppInstanceGroupId=aig-9ciijz60n4xsv0000&ProductType=CloudApp",
        signed: TYPED,
        signature: "00bb71a0983441e24860a488eb5793d047760d9a72fa777fcc446bacf0aaba8d",
        ..BASE
    },
    V3 {
        name: "form with care",
        host: "appstream-center.cn-shanghai.aliyuncs.com",
        action: "LogOffAllSessionsInAppInstanceGroup",
        version: "2021-09-01",
        content_type: Some(FORM),
        body: b"AppInstanceGroupId=aig-0bz55ixxxxxxx&BizRegionId=cn-hangzhou&Note=a+b%2Bc%2Ad~e%2Ff%3D%C3%A9&ProductType=CloudApp",
        signed: TYPED,
        signature: "81e5c7a13dad5ef09fb94cf47fb5638bcf6cda90992a7b69cf0dfbd6d3ebbea9",
        ..BASE
    },
    V3 {
        name: "query and token",
        method: "GET",
        host: "ecs.cn-hangzhou.aliyuncs.com",
        query: "DryRun=true&InstanceIds=%5B%22i-1%22%2C%22i-2%22%5D&PageSize=10&RegionId=cn-hangzhou&Tag.1.Key=env&Tag.1.Value=a%20b%2Bc%2Ad~e%2Ff%3D%C3%A9&Tag.2.Key=team&Tag.2.Value=",
        action: "DescribeInstances",
        version: "2014-05-26",
        token: Some(TOKEN),
        signed: "host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version",
        signature: "6c01395a9947b93584ec8bb7c3447d71d292341659d6888099920cd2320e90eb",
        ..BASE
    },
    V3 {
        name: "path, JSON and a header",
        style: Style::Roa,
        method: "PUT",
        host: "cs.cn-beijing.aliyuncs.com",
        path: "/api/v2/clusters/c%201%2F%C3%A9",
        query: "dry=true&empty=",
        action: "ModifyCluster",
        version: "2015-12-15",
        content_type: Some(JSON),
        headers: &[("x-acs-extra", " padded ")],
        body: "{\"name\":\"测试\",\"n\":1,\"ok\":true,\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}".as_bytes(),
        signed: "content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-extra;x-acs-signature-nonce;x-acs-version",
        signature: "fdf5da3c3c90b4b959ad65bc1d7bd3dd9aeb1e113811565fbf9481d84620fb39",
        ..BASE
    },
    V3 {
        name: "bytes",
        host: "ocr-api.cn-hangzhou.aliyuncs.com",
        query: "Type=General",
        action: "RecognizeAllText",
        version: "2021-07-07",
        content_type: Some("application/octet-stream"),
        body: b"\x89PNG\r\n\x1a\n",
        signed: TYPED,
        signature: "72f932434913f0b8df4c34807dbf63046e32d34236a53da1b493f5156e3ff651",
        ..BASE
    },
    V3 {
        name: "nothing",
        host: "ecs.cn-hangzhou.aliyuncs.com",
        action: "DescribeRegions",
        version: "2014-05-26",
        signed: PLAIN,
        signature: "957c51effd96eabd45b5e40eee26b2e65ccc8c37f7e839407e5671261fe99492",
        ..BASE
    },
];

/// A request with the older RPC signature: the parameters that the request adds to those of the signature itself.
pub struct Rpc {
    pub name: &'static str,
    pub method: &'static str,
    pub parameters: &'static [(&'static str, &'static str)],
    pub secret: &'static str,
    pub string_to_sign: Option<&'static str>,
    pub signature: &'static str,
}

const NOTE: &str = "a b+c*d~e/f=é";
const ROLE: &str = "acs:ram::1234567890120000:role/adminrole";
const METHOD: (&str, &str) = ("SignatureMethod", "HMAC-SHA1");
const ONE: (&str, &str) = ("SignatureVersion", "1.0");
const AT: (&str, &str) = ("Timestamp", "2026-01-02T03:04:05Z");
const ONCE: (&str, &str) = ("SignatureNonce", NONCE);
const KEY: (&str, &str) = ("AccessKeyId", ID);

pub const ALL_RPC: &[Rpc] = &[
    Rpc {
        name: "published",
        method: "GET",
        parameters: &[
            ("AccessKeyId", "testid"),
            ("Action", "DescribeDedicatedHosts"),
            ("Format", "JSON"),
            ("RegionId", "cn-beijing"),
            METHOD,
            ONE,
            ("SignatureNonce", "edb2b34af0af9a6d14deaf7c1a5315eb"),
            ("Timestamp", "2023-03-13T08:34:30Z"),
            ("Version", "2014-05-26"),
        ],
        secret: "testsecret",
        string_to_sign: Some(
            "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeDedicatedHosts%26Format%3DJSON%26RegionId%3Dcn-beijing%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dedb2b34af0af9a6d14deaf7c1a5315eb%26SignatureVersion%3D1.0%26Timestamp%3D2023-03-13T08%253A34%253A30Z%26Version%3D2014-05-26",
        ),
        signature: "9NaGiOspFP5UPcwX8Iwt2YJXXuk=",
    },
    Rpc {
        name: "published long ago",
        method: "GET",
        parameters: &[
            ("AccessKeyId", "testid"),
            ("Action", "DescribeRegions"),
            ("Format", "XML"),
            METHOD,
            ONE,
            ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
            ("Timestamp", "2016-02-23T12:46:24Z"),
            ("Version", "2014-05-26"),
        ],
        secret: "testsecret",
        string_to_sign: None,
        signature: "OLeaidS1JvxuMvnyHOwuJ+uX5qY=",
    },
    Rpc {
        name: "get",
        method: "GET",
        parameters: &[
            ("Tag.1.Value", NOTE),
            ("Empty", ""),
            ("RegionId", "cn-hangzhou"),
            ("Action", "DescribeInstances"),
            ("Version", "2014-05-26"),
            ("Format", "json"),
            METHOD,
            ONE,
            AT,
            ONCE,
            KEY,
        ],
        secret: SECRET,
        string_to_sign: Some(
            "GET&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DDescribeInstances%26Empty%3D%26Format%3Djson%26RegionId%3Dcn-hangzhou%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D0123456789abcdef0123456789abcdef%26SignatureVersion%3D1.0%26Tag.1.Value%3Da%2520b%252Bc%252Ad~e%252Ff%253D%25C3%25A9%26Timestamp%3D2026-01-02T03%253A04%253A05Z%26Version%3D2014-05-26",
        ),
        signature: "DS0MXj6Nl+ZpBvl5zjGCKZSXcQ4=",
    },
    Rpc {
        name: "post with a form and a token",
        method: "POST",
        parameters: &[
            ("AppInstanceGroupId", "aig-0bz55ixxxxxxx"),
            ("Note", NOTE),
            ("ProductType", "CloudApp"),
            ("Action", "LogOffAllSessionsInAppInstanceGroup"),
            ("Version", "2021-09-01"),
            ("Format", "json"),
            METHOD,
            ONE,
            AT,
            ONCE,
            KEY,
            ("SecurityToken", TOKEN),
        ],
        secret: SECRET,
        string_to_sign: None,
        signature: "r8CdCdxrhi8mjEa2U0jFl4nv+3M=",
    },
    Rpc {
        name: "assume a role, in the query",
        method: "GET",
        parameters: &[
            ("RoleArn", ROLE),
            ("RoleSessionName", "alice"),
            ("DurationSeconds", "3600"),
            ("Action", "AssumeRole"),
            ("Version", "2015-04-01"),
            ("Format", "JSON"),
            METHOD,
            ONE,
            AT,
            ONCE,
            KEY,
        ],
        secret: SECRET,
        string_to_sign: None,
        signature: "ZtiqEqUl2WxxAc7ZVELL3lYTktI=",
    },
    Rpc {
        name: "assume a role, in a form",
        method: "POST",
        parameters: &[
            ("RoleArn", ROLE),
            ("RoleSessionName", "alice"),
            ("DurationSeconds", "3600"),
            ("Action", "AssumeRole"),
            ("Version", "2015-04-01"),
            ("Format", "JSON"),
            METHOD,
            ONE,
            AT,
            ONCE,
            KEY,
        ],
        secret: SECRET,
        string_to_sign: None,
        signature: "zYHmS7hZBTznPnBObd+mUc79Opo=",
    },
    Rpc {
        name: "assume a role with a policy",
        method: "GET",
        parameters: &[
            ("Policy", "{\"Version\": \"1\"}"),
            ("RoleArn", ROLE),
            ("RoleSessionName", "alice"),
            ("DurationSeconds", "3600"),
            ("Action", "AssumeRole"),
            ("Version", "2015-04-01"),
            ("Format", "JSON"),
            METHOD,
            ONE,
            AT,
            ONCE,
            KEY,
        ],
        secret: SECRET,
        string_to_sign: None,
        signature: "XbQo3f6D4DtUFpGx7Vp5hLcWz2k=",
    },
    Rpc {
        name: "two parameters",
        method: "GET",
        parameters: &[("query", "test"), ("body", "test")],
        secret: "secret",
        string_to_sign: None,
        signature: "XlUyV4sXjOuX5FnjUz9IF9tm5rU=",
    },
    Rpc {
        name: "no method",
        method: "",
        parameters: &[("test", "ok")],
        secret: "accessKeySecret",
        string_to_sign: None,
        signature: "jHx/oHoHNrbVfhncHEvPdHXZwHU=",
    },
];

/// A request with the older ROA signature.
pub struct Roa {
    pub name: &'static str,
    pub method: &'static str,
    pub accept: &'static str,
    pub md5: &'static str,
    pub content_type: &'static str,
    pub date: &'static str,
    pub headers: &'static [(&'static str, &'static str)],
    pub resource: &'static str,
    pub secret: &'static str,
    pub string_to_sign: &'static str,
    pub signature: &'static str,
}

const DATE: &str = "Fri, 02 Jan 2026 03:04:05 GMT";

pub const ALL_ROA: &[Roa] = &[
    Roa {
        name: "JSON and a token",
        method: "PUT",
        accept: "application/json",
        md5: "",
        content_type: JSON,
        date: DATE,
        headers: &[
            ("x-acs-version", "2015-12-15"),
            ("x-acs-action", "ModifyCluster"),
            ("x-acs-signature-nonce", NONCE),
            ("x-acs-signature-method", "HMAC-SHA1"),
            ("x-acs-signature-version", "1.0"),
            ("x-acs-accesskey-id", ID),
            ("x-acs-security-token", TOKEN),
        ],
        resource: "/api/v2/clusters/c%201?dry=true&empty&msg=a b",
        secret: SECRET,
        string_to_sign: "PUT\napplication/json\n\napplication/json; charset=utf-8\nFri, 02 Jan 2026 03:04:05 GMT\nx-acs-accesskey-id:testAccessKeyId\nx-acs-action:ModifyCluster\nx-acs-security-token:testSecurityToken\nx-acs-signature-method:HMAC-SHA1\nx-acs-signature-nonce:0123456789abcdef0123456789abcdef\nx-acs-signature-version:1.0\nx-acs-version:2015-12-15\n/api/v2/clusters/c%201?dry=true&empty&msg=a b",
        signature: "jyyNuw+8QqtZ6TUGkPunU+08sAQ=",
    },
    Roa {
        name: "form",
        method: "POST",
        accept: "application/json",
        md5: "",
        content_type: FORM,
        date: DATE,
        headers: &[
            ("x-acs-version", "2015-12-15"),
            ("x-acs-action", "CreateX"),
            ("x-acs-signature-nonce", NONCE),
            ("x-acs-signature-method", "HMAC-SHA1"),
            ("x-acs-signature-version", "1.0"),
        ],
        resource: "/x",
        secret: SECRET,
        string_to_sign: "POST\napplication/json\n\napplication/x-www-form-urlencoded\nFri, 02 Jan 2026 03:04:05 GMT\nx-acs-action:CreateX\nx-acs-signature-method:HMAC-SHA1\nx-acs-signature-nonce:0123456789abcdef0123456789abcdef\nx-acs-signature-version:1.0\nx-acs-version:2015-12-15\n/x",
        signature: "ujjGRhT0Ic9Wr0HPQCI0RNuhw+E=",
    },
    Roa {
        name: "MD5",
        method: "POST",
        accept: "application/json",
        md5: "7GvTY2XOeXi0Mec2AysQhQ==",
        content_type: "application/json",
        date: DATE,
        headers: &[
            ("x-acs-version", "2015-12-15"),
            ("x-acs-region-id", "cn-beijing"),
            ("x-acs-action", "CreateTrigger"),
            ("x-acs-signature-method", "HMAC-SHA1"),
            ("x-acs-signature-version", "1.0"),
        ],
        resource: "/clusters/c1/triggers?RegionId=cn-beijing&empty=&name=test alert&status=COMPLETE",
        secret: SECRET,
        string_to_sign: "POST\napplication/json\n7GvTY2XOeXi0Mec2AysQhQ==\napplication/json\nFri, 02 Jan 2026 03:04:05 GMT\nx-acs-action:CreateTrigger\nx-acs-region-id:cn-beijing\nx-acs-signature-method:HMAC-SHA1\nx-acs-signature-version:1.0\nx-acs-version:2015-12-15\n/clusters/c1/triggers?RegionId=cn-beijing&empty=&name=test alert&status=COMPLETE",
        signature: "GScfRSDSLP0O03pRLH756RjjnD8=",
    },
    Roa {
        name: "nothing",
        method: "GET",
        accept: "",
        md5: "",
        content_type: "",
        date: "",
        headers: &[],
        resource: "",
        secret: "secret",
        string_to_sign: "GET\n\n\n\n\n",
        signature: "XGXDWA78AEvx/wmfxKoVCq/afWw=",
    },
];
