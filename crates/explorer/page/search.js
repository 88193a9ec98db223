// The list of operations.

import { h } from "./dom.js";
import { t } from "./language.js";
import { $ } from "./state.js";

/** The greatest number of rows that are drawn. */
const ROWS = 100;

/** @typedef {{product: string, version: string, name: string, summary: string, deprecated: number, text: string}} Row */

/** @type {Row[]} */
let rows = [];
/** @type {Row[]} */
let shown = [];
let selected = -1;

/** @param {{documents: {product: string, version: string, operations: [string, string, number][]}[]}} index */
export function startSearch(index) {
  rows = index.documents.flatMap(({ product, version, operations }) => operations.map(([name, summary, deprecated]) => ({
    product, version, name, summary, deprecated, text: `${name} ${summary} ${product}`.toLowerCase(),
  })));
  search();
  $("search").addEventListener("input", search);
  $("search").addEventListener("keydown", keys);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      $("search").focus();
    }
  });
  return rows.length;
}

function search() {
  const words = /** @type {HTMLInputElement} */ ($("search")).value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length ? rows.filter((row) => words.every((word) => row.text.includes(word))) : rows;
  // A name that contains the words is nearer than a summary.
  const rank = (row) => (words.every((word) => row.name.toLowerCase().includes(word)) ? 0 : 1);
  shown = words.length ? [...found].sort((a, b) => rank(a) - rank(b)) : found;
  selected = words.length && shown.length ? 0 : -1;
  const count = shown.length === 1 ? t("1 operation") : t("{count} operations", { count: shown.length });
  $("count").textContent = count + (shown.length > ROWS ? t(", the first {count} are listed", { count: ROWS }) : "");
  draw();
}

function draw() {
  const children = [];
  let group = "";
  shown.slice(0, ROWS).forEach((row, index) => {
    const title = `${row.product} ${row.version}`;
    if (title !== group) {
      group = title;
      children.push(h("div", { className: "group", role: "presentation" }, title));
    }
    children.push(h("div", {
      role: "option",
      id: `row-${index}`,
      className: row.deprecated ? "deprecated" : "",
      "aria-selected": String(index === selected),
      title: row.name,
      onclick: () => choose(row),
    }, h("span", { className: "name" }, row.name), h("span", { className: "summary" }, row.summary)));
  });
  if (!shown.length) children.push(h("p", { className: "empty" }, t("No operation matches.")));
  $("list").replaceChildren(...children);
  announce();
}

function announce() {
  if (selected >= 0) $("search").setAttribute("aria-activedescendant", `row-${selected}`);
  else $("search").removeAttribute("aria-activedescendant");
}

/** @param {KeyboardEvent} event */
function keys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const last = Math.min(shown.length, ROWS) - 1;
    $(`row-${selected}`)?.setAttribute("aria-selected", "false");
    selected = Math.max(0, Math.min(last, selected + step));
    const row = $(`row-${selected}`);
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    announce();
  } else if (event.key === "Enter" && shown[selected]) {
    choose(shown[selected]);
  }
}

/** @param {Row} row */
function choose(row) {
  location.hash = [row.product, row.version, row.name].map(encodeURIComponent).join("/");
}
