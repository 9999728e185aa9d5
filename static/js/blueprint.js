// The pages of a blueprint: the matrix as a grid, its sums, what the bank has; the codes of papers as they will be.
// Without script the same forms do all of it by their buttons. See assembly/*.js for the attributes each part reads.
import { showCodes } from "./assembly/codes.js";
import { watchCounts } from "./assembly/counts.js";
import { watchEntries } from "./assembly/entries.js";
import { watchGrid } from "./assembly/grid.js";
import { makeHistory } from "./assembly/history.js";
import { guardSending } from "./assembly/session.js";
import { showSums } from "./assembly/sums.js";

const guarded = document.querySelector("form[data-guarded]");
if (guarded) guardSending(guarded);
const form = document.querySelector("form[data-blueprint]");
if (form) start(form);
const codes = document.querySelector("[data-codes]");
if (codes) showCodes(codes);

function start(form) {
  form.querySelectorAll("[data-without-script]").forEach((one) => one.setAttribute("hidden", ""));
  form.querySelectorAll("[data-with-script]").forEach((one) => one.removeAttribute("hidden"));
  const history = makeHistory();
  const counts = watchCounts(form);
  const entries = watchEntries(form, changed);
  const grid = watchGrid(form, history, { chosen: entries.show, changed, details: entries.open });
  watchMoves(form, history, grid, changed);
  watchLeaving(form);
  changed(false);
  if (!document.querySelector("[data-autofocus]")) entries.show(grid.current());

  function changed(isTyped = true) {
    showSums(form);
    if (isTyped) counts.plan();
  }
}

// "Move 1 question to ...": two numbers change, one step to undo.
function watchMoves(form, history, grid, changed) {
  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-move]") : null;
    if (!button) return;
    const [source, target, count] = button.dataset.move.split(":").map(Number);
    const from = form.querySelector(`input[data-row="${source}"]`);
    const to = form.querySelector(`input[data-row="${target}"]`);
    if (!from || !to || Number(from.value) < count) return; // another entry of the place: the server does it
    event.preventDefault();
    history.change([
      [from, String(Number(from.value) - count || "")],
      [to, String(Number(to.value || 0) + count)],
    ]);
    changed();
    grid.go(to);
  });
}

// What was typed and not saved is asked for before the page goes. Empty fields say nothing: opened details add such.
function watchLeaving(form) {
  const said = () => [...new FormData(form)].filter(([, value]) => value !== "").join("&");
  const before = said();
  let sent = false;
  form.addEventListener("submit", (event) => (sent = !event.defaultPrevented)); // held back: not sent
  window.addEventListener("pageshow", () => (sent = false));
  window.addEventListener("beforeunload", (event) => {
    if (!sent && said() !== before) event.preventDefault();
  });
}
