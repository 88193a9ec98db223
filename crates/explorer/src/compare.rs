//! Differences of JSON values.

use serde::Serialize;
use serde_json::Value;

/// A part that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The names and, from 1, the numbers of items from the outside to the part, with dots between them.
    pub path: String,
    /// The part on the left; `None` if it is on the right alone.
    pub left: Option<Value>,
    /// The part on the right; `None` if it is on the left alone.
    pub right: Option<Value>,
}

/// Returns the parts that differ, each as deep as possible, in the order of the left value.
#[must_use]
pub fn differences(left: &Value, right: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(Some(left), Some(right), &mut Vec::new(), &mut found);
    found
}

fn compare(left: Option<&Value>, right: Option<&Value>, path: &mut Vec<String>, found: &mut Vec<Difference>) {
    let mut below = |name: String, left: Option<&Value>, right: Option<&Value>| {
        path.push(name);
        compare(left, right, path, found);
        path.pop();
    };
    match (left, right) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            for (name, value) in left {
                below(name.clone(), Some(value), right.get(name));
            }
            for (name, value) in right.iter().filter(|(name, _)| !left.contains_key(*name)) {
                below(name.clone(), None, Some(value));
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            for index in 0..left.len().max(right.len()) {
                below((index + 1).to_string(), left.get(index), right.get(index));
            }
        }
        _ if left == right => {}
        _ => found.push(Difference { path: path.join("."), left: left.cloned(), right: right.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn differences_of_nested_values_name_the_deepest_parts() {
        let left = json!({"A": 1, "B": [1, {"C": "x"}], "D": null, "Same": {"E": [1, 2]}});
        let right = json!({"A": 1, "B": [2, {"C": "y"}, 3], "F": true, "Same": {"E": [1, 2]}});
        let found = serde_json::to_value(differences(&left, &right)).unwrap();
        let expected = json!([
            {"path": "B.1", "left": 1, "right": 2},
            {"path": "B.2.C", "left": "x", "right": "y"},
            {"path": "B.3", "left": null, "right": 3},
            {"path": "D", "left": null, "right": null},
            {"path": "F", "left": null, "right": true},
        ]);
        assert_eq!(found, expected);
    }

    #[test]
    fn differences_of_equal_values_are_none() {
        assert_eq!(differences(&json!({"A": [1], "B": 2}), &json!({"B": 2, "A": [1]})), []);
    }
}
