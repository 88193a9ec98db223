//! What the fuzz targets for files call.

use serde_json::Value;

use super::cli::File;
use super::process::split;
use super::{ini, session};

/// An ini file, and the name of a section in its first line.
pub fn ini(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let wanted = text.lines().next().unwrap_or_default();
    for wanted in [wanted, "default"] {
        match ini::section(&text, wanted) {
            Ok(Some(section)) => {
                for (index, (name, value)) in section.iter().enumerate() {
                    assert!(!name.is_empty() && name.trim() == name && !value.contains('\n'));
                    assert!(section[..index].iter().all(|(other, _)| other != name));
                    // A value is a piece of the file.
                    assert!(text.contains(value));
                }
            }
            Ok(None) => {}
            Err(problem) => assert!((1..=text.lines().count()).contains(&problem.line)),
        }
    }
}

/// A configuration of the command-line tool; another reader must find the same in it.
pub fn cli_profile(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(file) = File::read(&text) else { return };
    let other: Option<Value> = serde_json::from_str(&text).ok();
    let others = other.as_ref().and_then(|other| other.get("profiles")?.as_array());
    for (index, profile) in file.profiles.iter().enumerate() {
        if let Some(other) = others.and_then(|others| others.get(index)) {
            for (name, value) in [("name", &profile.name), ("access_key_secret", &profile.secret)] {
                if let Some(text) = other.get(name).and_then(Value::as_str) {
                    assert_eq!(value.as_deref(), Some(text));
                }
            }
        }
        if let Some(name) = &profile.name
            && let Ok((_, roles)) = file.chain(name)
        {
            assert!(roles.len() <= 10);
        }
        if let Some(command) = &profile.command {
            for windows in [false, true] {
                if let Ok(words) = split(command, windows) {
                    assert!(!words[0].is_empty());
                }
            }
        }
        if let Some(name) = &profile.session_name {
            _ = session::time(name, "");
        }
    }
}
