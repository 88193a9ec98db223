// The permission that a call needs, and a policy of collected permissions.

import { code, h, lazy, table } from "./dom.js";
import { t } from "./language.js";
import { request } from "./server.js";
import { filled, remember, remembered, state } from "./state.js";

/** @typedef {import("./types.js").Permission} Permission */

/** @returns {Permission[]} */
function collected() {
  try {
    return JSON.parse(remembered("permissions") ?? "[]");
  } catch {
    return [];
  }
}

export function permission() {
  const needed = h("div", {});
  const policy = h("div", {});
  const draw = () => needed.replaceChildren(lazy(() => show(drawPolicy)));
  const drawPolicy = () => policy.replaceChildren(lazy(() => showPolicy(drawPolicy)));
  state.refresh = draw;
  draw();
  drawPolicy();
  return [needed, h("h3", {}, t("Policy")), policy];
}

/** @param {() => void} added */
async function show(added) {
  /** @type {Permission[]} */
  const found = await request("permissions", filled());
  if (!found.length) return h("p", { className: "empty" }, t("The document names no RAM action."));
  const add = () => {
    const texts = found.map((permission) => JSON.stringify(permission));
    const others = collected().filter((known) => !texts.includes(JSON.stringify(known)));
    remember("permissions", JSON.stringify([...others, ...found]));
    added();
  };
  /** @param {string[]} names */
  const lines = (names) => (names.length ? names.map((name) => h("div", {}, h("code", {}, name))) : t("none"));
  return [
    ...found.map((permission) => table(null, [
      [t("Action"), h("code", {}, permission.action)],
      [t("Access level"), permission.accessLevel ?? t("not documented")],
      [t("Resources"), lines(permission.resources)],
      [t("Condition keys"), lines(permission.conditions)],
      [t("Dependent actions"), lines(permission.dependentActions)],
    ])),
    h("div", { className: "actions" }, h("button", { type: "button", id: "add-permission", onclick: add }, t("Add to policy"))),
  ];
}

/** @param {() => void} cleared */
async function showPolicy(cleared) {
  const permissions = collected();
  if (!permissions.length) return h("p", { className: "empty" }, t("Add the permissions of one or more operations to get a policy."));
  const policy = await request("policy", { permissions });
  return [
    code(JSON.stringify(policy, null, 2), t("the policy")),
    h("div", { className: "actions" }, h("button", { type: "button", onclick: () => {
      remember("permissions", "[]");
      cleared();
    } }, t("Clear policy"))),
  ];
}
