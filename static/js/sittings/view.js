// What the candidate sees: one question at a time, squares that tell the truth, the clock, the banners.
import { fillAnswer, isSame, readAnswer } from "./answers.js";
import { Banners } from "./banners.js";
import { asClock } from "./clock.js";
import { settle } from "./kinds.js";
import { closeReview, isReviewOpen, openReview } from "./review.js";
import { all, make, one, timeOf, word } from "./words.js";

const SQUARES = { saved: "is-full", local: "is-hatched", empty: "is-empty" };

export class View {
  constructor(sync) {
    this.sync = sync;
    this.main = one("#room");
    this.sections = new Map(all("section[data-question]", this.main).map((section) => [Number(section.dataset.question), section]));
    this.title = document.title;
    this.flags = new Set();
    this.current = 1;
    this.isLocked = false;
    this.composing = null; // the question where an input method is putting letters together
    this.banners = new Banners();
    one("#boot")?.remove();
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
    addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey && !isReviewOpen()) gone("next");
    });
    one("form#answer")?.addEventListener("submit", (event) => event.preventDefault());
    one("form#display")?.addEventListener("click", (event) => this.display(event));
  }

  // Text size and contrast change here at once; the server is told so that the next page looks the same.
  display(event) {
    const button = event.target.closest("button[name]");
    if (!button) return;
    event.preventDefault();
    const form = button.form;
    const { name, value } = button;
    const plain = { size: "100", theme: "light" }[name];
    if (value === plain) delete document.documentElement.dataset[name];
    else document.documentElement.dataset[name] = value;
    all(`button[name=${name}]`, form).forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    const body = new FormData(form);
    body.set(name, value);
    fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
  }

  // --- moving about ---

  show(question, isFocused = true) {
    closeReview();
    this.current = Math.min(Math.max(question, 1), this.sections.size);
    for (const [number, section] of this.sections) section.hidden = number !== this.current;
    one(".eb-work-scroll").scrollTop = 0;
    for (const button of all("[data-go=prev]")) button.disabled = this.current === 1;
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

  tick(remaining, isUp) {
    for (const node of all("[data-clock]")) node.textContent = asClock(remaining);
    const bar = one("#time-bar");
    if (bar) bar.value = remaining;
    const values = { n: this.current, count: this.sections.size, minutes: Math.ceil(remaining / 60000) };
    const title = `${word("title", values)} · ${this.title}`;
    if (document.title !== title) document.title = title;
    const note = one(".eb-clock-note");
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

  connection(isUp) {
    const sign = one("#connection");
    if (sign) {
      sign.classList.toggle("is-lost", !isUp);
      const shown = (name, kind) => make("span", { class: kind }, word(name));
      sign.replaceChildren(shown(isUp ? "connected" : "lost", "eb-not-phone"), shown(isUp ? "connected_short" : "lost_short", "eb-only-phone"));
    }
    if (isUp) {
      this.banners.hide("offline");
      this.banners.notice(word("back"));
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
    this.isLocked = true;
    closeReview();
    for (const fieldset of all("fieldset", this.main)) fieldset.disabled = true;
    for (const button of all("[data-go=review], [data-flag]")) button.disabled = true;
    this.banners.hide("notice", "pause");
    this.banners.show(name, { title, text, kind: "is-refusal", ...options });
  }

  unlock() {
    this.isLocked = false;
    for (const fieldset of all("fieldset", this.main)) fieldset.disabled = false;
    for (const button of all("[data-go=review], [data-flag]")) button.disabled = false;
    this.banners.hide("over", "late");
  }

  review(minutes, allowedAt) {
    const firstEmpty = [...this.sections.keys()].find((number) => this.sync.state(number) === "empty");
    openReview({ counts: this.counts(), total: this.sections.size, minutes, current: this.current, firstEmpty, allowedAt });
  }
}
