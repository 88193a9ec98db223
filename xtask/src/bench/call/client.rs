//! Repeats a call in one of several variants, and prints the cost of one call.

mod bare;

use std::alloc::System;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use alicloud_appstream_center_20210901::Client;
use alicloud_appstream_center_20210901::operation::LogOffAllSessionsInAppInstanceGroup;
use alicloud_appstream_center_20210901::types::ProductType;
use alicloud_core::Config;
use alicloud_core::credentials::Credentials;
use alicloud_core::transport::{HttpTransport, HyperTransport, Proxy, Tls, Transport};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const GROUP: &str = "aig-9ciijz60n4xsv1234";

fn credentials() -> Credentials {
    Credentials::access_key("LTAI4FwqPxiAxxxxxx", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

/// A call that can be repeated.
type Call = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

fn ours(port: u16, transport: impl Transport) -> Call {
    let config = Config::new()
        .region("cn-shanghai")
        .endpoint(format!("http://127.0.0.1:{port}"))
        .credentials(credentials())
        .transport(transport);
    let client = Client::new(config).unwrap();
    Arc::new(move || {
        let client = client.clone();
        Box::pin(async move {
            let request = LogOffAllSessionsInAppInstanceGroup::new(ProductType::CloudApp, GROUP);
            let response = client.log_off_all_sessions_in_app_instance_group(request).await.unwrap();
            assert!(response.request_id.is_some());
        })
    })
}

fn call(variant: &str, port: u16) -> Call {
    let tls = Tls::new().system_roots(false);
    match variant {
        "bare-reqwest" => bare::on_reqwest(port),
        "bare-hyper" => bare::on_hyper(port),
        "ours-reqwest" => ours(port, HttpTransport::builder().proxy(Proxy::none()).tls(tls).build().unwrap()),
        "ours-hyper" => ours(port, HyperTransport::builder().tls(tls).build().unwrap()),
        _ => panic!("unknown variant: {variant}"),
    }
}

async fn make_calls(call: &Call, calls: u32, concurrency: u32) {
    if concurrency == 1 {
        for _ in 0..calls {
            call().await;
        }
        return;
    }
    let tasks: Vec<_> = (0..concurrency)
        .map(|_| {
            let call = call.clone();
            tokio::spawn(async move {
                for _ in 0..calls / concurrency {
                    call().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Returns the processor time of all threads in nanoseconds, by the scheduler of Linux.
fn cpu_nanoseconds() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let task_time = |task: std::path::PathBuf| {
        let text = std::fs::read_to_string(task.join("schedstat")).unwrap();
        text.split(' ').next().unwrap().parse::<u64>().unwrap()
    };
    tasks.map(|task| task_time(task.unwrap().path())).sum()
}

fn allocations() -> usize {
    let stats = ALLOCATOR.stats();
    stats.allocations + stats.reallocations
}

/// Returns the peak memory in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn report(calls: u32, cpu_nanoseconds: f64, allocations: usize) {
    let calls = f64::from(calls);
    println!("{:.3} {:.2} {}", cpu_nanoseconds / 1000.0 / calls, allocations as f64 / calls, peak_kib());
}

/// Measures signatures of the same request.
fn sign(count: u32) {
    let credentials = credentials();
    let (host, nonce) = ("appstream-center.cn-shanghai.aliyuncs.com", "0123456789abcdef0123456789abcdef");
    let body = bare::form();
    let once = || {
        std::hint::black_box(bare::signed(host, &credentials, nonce, SystemTime::now(), &body));
    };
    (0..count / 10).for_each(|_| once());
    let before = allocations();
    // The best of several runs, because other programs may use the processor.
    let mut best = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        (0..count / 20).for_each(|_| once());
        best = best.min(start.elapsed().as_nanos() as f64 * 20.0);
    }
    report(count, best, allocations() - before);
}

/// Measures two variants with alternating slices of calls in one process, so that other load affects both. Returns the
/// medians of the slices and of their ratios.
async fn compare(variants: [Call; 2], slices: u32, calls: u32, concurrency: u32) {
    for call in &variants {
        make_calls(call, 10 * concurrency.max(50), concurrency).await;
    }
    let mut times: [Vec<f64>; 2] = Default::default();
    for slice in 0..slices {
        // The order alternates.
        for index in [slice % 2, 1 - slice % 2] {
            let index = index as usize;
            pause().await;
            let before = cpu_nanoseconds();
            make_calls(&variants[index], calls, concurrency).await;
            pause().await;
            times[index].push((cpu_nanoseconds() - before) as f64 / 1000.0 / f64::from(calls));
        }
    }
    let [first, second] = times;
    let ratios = second.iter().zip(&first).map(|(second, first)| second / first).collect();
    println!("{:.3} {:.3} {:.4}", median(first), median(second), median(ratios));
}

/// Waits, because the scheduler updates the processor time of a thread only then.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn run(call: Call, calls: u32, concurrency: u32, warm_up: u32) {
    make_calls(&call, warm_up, concurrency).await;
    let (cpu_before, before) = (cpu_nanoseconds(), allocations());
    make_calls(&call, calls, concurrency).await;
    report(calls, (cpu_nanoseconds() - cpu_before) as f64, allocations() - before);
}

/// Arguments: the variant, the number of calls, the concurrency, and the port. A further argument selects a single
/// thread and no warm-up. Two variants, separated by a comma, are compared; the further argument is then the number of
/// slices.
fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let calls = arguments[2].parse().unwrap();
    if arguments[1] == "sign" {
        return sign(calls);
    }
    let (concurrency, port): (u32, u16) = (arguments[3].parse().unwrap(), arguments[4].parse().unwrap());
    if let Some((first, second)) = arguments[1].split_once(',') {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let variants = || [call(first, port), call(second, port)];
        return runtime
            .block_on(async { compare(variants(), arguments[5].parse().unwrap(), calls, concurrency).await });
    }
    let (mut runtime, warm_up) = match arguments.get(5) {
        None => (tokio::runtime::Builder::new_multi_thread(), 10 * concurrency.max(50)),
        Some(_) => (tokio::runtime::Builder::new_current_thread(), 0),
    };
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async { run(call(&arguments[1], port), calls, concurrency, warm_up).await });
}
