//! Profiles that began in a browser.

use alicloud_core::credentials::{CliProfileCredentials, ProviderContext};

use crate::clock::{ManualClock, START};
use crate::home::Home;
use crate::local::raw;
use crate::services::{FakeServices, error, id, keys, ok};

const SSO: &str = "POST https://signin-cn-shanghai.example.com/cloud-credentials";
const TOKEN: &str = "POST https://oauth.aliyun.com/v1/token";
const EXCHANGE: &str = "POST https://oauth.aliyun.com/v1/exchange";

/// Seconds since 1970, so many after the start of the clock.
fn after(seconds: i64) -> i64 {
    START.as_secs() as i64 + seconds
}

fn provider(services: &FakeServices, home: &Home, clock: &ManualClock) -> CliProfileCredentials {
    CliProfileCredentials::builder()
        .context(ProviderContext::new().transport(services.clone()).clock(clock.clone()).variables(home.variables()))
        .build()
}

/// A profile with these fields, and keys that last for so many seconds.
fn home(mode: &str, fields: &str, seconds: i64) -> Home {
    let home = Home::new();
    home.cli(format!(
        r#"{{"current":"p","profiles":[{{"name":"p","mode":"{mode}","access_key_id":"left","access_key_secret":"canary-1",
        "sts_token":"canary-2","sts_expiration":{},{fields}}}]}}"#,
        after(seconds)
    ));
    home
}

fn sso(token_seconds: i64, seconds: i64) -> Home {
    let fields = format!(
        r#""cloud_sso_sign_in_url":"https://signin-cn-shanghai.example.com/start/login?a=b","cloud_sso_account_id":"account",
        "cloud_sso_access_config":"config","access_token":"canary-3","cloud_sso_access_token_expire":{}"#,
        after(token_seconds)
    );
    home("CloudSSO", &fields, seconds)
}

fn oauth(token_seconds: i64, seconds: i64, more: &str) -> Home {
    let fields = format!(
        r#""oauth_site_type":"cn","oauth_access_token":"canary-4","oauth_access_token_expire":{}{more}"#,
        after(token_seconds)
    );
    home("OAuth", &fields, seconds)
}

#[tokio::test]
async fn sign_in_with_stored_keys_uses_them_until_they_expire() {
    let services = FakeServices::of(vec![]);
    for home in [sso(-1, 181), oauth(-1, 181, "")] {
        assert_eq!(id(&provider(&services, &home, &ManualClock::default())).await, "left");
    }
    assert_eq!(services.requests().len(), 0);
}

#[tokio::test]
async fn sign_in_with_cloud_sso_exchanges_the_access_token() {
    let services =
        FakeServices::of(vec![(SSO, ok(&format!(r#"{{"CloudCredential":{{{}}},"RequestId":"r"}}"#, keys("new"))))]);
    assert_eq!(id(&provider(&services, &sso(1, 180), &ManualClock::default())).await, "new");
    let request = &services.requests()[0];
    assert_eq!(request.header("authorization"), Some("Bearer canary-3"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.body, r#"{"AccountId":"account","AccessConfigurationId":"config"}"#);
}

#[tokio::test]
async fn sign_in_that_has_expired_is_an_error() {
    let text = error(&provider(&FakeServices::of(vec![]), &sso(0, 0), &ManualClock::default())).await;
    assert!(text.contains("aliyun configure --mode CloudSSO") && text.contains("profile \"p\""), "{text}");
    let denied = || raw("401 Unauthorized", "", "canary");
    let text = error(&provider(&FakeServices::of(vec![(SSO, denied())]), &sso(1, 0), &ManualClock::default())).await;
    assert!(text.contains("aliyun configure --mode CloudSSO"), "{text}");
    let text =
        error(&provider(&FakeServices::of(vec![(EXCHANGE, denied())]), &oauth(9_999, 0, ""), &ManualClock::default()))
            .await;
    assert!(text.contains("aliyun configure --mode OAuth"), "{text}");
    let refresh = r#","oauth_refresh_token":"canary-5""#;
    let text =
        error(&provider(&FakeServices::of(vec![(TOKEN, denied())]), &oauth(0, 0, refresh), &ManualClock::default()))
            .await;
    assert!(text.contains("aliyun configure --mode OAuth"), "{text}");
}

#[tokio::test]
async fn sign_in_with_oauth_exchanges_the_access_token() {
    let response = format!("{{{}}}", keys("new").replace("AccessKey", "accessKey").replace("Sec", "sec"));
    let response = response.replace("Expiration", "expiration").replace("accessKeysecret", "accessKeySecret");
    let services = FakeServices::of(vec![(EXCHANGE, ok(&response))]);
    let refresh = r#","oauth_refresh_token":"canary-5""#;
    assert_eq!(id(&provider(&services, &oauth(1_201, 0, refresh), &ManualClock::default())).await, "new");
    assert_eq!(services.destinations(), [EXCHANGE]);
    assert_eq!(services.requests()[0].header("authorization"), Some("Bearer canary-4"));
    assert_eq!(services.requests()[0].body, "");
}

#[tokio::test]
async fn sign_in_with_refreshed_tokens_keeps_them_in_memory() {
    let clock = ManualClock::default();
    let time = clock.clone();
    let services = FakeServices::new(move |request| {
        Some(match request.place() {
            TOKEN => {
                let number =
                    request.form("refresh_token").unwrap().replace("canary-refresh-", "").parse::<u32>().unwrap();
                ok(&format!(
                    r#"{{"access_token":"canary-access-{0}","refresh_token":"canary-refresh-{0}","expires_in":1300,"token_type":"Bearer"}}"#,
                    number + 1
                ))
            }
            EXCHANGE => {
                let number = request.header("authorization").unwrap().replace("Bearer canary-access-", "");
                let hour = 4 + alicloud_core::Clock::monotonic(&time).as_secs() / 3_600;
                ok(&format!("{{{}}}", keys(&number).replace("T04:", &format!("T{hour:02}:"))))
            }
            place => panic!("{place}"),
        })
    });
    let home = oauth(1_200, 0, r#","oauth_refresh_token":"canary-refresh-1""#);
    let file = std::fs::read(home.path(".aliyun/config.json")).unwrap();
    let provider = provider(&services, &home, &clock);
    assert_eq!(id(&provider).await, "2");
    let token = &services.requests()[0];
    assert_eq!(token.form("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(token.form("client_id").as_deref(), Some("4038181954557748008"));
    assert_eq!(token.form("Timestamp").as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(token.header("content-type"), Some("application/x-www-form-urlencoded"));
    // An hour later both the keys and the access token are new; the refresh token is the one that came with the last.
    clock.pass_seconds(3_600);
    assert_eq!(id(&provider).await, "3");
    assert_eq!(services.destinations(), [TOKEN, EXCHANGE, TOKEN, EXCHANGE]);
    assert_eq!(std::fs::read(home.path(".aliyun/config.json")).unwrap(), file);
}

#[tokio::test]
async fn sign_in_with_invalid_fields_reports_them() {
    let services =
        FakeServices::of(vec![(TOKEN, ok(r#"{"access_token":"canary"}"#)), (SSO, ok(r#"{"CloudCredential":null}"#))]);
    let refresh = r#","oauth_refresh_token":"canary-5""#;
    for (home, words) in [
        (home("CloudSSO", r#""access_token":"canary-3""#, 0), "cloud_sso_sign_in_url is not set"),
        (sso(1, 0), "has no AccessKeyId"),
        (home("OAuth", r#""oauth_site_type":"canary""#, 0), "neither CN nor INTL"),
        (home("OAuth", r#""oauth_site_type":"INTL""#, 0), "sign in again"),
        (oauth(0, 0, refresh), "has no tokens"),
    ] {
        let text = error(&provider(&services, &home, &ManualClock::default())).await;
        assert!(text.contains(words), "{text}");
    }
}

/// Times in the file that no calendar has: nothing is computed beyond what a number can hold.
#[tokio::test]
async fn access_token_with_an_expiration_out_of_range_is_refreshed_or_exchanged() {
    let token = r#"{"access_token":"canary-6","refresh_token":"canary-7","expires_in":9223372036854775807}"#;
    for (expiry, destinations) in [(i64::MIN, &[TOKEN, EXCHANGE][..]), (i64::MAX, &[EXCHANGE])] {
        let new = keys("new").replace("Expiration", "expiration");
        let services = FakeServices::of(vec![(TOKEN, ok(token)), (EXCHANGE, ok(&format!("{{{new}}}")))]);
        let fields = format!(
            r#""oauth_site_type":"CN","oauth_access_token":"canary-4","oauth_access_token_expire":{expiry},
            "oauth_refresh_token":"canary-5""#
        );
        assert_eq!(
            id(&provider(&services, &home("OAuth", &fields, 0), &ManualClock::default())).await,
            "new",
            "{expiry}"
        );
        assert_eq!(services.destinations(), destinations, "{expiry}");
    }
}
