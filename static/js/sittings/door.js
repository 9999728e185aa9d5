// The cover before the entry: it counts down by the server's clock and asks now and then whether the door is open. A whole
// room looks at this page at once, so every question is spread, and none is asked while nothing can have changed.
import { asClock } from "./clock.js";
import { send, Refused, Unreachable } from "./wire.js";
import { all, make, one, word } from "./words.js";

const WAIT_MS = 6000; // somebody must act (identity, admission, opening)
const SPREAD_MS = 4000;
const BELL_SPREAD_MS = 2500; // after the start
const SLOW_MS = 20000; // the start is far away
const PRESS_MS = 3000; // however often the button is pressed
const TICK_MS = 250;

const WAITING = ["not_open", "not_started", "identity", "admission"];

class Door {
  constructor(main) {
    this.main = main;
    const { doorUrl, serverMs, startMs, reason } = main.dataset;
    Object.assign(this, { url: doorUrl, startMs: Number(startMs) || null, reason });
    this.offset = Number(serverMs) - performance.now();
    this.region = make("p", { class: "eb-hidden-text", role: "status" });
    document.body.append(this.region);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.later(this.pause());
    one("form.eb-form")?.addEventListener("submit", (event) => this.mayEnter(event));
    addEventListener("online", () => this.later(Math.random() * SPREAD_MS));
  }

  left() {
    return this.startMs === null ? 0 : this.startMs - (performance.now() + this.offset);
  }

  // Until the next question: after the bell if it is near, else at ease.
  pause() {
    const left = this.left();
    if (left > 0 && left < SLOW_MS + SPREAD_MS) return left + Math.random() * BELL_SPREAD_MS;
    return (left > 0 ? SLOW_MS : WAIT_MS) + Math.random() * SPREAD_MS;
  }

  later(milliseconds) {
    clearTimeout(this.next);
    this.next = setTimeout(() => this.ask(), milliseconds);
  }

  tick() {
    const left = this.left();
    for (const node of all("[data-countdown]")) {
      node.hidden = left <= 0;
      one("b", node).textContent = asClock(Math.max(0, left));
    }
  }

  async ask() {
    this.askedAt = performance.now();
    try {
      const answer = await send(this.url);
      this.offset = answer.server_ms - performance.now();
      if (answer.start_ms) this.startMs = answer.start_ms;
      this.show(answer);
    } catch (error) {
      if (error instanceof Refused && [401, 404].includes(error.status)) return location.reload();
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
    }
    if (WAITING.includes(this.reason)) this.later(this.pause());
  }

  // The words change in place: nothing is reloaded, and what was typed stays.
  show({ state, may_enter: mayEnter, reason, message }) {
    if (reason === this.reason) return;
    const wasAnother = this.reason;
    this.reason = reason;
    if (state !== "ready" || (!mayEnter && !WAITING.includes(reason))) return location.reload();
    one("[data-door-title]").textContent = mayEnter ? word("door_open") : word(`door_${reason}`);
    const lead = one("[data-door-lead]");
    lead.textContent = mayEnter ? word(one("#code") ? "door_code" : "door_enter") : message || "";
    this.region.textContent = `${one("[data-door-title]").textContent}. ${lead.textContent}`;
    if (mayEnter && wasAnother) document.documentElement.dataset.door = "open";
    return one("form.eb-form .eb-button:not(a)")?.classList.toggle("is-primary", mayEnter);
  }

  // Pressed too early: the reason, and where somebody may have opened meanwhile the question at once. After the bell the
  // press itself asks: this page may just not have heard yet.
  mayEnter(event) {
    const isPastBell = this.left() <= 0;
    if (!WAITING.includes(this.reason) || (isPastBell && this.reason === "not_started")) return;
    event.preventDefault();
    if (isPastBell && !(performance.now() - this.askedAt < PRESS_MS)) this.later(0);
    const line = one("[data-door-problem]");
    line.textContent = word("door_wait", { title: one("[data-door-title]").textContent });
  }
}

export function watchDoor() {
  const main = one("main[data-door-url]");
  if (main) new Door(main);
}
