//! The kinds of changes, and their effects on callers.

/// The effect of a change on callers, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Only the documentation changes.
    Documentation,
    /// An addition; existing code compiles and behaves as before.
    Additive,
    /// Existing code compiles and behaves differently.
    Behavior,
    /// Existing code may no longer compile.
    Breaking,
}

impl Effect {
    /// All effects, the gravest first.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Behavior, Self::Additive, Self::Documentation];

    /// Returns the name in the JSON report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Additive => "additive",
            Self::Behavior => "behavior",
            Self::Breaking => "breaking",
        }
    }
}

/// The section of a changelog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Added,
    Changed,
    Deprecated,
    Removed,
}

macro_rules! kinds {
    ($($name:ident $word:literal $section:ident $meaning:literal,)*) => {
        /// The kind of a change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $meaning] $name,)*
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Returns the name in the JSON report.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// Returns the section of a changelog.
            pub(super) fn section(self) -> Section {
                match self {
                    $(Self::$name => Section::$section,)*
                }
            }
        }
    };
}

kinds! {
    Package "package" Changed "The crate has another name.",
    Product "product" Changed "The product or the version has another name on the wire.",
    Style "style" Changed "The service is called in another style, or through another gateway.",
    EndpointAdded "endpoint-added" Added "A region has an endpoint.",
    EndpointRemoved "endpoint-removed" Removed "A region has no endpoint any more.",
    EndpointChanged "endpoint-changed" Changed "A region has another endpoint.",
    OperationAdded "operation-added" Added "An operation is new.",
    OperationRemoved "operation-removed" Removed "An operation is gone.",
    OperationRenamed "operation-renamed" Changed "An operation has another Rust name.",
    OperationDeprecated "operation-deprecated" Deprecated "The vendor advises against an operation, or no longer does.",
    Method "method" Changed "An operation is called with another HTTP method.",
    Path "path" Changed "An operation is called at another path, or by name instead of by path.",
    Access "access" Changed "An operation reads where it was taken to write, or the reverse.",
    Idempotency "idempotency" Changed "An operation can, or cannot, be repeated without harm.",
    Token "token" Changed "An operation has, or lacks, an idempotency token.",
    Security "security" Changed "An operation is called with, or without, credentials.",
    ErrorCode "error-code" Changed "A response's field that means failure is marked, or another is.",
    SuccessField "success-field" Changed "A response's field that says whether an operation succeeded counts, or no longer does.",
    ErrorCodes "error-codes" Changed "Other error codes are documented.",
    RamAction "ram-action" Changed "A policy must allow another RAM action.",
    Permission "permission" Changed "A policy must allow a RAM action on other resources, or with other conditions.",
    RateLimit "rate-limit" Changed "An operation can be called at another rate.",
    Charges "charges" Changed "A call may incur charges, or is free.",
    ParameterAdded "parameter-added" Added "A parameter is new.",
    ParameterRemoved "parameter-removed" Removed "A parameter is gone.",
    ParameterRenamed "parameter-renamed" Changed "A parameter has another Rust name.",
    ParameterType "parameter-type" Changed "A parameter has another type.",
    ParameterRequired "parameter-required" Changed "A parameter that could be left out must be given.",
    ParameterOptional "parameter-optional" Changed "A parameter that had to be given can be left out.",
    Encoding "encoding" Changed "A parameter is written elsewhere in the request, or otherwise.",
    Constructor "constructor" Changed "A request's constructor has its arguments in another order.",
    PagesAdded "pages-added" Added "Responses are pages, and the call goes through all of them.",
    PagesChanged "pages-changed" Changed "Pages are gone through in another style, or are of other items.",
    PagesRemoved "pages-removed" Removed "Responses are no pages any more.",
    EventsAdded "events-added" Added "A response can come as server-sent events.",
    EventsRemoved "events-removed" Removed "A response no longer comes as server-sent events.",
    Response "response" Changed "A response is of another kind.",
    FieldAdded "field-added" Added "A field is new.",
    FieldRemoved "field-removed" Removed "A field is gone.",
    FieldRenamed "field-renamed" Changed "A field has another Rust name.",
    FieldType "field-type" Changed "A field has another type.",
    FieldRequired "field-required" Changed "The service insists on a field of a request, or no longer does.",
    EnumToText "enum-to-text" Changed "An enumeration became plain text.",
    TextToEnum "text-to-enum" Changed "Plain text became an enumeration.",
    Bounds "bounds" Changed "A value has other bounds.",
    Default "default" Changed "The service assumes another value.",
    Deprecated "deprecated" Deprecated "The vendor advises against a parameter, a field or a type, or no longer does.",
    ValueAdded "value-added" Added "An enumeration has one more value.",
    ValueRemoved "value-removed" Removed "An enumeration lacks a value.",
    ValueRenamed "value-renamed" Changed "A value of an enumeration has another Rust name.",
    TypeRenamed "type-renamed" Changed "A type has another Rust name or module.",
    TypeRemoved "type-removed" Removed "A shared type is gone.",
    TypeDirection "type-direction" Changed "A type is part of no request any more and has no setters.",
    Texts "texts" Changed "Documentation says something else.",
}
