// What the invigilator tells, and what the candidate reports: shown above the question without taking the focus, kept in a
// list. A report made without network waits in this tab and goes when the server is back.
import { openSheet, openSheetName } from "./sheets.js";
import { Refused, send, Unreachable } from "./wire.js";
import { all, make, one, timeOf, word } from "./words.js";

const WAITING = "objections";

export class Notices {
  constructor(urls, kept, view) {
    Object.assign(this, { urls, kept, view });
    this.known = 0; // the notice number this page has asked for
    this.messages = [];
    this.objections = [];
    this.unread = new Set();
    this.shown = new Set();
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-sheet-open]");
      if (button?.dataset.sheetOpen === "notices") this.open();
      if (button?.dataset.sheetOpen === "objection") this.write();
      if (event.target.closest("[data-read]")) this.read();
    });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-objection]")) return;
      event.preventDefault();
      this.report(event.target);
    });
  }

  take({ notice }) {
    if (typeof notice === "number" && notice !== this.known) this.fetch(notice);
  }

  async fetch(number) {
    if (this.isFetching) return;
    this.isFetching = true;
    try {
      const answer = await send(this.urls.notices);
      this.known = number;
      this.messages = answer.messages;
      this.objections = answer.objections;
      this.show(answer.messages.filter((message) => !message.seen && !this.shown.has(message.id)));
      this.paint();
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error; // the next answer asks again
    } finally {
      this.isFetching = false;
    }
  }

  // All unread ones stand in one banner until they are closed; a screen reader hears each once.
  show(fresh) {
    if (!fresh.length) return;
    for (const { id } of fresh) {
      this.shown.add(id);
      this.unread.add(id);
    }
    const unread = this.messages.filter(({ id }) => this.unread.has(id));
    const title = word(unread.length > 1 ? "messages_new" : "message_new", { n: unread.length });
    const button = make("button", { class: "eb-button is-small", type: "button", "data-read": "" }, word("message_close"));
    this.view.banners.show("message", { title, text: unread.map((message) => message.text).join("\n"), kind: "is-plain", role: "presentation", button });
    this.view.banners.announce(`${word("message_new")} ${fresh.map((message) => message.text).join(" ")}`);
    this.tell(fresh.map(({ id }) => id));
  }

  async tell(ids) {
    try {
      await send(this.urls.seen, { ids });
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error; // shown it is; the list says so later
    }
  }

  read() {
    this.unread.clear();
    this.view.banners.hide("message");
    this.paint();
  }

  paint() {
    for (const count of all("[data-unread]")) {
      count.hidden = !this.unread.size;
      count.textContent = this.unread.size || "";
    }
    if (openSheetName() === "notices") this.fill(one("[data-sheet-open-now]"));
  }

  open() {
    const sheet = openSheet("notices", this.view.current);
    if (!sheet) return;
    this.read();
    this.fill(sheet);
  }

  fill(sheet) {
    const waiting = this.waiting();
    one("[data-none]", sheet).hidden = this.messages.length > 0;
    one("[data-objections-title]", sheet).hidden = !this.objections.length && !waiting.length;
    one("[data-messages]", sheet).replaceChildren(...[...this.messages].reverse().map((message) => entry(timeOf(message.sent_ms), message.text)));
    const reported = [...this.objections].reverse().map(({ q, text, reply, raised_ms: at }) =>
      entry(`${word("question", { n: q })}, ${timeOf(at)}`, text, reply ? word("objection_reply", { text: reply }) : word("objection_open")),
    );
    const queued = waiting.map(({ q, text }) => entry(word("question", { n: q }), text, word("objection_waiting")));
    one("[data-objections]", sheet).replaceChildren(...queued, ...reported);
  }

  // --- reporting an error in a question ---

  write() {
    const sheet = openSheet("objection", this.view.current);
    if (!sheet) return;
    one("[data-objection]", sheet).dataset.objection = this.view.current;
    one("[data-objection-title]", sheet).textContent = word("objection_title", { n: this.view.current });
  }

  waiting() {
    return this.kept.get(WAITING) || [];
  }

  async report(form) {
    const text = one("textarea", form).value.normalize("NFC").trim();
    if (!text) return one("textarea", form).focus();
    const report = { q: Number(form.dataset.objection), text };
    this.kept.set(WAITING, [...this.waiting(), report]);
    const problem = await this.send();
    if (problem) return (one("[data-problem]", form).textContent = problem);
    const isWaiting = this.waiting().length > 0;
    this.open();
    return this.view.banners.notice(word(isWaiting ? "objection_queued" : "objection_sent"));
  }

  // One after the other; the same one twice is one on the server. Returns why the last was refused, if it was.
  send() {
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
    return this.sending;
  }

  async sendAll() {
    let problem = "";
    while (this.waiting().length) {
      try {
        const answer = await send(this.urls.objection, this.waiting()[0]);
        this.objections = [...this.objections.filter(({ id }) => id !== answer.objection.id), answer.objection];
      } catch (error) {
        if (error instanceof Unreachable) return problem;
        if (!(error instanceof Refused)) throw error;
        problem = error.message;
      }
      const rest = this.waiting().slice(1); // read again: another may have been written meanwhile
      this.kept.set(WAITING, rest.length ? rest : null);
    }
    this.paint();
    return problem;
  }
}

function entry(head, text, note = "") {
  const item = make("li", {}, make("b", {}, head), make("p", {}, text));
  if (note) item.append(make("p", { class: "eb-quiet" }, note));
  return item;
}
