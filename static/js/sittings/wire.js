// Requests to the server: JSON both ways, a time limit, and an error that says whether trying again can help.
import { sebHeaders, sebReady } from "./seb.js";
import { sumOf } from "./sum.js";

const LIMIT_MS = 8000;
const SUM = "X-Exambank-Sum";
const isPlain = location.protocol === "http:"; // TLS has better sums of its own

export class Refused extends Error {
  constructor(status, body) {
    super(body.message || body.error || `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

// No answer, or an answer that is not ours (a proxy's page): the network is at fault, and work goes on.
export class Unreachable extends Error {}

// The answer also tells when it was asked for (sentAt, this machine's steady counter).
export async function send(url, body) {
  await sebReady;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LIMIT_MS);
  const sentAt = performance.now();
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const sum = isPlain && sent ? { [SUM]: sumOf(sent) } : {};
  let response;
  let parsed;
  try {
    response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: { "Content-Type": "application/json", "X-Exambank": "1", Accept: "application/json", ...sum, ...sebHeaders() },
      body: sent,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: abort.signal,
    });
    const text = await response.text();
    const told = isPlain && response.headers.get(SUM);
    if (told && told !== sumOf(text)) throw new Error("garbled");
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
  if (response.status >= 500 || !parsed || typeof parsed !== "object") throw new Unreachable(`HTTP ${response.status}`);
  if (parsed.error === "garbled") throw new Unreachable("garbled on the way");
  if (!response.ok) throw new Refused(response.status, parsed);
  if (typeof parsed.server_ms !== "number") throw new Unreachable("another server's answer");
  return { ...parsed, sentAt };
}
