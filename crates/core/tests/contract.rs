//! What the generator writes, by hand: it must compile and behave. That another version of the contract does not
//! compile is tested in `tests/tests/contract.rs`.

mod thing;

use alicloud_core::__private::Operation;
use alicloud_core::credentials::Credentials;
use alicloud_core::{Call, Client, Config, Error, Sensitive};
use thing::{CreateThing, ListThings, ProductType, Status};

const _: () = alicloud_core::__private::contract(5);

#[test]
fn calls_are_send() {
    fn assert_future<O: Operation>(call: Call<O>) -> impl Future<Output = Result<O::Response, Error>> + Send + 'static {
        call.into_future()
    }
    let credentials = Credentials::access_key("id", "secret");
    let config = Config::new().region("cn-shanghai").credentials(credentials);
    let client = Client::new(&thing::SERVICE, config).expect("a client");
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some(Sensitive::from("correct horse"));
    let shown = format!("{request:?}");
    assert!(shown.contains("CloudApp") && shown.contains("***") && !shown.contains("correct"), "{shown}");
    let call = client.call(request);
    assert!(format!("{call:?}").contains("thing.cn-shanghai.aliyuncs.com"), "{call:?}");
    drop((assert_future(call), assert_future(client.call(ListThings {}))));
}

#[test]
fn enumerations_accept_unknown_values() {
    assert_eq!(Status::from("RUNNING"), Status::Running);
    assert_eq!(Status::from("odd").as_str(), "odd");
    assert_ne!(Status::from("running"), Status::Running);
    assert_eq!(Status::from(String::from("RUNNING")).to_string(), "RUNNING");
}
