// The marking page: the sum adds itself, points are kept while they are given, everything goes by keyboard.
//   [data-marking][data-draft-url][data-open]   the page       fieldset[data-row]   a row of the guide
//   [data-total]   the sum      [data-kept]   says what is kept      [data-shortcuts]   the switch      [data-keys]   the list of keys
// Without script the form's buttons do the same.

const page = document.querySelector("[data-marking]");
const form = document.getElementById("marking-form");
if (page && form && page.dataset.open === "yes") start();

const WAIT = 800; // after the last change
const AGAIN = 5000; // after a failure

function start() {
  const rows = [...form.querySelectorAll("[data-row]")];
  const state = { timer: 0, busy: false, changed: false, ended: false };
  let at = Math.max(0, rows.findIndex((row) => !chosen(row)));

  form.addEventListener("input", () => {
    showTotal(rows);
    state.changed = true;
    plan(state, WAIT);
  });
  form.addEventListener("submit", (event) => {
    if (state.ended) event.preventDefault();
    // A draft on its way would raise the revision that this form carries: the form waits for it.
    else if (state.busy) {
      event.preventDefault();
      state.then = event.submitter;
    } else {
      state.ended = true;
      clearTimeout(state.timer);
    }
  });
  window.addEventListener("pageshow", () => (state.ended = false));
  rows.forEach((row, place) => row.addEventListener("focusin", () => mark((at = place))));
  prepareSwitch();
  showTotal(rows);
  mark(at);

  function mark(place) {
    rows.forEach((row, one) => row.classList.toggle("is-here", one === place));
  }

  function go(place) {
    at = Math.min(Math.max(place, 0), rows.length - 1);
    const inputs = [...rows[at].querySelectorAll("input")];
    (chosen(rows[at]) || inputs[0])?.focus();
    mark(at);
  }

  function give(place) {
    const inputs = [...rows[at].querySelectorAll("input")];
    const input = inputs[Math.min(Math.max(place, 0), inputs.length - 1)];
    input.checked = true;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  }

  function step(by) {
    const inputs = [...rows[at].querySelectorAll("input")];
    const now = inputs.findIndex((input) => input.checked);
    give(now < 0 ? (by > 0 ? 0 : inputs.length - 1) : now + by);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (!usesKeys() || target.closest("textarea, select, dialog, [contenteditable]")) return;
    const isRadio = target.matches('input[type="radio"]');
    if (target.matches("input") && !isRadio) return;
    if (target.closest("button, a, summary, label.eb-choice") && (event.key === "Enter" || event.key === " ")) return;
    const act = {
      ArrowUp: () => go(at - 1),
      ArrowDown: () => go(at + 1),
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      Enter: () => press("finish"),
      u: () => press("later"),
      U: () => press("later"),
      "?": toggleKeys,
    }[event.key] || (/^[0-9]$/.test(event.key) ? () => digit(Number(event.key)) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });

  function digit(number) {
    give(number);
    if (at < rows.length - 1) go(at + 1);
  }

  function press(name) {
    form.querySelector(`button[name="go"][value="${name}"]`)?.click();
  }

  function plan(what, wait) {
    clearTimeout(what.timer);
    what.timer = setTimeout(() => keep(what), wait);
  }

  async function keep(what) {
    if (what.busy || what.ended || !what.changed) return;
    what.busy = true;
    what.changed = false;
    say(page.dataset.sayKeeping, "hatched");
    try {
      const answer = await fetch(page.dataset.draftUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrf_token?.value || "" },
        body: JSON.stringify(draft()),
      });
      const body = await answer.json();
      if (answer.ok) {
        form.elements.revision.value = body.revision;
        say(page.dataset.sayKept, "full");
      } else {
        // Another tab, another marker, a page that has expired: nothing more is sent from here.
        what.ended = answer.status === 409;
        say(body.message || page.dataset.sayFailed, "crossed");
        if (what.ended) form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
      }
    } catch {
      what.changed = true;
      say(page.dataset.sayFailed, "crossed");
      plan(what, AGAIN);
    } finally {
      what.busy = false;
    }
    if (what.then && !what.ended) {
      const button = what.then;
      what.then = null;
      form.requestSubmit(button);
    } else if (what.changed) plan(what, WAIT);
  }

  function draft() {
    const given = {};
    rows.forEach((row) => {
      const input = chosen(row);
      if (input) given[input.name.slice(2)] = input.value;
    });
    return { given, comment: form.elements.comment.value, revision: Number(form.elements.revision.value) };
  }
}

function chosen(row) {
  return row.querySelector("input:checked");
}

function showTotal(rows) {
  const output = form.querySelector("[data-total]");
  const given = rows.map(chosen).filter(Boolean);
  if (!given.length) {
    output.textContent = "–";
    return;
  }
  const sum = given.reduce((total, input) => total + Number(input.value), 0);
  const points = (sum / Number(output.dataset.guide)) * Number(output.dataset.paper);
  output.textContent = points.toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: 4 });
}

function say(words, square) {
  const place = form.querySelector("[data-kept]");
  place.textContent = words;
  const shape = document.createElement("span");
  shape.className = `eb-square is-${square}`;
  place.prepend(shape, " ");
}

function usesKeys() {
  return form.querySelector("[data-shortcuts]").checked;
}

function prepareSwitch() {
  const box = form.querySelector("[data-shortcuts]");
  try {
    box.checked = localStorage.getItem("eb-marking-keys") !== "off";
  } catch {
    // storage is closed: the keys work, the choice is not remembered
  }
  box.addEventListener("change", (event) => {
    event.stopPropagation();
    try {
      localStorage.setItem("eb-marking-keys", box.checked ? "on" : "off");
    } catch {
      // as above
    }
  });
  box.addEventListener("input", (event) => event.stopPropagation());
}

function toggleKeys() {
  const list = form.querySelector("[data-keys]");
  list.open = !list.open;
}
