//! A server that returns access keys.

use alicloud_core::credentials::{ProvideCredentials, ProviderContext, UriCredentials};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::local::{Peer, raw};
use crate::services::{FakeServices, error, id, keys, ok};

const PLACE: &str = "GET http://localhost/keys";

fn provider(services: &FakeServices) -> UriCredentials {
    let home = Home::with(&[("ALIBABA_CLOUD_CREDENTIALS_URI", "http://localhost:80/keys?secret=canary")]);
    let builder = UriCredentials::builder().context(
        ProviderContext::new()
            .metadata_transport(services.clone())
            .clock(ManualClock::default())
            .variables(home.variables()),
    );
    builder.build()
}

#[tokio::test]
async fn uri_in_the_environment_returns_keys() {
    for response in [format!("{{{}}}", keys("a")), format!(r#"{{"Code":"Success",{}}}"#, keys("a"))] {
        let services = FakeServices::of(vec![(PLACE, ok(&response))]);
        let provider = provider(&services);
        assert_eq!(id(&provider).await, "a");
        assert_eq!(id(&provider).await, "a");
        let requests = services.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].line, "GET http://localhost/keys?secret=canary");
        assert_eq!(provider.name(), "credential_uri");
    }
}

#[tokio::test]
async fn uri_with_an_invalid_response_is_an_error() {
    for (response, words) in [
        (ok(r#"{"Code":"Denied","Message":"canary"}"#), "reports no success"),
        (ok(r#"{"AccessKeyId":"a","AccessKeySecret":"canary","SecurityToken":"canary"}"#), "has no Expiration"),
        (ok(r#"{"AccessKeyId":"","AccessKeySecret":"canary"}"#), "has no AccessKeyId"),
        (ok(r#"{"AccessKeyId":["canary"]"#), "ends too early"),
        (ok(r#"["canary"]"#), "expected an object"),
        (raw("200 OK", "", "<html>canary</html>"), "not valid JSON"),
        (raw("307 Temporary Redirect", "location: http://evil.example.com/\r\n", ""), "redirect"),
        (raw("503 Busy", "", "canary"), "HTTP 503"),
    ] {
        let services = FakeServices::of(vec![(PLACE, response)]);
        let text = error(&provider(&services)).await;
        assert!(text.contains(words), "{text}");
        assert_eq!(services.destinations(), [PLACE]);
    }
}

#[tokio::test]
async fn uri_that_is_not_an_address_sends_nothing() {
    for (uri, words) in [
        ("http://keys.example.com/canary", "plain http"),
        ("canary", "no http or https URL"),
        ("http://user:canary@localhost/", "user name or a password"),
    ] {
        let services = FakeServices::of(vec![]);
        let builder = UriCredentials::builder()
            .context(ProviderContext::new().transport(services.clone()).metadata_transport(services.clone()));
        let text = error(&builder.uri(uri).build()).await;
        assert!(text.contains(words), "{text}");
        assert_eq!(services.destinations().len(), 0);
    }
    let nothing = UriCredentials::builder().context(ProviderContext::new().variables(Home::new().variables())).build();
    assert_eq!(error(&nothing).await, "ALIBABA_CLOUD_CREDENTIALS_URI is not set");
}

#[tokio::test]
async fn uri_with_a_shared_transport_uses_it() {
    let response = ok(&format!("{{{}}}", keys("a").replace("2026-01", "2999-01")));
    let peer = Peer::answering(response);
    let provider = UriCredentials::builder().uri(peer.endpoint()).build();
    assert_eq!(id(&provider).await, "a");
    assert_eq!(id(&provider).await, "a");
    assert_eq!(peer.count(), 1);
}
