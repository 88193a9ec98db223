// What the document says about an operation.

import { h, prose, table } from "./dom.js";
import { t } from "./language.js";

/** @param {import("./types.js").Operation} operation */
export function documentation(operation) {
  const empty = (text) => h("p", { className: "empty" }, text);
  const limits = operation.limits ?? [];
  const changes = operation.changes ?? [];
  return [
    operation.description ? prose(operation.description) : empty(t("The document has no description.")),
    h("h3", {}, t("Error codes")),
    operation.errorCodes.length
      ? table(["HTTP", t("Code"), t("Meaning")], operation.errorCodes.map((known) => [known.status, h("code", {}, known.code), known.message ?? ""]))
      : empty(t("The document lists no error codes.")),
    h("h3", {}, t("Rate limits")),
    limits.length
      ? table([t("Region"), t("Calls"), t("Seconds")], limits.map((limit) => [limit.region ?? t("each"), limit.calls, limit.seconds]))
      : empty(t("The document names no rate limits.")),
    h("h3", {}, t("Changes")),
    changes.length
      ? table([t("Date"), t("Change")], changes.map((change) => [change.date, t(change.description)]))
      : empty(t("The document lists no changes.")),
    operation.link && /^https:/.test(operation.link)
      ? h("p", {}, h("a", { href: operation.link, target: "_blank", rel: "noreferrer noopener" }, t("The vendor's page"))) : "",
  ].flat(Infinity).filter(Boolean);
}
