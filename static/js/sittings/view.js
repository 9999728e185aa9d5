// What the candidate sees: one question at a time, squares that tell the truth, the clock, the banner, the review.
// All words come from the page (#texts), so that they are translated where every text is.
import { asClock } from "./clock.js";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export class View {
  constructor(sync) {
    this.sync = sync;
    this.main = one("#room");
    this.sections = new Map(all("section[data-question]", this.main).map((section) => [Number(section.dataset.question), section]));
    this.words = Object.fromEntries(all("#texts [data-text]").map((node) => [node.dataset.text, node.textContent]));
    this.title = document.title;
    this.flags = new Set();
    this.current = 1;
    this.isLocked = false;
    this.region = make("p", { class: "eb-hidden-text", role: "status", "aria-live": "polite", id: "announcements" });
    document.body.append(this.region);
    one("#boot")?.remove();
  }

  word(name, values = {}) {
    return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), this.words[name] ?? "");
  }

  time(milliseconds) {
    return new Date(milliseconds).toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
  }

  // --- answers in and out of the page ---

  read(question) {
    const section = this.sections.get(question);
    const checked = all("input:checked", section);
    if (section.dataset.kind === "multiple_choice") return { choices: checked.map((input) => input.value) };
    if (section.dataset.kind !== "true_false_cluster") return { choice: checked[0]?.value ?? null };
    const statements = {};
    for (const input of all("input", section)) statements[tokenOf(input)] ??= null;
    for (const input of checked) statements[tokenOf(input)] = input.value === "true";
    return { statements };
  }

  fill(question, payload) {
    const section = this.sections.get(question);
    if (!section || !payload) return;
    for (const input of all("input", section)) {
      if ("choices" in payload) input.checked = payload.choices.includes(input.value);
      else if ("statements" in payload) input.checked = String(payload.statements[tokenOf(input)] ?? null) === input.value;
      else input.checked = payload.choice === input.value;
    }
  }

  listen({ given, gone, flagged, submitted }) {
    this.main.addEventListener("change", (event) => {
      const section = event.target.closest("section[data-question]");
      if (section && !this.isLocked) given(Number(section.dataset.question), this.read(Number(section.dataset.question)));
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go], [data-cell], [data-flag], [data-submit]");
      if (!button) return;
      if ("flag" in button.dataset) flagged(this.current);
      else if ("submit" in button.dataset) submitted();
      else gone(button.dataset.go || button.dataset.cell);
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) gone("next");
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
    fetch(form.action, { method: "POST", body, credentials: "same-origin" }).catch(() => {});
  }

  // --- moving about ---

  show(question, isFocused = true) {
    this.closeReview();
    this.current = Math.min(Math.max(question, 1), this.sections.size);
    for (const [number, section] of this.sections) section.hidden = number !== this.current;
    const isFlagged = this.flags.has(this.current);
    all("[data-go=prev]").forEach((button) => (button.disabled = this.current === 1));
    all("[data-flag]").forEach((button) => {
      button.setAttribute("aria-pressed", String(isFlagged));
    });
    this.paintCells();
    this.paintSaveLine();
    if (location.hash === "#overview") history.replaceState(null, "", location.pathname);
    if (isFocused) this.sections.get(this.current).focus();
  }

  changed(question) {
    const entry = this.sync.given.get(question);
    if (entry && JSON.stringify(entry.payload) !== JSON.stringify(this.read(question))) this.fill(question, entry.payload);
    this.paintCells();
    if (question === this.current) this.paintSaveLine();
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
      cell.classList.toggle("is-full", state === "saved");
      cell.classList.toggle("is-hatched", state === "local");
      cell.classList.toggle("is-empty", state === "empty");
      cell.classList.toggle("is-cut", this.flags.has(number));
      if (number === this.current) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
      const words = [this.word(`word_${state}`), ...(this.flags.has(number) ? [this.word("word_flagged")] : [])];
      one(".eb-hidden-text", cell).textContent = `${this.word("question", { n: number })}: ${words.join(", ")}`;
    }
    for (const [name, count] of Object.entries(this.counts())) all(`[data-count=${name}]`).forEach((node) => (node.textContent = count));
  }

  paintSaveLine() {
    const line = one("#save-state");
    if (!line) return;
    const state = this.sync.state(this.current);
    const squares = { saved: "is-full", local: "is-hatched", empty: "is-empty" };
    line.hidden = false;
    one(".eb-square", line).className = `eb-square ${squares[state]}`;
    one("span:last-child", line).textContent = this.word(state === "local" && !this.sync.isUp ? "local_lost" : state);
  }

  setFlags(flags) {
    this.flags = new Set(flags);
    this.paintCells();
  }

  // --- clock ---

  tick(remaining, isUp) {
    all("[data-clock]").forEach((node) => (node.textContent = asClock(remaining)));
    const bar = one("#time-bar");
    if (bar) bar.value = remaining;
    const values = { n: this.current, count: this.sections.size, minutes: Math.ceil(remaining / 60000) };
    const title = `${this.word("title", values)} · ${this.title}`;
    if (document.title !== title) document.title = title;
    const note = one(".eb-clock-note");
    const words = isUp ? this.word("left_until", { at: this.time(this.deadline) }) : this.word("clock_local");
    if (note && this.deadline && note.textContent !== words) note.textContent = words;
  }

  // The end moved: time was added.
  setDeadline(milliseconds) {
    if (this.deadline && milliseconds > this.deadline + 500) {
      const bar = one("#time-bar");
      if (bar) bar.max += milliseconds - this.deadline;
      this.announce(this.word("extended", { at: this.time(milliseconds) }));
    }
    this.deadline = milliseconds;
  }

  // Read aloud politely; nothing blinks and nothing takes the focus.
  announce(text) {
    this.region.textContent = text;
  }

  notice(text) {
    this.announce(text);
    if (!one("#banner .eb-room-banner")) this.banner({ title: text, kind: "is-plain", role: "status" });
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => one("#banner .is-plain")?.remove(), 20000);
  }

  // --- connection, pause and endings ---

  connection(isUp) {
    const sign = one("#connection");
    if (sign) {
      sign.classList.toggle("is-lost", !isUp);
      sign.replaceChildren(
        make("span", { class: "eb-long" }, this.word(isUp ? "connected" : "lost")),
        make("span", { class: "eb-short" }, this.word(isUp ? "connected_short" : "lost_short")),
      );
    }
    if (isUp) this.notice(this.word("back"));
    else this.offline();
    this.paintSaveLine();
  }

  offline() {
    const text = `${this.word("lost_text", { n: this.counts().local })} ${this.word("lost_help")}`;
    this.banner({ title: this.word("lost_title"), text, name: "offline" });
  }

  banner({ title, text = "", kind = "", role = "alert", name = "", link = null }) {
    const words = make("div", { class: "eb-room-banner-text" }, make("b", {}, title));
    if (text) words.append(make("p", {}, text));
    if (link) words.append(make("a", { class: "eb-button is-small", href: link.url }, link.text));
    one("#banner")?.replaceChildren(make("div", { class: `eb-room-banner ${kind}`.trim(), role, "data-banner": name }, words));
  }

  unbanner(name) {
    one(`#banner [data-banner="${name}"]`)?.remove();
  }

  lock(title, text, options = {}) {
    this.isLocked = true;
    this.closeReview();
    all("fieldset", this.main).forEach((fieldset) => (fieldset.disabled = true));
    this.banner({ title, text, kind: "is-refusal", name: "lock", ...options });
  }

  unlock() {
    this.isLocked = false;
    all("fieldset", this.main).forEach((fieldset) => (fieldset.disabled = false));
    this.unbanner("lock");
  }

  // --- review and hand in ---

  review(minutes) {
    this.closeReview();
    const counts = this.counts();
    const missing = counts.empty;
    const lead = missing || counts.flagged ? this.word("review_lead", { ...counts, minutes }) : this.word("review_all", { count: this.sections.size, minutes });
    const title = make("h1", { tabindex: "-1" }, this.word("review_title"));
    const panel = make("section", { class: "eb-sheet", id: "review" }, title, make("p", { class: "eb-lead" }, lead));
    if (counts.local) panel.append(make("p", { "data-waiting": "" }, make("span", { class: "eb-square is-hatched" }), ` ${this.word("review_local", { n: counts.local })}`));
    panel.append(make("p", { class: "eb-quiet" }, this.word("review_note")), make("p", { role: "alert", "data-problem": "" }), this.acts(missing));
    one("#answer").hidden = true;
    one(".eb-work-scroll").append(panel);
    title.focus();
  }

  acts(missing) {
    const acts = make("div", { class: "eb-page-actions" });
    const first = [...this.sections.keys()].find((number) => this.sync.state(number) === "empty");
    acts.append(make("button", { class: "eb-button", type: "button", "data-cell-back": "", "data-go": String(this.current) }, this.word("back_to", { n: this.current })));
    if (missing) acts.append(make("button", { class: "eb-button", type: "button", "data-go": String(first) }, this.word("first_empty")));
    acts.append(make("button", { class: "eb-button is-primary eb-bar-next", type: "button", "data-submit": "" }, this.word("submit")));
    return acts;
  }

  closeReview() {
    one("#review")?.remove();
    const form = one("#answer");
    if (form) form.hidden = false;
  }

  submitting(isBusy, problem = "") {
    const button = one("[data-submit]");
    if (!button) return;
    button.disabled = isBusy;
    button.textContent = this.word(isBusy ? "submitting" : "submit");
    one("[data-problem]").textContent = problem;
  }
}

const tokenOf = (input) => input.name.split("-").slice(2).join("-");
