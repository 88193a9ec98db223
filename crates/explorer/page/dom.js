// Elements. Texts of documents are set as text, never as HTML.

import { t } from "./language.js";

/**
 * Creates an element. A property that begins with `on` is an event listener.
 * @param {string} tag
 * @param {Record<string, any>} properties
 * @param {...any} children
 * @returns {any}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "className") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Text with code spans, bold text and links as elements; paragraphs and list items stay apart.
 * @param {string | null} text
 * @returns {HTMLElement[]}
 */
export function prose(text) {
  if (!text) return [];
  return text.trim().split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph.split("\n");
    if (lines.every((line) => /^\s*[-*]\s/.test(line))) {
      return h("ul", {}, lines.map((line) => h("li", {}, inline(line.replace(/^\s*[-*]\s+/, "")))));
    }
    return h("p", {}, inline(paragraph.replace(/^#+\s*/gm, "")));
  });
}

/** @param {string} text */
function inline(text) {
  const parts = [];
  let rest = text;
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/;
  for (let match = pattern.exec(rest); match; match = pattern.exec(rest)) {
    parts.push(rest.slice(0, match.index));
    if (match[1]) parts.push(h("code", {}, match[1]));
    else if (match[2]) parts.push(h("strong", {}, match[2]));
    else parts.push(h("a", { href: match[4], target: "_blank", rel: "noreferrer noopener" }, match[3]));
    rest = rest.slice(match.index + match[0].length);
  }
  parts.push(rest);
  return parts;
}

let counter = 0;

/**
 * Tabs: each has a title and a function that returns its content. Arrows, Home and End move between them.
 * @param {string} label
 * @param {[string, () => any][]} entries
 * @param {number} [selected]
 */
export function tabs(label, entries, selected = 0) {
  const group = (counter += 1);
  const panel = h("div", { role: "tabpanel", id: `panel-${group}`, className: "panel", tabindex: 0 });
  const last = entries.length - 1;
  const buttons = entries.map(([title], index) => h("button", {
    type: "button",
    role: "tab",
    id: `tab-${group}-${index}`,
    "aria-controls": panel.id,
    onclick: () => select(index),
    onkeydown: (event) => {
      const next = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      select(next);
      buttons[next].focus();
    },
  }, title));
  const select = (index) => {
    buttons.forEach((button, at) => {
      button.setAttribute("aria-selected", String(at === index));
      button.tabIndex = at === index ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", buttons[index].id);
    panel.replaceChildren(...[entries[index][1]()].flat(Infinity).filter(Boolean));
  };
  select(Math.min(selected, last));
  return h("div", { className: "tabs" }, h("div", { role: "tablist", "aria-label": label }, buttons), panel);
}

/**
 * A place for content that arrives later: a note until then, and a problem if it does not.
 * @param {() => Promise<any>} load
 */
export function lazy(load) {
  const box = h("div", {}, h("p", { className: "empty" }, t("Loading…")));
  load().then(
    (content) => box.replaceChildren(...[content].flat(Infinity).filter(Boolean)),
    (error) => box.replaceChildren(h("p", { className: "problem", role: "alert" }, error.message)),
  );
  return box;
}

/**
 * A table. Without titles, the first cell of each row is the row's title.
 * @param {string[] | null} titles
 * @param {any[][]} rows
 */
export function table(titles, rows) {
  const row = (cells) => h("tr", {}, cells.map((cell, index) =>
    (titles || index ? h("td", {}, cell) : h("th", { scope: "row" }, cell))));
  return h("div", { className: "scroll" }, h("table", {},
    titles && h("thead", {}, h("tr", {}, titles.map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {}))))),
    h("tbody", {}, rows.map(row))));
}

/**
 * A block of code with a button that copies it.
 * @param {string} text
 * @param {string} label
 */
export function code(text, label) {
  const button = h("button", {
    type: "button",
    className: "copy",
    "aria-label": t("Copy {label}", { label }),
    onclick: async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = t("Copied");
      setTimeout(() => { button.textContent = t("Copy"); }, 1500);
    },
  }, t("Copy"));
  return h("div", { className: "code" }, button, h("pre", { tabindex: 0 }, h("code", {}, text)));
}
