// Where calls go, and who makes them.

import { h } from "./dom.js";
import { t } from "./language.js";
import { request } from "./server.js";
import { $, state } from "./state.js";

/** @param {() => void} changed */
export function startTarget(changed) {
  const { settings } = state;
  const field = (name, label) => h("label", {}, `${label} `, h("input", {
    type: "text", id: `setting-${name}`, value: settings[name] ?? "", size: 14, spellcheck: "false", autocomplete: "off",
    onchange: (event) => {
      settings[name] = event.target.value.trim() || null;
      changed();
    },
  }));
  const service = h("span", { className: "service", hidden: settings.target !== "service" },
    field("region", t("Region")), field("endpoint", t("Endpoint")), field("profile", t("Profile")),
    h("button", { type: "button", onclick: who }, t("Who am I?")), h("span", { id: "caller", role: "status" }));
  const select = h("select", { id: "target-select", onchange: () => {
    settings.target = select.value;
    service.hidden = settings.target !== "service";
    changed();
  } }, h("option", { value: "mock" }, t("local mock")), h("option", { value: "service" }, t("Alibaba Cloud")));
  select.value = settings.target;
  $("target").replaceChildren(h("label", { for: "target-select" }, t("Call the")), select, service);
}

async function who() {
  $("caller").textContent = "…";
  try {
    const { arn, account, source } = await request("caller", state.settings);
    $("caller").textContent = t("{arn} (account {account}), from {source}", { arn, account, source });
  } catch (error) {
    $("caller").textContent = error.message;
  }
}
