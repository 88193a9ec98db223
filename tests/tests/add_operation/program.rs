//! Calls the added operation with everything set, and then once more, which is refused.

use alicloud_appstream_center_20210901::credentials::Credentials;
use alicloud_appstream_center_20210901::operation::list_session_matches::{Any, Condition, Options, Type, Where};
use alicloud_appstream_center_20210901::operation::{ListSessionMatches, ListSessionMatchesResponse};
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_appstream_center_20210901::{Client, Config};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [_, endpoint, id, secret] = <[String; 4]>::try_from(std::env::args().collect::<Vec<_>>()).expect("arguments");
    let client = Client::new(Config::new().endpoint(endpoint).credentials(Credentials::access_key(id, secret)))?;
    let any = [
        Any::new().fn_("below").limit(1 << 40),
        Any::new().product_type(ProductType::CloudBrowser),
    ];
    let request = ListSessionMatches::new(ProductType::CloudApp, Type::Self_)
        .self_(true)
        .match_("a*")
        .conditions([
            Condition::new().type_("name").values(["x", "y z"]),
            Condition::new().any(any),
        ])
        .options(Options::new().deep(false).ratio(0.5).where_(Where::new().regions(["cn-hangzhou"])));
    let response = client.list_session_matches(request.clone()).await?;
    println!("request {:?}", response.request_id);
    for found in &response.matches {
        println!("{:?} {:?}", found.match_, found.product_type);
        for session in found.sessions.iter().flatten() {
            println!("{:?} {:?} {:?}", session.session_id, session.seconds, session.loop_);
        }
    }
    let error = client.list_session_matches(request).await.expect_err("a refusal");
    println!("{error}");
    println!("{:?}", error.response::<ListSessionMatchesResponse>().map(|response| response.matches.len()));
    Ok(())
}
