// The language of the page's own texts. Texts of documents are shown as the documents have them.

import { $, remember, remembered } from "./state.js";
import { chinese } from "./chinese.js";

const language = remembered("language") ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

/**
 * A text in the chosen language. The English text is the key of the table; `{name}` is replaced by a value.
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function t(text, values = {}) {
  const found = language === "zh" ? chinese[text] ?? text : text;
  return found.replace(/\{(\w+)\}/g, (part, name) => String(values[name] ?? part));
}

/** Translates the fixed parts of the page, and connects the button. The page is loaded anew: its link has the form. */
export function startLanguage() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.textContent);
  for (const name of ["aria-label", "placeholder"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) element.setAttribute(name, t(element.getAttribute(name)));
  }
  const button = $("language");
  button.textContent = language === "zh" ? "English" : "中文";
  button.lang = language === "zh" ? "en" : "zh-CN";
  button.addEventListener("click", () => {
    remember("language", language === "zh" ? "en" : "zh");
    location.reload();
  });
}
