//! Credentials from another program.

mod split;

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::Builder;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use zeroize::Zeroizing;

pub(crate) use split::split;

use super::context::{ProviderContext, delegate_to_cache};
use super::session::{SessionCredentials, time};
use super::{CachedCredentials, Credentials, CredentialsError, CredentialsFuture, ProvideCredentials, value};
use crate::transport::Transport;

const SOURCE: &str = "the credentials program";
/// The time limit of a program.
const LIMIT: Duration = Duration::from_secs(60);
/// The maximum size of the output, in bytes.
const MAX_OUTPUT: u64 = 64 << 10;

/// Credentials that another program writes to its standard output, as in the mode `External` of the Alibaba Cloud CLI.
///
/// The output is a JSON object: `mode` (`AK` or `StsToken`), `access_key_id`, `access_key_secret`, for `StsToken` also
/// `sts_token`, and optionally `expiration`: a time of ISO 8601 with its offset from UTC, such as
/// `2026-01-02T03:04:05Z` or `2026-01-02T11:04:05+08:00`. Credentials with an expiration are cached, see
/// [`CachedCredentials`]; without one, the program is run for every call.
///
/// The command is split into words at white space, with single and double quotes and, except on Windows, backslashes as
/// in a shell. No shell runs it, so other characters have no special meaning. The program may run for 60 seconds and
/// write 64 KiB; its standard error is discarded. A program that exceeds a limit is killed, on Unix with its process
/// group. It has no standard input, and on Unix no terminal. If `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` is `1` or
/// `true`, it is not run.
#[derive(Clone, Debug)]
pub struct ProcessCredentials(CachedCredentials);

/// Builds [`ProcessCredentials`].
#[derive(Clone)]
pub struct ProcessCredentialsBuilder {
    command: String,
    limit: Duration,
    context: ProviderContext,
}

impl ProcessCredentials {
    /// Creates a provider that runs the command.
    pub fn new(command: impl Into<String>) -> Self {
        Self::builder(command).build()
    }

    /// Returns a builder of a provider that runs the command.
    pub fn builder(command: impl Into<String>) -> ProcessCredentialsBuilder {
        ProcessCredentialsBuilder { command: command.into(), limit: LIMIT, context: ProviderContext::default() }
    }
}

impl ProcessCredentialsBuilder {
    /// Sets the time limit of the program. Default: 60 seconds.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the environment variables, transports and clock that the provider uses.
    pub fn context(mut self, context: ProviderContext) -> Self {
        self.context = context;
        self
    }

    /// Creates the provider. Nothing is run yet.
    pub fn build(self) -> ProcessCredentials {
        let clock = self.context.clock.clone();
        let budget = self.limit.saturating_add(Duration::from_secs(5));
        let source = Source { command: self.command, limit: self.limit, context: self.context };
        let cache = CachedCredentials::builder(source).shared_clock(clock);
        ProcessCredentials(cache.refresh_timeout(budget).build())
    }
}

pub(super) struct Source {
    pub(super) command: String,
    pub(super) limit: Duration,
    pub(super) context: ProviderContext,
}

impl Source {
    pub(super) fn new(command: String, context: ProviderContext) -> Self {
        Self { command, limit: LIMIT, context }
    }

    pub(super) async fn load(&self) -> Result<Credentials, CredentialsError> {
        forbidden(&self.context)?;
        let words = split(&self.command, cfg!(windows))
            .map_err(|what| CredentialsError::new(format!("the command of the credentials program {what}")))?;
        let limit = self.limit;
        let (sender, receiver) = oneshot::channel();
        let work = move || _ = sender.send(run(&words, limit));
        let output = match Builder::new().name("alicloud-credentials".into()).spawn(work) {
            Ok(_) => receiver.await.unwrap_or_else(|_| Err("was not waited for: its thread panicked".into())),
            Err(error) => Err(format!("cannot be run: no thread can be started: {error}")),
        };
        let output = output.map_err(|what| CredentialsError::new(format!("{SOURCE} {what}")))?;
        credentials(SessionCredentials::read(&output, SOURCE)?)
    }
}

/// Returns an error if programs and addresses in profiles are disabled.
pub(super) fn forbidden(context: &ProviderContext) -> Result<(), CredentialsError> {
    const NAME: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";
    if context.flag(NAME) || context.variable(NAME).as_deref() == Some("1") {
        return Err(CredentialsError::new(format!("it would ask a program or an address, which {NAME} forbids")));
    }
    Ok(())
}

fn credentials(keys: SessionCredentials) -> Result<Credentials, CredentialsError> {
    let filled = |name: &str, value| value::secret(&format!("{name} from {SOURCE}"), value);
    let needed = |name: &str, value| {
        filled(name, value)?.ok_or_else(|| CredentialsError::new(format!("{SOURCE} wrote no {name}")))
    };
    let temporary = match keys.mode.as_deref() {
        Some(mode) if mode.eq_ignore_ascii_case("StsToken") => true,
        Some(mode) if mode.eq_ignore_ascii_case("AK") => false,
        _ => return Err(CredentialsError::new(format!("{SOURCE} wrote a mode that is neither AK nor StsToken"))),
    };
    let id = needed("access_key_id", keys.id)?;
    let secret = needed("access_key_secret", keys.secret)?;
    let credentials = match temporary {
        true => Credentials::temporary(id, secret, needed("sts_token", keys.token)?),
        false => Credentials::access_key(id, secret),
    };
    Ok(match filled("expiration", keys.expiration)? {
        Some(expiration) => credentials.expires_at(time(&expiration, SOURCE)?),
        None => credentials.fleeting(),
    })
}

/// Runs a program and returns its output. Blocks.
fn run(words: &[String], limit: Duration) -> Result<Zeroizing<Vec<u8>>, String> {
    let [program, arguments @ ..] = words else { return Err("has no name".into()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| format!("{program} cannot be run: {error}"))?;
    let (sender, receiver) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        // On its own thread: a child of the program may keep the pipe open after the program has ended.
        let listen = move || {
            let mut output = Zeroizing::new(Vec::new());
            let read = out.take(MAX_OUTPUT + 1).read_to_end(&mut output);
            _ = sender.send(read.map(|_| output));
        };
        if let Err(error) = Builder::new().name("alicloud-credentials".into()).spawn(listen) {
            end(&mut child);
            return Err(format!("cannot be listened to: no thread can be started: {error}"));
        }
    }
    let start = Instant::now();
    let left = || limit.saturating_sub(start.elapsed());
    let output = receiver.recv_timeout(left());
    let status = match &output {
        Ok(Ok(output)) if output.len() as u64 <= MAX_OUTPUT => loop {
            match child.try_wait() {
                Ok(None) if left().is_zero() => break None,
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Ok(status) => break status,
                Err(_) => break None,
            }
        },
        _ => None,
    };
    let Some(status) = status else {
        end(&mut child);
        return Err(match output {
            Ok(Ok(output)) if output.len() as u64 > MAX_OUTPUT => format!("wrote more than {MAX_OUTPUT} bytes"),
            Ok(Err(error)) => format!("cannot be listened to: {error}"),
            _ => format!("did not complete within {limit:?}"),
        });
    };
    match output {
        Ok(Ok(output)) if status.success() => Ok(output),
        _ => Err(format!("failed ({status}); run it by hand to see why")),
    }
}

/// Kills a running program, on Unix with its process group.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    _ = child.kill();
    _ = child.wait();
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        CredentialsFuture::new(self.load())
    }

    fn name(&self) -> &str {
        "external"
    }

    fn use_transport(&self, transport: &Arc<dyn Transport>) {
        self.context.use_transport(transport);
    }
}

delegate_to_cache!(ProcessCredentials);

impl std::fmt::Debug for ProcessCredentialsBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The command may contain a secret.
        f.debug_struct("ProcessCredentialsBuilder").field("limit", &self.limit).finish_non_exhaustive()
    }
}
