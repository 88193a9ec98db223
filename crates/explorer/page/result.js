// The result of a call.

import { code, h, tabs } from "./dom.js";

/** Draws the result of a call. */
export function result(operation, outcome) {
  const head = h("div", { className: `status ${outcome.ok ? "ok" : "failed"}`, role: "status" },
    h("strong", {}, outcome.ok ? "Success" : outcome.error.code || outcome.error.kind),
    outcome.status ? ` HTTP ${outcome.status}` : "",
    ` · ${outcome.milliseconds.toFixed(0)} ms`,
    outcome.attempts.length > 1 ? ` · ${outcome.attempts.length} attempts` : "",
    outcome.requestId ? h("span", { className: "request-id" }, ` · request ${outcome.requestId}`) : "");
  const entries = outcome.ok
    ? [["Response", () => decoded(operation, outcome)], ["JSON", () => raw(outcome)]]
    : [["Explanation", () => explanation(outcome.error)]];
  entries.push(["Headers", () => headers(outcome)], ["Attempts", () => attempts(outcome)]);
  return h("div", { className: "result" }, head, tabs("Result", entries));
}

function explanation(error) {
  return [
    h("p", { className: "message" }, error.message),
    h("ul", {}, error.explanation.map((sentence) => h("li", {}, sentence))),
    error.accessDenied && code(JSON.stringify(error.accessDenied, null, 2), "details"),
    error.troubleshootingUrl && /^https:/.test(error.troubleshootingUrl) && h("p", {}, h("a", {
      href: error.troubleshootingUrl, target: "_blank", rel: "noreferrer noopener",
    }, "The vendor's page about this error")),
  ].filter(Boolean);
}

function decoded(operation, outcome) {
  if (outcome.text !== null) return code(outcome.text, "text");
  if (outcome.bytes !== null) {
    return h("p", {}, h("a", { href: `data:application/octet-stream;base64,${outcome.bytes}`, download: "response.bin" },
      `Download ${Math.floor((outcome.bytes.length * 3) / 4)} bytes`));
  }
  if (outcome.value === null) return h("p", { className: "empty" }, "The response has no body.");
  return node(operation, operation.response, outcome.value, true);
}

/** A value with the documentation of its fields. */
function node(operation, type, value, opened) {
  if (value === null || typeof value !== "object") return scalar(value);
  if (Array.isArray(value)) {
    if (!value.length) return h("span", { className: "empty" }, "empty list");
    return h("details", { className: "tree", open: opened || value.length <= 3 },
      h("summary", {}, `${value.length} item${value.length === 1 ? "" : "s"}`),
      h("ol", {}, value.slice(0, 200).map((item) => h("li", {}, node(operation, type?.item, item, value.length <= 3)))),
      value.length > 200 && h("p", { className: "empty" }, `${value.length - 200} more items: see JSON`));
  }
  const fields = type?.kind === "object" ? operation.types[type.type]?.fields ?? [] : [];
  return h("dl", { className: "tree" }, Object.entries(value).map(([name, item]) => {
    const field = fields.find((known) => known.name === name);
    const inner = type?.kind === "map" ? type.item : field?.type;
    return [h("dt", { title: field?.text ?? "" }, name),
      h("dd", {}, node(operation, inner, item, true), field?.text && h("span", { className: "hint" }, short(field.text)))];
  }));
}

function scalar(value) {
  return h("code", { className: value === null ? "null" : typeof value }, value === null ? "null" : String(value));
}

function short(text) {
  const line = text.trim().split("\n")[0].replace(/[`*]/g, "");
  return line.length > 100 ? `${line.slice(0, 97)}…` : line;
}

function raw(outcome) {
  return code(JSON.stringify(outcome.value, null, 2), "JSON");
}

function headers(outcome) {
  if (!outcome.headers.length) return h("p", { className: "empty" }, "No headers.");
  return h("table", {}, h("tbody", {}, outcome.headers.map(([name, value]) =>
    h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value)))));
}

function attempts(outcome) {
  if (!outcome.attempts.length) return h("p", { className: "empty" }, "Nothing was sent.");
  return h("table", {},
    h("thead", {}, h("tr", {}, ["#", "Status", "Time", "Error", "Next after"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, outcome.attempts.map((attempt) => h("tr", {},
      h("td", {}, attempt.number),
      h("td", {}, attempt.status ?? "–"),
      h("td", {}, `${attempt.milliseconds.toFixed(1)} ms`),
      h("td", {}, attempt.error ?? ""),
      h("td", {}, attempt.retryDelay === null ? "" : `${attempt.retryDelay.toFixed(0)} ms`)))));
}
