// Types of what the server sends, for editors and `tsc --checkJs`.

/**
 * @typedef {object} Type
 * @property {string} kind `text`, `integer`, `list`, `map`, `object`, `enum`, …
 * @property {number} [bits]
 * @property {boolean} [sensitive]
 * @property {Type} [item] The type of the items of a list or a map.
 * @property {number} [type] The number of an object's type in `Operation.types`.
 * @property {{value: string, title: string | null}[]} [values]
 */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {boolean} required
 * @property {Type} type
 * @property {string} [in] Where a parameter is sent.
 * @property {string | null} text
 * @property {{value: string, title: string | null}[]} values
 * @property {string | null} default
 * @property {string | null} example
 * @property {string | null} range
 * @property {string | null} items
 * @property {string | null} length
 * @property {boolean} deprecated
 */

/**
 * @typedef {object} Operation
 * @property {string} product
 * @property {string} version
 * @property {string} title
 * @property {string} name
 * @property {string | null} summary
 * @property {string | null} description
 * @property {string | null} link
 * @property {boolean} deprecated
 * @property {"read" | "write" | "unknown"} access
 * @property {boolean} idempotent
 * @property {boolean} paid
 * @property {boolean} highRisk
 * @property {{items: string[]} | null} pages
 * @property {boolean} events
 * @property {{status: string, code: string, message: string | null}[]} errorCodes
 * @property {{calls: number, seconds: number, region: string | null}[]} limits
 * @property {{date: string, description: string}[]} changes
 * @property {Field[]} parameters
 * @property {Type | null} response
 * @property {Record<string, {name: string, fields: Field[]}>} types
 * @property {Record<string, unknown>} examples
 */

/**
 * @typedef {object} Failure
 * @property {string} kind
 * @property {string | null} code
 * @property {string} message
 * @property {string[]} explanation
 * @property {string | null} troubleshootingUrl
 * @property {string | null} missingAction
 * @property {string | null} signatureDifference
 * @property {object | null} accessDenied
 * @property {string | null} diagnosticMessage
 */

/**
 * @typedef {object} Attempt
 * @property {number} number
 * @property {number | null} status
 * @property {number} milliseconds
 * @property {string | null} error
 * @property {number | null} retryDelay
 * @property {string | null} retryReason
 */

/**
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {number | null} status
 * @property {string | null} requestId
 * @property {number} milliseconds
 * @property {Attempt[]} attempts
 * @property {[string, string][]} headers
 * @property {any} value
 * @property {string | null} text
 * @property {string | null} bytes
 * @property {Failure | null} error
 */

/**
 * @typedef {object} Entry A call in the history.
 * @property {string} id
 * @property {number} time
 * @property {string} product
 * @property {string} version
 * @property {string} operation
 * @property {Record<string, unknown>} parameters
 * @property {"mock" | "service"} target
 * @property {boolean} joined
 * @property {Outcome} outcome
 */

/**
 * @typedef {object} Snippet
 * @property {string} rust
 * @property {string} manifest
 * @property {string} command
 * @property {string} raw
 * @property {string[]} variables
 */

/**
 * @typedef {object} Settings
 * @property {"mock" | "service"} target
 * @property {string | null} region
 * @property {string | null} endpoint
 * @property {string | null} profile
 */

/** @typedef {{product: string, version: string, operation: string}} Selection */
/** @typedef {{action: string, accessLevel: string | null, resources: string[], conditions: string[], dependentActions: string[]}} Permission */

export {};
