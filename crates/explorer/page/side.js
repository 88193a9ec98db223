// The panel beside the form: the result of a call, and code.

import { askFolder, notice } from "./dialog.js";
import { code, h, lazy, tabs } from "./dom.js";
import { t } from "./language.js";
import { result } from "./result.js";
import { request } from "./server.js";
import { $, filled, state } from "./state.js";

/** The open tab, which stays open when the code changes. */
let open = 0;

/** Draws the panel. */
export function side() {
  const { snippet, outcome, operation } = state;
  const children = [];
  if (outcome) children.push(h("h2", {}, t("Result")), result(operation, outcome, state.joined));
  children.push(h("h2", {}, t("Code")));
  if (snippet?.error) children.push(h("p", { className: "problem" }, snippet.error));
  else if (snippet) {
    /** @type {[string, () => any][]} */
    const entries = [
      ["Rust", () => [code(snippet.rust, t("the program")), variables(snippet)]],
      ["Cargo.toml", () => code(snippet.manifest, "Cargo.toml")],
      [t("Command"), () => [code(snippet.command, t("the command")), h("h3", {}, "curl"), lazy(curl)]],
      [t("Raw request"), () => code(snippet.raw, t("the raw request"))],
      [t("Signature"), () => lazy(signature)],
    ];
    /** @type {[string, () => any][]} */
    const remembering = entries.map(([title, content], index) => [title, () => {
      open = index;
      return content();
    }]);
    children.push(tabs(t("Code"), remembering, open),
      h("div", { className: "actions" }, h("button", { type: "button", id: "save", onclick: save }, t("Save as a project…"))));
  }
  $("side").replaceChildren(...children);
}

/** @param {import("./types.js").Snippet} snippet */
function variables(snippet) {
  if (!snippet.variables.length) return [];
  const names = snippet.variables.join(", ");
  return [h("p", { className: "facts" }, t("The program reads secret parameters from {names}.", { names }))];
}

async function curl() {
  const { curl: line, signed, command } = await request("curl", filled());
  if (signed) {
    return [code(line, "curl"), h("p", { className: "facts" },
      t("Signed with the key of the mock: valid for fifteen minutes, and for one request."))];
  }
  return [code(line, "curl"), h("p", { className: "facts" },
    t("This line has no signature: a signature of your key never reaches the page. Your terminal prints a signed line:")),
  code(command, t("the command"))];
}

async function signature() {
  const steps = await request("signature", filled());
  return steps.map((step, index) => [
    h("h3", {}, `${index + 1}. ${t(step.title)}`), h("p", { className: "facts" }, t(step.explanation)), code(step.text, t(step.title)),
  ]);
}

async function save() {
  const folder = await askFolder(t("Save as a project"), "cargo run");
  if (folder === null) return;
  try {
    const saved = await request("project", filled({ folder }));
    notice(t("Saved in {folder}.", saved), "facts");
  } catch (error) {
    state.form.problems(error.problems ?? []);
    notice(error.message, "problem");
  }
}
