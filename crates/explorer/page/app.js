// The page: the list of operations, the form of one, and its code and result.

import { code, h, prose, request, tabs } from "./dom.js";
import { form } from "./form.js";
import { result } from "./result.js";

const $ = (id) => document.getElementById(id);
const state = { rows: [], shown: [], selected: -1, settings: {}, operation: null, form: null, snippet: null, outcome: null };

/** The greatest number of rows that are drawn. */
const ROWS = 200;

start();

async function start() {
  theme();
  let index;
  try {
    index = await request("index");
  } catch (error) {
    $("operation").replaceChildren(h("p", { className: "problem" }, error.message));
    return;
  }
  state.settings = index.settings;
  for (const document of index.documents) {
    for (const [name, summary, deprecated] of document.operations) {
      const row = { product: document.product, version: document.version, name, summary, deprecated };
      row.text = `${name} ${summary} ${document.product}`.toLowerCase();
      state.rows.push(row);
    }
  }
  target();
  search();
  $("search").addEventListener("input", search);
  $("search").addEventListener("keydown", keys);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      $("search").focus();
    }
  });
  window.addEventListener("hashchange", () => reopen());
  if (!(await reopen()) && state.rows.length) {
    $("operation").replaceChildren(h("p", { className: "empty" }, "Choose an operation on the left, or type / to search."));
  }
  if (!state.rows.length) {
    $("operation").replaceChildren(h("p", { className: "empty" }, "No document is loaded: give one to `alicloud explore`."));
  }
}

// Search

function search() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length ? state.rows.filter((row) => words.every((word) => row.text.includes(word))) : state.rows;
  // A name that contains the words is nearer than a summary.
  const rank = (row) => (words.every((word) => row.name.toLowerCase().includes(word)) ? 0 : 1);
  state.shown = words.length ? [...found].sort((a, b) => rank(a) - rank(b)) : found;
  state.selected = words.length && state.shown.length ? 0 : -1;
  $("count").textContent = `${state.shown.length} operation${state.shown.length === 1 ? "" : "s"}`
    + (state.shown.length > ROWS ? `, the first ${ROWS} are listed` : "");
  draw();
}

function draw() {
  const children = [];
  let group = "";
  state.shown.slice(0, ROWS).forEach((row, index) => {
    const title = `${row.product} ${row.version}`;
    if (title !== group) {
      group = title;
      children.push(h("div", { className: "group", role: "presentation" }, title));
    }
    children.push(h("div", {
      role: "option",
      id: `row-${index}`,
      className: row.deprecated ? "deprecated" : "",
      "aria-selected": index === state.selected,
      title: row.name,
      onclick: () => choose(row),
    }, h("span", { className: "name" }, row.name), h("span", { className: "summary" }, row.summary)));
  });
  if (!state.shown.length) children.push(h("p", { className: "empty" }, "No operation matches."));
  $("list").replaceChildren(...children);
  if (state.selected >= 0) $("search").setAttribute("aria-activedescendant", `row-${state.selected}`);
  else $("search").removeAttribute("aria-activedescendant");
}

function keys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const last = Math.min(state.shown.length, ROWS) - 1;
    const before = $(`row-${state.selected}`);
    state.selected = Math.max(0, Math.min(last, state.selected + step));
    before?.setAttribute("aria-selected", false);
    const row = $(`row-${state.selected}`);
    row?.setAttribute("aria-selected", true);
    row?.scrollIntoView({ block: "nearest" });
    $("search").setAttribute("aria-activedescendant", `row-${state.selected}`);
  } else if (event.key === "Enter" && state.shown[state.selected]) {
    choose(state.shown[state.selected]);
  }
}

function choose(row) {
  location.hash = `${encodeURIComponent(row.product)}/${encodeURIComponent(row.version)}/${encodeURIComponent(row.name)}`;
}

// An operation

/** Opens the operation that the address names, with its parameters. */
async function reopen() {
  const [place, query] = location.hash.slice(1).split("?");
  const [product, version, name] = place.split("/").map(decodeURIComponent);
  if (!name) return false;
  const known = state.operation;
  if (known && known.product === product && known.version === version && known.name === name) return true;
  let values = {};
  try {
    values = query ? JSON.parse(decodeURIComponent(query)) : {};
  } catch { /* A link that was cut: the form opens empty. */ }
  await load({ product, version, operation: name }, values);
  return true;
}

async function load(selection, values) {
  $("operation").setAttribute("aria-busy", "true");
  try {
    const parameters = new URLSearchParams(selection);
    state.operation = await request(`operation?${parameters}`);
  } catch (error) {
    state.operation = null;
    $("operation").replaceChildren(h("p", { className: "problem" }, error.message));
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
  document.title = `${operation.name} – Alibaba Cloud explorer`;
  const badges = [
    h("span", { className: `badge ${operation.access}` }, operation.access === "unknown" ? "may write" : operation.access),
    operation.paid && h("span", { className: "badge warning" }, "costs money"),
    operation.highRisk && h("span", { className: "badge warning" }, "high risk"),
    operation.deprecated && h("span", { className: "badge warning" }, "deprecated"),
  ];
  $("operation").replaceChildren(
    h("h2", {}, operation.name, " ", badges),
    h("p", { className: "origin" }, `${operation.title} · ${operation.product} ${operation.version}`),
    operation.summary ? h("p", { className: "lead" }, operation.summary) : "",
    tabs("Operation", [
      ["Parameters", () => parameters()],
      ["JSON", () => editor()],
      ["Documentation", () => documentation()],
      ["History", () => history()],
    ]));
  $("operation").scrollTop = 0;
}

function parameters() {
  return [
    state.form.element,
    h("div", { className: "actions" },
      h("button", { type: "button", className: "primary", id: "call", onclick: () => call(false) }, "Call"),
      state.operation.pages && h("button", { type: "button", id: "call-all", onclick: () => call(true) }, "Call all pages"),
      h("button", { type: "button", id: "examples", onclick: () => fill(state.operation.examples) }, "Fill with examples"),
      h("button", { type: "button", onclick: () => fill({}) }, "Clear"),
      h("button", { type: "button", onclick: () => navigator.clipboard.writeText(location.href) }, "Copy link")),
  ];
}

function fill(values) {
  state.form.set(values);
  changed();
}

function editor() {
  const problem = h("p", { className: "problem", hidden: true });
  const area = h("textarea", {
    rows: 18,
    spellcheck: "false",
    "aria-label": "Parameters as JSON",
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

function documentation() {
  const { operation } = state;
  return [
    prose(operation.description),
    operation.ram ? [
      h("h3", {}, "Permission"),
      h("table", {}, h("tbody", {},
        h("tr", {}, h("th", { scope: "row" }, "Action"), h("td", {}, h("code", {}, operation.ram.action))),
        h("tr", {}, h("th", { scope: "row" }, "Access level"), h("td", {}, operation.ram.access ?? "not documented")),
        h("tr", {}, h("th", { scope: "row" }, "Resource"), h("td", {}, h("code", {}, operation.ram.resource ?? "*"))))),
    ] : [h("h3", {}, "Permission"), h("p", { className: "empty" }, "The document names no RAM action.")],
    h("h3", {}, "Error codes"),
    operation.errorCodes.length ? h("table", {},
      h("thead", {}, h("tr", {}, ["HTTP", "Code", "Meaning"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, operation.errorCodes.map((known) => h("tr", {},
        h("td", {}, known.status), h("td", {}, h("code", {}, known.code)), h("td", {}, known.message ?? "")))))
      : h("p", { className: "empty" }, "The document lists no error codes."),
    operation.link && /^https:/.test(operation.link)
      ? h("p", {}, h("a", { href: operation.link, target: "_blank", rel: "noreferrer noopener" }, "The vendor's page")) : "",
  ].flat(Infinity).filter(Boolean);
}

function history() {
  const box = h("div", {}, h("p", { className: "empty" }, "Loading…"));
  const draw = async () => {
    const calls = await request("history");
    if (!calls.length) {
      box.replaceChildren(h("p", { className: "empty" }, "No calls yet."));
      return;
    }
    const rows = calls.map((made) => h("tr", {},
      h("td", {}, new Date(made.time * 1000).toLocaleString()),
      h("td", {}, h("button", { type: "button", className: "link", onclick: () => refill(made) }, made.operation)),
      h("td", {}, made.target),
      h("td", { className: made.outcome.ok ? "ok" : "failed" }, made.outcome.ok ? "success" : made.outcome.error.code ?? made.outcome.error.kind)));
    box.replaceChildren(
      h("table", {}, h("thead", {}, h("tr", {}, ["Time", "Operation", "Target", "Result"].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, rows)),
      h("div", { className: "actions" }, h("button", { type: "button", onclick: async () => {
        await request("history/clear", {});
        await draw();
      } }, "Clear history")));
  };
  draw().catch((error) => box.replaceChildren(h("p", { className: "problem" }, error.message)));
  return box;
}

async function refill(made) {
  await load({ product: made.product, version: made.version, operation: made.operation }, made.parameters);
  state.outcome = made.outcome;
  side();
}

// Code and result

let timer;

function changed() {
  clearTimeout(timer);
  timer = setTimeout(() => update(), 120);
}

function filled(more = {}) {
  const { product, version, name } = state.operation;
  return { product, version, operation: name, parameters: state.form.values(), settings: state.settings, ...more };
}

async function update() {
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
    if (!error.problems?.length) state.snippet = { error: error.message };
  }
  side();
}

/** The address reopens the form. It has no secrets. */
function link() {
  const secrets = state.operation.parameters.filter((field) => field.type.sensitive).map((field) => field.name);
  const values = Object.fromEntries(Object.entries(state.form.values()).filter(([name]) => !secrets.includes(name)));
  const { product, version, name } = state.operation;
  const place = [product, version, name].map(encodeURIComponent).join("/");
  const query = Object.keys(values).length ? `?${encodeURIComponent(JSON.stringify(values))}` : "";
  window.history.replaceState(null, "", `#${place}${query.length < 4000 ? query : ""}`);
}

let tab = 0;

function side() {
  const { snippet, outcome, operation } = state;
  const children = [];
  if (outcome) children.push(h("h2", {}, "Result"), result(operation, outcome));
  children.push(h("h2", {}, "Code"));
  if (snippet?.error) children.push(h("p", { className: "problem" }, snippet.error));
  else if (snippet) {
    const element = tabs("Code", [
      ["Rust", () => remember(0, [code(snippet.rust, "the program"), variables(snippet)])],
      ["Cargo.toml", () => remember(1, code(snippet.manifest, "Cargo.toml"))],
      ["Command", () => remember(2, code(snippet.command, "the command"))],
      ["Raw request", () => remember(3, code(snippet.raw, "the raw request"))],
    ], tab);
    children.push(element, h("div", { className: "actions" },
      h("button", { type: "button", id: "save", onclick: save }, "Save as a project…")));
  }
  $("side").replaceChildren(...children);
}

function remember(index, content) {
  tab = index;
  return content;
}

function variables(snippet) {
  if (!snippet.variables.length) return [];
  return [h("p", { className: "facts" }, `The program reads secret parameters from ${snippet.variables.join(", ")}.`)];
}

async function call(all) {
  const { operation } = state;
  const more = { all };
  if (state.settings.target === "service" && operation.access !== "read") {
    const confirmed = await ask({
      title: `Call ${operation.name} on the service?`,
      text: `It may change something${operation.paid ? ", and it costs money" : ""}. Type its name to confirm.`,
      action: "Call",
      check: (text) => text === operation.name,
    });
    if (confirmed === null) return;
    more.confirm = confirmed;
  }
  const buttons = [$("call"), $("call-all")].filter(Boolean);
  buttons.forEach((button) => { button.disabled = true; });
  $("side").setAttribute("aria-busy", "true");
  try {
    const made = await request("call", filled(more));
    if (state.operation !== operation) return;
    state.form.problems([]);
    state.outcome = made.outcome;
    side();
    if (made.warning) $("side").prepend(h("p", { className: "problem" }, made.warning));
  } catch (error) {
    state.form.problems(error.problems ?? []);
    state.outcome = null;
    side();
    $("side").prepend(h("p", { className: "problem", role: "alert" }, error.message));
  } finally {
    $("side").removeAttribute("aria-busy");
    buttons.forEach((button) => { button.disabled = false; });
  }
}

async function save() {
  const folder = await ask({
    title: "Save as a project",
    text: "The absolute path of a folder that is empty or does not exist. Run it there with `cargo run`.",
    action: "Save",
    check: (text) => text.trim() !== "",
  });
  if (folder === null) return;
  try {
    const saved = await request("project", filled({ folder }));
    notice(`Saved in ${saved.folder}.`, "facts");
  } catch (error) {
    state.form.problems(error.problems ?? []);
    notice(error.message, "problem");
  }
}

function notice(text, className) {
  $("side").querySelector(".notice")?.remove();
  $("side").prepend(h("p", { className: `notice ${className}`, role: "status" }, text));
}

/** Asks for a text; `null` if the dialog is cancelled. */
function ask({ title, text, action, check }) {
  return new Promise((resolve) => {
    const input = h("input", { type: "text", id: "answer", autocomplete: "off", spellcheck: "false", oninput: () => {
      button.disabled = !check(input.value);
    } });
    const button = h("button", { className: "primary", value: "yes", disabled: true }, action);
    const dialog = $("dialog");
    dialog.replaceChildren(h("form", { method: "dialog" }, h("h2", {}, title), h("label", { for: "answer" }, text), input,
      h("div", { className: "actions" }, button, h("button", { value: "no", formnovalidate: true }, "Cancel"))));
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? input.value : null), { once: true });
    dialog.showModal();
    input.focus();
  });
}

// Target

function target() {
  const { settings } = state;
  const field = (name, label) => h("label", {}, `${label} `, h("input", {
    type: "text", value: settings[name] ?? "", size: 14, spellcheck: "false", autocomplete: "off",
    onchange: (event) => {
      settings[name] = event.target.value.trim() || null;
      if (state.operation) update();
    },
  }));
  const service = h("span", { className: "service", hidden: settings.target !== "service" },
    field("region", "Region"), field("endpoint", "Endpoint"), field("profile", "Profile"),
    h("button", { type: "button", onclick: who }, "Who am I?"), h("span", { id: "caller", role: "status" }));
  const select = h("select", { id: "target-select", onchange: () => {
    settings.target = select.value;
    service.hidden = settings.target !== "service";
    if (state.operation) update();
  } }, h("option", { value: "mock" }, "local mock"), h("option", { value: "service" }, "Alibaba Cloud"));
  select.value = settings.target;
  $("target").replaceChildren(h("label", { for: "target-select" }, "Call the "), select, service);
}

async function who() {
  $("caller").textContent = "…";
  try {
    const caller = await request("caller", state.settings);
    $("caller").textContent = `${caller.arn} (account ${caller.account}), from ${caller.source}`;
  } catch (error) {
    $("caller").textContent = error.message;
  }
}

// Light and dark

function theme() {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch { /* Storage is off. */ }
  if (chosen) document.documentElement.dataset.theme = chosen;
  $("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem("theme", document.documentElement.dataset.theme);
    } catch { /* Storage is off. */ }
  });
}
