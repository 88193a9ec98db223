//! Profiles in the ini file.

use alicloud_core::credentials::{
    IniProfileCredentials, IniProfileCredentialsBuilder, ProvideCredentials, ProviderContext,
};

use crate::clock::ManualClock;
use crate::home::Home;
use crate::services::{FakeServices, error, id, machine, session};

/// In the format that the vendor's libraries read.
const FILE: &str = "\
# comment
[default]
enable = true
type = access_key          # as ever
access_key_id = plain
access_key_secret = canary-a

[temporary]
type = sts
access_key_id = temporary
access_key_secret = canary-s
security_token = canary-t

[no token]
type = sts
access_key_id = temporary
access_key_secret = canary-s

[inside]
type = access_key
access_key_id = plain
access_key_secret = canary\tcanary

[machine]
type = ecs_ram_role
role_name = r

[any machine]
type = ecs_ram_role

[role]
type = ram_role_arn
access_key_id = source
access_key_secret = canary-b
role_arn = acs:ram::1:role/r
role_session_name = session
policy = \"{\"

[oidc]
type = oidc_role_arn
role_arn = acs:ram::1:role/r
oidc_provider_arn = acs:ram::1:oidc-provider/p
oidc_token_file_path = TOKEN

[off]
enable = False
type = access_key
access_key_id = plain
access_key_secret = canary-c

[no type]
access_key_secret = canary-d

[half]
type = access_key
access_key_id =
access_key_secret = canary-e

[rsa]
type = rsa_key_pair
public_key_id = canary-f

[unknown]
type = canary-g
";

const STS: &str = "POST https://sts.aliyuncs.com/";

fn services() -> FakeServices {
    FakeServices::new(move |request| {
        let place = request.place();
        Some(match place {
            STS => session(request.header("x-acs-action").unwrap()),
            _ => machine(place).unwrap_or_else(|| panic!("{place}")),
        })
    })
}

fn home() -> Home {
    let home = Home::new();
    let token = home.write("token", "canary-token");
    home.write(".alibabacloud/credentials", FILE.replace("TOKEN", &token));
    home
}

fn builder(home: &Home) -> IniProfileCredentialsBuilder {
    let services = services();
    IniProfileCredentials::builder().context(
        ProviderContext::new()
            .transport(services.clone())
            .metadata_transport(services)
            .clock(ManualClock::default())
            .variables(home.variables()),
    )
}

#[tokio::test]
async fn ini_file_with_each_type_returns_credentials() {
    let home = home();
    for (profile, key, name) in [
        ("default", "plain", "profile/static_ak"),
        ("temporary", "temporary", "profile/static_sts"),
        ("machine", "machine", "profile/ecs_ram_role"),
        ("any machine", "machine", "profile/ecs_ram_role"),
        ("role", "AssumeRole", "profile/ram_role_arn/static_ak"),
        ("oidc", "AssumeRoleWithOIDC", "profile/oidc_role_arn"),
    ] {
        let provider = builder(&home).profile(profile).build();
        assert_eq!(provider.name(), "profile");
        assert_eq!(id(&provider).await, key);
        assert_eq!(provider.name(), name);
        home.set("ALIBABA_CLOUD_PROFILE", profile);
        assert_eq!(id(&builder(&home).build()).await, key);
    }
    home.set("ALIBABA_CLOUD_PROFILE", "");
    assert_eq!(id(&builder(&home).build()).await, "plain");
}

#[tokio::test]
async fn ini_file_at_each_path_is_found() {
    let home = Home::new();
    let text = error(&builder(&home).build()).await;
    assert!(text.contains("credentials or ") && text.contains("credentials.ini"), "{text}");
    let content =
        |key: &str| format!("[default]\r\ntype=access_key\r\naccess_key_id={key}\r\naccess_key_secret=canary\r\n");
    home.write(".alibabacloud/credentials.ini", content("second"));
    assert_eq!(id(&builder(&home).build()).await, "second");
    home.write(".alibabacloud/credentials", format!("\u{feff}{}", content("first")));
    assert_eq!(id(&builder(&home).build()).await, "first");
    let elsewhere = home.write("elsewhere", content("third"));
    home.set("ALIBABA_CLOUD_CREDENTIALS_FILE", &elsewhere);
    assert_eq!(id(&builder(&home).build()).await, "third");
    home.set("ALIBABA_CLOUD_CREDENTIALS_FILE", home.path("none").to_str().unwrap());
    assert!(error(&builder(&home).build()).await.contains("there is no file"));
    let given = home.write("given", content("fourth"));
    assert_eq!(id(&builder(&home).file(given).build()).await, "fourth");
    let homeless = IniProfileCredentials::builder().context(ProviderContext::new().variables(|_| None)).build();
    assert!(error(&homeless).await.contains("no home folder"));
}

#[tokio::test]
async fn ini_file_with_errors_reports_file_and_profile_without_values() {
    let home = home();
    for (profile, words) in [
        ("off", "enable = false"),
        ("no type", "does not set type"),
        ("half", "does not set access_key_id"),
        ("rsa", "rsa_key_pair"),
        ("unknown", "known ones are access_key, sts, ecs_ram_role, ram_role_arn and oidc_role_arn"),
        ("no token", "does not set security_token"),
        ("inside", "access_key_secret contains a control character"),
        ("none", "there is no profile \"none\""),
    ] {
        let text = error(&builder(&home).profile(profile).build()).await;
        assert!(text.contains(words) && text.contains(profile) && text.contains("credentials"), "{text}");
    }
    for (content, words) in [
        (&b"[default]\ntype\xff = canary"[..], "not UTF-8"),
        (b"type = canary", "line 1"),
        (b"[default]\ntype = canary\ntype = canary", "line 3"),
        (b"[default]\n[default]\naccess_key_secret = canary", "line 2"),
        (b"\0\0canary", "line 1"),
        (b"", "no profile"),
        (&b"[default]\naccess_key_secret = canary\n".repeat(40_000), "larger than"),
    ] {
        home.write(".alibabacloud/credentials", content);
        let text = error(&builder(&home).build()).await;
        assert!(text.contains(words) && text.contains(".alibabacloud"), "{text}");
    }
}
