//! Operations of every effect.

use alicloud_appstream_center_20210901::operation::{
    LogOffAllSessionsInAppInstanceGroup as Write, LogOffAllSessionsInAppInstanceGroupResponse as Response,
};
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_core::__private::{Operation, OperationInfo, Parameters, Service};
use alicloud_core::{Call, Client, Error};

pub static SERVICE: Service = Service::new("oracle", "2021-09-01", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

macro_rules! operations {
    ($($name:ident: $info:expr;)*) => {$(
        struct $name;

        impl Operation for $name {
            type Response = Response;
            const INFO: OperationInfo = $info;

            fn parameters(&self, out: &mut Parameters<'_>) {
                out.form("ClientToken", &None::<String>);
            }
        }
    )*};
}

operations! {
    Read: OperationInfo::rpc("Read").form().error_code("Code").read();
    Undocumented: OperationInfo::rpc("Undocumented").form().error_code("Code");
    WithToken: OperationInfo::rpc("WithToken").form().error_code("Code").write().token("ClientToken");
    Idempotent: OperationInfo::rpc("Idempotent").form().error_code("Code").write().idempotent();
}

/// Their names in the table.
pub const EFFECTS: &[&str] = &[
    "read",
    "write",
    "undocumented",
    "write with token",
    "idempotent write",
    "write called as idempotent",
    "read called as not idempotent",
];

/// Calls an operation; `number` identifies the call on the wire.
pub async fn call(client: &Client, effect: &str, number: Option<usize>) -> Result<(), Error> {
    async fn send<O: Operation>(call: Call<O>, number: Option<usize>) -> Result<(), Error> {
        let call = match number {
            Some(number) => call.query("Case", number.to_string()),
            None => call,
        };
        call.send().await.map(drop)
    }
    let write = || client.call(Write::new(ProductType::CloudApp, "aig-9ciijz60n4xsv****"));
    match effect {
        "read" => send(client.call(Read), number).await,
        "write" => send(write(), number).await,
        "undocumented" => send(client.call(Undocumented), number).await,
        "write with token" => send(client.call(WithToken), number).await,
        "idempotent write" => send(client.call(Idempotent), number).await,
        "write called as idempotent" => send(write().idempotent(true), number).await,
        "read called as not idempotent" => send(client.call(Read).idempotent(false), number).await,
        other => unreachable!("no effect `{other}`"),
    }
}
