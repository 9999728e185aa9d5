// What some kinds of questions do beyond plain fields: rows that change places, words that are counted, fields that grow.
// Everything works without it (a list of places, an empty line, a field that scrolls); the preview of an item uses it too.
import { all, one } from "./words.js";

// --- ordering: the lists of places are the answer; the rows follow them, the buttons set them ---

const rowsOf = (root) => all(".eb-order-row", root);
const placeOf = (row) => Number(one("select", row).value) || null;
const setPlace = (row, place) => (one("select", row).value = place || "");

// The row that has the focus is never taken out of the page: the others move around it.
function arrange(root, rows) {
  const list = one(".eb-order", root);
  const fixed = rows.find((row) => row.contains(document.activeElement));
  const at = rows.indexOf(fixed);
  rows.slice(0, Math.max(at, 0)).forEach((row) => list.insertBefore(row, fixed));
  rows.slice(at + 1).forEach((row) => list.append(row));
}

export function sortRows(root) {
  const rows = rowsOf(root);
  const isGiven = rows.some(placeOf);
  const rank = (row) => (isGiven ? placeOf(row) || Infinity : Number(row.dataset.at));
  const sorted = rows.map((row, at) => [row, at]).sort(([one, at], [other, by]) => (rank(one) === rank(other) ? at - by : rank(one) - rank(other)));
  arrange(root, sorted.map(([row]) => row));
  const isWhole = rows.every(placeOf);
  one("[data-unanswered]", root).hidden = isGiven;
  one("[data-order=keep]", root).hidden = isWhole;
  one("[data-order=clear]", root).hidden = !isGiven;
}

function say(root, name, values = {}) {
  const words = Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), root.dataset[name]);
  one("[data-said]", root).textContent = words;
}

// A row goes to a place, and every row has one then.
function move(root, row, place) {
  const rows = rowsOf(root).filter((other) => other !== row);
  rows.splice(place - 1, 0, row);
  rows.forEach((other, at) => setPlace(other, at + 1));
  sortRows(root);
  say(root, "moved", { place, count: rows.length, text: one("[data-text]", row).dataset.text });
}

const ACTS = {
  keep(root) {
    rowsOf(root).forEach((row, at) => setPlace(row, at + 1));
    say(root, "kept");
  },
  clear(root) {
    for (const row of rowsOf(root)) setPlace(row, null);
    say(root, "cleared");
  },
  up: (root, row, at) => (at ? move(root, row, at) : say(root, "first")),
  down: (root, row, at, count) => (at < count - 1 ? move(root, row, at + 2) : say(root, "last")),
};

function act(button) {
  const root = button.closest("[data-kind]");
  const row = button.closest(".eb-order-row");
  const rows = rowsOf(root);
  ACTS[button.dataset.order](root, row, rows.indexOf(row), rows.length);
  sortRows(root);
  const next = button.hidden ? one("[data-order]:not([hidden])", button.parentElement) : button;
  next?.focus();
  root.dispatchEvent(new Event("change", { bubbles: true }));
}

function place(select) {
  const root = select.closest("[data-kind]");
  if (select.value) move(root, select.closest(".eb-order-row"), Number(select.value));
  else sortRows(root);
}

// --- typed texts ---

function countWords(root) {
  const line = one("[data-words]", root);
  if (!line) return;
  const count = all("textarea", root).reduce((sum, field) => sum + (field.value.trim() ? field.value.trim().split(/\s+/).length : 0), 0);
  line.textContent = line.dataset.countText.replace("{n}", count);
}

// Browsers that let a field grow by themselves leave nothing to do here.
function grow(field) {
  if (field.scrollHeight > field.clientHeight) field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

// After a text came in or a question is shown.
export function settle(root) {
  for (const part of all("[data-kind]", root)) countWords(part);
  all("textarea", root).forEach(grow);
}

// --- once for a page ---

export function enliven(root = document) {
  for (const part of all("[data-kind=ordering]:not([data-live])", root)) {
    part.dataset.live = "";
    rowsOf(part).forEach((row, at) => (row.dataset.at = at));
    all(".eb-order-acts, .eb-order-foot", part).forEach((node) => (node.hidden = false));
    sortRows(part);
  }
  settle(root);
}

export function listen() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-order]");
    if (button) act(button);
  });
  // before anybody reads the answer
  document.addEventListener("change", (event) => event.target.matches("[data-kind=ordering] select") && place(event.target), true);
  document.addEventListener("input", (event) => {
    if (event.target.localName !== "textarea") return;
    const part = event.target.closest("[data-kind]");
    if (!part) return;
    countWords(part);
    grow(event.target);
  });
}
