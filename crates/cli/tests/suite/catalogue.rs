//! `alicloud fetch` and `list --catalogue` against a catalogue on loopback that misbehaves.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::fixture;
use crate::generate::{Place, code, err, out};

const PRODUCTS: &str = r#"[{"code": "Demo", "name": "Demonstration", "versions": ["2024-01-01"], "defaultVersion": "2024-01-01",
    "style": "RPC"}, {"code": "Other", "versions": ["2020-01-01", "2022-02-02"]}]"#;

/// How the catalogue answers a request for a document.
#[derive(Clone)]
enum Answer {
    Document(String),
    Status(&'static str, String),
    Truncated,
    Endless,
    Silent,
}

/// Serves the catalogue for as long as the process runs.
fn serve(answer: Answer) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap_or_else(|error| panic!("{error}"));
    let address = listener.local_addr().unwrap_or_else(|error| panic!("{error}"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            thread::spawn(move || respond(stream, &answer));
        }
    });
    format!("http://{address}/meta/v1")
}

fn respond(stream: TcpStream, answer: &Answer) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let mut stream = stream;
    let mut whole = |status: &str, body: &str| {
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).ok()
    };
    if first.contains("/products.json") {
        return whole("200 OK", PRODUCTS);
    }
    match answer {
        Answer::Document(text) => whole("200 OK", text),
        Answer::Status(status, body) => whole(status, body),
        Answer::Truncated => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n{\"info\": {").ok(),
        Answer::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n").ok()?;
            let block = [b' '; 1 << 16];
            (0..1600).try_for_each(|_| stream.write_all(&block).ok())
        }
        Answer::Silent => {
            thread::sleep(Duration::from_secs(20));
            None
        }
    }
}

fn document(operations: &[&str]) -> String {
    let apis = operations.iter().map(|name| {
        ((*name).to_owned(), json!({"responses": fixture::responses(json!({"RequestId": {"type": "string"}}))}))
    });
    let mut document = fixture::rpc(apis.collect::<serde_json::Map<_, _>>().into());
    document["info"]["product"] = json!("Demo");
    document.to_string()
}

fn alicloud(folder: &Path, catalogue: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_alicloud"))
        .args(arguments)
        .args(["--catalogue-url", catalogue])
        .current_dir(folder)
        .env("ALICLOUD_CACHE", folder.join("cache"))
        .output()
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn fetch_writes_the_document_and_tells_what_is_new() {
    let place = Place::new();
    let output = alicloud(place.path(), &serve(Answer::Document(document(&["Ping"]))), &["fetch", "demo"]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    let spec = place.path().join("spec/Demo/2024-01-01.json");
    assert_eq!(fixture::read(&spec), document(&["Ping"]));
    let output =
        alicloud(place.path(), &serve(Answer::Document(document(&["Ping", "Pong"]))), &["fetch", "Demo", "2024-01-01"]);
    assert!(code(&output) == Some(0) && out(&output).contains("Pong"), "{}{}", out(&output), err(&output));
    assert_eq!(fixture::read(&spec), document(&["Ping", "Pong"]));
    let names: Vec<_> = fixture::all_files(place.path()).iter().map(|path| path.display().to_string()).collect();
    assert_eq!(names.len(), 3, "the document and two cached catalogues, and no temporary file: {names:?}");
    let output = alicloud(place.path(), &serve(Answer::Document(document(&["Ping"]))), &["fetch", "Demo", "--cache"]);
    assert_eq!(code(&output), Some(0), "{}", err(&output));
    assert!(place.path().join("cache/spec/Demo/2024-01-01.json").is_file());
}

#[test]
fn fetch_that_fails_keeps_the_old_document() {
    let page = "<!doctype html><html><body>Sign in</body></html>".to_owned();
    let cases = [
        ("not found", Answer::Status("404 Not Found", page.clone()), "HTTP 404"),
        ("a redirect", Answer::Status("302 Found", String::new()), "HTTP 302"),
        ("a page", Answer::Status("200 OK", page), "is no API document"),
        ("a truncated body", Answer::Truncated, "http://127.0.0.1"),
        ("100 MB", Answer::Endless, "http://127.0.0.1"),
        ("no response", Answer::Silent, "no complete response in 1 seconds"),
        ("another version", Answer::Document(document(&["Ping"]).replace("2024-01-01", "2023-03-03")), "2023-03-03"),
        ("an empty body", Answer::Document(String::new()), "is no API document"),
    ];
    for (name, answer, expected) in cases {
        let place = Place::new();
        let spec = place.path().join("spec/Demo/2024-01-01.json");
        fs::create_dir_all(spec.parent().unwrap_or(place.path())).unwrap_or_else(|error| panic!("{error}"));
        fs::write(&spec, document(&["Old"])).unwrap_or_else(|error| panic!("{error}"));
        let started = Instant::now();
        let timeout = if matches!(answer, Answer::Silent) { "1" } else { "30" };
        let output = alicloud(place.path(), &serve(answer), &["fetch", "Demo", "--download-timeout", timeout]);
        assert_eq!(code(&output), Some(1), "{name}: {}{}", out(&output), err(&output));
        assert!(err(&output).contains(expected), "{name}: {}", err(&output));
        assert!(started.elapsed() < Duration::from_secs(15), "{name}");
        assert_eq!(fixture::read(&spec), document(&["Old"]), "{name}: the old document stays");
        assert_eq!(fixture::all_files(place.path()).len(), 2, "{name}: the document and the cached catalogue are left");
    }
}

#[test]
fn unknown_products_and_versions_are_named_with_a_suggestion() {
    let place = Place::new();
    let catalogue = serve(Answer::Document(document(&["Ping"])));
    for (arguments, expected) in [
        (&["fetch", "Demos"][..], "did you mean `Demo`"),
        (&["fetch", "Other", "1999-01-01"], "2020-01-01, 2022-02-02"),
    ] {
        let output = alicloud(place.path(), &catalogue, arguments);
        assert!(code(&output) == Some(1) && err(&output).contains(expected), "{arguments:?}: {}", err(&output));
    }
    let output = alicloud(place.path(), &catalogue, &["list", "--catalogue", "demonstration"]);
    assert!(code(&output) == Some(0) && out(&output).contains("2024-01-01"), "{}{}", out(&output), err(&output));
}

#[test]
fn list_catalogue_uses_the_cache_for_a_day_and_without_a_network() {
    let place = Place::new();
    let catalogue = serve(Answer::Document(String::new()));
    let list = |more: &[&str]| alicloud(place.path(), &catalogue, &[&["list", "--catalogue"], more].concat());
    assert_eq!(code(&list(&[])), Some(0));
    let folder = place.path().join("cache/catalogue");
    let files = fixture::all_files(&folder);
    assert_eq!(files.len(), 1, "{files:?}");
    fs::write(&files[0], PRODUCTS.replace("Demonstration", "Cached")).unwrap_or_else(|error| panic!("{error}"));
    assert!(out(&list(&[])).contains("Cached"));
    assert!(out(&list(&["--refresh"])).contains("Demonstration"));
    // An old list is downloaded again, and used if that fails.
    let set_age = |days: u64| {
        let file = fs::File::options().write(true).open(&files[0]).unwrap_or_else(|error| panic!("{error}"));
        let time = std::time::SystemTime::now() - Duration::from_secs(days * 86_400 + 60);
        file.set_modified(time).unwrap_or_else(|error| panic!("{error}"));
    };
    fs::write(&files[0], PRODUCTS.replace("Demonstration", "Cached")).unwrap_or_else(|error| panic!("{error}"));
    set_age(3);
    assert!(out(&list(&[])).contains("Demonstration"));
    let refused = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let address = refused.unwrap_or_else(|error| panic!("{error}"));
    let closed = format!("http://{address}/meta/v1");
    let output = alicloud(place.path(), &closed, &["list", "--catalogue"]);
    assert_eq!(code(&output), Some(1), "no list of this catalogue is cached");
    let name = format!("http---127-0-0-1-{}-meta-v1.json", address.port());
    fs::copy(&files[0], folder.join(name)).unwrap_or_else(|error| panic!("{error}"));
    let output = alicloud(place.path(), &closed, &["list", "--catalogue", "--refresh"]);
    assert!(code(&output) == Some(0) && out(&output).contains("Demo"), "{}", err(&output));
    assert!(err(&output).contains("the list is from the cache, 0 days old"), "{}", err(&output));
}
