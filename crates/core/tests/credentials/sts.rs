//! Roles for other credentials.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use alicloud_core::credentials::{
    AssumeRoleCredentials, AssumeRoleCredentialsBuilder, Credentials, CredentialsError, CredentialsFuture,
    ProvideCredentials, ProviderContext,
};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::local::raw;
use crate::services::{FakeServices, error, id, session};

const PLACE: &str = "POST https://sts.aliyuncs.com/";
const ROLE: &str = "acs:ram::1234567890123456:role/deploy";

fn builder(services: &FakeServices, home: &Home) -> AssumeRoleCredentialsBuilder {
    AssumeRoleCredentials::builder(Credentials::access_key("source", "canary-source"), ROLE).context(
        ProviderContext::new().transport(services.clone()).clock(ManualClock::default()).variables(home.variables()),
    )
}

#[tokio::test]
async fn sts_assumes_a_role_with_a_signed_request() {
    let place = "POST https://sts.ap-southeast-1.aliyuncs.com/";
    let services = FakeServices::of(vec![(place, session("a"))]);
    let provider = builder(&services, &Home::new())
        .sts_region("ap-southeast-1")
        .session_name("a name")
        .external_id("x y/z")
        .policy(r#"{"Statement": []}"#)
        .build();
    assert_eq!(id(&provider).await, "a");
    assert_eq!(id(&provider).await, "a");
    assert_eq!(services.destinations(), [place]);
    let request = &services.requests()[0];
    assert_eq!(request.header("x-acs-action"), Some("AssumeRole"));
    assert_eq!(request.header("x-acs-version"), Some("2015-04-01"));
    assert!(request.header("authorization").unwrap().starts_with("ACS3-HMAC-SHA256 Credential=source,"));
    assert!(request.header("user-agent").unwrap().starts_with("AlibabaCloud ("));
    for (name, value) in [
        ("RoleArn", ROLE),
        ("RoleSessionName", "a name"),
        ("ExternalId", "x y/z"),
        ("Policy", r#"{"Statement": []}"#),
        ("DurationSeconds", "3600"),
    ] {
        assert_eq!(request.form(name).as_deref(), Some(value));
    }
}

#[tokio::test]
async fn sts_name_contains_the_source() {
    let services = FakeServices::of(vec![(PLACE, session("a"))]);
    let source = alicloud_core::credentials::StaticCredentials::new(Credentials::access_key("source", "canary"));
    let provider = AssumeRoleCredentials::builder(source, ROLE)
        .context(ProviderContext::new().transport(services).clock(ManualClock::default()))
        .build();
    assert_eq!(provider.name(), "ram_role_arn");
    id(&provider).await;
    assert_eq!(provider.name(), "ram_role_arn/static_ak");
}

#[tokio::test]
async fn sts_with_a_refusal_reports_it_to_all_calls() {
    let body = r#"{"Code":"NoPermission","Message":"canary-source may not","RequestId":"R-9"}"#;
    let services = FakeServices::of(vec![(PLACE, raw("403 Forbidden", "content-type: application/json\r\n", body))]);
    let provider = builder(&services, &Home::new()).build();
    for _ in 0..3 {
        let text = error(&provider).await;
        assert!(text.contains("NoPermission") && text.contains("R-9") && text.contains("AssumeRole"), "{text}");
    }
    assert_eq!(services.requests().len(), 1);
}

#[tokio::test]
async fn sts_with_an_expired_source_key_refreshes_the_source() {
    struct Source(AtomicUsize, AtomicUsize);
    impl ProvideCredentials for Source {
        fn credentials(&self) -> CredentialsFuture<'_> {
            let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
            let credentials = Credentials::temporary(format!("source-{number}"), "canary", "canary-token");
            CredentialsFuture::ready(Ok(credentials))
        }
        fn name(&self) -> &str {
            "own"
        }
        fn refused(&self, credentials: &Credentials) {
            assert_eq!(credentials.access_key_id(), Some("source-1"));
            self.1.fetch_add(1, Ordering::SeqCst);
        }
    }
    let services = FakeServices::new(|request| {
        let expired = request.header("authorization").unwrap().contains("Credential=source-1,");
        let body = r#"{"Code":"InvalidSecurityToken.Expired","Message":"m"}"#;
        Some(if expired { raw("400 Bad Request", "", body) } else { session("a") })
    });
    let source = Arc::new(Source(AtomicUsize::new(0), AtomicUsize::new(0)));
    let provider = AssumeRoleCredentials::builder(source.clone(), ROLE)
        .context(ProviderContext::new().transport(services).clock(ManualClock::default()))
        .build();
    assert_eq!(id(&provider).await, "a");
    assert_eq!((source.0.load(Ordering::SeqCst), source.1.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test]
async fn sts_with_invalid_settings_reports_them() {
    struct None;
    impl ProvideCredentials for None {
        fn credentials(&self) -> CredentialsFuture<'_> {
            CredentialsFuture::ready(Err(CredentialsError::new("there is nothing")))
        }
        fn name(&self) -> &str {
            "own"
        }
    }
    let services = FakeServices::of(vec![(PLACE, crate::services::ok(r#"{"Credentials":{"AccessKeyId":"a"}}"#))]);
    let text = error(
        &AssumeRoleCredentials::builder(None, ROLE).context(ProviderContext::new().transport(services.clone())).build(),
    )
    .await;
    assert!(text.contains("`own`") && text.contains("there is nothing"), "{text}");
    let text = error(&builder(&services, &Home::new()).build()).await;
    assert!(text.contains("has no AccessKeySecret"), "{text}");
    let text = error(&builder(&services, &Home::new()).sts_region("evil.example.com/").build()).await;
    assert!(text.contains("no name of a region"), "{text}");
    let text = error(&builder(&services, &Home::new()).sts_endpoint("http://sts.example.com").build()).await;
    assert!(text.contains("plain http"), "{text}");
    let nothing = AssumeRoleCredentials::builder(Credentials::access_key("a", "canary"), "");
    let text =
        error(&nothing.context(ProviderContext::new().transport(services).variables(Home::new().variables())).build())
            .await;
    assert!(text.contains("no role is set"), "{text}");
}
