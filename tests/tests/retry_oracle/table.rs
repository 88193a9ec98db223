//! The table of `rules.json`, and what it says of an attempt.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

/// The outcome of one attempt, as the table sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt<'a> {
    pub event: &'a str,
    pub status: u16,
    pub class: &'a str,
    pub code: &'a str,
    pub header: &'a str,
    pub form: &'a str,
}

impl<'a> Attempt<'a> {
    /// An attempt that brings no response.
    pub fn failed(event: &'a str) -> Self {
        Self { event, status: 0, class: "", code: "", header: "none", form: "" }
    }

    /// Whether the body carries the code where the service reports errors.
    fn is_coded(&self) -> bool {
        match self.status {
            200 => self.form == "json",
            400..=599 => !matches!(self.form, "html" | "empty"),
            _ => false,
        }
    }
}

impl fmt::Display for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.event {
            "response" => write!(f, "{} {:?} ({}; headers: {})", self.status, self.code, self.form, self.header),
            event => f.write_str(event),
        }
    }
}

/// The columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Result,
    Executed,
    Code,
    Write,
    Safe,
}

pub const COLUMNS: [Column; 5] = [Column::Result, Column::Executed, Column::Code, Column::Write, Column::Safe];

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Executed => "executed",
            Self::Code => "code",
            Self::Write => "write",
            Self::Safe => "safe",
        }
    }

    /// The values that a rule can give.
    pub fn values(self) -> &'static [&'static str] {
        match self {
            Self::Result => &["success", "failure", "open"],
            Self::Executed => &["no", "maybe", "open"],
            Self::Code => &["kept", "none", "open"],
            Self::Write | Self::Safe => &["stop", "retry", "once", "open"],
        }
    }

    fn read(self, text: &str) -> &'static str {
        let value = self.values().iter().find(|value| **value == text);
        value.unwrap_or_else(|| panic!("`{text}` is no value of the column `{}`", self.name()))
    }
}

pub struct Rule {
    pub id: String,
    when: Conditions,
    unless: Option<Conditions>,
    pub then: BTreeMap<Column, &'static str>,
}

/// For each property the texts of which one must match.
struct Conditions(Vec<(String, Vec<String>)>);

impl Conditions {
    fn read(json: &Json) -> Self {
        let read = |(name, values): (&String, &Json)| {
            assert!(["event", "status", "class", "code", "header", "form"].contains(&name.as_str()), "{name}");
            let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), values.as_array().expect("a list").iter().map(text).collect())
        };
        Self(json.as_object().expect("conditions").iter().map(read).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    fn hold_for(&self, attempt: &Attempt<'_>) -> bool {
        self.0.iter().all(|(name, texts)| {
            texts.iter().any(|text| match name.as_str() {
                "event" => text == attempt.event,
                "status" if text == "4xx" => attempt.status / 100 == 4,
                "status" if text == "5xx" => attempt.status / 100 == 5,
                "status" => text.parse() == Ok(attempt.status),
                "class" => text == attempt.class,
                "code" => text == attempt.code,
                "header" => text == attempt.header,
                _ => text == attempt.form || text == "coded" && attempt.is_coded(),
            })
        })
    }
}

impl Rule {
    /// Whether every text of the conditions occurs in an attempt: one that is misspelled would never be noticed.
    pub fn is_spelled_right(&self, attempts: &[Attempt<'_>]) -> bool {
        let all = self.when.0.iter().chain(self.unless.iter().flat_map(|unless| &unless.0));
        all.flat_map(|(name, texts)| texts.iter().map(|text| Conditions(vec![(name.clone(), vec![text.clone()])])))
            .all(|condition| attempts.iter().any(|attempt| condition.hold_for(attempt)))
    }

    fn read(json: &Json) -> Self {
        let then = json["then"].as_object().expect("what follows").iter().map(|(name, value)| {
            let column = COLUMNS.into_iter().find(|column| column.name() == name).expect("a column");
            (column, column.read(value.as_str().expect("a value")))
        });
        let id = text(json, "id");
        Self {
            when: Conditions::read(&json["when"]),
            unless: json.get("unless").map(Conditions::read),
            then: then.collect(),
            id,
        }
    }

    pub fn matches(&self, attempt: &Attempt<'_>) -> bool {
        (self.when.has("event") || attempt.event == "response")
            && self.when.hold_for(attempt)
            && !self.unless.as_ref().is_some_and(|unless| unless.hold_for(attempt))
    }
}

pub struct Header {
    pub name: String,
    pub send: Vec<(String, String)>,
    pub delay_ms: Option<u64>,
}

/// `rules.json`.
pub struct Table {
    /// Whether an operation of the effect is `write` or `safe`.
    pub effects: BTreeMap<String, Column>,
    /// Pairs of class and code.
    pub codes: Vec<(String, String)>,
    pub headers: Vec<Header>,
    pub rules: Vec<Rule>,
}

/// The row for an attempt: a value for each column, and its rule.
#[derive(Clone, Debug)]
pub struct Decision(BTreeMap<Column, (&'static str, usize)>);

impl Decision {
    /// `open` for what does not matter, such as whether a success was executed.
    pub fn value(&self, column: Column) -> &'static str {
        self.0.get(&column).map_or("open", |(value, _)| value)
    }

    pub fn rule(&self, column: Column) -> Option<usize> {
        self.0.get(&column).map(|(_, rule)| *rule)
    }
}

fn text(json: &Json, name: &str) -> String {
    json[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {json}")).to_owned()
}

impl Table {
    pub fn read() -> Self {
        let json: Json = serde_json::from_str(include_str!("rules.json")).expect("JSON");
        let list = |name: &str| json[name].as_array().expect("a list");
        for row in ["effects", "codes", "headers", "rules"].into_iter().flat_map(list) {
            assert!(text(row, "because").len() > 20, "no reason in {row}");
        }
        let effect = |row: &Json| {
            let column = if text(row, "column") == "write" { Column::Write } else { Column::Safe };
            (text(row, "effect"), column)
        };
        let codes = |row: &Json| -> Vec<_> {
            let codes = row["codes"].as_array().expect("codes").iter();
            codes.map(|code| (text(row, "class"), code.as_str().expect("a code").to_owned())).collect()
        };
        let header = |row: &Json| Header {
            name: text(row, "header"),
            send: row["send"]
                .as_object()
                .expect("headers")
                .keys()
                .map(|name| (name.clone(), text(&row["send"], name)))
                .collect(),
            delay_ms: row.get("delay_ms").map(|delay| delay.as_u64().expect("milliseconds")),
        };
        Self {
            effects: list("effects").iter().map(effect).collect(),
            codes: list("codes").iter().flat_map(codes).collect(),
            headers: list("headers").iter().map(header).collect(),
            rules: list("rules").iter().map(Rule::read).collect(),
        }
    }

    pub fn header(&self, name: &str) -> &Header {
        self.headers.iter().find(|header| header.name == name).expect("a header of the table")
    }

    /// What the rules say of an attempt.
    ///
    /// # Errors
    /// If two of them contradict each other, or a column is left undecided.
    pub fn decide(&self, attempt: &Attempt<'_>) -> Result<Decision, String> {
        let mut columns: BTreeMap<Column, (&'static str, usize)> = BTreeMap::new();
        for (number, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.matches(attempt)) {
            for (&column, &value) in &rule.then {
                let (earlier, other) = *columns.entry(column).or_insert((value, number));
                if earlier != value {
                    let (one, two) = (&self.rules[other].id, &rule.id);
                    return Err(format!("{attempt}: `{one}` says {earlier} and `{two}` says {value}"));
                }
            }
        }
        let success = columns.get(&Column::Result).is_some_and(|(value, _)| *value == "success");
        let needed = if success { &COLUMNS[..1] } else { &COLUMNS[..] };
        match needed.iter().find(|column| !columns.contains_key(column)) {
            Some(column) => Err(format!("{attempt}: no rule decides `{}`", column.name())),
            None => Ok(Decision(columns)),
        }
    }
}
