// The form of an operation. A control that is empty leaves its parameter unset.

import { h, prose } from "./dom.js";
import { t } from "./language.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Type} Type */
/** @typedef {import("./types.js").Field} Field */
/** @typedef {{id: string, path: string, field?: Field, changed: () => void}} Context */
/** @typedef {{row: HTMLElement, value: () => unknown, set: (given: any) => void, problem: (text: string) => void}} Row */
/** @typedef {{element: HTMLElement, value: () => unknown, set: (given: any) => void}} Control */

/**
 * A form: `element`, `values()`, `set(values)`, and `problems(list)`, which shows problems at their parameters.
 * @param {Operation} operation
 * @param {() => void} changed
 */
export function form(operation, changed) {
  const fields = [...operation.parameters].sort((a, b) => Number(b.required) - Number(a.required));
  /** @type {[Field, Row][]} */
  const controls = fields.map((field) => [field, parameter(operation, field, field.name, changed)]);
  const rows = controls.map(([, control]) => control.row);
  const filter = h("input", { type: "checkbox", id: "only-required", onchange: () => show() });
  const show = () => controls.forEach(([field, control]) => {
    control.row.hidden = filter.checked && !field.required;
  });
  const optional = fields.some((field) => !field.required);
  const element = h("div", { className: "form" },
    optional && h("label", { className: "filter", for: "only-required" }, filter, ` ${t("Only required parameters")}`),
    rows.length ? rows : h("p", { className: "empty" }, t("This operation has no parameters.")));
  return {
    element,
    values() {
      return collect(controls);
    },
    set(values) {
      controls.forEach(([field, control]) => control.set(values[field.name]));
    },
    problems(problems) {
      controls.forEach(([field, control]) => {
        const found = problems.filter((problem) => problem.path.split(".")[0] === field.name);
        control.problem(found.map((problem) => {
          const below = problem.path.slice(field.name.length + 1);
          return below ? `${below} ${problem.message}` : problem.message;
        }).join("; "));
      });
    },
  };
}

/** The values of controls that are set, by name. */
function collect(controls) {
  const values = {};
  for (const [field, control] of controls) {
    const value = control.value();
    if (value !== undefined) values[field.name] = value;
  }
  return values;
}

let counter = 0;

/** A row: label, control, documentation. */
function parameter(operation, field, path, changed) {
  const id = `field-${(counter += 1)}`;
  const control = value(operation, field.type, { id, path, field, changed });
  const error = h("p", { className: "problem", id: `${id}-problem`, hidden: true });
  const row = h("div", { className: `row${field.required ? " required" : ""}`, "data-name": path },
    h("div", { className: "label" },
      h("label", { for: id }, field.name),
      field.required && h("span", { className: "badge required" }, t("required")),
      field.deprecated && h("span", { className: "badge warning" }, t("deprecated")),
      h("span", { className: "type" }, typeName(operation, field.type)),
      field.in && h("span", { className: "type" }, field.in)),
    control.element,
    error,
    documentation(field));
  return {
    row,
    value: control.value,
    set: control.set,
    problem(text) {
      error.textContent = text;
      error.hidden = !text;
      row.classList.toggle("invalid", Boolean(text));
      row.querySelector("input, select, textarea")?.setAttribute("aria-invalid", String(Boolean(text)));
    },
  };
}

function documentation(field) {
  const facts = [
    field.default && t("Default: {text}.", { text: field.default }),
    field.range && t("Range: {text}.", { text: field.range }),
    field.length && t("Length: {text}.", { text: field.length }),
    field.items && t("Items: {text}.", { text: field.items }),
    field.example && t("Example: {text}", { text: field.example }),
  ].filter(Boolean);
  if (!field.text && !facts.length && !field.values.length) return null;
  const text = field.text || "";
  const body = [prose(text), field.values.length > 0 && valueList(field.values),
    facts.length > 0 && h("p", { className: "facts" }, facts.join(" "))];
  return text.length > 240 ? h("details", { className: "docs" }, h("summary", {}, first(text)), body)
    : h("div", { className: "docs" }, body);
}

function first(text) {
  const line = text.trim().split("\n")[0].replace(/[`*]/g, "");
  return line.length > 120 ? `${line.slice(0, 117)}…` : line;
}

/** The known values with their meaning; a long list is closed at first. */
function valueList(values) {
  const list = h("ul", { className: "values" }, values.map(({ value: name, title }) =>
    h("li", {}, h("code", {}, name), title ? ` ${title}` : "")));
  return values.length > 4
    ? h("details", { className: "docs" }, h("summary", {}, t("{count} known values", { count: values.length })), list) : list;
}

function typeName(operation, type) {
  switch (type.kind) {
    case "list": return t("list of {type}", { type: typeName(operation, type.item) });
    case "map": return t("map of {type}", { type: typeName(operation, type.item) });
    case "integer": return t("integer ({bits} bits)", { bits: type.bits });
    case "object": return operation.types[type.type]?.name ?? t("object");
    default: return type.sensitive ? t("secret {type}", { type: t(type.kind) }) : t(type.kind);
  }
}

/**
 * The control of a type: `element`, `value()`, which is `undefined` if unset, and `set(value)`.
 * @param {Operation} operation
 * @param {Type} type
 * @param {Context} context
 * @returns {Control}
 */
function value(operation, type, context) {
  switch (type.kind) {
    case "boolean": return choice(["", "true", "false"], context, (text) => text === "true");
    case "enum": return open(type.values, context);
    case "list": return list(operation, type.item, context);
    case "map": return map(operation, type.item, context);
    case "object": return object(operation, type, context);
    case "json": return area(context);
    case "bytes": return file(context);
    default: return text(type, context);
  }
}

/**
 * @param {Type} type
 * @param {Context} context
 * @returns {Control}
 */
function text(type, { id, field, changed }) {
  const numeric = type.kind === "integer" || type.kind === "number";
  const empty = h("input", { type: "checkbox", "aria-label": t("Send an empty {name}", { name: field?.name ?? t("value") }), onchange: changed });
  const input = h("input", {
    id,
    type: type.sensitive ? "password" : "text",
    inputmode: numeric ? "decimal" : "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": `${id}-problem`,
    placeholder: field?.example && !type.sensitive ? field.example : "",
    oninput: () => {
      empty.checked = false;
      changed();
    },
  });
  const element = numeric ? input
    : h("div", { className: "control" }, input, h("label", { className: "small" }, empty, ` ${t("empty")}`));
  return {
    element,
    value: () => (input.value !== "" ? input.value : empty.checked && !numeric ? "" : undefined),
    set(given) {
      input.value = given === undefined || given === null ? "" : String(given);
      empty.checked = given === "";
    },
  };
}

function choice(options, { id, changed }, read) {
  const select = h("select", { id, onchange: changed }, options.map((option) => h("option", { value: option }, option || "–")));
  return {
    element: select,
    value: () => (select.value === "" ? undefined : read(select.value)),
    set(given) {
      select.value = given === undefined || given === null ? "" : String(given);
    },
  };
}

/** A list of known values that accepts others. */
function open(values, { id, changed }) {
  const input = h("input", {
    id, type: "text", list: `${id}-values`, autocomplete: "off", spellcheck: "false", oninput: changed,
    "aria-describedby": `${id}-problem`, placeholder: values.slice(0, 3).map((known) => known.value).join(", "),
  });
  const element = h("div", {}, input,
    h("datalist", { id: `${id}-values` }, values.map((known) => h("option", { value: known.value }, known.title ?? ""))),
    values.some((known) => known.title) && valueList(values));
  return {
    element,
    value: () => (input.value === "" ? undefined : input.value),
    set(given) {
      input.value = given ?? "";
    },
  };
}

/** The entries of a list or a map: each has the control of a value behind what `prefix` returns, and can be removed. */
function rows(operation, item, context, what, prefix) {
  const items = h("div", { className: "items" });
  const rows = {
    entries: [],
    add(given, name) {
      const id = `${context.id}-${(counter += 1)}`;
      const control = value(operation, item, { ...context, id, field: undefined });
      const key = prefix(name);
      const entry = { key, control };
      entry.row = h("div", { className: "item" }, key, control.element, h("button", {
        type: "button", className: "remove", "aria-label": t(`Remove ${what}`),
        onclick: () => {
          rows.entries = rows.entries.filter((other) => other !== entry);
          entry.row.remove();
          context.changed();
        },
      }, "×"));
      rows.entries.push(entry);
      items.append(entry.row);
      if (given !== undefined) control.set(given);
    },
    clear() {
      rows.entries = [];
      items.replaceChildren();
    },
  };
  const button = h("button", { type: "button", id: context.id, className: "add", onclick: () => {
    rows.add();
    context.changed();
  } }, t(`Add ${what}`));
  rows.element = h("div", { className: "nested" }, items, button);
  return rows;
}

function list(operation, item, context) {
  const items = rows(operation, item, context, "item", () => null);
  return {
    element: items.element,
    value() {
      if (!items.entries.length) return undefined;
      return items.entries.map((entry) => entry.control.value()).filter((given) => given !== undefined);
    },
    set(given) {
      items.clear();
      if (Array.isArray(given)) given.forEach((entry) => items.add(entry));
    },
  };
}

function map(operation, item, context) {
  const key = (name = "") => h("input", {
    type: "text", value: name, "aria-label": t("Key"), placeholder: t("key"), oninput: context.changed,
  });
  const items = rows(operation, item, context, "entry", key);
  return {
    element: items.element,
    value() {
      const values = items.entries.map((entry) => [entry.key.value, entry.control.value()]);
      const set = values.filter(([name, given]) => name !== "" && given !== undefined);
      return set.length ? Object.fromEntries(set) : undefined;
    },
    set(given) {
      items.clear();
      Object.entries(given ?? {}).forEach(([name, entry]) => items.add(entry, name));
    },
  };
}

/** An object; its fields are drawn when it is first opened, because types may contain themselves. */
function object(operation, type, context) {
  let controls;
  const body = h("div", { className: "nested" });
  const details = h("details", { ontoggle: () => draw() }, h("summary", { id: context.id }, t("Fields")), body);
  const draw = () => {
    if (controls) return;
    const { fields } = operation.types[type.type];
    controls = fields.map((field) => [field, parameter(operation, field, `${context.path}.${field.name}`, context.changed)]);
    body.append(...controls.map(([, control]) => control.row));
  };
  return {
    element: details,
    value() {
      const values = controls ? collect(controls) : {};
      return Object.keys(values).length ? values : undefined;
    },
    set(given) {
      if (given === undefined || given === null) {
        controls?.forEach(([, control]) => control.set(undefined));
        return;
      }
      draw();
      details.open = true;
      controls.forEach(([field, control]) => control.set(given[field.name]));
    },
  };
}

/** Any JSON value, as text. */
function area({ id, changed }) {
  const input = h("textarea", {
    id, rows: 3, spellcheck: "false", placeholder: "JSON", "aria-describedby": `${id}-problem`, oninput: changed,
  });
  return {
    element: input,
    value() {
      if (input.value.trim() === "") return undefined;
      try {
        return JSON.parse(input.value);
      } catch {
        return input.value;
      }
    },
    set(given) {
      input.value = given === undefined || given === null ? "" : JSON.stringify(given, null, 2);
    },
  };
}

/** Bytes from a file, as base64. */
function file({ id, changed }) {
  let content;
  const name = h("span", { className: "small" });
  const input = h("input", { id, type: "file", onchange: async () => {
    const [chosen] = input.files;
    if (!chosen) {
      content = undefined;
    } else {
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      let binary = "";
      for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
      content = btoa(binary);
    }
    name.textContent = "";
    changed();
  } });
  return {
    element: h("div", {}, input, name),
    value: () => content,
    set(given) {
      content = given ?? undefined;
      name.textContent = content === undefined ? "" : t("{count} bytes", { count: Math.floor((content.length * 3) / 4) });
    },
  };
}
