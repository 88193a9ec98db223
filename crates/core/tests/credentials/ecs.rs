//! The metadata service, and what pretends to be one.

use alicloud_core::credentials::{
    EcsRamRoleCredentials, EcsRamRoleCredentialsBuilder, ProvideCredentials, ProviderContext,
};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::local::raw;
use crate::services::{FakeServices, error, id, keys, ok};

const TOKEN: &str = "PUT http://100.100.100.200/latest/api/token";
const ROLES: &str = "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/";
const ROLE: &str = "GET http://100.100.100.200/latest/meta-data/ram/security-credentials/my-Role_1.x";

fn builder(services: &FakeServices, home: &Home) -> EcsRamRoleCredentialsBuilder {
    EcsRamRoleCredentials::builder().context(
        ProviderContext::new()
            .metadata_transport(services.clone())
            .clock(ManualClock::default())
            .variables(home.variables()),
    )
}

fn success() -> String {
    ok(&format!(r#"{{"Code":"Success","LastUpdated":"2026-01-02T02:04:05Z",{}}}"#, keys("machine")))
}

/// A service in its usual state, with these responses first.
fn service(first: Vec<(&'static str, String)>) -> FakeServices {
    let usual =
        [(TOKEN, raw("200 OK", "", "canary-t==")), (ROLES, raw("200 OK", "", "my-Role_1.x")), (ROLE, success())];
    FakeServices::of(first.into_iter().chain(usual).collect())
}

#[tokio::test]
async fn ecs_without_a_role_finds_it_with_a_token() {
    let services = service(vec![]);
    let provider = builder(&services, &Home::new()).build();
    for _ in 0..3 {
        assert_eq!(id(&provider).await, "machine");
    }
    let received = services.requests();
    assert_eq!(services.destinations(), [TOKEN, ROLES, ROLE]);
    assert_eq!(received[0].header("x-aliyun-ecs-metadata-token-ttl-seconds"), Some("21600"));
    assert_eq!(received[0].header("content-length"), Some("0"));
    assert_eq!(received[1].header("x-aliyun-ecs-metadata-token"), Some("canary-t=="));
    assert_eq!(received[2].header("x-aliyun-ecs-metadata-token"), Some("canary-t=="));
    assert!(received[0].header("user-agent").unwrap().starts_with("AlibabaCloud ("));
    assert_eq!(provider.name(), "ecs_ram_role");
    assert_eq!(
        provider.credentials().await.unwrap().expiry().unwrap(),
        std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_767_326_645)
    );
}

#[tokio::test]
async fn ecs_with_a_role_does_not_request_it() {
    let services = service(vec![]);
    let provider = builder(&services, &Home::with(&[("ALIBABA_CLOUD_ECS_METADATA", "other")]));
    assert_eq!(id(&provider.role_name("my-Role_1.x").build()).await, "machine");
    assert_eq!(services.destinations(), [TOKEN, ROLE]);
    let services = service(vec![]);
    let home = Home::with(&[("ALIBABA_CLOUD_ECS_METADATA", "my-Role_1.x")]);
    assert_eq!(id(&builder(&services, &home).build()).await, "machine");
    assert_eq!(services.destinations(), [TOKEN, ROLE]);
}

#[tokio::test]
async fn ecs_without_a_metadata_token_uses_version_1_unless_disabled() {
    for status in [
        "400 Bad Request",
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "405 Method Not Allowed",
        "500 Oops",
        "501 Not Implemented",
    ] {
        let refusing = || service(vec![(TOKEN, raw(status, "", "<html>canary</html>"))]);
        let services = refusing();
        assert_eq!(id(&builder(&services, &Home::new()).build()).await, "machine");
        assert!(
            services.requests()[1..].iter().all(|received| received.header("x-aliyun-ecs-metadata-token").is_none())
        );

        let services = refusing();
        let text = error(&builder(&services, &Home::new()).allow_v1(false).build()).await;
        assert!(text.contains("requests without a token are turned off"), "{text}");
        assert_eq!(services.destinations(), [TOKEN]);
        let services = refusing();
        let home = Home::with(&[("ALIBABA_CLOUD_IMDSV1_DISABLED", "True")]);
        error(&builder(&services, &home).build()).await;
        assert_eq!(services.destinations(), [TOKEN]);
    }
}

/// A service that issues a token and then refuses it. The vendor's SDK for Python sends the same requests.
#[tokio::test]
async fn ecs_with_a_refused_token_omits_it_once_unless_version_1_is_disabled() {
    for status in ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "500 Oops"] {
        // It refuses the token from the first request on, or from the second on.
        for refused in [ROLES, ROLE] {
            let refusing = || {
                FakeServices::new(move |received| {
                    let with_token = received.header("x-aliyun-ecs-metadata-token").is_some();
                    Some(match received.place() {
                        place if place == refused && with_token => raw(status, "", "canary"),
                        TOKEN => raw("200 OK", "", "canary-t=="),
                        ROLES => raw("200 OK", "", "my-Role_1.x"),
                        ROLE => success(),
                        place => panic!("{place}"),
                    })
                })
            };
            let with_token = |services: &FakeServices| {
                let received = services.requests().into_iter().skip(1);
                received.map(|received| received.header("x-aliyun-ecs-metadata-token").is_some()).collect::<Vec<_>>()
            };
            let services = refusing();
            assert_eq!(id(&builder(&services, &Home::new()).build()).await, "machine", "{status} {refused}");
            if refused == ROLES {
                assert_eq!(services.destinations(), [TOKEN, ROLES, ROLES, ROLE]);
                assert_eq!(with_token(&services), [true, false, false]);
            } else {
                assert_eq!(services.destinations(), [TOKEN, ROLES, ROLE, ROLE]);
                assert_eq!(with_token(&services), [true, true, false]);
            }
            let disabled = Home::with(&[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")]);
            for by_variable in [true, false] {
                let services = refusing();
                let provider = match by_variable {
                    true => builder(&services, &disabled).build(),
                    false => builder(&services, &Home::new()).allow_v1(false).build(),
                };
                let text = error(&provider).await;
                assert!(text.contains("HTTP") || text.contains("role"), "{text}");
                assert!(with_token(&services).iter().all(|with_token| *with_token), "{status}");
                assert_eq!(services.destinations().last().map(String::as_str), Some(refused));
            }
        }
    }
}

#[tokio::test]
async fn ecs_refused_with_and_without_a_token_reports_the_first_refusal() {
    let services = FakeServices::new(|received| {
        Some(match (received.place(), received.header("x-aliyun-ecs-metadata-token").is_some()) {
            (TOKEN, _) => raw("200 OK", "", "canary-t=="),
            (_, true) => raw("500 Oops", "", "canary"),
            (_, false) => raw("403 Forbidden", "", "canary"),
        })
    });
    let text = error(&builder(&services, &Home::new()).build()).await;
    assert!(text.contains("HTTP 500") && !text.contains("403"), "{text}");
    assert_eq!(services.destinations(), [TOKEN, ROLES, ROLES]);
}

#[tokio::test]
async fn ecs_with_another_service_is_an_error() {
    let html = || raw("200 OK", "content-type: text/html\r\n", "<html><title>canary portal</title></html>");
    let redirect = || raw("302 Found", "location: http://evil.example.com/canary\r\n", "");
    let huge = raw("200 OK", "", &"x".repeat(65 << 10));
    for (place, response, words) in [
        (TOKEN, html(), "is not a token"),
        (TOKEN, raw("200 OK", "", ""), "is not a token"),
        (TOKEN, raw("200 OK", "", "canary\r\nx"), "is not a token"),
        (TOKEN, redirect(), "redirect"),
        (TOKEN, huge.clone(), "larger than"),
        (ROLES, html(), "not the name of a role"),
        (ROLES, raw("200 OK", "", "../../canary"), "not the name of a role"),
        (ROLES, raw("200 OK", "", "a\ncanary"), "not the name of a role"),
        (ROLES, redirect(), "redirect"),
        (ROLES, raw("404 Not Found", "", ""), "has no RAM role"),
        (ROLES, raw("401 Unauthorized", "", "canary"), "HTTP 401"),
        (ROLE, html(), "not valid JSON"),
        (ROLE, redirect(), "redirect"),
        (ROLE, huge, "larger than"),
        (ROLE, raw("404 Not Found", "", ""), "has no role my-Role_1.x"),
        (ROLE, ok(r#"{"Code":"Failed","Message":"canary"}"#), "reports no success"),
        (ROLE, ok(&format!("{{{}}}", keys("a"))), "reports no success"),
        (ROLE, ok(r#"{"Code":"Success","AccessKeyId":"a","AccessKeySecret":"can\nary"}"#), "AccessKeySecret from the"),
        (ROLE, ok(r#"{"Code":"Success","AccessKeyId":"a","AccessKeySecret":"canary"}"#), "has no SecurityToken"),
        (ROLE, ok(&format!(r#"{{"Code":"Success",{}}}"#, keys("a").replace("2026-01-02T", "canary"))), "not a time"),
        (ROLE, ok(""), "reports no success"),
        (ROLE, ok(r#"{"Code":"Success","AccessKeyId":"canary"#), "ends too early"),
    ] {
        let services = service(vec![(place, response)]);
        let text = error(&builder(&services, &Home::new()).build()).await;
        assert!(text.contains(words), "{text}");
        // No other request is sent, and no other host is contacted.
        let destinations = services.destinations();
        assert_eq!(destinations.last().map(String::as_str), Some(place));
        assert!(destinations.iter().all(|place| place.contains("//100.100.100.200/")));
    }
}

#[tokio::test]
async fn ecs_when_disabled_sends_nothing() {
    let services = service(vec![]);
    let off = Home::with(&[("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "TRUE")]);
    assert!(error(&builder(&services, &off).build()).await.contains("ALIBABA_CLOUD_ECS_METADATA_DISABLED is true"));
    assert_eq!(services.destinations().len(), 0);
    assert!(error(&builder(&services, &Home::new()).role_name("a/../b").build()).await.contains("no name of a role"));
}

/// Run by the test below, in an environment with a proxy.
#[tokio::test]
#[ignore = "it needs an environment of its own"]
async fn ecs_requests_the_metadata_address() {
    let begun = std::time::Instant::now();
    _ = EcsRamRoleCredentials::new().credentials().await;
    let took = begun.elapsed();
    assert!(took < std::time::Duration::from_secs(4), "{took:?}");
}

#[test]
fn ecs_without_a_metadata_service_fails_quickly_and_uses_no_proxy() {
    let proxy = crate::local::Peer::answering(raw("403 Forbidden", "", ""));
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "ecs::ecs_requests_the_metadata_address", "--ignored"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy.endpoint());
    }
    let output = command.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    assert_eq!(proxy.count(), 0);
}
