// The result of a call.

import { code, h, lazy, table, tabs } from "./dom.js";
import { t } from "./language.js";
import { request } from "./server.js";
import { state } from "./state.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Outcome} Outcome */
/** @typedef {import("./types.js").Type} Type */

/**
 * Draws the result of a call.
 * @param {Operation} operation
 * @param {Outcome} outcome
 * @param {"" | "pages" | "events"} joined
 */
export function result(operation, outcome, joined) {
  const facts = [
    outcome.status && `HTTP ${outcome.status}`,
    `${outcome.milliseconds.toFixed(0)} ms`,
    outcome.attempts.length > 1 && t("{count} attempts", { count: outcome.attempts.length }),
    outcome.requestId && t("request {id}", { id: outcome.requestId }),
  ].filter(Boolean);
  const head = h("div", { className: `status ${outcome.ok ? "ok" : "failed"}`, role: "status" },
    h("strong", {}, outcome.ok ? t("Success") : outcome.error.code || outcome.error.kind), ` ${facts.join(" · ")}`);
  /** @type {[string, () => any][]} */
  const entries = outcome.ok ? [] : [[t("Explanation"), () => explanation(outcome.error)]];
  if (outcome.ok || outcome.value?.length) {
    entries.push([t("Response"), () => decoded(operation, outcome, joined)], ["JSON", () => raw(outcome)]);
  }
  entries.push([t("Headers"), () => headers(outcome)], [t("Attempts"), () => attempts(outcome)]);
  return h("div", { className: "result" }, head, tabs(t("Result"), entries));
}

/** @param {import("./types.js").Failure} error */
function explanation(error) {
  const link = error.troubleshootingUrl && /^https:/.test(error.troubleshootingUrl);
  return [
    h("p", { className: "message" }, error.message),
    h("ul", {}, error.explanation.map((sentence) => h("li", {}, t(sentence)))),
    error.missingAction && h("p", {}, t("Missing permission:"), " ", h("code", {}, error.missingAction)),
    error.accessDenied && code(JSON.stringify(error.accessDenied, null, 2), t("details")),
    error.diagnosticMessage && diagnosis(error.diagnosticMessage),
    link && h("p", {}, h("a", {
      href: error.troubleshootingUrl, target: "_blank", rel: "noreferrer noopener",
    }, t("The vendor's page about this error"))),
  ].filter(Boolean);
}

/** @param {string} message */
function diagnosis(message) {
  const box = h("div", {});
  const decode = async () => code(JSON.stringify(await request("diagnose", { message, settings: state.settings }), null, 2), t("the diagnosis"));
  return h("div", {},
    h("div", { className: "actions" },
      h("button", { type: "button", id: "diagnose", onclick: () => box.replaceChildren(lazy(decode)) }, t("Decode the diagnostic message")),
      h("span", { className: "facts" }, t("Calls ram:DecodeDiagnosticMessage with your credentials."))),
    box);
}

/**
 * @param {Operation} operation
 * @param {Outcome} outcome
 * @param {"" | "pages" | "events"} joined
 */
function decoded(operation, outcome, joined) {
  if (outcome.text !== null) return code(outcome.text, t("text"));
  if (outcome.bytes !== null) {
    const count = Math.floor((outcome.bytes.length * 3) / 4);
    return h("p", {}, h("a", { href: `data:application/octet-stream;base64,${outcome.bytes}`, download: "response.bin" },
      t("Download {count} bytes", { count })));
  }
  if (outcome.value === null) return h("p", { className: "empty" }, t("The response has no body."));
  return node(operation, typeOf(operation, joined), outcome.value, true);
}

/**
 * The type of a response, or of the list that pages or events are joined to.
 * @param {Operation} operation
 * @param {"" | "pages" | "events"} joined
 * @returns {Type | undefined}
 */
function typeOf(operation, joined) {
  if (joined === "events") return { kind: "list", item: operation.response };
  const path = joined === "pages" ? operation.pages.items : [];
  return path.reduce((type, name) => field(operation, type, name)?.type, operation.response);
}

/**
 * @param {Operation} operation
 * @param {Type | undefined} type
 * @param {string} name
 */
function field(operation, type, name) {
  const fields = type?.kind === "object" ? operation.types[type.type]?.fields ?? [] : [];
  return fields.find((known) => known.name === name);
}

/**
 * A value with the documentation of its fields.
 * @param {Operation} operation
 * @param {Type | undefined} type
 * @param {any} value
 * @param {boolean} opened
 */
function node(operation, type, value, opened) {
  if (value === null || typeof value !== "object") return scalar(value);
  if (Array.isArray(value)) {
    if (!value.length) return h("span", { className: "empty" }, t("empty list"));
    return h("details", { className: "tree", open: opened || value.length <= 3 },
      h("summary", {}, value.length === 1 ? t("1 item") : t("{count} items", { count: value.length })),
      h("ol", {}, value.slice(0, 200).map((item) => h("li", {}, node(operation, type?.item, item, value.length <= 3)))),
      value.length > 200 && h("p", { className: "empty" }, t("{count} more items: see JSON", { count: value.length - 200 })));
  }
  return h("dl", { className: "tree" }, Object.entries(value).map(([name, item]) => {
    const known = field(operation, type, name);
    const inner = type?.kind === "map" ? type.item : known?.type;
    return [h("dt", {}, name), h("dd", {}, node(operation, inner, item, true), documentation(known?.text))];
  }));
}

/** @param {string | number | boolean | null} value */
function scalar(value) {
  return h("code", { className: value === null ? "null" : typeof value }, value === null ? "null" : String(value));
}

/** @param {string | null | undefined} text The documentation of a field: its first line, and all of it when it is opened. */
function documentation(text) {
  if (!text) return null;
  const line = text.trim().split("\n")[0].replace(/[`*]/g, "");
  const short = line.length > 100 ? `${line.slice(0, 97)}…` : line;
  return short === text.trim() ? h("span", { className: "hint" }, short)
    : h("details", { className: "hint" }, h("summary", {}, short), h("p", {}, text.trim()));
}

/**
 * An event of a stream.
 * @param {Operation} operation
 * @param {{kind?: string, id?: string | null, value?: any, milliseconds?: number, error?: string}} event
 */
export function eventItem(operation, event) {
  if (event.error) return h("li", { className: "problem" }, event.error);
  const name = [event.kind, event.id].filter(Boolean).join(" ");
  return h("li", {}, h("span", { className: "facts" }, `${name} · ${event.milliseconds.toFixed(0)} ms`),
    node(operation, operation.response, event.value, true));
}

/** @param {Outcome} outcome */
function raw(outcome) {
  return code(outcome.text ?? JSON.stringify(outcome.value, null, 2), "JSON");
}

/** @param {Outcome} outcome */
function headers(outcome) {
  return outcome.headers.length ? table(null, outcome.headers) : h("p", { className: "empty" }, t("No headers."));
}

/** @param {Outcome} outcome */
function attempts(outcome) {
  if (!outcome.attempts.length) return h("p", { className: "empty" }, t("Nothing was sent."));
  return table(["#", t("Status"), t("Time"), t("Error"), t("Retry")], outcome.attempts.map((attempt) => [
    attempt.number,
    attempt.status ?? "–",
    `${attempt.milliseconds.toFixed(1)} ms`,
    attempt.error ?? "",
    attempt.retryDelay === null ? ""
      : `${t("after {delay} ms.", { delay: attempt.retryDelay.toFixed(0) })} ${t(attempt.retryReason ?? "")}`,
  ]));
}
