// A paper that is not open as a whole: parts with a time of their own, or one question after the other. What is open is
// decided by the server; moving on needs the network, cannot be undone, and time left over is not carried along.
import { asClock } from "./clock.js";
import { closeSheet, openSheet, openSheetName } from "./sheets.js";
import { Refused, Unreachable } from "./wire.js";
import { all, make, one, word } from "./words.js";

const SPREAD_MS = 2000; // a whole room reaches the end of a part in the same second
const AGAIN_MS = 3000; // while the server has not opened the next part

export class Sections {
  // told: {partOver(), resumed(), opened()}; sync.go(to) does the request
  constructor(view, sync, clock, page, journal, told) {
    Object.assign(this, { view, sync, clock, page, journal, told });
    const { navigation, partEnds } = view.main.dataset;
    this.isForward = navigation === "forward";
    this.ends = (partEnds || "").split(",").filter(Boolean).map(Number); // the last question of each part
    this.count = this.ends.length;
    this.deadline = null;
    document.addEventListener("click", (event) => event.target.closest("[data-next-go]") && this.move());
  }

  get isWhole() {
    return !this.isForward && !this.count;
  }

  get isLast() {
    return this.view.last >= this.view.total;
  }

  // Every answer of the server says what is open; a page that shows something else asks for it.
  take({ open, section, section_deadline_ms: deadline }) {
    if (!open || this.isWhole) return;
    this.deadline = deadline ?? null;
    this.number = section || this.number;
    const [first, last] = [open[0], Math.min(open[1], this.view.total)];
    if (first !== this.view.first || last !== this.view.last) return this.fetch(first);
    if (this.isPartOver && this.remaining() > 0) this.reopen();
    return this.describe();
  }

  // The pause and the exam's end move both deadlines alike.
  remaining() {
    if (this.deadline === null || this.clock.deadline === null) return null;
    return Math.max(0, this.clock.remaining() - (this.clock.deadline - this.deadline));
  }

  tick() {
    const remaining = this.remaining();
    for (const node of all("[data-clock=section]")) node.textContent = remaining === null ? "" : asClock(remaining);
    if (remaining === 0 && !this.isLast && !this.isPartOver) this.end();
  }

  end() {
    this.isPartOver = true;
    this.told.partOver();
    this.passLater(Math.random() * SPREAD_MS);
  }

  // Time was given, or the clock stopped, after the part had ended here.
  reopen() {
    this.isPartOver = false;
    this.told.resumed();
    this.sync.sendLate();
  }

  passLater(milliseconds) {
    clearTimeout(this.passing);
    this.passing = setTimeout(() => this.pass(), milliseconds);
  }

  // What is unsent goes first; then the server's clock is asked, for without network this page may have missed time that was
  // given; then the next part is asked for, or comes by itself a few seconds later. Where questions open one by one "on"
  // would only mean the next question: there the server opens the part.
  async pass() {
    const { sync } = this;
    if (!this.isPartOver || sync.isStopped) return;
    await sync.flush();
    await sync.probe();
    const isSure = this.isPartOver && sync.isUp && !sync.mustEnter;
    if (isSure && !this.isForward) await this.move();
    if (this.isPartOver) this.passLater(AGAIN_MS);
  }

  // --- moving on ---

  // Whether "next" leads out of what is open here: then it is asked, or done at once where nothing is lost by it.
  leave() {
    if (this.isWhole || this.isLast) return false;
    if (this.isStep && this.sync.state(this.view.current) !== "empty") this.move();
    else this.ask();
    return true;
  }

  // One question forward within the same part (or a paper without parts).
  get isStep() {
    return this.isForward && !this.ends.includes(this.view.last);
  }

  ask() {
    const { view } = this;
    const sheet = openSheet("next", view.current);
    if (!sheet) return;
    const name = this.isStep ? "step" : "part";
    one("[data-next-title]", sheet).textContent = word(`${name}_title`, { n: this.number + 1, q: view.last + 1 });
    const { empty } = view.counts();
    const lead = this.isStep ? "step_empty" : empty ? "part_empty" : "part_done";
    one("[data-next-lead]", sheet).textContent = word(lead, { n: empty });
    const rules = [word(`${name}_no_way_back`)];
    if (name === "part") rules.push(word("part_time_lost", { left: asClock(this.remaining() ?? 0) }));
    one("[data-next-rules]", sheet).append(...rules.map((text) => make("li", {}, text)));
    one("[data-next-go] span", sheet).textContent = word(`${name}_go`);
    this.tell(this.sync.isUp ? "" : word("part_offline"));
  }

  tell(problem) {
    const line = openSheetName() === "next" && one("[data-sheet-open-now] [data-problem]");
    if (line) line.textContent = problem;
    else if (problem) this.view.banners.show("part", { title: problem });
  }

  move() {
    return this.go(this.view.last + 1);
  }

  fetch(question) {
    return this.go(question);
  }

  // What would be typed meanwhile belonged to neither part: the questions wait.
  async go(to) {
    if (this.isMoving) return;
    this.isMoving = true;
    this.view.freeze(true);
    const button = one("[data-next-go]");
    if (button) button.disabled = true;
    let problem = "";
    try {
      this.put(await this.sync.go(to));
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
      // the next answer of the server says what is open; until then the present questions stay
      problem = error instanceof Unreachable ? word("part_offline") : error.body.message || word("part_refused");
    } finally {
      this.isMoving = false;
      if (button) button.disabled = false;
      this.told.resumed();
    }
    if (!this.isPartOver) this.tell(problem);
  }

  // The questions of an answer of /go take the place of those that are no longer open.
  put({ questions, section, section_deadline_ms: deadline }) {
    if (!questions?.length) return;
    this.number = section || this.number;
    this.deadline = deadline ?? null;
    this.isPartOver = false;
    const form = one("#answer");
    const old = all("section[data-question]", form);
    const template = make("template");
    template.innerHTML = questions.map((question) => question.html).join("");
    form.insertBefore(template.content, one("#save-state", form));
    for (const section of old) section.remove();
    this.page.replaceQuestions(questions.map((question) => question.html));
    if (isSecureContext) this.page.collect().then((page) => this.journal.writePage(page));
    closeSheet({ isFocused: false });
    this.view.banners.hide("part");
    this.told.opened();
    this.describe();
    form.dispatchEvent(new Event("eb:content", { bubbles: true }));
  }

  describe() {
    const line = one("[data-part]");
    if (!line) return;
    const words = [];
    if (this.count) words.push(word("part_of", { n: this.number ?? 1, count: this.count }));
    words.push(this.isForward ? word("part_step", { n: this.view.first, count: this.view.total }) : word("part_range", { first: this.view.first, last: this.view.last }));
    line.textContent = words.join(": ");
  }
}
