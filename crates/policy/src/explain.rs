//! Why a policy has an action: the operation that needs it, where the program uses that, and where the fact is from.

use std::fmt::{self, Write as _};

use crate::requirement::{Requirement, Requirements};
use crate::usage::Usage;

/// The width of the first column.
const LABEL: usize = 10;

/// Returns a block of lines for each action, in the order of actions.
#[must_use]
pub fn explain(requirements: &Requirements) -> String {
    let mut actions: Vec<&Requirement> = requirements.actions.iter().collect();
    actions.sort_by(|a, b| (&a.action, &a.operation).cmp(&(&b.action, &b.operation)));
    let mut text = String::new();
    for requirement in actions {
        // Writing to a `String` does not fail.
        _ = block(&mut text, requirement);
    }
    if !requirements.undocumented.is_empty() {
        text.push_str("Operations without a documented action (not in the policy)\n");
        for (operation, usage) in &requirements.undocumented {
            _ = writeln!(text, "  {operation} ({})", operation.version);
            _ = origins(&mut text, usage);
        }
        text.push('\n');
    }
    if !requirements.anonymous.is_empty() {
        text.push_str("Operations that are called without credentials and need no action\n");
        for operation in &requirements.anonymous {
            _ = writeln!(text, "  {operation} ({})", operation.version);
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

fn block(text: &mut String, requirement: &Requirement) -> fmt::Result {
    write!(text, "{}", requirement.action)?;
    match &requirement.access_level {
        Some(level) => writeln!(text, " ({level})")?,
        None => text.push('\n'),
    }
    for resource in &requirement.resources {
        line(text, "resource", resource)?;
    }
    let filled = |arn: &String| requirement.resources.contains(arn);
    for resource in requirement.documented.iter().filter(|resource| !filled(&resource.arn)) {
        line(text, "documented", &resource.arn)?;
    }
    for condition in &requirement.conditions {
        let always = if condition.always == Some(true) { " (always set)" } else { "" };
        line(text, "condition", &format!("{}{always}", condition.key))?;
    }
    if let Some(action) = &requirement.dependency_of {
        line(text, "needed by", action)?;
    }
    line(text, "operation", &format!("{} ({})", requirement.operation, requirement.operation.version))?;
    origins(text, &requirement.usage)?;
    line(text, "source", &requirement.source)?;
    if let Some(page) = &requirement.documentation {
        line(text, "", page)?;
    }
    text.push('\n');
    Ok(())
}

fn origins(text: &mut String, usage: &Usage) -> fmt::Result {
    let mut label = "used";
    for origin in &usage.origins {
        line(text, label, &origin.to_string())?;
        label = "";
    }
    Ok(())
}

fn line(text: &mut String, label: &str, value: &str) -> fmt::Result {
    writeln!(text, "  {label:LABEL$} {value}")
}
