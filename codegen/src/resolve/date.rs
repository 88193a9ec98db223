//! Detects dates and times.

use crate::document::Schema;

/// Whether a text is a date and time: by its format, or because the description mentions ISO 8601 and the example has
/// that form. The description alone is not enough: many mention the format of another field.
pub(super) fn is_date_time(schema: &Schema) -> bool {
    match schema.format.as_deref() {
        Some("date-time" | "iso8601") => true,
        Some(_) => false,
        None => {
            let texts = [&schema.description, &schema.title];
            let mentions_iso_8601 = texts.into_iter().flatten().any(|text| {
                let text = text.to_ascii_lowercase();
                text.contains("iso 8601") || text.contains("iso8601") || text.contains("iso-8601")
            });
            mentions_iso_8601 && schema.example.as_deref().is_some_and(has_form)
        }
    }
}

/// Whether a text has the form `2022-08-04T14:36:00Z`, with or without seconds, a fraction and an offset.
fn has_form(text: &str) -> bool {
    let (form, rest) = ("dddd-dd-ddTdd:dd", text.trim());
    let Some((date, offset)) = rest.split_at_checked(form.len()) else { return false };
    let fits = |(mark, c): (u8, u8)| if mark == b'd' { c.is_ascii_digit() } else { mark == c };
    let offset_fits = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z');
    form.bytes().zip(date.bytes()).all(fits) && offset.chars().all(offset_fits) && offset.contains(['Z', '+', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_form_requires_time_and_offset() {
        for text in
            ["2022-08-04T14:36:00Z", "2022-08-04T14:36Z", "2022-08-04T14:36:00.5+08:00", " 2022-08-04T14:36:00Z "]
        {
            assert!(has_form(text), "{text}");
        }
        for text in
            ["2022-08-04", "2022-08-04 14:36:00", "2022-08-04T14:36:00", "1659623760", "", "2022-08-04T14:36:00Z/P1D"]
        {
            assert!(!has_form(text), "{text}");
        }
    }
}
