//! The transports for tests: a mock, recordings, replays.
#![allow(missing_docs)]

mod local;
mod thing;

use std::time::Duration;

use alicloud_core::credentials::Credentials;
use alicloud_core::testing::{MockResponse, MockTransport, Recorder, Replay};
use alicloud_core::transport::{HttpTransport, Proxy, TransportErrorKind};
use alicloud_core::{Client, Config, Error, ErrorKind, RawRequest};
use local::{ID, Peer, SECRET, TOKEN, raw};
use serde_json::{Value, json};
use thing::*;

fn client(mock: &MockTransport) -> Client {
    Client::new(&SERVICE, mock.config()).unwrap()
}

#[tokio::test]
async fn mock_with_rules_responds_by_operation_and_records_requests() {
    let mock = MockTransport::new();
    mock.on_operation("CreateThing").times(2).respond(MockResponse::error(503, "ServiceUnavailable", "busy"));
    mock.on_operation("CreateThing").respond(MockResponse::json(json!({"Count": 3, "RequestId": "R-1"})));
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.users = Some(vec!["a b".into(), "é".into()]);
    let response = client(&mock).call(request).query("q", "1+1").response().await.unwrap();
    assert_eq!((response.value.count, response.attempts(), response.request_id()), (Some(3), 3, Some("R-1")));
    assert_eq!((mock.request_count("CreateThing"), mock.request_count("Other")), (3, 0));
    let requests = mock.requests();
    let last = requests.last().unwrap();
    assert_eq!((last.parameter("Users.1"), last.parameter("Users.2")), (Some("a b"), Some("é")));
    assert_eq!((last.parameter("q"), last.parameter("none")), (Some("1+1"), None));
    assert_eq!((last.path.as_str(), last.operation.as_str()), ("/", "CreateThing"));
    // The same token in every attempt.
    let tokens: std::collections::BTreeSet<_> = requests.iter().map(|it| it.form["ClientToken"].clone()).collect();
    assert_eq!(tokens.len(), 1);
}

#[tokio::test]
async fn mock_with_conditions_responds_by_parameters() {
    let mock = MockTransport::new();
    mock.on_operation("ModifyCluster").respond_with(|request| match request.json() {
        Some(body) if request.path.ends_with("/c%2F1") => {
            MockResponse::json(json!({"got": body, "extra": request.header("x-acs-extra")}))
        }
        _ => MockResponse::error(404, "NotFound", "no such cluster"),
    });
    let update = |id: &str| UpdateThing {
        cluster_id: id.into(),
        dry: None,
        empty: None,
        extra: Some("e".into()),
        body: Some(json!({"name": "n"})),
    };
    let client = client(&mock);
    let response = client.call(update("c/1")).await.unwrap();
    assert_eq!(response.body.unwrap(), json!({"got": {"name": "n"}, "extra": "e"}));
    assert_eq!(client.call(update("c/2")).await.unwrap_err().code(), Some("NotFound"));
}

#[tokio::test]
async fn mock_with_a_failure_returns_it() {
    let mock = MockTransport::new();
    let error = client(&mock).call(ListThings {}).await.unwrap_err();
    assert!(
        format!("{error:#}")
            .contains("no rule of the mock transport matches the request of `ListThings`; it has no rules"),
        "{error}"
    );
    mock.on_any().times(1).respond(MockResponse::failure(TransportErrorKind::Connect));
    mock.on_any().times(1).respond(MockResponse::bytes("<html>").status(502).header("x-acs-request-id", "R-9"));
    mock.on_any().respond(MockResponse::json(json!([])).delay(Duration::from_secs(60)));
    let call = || client(&mock).call(ListThings {}).max_attempts(1).timeout(Duration::from_millis(50));
    assert!(call().await.unwrap_err().kind() == ErrorKind::Connect);
    let error = call().await.unwrap_err();
    assert_eq!((error.status(), error.request_id()), (Some(502), Some("R-9")));
    assert!(format!("{error:#}").contains("502"), "{error}");
    assert!(call().await.unwrap_err().kind() == ErrorKind::Timeout);
}

/// What a recording must not have in it, whatever it was that brought it there.
const PLANTED: [&str; 9] = [
    ID,
    SECRET,
    TOKEN,
    "hunter2+pass",
    "sk-live-key",
    "ticket-4711",
    "response-token-99",
    "shadow-value",
    "Signature=",
];

fn everything() -> CreateThing {
    let mut request = CreateThing::new(ProductType::CloudApp);
    request.password = Some("hunter2+pass".into());
    request.anything = Some(json!({"ApiKey": "sk-live-key", "Note": "kept"}));
    request.labels = Some([("k".to_owned(), "v".to_owned())].into());
    request
}

const RESPONSE: &str = r#"{"Count":7,"RequestId":"R-1","Ticket":"ticket-4711","Nested":[{"SecurityToken":"response-token-99","NextToken":"page-2"}],"Echo":"you sent hunter2%2Bpass"}"#;

#[tokio::test]
async fn recording_contains_no_secret_and_is_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("recording.json");
    let peer = Peer::start(|mut connection| {
        while let Some(request) = connection.request() {
            let headers = "content-type: application/json\r\nx-acs-request-id: R-1\r\nset-cookie: shadow-value\r\n";
            let body = if request.starts_with("GET") { "[{\"Name\":\"g\"}]" } else { RESPONSE };
            connection.send(&raw("200 OK", headers, body));
        }
    });
    let config = || {
        Config::new().endpoint(peer.endpoint()).max_attempts(1).credentials(Credentials::temporary(ID, SECRET, TOKEN))
    };
    let real = HttpTransport::builder().proxy(Proxy::none()).build().unwrap();
    let recorder = Recorder::new(real, &file).sensitive("Shadow");
    let client = Client::new(&SERVICE, config().transport(recorder)).unwrap();
    let query = |call: alicloud_core::Call<CreateThing>| call.query("Shadow", "shadow-value").query("Page", "1");
    query(client.call(everything())).await.unwrap();
    client.call(ListThings {}).await.unwrap();
    let older = config().signature(alicloud_core::sign::SignatureVersion::HmacSha1);
    let recorded_older = folder.path().join("older.json");
    let real = HttpTransport::builder().proxy(Proxy::none()).build().unwrap();
    let older =
        Client::new(&SERVICE, older.transport(Recorder::new(real, &recorded_older).sensitive("Shadow"))).unwrap();
    query(older.call(everything())).await.unwrap();

    for file in [&file, &recorded_older] {
        let text = std::fs::read_to_string(file).unwrap();
        for secret in PLANTED {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        for kept in ["kept", "page-2", "R-1", "\"Count\": 7", "CloudApp", "\"Page\": \"1\""] {
            assert!(text.contains(kept), "{kept} not in {text}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no half-written file stays");

    // Another key, another token for idempotency: the same requests all the same.
    let replay = std::sync::Arc::new(Replay::open(&file).unwrap().sensitive("Shadow"));
    let client = Client::new(&SERVICE, local::config().transport(replay.clone())).unwrap();
    let response = query(client.call(everything())).response().await.unwrap();
    assert_eq!((response.value.count, response.request_id()), (Some(7), Some("R-1")));
    assert_eq!(replay.unused(), ["ListThings"]);
    assert_eq!(client.call(ListThings {}).await.unwrap().body.len(), 1);
    assert!(replay.unused().is_empty());

    let message = |error: Error| format!("{error:#}");
    let error = message(query(client.call(everything())).await.unwrap_err());
    assert!(error.contains("`CreateThing` is made more often than it was recorded"), "{error}");
    let error = message(client.call(everything()).query("Page", "2").await.unwrap_err());
    assert!(error.contains("was recorded differently: query `Page`, query `Shadow`"), "{error}");
    let error = message(client.call(RawRequest::rpc("Other")).await.unwrap_err());
    assert!(error.contains("`Other` was not recorded"), "{error}");
}

#[tokio::test]
async fn recording_of_a_response_that_is_not_json_is_replayed() {
    let folder = tempfile::tempdir().unwrap();
    for (name, body) in [("bytes", b"\x00\xff\x80".to_vec()), ("text", b"plain".to_vec()), ("empty", Vec::new())] {
        let file = folder.path().join(name);
        let mock = MockTransport::new();
        mock.on_any().respond(MockResponse::bytes(body.clone()));
        let recorder = Recorder::new(mock.clone(), &file);
        let request = || Recognize { kind: None, body: vec![0, 1, 2].into() };
        Client::new(&SERVICE, mock.config().transport(recorder)).unwrap().call(request()).await.unwrap();
        let replay = Replay::open(&file).unwrap();
        let client = Client::new(&SERVICE, mock.config().transport(replay)).unwrap();
        let mut other = request();
        other.body = vec![9].into();
        assert!(client.call(other).await.is_err(), "another body is another request");
        assert_eq!(client.call(request()).await.unwrap().body, body);
    }
}

#[tokio::test]
async fn recording_of_a_sensitive_response_omits_it() {
    use alicloud_core::__private::*;
    #[derive(Clone, Debug)]
    struct GetTicket;
    impl Operation for GetTicket {
        type Response = CreateThingResponse;
        const INFO: OperationInfo = OperationInfo::rpc("GetTicket").read().sensitive_response();
        fn parameters(&self, _: &mut Parameters<'_>) {}
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.json");
    let mock = MockTransport::new();
    mock.on_any()
        .respond(MockResponse::json(json!({"Anything": "canary", "List": ["canary"], "Count": 1, "RequestId": "R-5"})));
    let client = Client::new(&SERVICE, mock.config().transport(Recorder::new(mock.clone(), &file))).unwrap();
    client.call(GetTicket).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("canary") && text.contains("R-5"), "{text}");
}

#[test]
fn replay_of_another_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let open = |text: &str| {
        let file = folder.path().join("r.json");
        std::fs::write(&file, text).unwrap();
        Replay::open(&file).map(|_| ()).unwrap_err().to_string()
    };
    for (text, what) in [
        ("", "EOF"),
        ("{}", "no recording of this version"),
        (r#"{"version":1}"#, "has no exchanges"),
        (r#"{"version":1,"exchanges":[{}]}"#, "an exchange that is none"),
        (r#"{"version":1,"exchanges":[{"request":{"operation":"A"},"response":{"status":99999}}]}"#, "that is none"),
    ] {
        let error = open(text);
        assert!(error.contains(what) && error.contains("r.json"), "{error}");
    }
    assert!(Replay::open(folder.path().join("absent")).unwrap_err().to_string().contains("absent"));
}

#[tokio::test]
async fn recording_to_an_unwritable_file_is_an_error() {
    // A folder that is not there, and a full disk.
    let full = std::path::Path::new("/dev/full").exists().then_some("/dev/full");
    for file in ["/nowhere/at/all.json"].into_iter().chain(full) {
        let mock = MockTransport::new();
        mock.on_any().respond(MockResponse::json(Value::Null));
        let recorder = Recorder::new(mock.clone(), file);
        let client = Client::new(&SERVICE, mock.config().transport(recorder)).unwrap();
        for hits in 1..3 {
            let error = client.call(CreateThing::new(ProductType::CloudApp)).max_attempts(3).await.unwrap_err();
            assert!(format!("{error:#}").contains(&format!("{file} cannot be written")), "{error}");
            // The service has executed the request once.
            assert!(error.may_have_been_executed() && !error.is_retryable(), "{error:?}");
            assert_eq!((error.status(), mock.request_count("CreateThing")), (Some(200), hits));
        }
    }
}

fn small() -> (MockTransport, tempfile::TempDir, std::path::PathBuf) {
    let mock = MockTransport::new();
    mock.on_any().respond(MockResponse::json(json!({"Count": 1, "Text": "},\n    },\n"})));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.json");
    (mock, folder, file)
}

/// The recorder is alive all the time: what is in the file is what a program that is killed leaves.
#[tokio::test]
async fn recording_can_be_replayed_after_each_exchange() {
    let (mock, _folder, file) = small();
    std::fs::write(&file, "an older file").unwrap();
    let recorder = std::sync::Arc::new(Recorder::new(mock.clone(), &file));
    let client = Client::new(&SERVICE, mock.config().transport(recorder.clone())).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "an older file");
    for count in 1..20 {
        client.call(RawRequest::rpc("Small").query("N", count.to_string())).await.unwrap();
        assert_eq!(Replay::open(&file).unwrap().unused().len(), count);
    }
    // Many at once.
    let calls: Vec<_> = (20..60)
        .map(|count| tokio::spawn(client.call(RawRequest::rpc("Small").query("N", count.to_string())).send()))
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let replay = Replay::open(&file).unwrap();
    assert_eq!(replay.unused().len(), 59);
    let client = Client::new(&SERVICE, mock.config().transport(replay)).unwrap();
    for count in (1..60).rev() {
        client.call(RawRequest::rpc("Small").query("N", count.to_string())).await.unwrap();
    }
}

/// A file that is replaced with each exchange is written as often as there are exchanges, as a whole.
#[cfg(unix)]
#[tokio::test]
async fn recorder_appends_to_one_file() {
    use std::os::unix::fs::MetadataExt as _;
    let (mock, folder, file) = small();
    let client = Client::new(&SERVICE, mock.config().transport(Recorder::new(mock.clone(), &file))).unwrap();
    let mut files = std::collections::BTreeSet::new();
    for _ in 0..3 {
        client.call(RawRequest::rpc("Small")).await.unwrap();
        // Held open: its number is not given to another file.
        files.insert(std::fs::metadata(&file).unwrap().ino());
        std::mem::forget(std::fs::File::open(&file).unwrap());
    }
    assert_eq!((files.len(), std::fs::read_dir(folder.path()).unwrap().count()), (1, 1));
}

#[tokio::test]
async fn recording_that_is_truncated_is_replayed_up_to_its_last_complete_exchange() {
    let (mock, _folder, file) = small();
    let client = Client::new(&SERVICE, mock.config().transport(Recorder::new(mock.clone(), &file))).unwrap();
    for count in 0..3 {
        client.call(RawRequest::rpc("Small").query("N", count.to_string())).await.unwrap();
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let third = text.rfind("\"Small\"").unwrap();
    for at in third..third + 20 {
        std::fs::write(&file, &text[..at]).unwrap();
        assert_eq!(Replay::open(&file).unwrap().unused(), ["Small", "Small"]);
    }
}

/// As the recorder wrote them before it appended.
#[tokio::test]
async fn recording_of_an_older_version_is_replayed() {
    let (mock, _folder, file) = small();
    let text = r#"{
  "exchanges": [
    {
      "response": { "headers": {}, "json": { "Count": 9 }, "status": 200 },
      "request": { "method": "POST", "operation": "Small", "path": "/", "query": { "N": "1" } }
    }
  ],
  "version": 1
}
"#;
    std::fs::write(&file, text).unwrap();
    let client = Client::new(&SERVICE, mock.config().transport(Replay::open(&file).unwrap())).unwrap();
    assert_eq!(client.call(RawRequest::rpc("Small").query("N", "1")).await.unwrap()["Count"], 9);
}

/// Secrets of any length and type, under names that do not tell.
#[tokio::test]
async fn recording_contains_no_short_secret() {
    use alicloud_core::__private::*;
    use alicloud_core::Sensitive;
    #[derive(Clone, Debug)]
    struct SetPin;
    impl Operation for SetPin {
        type Response = Value;
        const INFO: OperationInfo = OperationInfo::rpc("SetPin").json();
        fn parameters(&self, out: &mut Parameters<'_>) {
            out.query("Pin", &Sensitive::new("739".to_owned()));
            out.query("Short", &Sensitive::new(58));
            out.query("Kept", &"17390".to_owned());
            let body = BTreeMap::from([
                ("Number".to_owned(), Sensitive::new(84_613)),
                ("Small".to_owned(), Sensitive::new(26)),
            ]);
            out.body("body", &body);
        }
    }
    let (mock, _folder, file) = small();
    let client = Client::new(&SERVICE, mock.config().transport(Recorder::new(mock.clone(), &file))).unwrap();
    client.call(SetPin).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    for secret in ["\"739\"", "\"58\"", "84613", " 26"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("17390"), "{text}");
    let client = Client::new(&SERVICE, mock.config().transport(Replay::open(&file).unwrap())).unwrap();
    client.call(SetPin).await.unwrap();
}
