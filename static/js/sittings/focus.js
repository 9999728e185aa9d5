// Leaving the page, reported as a hint: merged, a few times a minute at most, and never in the way of an answer.
//
// What takes the focus for less than a second (a keyboard program, a pop-up of the system) is counted together and only
// told along with something else or now and then.
import { send } from "./wire.js";

const SHORT_MS = 1000;
const SEND_MS = 10000;
const LIMIT = 30; // kinds of leaving kept between two reports

export class Focus {
  constructor(url, post) {
    this.url = url;
    this.post = post;
    this.kept = [];
    this.began = {};
  }

  begin(kind) {
    this.began[kind] ??= performance.now();
  }

  end(kind) {
    const began = this.began[kind];
    if (began === undefined) return;
    delete this.began[kind];
    this.add(kind, began, performance.now() - began);
  }

  add(kind, began, ms) {
    const isShort = kind !== "fullscreen" && ms < SHORT_MS;
    const same = this.kept.find((one) => one.kind === kind && one.isShort === isShort);
    if (same) Object.assign(same, { ms: same.ms + ms, count: same.count + 1 });
    else if (this.kept.length < LIMIT) this.kept.push({ kind, began, ms, count: 1, isShort });
    this.timer ??= setTimeout(() => this.send(), SEND_MS);
  }

  async send() {
    this.timer = null;
    const events = this.kept.map(({ kind, began, ms, count }) => ({ kind, ago_ms: Math.round(performance.now() - began), ms: Math.round(ms), count }));
    this.kept = [];
    if (events.length) await this.post(this.url, { events }).catch(() => {});
  }

  listen() {
    addEventListener("blur", () => this.begin("blur"));
    addEventListener("focus", () => this.end("blur"));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.begin("hidden") : this.end("hidden")));
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && this.wasFull) this.add("fullscreen", performance.now(), 0);
      this.wasFull = Boolean(document.fullscreenElement);
    });
  }
}

// Asked for politely, works without: the button shows itself where the browser can do it.
export function offerFullScreen() {
  const button = document.querySelector("[data-fullscreen]");
  if (!button || !document.fullscreenEnabled) return;
  const show = () => (button.hidden = Boolean(document.fullscreenElement));
  button.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
  document.addEventListener("fullscreenchange", show);
  show();
}

export function watchFocus({ url, epoch }) {
  offerFullScreen();
  const focus = new Focus(url, (to, body) => send(to, { epoch: epoch(), ...body }));
  focus.listen();
  return focus;
}
