//! The output of [`serve`].

mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alicloud_mock::{AccessKey, Options, serve};
use support::document::{ROA, RPC};
use support::{Client, OutgoingRequest};

/// An output in memory.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Output {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Waits for a number of lines, and returns the lines.
    fn lines(&self, count: usize) -> Vec<String> {
        let start = Instant::now();
        while self.text().lines().count() < count && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.text().lines().map(str::to_owned).collect()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A temporary folder, which is removed when it is dropped.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn serve_prints_a_line_for_each_request_without_secrets() {
    let folder = Folder::new("command");
    let mut options = Options::default();
    options.specs = vec![folder.file("rpc.json", RPC), folder.file("roa.json", ROA)];
    let output = Output::default();
    let mock = serve(&options, output.clone()).unwrap();
    let lines = output.lines(3);
    assert_eq!(lines[0], format!("listening on {}", mock.url()));
    assert_eq!(lines[1], "6 operations");
    assert_eq!(lines[2], "access key mock-access-key-id, secret mock-access-key-secret (defaults)");

    let host = mock.address().to_string();
    let mut client = Client::connect(mock.address());
    let signed = |request: OutgoingRequest| request.signed(&host, "mock-access-key-id", "mock-access-key-secret");
    client.call(&signed(OutgoingRequest::rpc("Ping", "2024-01-01"))).unwrap();
    let mut planted = OutgoingRequest::rpc("Store", "2024-01-01");
    planted.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    planted.body = b"Password=planted&Size=planted".to_vec();
    client.call(&signed(planted)).unwrap();
    client.call(&OutgoingRequest::rpc("Ping", "2024-01-01")).unwrap();
    let lines = output.lines(6);
    assert_eq!(lines[3], "Ping [ACS3-HMAC-SHA256] 200");
    assert_eq!(lines[4], "Store [ACS3-HMAC-SHA256] 400 InvalidParameter: Size must be a decimal integer of 64 bits");
    assert_eq!(lines[5], "Ping [refused: IncompleteSignature] 400 IncompleteSignature: the request is not signed");
    assert!(!output.text().contains("planted"));
    assert!(mock.requests().is_empty(), "no requests are kept");
}

#[test]
fn serve_with_an_access_key_prints_only_its_id() {
    let folder = Folder::new("key");
    let file = folder.file("rpc.json", RPC);
    let mut options = Options::default();
    options.specs = vec![file];
    options.access_key = Some(AccessKey::new("own", "planted").security_token("planted"));
    let output = Output::default();
    let _mock = serve(&options, output.clone()).unwrap();
    assert_eq!(output.lines(3)[2], "access key own");
    assert!(!output.text().contains("planted"));
    let unsigned = Output::default();
    options.unsigned = true;
    let _other = serve(&options, unsigned.clone()).unwrap();
    assert_eq!(unsigned.lines(3)[2], "signatures are not verified");
}
