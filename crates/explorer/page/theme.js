// Light and dark.

import { $, remember, remembered } from "./state.js";

/** Applies the remembered theme, and connects the button. */
export function startTheme() {
  const chosen = remembered("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  $("theme").addEventListener("click", () => {
    const shown = document.documentElement.dataset.theme
      ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    document.documentElement.dataset.theme = shown === "dark" ? "light" : "dark";
    remember("theme", document.documentElement.dataset.theme);
  });
}
