// Elements, and requests to the server. Texts of documents are set as text, never as HTML.

/** Creates an element. A property that begins with `on` is an event listener. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "className") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sends a request to the server; throws an error with the server's message and problems. */
export async function request(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new Error("The explorer does not answer: is the command still running?");
  }
  const text = await response.text();
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(text || `HTTP ${response.status}`);
  }
  if (!response.ok) {
    const error = new Error(value.error || `HTTP ${response.status}`);
    error.status = response.status;
    error.problems = value.problems || [];
    throw error;
  }
  return value;
}

/** Text with code spans, bold text and links as elements; paragraphs and list items stay apart. */
export function prose(text) {
  if (!text) return [];
  return text.trim().split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph.split("\n");
    if (lines.every((line) => /^\s*[-*]\s/.test(line))) {
      return h("ul", {}, lines.map((line) => h("li", {}, inline(line.replace(/^\s*[-*]\s+/, "")))));
    }
    return h("p", {}, inline(paragraph.replace(/^#+\s*/gm, "")));
  });
}

function inline(text) {
  const parts = [];
  let rest = text;
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/;
  for (let match = pattern.exec(rest); match; match = pattern.exec(rest)) {
    parts.push(rest.slice(0, match.index));
    if (match[1]) parts.push(h("code", {}, match[1]));
    else if (match[2]) parts.push(h("strong", {}, match[2]));
    else parts.push(h("a", { href: match[4], target: "_blank", rel: "noreferrer noopener" }, match[3]));
    rest = rest.slice(match.index + match[0].length);
  }
  parts.push(rest);
  return parts;
}

/** Tabs: each has a title and a function that returns its content. */
export function tabs(label, entries, selected = 0) {
  const panel = h("div", { role: "tabpanel", className: "panel", tabindex: 0 });
  const buttons = entries.map(([title], index) => h("button", {
    type: "button",
    role: "tab",
    onclick: () => select(index),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (index + step + entries.length) % entries.length;
      select(next);
      buttons[next].focus();
    },
  }, title));
  const select = (index) => {
    buttons.forEach((button, at) => {
      button.setAttribute("aria-selected", at === index);
      button.tabIndex = at === index ? 0 : -1;
    });
    panel.replaceChildren(...[entries[index][1]()].flat(Infinity));
    element.selected = index;
  };
  const element = h("div", { className: "tabs" }, h("div", { role: "tablist", "aria-label": label }, buttons), panel);
  select(Math.min(selected, entries.length - 1));
  return element;
}

/** A block of code with a button that copies it. */
export function code(text, label) {
  const button = h("button", {
    type: "button",
    className: "copy",
    "aria-label": `Copy ${label}`,
    onclick: async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    },
  }, "Copy");
  return h("div", { className: "code" }, button, h("pre", { tabindex: 0 }, h("code", {}, text)));
}
