//! No text shows a secret: neither of the client, nor of the configuration, nor of requests, responses and errors.

use std::fmt::Debug;

use alicloud_appstream_center_20210901::Client;
use alicloud_appstream_center_20210901::operation::*;
use alicloud_appstream_center_20210901::types::{AgentProvider, ProductType, RuntimeType};
use alicloud_core::credentials::{Credentials, StaticCredentials};
use alicloud_core::sign::SignatureVersion;
use alicloud_mock::{AccessKey, Mock, Response};
use serde_json::json;

use crate::{LOG_OFF, log_off};

const KEY: &str = "LTAI-of-the-test";
const SECRET: &str = "s3cr3t-KEY/+with=odd%letters";
const TOKEN: &str = "t0k3n+/of==the service";
const PASSWORD: &str = "c0rrect-horse-battery";
const TICKET: &str = "t1cket-to-a-desktop";

/// Every spelling in which a secret could get through.
fn assert_secret_free(what: &str, text: &str) {
    for secret in [SECRET, TOKEN, PASSWORD, TICKET] {
        let escaped: String = secret
            .bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        for spelling in [secret.to_owned(), escaped.replace('%', "%25"), escaped] {
            assert!(!text.contains(&spelling), "{what} shows {spelling:?}: {text}");
        }
    }
}

fn shown(what: &str, value: &dyn Debug) -> String {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert_secret_free(what, &text);
    }
    format!("{value:?}")
}

async fn start() -> Mock {
    let key = AccessKey::new(KEY, SECRET).security_token(TOKEN);
    alicloud_mock::Mock::builder().document(alicloud_tests::APP_STREAMING).key(key).start().await.expect("a mock")
}

fn client(mock: &Mock, secret: &str, token: &str, signature: SignatureVersion) -> Client {
    let credentials = Credentials::temporary(KEY, secret, token);
    shown("credentials", &credentials);
    shown("a provider", &StaticCredentials::new(credentials.clone()));
    let config = alicloud_tests::config(mock).credentials(credentials).signature(signature);
    shown("a configuration", &config);
    let client = Client::new(config).expect("a client for loopback");
    shown("a client", &client);
    client
}

const BOTH: [SignatureVersion; 2] = [SignatureVersion::V3, SignatureVersion::HmacSha1];

#[tokio::test]
async fn request_with_sensitive_fields_shows_none() {
    for signature in BOTH {
        let mock = start().await;
        let client = client(&mock, SECRET, TOKEN, signature);
        let request = CreateWuyingServer::new().password(PASSWORD).host_name("visible-host");
        let text = shown("a request", &request);
        assert!(text.contains("visible-host") && text.contains("***"), "{text}");
        assert_eq!(request.password.as_ref().expect("it is set").expose(), PASSWORD);
        let call = client.create_wuying_server(request);
        shown("a call", &call);
        call.await.expect("success");

        let config = format!(r#"{{"appSecret":"{PASSWORD}"}}"#);
        let required = config_runtime_channel::Required {
            agent_provider: AgentProvider::OpenClaw,
            code: "dingtalk".into(),
            config: config.as_str().into(),
            runtime_ids: vec!["rt-1".into()],
            runtime_type: RuntimeType::CloudDesktop,
        };
        shown("what is required", &required);
        let request = ConfigRuntimeChannel::new(required);
        shown("a request", &request);
        client.config_runtime_channel(request).await.expect("success");

        let config = update_model_provider_template::Config::new().api_key(PASSWORD);
        let request = UpdateModelProviderTemplate::new("pt-1").config(config);
        shown("a request with a nested secret", &request);
        client.update_model_provider_template(request).await.expect("success");

        let recorded = mock.requests();
        assert_eq!(recorded.len(), 3);
        for request in recorded {
            let text = shown("a recorded request", &request);
            assert!(text.contains(KEY) || text.contains("***"), "{text}");
        }
        let arrived = &mock.requests_of("CreateWuyingServer")[0].parameters["Password"];
        assert_eq!(arrived, PASSWORD, "it is hidden, and it is there");
    }
}

#[tokio::test]
async fn response_with_sensitive_fields_shows_none() {
    let mock = start().await;
    let client = client(&mock, SECRET, TOKEN, SignatureVersion::V3);
    mock.script("GetConnectionTicket", Response::json(200, json!({"Ticket": TICKET, "RequestId": "1"})), 1);
    let request = GetConnectionTicket::new(ProductType::CloudApp, "alice");
    let response = client.get_connection_ticket(request).response().await.expect("success");
    shown("a response with its circumstances", &response);
    let text = shown("a response", &response.value);
    assert!(text.contains("***"), "{text}");
    assert_eq!(response.value.ticket.expect("it is there").expose(), TICKET);

    let data = json!({"AccessKeyId": TICKET, "StsToken": TOKEN, "Signature": SECRET, "BucketName": "visible-bucket"});
    mock.script("GetFileUploadInfo", Response::json(200, json!({"Data": data})), 1);
    let request = GetFileUploadInfo::new(get_file_upload_info::FileType::BrowserBookmarks);
    let response = client.get_file_upload_info(request).await.expect("success");
    assert!(shown("a response", &response).contains("visible-bucket"));

    // The error of a response that cannot be read has its path and not its content.
    let broken = json!({"Ticket": {"Deep": TICKET}, "TenantId": TICKET});
    mock.script("GetConnectionTicket", Response::json(200, broken), 1);
    let request = GetConnectionTicket::new(ProductType::CloudApp, "alice");
    let error = client.get_connection_ticket(request).await.expect_err("no number");
    assert_secret_free("an error", &format!("{error:#}"));
    shown("an error", &error);
    assert!(format!("{error:#}").contains("TenantId"), "{error}");
}

#[tokio::test]
async fn error_with_quoted_sensitive_fields_shows_none() {
    for signature in BOTH {
        // A wrong secret: the service quotes the string that it signed, which holds the token.
        let mock = start().await;
        let wrong = client(&mock, "another", TOKEN, signature);
        let error = wrong.log_off_all_sessions_in_app_instance_group(log_off()).await.expect_err("a refusal");
        assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
        check(&error);

        // A service that quotes whatever it is sent.
        let client = client(&mock, SECRET, TOKEN, signature);
        let echo = |text: &str| format!("<{text}> is no good, says {SECRET} of {TOKEN}");
        mock.script(LOG_OFF, Response::error(403, "Forbidden.RAM", echo("it")), 1);
        let error = client.log_off_all_sessions_in_app_instance_group(log_off()).await.expect_err("a refusal");
        assert_eq!(error.code(), Some("Forbidden.RAM"));
        assert!(error.message().contains("is no good"), "{error}");
        check(&error);
        for request in mock.requests() {
            shown("a recorded request", &request);
        }
    }
}

/// An error and everything that can be printed of it.
fn check(error: &alicloud_appstream_center_20210901::Error) {
    shown("an error", error);
    assert_secret_free("an error", &format!("{error:#}"));
    assert_secret_free("a message", error.message());
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        assert_secret_free("a cause", &format!("{inner} {inner:?}"));
        cause = inner.source();
    }
}
