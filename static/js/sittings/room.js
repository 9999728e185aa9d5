// The exam room in the browser: journal first, server second, and the truth about both on the screen.
//
// Entering gives the epoch under which this page saves, the key of the journal and what the server holds. From then on a
// failed request never reloads the page and never stops the candidate: the journal keeps, the sync repeats.
import { ServerClock } from "./clock.js";
import { Flags } from "./flags.js";
import { canSeal, Journal } from "./journal.js";
import { Kept } from "./kept.js";
import { enliven, listen } from "./kinds.js";
import { handUpLeftovers } from "./leftovers.js";
import { Page } from "./page.js";
import { allowSubmit, isReviewOpen, showSubmitting } from "./review.js";
import { Sync } from "./sync.js";
import { forgetTabs, oneLiveTab } from "./tabs.js";
import { View } from "./view.js";
import { Refused, send, Unreachable } from "./wire.js";
import { timeOf, word } from "./words.js";

const NOTICES_MINUTES = [15, 5, 1];
const TICK_MS = 250;
const FLUSH_SPREAD_MS = 2000; // at the deadline the room does not arrive in one instant
const RETRY_MS = 4000;
const REST_MS = 30000; // a page whose seat is elsewhere looks now and then whether the exam paper is closed

class Room {
  constructor(sitting) {
    const base = `/sit/${sitting}`;
    this.sitting = sitting;
    this.urls = { enter: `${base}/enter`, save: `${base}/save`, state: `${base}/state`, submit: `${base}/submit`, flags: `${base}/flags`, page: base };
    this.kept = new Kept(sitting);
    this.page = new Page();
    this.clock = new ServerClock();
    this.noticed = new Set();
  }

  async start() {
    oneLiveTab(this.sitting, {
      overtaken: () => (this.sync ? this.sync.stop("other_tab", {}) : (this.isOvertaken = true)),
      ended: () => location.replace(this.urls.page),
    });
    let entered = null;
    while (!entered && !this.isOvertaken) {
      try {
        entered = await send(this.urls.enter, {});
        this.kept.set("key", entered.journal_key);
      } catch (error) {
        if (error instanceof Refused) return this.turnedAway(error);
        if (!(error instanceof Unreachable)) throw error;
      }
      if (await this.furnish(Boolean(entered))) return this.work(entered);
      if (!entered) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  // The page as the server sent it is kept for a reload without network; the empty shell is filled from there.
  async furnish(isUp) {
    this.journal ??= await Journal.open(this.sitting, this.kept.get("key"));
    if (this.page.isFurnished) {
      if (isSecureContext) this.page.collect().then((page) => this.journal.writePage(page));
      return true;
    }
    if (isUp) location.replace(this.urls.page);
    const page = isUp ? null : await this.journal.page();
    if (page) this.page.restore(page);
    return Boolean(page);
  }

  async work(entered) {
    this.sync = new Sync(this.urls, this.journal, this.clock, {
      changed: (question) => this.view.changed(question),
      connection: (isUp) => this.connection(isUp),
      clock: (answer) => this.takeClock(answer),
      entered: (answer) => this.flags.take(answer.flags),
      late: (count) => this.late(count),
      invalid: (question, message) => this.view.refused(question, message),
      ended: (why, body) => this.ended(why, body || {}),
    });
    this.view = new View(this.sync);
    enliven();
    listen();
    this.flags = new Flags(this.urls.flags, this.kept, this.sync, this.view);
    if (entered) await this.sync.adopt(entered);
    else await this.resumeOffline();
    for (const [question, entry] of this.sync.given) this.view.fill(question, entry.payload);
    this.listen();
    this.view.show(this.kept.get("at") || 1, false);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.warn();
    this.kept.set("turned", null);
    if (this.isOvertaken) this.sync.stop("other_tab", {});
    else if (this.kept.get("wish")) this.resumeWish();
    document.documentElement.dataset.room = "ready";
  }

  listen() {
    const { view, sync } = this;
    view.listen({
      given: (question, payload) => sync.give(question, payload),
      gone: (where) => this.go(where),
      flagged: (question) => this.flags.turn(question),
      submitted: () => this.submit(),
    });
    addEventListener("offline", () => sync.lose());
    addEventListener("online", () => sync.probe());
    addEventListener("blur", () => sync.blurs++);
    document.addEventListener("visibilitychange", () => (document.hidden ? sync.flush() : sync.probe()));
    addEventListener("pageshow", (event) => event.persisted && location.reload()); // nothing comes back by the Back button
    this.journal.lost = () => this.warn();
  }

  warn() {
    if (!this.journal.isKept) this.view.banners.show("journal", { title: word("no_journal"), role: "status" });
    else if (!canSeal) this.view.banners.notice(`${word("plain_title")}. ${word("plain_text")}`);
  }

  async resumeOffline() {
    // performance.now() began anew with the page; the wall clock carries over the reload, the server corrects it later
    const kept = this.kept.get("clock");
    const { serverMs, deadlineMs } = document.getElementById("room").dataset;
    if (kept) this.clock.take({ server_ms: kept.server + (Date.now() - kept.wall), deadline_ms: kept.deadline });
    else this.clock.take({ server_ms: Number(serverMs), deadline_ms: Number(deadlineMs) });
    this.view.setDeadline(this.clock.deadline, false);
    await this.sync.adoptOffline(this.kept.get("epoch") || 0);
  }

  takeClock(answer) {
    this.clock.take(answer);
    if (!answer.deadline_ms) return;
    this.kept.set("clock", { server: answer.server_ms, wall: Date.now(), deadline: answer.deadline_ms });
    this.kept.set("epoch", this.sync.epoch);
    this.view.setDeadline(answer.deadline_ms, Boolean(answer.paused));
    this.takePause(Boolean(answer.paused));
    if (this.isOver && answer.state === "open" && this.clock.remaining() > 0) {
      this.isOver = false; // time was given back after the deadline had been reached here
      this.view.unlock();
      this.sync.sendLate();
    }
    if (answer.state === "collecting" && !this.isOver) this.timeIsOver();
  }

  takePause(isPaused) {
    if (isPaused === Boolean(this.isPaused)) return;
    this.isPaused = isPaused;
    const { banners } = this.view;
    if (isPaused) banners.show("pause", { title: word("paused_title"), text: word("paused_text"), kind: "is-plain", role: "status" });
    else banners.hide("pause");
  }

  connection(isUp) {
    this.view.connection(isUp);
    if (isUp) this.flags.send();
    if (isUp && this.kept.get("wish")) setTimeout(() => this.submit(), Math.random() * FLUSH_SPREAD_MS);
  }

  tick() {
    this.sync.watch();
    const remaining = this.clock.remaining();
    if (remaining === null) return;
    this.view.tick(remaining, this.sync.isUp);
    if (!this.allowedAt()) allowSubmit();
    for (const minutes of NOTICES_MINUTES) {
      if (remaining > minutes * 60000) this.noticed.delete(minutes);
      else if (remaining > (minutes - 1) * 60000 && !this.noticed.has(minutes)) {
        this.noticed.add(minutes);
        this.view.banners.notice(word(`notice_${minutes}`));
      }
    }
    if (remaining === 0 && !this.isOver && !this.sync.isStopped) this.timeIsOver();
  }

  timeIsOver() {
    this.isOver = true;
    this.view.lock("over", word("over_title"), word("over_text"), { kind: "is-plain" });
    setTimeout(async () => {
      await this.sync.flush();
      this.sync.probe();
    }, Math.random() * FLUSH_SPREAD_MS);
  }

  late(count) {
    if (count) this.view.banners.show("late", { title: word("late_title"), text: word("late_text", { n: count }), kind: "is-refusal" });
  }

  // --- moving ---

  go(where) {
    if (this.isSubmitting) return;
    if (where === "review") return this.review();
    const step = { next: 1, prev: -1 }[where];
    if (step === 1 && this.view.current === this.view.sections.size) return this.review();
    this.kept.set("wish", null); // whoever goes back to work does not want to hand in yet
    this.view.show(step ? this.view.current + step : Number(where));
    this.kept.set("at", this.view.current);
    if (this.sync.isUp) this.sync.flush();
  }

  // --- handing in ---

  review() {
    if (this.isOver || this.view.isLocked) return;
    this.view.review(Math.ceil(this.clock.remaining() / 60000), this.allowedAt());
    this.sync.flush();
  }

  // From when handing in is allowed, as long as that lies ahead; the server decides in any case.
  allowedAt() {
    const from = Math.min(Number(document.getElementById("room").dataset.submitFromMs) || 0, this.clock.deadline);
    return this.clock.now() < from ? from : null;
  }

  // Offline the wish is kept and carried out when the server is back; until then nothing pretends to be handed in.
  async submit() {
    const { sync } = this;
    if (sync.isStopped || this.isSubmitting) return;
    this.isSubmitting = true;
    this.kept.set("wish", true);
    showSubmitting(true);
    try {
      while (sync.unsent().length > sync.nextBatch().length && (await sync.flush()));
      while (sync.busy) await sync.busy;
      if (sync.mustEnter) throw new Unreachable("not entered yet");
      const answer = await send(this.urls.submit, sync.body(sync.nextBatch()));
      sync.stop("closed", answer);
    } catch (error) {
      this.isSubmitting = false;
      await this.notSubmitted(error);
    }
  }

  resumeWish() {
    this.review();
    return this.submit();
  }

  async notSubmitted(error) {
    if (error instanceof Unreachable) {
      showSubmitting(false, word("submit_failed"));
      return this.sync.lose();
    }
    this.kept.set("wish", null);
    if (!(error instanceof Refused)) throw error;
    const { body } = error;
    if (body.error === "re_enter") {
      if (await this.sync.reenter()) return this.submit();
    } else if (body.error === "too_early") showSubmitting(false, word("too_early", { at: timeOf(body.allowed_ms) }));
    else {
      showSubmitting(false, error.message);
      await this.sync.refused(error, this.sync.nextBatch());
    }
  }

  // --- endings ---

  ended(why, body) {
    const { view } = this;
    if (why === "closed") return this.leave();
    if (isReviewOpen()) view.show(view.current, false);
    if (why === "sign_in") {
      const signIn = document.getElementById("room").dataset.signInUrl || "/sign-in";
      const link = { url: `${signIn}?next=${encodeURIComponent(this.urls.page)}`, text: word("sign_in") };
      return view.lock("lock", word("signed_out_title"), word("signed_out_text"), { link });
    }
    const link = { url: this.urls.page, text: word("enter_again") };
    if (why === "other_tab") return view.lock("lock", word("tab_title"), word("tab_text"), { link });
    if (why !== "seat_taken") return view.lock("lock", word("gone_title"), body.message || word("gone_text"), { link });
    view.lock("lock", word("taken_title"), word("taken_text"));
    return this.rest();
  }

  // The exam goes on elsewhere; once it is closed nothing of it stays on this machine.
  async rest() {
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    try {
      const answer = await send(this.urls.state);
      if (answer.state === "closed") return this.leave();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
    return this.rest();
  }

  // Closed on the server: nothing of the candidate stays on the machine.
  async leave() {
    clearInterval(this.timer);
    await this.journal.wipe();
    this.kept.forget();
    forgetTabs(this.sitting);
    location.replace(this.urls.page);
  }

  // The server does not let this page in: its own page says why (cover, receipt, sign-in); else try again slowly.
  turnedAway({ status }) {
    const isTold = [401, 404, 409].includes(status) && !this.kept.get("turned");
    this.kept.set("turned", true);
    setTimeout(() => location.replace(this.urls.page), isTold ? 0 : REST_MS);
  }
}

const main = document.getElementById("room");
if (main) {
  if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/sw.js", { scope: "/sit/" }).catch(() => {});
  new Room(main.dataset.sitting || location.pathname.split("/")[2]).start();
} else handUpLeftovers();
