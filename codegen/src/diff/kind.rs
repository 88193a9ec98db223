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
    /// All effects, the most severe first.
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
    Package "package" Changed "The name of the crate changed.",
    Product "product" Changed "The product code or the API version on the wire changed.",
    Style "style" Changed "The style or the gateway of the service changed.",
    EndpointAdded "endpoint-added" Added "The endpoint of a region was added.",
    EndpointRemoved "endpoint-removed" Removed "The endpoint of a region was removed.",
    EndpointChanged "endpoint-changed" Changed "The endpoint of a region changed.",
    OperationAdded "operation-added" Added "An operation was added.",
    OperationRemoved "operation-removed" Removed "An operation was removed.",
    OperationRenamed "operation-renamed" Changed "The Rust name of an operation changed.",
    OperationDeprecated "operation-deprecated" Deprecated "An operation is deprecated, or no longer deprecated.",
    Method "method" Changed "The HTTP method of an operation changed.",
    Path "path" Changed "The path of an operation changed, or it is identified by name instead of by path.",
    Access "access" Changed "An operation is classified as a read instead of a write, or the reverse.",
    Idempotency "idempotency" Changed "An operation is idempotent, or no longer idempotent.",
    Token "token" Changed "The idempotency token of an operation was added, removed or changed.",
    Security "security" Changed "An operation requires credentials, or no longer requires them.",
    ErrorCode "error-code" Changed "The field of a response that contains an error code changed.",
    SuccessField "success-field" Changed "The field of a response that indicates success changed.",
    ErrorCodes "error-codes" Changed "The documented error codes changed.",
    RamAction "ram-action" Changed "The RAM action of an operation changed.",
    Permission "permission" Changed "The resources, the condition keys or the dependent actions of a RAM action changed.",
    RateLimit "rate-limit" Changed "The rate limit of an operation changed.",
    Charges "charges" Changed "An operation may incur charges, or no longer incurs them.",
    ParameterAdded "parameter-added" Added "A parameter was added.",
    ParameterRemoved "parameter-removed" Removed "A parameter was removed.",
    ParameterRenamed "parameter-renamed" Changed "The Rust name of a parameter changed.",
    ParameterType "parameter-type" Changed "The type of a parameter changed.",
    ParameterRequired "parameter-required" Changed "An optional parameter became required.",
    ParameterOptional "parameter-optional" Changed "A required parameter became optional.",
    Encoding "encoding" Changed "The location or the encoding of a parameter in the request changed.",
    Constructor "constructor" Changed "The order of the arguments of a request's constructor changed.",
    PagesAdded "pages-added" Added "An operation became paginated.",
    PagesChanged "pages-changed" Changed "The style or the items of a pagination changed.",
    PagesRemoved "pages-removed" Removed "An operation is no longer paginated.",
    EventsAdded "events-added" Added "An operation can respond with server-sent events.",
    EventsRemoved "events-removed" Removed "An operation no longer responds with server-sent events.",
    Response "response" Changed "The kind of a response body changed.",
    FieldAdded "field-added" Added "A field was added.",
    FieldRemoved "field-removed" Removed "A field was removed.",
    FieldRenamed "field-renamed" Changed "The Rust name of a field changed.",
    FieldType "field-type" Changed "The type of a field changed.",
    FieldRequired "field-required" Changed "The service requires a field of a request, or no longer requires it.",
    EnumToText "enum-to-text" Changed "An enumeration became text.",
    TextToEnum "text-to-enum" Changed "Text became an enumeration.",
    Bounds "bounds" Changed "The bounds of a value changed.",
    Default "default" Changed "The default value of the service changed.",
    Deprecated "deprecated" Deprecated "A parameter, a field or a type is deprecated, or no longer deprecated.",
    ValueAdded "value-added" Added "A value of an enumeration was added.",
    ValueRemoved "value-removed" Removed "A value of an enumeration was removed.",
    ValueRenamed "value-renamed" Changed "The Rust name of a value of an enumeration changed.",
    TypeRenamed "type-renamed" Changed "The Rust name or the module of a type changed.",
    TypeRemoved "type-removed" Removed "A shared type was removed.",
    TypeDirection "type-direction" Changed "A type is no longer part of a request, and therefore has no setters.",
    Texts "texts" Changed "The documentation changed.",
}
