//! Calls of a program, recorded in its tests for a RAM policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::intercept::{BeforeSigning, BoxError, CallInfo, Interceptor};
use crate::secret::is_secret_name;

/// The number of characters of a value that may be part of a resource name.
const MAX_VALUE: usize = 256;

/// An interceptor for tests that records which operations a program calls, for `alicloud policy --record`.
///
/// It appends a line of JSON for each different call: product, version, operation, region, and the parameters that may
/// be part of a resource name, which are names, IDs and numbers. Sensitive parameters, parameters whose name is that of
/// a secret, and texts with other characters are not recorded. Clones share the file.
///
/// ```no_run
/// # fn example() -> Result<(), alicloud_core::Error> {
/// use alicloud_core::Config;
/// use alicloud_core::policy::PolicyRecorder;
///
/// let recorder = PolicyRecorder::new("target/calls.jsonl");
/// let config = Config::from_default_chain()?.interceptor(recorder);
/// # Ok(())
/// # }
/// ```
///
/// A recording contains what the tests call. Recorders append to an existing file, so that the tests of several
/// programs can share one; delete it before the first of them.
#[derive(Clone)]
pub struct PolicyRecorder(Arc<State>);

struct State {
    path: PathBuf,
    written: Mutex<BTreeSet<String>>,
}

impl PolicyRecorder {
    /// Creates a recorder. The first call creates the file.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self(Arc::new(State { path: file.into(), written: Mutex::default() }))
    }

    fn write(&self, line: String) -> io::Result<()> {
        let mut written = self.0.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.contains(&line) {
            return Ok(());
        }
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0.path)?;
        // One write for each line, because other processes may append to the file.
        file.write_all(format!("{line}\n").as_bytes())?;
        written.insert(line);
        Ok(())
    }
}

impl fmt::Debug for PolicyRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyRecorder").field("file", &self.0.path).finish_non_exhaustive()
    }
}

impl Interceptor for PolicyRecorder {
    fn before_signing(&self, attempt: &mut BeforeSigning<'_>) -> Result<(), BoxError> {
        if attempt.attempt() > 1 {
            return Ok(());
        }
        let written = self.write(line(attempt.call()));
        written.map_err(|error| format!("{}: the call cannot be recorded: {error}", self.0.path.display()).into())
    }
}

/// Returns the line of a call.
fn line(call: &CallInfo<'_>) -> String {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for parameter in call.parameters() {
        let Some(value) = parameter.value() else { continue };
        add(&mut parameters, parameter.name(), value);
        // The name of a resource may be a field of the body.
        for (name, value) in value.as_object().into_iter().flatten() {
            add(&mut parameters, name, value);
        }
    }
    json!({
        "product": call.product(),
        "version": call.version(),
        "operation": call.operation(),
        "region": call.region(),
        "parameters": parameters,
    })
    .to_string()
}

/// Adds a parameter, or the elements of a list, if they may be part of a resource name.
fn add(parameters: &mut BTreeMap<String, Vec<String>>, name: &str, value: &Value) {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let values: Option<Vec<String>> = items.iter().map(part_of_name).collect();
    if let Some(values) = values.filter(|values| !values.is_empty() && !is_secret_name(name)) {
        parameters.entry(name.to_owned()).or_insert(values);
    }
}

/// Returns the text of a value without characters that are no part of a name. A `*` would widen a policy.
fn part_of_name(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_part = |c: char| c.is_alphanumeric() || "-_./:@+=".contains(c);
    (!text.is_empty() && text.chars().count() <= MAX_VALUE && text.chars().all(is_part)).then_some(text)
}
