//! What the generator writes, by hand: it must compile and behave.

mod thing;

use alicloud_core::Sensitive;
use thing::{CreateThing, ListThings, ProductType, Status};

const _: () = alicloud_core::generated::contract(1);

#[test]
fn calls_can_be_made() {
    fn assert_send<T: Send>(_: &T) {}
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some(Sensitive::from("x"));
    let _ = request;
    let _ = ListThings {};
    let _ = assert_send::<Status>;
}

#[test]
fn enumerations_are_open() {
    assert_eq!(Status::from("RUNNING"), Status::Running);
    assert_eq!(Status::from("odd").as_str(), "odd");
    assert_ne!(Status::from("running"), Status::Running);
    assert_eq!(Status::from(String::from("RUNNING")).to_string(), "RUNNING");
}
