//! Parameters of operations on the command line: `--Name value`.

use std::ffi::OsString;

use alicloud_codegen::model::{Operation, Shape};
use base64::Engine as _;
use clap::FromArgMatches as _;
use serde_json::{Map, Value};

use crate::{Command, Failure, Task};

/// The commands that take parameters of an operation.
const COMMANDS: [&str; 2] = ["call", "code"];

/// The option of these commands that carries what their own options are not.
const CARRIER: &str = "--parameter";

/// Parses the command line. An option of `call` and `code` that is not their own is a parameter of the operation.
pub(crate) fn parse(command: clap::Command, words: impl Iterator<Item = OsString>) -> Result<Task, clap::Error> {
    let words: Vec<OsString> = words.collect();
    let named = words.get(1).and_then(|word| word.to_str()).filter(|word| COMMANDS.contains(word));
    let own = named.and_then(|name| command.find_subcommand(name)).map(options);
    let words = match own {
        Some(own) => carried(&own, words),
        None => words,
    };
    let mut command = command;
    let matches = command.try_get_matches_from_mut(words)?;
    Command::from_arg_matches(&matches).map(|command| command.task).map_err(|error| error.format(&mut command))
}

/// The long options of a command.
fn options(command: &clap::Command) -> Vec<String> {
    let longs = command.get_arguments().filter_map(clap::Arg::get_long).map(str::to_owned);
    longs.chain(["help".to_owned()]).collect()
}

/// The words with each parameter as a value of the carrier. `--Name=value`, `--Name value` and, without a value,
/// `--Name` (which is `true`) are read.
fn carried(own: &[String], words: Vec<OsString>) -> Vec<OsString> {
    let mut out = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let option = word.to_str().and_then(|word| word.strip_prefix("--")).filter(|option| !option.is_empty());
        let name = option.map(|option| option.split_once('=').map_or(option, |(name, _)| name).to_owned());
        match name {
            Some(name) if !own.contains(&name) => {
                let given = option.and_then(|option| option.split_once('=')).map(|(_, value)| value.to_owned());
                let value = given.unwrap_or_else(|| {
                    let next = words.next_if(|next| !next.to_str().is_some_and(|next| next.starts_with("--")));
                    next.map_or_else(|| "true".to_owned(), |next| next.to_string_lossy().into_owned())
                });
                out.push(CARRIER.into());
                out.push(format!("{name}={value}").into());
            }
            _ => out.push(word),
        }
    }
    out
}

/// How parameters of an operation are given.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Given {
    /// A parameter as NAME=VALUE; `--NAME VALUE` is the same. A list or an object is JSON, `--NAME.1.KEY VALUE`, or for
    /// a list a repeated option. `@FILE` reads the value from a file
    #[arg(long, value_name = "NAME=VALUE")]
    parameter: Vec<String>,
    /// A file with all parameters as a JSON object; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    input: Option<String>,
}

impl Given {
    /// The parameters as JSON values. Options override the file.
    pub(crate) fn values(&self, operation: &Operation) -> Result<Map<String, Value>, Failure> {
        let mut values = match &self.input {
            Some(path) => input(path)?,
            None => Map::new(),
        };
        let mut given: Vec<(&str, &str)> = Vec::new();
        for option in &self.parameter {
            let pair = option.split_once('=');
            given.push(pair.ok_or_else(|| Failure::Usage(format!("{CARRIER} {option}: write NAME=VALUE")))?);
        }
        let mut set: Vec<&str> = Vec::new();
        for (name, text) in given {
            let path: Vec<&str> = if shape(operation, name).is_some() { vec![name] } else { name.split('.').collect() };
            let first = path[0];
            let shape = shape(operation, first);
            if !set.contains(&first) {
                values.remove(first);
                set.push(first);
            }
            let value = value(if path.len() == 1 { shape } else { None }, text)?;
            if path.len() > 1 {
                let root = values.entry(first).or_insert(Value::Null);
                place(root, &path[1..], value)
                    .map_err(|()| Failure::Usage(format!("--{name} contradicts another option")))?;
            } else {
                match (values.get_mut(first), matches!(shape, Some(Shape::List(_)))) {
                    (Some(Value::Array(items)), true) => items.extend(listed(value)),
                    (None, true) => _ = values.insert(first.to_owned(), Value::Array(listed(value))),
                    (Some(_), _) => return Err(Failure::Usage(format!("--{name} is given more than once"))),
                    (None, false) => _ = values.insert(first.to_owned(), value),
                }
            }
        }
        Ok(values)
    }
}

/// The parameters in a file.
fn input(path: &str) -> Result<Map<String, Value>, Failure> {
    let text = match path {
        "-" => std::io::read_to_string(std::io::stdin()),
        path => std::fs::read_to_string(path),
    };
    let text = text.map_err(|error| Failure::Refused(format!("{path}: cannot be read: {error}")))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(values)) => Ok(values),
        Ok(_) => Err(Failure::Refused(format!("{path}: must be a JSON object of parameters"))),
        Err(error) => Err(Failure::Refused(format!("{path}: is not JSON: {error}"))),
    }
}

/// The type of a parameter, without the mark of a secret.
fn shape<'o>(operation: &'o Operation, name: &str) -> Option<&'o Shape> {
    let parameter = operation.parameters.iter().find(|parameter| parameter.field.name.wire == name)?;
    match &parameter.field.shape {
        Shape::Sensitive(inner) => Some(inner),
        shape => Some(shape),
    }
}

/// The value of an option. The reader of parameters converts texts to numbers and booleans.
fn value(shape: Option<&Shape>, text: &str) -> Result<Value, Failure> {
    let bytes = match text.strip_prefix('@') {
        Some(path) if !path.starts_with('@') => {
            Some(std::fs::read(path).map_err(|error| Failure::Refused(format!("{path}: cannot be read: {error}")))?)
        }
        _ => None,
    };
    if shape == Some(&Shape::Bytes) {
        let bytes = bytes.unwrap_or_else(|| text.as_bytes().to_vec());
        return Ok(base64::engine::general_purpose::STANDARD.encode(bytes).into());
    }
    let text = match bytes {
        Some(bytes) => String::from_utf8(bytes).map_err(|_| Failure::Refused(format!("{text}: is not UTF-8")))?,
        None => text.strip_prefix('@').filter(|rest| rest.starts_with('@')).unwrap_or(text).to_owned(),
    };
    let is_structure = match shape {
        Some(Shape::Map(_) | Shape::Json | Shape::Named(_)) => true,
        Some(Shape::List(_)) => text.trim_start().starts_with('['),
        _ => false,
    };
    // A text of an enumeration is no JSON, and an error names the parameter later.
    Ok(if is_structure { serde_json::from_str(&text).unwrap_or(Value::String(text)) } else { Value::String(text) })
}

fn listed(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        value => vec![value],
    }
}

/// Puts a value at a path of names and numbers, which count from 1.
fn place(root: &mut Value, path: &[&str], value: Value) -> Result<(), ()> {
    let [first, rest @ ..] = path else {
        return if root.is_null() {
            *root = value;
            Ok(())
        } else {
            Err(())
        };
    };
    if let Some(index) = first.parse::<usize>().ok().filter(|index| (1..=10_000).contains(index)) {
        if root.is_null() {
            *root = Value::Array(Vec::new());
        }
        let items = root.as_array_mut().ok_or(())?;
        if items.len() < index {
            items.resize(index, Value::Null);
        }
        return place(&mut items[index - 1], rest, value);
    }
    if root.is_null() {
        *root = Value::Object(Map::new());
    }
    place(root.as_object_mut().ok_or(())?.entry(*first).or_insert(Value::Null), rest, value)
}
