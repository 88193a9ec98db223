//! Roles for tokens of identity providers.

use alicloud_core::credentials::{
    OidcRoleCredentials, OidcRoleCredentialsBuilder, ProvideCredentials, ProviderContext,
};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::local::raw;
use crate::services::{FakeServices, error, id, session};

const PLACE: &str = "POST https://sts.aliyuncs.com/";

fn environment() -> Home {
    let home = Home::with(&[
        ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
    ]);
    let file = home.write("token", "canary.token+1");
    home.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file);
    home
}

fn builder(services: &FakeServices, home: &Home, clock: &ManualClock) -> OidcRoleCredentialsBuilder {
    OidcRoleCredentials::builder()
        .context(ProviderContext::new().transport(services.clone()).clock(clock.clone()).variables(home.variables()))
}

#[tokio::test]
async fn oidc_assumes_a_role_without_a_signature() {
    let (services, home) = (FakeServices::of(vec![(PLACE, session("a"))]), environment());
    let provider = builder(&services, &home, &ManualClock::default()).build();
    assert_eq!(id(&provider).await, "a");
    assert_eq!(provider.name(), "oidc_role_arn");
    let request = &services.requests()[0];
    assert_eq!(request.place(), PLACE);
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.query("Action").as_deref(), Some("AssumeRoleWithOIDC"));
    assert_eq!(request.query("Version").as_deref(), Some("2015-04-01"));
    assert_eq!(request.query("Format").map(|it| it.to_ascii_uppercase()).as_deref(), Some("JSON"));
    assert_eq!(request.query("Timestamp").as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(request.query("Signature"), None);
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.form("RoleArn").as_deref(), Some("acs:ram::1:role/r"));
    assert_eq!(request.form("OIDCProviderArn").as_deref(), Some("acs:ram::1:oidc-provider/p"));
    assert_eq!(request.form("OIDCToken").as_deref(), Some("canary.token+1"));
    assert_eq!(request.form("RoleSessionName").as_deref(), Some("credentials-rust-1767323045"));
    assert_eq!(request.form("DurationSeconds").as_deref(), Some("3600"));
    assert_eq!(request.form("Policy"), None);
}

#[tokio::test]
async fn oidc_with_a_new_session_reads_the_token_again() {
    let (services, home, clock) =
        (FakeServices::of(vec![(PLACE, session("a"))]), environment(), ManualClock::default());
    let provider = builder(&services, &home, &clock).build();
    id(&provider).await;
    home.write("token", "canary.token+2\n");
    clock.pass_seconds(3_599);
    id(&provider).await;
    while services.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(services.requests()[1].form("OIDCToken").as_deref(), Some("canary.token+2"));
}

#[tokio::test]
async fn oidc_with_settings_ignores_the_environment() {
    let place = "POST https://sts-vpc.cn-shanghai.aliyuncs.com/";
    let (services, home) = (FakeServices::of(vec![(place, session("a"))]), environment());
    home.set("ALIBABA_CLOUD_STS_REGION", "cn-beijing");
    home.set("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "True");
    home.set("ALIBABA_CLOUD_ROLE_SESSION_NAME", "from-env");
    let builder =
        builder(&services, &home, &ManualClock::default()).sts_region("cn-shanghai").role_arn("acs:ram::2:role/s");
    let provider = builder.policy(r#"{"a": 1}"#).duration(std::time::Duration::from_secs(900)).build();
    assert_eq!(id(&provider).await, "a");
    let request = &services.requests()[0];
    assert_eq!(request.form("RoleArn").as_deref(), Some("acs:ram::2:role/s"));
    assert_eq!(request.form("RoleSessionName").as_deref(), Some("from-env"));
    assert_eq!(request.form("Policy").as_deref(), Some(r#"{"a": 1}"#));
    assert_eq!(request.form("DurationSeconds").as_deref(), Some("900"));
}

#[tokio::test]
async fn oidc_with_missing_settings_reports_them() {
    let services = FakeServices::of(vec![]);
    let text = error(&builder(&services, &Home::new(), &ManualClock::default()).build()).await;
    for name in ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"] {
        assert!(text.contains(name), "{text}");
    }
    let home = environment();
    home.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "");
    let text = error(&builder(&services, &home, &ManualClock::default()).build()).await;
    assert_eq!(text, "not set: ALIBABA_CLOUD_OIDC_TOKEN_FILE");

    let home = environment();
    let empty = home.write("empty", "\n");
    for (file, words) in [
        (empty, "is empty"),
        (home.path("none").to_str().unwrap().to_owned(), "is not there"),
        (home.path("").to_str().unwrap().to_owned(), "cannot be read"),
        (home.write("huge", "canary".repeat(20_000)), "larger than"),
        (home.write("bytes", b"canary\xff"), "not UTF-8"),
    ] {
        let text = error(&builder(&services, &home, &ManualClock::default()).token_file(&file).build()).await;
        assert!(text.contains(words) && text.contains(&file), "{text}");
    }
    assert_eq!(services.destinations().len(), 0);
}

#[tokio::test]
async fn oidc_with_a_refusal_reports_the_reason_without_the_token() {
    let body = r#"{"Code":"AuthenticationFail.OIDCToken.Expired","Message":"The token canary.token%2B1 (canary.token+1) has expired","RequestId":"R-7"}"#;
    let services = FakeServices::of(vec![(PLACE, raw("400 Bad Request", "content-type: application/json\r\n", body))]);
    let text = error(&builder(&services, &environment(), &ManualClock::default()).build()).await;
    for words in ["AssumeRoleWithOIDC", "AuthenticationFail.OIDCToken.Expired", "R-7", "***"] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(services.requests().len(), 1);
}
