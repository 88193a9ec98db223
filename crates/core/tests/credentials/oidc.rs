//! Roles for tokens of identity providers.

use alicloud_core::credentials::{
    OidcRoleCredentials, OidcRoleCredentialsBuilder, ProvideCredentials, ProviderContext,
};

use crate::clock::Still;
use crate::home::Home;
use crate::local::raw;
use crate::town::{Town, error, id, session};

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

fn builder(town: &Town, home: &Home, clock: &Still) -> OidcRoleCredentialsBuilder {
    OidcRoleCredentials::builder()
        .context(ProviderContext::new().transport(town.clone()).clock(clock.clone()).variables(home.variables()))
}

#[tokio::test]
async fn oidc_assumes_a_role_without_a_signature() {
    let (town, home) = (Town::of(vec![(PLACE, session("a"))]), environment());
    let provider = builder(&town, &home, &Still::default()).build();
    assert_eq!(id(&provider).await, "a");
    assert_eq!(provider.name(), "oidc_role_arn");
    let asked = &town.asked()[0];
    assert_eq!(asked.place(), PLACE);
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(asked.query("Action").as_deref(), Some("AssumeRoleWithOIDC"));
    assert_eq!(asked.query("Version").as_deref(), Some("2015-04-01"));
    assert_eq!(asked.query("Format").map(|it| it.to_ascii_uppercase()).as_deref(), Some("JSON"));
    assert_eq!(asked.query("Timestamp").as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(asked.query("Signature"), None);
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked.form("RoleArn").as_deref(), Some("acs:ram::1:role/r"));
    assert_eq!(asked.form("OIDCProviderArn").as_deref(), Some("acs:ram::1:oidc-provider/p"));
    assert_eq!(asked.form("OIDCToken").as_deref(), Some("canary.token+1"));
    assert_eq!(asked.form("RoleSessionName").as_deref(), Some("credentials-rust-1767323045"));
    assert_eq!(asked.form("DurationSeconds").as_deref(), Some("3600"));
    assert_eq!(asked.form("Policy"), None);
}

#[tokio::test]
async fn oidc_with_a_new_session_reads_the_token_again() {
    let (town, home, clock) = (Town::of(vec![(PLACE, session("a"))]), environment(), Still::default());
    let provider = builder(&town, &home, &clock).build();
    id(&provider).await;
    home.write("token", "canary.token+2\n");
    clock.pass_seconds(3_599);
    id(&provider).await;
    while town.asked().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(town.asked()[1].form("OIDCToken").as_deref(), Some("canary.token+2"));
}

#[tokio::test]
async fn oidc_with_settings_ignores_the_environment() {
    let place = "POST https://sts-vpc.cn-shanghai.aliyuncs.com/";
    let (town, home) = (Town::of(vec![(place, session("a"))]), environment());
    home.set("ALIBABA_CLOUD_STS_REGION", "cn-beijing");
    home.set("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "True");
    home.set("ALIBABA_CLOUD_ROLE_SESSION_NAME", "from-env");
    let builder = builder(&town, &home, &Still::default()).sts_region("cn-shanghai").role_arn("acs:ram::2:role/s");
    let provider = builder.policy(r#"{"a": 1}"#).duration(std::time::Duration::from_secs(900)).build();
    assert_eq!(id(&provider).await, "a");
    let asked = &town.asked()[0];
    assert_eq!(asked.form("RoleArn").as_deref(), Some("acs:ram::2:role/s"));
    assert_eq!(asked.form("RoleSessionName").as_deref(), Some("from-env"));
    assert_eq!(asked.form("Policy").as_deref(), Some(r#"{"a": 1}"#));
    assert_eq!(asked.form("DurationSeconds").as_deref(), Some("900"));
}

#[tokio::test]
async fn oidc_with_missing_settings_reports_them() {
    let town = Town::of(vec![]);
    let text = error(&builder(&town, &Home::new(), &Still::default()).build()).await;
    for name in ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"] {
        assert!(text.contains(name), "{text}");
    }
    let home = environment();
    home.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "");
    let text = error(&builder(&town, &home, &Still::default()).build()).await;
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
        let text = error(&builder(&town, &home, &Still::default()).token_file(&file).build()).await;
        assert!(text.contains(words) && text.contains(&file), "{text}");
    }
    assert_eq!(town.places().len(), 0);
}

#[tokio::test]
async fn oidc_with_a_refusal_reports_the_reason_without_the_token() {
    let body = r#"{"Code":"AuthenticationFail.OIDCToken.Expired","Message":"The token canary.token%2B1 (canary.token+1) has expired","RequestId":"R-7"}"#;
    let town = Town::of(vec![(PLACE, raw("400 Bad Request", "content-type: application/json\r\n", body))]);
    let text = error(&builder(&town, &environment(), &Still::default()).build()).await;
    for words in ["AssumeRoleWithOIDC", "AuthenticationFail.OIDCToken.Expired", "R-7", "***"] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(town.asked().len(), 1);
}
