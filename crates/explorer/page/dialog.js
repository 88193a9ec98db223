// Questions, and notices beside the code.

import { h } from "./dom.js";
import { t } from "./language.js";
import { $ } from "./state.js";

/**
 * Asks for a text; `null` if the dialog is canceled.
 * @param {{title: string, text: string, action: string, check: (text: string) => boolean}} question
 * @returns {Promise<string | null>}
 */
export function ask({ title, text, action, check }) {
  return new Promise((resolve) => {
    const button = h("button", { className: "primary", value: "yes", disabled: true }, action);
    const input = h("input", {
      type: "text", id: "answer", autocomplete: "off", spellcheck: "false",
      oninput: () => { button.disabled = !check(input.value); },
    });
    const dialog = /** @type {HTMLDialogElement} */ ($("dialog"));
    dialog.setAttribute("aria-labelledby", "dialog-title");
    dialog.replaceChildren(h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, title), h("label", { for: "answer" }, text), input,
      h("div", { className: "actions" }, button, h("button", { value: "no", formnovalidate: true }, t("Cancel")))));
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? input.value : null), { once: true });
    dialog.showModal();
    input.focus();
  });
}

/**
 * Asks for the folder of a package.
 * @param {string} title
 * @param {string} command The command to run in the folder.
 */
export function askFolder(title, command) {
  return ask({
    title,
    text: t("The absolute path of a folder that is empty or does not exist. Run `{command}` there.", { command }),
    action: t("Save"),
    check: (text) => text.trim() !== "",
  });
}

/**
 * Shows a notice above the code.
 * @param {string} text
 * @param {"facts" | "problem"} className
 */
export function notice(text, className) {
  $("side").querySelector(".notice")?.remove();
  $("side").prepend(h("p", { className: `notice ${className}`, role: className === "problem" ? "alert" : "status" }, text));
}
