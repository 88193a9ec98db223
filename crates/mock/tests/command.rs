//! The command: options, and what it writes.

mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alicloud_mock::{CommandError, Options, command, serve};
use support::document::{ROA, RPC};
use support::{Client, Outgoing};

/// An output that can be looked at.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The text, once it has so many lines.
    fn lines(&self, count: usize) -> Vec<String> {
        let start = Instant::now();
        while self.text().lines().count() < count && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.text().lines().map(str::to_owned).collect()
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn parse(line: &str) -> Result<Options, CommandError> {
    Options::parse(line.split_whitespace().map(str::to_owned))
}

/// A folder that goes away.
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
fn options() {
    let options =
        parse("--spec a.json b.json --port 8080 --spec=c.json --strict --access-key id --access-key-secret s").unwrap();
    assert_eq!(
        options.specs.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        ["a.json", "b.json", "c.json"]
    );
    assert_eq!((options.port, options.strict, options.unsigned), (8080, true, false));
    assert_eq!(options.access_key.as_ref().unwrap().id(), "id");
    assert!(!format!("{options:?}").contains("\"s\""));
    assert!(parse("--spec a --unsigned").unwrap().unsigned);
    for (line, words) in [
        ("", "--spec is needed"),
        ("--spec", "--spec needs a value"),
        ("--spec --strict", "--spec needs a value"),
        ("--spec a --port x", "--port is a number"),
        ("--spec a --port 70000", "--port is a number"),
        ("--spec a --access-key id", "belong together"),
        ("--spec a --security-token t", "belong together"),
        ("--spec a --access-key-secret=planted", "belong together"),
        ("--spec a --secret=planted", "--secret is not known"),
        ("--spec a --strict=planted", "--strict is not known"),
    ] {
        let error = parse(line).unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains("planted"), "{line}: {error}");
    }
    assert!(matches!(parse("--help"), Err(CommandError::Help)));
    assert!(matches!(command(["--spec".to_owned(), "no/such.json".to_owned()]), Err(CommandError::Start(_))));
}

#[test]
fn a_line_for_each_request_and_never_a_secret() {
    let folder = Folder::new("command");
    let mut options = Options::default();
    options.specs = vec![folder.file("rpc.json", RPC), folder.file("roa.json", ROA)];
    let page = Page::default();
    let mock = serve(&options, page.clone()).unwrap();
    let lines = page.lines(3);
    assert_eq!(lines[0], format!("listening on {}", mock.url()));
    assert_eq!(lines[1], "6 operations");
    assert_eq!(lines[2], "access key mock-access-key-id, secret mock-access-key-secret (defaults)");

    let host = mock.address().to_string();
    let mut client = Client::connect(mock.address());
    let signed = |request: Outgoing| request.signed(&host, "mock-access-key-id", "mock-access-key-secret");
    client.call(&signed(Outgoing::rpc("Ping", "2024-01-01"))).unwrap();
    let mut planted = Outgoing::rpc("Store", "2024-01-01");
    planted.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    planted.body = b"Password=planted&Size=planted".to_vec();
    client.call(&signed(planted)).unwrap();
    client.call(&Outgoing::rpc("Ping", "2024-01-01")).unwrap();
    let lines = page.lines(6);
    assert_eq!(lines[3], "Ping [ACS3-HMAC-SHA256] 200");
    assert_eq!(lines[4], "Store [ACS3-HMAC-SHA256] 400 InvalidParameter: Size must be a decimal integer of 64 bits");
    assert_eq!(lines[5], "Ping [refused: IncompleteSignature] 400 IncompleteSignature: the request is not signed");
    assert!(!page.text().contains("planted"));
    assert!(mock.requests().is_empty(), "a command that runs for days keeps nothing");
}

#[test]
fn a_key_of_ones_own_is_named_without_its_secret() {
    let folder = Folder::new("key");
    let file = folder.file("rpc.json", RPC);
    let line =
        format!("--spec {} --access-key own --access-key-secret planted --security-token planted", file.display());
    let page = Page::default();
    let _mock = serve(&parse(&line).unwrap(), page.clone()).unwrap();
    assert_eq!(page.lines(3)[2], "access key own");
    assert!(!page.text().contains("planted"));
    let unsigned = Page::default();
    let _other = serve(&parse(&format!("--spec {} --unsigned", file.display())).unwrap(), unsigned.clone()).unwrap();
    assert_eq!(unsigned.lines(3)[2], "signatures are not verified");
}
