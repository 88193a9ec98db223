// The page: starts its parts.

import { h } from "./dom.js";
import { startLanguage, t } from "./language.js";
import { reopen, update } from "./operation.js";
import { startSearch } from "./search.js";
import { request } from "./server.js";
import { $, state } from "./state.js";
import { startTarget } from "./target.js";
import { startTheme } from "./theme.js";

start();

async function start() {
  startTheme();
  startLanguage();
  const show = (text, className) => $("operation").replaceChildren(h("p", { className }, text));
  try {
    const index = await request("index");
    state.settings = index.settings;
    startTarget(() => { if (state.operation) update(); });
    const count = startSearch(index);
    window.addEventListener("hashchange", () => reopen());
    if (await reopen()) return;
    show(count ? t("Choose an operation from the list, or type / to search.")
      : t("No document is loaded: give one to `alicloud explore`."), "empty");
  } catch (error) {
    show(error.message, "problem");
  }
}
