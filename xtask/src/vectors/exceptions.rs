//! Operations whose recorded cases contain something that the document does not declare.

use serde_json::Value;

/// What a recording contains beyond the document.
enum Deviation {
    /// A field of the body, which is removed from the input and from the request.
    Field(&'static str),
    /// A response that the recorded SDK does not return. It is compared with what was sent, but not with its output.
    UnreadResponse,
    /// A signature that the recorded SDK sends although the document declares the operation anonymous.
    Signature,
}

const NEWER: &str = "the recorded SDK has a field that is newer than the document";

/// A known deviation: product, operation, deviation, and its reason.
const EXCEPTIONS: [(&str, &str, Deviation, &str); 5] = [
    ("FC", "CreateFunction", Deviation::Field("tags"), NEWER),
    ("pds", "SearchFile", Deviation::Field("thumbnail_processes"), NEWER),
    ("pds", "ListRecyclebin", Deviation::Field("thumbnail_processes"), NEWER),
    (
        "pds",
        "InvestigateFile",
        Deviation::UnreadResponse,
        "the document declares an object without fields, which the recorded SDK does not decode",
    ),
    (
        "Sls",
        "PutWebtracking",
        Deviation::Signature,
        "the operation needs no credentials, and the recorded SDK signs it",
    ),
];

/// Removes known deviations from a recording, and prints each with its reason.
pub(super) fn apply(recording: &mut Value) {
    let product = recording["product"].as_str().unwrap_or_default().to_owned();
    let Some(cases) = recording.get_mut("cases").and_then(Value::as_array_mut) else { return };
    for (_, operation, deviation, reason) in EXCEPTIONS.iter().filter(|(of, ..)| *of == product) {
        let mut count = 0;
        for case in cases.iter_mut().filter(|case| case["operation"] == *operation) {
            count += usize::from(remove(deviation, case));
        }
        if count > 0 {
            println!("exception: {operation}, {count} cases: {reason}");
        }
    }
}

/// Removes a deviation; returns whether the case has it.
fn remove(deviation: &Deviation, case: &mut Value) -> bool {
    let Some(case) = case.as_object_mut() else { return false };
    match deviation {
        Deviation::Field(name) => {
            let pointers = [("input", "/body"), ("request", "/json")];
            let removed = pointers.map(|(part, pointer)| {
                let object = case.get_mut(part).and_then(|part| part.pointer_mut(pointer)?.as_object_mut());
                object.and_then(|object| object.shift_remove(*name)).is_some()
            });
            removed.contains(&true)
        }
        Deviation::Signature => {
            let headers = case.get_mut("request").and_then(|request| request.get_mut("headers")?.as_object_mut());
            headers.is_some_and(|headers| {
                let names = ["authorization", "x-log-date", "x-log-content-sha256"];
                names.map(|name| headers.shift_remove(name).is_some()).contains(&true)
            })
        }
        Deviation::UnreadResponse => case.shift_remove("output").is_some(),
    }
}
