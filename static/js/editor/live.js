// What the server makes of the text while it is written: the candidate's view, the checks, what is alike in the bank. One
// request for all three after a pause; only the answer to the newest counts.
import { textOf } from "./buffer.js";
import { all, layOutFormulas, one, word } from "./words.js";

const PAUSE = 600;

export function watchLive(form, panel, goToPart) {
  const failure = one("[data-live-failure]", panel);
  let timer = null;
  let running = null;
  const plan = (delay = PAUSE) => {
    clearTimeout(timer);
    timer = setTimeout(ask, delay);
  };
  form.addEventListener("input", () => plan());
  form.addEventListener("change", () => plan());
  panel.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("[data-go-part]");
    if (link && goToPart(link.dataset.goPart)) event.preventDefault();
  });

  async function ask() {
    running?.abort();
    const control = (running = new AbortController());
    try {
      const answer = await fetch(panel.dataset.liveUrl, { method: "POST", body: textOf(form), headers: { Accept: "application/json" }, signal: control.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const told = await answer.json();
      if (control === running) show(told);
    } catch {
      if (control.signal.aborted) return;
      failure.textContent = word("live_failed");
      failure.hidden = false;
    }
  }

  const shown = {};
  function show(told) {
    failure.hidden = true;
    for (const place of all("[data-live]", panel)) {
      const html = told[place.dataset.live];
      if (html === undefined || shown[place.dataset.live] === html) continue;
      shown[place.dataset.live] = html;
      const made = new DOMParser().parseFromString(html, "text/html").body;
      place.replaceChildren(...made.childNodes);
      layOutFormulas(place);
    }
  }

  plan(0);
  return { plan };
}
