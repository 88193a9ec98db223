//! The same table over real connections, where the server counts.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use alicloud_core::credentials::{Credentials, CredentialsFuture, ProvideCredentials};
use alicloud_core::transport::{HttpTransport, HyperTransport, Transport};
use alicloud_core::{Client, Config};

use crate::cases::{self, CODED, PAGES, STATUSES, SUCCESS};
use crate::compare::{Failure, Outcome, Report, compare};
use crate::effects::{self, EFFECTS, SERVICE};
use crate::pairwise::pairwise;
use crate::predict::{Decided, MAX_ATTEMPTS, predict};
use crate::server::{Answer, Framing, Script, Server, response};
use crate::table::{Attempt, Table};

struct Case<'a> {
    effect: &'static str,
    script: Vec<Decided<'a>>,
    framing: Framing,
    hyper: bool,
}

/// The first code of each class, whose others the exhaustive part tests.
fn codes(table: &Table) -> Vec<(&str, &str)> {
    let mut codes: Vec<(&str, &str)> =
        table.codes.iter().map(|(class, code)| (class.as_str(), code.as_str())).collect();
    codes.dedup_by_key(|(class, _)| *class);
    codes
}

fn cases(table: &Table) -> Vec<Case<'_>> {
    const FRAMINGS: [Framing; 3] = [Framing::Length, Framing::Chunked, Framing::Closed];
    let codes = codes(table);
    let script = |attempt, again: bool| {
        let mut script = vec![Decided::new(table, attempt)];
        if !again {
            script.push(Decided::new(table, SUCCESS));
        }
        script
    };
    // A page carries no code: it takes the place of one.
    let bodies = codes.len() + PAGES.len();
    let levels = [bodies, CODED.len(), STATUSES.len(), table.headers.len(), EFFECTS.len(), FRAMINGS.len(), 2, 2];
    let responses = pairwise(&levels).into_iter().map(|row| {
        let (form, (class, code)) = match codes.get(row[0]) {
            Some(code) => (CODED[row[1]], *code),
            None => (PAGES[row[0] - codes.len()], ("", "")),
        };
        let header = &table.headers[row[3]].name;
        let attempt = Attempt { event: "response", status: STATUSES[row[2]], class, code, header, form };
        Case {
            effect: EFFECTS[row[4]],
            script: script(attempt, row[6] == 1),
            framing: FRAMINGS[row[5]],
            hyper: row[7] == 1,
        }
    });
    let failures = EFFECTS.iter().flat_map(|&effect| {
        let event = |event, again| {
            let script = script(Attempt::failed(event), again);
            [false, true].map(|hyper| Case { effect, script: script.clone(), framing: Framing::CutOff, hyper })
        };
        let lost = ["connection lost after sending", "response cut off"];
        let lost =
            lost.into_iter().flat_map(move |name| [false, true].into_iter().flat_map(move |again| event(name, again)));
        lost.chain(event("connection refused", true))
    });
    responses.chain(failures).collect()
}

/// What the server sends.
fn answers(table: &Table, case: &Case<'_>) -> Script {
    let answer = |Decided { attempt, .. }: &Decided<'_>| match attempt.event {
        "connection lost after sending" => Answer::Close,
        "response cut off" => response(200, &[], b"{", Framing::CutOff),
        _ => {
            let date = |ahead| httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(ahead));
            let (content_type, body) = cases::body(attempt);
            let headers = cases::headers(table, attempt, date).map(|(name, value)| (name.to_owned(), value));
            let headers: Vec<_> = headers.chain([("content-type".to_owned(), content_type.to_owned())]).collect();
            let framing = if attempt == &SUCCESS { Framing::Length } else { case.framing };
            response(attempt.status, &headers, &body, framing)
        }
    };
    case.script.iter().map(answer).collect()
}

/// Returns another key after each refusal.
#[derive(Default)]
struct Keys(AtomicU32);

impl ProvideCredentials for Keys {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let id = format!("key-{}", self.0.load(Ordering::SeqCst));
        CredentialsFuture::ready(Ok(Credentials::temporary(id, "secret", "token")))
    }

    fn name(&self) -> &str {
        "keys"
    }

    fn refused(&self, _: &Credentials) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

async fn call(case: &Case<'_>, number: usize, server: &Server, transports: [Arc<dyn Transport>; 2]) -> Outcome {
    let refused = case.script[0].attempt.event == "connection refused";
    // A port where nobody listens.
    let closed_port = || TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
    let address = if refused { closed_port() } else { server.address };
    let [reqwest, hyper] = transports;
    let config = Config::new()
        .endpoint(format!("http://{address}"))
        .credentials(Keys::default())
        .transport(if case.hyper { hyper } else { reqwest });
    let client = Client::new(&SERVICE, config).expect("a client");
    let result = effects::call(&client, case.effect, Some(number)).await;
    Outcome { sends: server.count(number), failure: result.err().map(Failure::from), pauses: None, flaw: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oracle_pairs_on_sockets_agree() {
    let table: &Table = Box::leak(Box::new(Table::read()));
    let cases: &[Case<'_>] = Box::leak(cases(table).into_boxed_slice());
    let server: &Server = Box::leak(Box::new(Server::start()));
    server.set(cases.iter().map(|case| answers(table, case)));
    let transports: [Arc<dyn Transport>; 2] = [
        Arc::new(HttpTransport::builder().build().expect("a transport")),
        Arc::new(HyperTransport::builder().build().expect("a transport")),
    ];
    let limit = Arc::new(tokio::sync::Semaphore::new(64));
    let calls: Vec<_> = cases
        .iter()
        .enumerate()
        .map(|(number, case)| {
            let (transports, limit) = (transports.clone(), limit.clone());
            tokio::spawn(async move {
                let _permit = limit.acquire().await;
                call(case, number, server, transports).await
            })
        })
        .collect();
    let mut report = Report::default();
    for (case, call) in cases.iter().zip(calls) {
        let outcome = call.await.expect("no panic");
        let mut prediction = predict(table.effects[case.effect], &case.script, MAX_ATTEMPTS);
        if case.script[0].attempt.event == "connection refused" {
            // Nobody is there to count.
            prediction.sends = Some(0);
        }
        let differences = compare(table, &case.script, &prediction, &outcome);
        report
            .add(&outcome, differences, || format!("{}, {}, {:?}", case.effect, case.script[0].attempt, case.framing));
    }
    report.finish("pairs on sockets", table);
}
