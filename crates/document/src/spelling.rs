//! Suggestions for misspelled names.

/// Returns the candidate that the word most likely misspells; none if no candidate is similar.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = word.to_lowercase();
    let limit = match folded.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=11 => 2,
        _ => 3,
    };
    // The difference in length is a lower bound of the distance.
    let near = |candidate: &&str| *candidate != word && candidate.len().abs_diff(folded.len()) <= 3 * limit;
    let distances = candidates
        .into_iter()
        .filter(near)
        .map(|candidate| (strsim::osa_distance(&folded, &candidate.to_lowercase()), candidate));
    let (distance, candidate) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= limit).then_some(candidate)
}

/// Returns a question with the most similar candidate.
#[must_use]
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_of_a_misspelled_word_is_the_intended_one() {
        let known = ["parameters", "required", "properties", "type", "in", "int32", "int64", "Anonymous", "read"];
        let cases = [
            ("parametres", Some("parameters")),
            ("requierd", Some("required")),
            ("propreties", Some("properties")),
            ("Required", Some("required")),
            ("int23", Some("int32")),
            ("Anonymus", Some("Anonymous")),
            ("reads", Some("read")),
            ("tpye", Some("type")),
            ("uniqueItems", None),
            ("on", None),
            ("allOf", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
