//! Invalid documents and their expected diagnostics.

use alicloud_codegen::check::RULES;
use alicloud_codegen::diagnostic::CODES;

use crate::fixture;

#[test]
fn generate_of_invalid_documents_reports_expected_diagnostics() {
    let files = fixture::files(&fixture::folder("bad"), "json");
    assert!(files.len() >= 20, "{} files", files.len());
    let mut differences = Vec::new();
    for path in files {
        let name = format!("{}.json", fixture::stem(&path));
        let text = fixture::read(&path);
        let outcome = fixture::outcome(&name, &text);
        let rendered = fixture::rendered(&name, &text, &outcome);
        let verdict = match outcome.files.len() {
            0 => "no files\n".to_owned(),
            count => format!("{count} files\n"),
        };
        differences
            .extend(fixture::expect(&path.with_extension("txt"), &(rendered.join("\n") + "\n" + &verdict)).err());
        differences.extend(rendered.iter().filter_map(|text| check_form(&name, text).err()));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Checks the form of a diagnostic: `name:line:column: severity[code]: message`, the marked line, and a suggestion.
fn check_form(name: &str, text: &str) -> Result<(), String> {
    let fail = |what: &str| Err(format!("{what}:\n{text}"));
    let Some(position) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')) else {
        return fail("no name");
    };
    let mut parts = position.splitn(3, ':');
    let number = |part: Option<&str>| part.is_some_and(|part| part.parse::<usize>().is_ok_and(|number| number > 0));
    if !number(parts.next()) || !number(parts.next()) {
        return fail("no line and column");
    }
    let rest = parts.next().unwrap_or_default();
    let code = rest.split(['[', ']']).nth(1).unwrap_or_default();
    let checked = RULES.iter().any(|rule| rule.error == code || rule.warning == code);
    if !checked && !CODES.iter().any(|(known, _)| *known == code) {
        return fail("no code");
    }
    if (rest.starts_with(" error[E"), rest.starts_with(" warning[W")) == (false, false) {
        return fail("severity and code are inconsistent");
    }
    if !text.lines().any(|line| line.contains(" | ") && line.trim_end().ends_with('^')) {
        return fail("no mark");
    }
    if !text.contains("\n  = help: ") {
        return fail("no help");
    }
    let odd = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    if text.contains(odd) {
        return fail("a control character");
    }
    Ok(())
}

#[test]
fn codes_are_distinct_and_have_a_meaning() {
    let mut codes: Vec<&str> = CODES.iter().map(|(code, _)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), CODES.len());
    assert!(CODES.iter().all(|(_, meaning)| meaning.ends_with('.')));
}

#[test]
fn codes_each_occur_in_an_invalid_document() {
    let expected: String =
        fixture::files(&fixture::folder("bad"), "txt").iter().map(|path| fixture::read(path)).collect();
    // Reported for the command line, an overlay, and a file that is too large for this repository.
    let elsewhere = ["E0105", "E0106", "E0107"];
    let missing: Vec<&str> = CODES
        .iter()
        .map(|(code, _)| *code)
        .filter(|code| !elsewhere.contains(code) && !expected.contains(&format!("[{code}]")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
