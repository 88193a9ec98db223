//! Runs cases in order against a socket, and compares requests and decoded responses with the recording.

mod compare;
mod server;

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use alicloud_core::Clock;
use alicloud_core::__private::{Call, Operation};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sdk::credentials::Credentials;
use sdk::primitives::Timestamp;
use sdk::transport::{BoxFuture, HttpTransport, Proxy};
use sdk::{Client, Config};
use serde_json::{Value, json};
use server::Server;

/// A call, or the reason why it cannot be made.
pub enum Case {
    /// The call, which returns the decoded response.
    Call(Pin<Box<dyn Future<Output = Result<Decoded, String>>>>),
    /// The reason.
    Skipped(&'static str),
}

/// The contents of a response.
pub struct Decoded {
    value: Value,
    /// Whether they report a failure, so that the error contains the response.
    failed: bool,
    request_id: Option<String>,
}

/// Makes the call, and reads the public fields of the response.
pub fn call<O: Operation + 'static>(call: Call<O>, read: fn(&O::Response) -> Value) -> Case {
    Case::Call(Box::pin(async move {
        match call.response().await {
            Ok(response) => {
                let request_id = response.request_id().map(str::to_owned);
                Ok(Decoded { value: read(&response.value), failed: false, request_id })
            }
            Err(error) => match error.response::<O::Response>() {
                Some(response) => {
                    let request_id = error.request_id().map(str::to_owned);
                    Ok(Decoded { value: read(response), failed: true, request_id })
                }
                None => Err(error.to_string()),
            },
        }
    }))
}

/// Creates a case that cannot be expressed with the generated crate.
pub fn skip(reason: &'static str) -> Case {
    Case::Skipped(reason)
}

/// Returns bytes as text, or as `{"base64": ..}` if they are not text.
pub fn bytes(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => Value::from(text),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

/// A clock that shows the time of the recording.
struct RecordedTime {
    now: SystemTime,
    start: Instant,
}

impl Clock for RecordedTime {
    fn now(&self) -> SystemTime {
        self.now
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Runs all cases; the process succeeds if none fails.
pub fn run(recording: &str, functions: &[fn(&Client) -> Case]) -> ExitCode {
    let recording: Value = serde_json::from_str(recording).expect("the recording was written as JSON");
    let empty = Vec::new();
    let cases = recording["cases"].as_array().unwrap_or(&empty);
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let client = client(&recording, server.port);
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (index, (case, function)) in cases.iter().zip(functions).enumerate() {
        let name = format!("case {index}, {} ({})", text(&case["operation"]), text(&case["mode"]));
        let future = match function(&client) {
            Case::Call(future) => future,
            Case::Skipped(reason) => {
                skipped += 1;
                println!("skipped: {name}: {reason}");
                continue;
            }
        };
        server.set_response(&case["reply"]);
        let decoded = runtime.block_on(future);
        let problems = compare::compare(&recording, case, &server.take(), decoded);
        if problems.is_empty() {
            passed += 1;
        } else {
            failed += 1;
            println!("failed: {name}");
            for problem in problems {
                println!("    {problem}");
            }
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 && skipped == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Returns a client with the endpoint, the time and the nonce of the recording. The server is its proxy, so that
/// requests arrive there whatever their host is.
fn client(recording: &Value, port: u16) -> Client {
    let proxy = Proxy::new(format!("http://127.0.0.1:{port}"));
    let transport = HttpTransport::builder().proxy(proxy).build().expect("a transport");
    let mut config = Config::new()
        .region(recording["region"].as_str().unwrap_or("test"))
        // The recorded SDK generates no values that the caller does not set.
        .idempotency_tokens(false)
        .endpoint(format!("http://{}", recording["endpoint"].as_str().unwrap_or("service.example.com")))
        .allow_http(true)
        .transport(transport)
        .credentials(Credentials::access_key("testAccessKeyId", "testAccessKeySecret"));
    if let Some(now) = recording["now"].as_str().and_then(|now| Timestamp::from(now).to_system_time()) {
        config = config.clock(RecordedTime { now, start: Instant::now() });
    }
    if let Some(nonce) = recording["nonce"].as_str().map(str::to_owned) {
        config = config.nonce(move || nonce.clone());
    }
    Client::new(config).expect("a client of the recorded endpoint")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns the bytes of base64 text.
fn decoded_base64(value: &Value) -> Vec<u8> {
    STANDARD.decode(text(value)).unwrap_or_default()
}
