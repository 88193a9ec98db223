// Calls of the mock or the service.

import { ask, notice } from "./dialog.js";
import { h } from "./dom.js";
import { t } from "./language.js";
import { eventItem } from "./result.js";
import { request, stream } from "./server.js";
import { side } from "./side.js";
import { $, filled, state } from "./state.js";

/** Calls the operation; with `all`, every page of its list. */
export async function call(all = false) {
  await confirmed(async (more) => {
    const made = await request("call", filled({ all, ...more }));
    return { made, joined: all && made.outcome.ok ? "pages" : "" };
  });
}

/** Calls the operation, and shows its events as they arrive. */
export async function callEvents() {
  await confirmed(async (more) => {
    const { operation } = state;
    const list = h("ol", { className: "events" });
    $("side").prepend(h("div", { className: "result live" },
      h("div", { className: "status", role: "status" }, t("Receiving events…")), list));
    let made;
    await stream("events", filled(more), (line) => {
      if (line.event) list.append(eventItem(operation, line.event));
      else made = line;
    });
    if (!made) throw new Error(t("The stream of events was interrupted."));
    return { made, joined: "events" };
  });
}

/**
 * Makes a call after the confirmation that it needs, and shows its result.
 * @param {(more: {confirm?: string}) => Promise<{made: {outcome: import("./types.js").Outcome, warning: string | null}, joined: "" | "pages" | "events"}>} make
 */
async function confirmed(make) {
  const { operation } = state;
  const more = {};
  if (state.settings.target === "service" && (operation.access !== "read" || operation.paid)) {
    const confirm = await ask({
      title: t("Call {name} on the service?", { name: operation.name }),
      text: `${t(operation.paid ? "It may change something, and it costs money." : "It may change something.")} ${t("Type its name to confirm.")}`,
      action: t("Call"),
      check: (text) => text === operation.name,
    });
    if (confirm === null) return;
    more.confirm = confirm;
  }
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button.call"));
  buttons.forEach((button) => { button.disabled = true; });
  $("side").setAttribute("aria-busy", "true");
  try {
    const { made, joined } = await make(more);
    if (state.operation !== operation) return;
    state.form.problems([]);
    state.outcome = made.outcome;
    state.joined = joined;
    side();
    if (made.warning) notice(made.warning, "problem");
    showSide();
  } catch (error) {
    if (state.operation !== operation) return;
    state.form.problems(error.problems ?? []);
    state.outcome = null;
    side();
    notice(error.message, "problem");
    showSide();
  } finally {
    $("side").removeAttribute("aria-busy");
    buttons.forEach((button) => { button.disabled = false; });
  }
}

/** Shows the beginning of the panel, which is below the form in a narrow window. */
function showSide() {
  $("side").scrollTop = 0;
  if (matchMedia("(max-width: 900px)").matches) $("side").scrollIntoView();
}
