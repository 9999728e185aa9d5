// The exam room in the browser: journal first, server second, and the truth about both on the screen.
//
// Entering gives the epoch under which this page saves, the key of the journal and what the server holds. From then on a
// failed request never reloads the page and never stops the candidate: the journal keeps, the sync repeats.
import { ServerClock } from "./clock.js";
import { watchDoor } from "./door.js";
import { Flags } from "./flags.js";
import { watchFocus } from "./focus.js";
import { handedOver } from "./handed.js";
import { canSeal, Journal } from "./journal.js";
import { Kept } from "./kept.js";
import { Keys } from "./keys.js";
import { enliven, listen } from "./kinds.js";
import { handUpLeftovers } from "./leftovers.js";
import { Notices } from "./notices.js";
import { Page } from "./page.js";
import { offerSealed, Rescue } from "./rescue.js";
import { listenToReading, restoreLooks } from "./reading.js";
import { allowSubmit, isReviewOpen, showSubmitting } from "./review.js";
import { Sections } from "./sections.js";
import { listenToSheets } from "./sheets.js";
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
    const names = ["enter", "save", "state", "submit", "flags", "go", "notices", "objection", "events"];
    this.urls = { page: base, seen: `${base}/notices/seen`, ...Object.fromEntries(names.map((name) => [name, `${base}/${name}`])) };
    Object.assign(this, { kept: new Kept(sitting), page: new Page(), clock: new ServerClock(), noticed: new Set() });
  }

  async start() {
    const claim = oneLiveTab(this.sitting, {
      overtaken: () => (this.sync ? this.sync.stop("other_tab", {}) : (this.isOvertaken = true)),
      ended: () => location.replace(this.urls.page),
    });
    this.claim = () => this.isOvertaken || claim(); // who was overtaken while entering takes nothing from the one that works
    if (this.kept.get("key")) this.claim();
    let entered = null;
    const handed = await handedOver(this);
    while (!entered && (handed || !this.isOvertaken)) {
      try {
        entered = handed || (await send(this.urls.enter, {}));
        this.claim();
        this.kept.set("key", entered.journal_key);
      } catch (error) {
        if (error instanceof Refused) return this.turnedAway(error);
        if (!(error instanceof Unreachable)) throw error;
      }
      if (await this.furnish(Boolean(entered))) return this.work(entered);
      if (!entered) offerSealed(this.sitting, this.journal);
      if (!entered) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  // The page as the server sent it is kept for a reload without network; the empty shell is filled from there.
  async furnish(isUp) {
    if (!this.journal?.database) this.journal = await Journal.open(this.sitting, this.kept.get("key"));
    if (this.page.isFurnished) {
      if (isSecureContext) this.page.collect().then((page) => this.journal.writePage(page));
      return true;
    }
    if (isUp) location.replace(this.urls.page);
    const page = isUp ? null : await this.journal.page();
    if (page) {
      this.page.restore(page);
      restoreLooks();
    }
    return Boolean(page);
  }

  async work(entered) {
    this.sync = new Sync(this.urls, this.journal, this.clock, {
      changed: (question) => this.view.changed(question),
      connection: (isUp) => this.connection(isUp),
      clock: (answer) => this.takeClock(answer),
      entered: (answer) => {
        this.claim();
        this.kept.set("key", answer.journal_key);
        if (this.journal.isKept) this.view.banners.hide("journal");
        this.flags.take(answer.flags);
        this.rescue.take(answer);
      },
      late: (count) => this.late(count),
      moved: (body) => this.late((body.quarantined || []).length),
      locked: () => this.takeLock(true),
      blocked: (error, body) => this.blocked(error, body),
      invalid: (question, message) => this.view.refused(question, message),
      ended: (why, body) => this.ended(why, body || {}),
    });
    this.view = new View(this.sync);
    enliven();
    listen();
    this.flags = new Flags(this.urls.flags, this.kept, this.sync, this.view);
    this.notices = new Notices(this.urls, this.kept, this.view);
    const { sync, journal, clock } = this;
    this.rescue = new Rescue({ sitting: this.sitting, journal, sync, clock, banners: this.view.banners });
    this.sections = new Sections(this.view, this.sync, this.clock, this.page, this.journal, {
      resumed: () => this.resume(),
      partOver: () => this.view.lock("part", word("part_over_title"), word("part_over_text"), { kind: "is-plain" }),
      opened: () => this.opened(),
    });
    if (entered) await this.sync.adopt(entered);
    else await this.resumeOffline();
    for (const [question, entry] of this.sync.given) this.view.fill(question, entry.payload);
    this.listen();
    if ("watch" in this.view.main.dataset) watchFocus({ url: this.urls.events, epoch: () => this.sync.epoch });
    this.view.show(this.kept.get("at") || this.view.first, false);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.warn();
    this.kept.set("turned", null);
    if (this.isOvertaken) this.sync.stop("other_tab", {});
    else if (this.kept.get("wish")) {
      this.review();
      this.submit();
    }
    document.documentElement.dataset.room = "ready";
  }

  listen() {
    const { view, sync } = this;
    const flagged = () => !view.isLocked && this.flags.turn(view.current);
    new Keys(view, { gone: (where) => this.go(where), flagged, timed: () => this.tellTime() });
    view.listen({
      given: (question, payload) => sync.give(question, payload),
      gone: (where) => this.go(where),
      flagged,
      submitted: () => this.submit(),
    });
    addEventListener("offline", () => sync.lose());
    addEventListener("online", () => sync.probe());
    addEventListener("blur", () => sync.blurs++);
    document.addEventListener("visibilitychange", () => (document.hidden ? sync.flush() : sync.probe()));
    addEventListener("pageshow", (event) => event.persisted && location.reload()); // nothing comes back by the Back button
    document.addEventListener("eb:left", ({ target }) => target.id === "review" && !this.isSubmitting && this.kept.set("wish", null));
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
    // at least the page's own epoch: what is given now must lie above what another machine stored before
    await this.sync.adoptOffline(Math.max(this.kept.get("epoch") || 0, Number(document.getElementById("room").dataset.epoch) || 0));
  }

  takeClock(answer) {
    this.clock.take(answer);
    if (!answer.deadline_ms) return;
    this.kept.set("clock", { server: Math.round(this.clock.now()), wall: Date.now(), deadline: answer.deadline_ms });
    this.kept.set("epoch", this.sync.epoch);
    this.view.setDeadline(answer.deadline_ms, Boolean(answer.paused));
    this.takePause(Boolean(answer.paused));
    this.takeLock(Boolean(answer.locked));
    this.notices.take(answer);
    this.sections.take(answer);
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

  // A person must look (lockdown): the questions are covered, the answers stay, and it goes on by itself.
  takeLock(isLocked) {
    if (isLocked === Boolean(this.isHeld)) return;
    this.isHeld = isLocked;
    if (isLocked) return this.view.cover(word("locked_other"));
    this.view.uncover();
    return this.sync.unlocked?.();
  }

  // The address or the browser is not the one this exam is sat from: nothing is lost, and it is tried again.
  blocked(error, body) {
    const { banners } = this.view;
    if (error) banners.show("blocked", { title: word(`blocked_${error}`) || word("blocked_title"), text: body?.message || word("blocked_text") });
    else banners.hide("blocked");
  }

  // Work goes on, unless something else stands against it.
  resume() {
    const isHeldUp = this.isOver || this.isHeld || this.sections.isPartOver || this.sync.isStopped;
    if (this.view.isLocked && !isHeldUp) this.view.unlock();
  }

  // Questions of the next part are in the page.
  opened() {
    this.resume();
    this.view.renew();
    this.kept.set("at", this.view.current);
    this.view.banners.announce(word("part_opened", { first: this.view.first, last: this.view.last }));
  }

  connection(isUp) {
    this.view.connection(isUp, Boolean(this.sync.blockedBy));
    if (!isUp) return;
    this.flags.send();
    this.notices.send();
    setTimeout(() => this.kept.get("wish") && this.submit(), Math.random() * FLUSH_SPREAD_MS);
  }

  tick() {
    this.sync.watch();
    const remaining = this.clock.remaining();
    if (remaining === null) return;
    const nearest = Math.min(remaining, this.sections.remaining() ?? remaining);
    this.view.tick(remaining, nearest, this.sync.isUp);
    this.sections.tick();
    this.rescue.tick({ isOver: this.isOver, isSubmitting: Boolean(this.kept.get("wish")) });
    if (!this.allowedAt()) allowSubmit();
    this.tellMinutes(nearest, this.isPartFirst() ? "part_notice" : "notice");
    if (remaining === 0 && !this.isOver && !this.sync.isStopped) this.timeIsOver();
  }

  // 15, 5 and 1 minutes before the end (of the part, if that comes first), also where the clock is hidden.
  tellMinutes(left, name) {
    for (const minutes of NOTICES_MINUTES) {
      if (left > minutes * 60000) this.noticed.delete(minutes);
      else if (left > (minutes - 1) * 60000 && !this.noticed.has(minutes)) {
        this.noticed.add(minutes);
        this.view.banners.notice(word(`${name}_${minutes}`));
      }
    }
  }

  // Asked for by a key.
  tellTime() {
    const [name, left, end] = this.isPartFirst()
      ? ["part_time_left", this.sections.remaining(), this.sections.deadline]
      : ["time_left", this.clock.remaining(), this.view.deadline];
    this.view.banners.notice(word(name, { minutes: Math.ceil(left / 60000), at: timeOf(end) }));
  }

  // Whether the part ends before the exam does.
  isPartFirst() {
    return !this.sections.isLast && (this.sections.remaining() ?? Infinity) < this.clock.remaining();
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
    if (this.isSubmitting || this.isHeld) return;
    if (where === "review") return this.review();
    const step = { next: 1, prev: -1 }[where];
    if (step === 1 && this.view.current === this.view.last) return this.sections.leave() || this.review();
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

  // Offline the wish is kept as long as the review shows it, and carried out when the server is back.
  async submit() {
    const { sync } = this;
    if (sync.isStopped || this.isSubmitting) return;
    this.isSubmitting = true;
    this.kept.set("wish", true);
    showSubmitting(true);
    let batch = [];
    try {
      while (sync.unsent().length > sync.nextBatch().length && (await sync.flush()));
      while (sync.busy) await sync.busy;
      batch = sync.nextBatch();
      if (sync.mustEnter || batch.length < sync.unsent().length) throw new Unreachable("not entered, or not all is sent");
      const answer = await send(this.urls.submit, sync.body(batch));
      sync.stop("closed", answer);
    } catch (error) {
      const isOlder = error.body?.error === "re_enter";
      const hasEntered = isOlder && (await sync.reenter());
      this.isSubmitting = false;
      if (hasEntered) return this.submit();
      await this.notSubmitted(isOlder ? new Unreachable("not entered again") : error, batch);
    }
  }

  async notSubmitted(error, batch) {
    if (error instanceof Unreachable) {
      showSubmitting(false, word("submit_failed"));
      if (!isReviewOpen()) this.kept.set("wish", null);
      return this.sync.lose();
    }
    this.kept.set("wish", null);
    const { body } = error;
    showSubmitting(false, body?.error === "too_early" ? word("too_early", { at: timeOf(body.allowed_ms) }) : error.message);
    if (!(error instanceof Refused)) throw error;
    if (body.error !== "too_early") await this.sync.refused(error, batch);
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

listenToReading();
listenToSheets();
const main = document.getElementById("room");
if (main) {
  if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/sw.js", { scope: "/sit/" }).catch(() => {});
  new Room(main.dataset.sitting || location.pathname.split("/")[2]).start();
} else {
  watchDoor();
  handUpLeftovers();
}
