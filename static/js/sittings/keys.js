// The keyboard map. Single keys act only outside fields and menus, can be switched off, and never repeat. What an input
// method has put together never acts: such a key has no code of its own, or another letter than its key.
import { choose, setting, turn } from "./reading.js";
import { closeSheet, openSheet, openSheetName } from "./sheets.js";
import { all, one, word } from "./words.js";

const LETTERS = "ABCDEFGHI"; // the options; the acts below use none of them, and none that Telex turns into a tone

const isField = (node) => node.isContentEditable || Boolean(node.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox])"));

function plainKey({ key, code, ctrlKey, altKey, metaKey, isComposing, repeat }) {
  if (ctrlKey || altKey || metaKey || isComposing || repeat) return null;
  if (key === "?") return key;
  const letter = key.length === 1 ? key.toUpperCase() : "";
  return letter && [`Key${letter}`, `Digit${letter}`, `Numpad${letter}`].includes(code) ? letter : null;
}

// In a case the question that has the focus; nothing is guessed.
function chooseOption(at) {
  const section = one("section[data-question]:not([hidden])");
  const part = document.activeElement?.closest?.("[data-part]") || section;
  if (!part || (part === section && one("[data-part]", section))) return;
  const option = all(".eb-option > input", part)[at];
  if (!option || option.disabled) return;
  option.click();
  option.focus();
}

export class Keys {
  // acts: {gone(where), flagged(), timed()}; view tells which question is shown
  constructor(view, acts) {
    Object.assign(this, { view, acts });
    addEventListener("keydown", (event) => this.take(event));
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-sheet-open=keys]")) this.help();
      if (event.target.closest("[data-keys-switch]")) this.switch();
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-jump]")) return;
      event.preventDefault();
      this.jump(Number(one("#jump").value));
    });
  }

  take(event) {
    if (event.key === "Enter" && event.ctrlKey && !openSheetName()) return this.acts.gone("next");
    if (setting("keys") === "off" || isField(event.target)) return null;
    const key = plainKey(event);
    if (!key) return null;
    if (key === "?") event.preventDefault();
    if (key === "?" && openSheetName() === "keys") return closeSheet();
    if (openSheetName()) return null;
    return this.act(key, event);
  }

  act(key, event) {
    const acts = {
      "?": () => this.help(),
      N: () => this.acts.gone("next"),
      P: () => this.acts.gone("prev"),
      Q: () => this.ask(),
      M: () => this.acts.flagged(),
      K: () => this.acts.gone("review"),
      T: () => this.acts.timed(),
      L: () => turn("ruler", "on", "off"),
    };
    const option = LETTERS.includes(key) ? LETTERS.indexOf(key) : Number(key) - 1;
    if (!acts[key] && !(option >= 0)) return;
    event.preventDefault();
    if (acts[key]) acts[key]();
    else chooseOption(option);
  }

  help() {
    if (openSheet("keys", this.view.current)) this.say();
  }

  switch() {
    choose("keys", setting("keys") === "on" ? "off" : "on");
    this.say();
  }

  say() {
    one("[data-keys-switch]").textContent = word(setting("keys") === "on" ? "keys_off" : "keys_on");
  }

  ask() {
    if (!openSheet("jump", this.view.current)) return;
    one("[data-jump-hint]").textContent = word("jump_range", { first: this.view.first, last: this.view.last });
    one("#jump").focus();
  }

  jump(question) {
    if (!this.view.sections.has(question)) return one("#jump").select();
    closeSheet({ isFocused: false });
    return this.acts.gone(String(question));
  }
}
