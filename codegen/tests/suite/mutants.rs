//! Mutation testing of the diagnostics: published documents with a random mutation of one key, which is dropped,
//! misspelled, moved or given another type.
//!
//! A mutant that changes the generated code without a new diagnostic is silent. `silent.txt` lists every reviewed kind
//! of silent mutation, and why a generator cannot detect it; the test fails for any other kind. `MUTANTS=20000` sets
//! the number of mutants, and `MUTANTS_SEED=7` selects others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use alicloud_codegen::generate::{Options, Outcome, generate};
use alicloud_codegen::source::Source;
use serde_json::{Map, Value, json};

use crate::{documents, fixture};

/// The number of operations in a slice of a document.
const OPERATIONS: usize = 12;

/// The generator SplitMix64, which is deterministic.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap_or_default()
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(self.below(items.len()))
    }
}

/// Returns slices of documents, with the shared schemas that they use.
fn slices() -> Vec<(String, Value)> {
    let own = documents::json(&documents::root().join("spec/appstream-center"));
    let mut paths: Vec<_> = own.into_iter().filter(|path| !path.to_string_lossy().contains(".overlay.")).collect();
    for product in ["cr", "nas", "ess", "eds-user", "fc-open", "devops"] {
        for folder in ["metadata", "metadata-2026", "metadata-gateways"] {
            let found = documents::beside(folder).map(|folder| folder.join(product)).filter(|path| path.is_dir());
            paths.extend(found.into_iter().flat_map(|folder| documents::json(&folder)));
        }
    }
    let mut slices = Vec::new();
    for path in paths {
        let mut document: Value = serde_json::from_str(&fixture::read(&path)).unwrap_or_default();
        let Value::Object(apis) = document["apis"].take() else { continue };
        document["directories"] = json!([]);
        let schemas = document["components"]["schemas"].take();
        let small: Vec<_> = apis.into_iter().filter(|(_, operation)| operation.to_string().len() < 20_000).collect();
        // Every third slice is representative of a document.
        for operations in small.chunks_exact(OPERATIONS).step_by(3) {
            let mut slice = document.clone();
            slice["apis"] = Value::Object(operations.iter().cloned().collect());
            slice["components"] = json!({"schemas": used_schemas(&slice["apis"], &schemas)});
            if slice["info"]["x-example"].is_string() {
                slice["info"]["x-example"] = json!(operations[0].0);
            }
            slices.push((path.to_string_lossy().into_owned(), slice));
        }
    }
    slices
}

/// Returns the shared schemas that a value refers to, directly or indirectly.
fn used_schemas(value: &Value, schemas: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(members) => {
                let name = members.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
                let target = name.and_then(|name| Some((name, schemas.get(name)?)));
                if let Some((name, schema)) = target.filter(|(name, _)| !found.contains_key(*name)) {
                    found.insert(name.to_owned(), schema.clone());
                    pending.push(schema);
                }
                pending.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

/// A mutation of a key.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    Drop,
    Rename,
    Move,
    Retype,
}

/// Keys that the generator ignores.
const IGNORED: [&str; 8] = [
    "responseDemo",
    "staticInfo",
    "extraInfo",
    "directories",
    "requestParamsDescription",
    "responseParamsDescription",
    "changeSet",
    "flowControl",
];

/// Collects the path of every value.
fn paths(value: &Value, here: &[String], out: &mut Vec<Vec<String>>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => return,
    };
    for (key, child) in children.into_iter().filter(|(key, _)| !IGNORED.contains(&key.as_str())) {
        let path: Vec<String> = here.iter().cloned().chain([key]).collect();
        paths(child, &path, out);
        out.push(path);
    }
}

fn at<'d>(document: &'d mut Value, path: &[String]) -> &'d mut Value {
    path.iter().fold(document, |here, key| match here {
        Value::Array(items) => &mut items[key.parse::<usize>().unwrap_or_default()],
        other => &mut other[key.as_str()],
    })
}

/// Returns a word with a letter that is dropped, doubled, replaced, or swapped with the next.
fn misspelled(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let index = random.below(letters.len());
    match random.below(4) {
        0 if letters.len() > 1 => drop(letters.remove(index)),
        1 if index + 1 < letters.len() => letters.swap(index, index + 1),
        2 if index < letters.len() => letters.insert(index, letters[index]),
        _ => letters.splice(index..(index + 1).min(letters.len()), ['q']).for_each(drop),
    }
    letters.into_iter().collect()
}

/// Applies the mutation. Returns `false` if it is not possible.
fn mutate(document: &mut Value, mutation: Mutation, path: &[String], all: &[Vec<String>], random: &mut Random) -> bool {
    let Some((key, parent_path)) = path.split_last() else { return false };
    match mutation {
        Mutation::Drop => remove(at(document, parent_path), key).is_some(),
        Mutation::Rename => match at(document, path) {
            Value::String(text) if random.below(2) == 0 && !text.is_empty() => {
                *text = misspelled(text, random);
                true
            }
            _ => {
                let Value::Object(members) = at(document, parent_path) else { return false };
                let renamed = misspelled(key, random);
                if members.contains_key(&renamed) {
                    return false;
                }
                let entries = std::mem::take(members).into_iter();
                *members =
                    entries.map(|(name, value)| (if name == *key { renamed.clone() } else { name }, value)).collect();
                true
            }
        },
        Mutation::Move => {
            // To an object nearby: around the parent, or beside it.
            let near = |target: &&Vec<String>| {
                !target.starts_with(path)
                    && *target != parent_path
                    && target.len() + 2 > parent_path.len()
                    && parent_path.len() + 2 > target.len()
                    && target.iter().zip(parent_path).take(2).all(|(first, second)| first == second)
            };
            let targets: Vec<&Vec<String>> = all.iter().filter(near).collect();
            let Some(target) = random.pick(&targets).map(|target| (*target).clone()) else { return false };
            if !at(document, parent_path).is_object() || !at(document, &target).is_object() {
                return false;
            }
            let Some(value) = remove(at(document, parent_path), key) else { return false };
            at(document, &target)[key.as_str()] = value;
            true
        }
        Mutation::Retype => {
            let others =
                [json!(true), json!(7), json!("seven"), json!([]), json!({}), json!(["seven"]), json!({"seven": 7})];
            let value = at(document, path);
            let others: Vec<&Value> =
                others.iter().filter(|other| std::mem::discriminant(*other) != std::mem::discriminant(value)).collect();
            let Some(other) = random.pick(&others) else { return false };
            *value = (*other).clone();
            true
        }
    }
}

fn remove(parent: &mut Value, key: &str) -> Option<Value> {
    match parent {
        Value::Object(members) => members.shift_remove(key),
        Value::Array(items) => key.parse::<usize>().ok().filter(|at| *at < items.len()).map(|at| items.remove(at)),
        _ => None,
    }
}

/// The parts of a result that are compared: the code without documentation, all texts, and the diagnostics.
struct Result {
    code: BTreeMap<String, String>,
    texts: BTreeMap<String, String>,
    diagnostics: BTreeSet<String>,
}

fn result(name: &str, document: &Value) -> Result {
    let options = Options { skip_unsupported: true, ..Options::default() };
    let generated = generate(&Source::new(name, document.to_string()), &options);
    let Outcome { files, diagnostics, .. } = generated.unwrap_or_else(|error| panic!("{error}"));
    let code = |text: &String| text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<String>();
    let rust = files.iter().filter(|(path, _)| path.ends_with(".rs") || path.ends_with(".toml"));
    let code = rust
        .map(|(path, text)| {
            let text = if path.ends_with(".toml") { text.lines().skip(1).collect() } else { code(text) };
            (path.clone(), text)
        })
        .collect();
    // Positions are not compared, because they change after the mutation.
    let diagnostics =
        diagnostics.iter().map(|found| format!("{} {:?} {}", found.code, found.operation, found.message)).collect();
    Result { code, texts: files, diagnostics }
}

/// Returns the kind of a mutation and its key, with placeholders for names and indices.
fn kind(mutation: Mutation, path: &[String]) -> String {
    let mut keys: Vec<&str> = Vec::new();
    for (index, key) in path.iter().enumerate() {
        let parent = index.checked_sub(1).map_or("", |index| path[index].as_str());
        let named = index >= 1 && keys.last() != Some(&"NAME");
        keys.push(match parent {
            "apis" | "schemas" | "properties" | "responses" | "errorCodes" | "enumValueTitles" | "x-enum-names"
                if named =>
            {
                "NAME"
            }
            _ if key.bytes().all(|byte| byte.is_ascii_digit()) => "N",
            _ => key,
        });
    }
    // All schemas are equivalent.
    let position = keys
        .iter()
        .rposition(|key| matches!(*key, "schema" | "schemas" | "items" | "additionalProperties" | "properties"));
    let position = match position {
        Some(position) => format!("schema/{}", keys[position + 1..].join("/")),
        None => keys.join("/"),
    };
    format!("{mutation:?} {}", position.replace("schema/NAME/", "schema/").trim_end_matches('/'))
}

#[test]
fn generate_of_mutants_that_change_the_code_reports_them() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let slices = slices();
    let count = number("MUTANTS").unwrap_or(600);
    let mut random = Random(number("MUTANTS_SEED").unwrap_or(1));
    let prepared: Vec<_> = slices
        .iter()
        .map(|(name, document)| {
            let mut all = Vec::new();
            paths(document, &[], &mut all);
            (name, document, all, std::cell::OnceCell::new())
        })
        .collect();
    let (mut same, mut texts, mut reported) = (0, 0, 0);
    let mut silent: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for _ in 0..count {
        let Some((name, document, all, before)) = random.pick(&prepared) else { continue };
        let before = before.get_or_init(|| result(name, document));
        let mutations = [Mutation::Drop, Mutation::Rename, Mutation::Move, Mutation::Retype];
        let mutation = mutations[random.below(4)];
        let Some(path) = random.pick(all) else { continue };
        let mut mutant = (*document).clone();
        if !mutate(&mut mutant, mutation, path, all, &mut random) {
            continue;
        }
        let after = result(name, &mutant);
        if after.diagnostics.difference(&before.diagnostics).next().is_some() {
            reported += 1;
        } else if after.code != before.code {
            let entry =
                silent.entry(kind(mutation, path)).or_insert_with(|| (0, format!("{name} /{}", path.join("/"))));
            entry.0 += 1;
        } else if after.texts != before.texts {
            texts += 1;
        } else {
            same += 1;
        }
    }
    let reviewed = fixture::read(&fixture::folder("suite").join("silent.txt"));
    let reviewed: BTreeSet<&str> = reviewed
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" | "))
        .map(|(kind, _)| kind.trim())
        .collect();
    let total: usize = silent.values().map(|(count, _)| count).sum();
    let mut report = format!(
        "{} mutants of {} documents: {reported} reported, {same} without effect, {texts} only in texts, \
         {total} silent\n",
        reported + same + texts + total,
        slices.len(),
    );
    let mut unknown = Vec::new();
    for (kind, (count, example)) in &silent {
        let known = reviewed.contains(kind.as_str());
        let _ = writeln!(report, "{count:6} {} {kind}", if known { "reviewed  " } else { "UNREVIEWED" });
        if !known {
            unknown.push(format!("{kind}: {example}"));
        }
    }
    println!("{report}");
    assert!(unknown.is_empty(), "unreviewed silent mutations:\n{}\n{report}", unknown.join("\n"));
}
