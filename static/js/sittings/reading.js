// How the page looks to this candidate: changed at once, told to the server for the next page. And the reading line, which
// follows the pointer, the focus and Alt with the arrows.
import { all, make, one } from "./words.js";

const PLAIN = { size: "100", theme: "light", spacing: "normal", targets: "normal", timer: "shown", ruler: "off", keys: "on" };
const KEPT = "eb-looks";
const root = document.documentElement;

export const setting = (name) => root.dataset[name] ?? PLAIN[name];

export function choose(name, value) {
  apply(name, value);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(Object.keys(PLAIN).map((each) => [each, setting(each)]))));
  } catch {
    // denied: the server alone remembers
  }
  const form = one("form#display");
  if (!form) return;
  const body = new FormData(form);
  body.set(name, value);
  fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
}

function apply(name, value) {
  if (value === PLAIN[name]) delete root.dataset[name];
  else root.dataset[name] = value;
  for (const button of all(`#display button[name=${name}]`)) button.setAttribute("aria-pressed", String(button.value === value));
  if (name === "ruler") drawRuler();
}

export const turn = (name, one, other) => choose(name, setting(name) === one ? other : one);

// After a reload without network the page is an older copy: what was chosen since is kept by the tab.
export function restoreLooks() {
  try {
    for (const [name, value] of Object.entries(JSON.parse(sessionStorage.getItem(KEPT) || "{}"))) if (name in PLAIN) apply(name, value);
  } catch {
    // denied
  }
}

export function listenToReading() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#display button[name]");
    if (!button) return closeMenu(event.target);
    event.preventDefault();
    choose(button.name, button.value);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenu(document.body);
    if (event.altKey && !event.ctrlKey && ruler && /^Arrow(Up|Down)$/.test(event.key) && event.target.localName !== "select") {
      event.preventDefault();
      stepRuler(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  addEventListener("pointermove", (event) => ruler && placeRuler(event.clientY), { passive: true });
  document.addEventListener("focusin", (event) => ruler && followFocus(event.target));
  drawRuler();
}

function closeMenu(target) {
  const menu = one(".eb-room-menu[open]");
  if (!menu || menu.contains(target)) return;
  const isInside = menu.contains(document.activeElement);
  menu.open = false;
  if (isInside) one("summary", menu).focus();
}

// --- the reading line ---

let ruler = null;
let middle = 0; // of the line, in pixels from the top of the window

function drawRuler() {
  const isWanted = setting("ruler") === "on";
  if (!isWanted) ruler?.remove();
  if (isWanted === Boolean(ruler)) return;
  ruler = isWanted ? make("div", { class: "eb-ruler", "aria-hidden": "true" }) : null;
  if (!ruler) return;
  document.body.append(ruler);
  followFocus(one("section[data-question]:not([hidden]) .eb-stem") || one("h1") || document.body);
}

function placeRuler(y) {
  middle = Math.min(Math.max(y, 0), innerHeight);
  ruler.style.transform = `translateY(${middle - ruler.offsetHeight / 2}px)`;
}

// Its first line of text: a whole question or option may be many lines high.
function followFocus(target) {
  const { top, height } = target.getBoundingClientRect();
  placeRuler(top + Math.min(height, ruler.offsetHeight) / 2);
}

function stepRuler(lines) {
  const stem = one("section[data-question]:not([hidden]) .eb-stem") || document.body;
  const step = lines * (parseFloat(getComputedStyle(stem).lineHeight) || ruler.offsetHeight);
  const place = one(".eb-work-scroll");
  const { top, bottom } = (place || root).getBoundingClientRect();
  const isPast = middle + step < top || middle + step > Math.min(bottom, innerHeight);
  if (isPast) (place || window).scrollBy(0, step);
  else placeRuler(middle + step);
}
