// What is typed is kept on the server about two seconds after the last key, and when the page goes away. Without network
// it stays on the page, is tried again and again, and the page warns before it is left. Says who else is at work here.
import { make, newPublicId, one, word } from "./words.js";

const PAUSE = 2000;
const RETRIES = [2000, 5000, 10000, 20000, 30000];
const BEACON_LIMIT = 60 * 1024; // browsers take 64 KB from a page that goes away
const AGAIN = 15000; // a form that did not leave the page after so long did not get through

export function watchTyping(form, panel) {
  const place = { state: one("[data-typing-state]", panel), others: one("[data-typing-others]", panel) };
  let timer = null;
  let running = null;
  let tries = 0;
  let changes = 0; // counts what was typed; `kept`: up to where the server has it
  let kept = 0;
  let isLeaving = false;
  prepareId();
  place.state.textContent = word("typing_idle");
  if (one(".eb-error-summary, [name=conflict]", form)) changes += 1; // the page came back unsaved
  plan(PAUSE);

  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", leave);
  window.addEventListener("online", () => plan(0));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
  window.addEventListener("pagehide", flush);
  window.addEventListener("beforeunload", (event) => {
    if (changes > kept && !isLeaving) {
      flush();
      event.preventDefault();
    }
  });

  function prepareId() {
    const field = form.elements.namedItem("buffer");
    if (!("isNew" in panel.dataset)) return;
    if (!field) form.append(make("input", { type: "hidden", name: "buffer", value: newPublicId() }));
    else if (!field.value) field.value = newPublicId();
  }

  function note(event) {
    if (event.target.type === "file") return;
    changes += 1;
    tries = 0;
    plan(PAUSE);
  }

  function plan(delay) {
    clearTimeout(timer);
    if (changes > kept && !isLeaving) timer = setTimeout(keep, delay);
  }

  // A saved form is the better copy: nothing more is kept of it, unless it did not get through. Other buttons of the form
  // (another kind, a row) only draw the page anew.
  function leave(event) {
    if (event.defaultPrevented) return;
    if (!/^(save|submit)$/.test(event.submitter?.value || "save")) flush();
    isLeaving = true;
    clearTimeout(timer);
    running?.abort();
    setTimeout(() => {
      isLeaving = false;
      plan(0);
    }, AGAIN);
  }

  async function keep() {
    if (running) return plan(PAUSE);
    const upTo = changes;
    const control = new AbortController();
    running = control;
    const slow = setTimeout(() => control.abort(), 20000);
    say(word("typing_saving"));
    try {
      const answer = await fetch(panel.dataset.keepUrl, { method: "POST", body: textOf(form), headers: { Accept: "application/json" }, signal: control.signal });
      await take(answer, upTo);
    } catch {
      if (!isLeaving) fail(word("typing_offline"));
    } finally {
      clearTimeout(slow);
      running = null;
      if (changes > kept && !tries) plan(PAUSE);
    }
  }

  async function take(answer, upTo) {
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      kept = upTo;
      tries = 0;
      say(word("typing_saved", { time: told.saved }), "is-kept");
      remember(told.buffer);
      showOthers(told.others);
      showOvertaken(told.overtaken);
    } else if (answer.status === 401) fail(word("typing_signed_out"), signInLink());
    else if (answer.status === 400 && told.error === "expired_form") {
      await renewToken(form);
      fail(word("typing_offline"));
    } else if (answer.status === 404) fail(word("typing_gone"));
    else if (answer.status === 422) {
      kept = upTo; // refused as it is: the server says why; sending it again would not help
      say(told.message ?? word("typing_offline"), "is-lost");
    } else fail(word("typing_offline"));
  }

  function fail(...parts) {
    say(parts[0], "is-lost", ...parts.slice(1));
    plan(RETRIES[Math.min(tries, RETRIES.length - 1)]);
    tries += 1;
  }

  function signInLink() {
    return make("a", { href: panel.dataset.signInUrl, target: "_blank" }, word("typing_sign_in"));
  }

  function say(text, state = "", ...more) {
    place.state.className = state;
    if (place.state.firstChild?.data !== text || more.length) place.state.replaceChildren(text, ...(more.length ? [" ", ...more] : []));
  }

  function flush() {
    if (changes <= kept || isLeaving) return;
    const body = textOf(form);
    if (sizeOf(body) > BEACON_LIMIT || !navigator.sendBeacon) return;
    navigator.sendBeacon(panel.dataset.keepUrl, body); // the answer is not heard: the page stays unsaved in its own eyes
  }

  // A new item is found again at this very address.
  function remember(id) {
    if (!("isNew" in panel.dataset) || !id) return;
    const address = new URL(location.href);
    if (address.searchParams.get("buffer") === id) return;
    address.searchParams.set("buffer", id);
    history.replaceState(history.state, "", address);
  }

  function showOthers(text) {
    place.others.hidden = !text;
    if (place.others.textContent !== text) place.others.textContent = text;
  }

  function showOvertaken(overtaken) {
    const known = one("#overtaken");
    if (!overtaken || known?.dataset.message === overtaken.message) return;
    known?.remove();
    const link = make("a", { href: overtaken.url, target: "_blank" }, word("overtaken_compare"));
    const body = make("div", { class: "eb-notice-body" }, make("p", { class: "eb-notice-title" }, overtaken.message), make("p", {}, word("overtaken_kept"), " ", link));
    form.before(make("div", { class: "eb-notice is-caution", id: "overtaken", role: "alert", "data-message": overtaken.message }, body));
  }
}

/** The form as it would be posted, without files. */
export function textOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  return data;
}

function sizeOf(data) {
  let size = 0;
  for (const [name, value] of data.entries()) size += 160 + new Blob([name, value]).size;
  return size;
}

// After a new sign-in the page's token is not the session's any more; a fresh page has one.
async function renewToken(form) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("#item-form input[name=csrf_token]")?.value;
  if (token) form.elements.namedItem("csrf_token").value = token;
}
