// What the candidate sees: one question at a time, squares that tell the truth, the clock, the banners.
import { fillAnswer, isSame, readAnswer } from "./answers.js";
import { Banners } from "./banners.js";
import { asClock } from "./clock.js";
import { enliven, settle } from "./kinds.js";
import { openReview } from "./review.js";
import { closeSheet, openSheet } from "./sheets.js";
import { setting } from "./reading.js";
import { all, make, one, timeOf, word } from "./words.js";

const SQUARES = { saved: "is-full", local: "is-hatched", empty: "is-empty" };

export class View {
  constructor(sync) {
    this.sync = sync;
    this.main = one("#room");
    this.title = document.title;
    this.flags = new Set();
    this.collect();
    this.drawCells();
    this.current = this.first;
    this.freeze(false); // a page opened after the end comes frozen; the first answer of the server says how things stand
    this.composing = null; // the question where an input method is putting letters together
    this.banners = new Banners();
    one("#boot")?.remove();
  }

  // The questions that the page holds: all of the paper, or what of it is open now.
  collect() {
    this.sections = new Map(all("section[data-question]", this.main).map((section) => [Number(section.dataset.question), section]));
    const numbers = [...this.sections.keys()];
    this.first = numbers[0] ?? 1;
    this.last = numbers[numbers.length - 1] ?? 1;
    this.total = Number(this.main.dataset.questions) || this.last;
  }

  // A page kept for a reload without network may hold other questions than when its overview was drawn.
  drawCells() {
    const numbers = [...this.sections.keys()];
    if (all("[data-cell]").map((button) => button.dataset.cell).join() === numbers.join()) return;
    const cell = (number) => make("button", { class: "eb-cell is-empty", type: "button", "data-cell": number }, make("span", {}, number), make("span", { class: "eb-hidden-text" }));
    one("#overview .eb-cells")?.replaceChildren(...numbers.map((number) => make("li", {}, cell(number))));
    for (const node of all("[data-count=shown]")) node.textContent = numbers.length;
  }

  // Other questions have come into the page: the overview shows them, and the first is opened.
  renew() {
    this.collect();
    this.drawCells();
    enliven(this.main);
    for (const [question, entry] of this.sync.given) this.fill(question, entry.payload);
    this.show(this.first);
  }

  // --- answers in and out of the page ---

  read(question) {
    return readAnswer(this.sections.get(question));
  }

  fill(question, payload) {
    const section = this.sections.get(question);
    if (section && payload && this.composing !== question) fillAnswer(section, payload);
  }

  listen({ given, gone, flagged, submitted }) {
    // Typed text is given with every letter (the journal is first), but never in the middle of one that is being composed.
    const take = (event) => {
      const section = event.target.closest("section[data-question]");
      if (!section) return;
      const question = Number(section.dataset.question);
      this.composing = event.isComposing || event.type === "compositionstart" ? question : null;
      if (this.composing === null && !this.isLocked) given(question, readAnswer(section));
    };
    for (const name of ["input", "change", "compositionstart", "compositionend"]) this.main.addEventListener(name, take);
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go], [data-cell], [data-flag], [data-submit]");
      if (!button) return;
      if ("flag" in button.dataset) flagged(this.current);
      else if ("submit" in button.dataset) submitted();
      else gone(button.dataset.go || button.dataset.cell);
    });
    one("form#answer")?.addEventListener("submit", (event) => event.preventDefault());
  }

  // --- moving about ---

  show(question, isFocused = true) {
    closeSheet({ isFocused: false });
    this.current = Math.min(Math.max(question, this.first), this.last);
    for (const [number, section] of this.sections) section.hidden = number !== this.current;
    one(".eb-work-scroll").scrollTop = 0;
    for (const button of all("[data-go=prev]")) button.disabled = this.current === this.first;
    this.paintFlag();
    this.paintCells();
    this.paintSaveLine();
    if (location.hash === "#overview") location.replace("#answer"); // only so does :target let the sheet go
    settle(this.sections.get(this.current));
    one("form#answer")?.classList.toggle("is-wide", Boolean(one(".eb-case", this.sections.get(this.current))));
    if (isFocused) this.sections.get(this.current).focus({ preventScroll: true });
  }

  paintFlag() {
    const isFlagged = this.flags.has(this.current);
    for (const button of all("[data-flag]")) {
      button.setAttribute("aria-pressed", String(isFlagged));
      const words = one("[data-flag-word]", button);
      if (words) words.textContent = word(isFlagged ? "unflag" : "flag");
    }
  }

  changed(question) {
    const entry = this.sync.given.get(question);
    if (entry && !isSame(entry.payload, this.read(question))) this.fill(question, entry.payload);
    if (question === this.refusedQuestion && !entry?.refusal) this.banners.hide("invalid");
    this.paintCells();
    this.paintSaveLine();
    this.banners.retell("offline", this.offlineText());
  }

  // The text stays as it was typed, on the page and in the journal.
  refused(question, message) {
    this.refusedQuestion = question;
    this.banners.show("invalid", { title: word("question", { n: question }), text: message, kind: "is-refusal" });
  }

  // --- squares and counts ---

  counts() {
    const counts = { saved: 0, local: 0, empty: 0, flagged: this.flags.size };
    for (const number of this.sections.keys()) counts[this.sync.state(number)]++;
    return counts;
  }

  paintCells() {
    for (const cell of all("[data-cell]")) {
      const number = Number(cell.dataset.cell);
      const state = this.sync.state(number);
      const isFlagged = this.flags.has(number);
      cell.className = `eb-cell ${SQUARES[state]}${isFlagged ? " is-cut" : ""}`;
      if (number === this.current) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
      const words = [word(`word_${state}`), ...(isFlagged ? [word("word_flagged")] : [])];
      one(".eb-hidden-text", cell).textContent = `${word("question", { n: number })}: ${words.join(", ")}`;
    }
    for (const [name, count] of Object.entries(this.counts())) all(`[data-count=${name}]`).forEach((node) => (node.textContent = count));
  }

  paintSaveLine() {
    const line = one("#save-state");
    const state = this.sync.state(this.current);
    for (const square of all("[data-square]")) square.className = `eb-square ${SQUARES[state]} eb-only-phone`;
    if (!line) return;
    line.hidden = false;
    one(".eb-square", line).className = `eb-square ${SQUARES[state]}`;
    const refusal = this.sync.given.get(this.current)?.refusal;
    one("span:last-child", line).textContent = refusal || word(state === "local" && !this.sync.isUp ? "local_lost" : state);
  }

  setFlags(flags) {
    this.flags = new Set(flags);
    this.paintFlag();
    this.paintCells();
  }

  // --- clock ---

  // ``nearest``: what is left until the first of the exam's end and the part's.
  tick(remaining, nearest, isUp) {
    for (const node of all("[data-clock=exam], [data-clock='']")) node.textContent = asClock(node.dataset.clock ? remaining : nearest);
    const bar = one("#time-bar");
    if (bar) bar.value = remaining;
    const values = { n: this.current, count: this.total, minutes: Math.ceil(nearest / 60000) };
    const title = `${word(setting("timer") === "hidden" ? "question_of" : "title", values)} · ${this.title}`;
    if (document.title !== title) document.title = title;
    const note = one("#clock-note");
    const words = isUp ? word("left_until", { at: timeOf(this.deadline) }) : word("clock_local");
    if (note && this.deadline && note.textContent !== words) note.textContent = words;
  }

  // The end moved: time was added. While the clock stands still the end moves by itself, and nobody added anything.
  setDeadline(milliseconds, isPaused) {
    if (this.deadline && milliseconds > this.deadline + 1500 && !isPaused && !this.isPaused) {
      const bar = one("#time-bar");
      if (bar) bar.max += milliseconds - this.deadline;
      this.banners.notice(word("extended", { at: timeOf(milliseconds) }));
    }
    this.deadline = milliseconds;
    this.isPaused = isPaused;
  }

  // --- connection, pause and endings ---

  connection(isUp, isBlocked) {
    const sign = one("#connection");
    if (sign) {
      sign.classList.toggle("is-lost", !isUp);
      const shown = (name, kind) => make("span", { class: kind }, word(name));
      sign.replaceChildren(shown(isUp ? "connected" : "lost", "eb-not-phone"), shown(isUp ? "connected_short" : "lost_short", "eb-only-phone"));
    }
    if (isUp) {
      this.banners.hide("offline");
      if (!isBlocked) this.banners.notice(word("back"));
    } else {
      this.banners.hide("notice");
      this.banners.show("offline", { title: word("lost_title"), text: this.offlineText() });
    }
    this.paintSaveLine();
  }

  offlineText() {
    return `${word("lost_text", { n: this.counts().local })} ${word("lost_help")}`;
  }

  // Nothing can be changed any more on this page.
  lock(name, title, text, options = {}) {
    this.freeze(true);
    closeSheet({ isFocused: false });
    this.banners.hide("notice", "pause");
    this.banners.show(name, { title, text, kind: "is-refusal", ...options });
  }

  unlock() {
    this.freeze(false);
    this.banners.hide("over", "late", "part");
  }

  freeze(isFrozen) {
    this.isLocked = isFrozen;
    for (const fieldset of all("fieldset", this.main)) fieldset.disabled = isFrozen;
    for (const button of all("[data-go=review], [data-flag], [data-sheet-open=objection]")) button.disabled = isFrozen;
  }

  // Stopped until a person unlocks: the questions are covered, the answers stay.
  cover(why) {
    this.freeze(true);
    closeSheet({ isFocused: false });
    one("[data-locked-why]", openSheet("locked", this.current)).textContent = why;
  }

  uncover() {
    this.freeze(false);
    closeSheet({ isForced: true });
    this.banners.notice(word("unlocked"));
  }

  review(minutes, allowedAt) {
    const firstEmpty = [...this.sections.keys()].find((number) => this.sync.state(number) === "empty");
    const counts = { ...this.counts(), waiting: this.sync.unsent().length, refused: this.sync.setAsideNow().length };
    openReview({ counts, total: this.sections.size, minutes, current: this.current, firstEmpty, allowedAt });
  }
}
