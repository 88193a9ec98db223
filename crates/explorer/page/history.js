// The calls that were made.

import { askFolder, notice } from "./dialog.js";
import { h, lazy, table } from "./dom.js";
import { t } from "./language.js";
import { request } from "./server.js";

/** @typedef {import("./types.js").Entry} Entry */

/** @param {{refill: (made: Entry) => void, repeat: (made: Entry) => void}} actions */
export function history(actions) {
  const box = h("div", {});
  const draw = () => box.replaceChildren(lazy(async () => list(await request("history"), actions, draw)));
  draw();
  return box;
}

/**
 * @param {Entry[]} calls
 * @param {{refill: (made: Entry) => void, repeat: (made: Entry) => void}} actions
 * @param {() => void} draw
 */
function list(calls, actions, draw) {
  if (!calls.length) return h("p", { className: "empty" }, t("No calls yet."));
  const chosen = new Set();
  const comparison = h("div", { role: "status" });
  const compare = h("button", { type: "button", id: "compare", disabled: true, onclick: async () => {
    // Older first, whatever was chosen first.
    const [left, right] = calls.filter((made) => chosen.has(made)).reverse();
    comparison.replaceChildren(lazy(async () => {
      const found = await differences(left, right);
      requestAnimationFrame(() => comparison.scrollIntoView({ block: "nearest" }));
      return found;
    }));
  } }, t("Compare"));
  const rows = calls.map((made) => {
    const time = new Date(made.time * 1000).toLocaleString();
    const choose = h("input", { type: "checkbox", "aria-label": t("Compare the call of {time}", { time }), onchange: () => {
      if (choose.checked) chosen.add(made);
      else chosen.delete(made);
      compare.disabled = chosen.size !== 2;
    } });
    const action = (text, run) => h("button", { type: "button", className: "link", "aria-label": `${text}: ${made.operation}, ${time}`, onclick: run }, text);
    return [
      choose,
      [h("div", {}, time), h("div", { className: "facts" }, t(made.target))],
      [h("button", { type: "button", className: "link", title: t("Fill the form"), onclick: () => actions.refill(made) }, made.operation),
        h("div", { className: "links" }, action(t("Repeat"), () => actions.repeat(made)), action(t("Export…"), () => save(made)))],
      h("span", { className: made.outcome.ok ? "ok" : "failed" }, made.outcome.ok ? t("success") : made.outcome.error.code ?? made.outcome.error.kind),
    ];
  });
  return [
    table(["", t("Time"), t("Operation"), t("Result")], rows),
    h("div", { className: "actions" }, compare, h("button", { type: "button", onclick: async () => {
      await request("history/clear", {});
      draw();
    } }, t("Clear history"))),
    comparison,
  ];
}

/**
 * @param {Entry} left
 * @param {Entry} right
 */
async function differences(left, right) {
  const found = await request("history/compare", { left: left.id, right: right.id });
  if (!found.length) return h("p", { className: "empty" }, t("The calls do not differ."));
  const value = (part) => (part === null ? h("span", { className: "empty" }, "–") : h("code", {}, typeof part === "string" ? part : JSON.stringify(part)));
  // A long path breaks after a dot.
  const path = (text) => h("code", { className: "path" }, text.split(/(?<=\.)/).map((name) => [name, h("wbr")]));
  const time = (made) => new Date(made.time * 1000).toLocaleTimeString();
  return [h("h3", {}, t("Differences")),
    table([t("Part"), time(left), time(right)], found.map((part) => [path(part.path), value(part.left), value(part.right)]))];
}

/** @param {Entry} made */
async function save(made) {
  const folder = await askFolder(t("Export as a test with a recording"), "cargo test");
  if (folder === null) return;
  try {
    const saved = await request("history/export", { id: made.id, folder });
    notice(t("Saved in {folder}.", saved), "facts");
  } catch (error) {
    notice(error.message, "problem");
  }
}
