// Requests to the server: JSON both ways, a time limit, and an error that says whether trying again can help.

const LIMIT_MS = 8000;

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
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LIMIT_MS);
  const sentAt = performance.now();
  let response;
  let parsed;
  try {
    response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: { "Content-Type": "application/json", "X-Exambank": "1", Accept: "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: abort.signal,
    });
    parsed = await response.json();
  } catch (error) {
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
  if (response.status >= 500 || !parsed || typeof parsed !== "object") throw new Unreachable(`HTTP ${response.status}`);
  if (!response.ok) throw new Refused(response.status, parsed);
  if (typeof parsed.server_ms !== "number") throw new Unreachable("another server's answer");
  return { ...parsed, sentAt };
}
