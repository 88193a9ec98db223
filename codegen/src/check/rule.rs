//! The rules, each with a code for errors and one for warnings.

/// A kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The code of an error.
    pub error: &'static str,
    /// The code of a warning.
    pub warning: &'static str,
    /// The meaning.
    pub meaning: &'static str,
}

macro_rules! rules {
    ($($name:ident $number:literal $meaning:literal,)*) => {
        $(#[doc = $meaning] pub(super) const $name: Rule =
            Rule { error: concat!("E", $number), warning: concat!("W", $number), meaning: $meaning };)*
        /// All rules.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    UNKNOWN_KEY "0501" "The format has no such key at this level.",
    MISPLACED_KEY "0502" "A key belongs to another level of the document, or has no effect beside its neighbors.",
    UNKNOWN_VALUE "0503" "A value is not one of the known values of its key.",
    BAD_VALUE "0504" "A value has the wrong JSON type or form for its key.",
    MISSING "0505" "A key that every published document has is missing.",
    BAD_REQUIRED "0506" "`required` lists a name that is not a property, or is in a position where it has no effect.",
    BAD_BOUND "0507" "A bound is not a number, or the lower bound is above the upper one.",
    BAD_EXAMPLE "0508" "An example or a default is not a value of its type.",
    BAD_ENUM "0509" "An enumeration lists a value twice, or describes a value that it does not list.",
    BAD_MARK "0510" "A mark has no effect in this position.",
    BAD_ENDPOINT "0511" "An endpoint is not a host name, or its region has several endpoints.",
    BAD_PATH "0512" "The path is inconsistent with the style of the document.",
    UNKNOWN_NAME "0513" "A name refers to nothing, or contradicts the path of the file.",
    ODD_CASE "0514" "One name begins with a lower-case letter, and all others with an upper-case one.",
    MISSING_TEXT "0515" "A hand-written document does not describe an operation, a parameter or a field.",
    UNUSED_SCHEMA "0516" "No operation refers to a shared schema.",
}
