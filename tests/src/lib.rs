//! What the tests and examples of the whole workspace share: the mock with this workspace's spec, and clients for it.

pub mod process;
pub mod scratch;
pub mod server;
pub mod vendor;

use std::path::{Path, PathBuf};

use alicloud_appstream_center_20210901::{Client, Config, Error};
use alicloud_core::credentials::Credentials;
use alicloud_mock::{DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Mock, MockBuilder};

/// The spec of App Streaming.
pub const APP_STREAMING: &str = include_str!("../../spec/appstream-center/2021-09-01.json");

/// Says that a test is skipped because this machine lacks a tool that is no part of a Rust toolchain.
///
/// `cargo xtask test` names a file in `ALICLOUD_SKIPPED_TESTS` and repeats what stands in it at the end of its summary.
pub fn skip(test: &str, reason: &str) {
    use std::io::Write as _;
    println!("skipped: {test}: {reason}");
    if let Some(path) = std::env::var_os("ALICLOUD_SKIPPED_TESTS") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(format!("{test}: {reason}\n").as_bytes()))
            .expect("the list of skipped tests");
    }
}

/// Returns the tool that a test needs, or [skips](skip) the test named by the second argument if there is only a
/// reason.
#[macro_export]
macro_rules! tool_or_skip {
    ($tool:expr, $test:expr) => {
        match $tool {
            Ok(tool) => tool,
            Err(reason) => {
                $crate::skip($test, reason);
                return Ok(());
            }
        }
    };
}

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A mock of App Streaming that knows the default access key, to be started.
pub fn app_streaming() -> MockBuilder {
    Mock::builder().document(APP_STREAMING).access_key(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET)
}

/// The configuration of a client for the mock.
#[must_use]
pub fn config(mock: &Mock) -> Config {
    let credentials = Credentials::access_key(DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET);
    Config::new().endpoint(mock.url()).credentials(credentials)
}

/// A client for the mock.
///
/// # Errors
/// If the client refuses the configuration.
pub fn client(mock: &Mock) -> Result<Client, Error> {
    Client::new(config(mock))
}
