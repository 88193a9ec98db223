//! Logs off all sessions of a delivery group: once with success, once refused.
//!
//! `cargo run --example log_off_all_sessions` needs no account: it starts a local endpoint that verifies signatures and
//! checks parameters as the service does. With `--live` and credentials in the environment it calls the service; give
//! the ID of one of your delivery groups then: `-- --live aig-9ciijz60n4xsv****`.

use std::error::Error as _;

use alicloud_appstream_center_20210901::operation::LogOffAllSessionsInAppInstanceGroup;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Error};
use alicloud_mock::Response;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        None => local().await,
        Some("--live") => {
            let group = arguments.next().ok_or("--live needs the ID of a delivery group")?;
            log_off(&Client::from_default_chain()?, ProductType::CloudApp, &group).await;
            Ok(())
        }
        Some(other) => Err(format!("unknown argument {other}; the only one is --live GROUP").into()),
    }
}

async fn local() -> Result<(), Box<dyn std::error::Error>> {
    let mock = alicloud_tests::app_streaming().start().await?;
    println!("A local endpoint listens on {} and verifies every signature.\n", mock.url());
    let client = alicloud_tests::client(&mock)?;

    log_off(&client, ProductType::CloudApp, "aig-9ciijz60n4xsv****").await;

    // The service reports this failure in a response with status 200, as its documentation shows.
    let refusal = serde_json::json!({
        "Code": "InvalidParameter.ProductType",
        "Message": "The parameter ProductType is invalid.",
        "RequestId": "1CBAFFAB-B697-4049-A9B1-67E1FC5F0000",
    });
    mock.script("LogOffAllSessionsInAppInstanceGroup", Response::json(200, refusal), 1);
    log_off(&client, ProductType::from("CloudDesk"), "aig-9ciijz60n4xsv****").await;

    for request in mock.requests() {
        let operation = request.operation.as_deref().unwrap_or("an unknown operation");
        let status = request.status.map_or_else(|| "nothing".to_owned(), |status| format!("HTTP {status}"));
        println!("The endpoint saw {operation} and answered {status}.");
    }
    Ok(())
}

async fn log_off(client: &Client, product_type: ProductType, group: &str) {
    println!("Logging off all sessions of {group} ({product_type})");
    let request = LogOffAllSessionsInAppInstanceGroup::new(product_type, group);
    match client.log_off_all_sessions_in_app_instance_group(request).await {
        Ok(response) => println!("  done, request {}\n", response.request_id.unwrap_or_default()),
        Err(error) => report(&error),
    }
}

/// What a program can do with an error: show it, and decide by its code.
fn report(error: &Error) {
    println!("  refused: {error}");
    if error.code() == Some("InvalidParameter.ProductType") {
        println!("  (the product type is not one that the service knows: ProductType lists those that are)");
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        println!("  because: {inner}");
        cause = inner.source();
    }
    println!();
}
