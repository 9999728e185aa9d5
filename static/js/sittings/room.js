// The exam room in the browser: journal first, server second, and the truth about both on the screen.
//
// Entering gives the epoch under which this page saves, the key of the journal and what the server holds. From then on a
// failed request never reloads the page and never stops the candidate: the journal keeps, the sync repeats.
import { ServerClock } from "./clock.js";
import { canSeal, Journal } from "./journal.js";
import { Sync } from "./sync.js";
import { oneLiveTab } from "./tabs.js";
import { View } from "./view.js";
import { Refused, send, Unreachable } from "./wire.js";

const NOTICES_MINUTES = [15, 5, 1];
const TICK_MS = 250;
const FLUSH_SPREAD_MS = 2000; // at the deadline the room does not arrive in one instant
const RETRY_MS = 4000;

class Room {
  constructor(sitting) {
    this.sitting = sitting;
    const base = `/sit/${sitting}`;
    this.urls = { enter: `${base}/enter`, save: `${base}/save`, state: `${base}/state`, submit: `${base}/submit`, flags: `${base}/flags`, page: base };
    this.clock = new ServerClock();
    this.noticed = new Set();
  }

  // What must outlive a reload of this tab, and nothing longer.
  keep(name, value) {
    sessionStorage.setItem(`eb-${this.sitting}-${name}`, JSON.stringify(value));
  }

  kept(name) {
    return JSON.parse(sessionStorage.getItem(`eb-${this.sitting}-${name}`) || "null");
  }

  forget() {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(`eb-${this.sitting}-`)) sessionStorage.removeItem(name);
  }

  async start() {
    let entered = null;
    try {
      entered = await send(this.urls.enter, {});
      this.keep("key", entered.journal_key);
    } catch (error) {
      if (error instanceof Refused) return this.turnedAway(error);
      if (!(error instanceof Unreachable)) throw error;
    }
    if (!(await this.furnish(Boolean(entered)))) return;
    await this.work(entered);
  }

  // The page as the server sent it is kept for a reload without network; the empty shell is filled from there.
  async furnish(isUp) {
    this.journal = await Journal.open(this.sitting, this.kept("key"));
    if (document.querySelector("#room section[data-question]")) {
      const page = { html: document.body.innerHTML, title: document.title };
      await this.journal.writePage(page);
      return true;
    }
    if (isUp) {
      location.replace(this.urls.page);
      return false;
    }
    const page = await this.journal.page();
    if (!page) {
      setTimeout(() => this.start(), RETRY_MS);
      return false;
    }
    document.body.innerHTML = page.html;
    document.title = page.title;
    return true;
  }

  async work(entered) {
    this.sync = new Sync(this.urls, this.sitting, this.journal, this.clock, {
      changed: (question) => this.view.changed(question),
      connection: (isUp) => this.view.connection(isUp),
      clock: (answer) => this.takeClock(answer),
      ended: (why, body) => this.ended(why, body || {}),
    });
    this.view = new View(this.sync);
    this.view.setFlags(entered?.flags || this.kept("flags") || []);
    if (entered) await this.sync.adopt(entered);
    else await this.resumeOffline();
    for (const [question, entry] of this.sync.given) this.view.fill(question, entry.payload);
    this.view.listen({
      given: (question, payload) => this.sync.give(question, payload),
      gone: (where) => this.go(where),
      flagged: (question) => this.flag(question),
      submitted: () => this.submit(),
    });
    this.view.show(this.kept("at") || 1, false);
    this.sync.startPolling();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    oneLiveTab(this.sitting, () => this.sync.stop("other_tab", {}));
    if (!canSeal) this.view.notice(`${this.view.word("plain_title")}. ${this.view.word("plain_text")}`);
    document.documentElement.dataset.room = "ready";
  }

  async resumeOffline() {
    await this.sync.adoptOffline(this.kept("epoch") || 0);
    // performance.now() began anew with the page; the wall clock carries over the reload, the server corrects it later
    const kept = this.kept("clock");
    const room = document.getElementById("room");
    if (kept) this.clock.take({ server_ms: kept.server + (Date.now() - kept.wall), deadline_ms: kept.deadline });
    else this.clock.take({ server_ms: Number(room.dataset.serverMs), deadline_ms: Number(room.dataset.deadlineMs) });
    this.view.setDeadline(this.clock.deadline);
    this.sync.setUp(false);
    this.sync.probe();
  }

  takeClock(answer) {
    this.clock.take(answer);
    if (!answer.deadline_ms) return;
    this.keep("clock", { server: answer.server_ms, wall: Date.now(), deadline: answer.deadline_ms });
    this.keep("epoch", this.sync.epoch);
    this.view.setDeadline(answer.deadline_ms);
    this.takePause(Boolean(answer.paused));
    if (this.isOver && answer.state === "open" && this.clock.remaining() > 0) {
      this.isOver = false; // time was given back after the deadline had been reached here
      this.view.unlock();
    }
    if (answer.state === "collecting" && !this.isOver) this.timeIsOver();
  }

  takePause(isPaused) {
    if (isPaused === Boolean(this.isPaused)) return;
    this.isPaused = isPaused;
    const { view } = this;
    if (isPaused) view.banner({ title: view.word("paused_title"), text: view.word("paused_text"), kind: "is-plain", role: "status", name: "pause" });
    else view.unbanner("pause");
  }

  tick() {
    const remaining = this.clock.remaining();
    if (remaining === null) return;
    this.view.tick(remaining, this.sync.isUp);
    for (const minutes of NOTICES_MINUTES) {
      if (remaining <= minutes * 60000 && remaining > (minutes - 1) * 60000 && !this.noticed.has(minutes)) {
        this.noticed.add(minutes);
        this.view.notice(this.view.word(`notice_${minutes}`));
      }
    }
    if (remaining === 0 && !this.isOver && !this.sync.isStopped) this.timeIsOver();
  }

  timeIsOver() {
    this.isOver = true;
    this.view.lock(this.view.word("over_title"), this.view.word("over_text"), { kind: "is-plain" });
    setTimeout(async () => {
      await this.sync.flush();
      this.sync.probe();
    }, Math.random() * FLUSH_SPREAD_MS);
  }

  go(where) {
    if (where === "review") return this.review();
    const step = { next: 1, prev: -1 }[where];
    if (step === 1 && this.view.current === this.view.sections.size) return this.review();
    this.view.show(step ? this.view.current + step : Number(where));
    this.keep("at", this.view.current);
    if (this.sync.isUp) this.sync.flush();
  }

  async flag(question) {
    const flags = new Set(this.view.flags);
    if (!flags.delete(question)) flags.add(question);
    const list = [...flags].sort((one, other) => one - other);
    this.view.setFlags(list);
    this.keep("flags", list);
    this.view.show(question, false);
    try {
      await send(this.urls.flags, { epoch: this.sync.epoch, flags: list });
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error; // a flag is the candidate's own note
    }
  }

  review() {
    if (this.isOver || this.view.isLocked) return;
    this.view.review(Math.ceil(this.clock.remaining() / 60000));
    this.sync.flush();
  }

  // Offline the wish is kept and carried out when the server is back; until then nothing pretends to be handed in.
  async submit() {
    if (this.sync.isStopped || this.isSubmitting) return;
    this.isSubmitting = true;
    this.view.submitting(true);
    try {
      while (this.sync.busy) await this.sync.busy;
      const { saves } = this.sync.body(this.sync.unsent());
      this.sync.stop("closed", await send(this.urls.submit, { epoch: this.sync.epoch, generation: this.sync.generation, saves }));
    } catch (error) {
      await this.notSubmitted(error);
    } finally {
      this.isSubmitting = false;
    }
  }

  async notSubmitted(error) {
    const { view } = this;
    if (error instanceof Unreachable) {
      view.submitting(false, view.word("submit_failed"));
      clearTimeout(this.later);
      this.later = setTimeout(() => this.submit(), RETRY_MS);
    } else if (!(error instanceof Refused)) throw error;
    else if (error.body.error === "too_early") view.submitting(false, view.word("too_early", { at: view.time(error.body.allowed_ms) }));
    else if (error.body.error === "re_enter") {
      if (await this.sync.reenter()) setTimeout(() => this.submit(), 0);
    } else {
      view.submitting(false, error.message);
      await this.sync.refused(error);
    }
  }

  async ended(why, body) {
    const { view } = this;
    if (why === "invalid") return view.banner({ title: view.word("question", { n: body.question }), text: view.word("refused"), kind: "is-refusal" });
    if (why === "closed") return this.leave(body);
    if (why === "collecting") return this.collected(body);
    if (why === "sign_in") {
      const link = { url: `${document.getElementById("room").dataset.signInUrl || "/sign-in"}?next=${encodeURIComponent(this.urls.page)}`, text: view.word("sign_in") };
      return view.lock(view.word("signed_out_title"), view.word("signed_out_text"), { link });
    }
    const again = { url: this.urls.page, text: view.word("enter_again") };
    if (why === "seat_taken") return view.lock(view.word("taken_title"), view.word("taken_text"));
    if (why === "other_tab") return view.lock(view.word("taken_title"), view.word("enter_again"), { link: again });
    return view.lock(view.word("gone_title"), body.message || view.word("gone_text"), { link: again });
  }

  // The grace has begun and the server keeps what came too late for a person: wait for the close, then the receipt.
  async collected(body) {
    const late = (body.quarantined || []).length;
    if (late) this.view.lock(this.view.word("late_title"), this.view.word("late_text", { n: late }));
    const round = async () => {
      try {
        const answer = await send(this.urls.state);
        if (answer.state === "closed") return this.leave(answer);
      } catch (error) {
        if (error instanceof Refused && error.body.error === "closed") return this.leave(error.body);
        if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      }
      setTimeout(round, RETRY_MS);
    };
    setTimeout(round, RETRY_MS);
  }

  // Closed on the server: nothing of the candidate stays on the machine.
  async leave() {
    clearInterval(this.timer);
    clearTimeout(this.later);
    await this.journal.wipe();
    this.forget();
    location.replace(this.urls.page);
  }

  turnedAway(error) {
    const { body, status } = error;
    const banner = document.querySelector("#banner");
    document.querySelectorAll("#room fieldset").forEach((fieldset) => (fieldset.disabled = true));
    if (body.error === "closed" || (status === 409 && !document.querySelector("#room section[data-question]"))) return location.replace(this.urls.page);
    const text = document.createElement("b");
    text.textContent = body.message || document.querySelector("#texts [data-text=gone_text]")?.textContent || "";
    const box = document.createElement("div");
    box.className = "eb-room-banner is-refusal";
    box.setAttribute("role", "alert");
    box.append(text);
    banner?.replaceChildren(box);
  }
}

async function wipeClosed(sitting) {
  const journal = await Journal.open(sitting, null);
  await journal.wipe();
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(`eb-${sitting}-`)) sessionStorage.removeItem(name);
}

const main = document.getElementById("room");
const closed = document.querySelector("[data-closed-sitting]");
if (main) {
  if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/sw.js", { scope: "/sit/" }).catch(() => {});
  new Room(main.dataset.sitting || location.pathname.split("/")[2]).start();
} else if (closed) wipeClosed(closed.dataset.closedSitting);
