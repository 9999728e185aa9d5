// Keys on review pages. Without this file everything works by mouse and Tab.
//   [data-key="a"]        a control pressed by that key; aria-disabled ones are only focused, so that their reason is read
//   [data-first="ID"]     before it is pressed, that empty field is focused instead
//   [data-step]           what j and k go through on a list;  [data-part] what n and p go through on an item
//   [data-keys-button]    shown only here;  [data-keys-switch] turns the keys off and on (WCAG 2.1.4), kept in this browser
const KEPT = "exambank-review-keys";
const dialog = document.getElementById("review-keys");
const toggle = document.querySelector("[data-keys-switch]");
let part = null; // where one is, also after the focus went elsewhere

const read = () => {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
};
let on = read();

function show() {
  if (toggle) toggle.textContent = on ? toggle.dataset.on : toggle.dataset.off;
}

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
}

function step(selector, by) {
  const all = [...document.querySelectorAll(selector)];
  if (!all.length) return false;
  const at = all.findIndex((one) => one === document.activeElement || one === part);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  part = all[next];
  part.focus();
  part.scrollIntoView({ block: "nearest" });
  return true;
}

function press(control) {
  control.focus();
  const wanted = control.dataset.first && document.getElementById(control.dataset.first);
  if (wanted && !wanted.value.trim()) wanted.focus();
  else if (control.getAttribute("aria-disabled") !== "true") control.click();
  return true;
}

function comment() {
  const here = document.activeElement?.closest("[data-part]") || part || document.querySelector("[data-part]");
  const box = here?.querySelector("details.eb-part-comment");
  if (!box) return false;
  box.open = true;
  box.querySelector("textarea").focus();
  return true;
}

function act(key) {
  if (key === "?") return dialog ? (dialog.showModal(), true) : false;
  if (key === "c") return comment();
  if (key === "n" || key === "p") return step("[data-part]", key === "n" ? 1 : -1);
  const control = document.querySelector(`[data-key="${key}"]`);
  if (control) return press(control);
  if (key === "j" || key === "k") return step("[data-step]", key === "j" ? 1 : -1);
  return false;
}

document.addEventListener("keydown", (event) => {
  const isModified = event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat;
  if (!on || isModified || event.defaultPrevented || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if ("acjknps?".includes(event.key) && event.key.length === 1 && act(event.key)) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const inside = event.target.closest?.("[data-part]");
  if (inside) part = inside;
});

toggle?.addEventListener("click", () => {
  on = !on;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // private windows may refuse; then it holds for this page
  }
  show();
});

for (const button of document.querySelectorAll("[data-keys-button]")) button.hidden = false;
show();
