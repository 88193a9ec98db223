//! The file of `alicloud_core::policy::PolicyRecorder`: one JSON object a line for each call.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::arn::Variables;
use crate::usage::{Operation, Origin, Usages};

/// A recorded call.
#[derive(Debug, Deserialize)]
struct Call {
    product: String,
    version: String,
    operation: String,
    region: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, Vec<String>>,
}

/// Why a recording cannot be read.
#[derive(Debug)]
pub struct InvalidRecording {
    line: usize,
    error: serde_json::Error,
}

impl fmt::Display for InvalidRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is not a recorded call: {}", self.line, self.error)
    }
}

impl std::error::Error for InvalidRecording {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Adds the calls of a recording.
///
/// # Errors
/// Returns an error if a line is not a recorded call.
pub fn read(text: &str, usages: &mut Usages) -> Result<(), InvalidRecording> {
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let Call { product, version, operation, region, parameters } =
            serde_json::from_str(line).map_err(|error| InvalidRecording { line: number, error })?;
        let mut variables = Variables::default();
        for (name, values) in parameters {
            values.into_iter().for_each(|value| variables.add(&name, value));
        }
        if let Some(region) = region {
            variables.add_default("regionId", region);
        }
        let usage = usages.entry(Operation { product, version, name: operation }).or_default();
        usage.origins.insert(Origin::Recorded);
        usage.calls.insert(variables);
    }
    Ok(())
}
