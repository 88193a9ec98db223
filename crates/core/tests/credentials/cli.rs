//! Profiles of the command-line tool.

use alicloud_core::credentials::{
    CliProfileCredentials, CliProfileCredentialsBuilder, ProvideCredentials, ProviderContext,
};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::services::{FakeServices, error, id, keys, machine, ok, session};

/// In the format of the tool.
const FILE: &str = r#"{
  "current": "AK", "meta_path": "", "profiles": [
    {"name": "AK", "mode": "AK", "access_key_id": "plain", "access_key_secret": "canary-a", "region_id": "cn-hangzhou",
     "output_format": "json", "language": "en", "retry_count": 0},
    {"name": "sts", "mode": "StsToken", "access_key_id": "temporary", "access_key_secret": "canary-b", "sts_token": "canary-c"},
    {"name": "role", "mode": "RamRoleArn", "access_key_id": "source", "access_key_secret": "canary-d",
     "ram_role_arn": "acs:ram::1:role/r", "ram_session_name": "session", "expired_seconds": 900,
     "sts_region": "cn-hangzhou", "enable_vpc": true, "policy": "{}", "external_id": "external"},
    {"name": "role of session", "mode": "RamRoleArn", "access_key_id": "source", "access_key_secret": "canary-e",
     "sts_token": "canary-f", "ram_role_arn": "a", "sts_endpoint": "sts.example.com"},
    {"name": "machine", "mode": "EcsRamRole", "ram_role_name": ""},
    {"name": "role of machine", "mode": "RamRoleArnWithRoleName", "ram_role_name": "r", "ram_role_arn": "a"},
    {"name": "one", "mode": "chainableramrolearn", "source_profile": "AK", "ram_role_arn": "first"},
    {"name": "two", "mode": "ChainableRamRoleArn", "source_profile": "one", "ram_role_arn": "second"},
    {"name": "three", "mode": "ChainableRamRoleArn", "source_profile": "machine", "ram_role_arn": "a"},
    {"name": "oidc", "mode": "OIDC", "oidc_provider_arn": "p", "oidc_token_file": "TOKEN", "ram_role_arn": "a"},
    {"name": "address", "mode": "CredentialsURI", "credentials_uri": "http://localhost/keys"},
    {"name": "bearer", "mode": "BearerToken", "bearer_token": "canary-g", "bearer_token_header_key": ""},
    {"name": "nobody", "mode": "Anonymous"},
    {"name": "white space", "mode": "StsToken", "access_key_id": " spaced\n", "access_key_secret": "canary-s\n",
     "sts_token": "\tcanary-t\r\n"},
    {"name": "inside", "mode": "AK", "access_key_id": "k", "access_key_secret": "canary\ncanary"},
    {"name": "inside token", "mode": "RamRoleArn", "access_key_id": "k", "access_key_secret": "canary",
     "sts_token": "canary\tcanary", "ram_role_arn": "a"},
    {"name": "inside bearer", "mode": "BearerToken", "bearer_token": "canary\u0000canary"},

    {"name": "rsa", "mode": "RsaKeyPair", "private_key": "canary-h"},
    {"name": "modeless", "access_key_secret": "canary-i"},
    {"name": "new", "mode": "canary-j"},
    {"name": "half", "mode": "AK", "access_key_id": "", "access_key_secret": "canary-k"},
    {"name": "half role", "mode": "RamRoleArn", "access_key_id": "k", "access_key_secret": "canary-k"},
    {"name": "header", "mode": "BearerToken", "bearer_token": "canary-l", "bearer_token_header_key": "X-Token"},
    {"name": "far", "mode": "CredentialsURI", "credentials_uri": "http://far.example.com/canary"},
    {"name": "circle", "mode": "ChainableRamRoleArn", "source_profile": "circle two", "ram_role_arn": "a"},
    {"name": "circle two", "mode": "ChainableRamRoleArn", "source_profile": "circle", "ram_role_arn": "a"},
    {"name": "self", "mode": "ChainableRamRoleArn", "source_profile": "self", "ram_role_arn": "a"},
    {"name": "dangling", "mode": "ChainableRamRoleArn", "source_profile": "none", "ram_role_arn": "a"},
    {"name": "over half", "mode": "ChainableRamRoleArn", "source_profile": "half", "ram_role_arn": "a"},
    {"name": "twin", "mode": "Anonymous"}, {"name": "twin", "mode": "Anonymous"}
  ]}"#;

fn services() -> FakeServices {
    FakeServices::new(move |request| {
        let place = request.place();
        Some(match place {
            "GET http://localhost/keys" => ok(&format!("{{{}}}", keys("address"))),
            _ if place.starts_with("POST https://sts") => session(&request.form("RoleArn").unwrap()),
            _ => machine(place).unwrap_or_else(|| panic!("{place}")),
        })
    })
}

fn home() -> Home {
    let home = Home::new();
    let token = home.write("token", "canary-token").replace('\\', "\\\\");
    home.cli(FILE.replace("TOKEN", &token));
    home
}

fn builder(services: &FakeServices, home: &Home) -> CliProfileCredentialsBuilder {
    CliProfileCredentials::builder().context(
        ProviderContext::new()
            .transport(services.clone())
            .metadata_transport(services.clone())
            .clock(ManualClock::default())
            .variables(home.variables()),
    )
}

#[tokio::test]
async fn cli_file_with_each_mode_returns_credentials() {
    let home = home();
    for (profile, key, name) in [
        ("AK", Some("plain"), "static_ak"),
        ("sts", Some("temporary"), "static_sts"),
        ("role", Some("acs:ram::1:role/r"), "ram_role_arn/static_ak"),
        ("role of session", Some("a"), "ram_role_arn/static_sts"),
        ("machine", Some("machine"), "ecs_ram_role"),
        ("role of machine", Some("a"), "ram_role_arn/ecs_ram_role"),
        ("one", Some("first"), "ram_role_arn/static_ak"),
        ("two", Some("second"), "ram_role_arn/ram_role_arn/static_ak"),
        ("three", Some("a"), "ram_role_arn/ecs_ram_role"),
        ("oidc", Some("a"), "oidc_role_arn"),
        ("address", Some("address"), "credential_uri"),
        ("bearer", None, "bearer"),
        ("nobody", None, "anonymous"),
        ("white space", Some("spaced"), "static_sts"),
    ] {
        let services = services();
        let provider = builder(&services, &home).profile(profile).build();
        assert_eq!(provider.name(), "cli_profile");
        let credentials = provider.credentials().await.unwrap();
        assert_eq!(credentials.access_key_id(), key, "{profile}");
        assert_eq!(provider.name(), format!("cli_profile/{name}"));
        let count = services.requests().len();
        provider.credentials().await.unwrap();
        assert_eq!(services.requests().len(), count);
    }
}

#[tokio::test]
async fn cli_file_with_a_role_assumes_it() {
    let (services, home) = (services(), home());
    id(&builder(&services, &home).profile("role").build()).await;
    let request = &services.requests()[0];
    assert_eq!(request.place(), "POST https://sts-vpc.cn-hangzhou.aliyuncs.com/");
    for (name, value) in
        [("RoleSessionName", "session"), ("DurationSeconds", "900"), ("Policy", "{}"), ("ExternalId", "external")]
    {
        assert_eq!(request.form(name).as_deref(), Some(value));
    }
    let services = self::services();
    id(&builder(&services, &home).profile("role of session").build()).await;
    let request = &services.requests()[0];
    assert_eq!(request.place(), "POST https://sts.example.com/");
    assert_eq!(request.header("x-acs-security-token"), Some("canary-f"));
    assert_eq!(request.form("DurationSeconds").as_deref(), Some("3600"));
    // Each role of a chain is taken with what the one behind it gave.
    let services = self::services();
    id(&builder(&services, &home).profile("two").build()).await;
    let keys: Vec<_> =
        services.requests().iter().map(|request| request.header("authorization").unwrap()[28..40].to_owned()).collect();
    assert_eq!(keys, ["plain,Signed", "first,Signed"]);
}

#[tokio::test]
async fn cli_file_at_each_path_is_found() {
    let (services, home) = (services(), home());
    assert_eq!(id(&builder(&services, &home).build()).await, "plain");
    home.set("ALIBABA_CLOUD_PROFILE", "sts");
    assert_eq!(id(&builder(&services, &home).build()).await, "temporary");
    assert_eq!(id(&builder(&services, &home).profile("AK").build()).await, "plain");
    let one = |name: &str| {
        format!(
            "\u{feff}{{\"profiles\":[{{\"name\":\"{name}\",\"mode\":\"ak\",\"access_key_id\":\"other\",\"access_key_secret\":\"canary\"}}]}}\r\n"
        )
    };
    home.set("ALIBABA_CLOUD_CONFIG_FILE", &home.write("elsewhere", one("sts")));
    assert_eq!(id(&builder(&services, &home).build()).await, "other");
    home.set("ALIBABA_CLOUD_PROFILE", "");
    assert_eq!(id(&builder(&services, &home).file(home.write("given", one("default"))).build()).await, "other");
    home.set("ALIBABA_CLOUD_CONFIG_FILE", home.path("none").to_str().unwrap());
    assert!(error(&builder(&services, &home).build()).await.contains("there is no file"));
    home.set("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    assert!(error(&builder(&services, &home).build()).await.contains("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"));
}

#[tokio::test]
async fn cli_file_with_errors_reports_file_and_profile_without_values() {
    let (services, home) = (services(), home());
    for (profile, words) in [
        ("rsa", "RsaKeyPair is obsolete"),
        ("modeless", "mode is not set"),
        ("new", "its mode is not known"),
        ("half", "access_key_id is not set"),
        ("inside", "access_key_secret contains a control character"),
        ("inside token", "sts_token contains a control character"),
        ("inside bearer", "bearer_token contains a control character"),
        ("half role", "ram_role_arn is not set"),
        ("header", "custom header"),
        ("far", "plain http"),
        ("circle", "circle -> circle two -> circle"),
        ("self", "self -> self"),
        ("dangling", "no profile \"none\", which the profile \"dangling\""),
        ("over half", "profile \"half\" in the file"),
        ("twin", "more than one profile"),
        ("none", "no profile \"none\""),
    ] {
        let text = error(&builder(&services, &home).profile(profile).build()).await;
        assert!(text.contains(words) && text.contains("config.json"), "{text}");
    }
    home.set("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1");
    let text = error(&builder(&services, &home).profile("address").build()).await;
    assert!(text.contains("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"), "{text}");
    assert_eq!(services.requests().len(), 0);
}

#[tokio::test]
async fn cli_file_that_is_not_a_file_is_an_error() {
    let (services, home) = (services(), Home::new());
    let deep = "{\"profiles\":".to_owned() + &"[".repeat(100_000);
    let many: Vec<_> = (0..20)
        .map(|n| {
            format!(r#"{{"name":"{n}","mode":"ChainableRamRoleArn","source_profile":"{}","ram_role_arn":"a"}}"#, n + 1)
        })
        .collect();
    for (content, words) in [
        (b"".to_vec(), "no profile \"default\""),
        (b"{}".to_vec(), "no profile \"default\""),
        (b"{\"profiles\": null, \"current\": null}".to_vec(), "no profile \"default\""),
        (b"[]".to_vec(), "expected an object"),
        (b"{\"current\": \"canary\xff\"}".to_vec(), "not UTF-8"),
        (b"{\"profiles\": [{\"access_key_secret\": \"canary".to_vec(), "ends too early"),
        (b"canary".to_vec(), "not valid JSON"),
        (deep.into_bytes(), "cannot be read"),
        (b" ".repeat(2 << 20), "larger than"),
        (format!(r#"{{"current":"0","profiles":[{}]}}"#, many.join(",")).into_bytes(), "more than 10 profiles"),
    ] {
        home.cli(&content);
        let text = error(&builder(&services, &home).build()).await;
        assert!(text.contains(words) && text.contains("config.json"), "{text}");
    }
}

#[tokio::test]
async fn cli_file_is_never_written() {
    let (services, home) = (services(), home());
    let before = std::fs::read(home.path(".aliyun/config.json")).unwrap();
    for profile in ["AK", "two", "oidc", "rsa"] {
        _ = builder(&services, &home).profile(profile).build().credentials().await;
    }
    assert_eq!(std::fs::read(home.path(".aliyun/config.json")).unwrap(), before);
    assert_eq!(std::fs::read_dir(home.path(".aliyun")).unwrap().count(), 1);
}
