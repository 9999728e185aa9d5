// What the bank has for what is typed: asked after a pause, shown in every cell, and said once.
//   form[data-counts]: the address   [data-stock="ROW"]   [data-verdict]   [data-said]: a polite region

import { renew } from "./session.js";

const PAUSE = 350; // after the last key
const QUIET = 1200; // before it is said aloud
const STATES = { none: "is-none", short: "is-none", thin: "is-short", zero: "is-zero" };

export function watchCounts(form) {
  const verdict = form.querySelector("[data-verdict]");
  const region = form.querySelector("[data-said]");
  let timer = 0;
  let saying = 0;
  let asked = 0;
  let running = null;
  let last = "";

  function plan() {
    clearTimeout(timer);
    clearTimeout(saying);
    verdict.setAttribute("aria-busy", "true");
    timer = setTimeout(ask, PAUSE);
  }

  async function ask(isAgain = false) {
    const number = ++asked;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.counts, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token?.value || "" },
        signal: running.signal,
      });
      if ([400, 401].includes(answer.status) && !isAgain && !(await renew(form))) return void ask(true); // a new sign-in
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (number !== asked) return;
      for (const notice of document.querySelectorAll("[data-lost]")) notice.hidden = true;
      show(found);
      say(found.said);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error instanceof TypeError) await renew(form); // no network: the page says so
      say(form.dataset.sayFailed);
    } finally {
      if (number === asked) verdict.removeAttribute("aria-busy");
    }
  }

  function show(found) {
    for (const [row, one] of Object.entries(found.rows)) {
      const place = form.querySelector(`[data-stock="${row}"]`);
      if (!place) continue;
      place.querySelector("[data-text]").textContent = one.text;
      place.querySelector("[data-details]").textContent = one.details;
      const cell = place.closest(".eb-matrix-cell");
      if (!cell) continue;
      cell.classList.remove("is-none", "is-short", "is-zero");
      if (STATES[one.state]) cell.classList.add(STATES[one.state]);
      cell.dataset.state = one.state;
      const bar = cell.querySelector("progress");
      if (bar) {
        bar.max = Math.max(one.mark * 2, 1);
        bar.value = one.mark ? Math.min(one.available, one.mark * 2) : 0;
      }
    }
    const focused = verdict.contains(document.activeElement) ? document.activeElement.textContent : null;
    verdict.innerHTML = found.verdict;
    if (focused) [...verdict.querySelectorAll("a, button")].find((one) => one.textContent === focused)?.focus();
  }

  function say(text) {
    clearTimeout(saying);
    saying = setTimeout(() => {
      if (text === last) return;
      last = text;
      region.textContent = text;
    }, QUIET);
  }

  return { plan };
}
