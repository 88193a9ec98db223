//! What the service refuses before it looks at the operation: keys, signatures, dates, parameters.

use std::time::{Duration, SystemTime};

use alicloud_appstream_center_20210901::operation::{LogOffAllSessionsInAppInstanceGroup, TagCloudResources};
use alicloud_appstream_center_20210901::types::{CloudResourceType, ProductType};
use alicloud_appstream_center_20210901::{Client, Error};
use alicloud_core::credentials::Credentials;
use alicloud_core::sign::SignatureVersion;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, Verification};

use crate::{LOG_OFF, log_off, only, start};

/// The error of a call with this key, which shows all that one needs to know in one line.
async fn refused(mock: &Mock, id: &str, secret: &str, signature: SignatureVersion) -> Error {
    let key = Credentials::access_key(id, secret);
    let config = alicloud_tests::config(mock).credentials(key).signature(signature).max_attempts(1);
    let client = Client::new(config).expect("a client for loopback");
    let error = client.log_off_all_sessions_in_app_instance_group(log_off()).await.expect_err("a refusal");
    let request = only(mock);
    let code = error.code().expect("the service's code").to_owned();
    assert_eq!(request.verification, Verification::Refused { code: code.clone() });
    let status = request.status.expect("a response");
    let line = format!("{error:#}");
    assert!(line.starts_with(&format!("{LOG_OFF}: {code}: {}", request.reason.as_deref().expect("why"))), "{line}");
    assert!(line.ends_with(&format!(" (HTTP {status}, request {})", request.request_id)), "{line}");
    assert!(!line.contains(['\n', '\r']), "{line:?}");
    assert!(!error.is_retryable() && !error.may_have_been_executed(), "{error:?}");
    error
}

const BOTH: [SignatureVersion; 2] = [SignatureVersion::V3, SignatureVersion::HmacSha1];

#[tokio::test]
async fn call_with_a_wrong_secret_is_refused() {
    for signature in BOTH {
        let mock = alicloud_tests::app_streaming().start().await.expect("the mock starts");
        let error = refused(&mock, DEFAULT_ACCESS_KEY_ID, "another-secret", signature).await;
        assert_eq!((error.code(), error.status()), (Some("SignatureDoesNotMatch"), Some(400)));
    }
}

#[tokio::test]
async fn call_with_an_unknown_key_is_refused() {
    for signature in BOTH {
        let mock = alicloud_tests::app_streaming().start().await.expect("the mock starts");
        let error = refused(&mock, "nobodys-key", DEFAULT_ACCESS_KEY_SECRET, signature).await;
        assert_eq!((error.code(), error.status()), (Some("InvalidAccessKeyId.NotFound"), Some(404)));
    }
}

#[tokio::test]
async fn call_with_a_wrong_clock_is_refused_without_retries() {
    let minutes = |count: u64| Duration::from_secs(count * 60);
    for signature in BOTH {
        for (early, late) in [(0, 20), (20, 0)] {
            let clock = move || SystemTime::now() + minutes(late) - minutes(early);
            let mock = alicloud_tests::app_streaming().clock(clock).start().await.expect("the mock starts");
            let error = refused(&mock, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, signature).await;
            assert_eq!((error.code(), error.status()), (Some("InvalidTimeStamp.Expired"), Some(400)));
        }
        let clock = move || SystemTime::now() + minutes(10);
        let mock = alicloud_tests::app_streaming().clock(clock).start().await.expect("the mock starts");
        let client = Client::new(alicloud_tests::config(&mock).signature(signature)).expect("a client");
        let near = client.log_off_all_sessions_in_app_instance_group(log_off()).await;
        assert!(near.is_ok(), "ten minutes are within the window: {near:?}");
        assert_eq!(only(&mock).status, Some(200));
    }
}

/// A client corrects its clock by the time of the service once, unless this is disabled.
#[tokio::test]
async fn call_with_a_wrong_clock_is_corrected() {
    for signature in BOTH {
        let clock = || SystemTime::now() - Duration::from_secs(20 * 60);
        let mock = alicloud_tests::app_streaming().clock(clock).start().await.expect("the mock starts");
        let client = Client::new(alicloud_tests::config(&mock).signature(signature)).expect("a client");
        for _ in 0..2 {
            client.log_off_all_sessions_in_app_instance_group(log_off()).await.expect("success");
        }
        let codes: Vec<_> = mock.requests().iter().map(|request| request.refusal.clone()).collect();
        assert_eq!(codes, [Some("InvalidTimeStamp.Expired".to_owned()), None, None]);
    }
}

#[tokio::test]
async fn call_with_wrong_parameters_is_refused_by_name() {
    let (mock, client) = start().await;
    let request = LogOffAllSessionsInAppInstanceGroup::new(ProductType::from("Nothing"), "aig-1");
    let error = client.log_off_all_sessions_in_app_instance_group(request).await.expect_err("an unknown product");
    assert!(error.code().is_some_and(|code| code.starts_with("InvalidParameter")), "{error}");
    assert!(error.message().contains("ProductType") && !error.message().contains("Nothing"), "{error}");
    assert_eq!(error.status(), Some(400));

    mock.clear_requests();
    let error = client.tag_cloud_resources(TagCloudResources::new(CloudResourceType::AppId, [])).await;
    let error = error.expect_err("no tags");
    assert_eq!(error.code(), Some("MissingParameter"), "{error}");
    assert!(error.message().contains("Tags"), "{error}");
    assert_eq!(only(&mock).refusal.as_deref(), Some("MissingParameter"));
}
