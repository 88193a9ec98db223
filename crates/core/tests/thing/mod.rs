//! A small product, as the generator writes it.
#![allow(missing_docs, dead_code, unreachable_pub)]

use alicloud_core::__private::*;

pub static SERVICE: Service = Service::new("thing", "2021-09-01", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    .endpoints(&[
        Endpoint::new("cn-shanghai", "thing.cn-shanghai.aliyuncs.com").vpc("thing.vpc-proxy.aliyuncs.com"),
        Endpoint::new("ap-southeast-1", "thing.ap-southeast-1.aliyuncs.com"),
    ]);

#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateThing {
    pub product_type: ProductType,
    pub network: Option<Network>,
    pub users: Option<Vec<String>>,
    pub tags: Option<Vec<Tag>>,
    pub labels: Option<BTreeMap<String, String>>,
    pub password: Option<Sensitive<String>>,
    pub anything: Option<Value>,
    pub amount: Option<i32>,
    pub big: Option<i64>,
    pub ratio: Option<f64>,
    pub on: Option<bool>,
    pub blob: Option<Blob>,
    pub fields: Option<Vec<String>>,
    pub client_token: Option<String>,
}

impl CreateThing {
    pub fn new(product_type: ProductType) -> Self {
        Self {
            product_type,
            network: None,
            users: None,
            tags: None,
            labels: None,
            password: None,
            anything: None,
            amount: None,
            big: None,
            ratio: None,
            on: None,
            blob: None,
            fields: None,
            client_token: None,
        }
    }
}

impl Operation for CreateThing {
    type Response = CreateThingResponse;
    const INFO: OperationInfo =
        OperationInfo::rpc("CreateThing").form().error_code("Code").write().token("ClientToken");
    fn parameters(&self, out: &mut Parameters<'_>) {
        out.form("ProductType", &self.product_type);
        out.form_json("Network", &self.network);
        out.form("Users", &self.users);
        out.form("Tags", &self.tags);
        out.form("Labels", &self.labels);
        out.form("Password", &self.password);
        out.form_json("Anything", &self.anything);
        out.form("Amount", &self.amount);
        out.form("Big", &self.big);
        out.form("Ratio", &self.ratio);
        out.form("On", &self.on);
        out.form("Blob", &self.blob);
        out.query_joined("Fields", &self.fields);
        out.form("ClientToken", &self.client_token);
    }
}

#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Network {
    pub domain_rules: Option<Vec<String>>,
    pub next: Option<Box<Network>>,
}

impl Encode for Network {
    fn encode(&self, out: &mut Fields<'_>) {
        out.field("DomainRules", &self.domain_rules);
        out.field("Next", &self.next);
    }
}

#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Tag {
    pub key: Option<String>,
    pub value: Option<String>,
}

impl Encode for Tag {
    fn encode(&self, out: &mut Fields<'_>) {
        out.field("Key", &self.key);
        out.field("Value", &self.value);
    }
}

#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CreateThingResponse {
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
    pub groups: Vec<Group>,
    pub labels: BTreeMap<String, String>,
    pub status: Option<Status>,
    pub boxed: Option<Box<Node>>,
    pub any: Option<Value>,
    pub secret: Option<Sensitive<String>>,
    pub blob: Option<Blob>,
    pub count: Option<i32>,
    pub big: Option<i64>,
    pub ratio: Option<f64>,
    pub on: Option<bool>,
}

impl Decode for CreateThingResponse {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        match name {
            "Code" => Some(&mut self.code),
            "Message" => Some(&mut self.message),
            "RequestId" => Some(&mut self.request_id),
            "Groups" => Some(&mut self.groups),
            "Labels" => Some(&mut self.labels),
            "Status" => Some(&mut self.status),
            "Boxed" => Some(&mut self.boxed),
            "Any" => Some(&mut self.any),
            "Secret" => Some(&mut self.secret),
            "Blob" => Some(&mut self.blob),
            "Count" => Some(&mut self.count),
            "Big" => Some(&mut self.big),
            "Ratio" => Some(&mut self.ratio),
            "On" => Some(&mut self.on),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Group {
    pub name: Option<String>,
    pub size: Option<i32>,
}

impl Decode for Group {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        match name {
            "Name" => Some(&mut self.name),
            "Size" => Some(&mut self.size),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Node {
    pub name: Option<String>,
    pub next: Option<Box<Node>>,
}

impl Decode for Node {
    fn field(&mut self, name: &str) -> Option<&mut dyn DecodeTarget> {
        match name {
            "Name" => Some(&mut self.name),
            "Next" => Some(&mut self.next),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProductType {
    CloudApp,
    UnknownValue(UnknownValue),
}

impl ProductType {
    pub const KNOWN: &'static [(&'static str, Self)] = &[("CloudApp", Self::CloudApp)];
}

open_enum!(ProductType);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    Running,
    UnknownValue(UnknownValue),
}

impl Status {
    pub const KNOWN: &'static [(&'static str, Self)] = &[("RUNNING", Self::Running)];
}

open_enum!(Status);

#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListThings {}

impl Operation for ListThings {
    type Response = ListThingsResponse;
    const INFO: OperationInfo = OperationInfo::roa("ListThings", &Method::GET, "/things").read();
    fn parameters(&self, _: &mut Parameters<'_>) {}
}

#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListThingsResponse {
    pub body: Vec<Group>,
}

transparent!(ListThingsResponse, body);

/// A thing with a path.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpdateThing {
    pub cluster_id: String,
    pub dry: Option<bool>,
    pub empty: Option<String>,
    pub extra: Option<String>,
    pub body: Option<Value>,
}

impl Operation for UpdateThing {
    type Response = UpdateThingResponse;
    const INFO: OperationInfo =
        OperationInfo::roa("ModifyCluster", &Method::PUT, "/api/v2/clusters/{ClusterId}").json().idempotent();
    fn parameters(&self, out: &mut Parameters<'_>) {
        out.path("ClusterId", &self.cluster_id);
        out.query("dry", &self.dry);
        out.query("empty", &self.empty);
        out.header("x-acs-extra", &self.extra);
        out.body("body", &self.body);
    }
}

#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpdateThingResponse {
    pub body: Option<Value>,
}

transparent!(UpdateThingResponse, body);

/// Bytes out and in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recognize {
    pub kind: Option<String>,
    pub body: Bytes,
}

impl Operation for Recognize {
    type Response = RecognizeResponse;
    const INFO: OperationInfo = OperationInfo::rpc("RecognizeAllText").bytes().response(ResponseKind::Bytes);
    fn parameters(&self, out: &mut Parameters<'_>) {
        out.query("Type", &self.kind);
        out.body_bytes("body", &self.body);
    }
}

#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecognizeResponse {
    pub body: Bytes,
}

transparent!(RecognizeResponse, body);
