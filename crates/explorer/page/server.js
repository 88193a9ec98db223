// Requests to the server.

import { t } from "./language.js";

/** An error of the server, with the problems of parameters. */
export class ServerError extends Error {
  /**
   * @param {string} message
   * @param {{path: string, message: string}[]} problems
   */
  constructor(message, problems = []) {
    super(message);
    this.problems = problems;
  }
}

/**
 * @param {string} path
 * @param {unknown} [body]
 */
async function send(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new ServerError(t("The explorer does not respond: is the command still running?"));
  }
  if (response.ok) return response;
  const text = await response.text();
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServerError(text || `HTTP ${response.status}`);
  }
  throw new ServerError(value.error || `HTTP ${response.status}`, value.problems);
}

/**
 * Sends a request, and returns the JSON of the response.
 * @param {string} path
 * @param {unknown} [body] The body of a `POST`.
 */
export async function request(path, body) {
  return (await send(path, body)).json();
}

/**
 * Sends a request, and passes each line of the response to a function as it arrives.
 * @param {string} path
 * @param {unknown} body
 * @param {(line: any) => void} receive
 */
export async function stream(path, body, receive) {
  const response = await send(path, body);
  const decoder = new TextDecoder();
  let rest = "";
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split("\n");
    rest = lines.pop();
    lines.filter(Boolean).forEach((line) => receive(JSON.parse(line)));
    if (done) return;
  }
}
