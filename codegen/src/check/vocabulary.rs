//! The keys of the format at each level: all that occur in published documents, and those of this project, which begin
//! with `x-`. `spec/schema.json` has the same keys.

/// An object of the document with a fixed set of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The document.
    Document,
    /// `info`.
    Info,
    /// `info.x-crate`.
    Package,
    /// `components`.
    Components,
    /// An element of `endpoints`.
    Endpoint,
    /// A value of `apis`.
    Operation,
    /// `systemTags` of an operation.
    SystemTags,
    /// `x-ram-action` of an operation.
    RamAction,
    /// An element of `ramActions`.
    Permission,
    /// `ramAction` of an element of `ramActions`.
    Action,
    /// An element of `resources` of a RAM action.
    Resource,
    /// An element of `actionConditions` of a RAM action.
    Condition,
    /// An element of `flowControlList`.
    RateLimit,
    /// An element of `info.x-changelog`.
    Release,
    /// An element of `parameters`.
    Parameter,
    /// A value of `responses`.
    Response,
    /// A type.
    Schema,
    /// An element of a list in `errorCodes`.
    ErrorCode,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 18] = [
        Self::Document,
        Self::Info,
        Self::Package,
        Self::Components,
        Self::Endpoint,
        Self::Operation,
        Self::SystemTags,
        Self::RamAction,
        Self::Permission,
        Self::Action,
        Self::Resource,
        Self::Condition,
        Self::RateLimit,
        Self::Release,
        Self::Parameter,
        Self::Response,
        Self::Schema,
        Self::ErrorCode,
    ];

    /// Returns the name of an object of this level in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "the document",
            Self::Info => "`info`",
            Self::Package => "`x-crate`",
            Self::Components => "`components`",
            Self::Endpoint => "an endpoint",
            Self::Operation => "an operation",
            Self::SystemTags => "`systemTags`",
            Self::RamAction => "`x-ram-action`",
            Self::Permission => "an element of `ramActions`",
            Self::Action => "`ramAction`",
            Self::Resource => "a resource of a RAM action",
            Self::Condition => "a condition of a RAM action",
            Self::RateLimit => "a rate limit",
            Self::Release => "a release in `x-changelog`",
            Self::Parameter => "a parameter",
            Self::Response => "a response",
            Self::Schema => "a schema",
            Self::ErrorCode => "an error code",
        }
    }

    /// Returns the keys of an object of this level.
    #[must_use]
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Document => &[
                "$schema",
                "version",
                "info",
                "directories",
                "components",
                "apis",
                "endpoints",
                "errorCodes",
                "changeSet",
                "flowControl",
                "ram",
            ],
            Self::Info => &[
                "style",
                "product",
                "version",
                "x-crate",
                "x-title",
                "x-documentation",
                "x-example",
                "x-gateway",
                "x-changelog",
            ],
            Self::Package => &["name", "version"],
            Self::Components => &["schemas"],
            Self::Endpoint => {
                &["regionId", "endpoint", "regionName", "areaId", "areaName", "public", "vpc", "x-source"]
            }
            Self::Operation => &[
                "path",
                "methods",
                "schemes",
                "security",
                "summary",
                "title",
                "description",
                "deprecated",
                "operationType",
                "systemTags",
                "parameters",
                "responses",
                "errorCodes",
                "consumes",
                "produces",
                "tags",
                "responseDemo",
                "requestParamsDescription",
                "responseParamsDescription",
                "extraInfo",
                "staticInfo",
                "changeSet",
                "flowControl",
                "ramActions",
                "eventInfo",
                "x-ram-action",
                "x-idempotent",
                "x-pages",
                "x-documentation",
                "x-source",
                "x-rust-name",
            ],
            Self::SystemTags => &[
                "operationType",
                "abilityTreeNodes",
                "abilityTreeCode",
                "riskType",
                "chargeType",
                "autoTest",
                "tenantRelevance",
                "notSupportAutoTestReason",
            ],
            Self::RamAction => &["action", "accessLevel", "resource", "x-source"],
            Self::Permission => {
                &["apiName", "description", "operationType", "ramAction", "additionalActions", "x-source"]
            }
            Self::Action => &["action", "authLevel", "actionConditions", "resources"],
            Self::Resource => &["arn", "product", "resourceType", "validationType"],
            Self::Condition => &["conditionKey", "validationType"],
            Self::RateLimit => &["api", "threshold", "countWindow", "regionId"],
            Self::Release => &["version", "date", "Added", "Changed", "Deprecated", "Removed"],
            Self::Parameter => {
                &["name", "in", "style", "schema", "allowEmptyValue", "examples", "x-idempotency-token", "x-source"]
            }
            Self::Response => &["schema", "headers", "description", "examples", "x-source"],
            Self::Schema => &[
                "$ref",
                "type",
                "format",
                "required",
                "docRequired",
                "properties",
                "items",
                "additionalProperties",
                "enum",
                "enumValueTitles",
                "title",
                "description",
                "example",
                "default",
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "minItems",
                "maxItems",
                "minLength",
                "maxLength",
                "pattern",
                "deprecated",
                "visibility",
                "itemNode",
                "itemName",
                "isFileTransferUrl",
                "index",
                "extendType",
                "backendName",
                "sdkPropertyName",
                "x-sensitive",
                "x-error-code",
                "x-success",
                "x-source",
                "x-rust-name",
                "x-rust-type",
                "x-enum-names",
                "x-shared-from",
            ],
            Self::ErrorCode => &["errorCode", "errorMessage", "description", "x-source"],
        }
    }
}

/// HTTP methods.
pub(super) const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options", "trace"];

/// Transports.
pub(super) const SCHEMES: &[&str] = &["https", "http", "sse", "wss", "ws"];

/// Methods of authentication.
pub(super) const SECURITY: &[&str] =
    &["AK", "APP", "Anonymous", "BearerToken", "PrivateKey", "accessTokenAuth", "rootTokenAuth", "ARS_OIDC"];

/// The effects of an operation, by `operationType`.
pub(super) const EFFECTS: &[&str] = &["read", "write", "readAndWrite"];

/// The effects of an operation, by `systemTags.operationType`.
pub(super) const TAGS: &[&str] = &["get", "list", "create", "update", "delete", "read", "write", "none"];

/// The formats of types.
pub(super) const FORMATS: &[&str] =
    &["int32", "int64", "float", "double", "byte", "binary", "iso8601", "date", "date-time"];
