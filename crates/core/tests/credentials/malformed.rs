//! White space and control characters in credentials: one rule for every source and both signatures.

use alicloud_core::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
use alicloud_core::sign::SignatureVersion;
use alicloud_core::{Client, Error, ErrorKind};

use crate::clock::ManualClock;
use crate::local::{Canned, config, json};
use crate::thing::{ListThings, SERVICE};

const BOTH: [SignatureVersion; 2] = [SignatureVersion::V3, SignatureVersion::HmacSha1];

/// The URL and the headers of a call that is signed with these credentials, always at the same time.
async fn signed(credentials: impl ProvideCredentials, version: SignatureVersion) -> Result<String, Error> {
    let canned = Canned::new([json(200, "[]")]);
    let config = config().signature(version).credentials(credentials).transport(canned.clone());
    let client = Client::new(&SERVICE, config.clock(ManualClock::default()).nonce(|| "nonce".to_owned())).unwrap();
    let result = client.call(ListThings {}).await;
    match result {
        Ok(_) => {
            let request = canned.take();
            let values = request.headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            Ok(format!("{} {:?}", request.url, values.collect::<Vec<_>>()))
        }
        Err(error) => {
            assert_eq!(canned.count(), 0, "nothing is sent");
            Err(error)
        }
    }
}

#[tokio::test]
async fn credentials_with_surrounding_white_space_are_trimmed() {
    for version in BOTH {
        for (clean, spaced) in [
            (Credentials::access_key("id", "secret"), Credentials::access_key("id\n", " secret\r\n")),
            (
                Credentials::temporary("id", "secret", "token"),
                Credentials::temporary("\tid", "secret\n", "\u{a0}token\n"),
            ),
            (Credentials::access_key("id", "secret"), Credentials::temporary("id", "secret", " \n")),
            (Credentials::bearer("token"), Credentials::bearer("token\n")),
        ] {
            let expected = signed(clean, version).await.unwrap();
            assert_eq!(signed(spaced, version).await.unwrap(), expected, "{version:?}");
        }
    }
}

/// A provider of one's own.
struct Own(Credentials);

impl ProvideCredentials for Own {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let credentials = self.0.clone().expires_at(std::time::SystemTime::now());
        CredentialsFuture::new(async { Ok(credentials) })
    }

    fn name(&self) -> &str {
        "own"
    }
}

#[tokio::test]
async fn credentials_with_a_control_character_are_refused_before_sending() {
    for version in BOTH {
        for inside in ["canary\nx", "canary\r\nx", "canary\tx", "canary\0x", "canary\u{7f}x"] {
            for (credentials, name) in [
                (Credentials::access_key(inside, "canary-secret"), "access key ID"),
                (Credentials::access_key("id", inside), "access key secret"),
                (Credentials::temporary("id", "canary-secret", inside), "security token"),
                (Credentials::bearer(inside), "bearer token"),
            ] {
                let own = Own(credentials.clone());
                for error in [signed(credentials, version).await, signed(own, version).await] {
                    let error = error.unwrap_err();
                    assert!(error.kind() == ErrorKind::Configuration, "{error:?}");
                    let text = format!("{error} {error:?}");
                    assert!(text.contains(&format!("the {name} contains a control character")), "{text}");
                    assert!(!text.contains("canary"), "{text}");
                }
            }
        }
    }
}
