// What the modules of the page share.

/**
 * @typedef {object} State
 * @property {import("./types.js").Settings} settings
 * @property {import("./types.js").Operation | null} operation
 * @property {ReturnType<typeof import("./form.js").form> | null} form
 * @property {(import("./types.js").Snippet & {error?: string}) | null} snippet
 * @property {import("./types.js").Outcome | null} outcome
 * @property {"" | "pages" | "events"} joined What the value of the outcome is joined from.
 * @property {(() => void) | null} refresh Draws the open tab anew after a change of the form.
 */

/** @type {State} */
export const state = {
  settings: { target: "mock", region: null, endpoint: null, profile: null },
  operation: null,
  form: null,
  snippet: null,
  outcome: null,
  joined: "",
  refresh: null,
};

/** @param {string} id */
export const $ = (id) => document.getElementById(id);

/** The operation and its parameters, as endpoints expect them. */
export function filled(more = {}) {
  const { product, version, name } = state.operation;
  return { product, version, operation: name, parameters: state.form.values(), settings: state.settings, ...more };
}

/**
 * A setting that the browser remembers; nothing if storage is off.
 * @param {string} name
 */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch { /* Storage is off. */ }
}
