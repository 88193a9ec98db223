//! Checks a request against the document.
//!
//! Types, placement, styles and required parameters are always checked; bounds and enumerations only if requested,
//! because recorded values violate them.

mod body;
mod bound;
mod field;
mod host;
mod json;
mod scalar;
mod tree;

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;

use alicloud_document::document::{Operation, Parameter, Schema};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::request::Request;
use crate::schema::Types;
use field::Fields;

pub(crate) use json::validate;

/// The parts of a request.
pub(crate) struct Parts<'a> {
    pub(crate) request: &'a Request,
    pub(crate) query: &'a [(String, String)],
    pub(crate) form: Option<&'a [(String, String)]>,
    pub(crate) path: &'a [(String, String)],
    /// Parameters of the protocol, which an operation need not declare.
    pub(crate) system: &'a [&'a str],
    /// The location of the parameters.
    pub(crate) source: ParameterSource,
}

/// The part of a request with the parameters of query and form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterSource {
    /// Each parameter is in its declared location.
    Declared,
    /// All are in the query: the request has no body.
    Query,
    /// All are in the form, with the signature: the classic SDKs send RPC requests in this form.
    Form,
}

impl ParameterSource {
    /// Returns the location of parameters in a request that is signed in its headers or its query.
    pub(crate) fn of(method: &str) -> Self {
        if matches!(method, "GET" | "HEAD") { Self::Query } else { Self::Declared }
    }
}

/// The rules of an operation.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) types: Types<'a>,
    pub(crate) operation: &'a Operation,
    /// Whether bounds and enumerations are checked.
    pub(crate) strict: bool,
}

/// The location of a parameter in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Location {
    Query,
    Form,
    Path,
    Header,
    Body,
    /// A label of the host name, or an unknown location, which is not checked.
    Elsewhere,
}

impl Location {
    /// Returns the location of a parameter.
    fn of(parameter: &Parameter, source: ParameterSource) -> Self {
        match (parameter.place.value.as_str(), source) {
            ("query" | "formData", ParameterSource::Query) | ("query", ParameterSource::Declared) => Self::Query,
            ("query" | "formData", ParameterSource::Form) | ("formData", ParameterSource::Declared) => Self::Form,
            (other, _) => Self::of_other(other),
        }
    }

    /// Returns the location of a parameter that is neither in the query nor in the form.
    fn of_other(name: &str) -> Self {
        match name {
            "path" => Self::Path,
            "header" => Self::Header,
            "body" => Self::Body,
            _ => Self::Elsewhere,
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Form => "form body",
            Self::Path => "path",
            Self::Header => "headers",
            Self::Body => "body",
            Self::Elsewhere => "host name",
        }
    }
}

impl<'a> Rules<'a> {
    /// Returns the decoded parameters by wire name.
    ///
    /// # Errors
    /// Returns `MissingParameter` or `InvalidParameter`, with a message that names the parameter and not its value.
    pub(crate) fn check(self, parts: &Parts<'_>) -> Result<Map<String, Value>, Failure> {
        // Locations are checked first, so that a parameter in the wrong location is not reported as missing.
        self.check_header_names(parts)?;
        let fixed = self.fixed_query();
        let own = parts
            .query
            .iter()
            .filter(|(name, _)| !self.is_system(name, Location::Query, parts) && !fixed.contains(&name.as_str()));
        let query = Fields::assign(self, Location::Query, parts.source, own)?;
        let body = body::classify(self, parts)?;
        let mut decoded = Map::new();
        self.read_headers(parts, &mut decoded)?;
        self.read_path(parts, &mut decoded)?;
        host::read(self, parts, &mut decoded)?;
        query.read(self, &mut decoded)?;
        body::read(self, parts, body, &mut decoded)?;
        Ok(decoded)
    }

    fn declared(self, location: Location, source: ParameterSource) -> impl Iterator<Item = &'a Parameter> {
        let parameters = self.operation.parameters.iter();
        parameters.filter(move |parameter| Location::of(parameter, source) == location)
    }

    /// Returns the names in the fixed query of the path that are not also parameters.
    fn fixed_query(self) -> Vec<&'a str> {
        let path = self.operation.path.as_ref().map_or("", |path| path.value.as_str());
        let pairs = path.split_once('?').map_or("", |(_, query)| query).split('&');
        let names = pairs.map(|pair| pair.split('=').next().unwrap_or_default());
        let is_parameter = |name: &str| self.operation.parameters.iter().any(|parameter| parameter.name.value == name);
        names.filter(|name| !is_parameter(name)).collect()
    }

    /// Whether a parameter belongs to the protocol; an operation may declare one with the same name.
    fn is_system(self, name: &str, location: Location, parts: &Parts<'_>) -> bool {
        let system_location = if parts.source == ParameterSource::Form { Location::Form } else { Location::Query };
        location == system_location
            && parts.system.contains(&name)
            && self.operation.parameters.iter().all(|parameter| parameter.name.value != name)
    }

    /// Rejects headers that are parameters with another location.
    fn check_header_names(self, parts: &Parts<'_>) -> Result<(), Failure> {
        for (header, _) in &parts.request.headers {
            let same = |parameter: &&Parameter| parameter.name.value.eq_ignore_ascii_case(header);
            let mut named =
                self.operation.parameters.iter().filter(same).map(|parameter| Location::of(parameter, parts.source));
            let Some(location) = named.next() else { continue };
            let is_allowed = |location| matches!(location, Location::Header | Location::Elsewhere);
            if !is_allowed(location) && !named.any(is_allowed) && !is_common(header) {
                return Err(Failure::invalid(format!(
                    "{header} is sent in the {}, not in the headers",
                    location.description()
                )));
            }
        }
        Ok(())
    }

    fn read_headers(self, parts: &Parts<'_>, decoded: &mut Map<String, Value>) -> Result<(), Failure> {
        for parameter in self.declared(Location::Header, parts.source) {
            match parts.request.header(&parameter.name.value) {
                Some(text) => {
                    decoded.insert(parameter.name.value.clone(), self.read_whole(parameter, text)?);
                }
                None if parts.request.header_values(&parameter.name.value).next().is_some() => {
                    return Err(Failure::invalid(format!("the header {} was sent twice", parameter.name.value)));
                }
                None if parameter.schema.required => return Err(Failure::missing(&parameter.name.value)),
                None => {}
            }
        }
        Ok(())
    }

    fn read_path(self, parts: &Parts<'_>, decoded: &mut Map<String, Value>) -> Result<(), Failure> {
        for (name, text) in parts.path {
            let mut declared = self.declared(Location::Path, parts.source);
            let value = match declared.find(|parameter| parameter.name.value == *name) {
                Some(parameter) => self.read_whole(parameter, text)?,
                None => Value::String(text.clone()),
            };
            decoded.insert(name.clone(), value);
        }
        Ok(())
    }

    /// Decodes a parameter whose whole value is one text.
    fn read_whole(self, parameter: &'a Parameter, text: &str) -> Result<Value, Failure> {
        field::read_whole(self, parameter, text)
    }

    /// Checks bounds and enumerations, if requested.
    fn check_bounds(self, name: &str, value: &Value, schema: &Schema) -> Result<(), Failure> {
        if self.strict { bound::check(name, value, schema) } else { Ok(()) }
    }
}

/// Whether any request may have this header.
fn is_common(header: &str) -> bool {
    const COMMON: [&str; 12] = [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "date",
        "expect",
        "host",
        "range",
        "user-agent",
    ];
    COMMON.iter().any(|common| common.eq_ignore_ascii_case(header))
}
