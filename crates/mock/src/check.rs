//! Checks a request against the document.
//!
//! Types, placement, styles and required parameters are always checked; bounds and enumerations only if requested,
//! because recorded values violate them.

mod body;
mod bound;
mod field;
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

pub(crate) use json::fit as fits;

/// The parts of a request.
pub(crate) struct Parts<'a> {
    pub(crate) request: &'a Request,
    pub(crate) query: &'a [(String, String)],
    pub(crate) form: Option<&'a [(String, String)]>,
    pub(crate) path: &'a [(String, String)],
    /// Parameters of the protocol, which an operation need not declare.
    pub(crate) system: &'a [&'a str],
    /// The placement of the parameters.
    pub(crate) carrier: Carrier,
}

/// The part of a request with the parameters of query and form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// Each parameter is in its declared position.
    Declared,
    /// All are in the query: the request has no body.
    Query,
    /// All are in the form, with the signature: the classic SDKs send RPC requests in this form.
    Form,
}

impl Carrier {
    /// Returns the placement in a request that is signed in its headers or its query.
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

/// The position of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Query,
    Form,
    Path,
    Header,
    Body,
    /// A label of the host name, or an unknown position, which is not checked.
    Elsewhere,
}

impl Place {
    /// Returns the position of a parameter.
    fn of(parameter: &Parameter, carrier: Carrier) -> Self {
        match (parameter.place.value.as_str(), carrier) {
            ("query" | "formData", Carrier::Query) | ("query", Carrier::Declared) => Self::Query,
            ("query" | "formData", Carrier::Form) | ("formData", Carrier::Declared) => Self::Form,
            (other, _) => Self::of_other(other),
        }
    }

    /// Returns the position of a parameter that is neither in the query nor in the form.
    fn of_other(name: &str) -> Self {
        match name {
            "path" => Self::Path,
            "header" => Self::Header,
            "body" => Self::Body,
            _ => Self::Elsewhere,
        }
    }

    fn noun(self) -> &'static str {
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
        // Positions are checked first: a parameter in the wrong position is not a missing one.
        self.check_header_names(parts)?;
        let own = parts.query.iter().filter(|(name, _)| !self.is_system(name, Place::Query, parts));
        let query = Fields::sort(self, Place::Query, parts.carrier, own)?;
        let body = body::sort(self, parts)?;
        let mut decoded = Map::new();
        self.read_headers(parts, &mut decoded)?;
        self.read_path(parts, &mut decoded)?;
        query.read(self, &mut decoded)?;
        body::read(self, parts, body, &mut decoded)?;
        Ok(decoded)
    }

    fn declared(self, place: Place, carrier: Carrier) -> impl Iterator<Item = &'a Parameter> {
        let parameters = self.operation.parameters.iter();
        parameters.filter(move |parameter| Place::of(parameter, carrier) == place)
    }

    /// Whether a parameter belongs to the protocol; an operation may declare one with the same name.
    fn is_system(self, name: &str, place: Place, parts: &Parts<'_>) -> bool {
        let system_place = if parts.carrier == Carrier::Form { Place::Form } else { Place::Query };
        place == system_place
            && parts.system.contains(&name)
            && self.operation.parameters.iter().all(|parameter| parameter.name.value != name)
    }

    /// Refuses headers that are parameters with another position.
    fn check_header_names(self, parts: &Parts<'_>) -> Result<(), Failure> {
        for (header, _) in &parts.request.headers {
            let same = |parameter: &&Parameter| parameter.name.value.eq_ignore_ascii_case(header);
            let mut named =
                self.operation.parameters.iter().filter(same).map(|parameter| Place::of(parameter, parts.carrier));
            let Some(place) = named.next() else { continue };
            let fine = |place| matches!(place, Place::Header | Place::Elsewhere);
            if !fine(place) && !named.any(fine) && !is_common(header) {
                return Err(Failure::invalid(format!("{header} is sent in the {}, not in the headers", place.noun())));
            }
        }
        Ok(())
    }

    fn read_headers(self, parts: &Parts<'_>, decoded: &mut Map<String, Value>) -> Result<(), Failure> {
        for parameter in self.declared(Place::Header, parts.carrier) {
            match parts.request.header(&parameter.name.value) {
                Some(text) => {
                    decoded.insert(parameter.name.value.clone(), self.whole(parameter, text)?);
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
            let mut declared = self.declared(Place::Path, parts.carrier);
            let value = match declared.find(|parameter| parameter.name.value == *name) {
                Some(parameter) => self.whole(parameter, text)?,
                None => Value::String(text.clone()),
            };
            decoded.insert(name.clone(), value);
        }
        Ok(())
    }

    /// Decodes a parameter whose whole value is one text.
    fn whole(self, parameter: &'a Parameter, text: &str) -> Result<Value, Failure> {
        field::read_whole(self, parameter, text)
    }

    /// Checks bounds and enumerations, if requested.
    fn check_bounds(self, name: &str, value: &Value, schema: &Schema) -> Result<(), Failure> {
        if self.strict { bound::check(name, value, schema) } else { Ok(()) }
    }
}

/// Headers that any request may have.
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
