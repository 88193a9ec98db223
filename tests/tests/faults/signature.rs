//! Clocks that are wrong and signatures that are refused: rows 29 and 31.

use std::time::{Duration, SystemTime};

use alicloud_core::sign::SignatureVersion;
use alicloud_mock::{AccessKey, Response};

use super::figure::{Row, check, check_eq};
use super::*;

/// A mock whose clock is off by so many minutes.
async fn off(minutes: i64) -> (Mock, Config) {
    let off = Duration::from_secs(60 * minutes.unsigned_abs());
    let clock = move || if minutes < 0 { SystemTime::now() - off } else { SystemTime::now() + off };
    let mock = alicloud_tests::app_streaming().clock(clock).start().await.expect("the mock starts");
    let config = alicloud_tests::config(&mock).timeout(Duration::from_secs(10));
    (mock, config)
}

#[tokio::test]
async fn fault_29_wrong_clock_is_corrected() {
    const CALLS: usize = 20;
    let row = Row::new(29);
    for minutes in [20, -20] {
        for kind in BOTH {
            let fault = row.inject();
            let (mock, config) = off(minutes).await;
            let limited = client(config.clone().max_attempts(2));
            let calls: Vec<_> = (0..CALLS)
                .map(|_| {
                    let client = limited.clone();
                    tokio::spawn(async move { kind.call(&client).await })
                })
                .collect();
            for call in calls {
                let attempts = call.await.expect("no panic").expect("one corrected attempt");
                check!(fault, attempts <= 2, "{attempts}");
            }
            // What one found out all know.
            check_eq!(fault, kind.call(&limited).await.expect("the clock is known"), 1);
            let executed = mock.requests().iter().filter(|request| request.status == Some(200)).count();
            check_eq!(fault, executed, CALLS + 1);
            if kind == Write {
                row.mutations(CALLS + 1, executed);
            }
            row.requests(&mock);
            fault.end();

            // A wrong secret is no matter of the clock: one attempt to correct it, and no more.
            let fault = row.inject();
            mock.clear_requests();
            let wrong = Credentials::access_key(alicloud_mock::DEFAULT_ACCESS_KEY_ID, "canary-wrong");
            let client = client(config.credentials(wrong));
            let error = kind.call(&client).await.expect_err("refused");
            check_eq!(fault, (error.code(), error.attempts()), (Some("SignatureDoesNotMatch"), 2));
            let error = kind.call(&client).await.expect_err("refused");
            check_eq!(fault, (error.code(), error.attempts()), (Some("SignatureDoesNotMatch"), 1));
            fault.end();
        }
    }
    // A clock that goes on being refused is not chased.
    let fault = row.inject();
    let (mock, config) = off(0).await;
    let late = |date| Response::error(400, "InvalidTimeStamp.Expired", "late").header("date", date);
    mock.script_all(late("Fri, 02 Jan 2026 03:04:05 GMT"), 1);
    mock.script_all(late("Fri, 02 Jan 2026 13:04:05 GMT"), 5);
    let config = config.max_attempts(9);
    // The mock's own date check refuses the corrected attempt as well.
    let error = Read.call(&client(config)).await.expect_err("refused again");
    check_eq!(fault, (error.attempts(), mock.requests().len()), (2, 2));
    fault.end();
}

#[tokio::test]
async fn fault_31_refused_signature_is_explained() {
    const TOKEN: &str = "canary+token/with=odd letters";
    let row = Row::new(31);
    let key = |secret: &str| AccessKey::new("id", secret).security_token(TOKEN);
    for signature in [SignatureVersion::V3, SignatureVersion::HmacSha1] {
        let mock = alicloud_tests::app_streaming().key(key("right")).start().await.expect("the mock starts");
        let config = config().endpoint(mock.url()).signature(signature);
        let wrong = config.clone().credentials(Credentials::temporary("id", "canary-wrong", TOKEN));
        for kind in BOTH {
            // Nothing is retried, and nothing is explained by default.
            let fault = row.inject();
            mock.clear_requests();
            let error = kind.call(&client(wrong.clone())).await.expect_err("refused");
            check_eq!(fault, (error.code(), error.attempts()), (Some("SignatureDoesNotMatch"), 1));
            check_eq!(fault, (mock.requests().len(), error.signature_difference()), (1, None));
            check!(fault, !error.may_have_been_executed());
            check!(fault, !texts(&error).contains("token%2Fwith"), "no spelling of the token");
            fault.end();

            let fault = row.inject();
            let error = kind.call(&client(wrong.clone().diagnose_signature_mismatch(true))).await.expect_err("refused");
            let difference = error.signature_difference().expect("an explanation");
            check!(
                fault,
                difference.contains("same text, so the secret is not that of the access key"),
                "{difference}"
            );
            check!(fault, texts(&error).contains(difference), "{error}");
            fault.end();
        }
    }

    // An intermediary changes the signed request: the error shows the position, and not the token.
    let fault = row.inject();
    let mock = alicloud_tests::app_streaming().start().await.expect("the mock starts");
    let served = "POST\n/\n\ncontent-type:application/x-www-form-urlencoded\nhost:another.example.com\n";
    mock.script_all(
        Response::error(400, "SignatureDoesNotMatch", format!("no. server canonical request is:{served}")),
        1,
    );
    let explaining = alicloud_tests::config(&mock).diagnose_signature_mismatch(true);
    let error = Write.call(&client(explaining)).await.expect_err("refused");
    let host = format!("signed here: \"host:{}\", by the service: \"host:another.example.com\"", mock.address());
    check_eq!(fault, error.signature_difference(), Some(host.as_str()));
    fault.end();

    // The line that differs contains a secret: the error shows the position, and not the secret.
    let fault = row.inject();
    let mock = Mock::builder().key(key("right")).start().await.expect("the mock starts");
    let quoting_response = Response::from_fn(|request| {
        // What was signed, up to the token, which the service has another one of.
        let authorization = request.header("authorization").expect("a signature");
        let names = authorization.split("SignedHeaders=").nth(1).and_then(|rest| rest.split(',').next());
        let mut text = format!("{}\n{}\n\n", request.method, request.path);
        for name in names.expect("names").split(';') {
            let value =
                if name == "x-acs-security-token" { "another" } else { request.header(name).expect("a header") };
            text.push_str(&format!("{name}:{value}\n"));
        }
        Response::error(400, "SignatureDoesNotMatch", format!("no. server canonical request is:{text}"))
    });
    mock.script_all(quoting_response, 1);
    let config = config().endpoint(mock.url()).diagnose_signature_mismatch(true);
    let config = config.credentials(Credentials::temporary("id", "right", TOKEN));
    let error = Read.call(&client(config)).await.expect_err("refused");
    let difference = "signed here: \"x-acs-security-token:***\", by the service: \"x-acs-security-token:another\"";
    check_eq!(fault, error.signature_difference(), Some(difference));
    texts(&error);
    fault.end();
}
