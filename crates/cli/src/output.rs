//! Results on standard output.

use std::io::{self, Write as _};

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

use crate::Failure;

/// The form of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// JSON.
    #[default]
    Json,
    /// A table.
    Table,
}

/// What is printed of a result.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Output {
    /// Print only what this JMESPath expression selects
    #[arg(long, value_name = "EXPRESSION")]
    query: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Output {
    /// Fails if the expression cannot be parsed, so that nothing is called in vain.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.expression().map(|_| ())
    }

    fn expression(&self) -> Result<Option<jmespath::Expression<'static>>, Failure> {
        let compiled = self.query.as_deref().map(jmespath::compile).transpose();
        compiled.map_err(|error| Failure::Usage(format!("--query is no JMESPath expression: {error}")))
    }

    /// Prints a result.
    pub(crate) fn print(&self, value: &Value) -> Result<(), Failure> {
        let value = match self.expression()? {
            Some(expression) => {
                let invalid = |error: &dyn std::fmt::Display| Failure::Refused(format!("--query: {error}"));
                let input = jmespath::Variable::from_json(&value.to_string()).map_err(|error| invalid(&error))?;
                let found = expression.search(input).map_err(|error| invalid(&error))?;
                serde_json::to_value(&found).map_err(|error| invalid(&error))?
            }
            None => value.clone(),
        };
        match self.format {
            Format::Json => line(&serde_json::to_string_pretty(&value).unwrap_or_default()),
            Format::Table => line(&table(&value)),
        }
    }
}

/// Prints a line. A reader that has closed the pipe has what it wants.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Refused(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// A list of objects has a row for each object, and an object a row for each field.
fn table(value: &Value) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let mut columns: Vec<&String> = Vec::new();
            for name in items.iter().filter_map(Value::as_object).flat_map(|item| item.keys()) {
                if !columns.contains(&name) {
                    columns.push(name);
                }
            }
            table.set_header(columns.iter().map(|name| name.as_str()));
            for item in items {
                table.add_row(columns.iter().map(|name| item.get(name.as_str()).map(cell).unwrap_or_default()));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| _ = table.add_row([cell(item)])),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| _ = table.add_row([name.clone(), cell(value)])),
        value => return cell(value),
    }
    table.to_string()
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        // Nested values have no room in a cell.
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            format!("[{}]", items.len())
        }
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => format!("{{{}}}", fields.len()),
        value => value.to_string(),
    }
}
