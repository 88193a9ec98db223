// The operation that is open: its form, and the tabs beside it.

import { documentation } from "./documentation.js";
import { notice } from "./dialog.js";
import { h, tabs } from "./dom.js";
import { call, callEvents } from "./call.js";
import { form } from "./form.js";
import { history } from "./history.js";
import { t } from "./language.js";
import { permission } from "./permission.js";
import { request } from "./server.js";
import { side } from "./side.js";
import { $, filled, state } from "./state.js";

/** @typedef {import("./types.js").Entry} Entry */

/** Opens the operation that the address names, with its parameters; false if it names none. */
export async function reopen() {
  const [path, query] = location.hash.slice(1).split("?");
  const [product, version, name] = path.split("/").map(decodeURIComponent);
  if (!name) return false;
  const known = state.operation;
  if (known && known.product === product && known.version === version && known.name === name) return true;
  /** @type {Record<string, unknown>} */
  let values = {};
  try {
    values = query ? JSON.parse(decodeURIComponent(query)) : {};
  } catch { /* A link that was cut: the form opens empty. */ }
  await load({ product, version, operation: name }, values);
  return true;
}

/**
 * @param {import("./types.js").Selection} selection
 * @param {Record<string, unknown>} values
 */
async function load(selection, values) {
  $("operation").setAttribute("aria-busy", "true");
  try {
    state.operation = await request(`operation?${new URLSearchParams(selection)}`);
  } catch (error) {
    state.operation = null;
    $("operation").replaceChildren(h("p", { className: "problem", role: "alert" }, error.message));
    $("side").replaceChildren();
    return;
  } finally {
    $("operation").removeAttribute("aria-busy");
  }
  state.outcome = null;
  state.snippet = null;
  state.form = form(state.operation, changed);
  state.form.set(values);
  render();
  await update();
}

function render() {
  const { operation } = state;
  document.title = `${operation.name} – ${t("Alibaba Cloud explorer")}`;
  const badges = [
    h("span", { className: `badge ${operation.access}` }, operation.access === "unknown" ? t("may write") : t(operation.access)),
    operation.paid && h("span", { className: "badge warning" }, t("costs money")),
    operation.highRisk && h("span", { className: "badge warning" }, t("high risk")),
    operation.deprecated && h("span", { className: "badge warning" }, t("deprecated")),
  ];
  // Only the open tab is drawn anew after a change.
  const tab = (content) => () => {
    state.refresh = null;
    return content();
  };
  $("operation").replaceChildren(
    h("h2", {}, operation.name, " ", badges),
    h("p", { className: "origin" }, `${operation.title} · ${operation.product} ${operation.version}`),
    operation.summary ? h("p", { className: "lead" }, operation.summary) : "",
    tabs(t("Operation"), [
      [t("Parameters"), tab(parameters)],
      ["JSON", tab(editor)],
      [t("Documentation"), tab(() => documentation(operation))],
      [t("Permission"), tab(permission)],
      [t("History"), tab(() => history({ refill, repeat }))],
    ]));
  $("operation").scrollTop = 0;
}

function parameters() {
  const { operation } = state;
  return [
    state.form.element,
    h("div", { className: "actions" },
      h("button", { type: "button", className: "primary call", id: "call", onclick: () => call() }, t("Call")),
      operation.pages && h("button", { type: "button", className: "call", id: "call-all", onclick: () => call(true) }, t("Call all pages")),
      operation.events && h("button", { type: "button", className: "call", id: "call-events", onclick: callEvents }, t("Call with events")),
      h("button", { type: "button", id: "examples", onclick: () => fill(operation.examples) }, t("Fill with examples")),
      h("button", { type: "button", id: "clear", onclick: () => fill({}) }, t("Clear")),
      copyLink()),
  ];
}

function copyLink() {
  const button = h("button", { type: "button", onclick: async () => {
    await navigator.clipboard.writeText(location.href);
    button.textContent = t("Copied");
    setTimeout(() => { button.textContent = t("Copy link"); }, 1500);
  } }, t("Copy link"));
  return button;
}

/** @param {Record<string, unknown>} values */
function fill(values) {
  state.form.set(values);
  changed();
}

function editor() {
  const problem = h("p", { className: "problem", id: "json-problem", role: "alert", hidden: true });
  const area = h("textarea", {
    rows: 18,
    spellcheck: "false",
    "aria-label": t("Parameters as JSON"),
    "aria-describedby": "json-problem",
    value: JSON.stringify(state.form.values(), null, 2),
    oninput: () => {
      try {
        state.form.set(JSON.parse(area.value));
        problem.hidden = true;
        changed();
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
    },
  });
  return [area, problem];
}

/**
 * Opens the operation of a call in the history with its parameters and its result. Returns whether the history has all
 * parameters: secrets are not in it.
 * @param {Entry} made
 */
async function refill(made) {
  const entries = Object.entries(made.parameters);
  const known = entries.filter(([, value]) => !JSON.stringify(value).includes("\"***\""));
  await load({ product: made.product, version: made.version, operation: made.operation }, Object.fromEntries(known));
  if (!state.operation) return false;
  state.outcome = made.outcome;
  state.joined = !made.joined ? "" : state.operation.pages ? "pages" : "events";
  side();
  return known.length === entries.length;
}

/** @param {Entry} made */
async function repeat(made) {
  const complete = await refill(made);
  if (!state.operation) return;
  if (!complete) {
    notice(t("Secret parameters are not in the history: fill them in, and call."), "problem");
    return;
  }
  state.outcome = null;
  if (state.joined === "events") await callEvents();
  else await call(state.joined === "pages");
}

/** @type {ReturnType<typeof setTimeout>} */
let timer;

function changed() {
  clearTimeout(timer);
  timer = setTimeout(() => update(), 120);
}

/** Draws what depends on the parameters or the settings. */
export async function update() {
  const { operation } = state;
  link();
  try {
    const snippet = await request("code", filled());
    if (state.operation !== operation) return;
    state.snippet = snippet;
    state.form.problems([]);
  } catch (error) {
    if (state.operation !== operation) return;
    state.form.problems(error.problems ?? []);
    if (!error.problems?.length) state.snippet = { rust: "", manifest: "", command: "", raw: "", variables: [], error: error.message };
  }
  side();
  state.refresh?.();
}

/** The address reopens the form. It has no secrets. */
function link() {
  const secrets = state.operation.parameters.filter((field) => field.type.sensitive).map((field) => field.name);
  const values = Object.fromEntries(Object.entries(state.form.values()).filter(([name]) => !secrets.includes(name)));
  const { product, version, name } = state.operation;
  const path = [product, version, name].map(encodeURIComponent).join("/");
  const query = Object.keys(values).length ? `?${encodeURIComponent(JSON.stringify(values))}` : "";
  window.history.replaceState(null, "", `#${path}${query.length < 4000 ? query : ""}`);
}
