// Carries the journal to the server: batches, back-off with jitter, re-entry, and the honest state of each question.
//
// A question is "empty" (nothing given), "local" (in the journal, not yet acknowledged) or "saved" (the server holds this
// very entry). seq = epoch * 2^32 + n orders everything; the server decides by it, and so do we after a re-entry.
// One heartbeat: every answer of the server sets the next poll, every failure the next attempt.
import { isBlank, isSame } from "./answers.js";
import { firstPortion } from "./portions.js";
import { Refused, send, Unreachable } from "./wire.js";
import { word } from "./words.js";

const EPOCH = 2 ** 32;
const STEP = 1024; // of the counter; the simple pages (no script) count in ones and cannot meet ours
const QUIET_MS = 1000; // after the last change
const LONGEST_MS = 15000; // never later than this
const POLL_MS = 8000;
const POLL_SPREAD_MS = 1500;
const SILENCE_MS = 14000; // nothing heard for so long: the connection is lost, whatever the browser believes
const BACK_OFF_MS = [1000, 2000, 4000, 8000];
const PATIENCE_MS = 4000; // before asking again what was refused for no lasting reason

const jitter = (milliseconds) => milliseconds * (0.75 + Math.random() / 2);

export class Sync {
  // told: {changed(question), connection(isUp), clock(answer), entered(answer), late(count), invalid(question),
  // moved(body, batch), locked(body), blocked(why, body), ended(why, body)}
  constructor(urls, journal, clock, told) {
    Object.assign(this, { urls, journal, clock, told });
    this.epoch = 0;
    this.counter = 0;
    this.generation = null;
    this.given = new Map(); // question -> {seq, payload, at, isSaved, savedAt, isLate}
    this.failures = 0;
    this.isUp = true;
    this.isStopped = false;
    this.mustEnter = false; // reloaded without network: the first contact is an entry
    this.isLocked = false; // by the lockdown: what is given goes to the quarantine, and again when a person unlocks
    this.blockedBy = null; // why the gate (another network, another browser) takes nothing; work goes on
    this.busy = null;
    this.heardAt = performance.now();
    this.blurs = 0;
  }

  // What /enter answered. Newer entries of ours are sent again under the new epoch; newer ones of the server are taken.
  async adopt(entered) {
    const known = await this.journal.entries();
    // from here on nothing waits: what the candidate gives meanwhile must not fall between old and new
    for (const [question, entry] of this.given) if (!(known.get(question)?.seq > entry.seq)) known.set(question, entry);
    Object.assign(this, { epoch: entered.epoch, generation: entered.generation, counter: 0, mustEnter: false, given: new Map() });
    for (const [name, [seq, payload]] of Object.entries(entered.stored)) {
      const question = Number(name);
      this.given.set(question, { seq, payload, at: 0, isSaved: true, savedAt: performance.now() });
      this.leap(seq);
      // the journal is whole on every machine: a server that loses its disk gets everything back from here
      if (!(known.get(question)?.seq >= seq)) this.journal.write(question, seq, payload, 0);
    }
    for (const entry of known.values()) this.leap(entry.seq);
    for (const [question, entry] of known) {
      if (!(this.given.get(question)?.seq >= entry.seq)) this.put(question, entry.payload, entry.at);
    }
    this.journal.takeEntry(entered.epoch); // a page that comes late with an older one must not go back to it
    this.told.entered(entered);
    this.reached({ ...entered, stored: null });
    for (const question of this.given.keys()) this.told.changed(question);
  }

  // Without network: the journal alone is what we know.
  async adoptOffline(epoch) {
    const known = await this.journal.entries();
    const highest = await this.journal.highest(); // also of entries that cannot be read until the server gives the key
    this.epoch = Math.max(epoch, Math.floor(highest / EPOCH));
    this.leap(highest);
    for (const [question, entry] of known) {
      this.given.set(question, { ...entry, isSaved: false });
      this.leap(entry.seq);
    }
    this.mustEnter = true;
    this.isUp = false;
    this.told.connection(false);
    this.probe();
  }

  // Our next number lies above every number we have seen of this epoch.
  leap(seq) {
    if (Math.floor(seq / EPOCH) === this.epoch) this.counter = Math.max(this.counter, seq % EPOCH);
  }

  put(question, payload, at = Date.now()) {
    this.counter = (Math.floor(this.counter / STEP) + 1) * STEP;
    const seq = this.epoch * EPOCH + this.counter;
    this.given.set(question, { seq, payload, at, isSaved: false });
    return this.journal.write(question, seq, payload, at);
  }

  async give(question, payload) {
    if (this.isStopped) return;
    const present = this.given.get(question);
    if (present ? !present.isLate && isSame(present.payload, payload) : isBlank(payload)) return; // a field that was only left
    this.firstUnsent ??= performance.now();
    const written = this.put(question, payload);
    this.told.changed(question);
    await written;
    this.flushSoon();
  }

  state(question) {
    const entry = this.given.get(question);
    if (!entry) return "empty";
    if (!entry.isSaved) return "local";
    return isBlank(entry.payload) ? "empty" : "saved";
  }

  unsent() {
    return [...this.given].filter(([, entry]) => !entry.isSaved && !entry.isLate && !entry.refusal).sort((one, other) => one[1].seq - other[1].seq);
  }

  // Given, and never taken by the server as it stands.
  setAsideNow() {
    return [...this.given.values()].filter((entry) => entry.refusal && !entry.isSaved);
  }

  nextBatch() {
    return firstPortion(this.unsent(), ([, entry]) => entry.payload);
  }

  flushSoon() {
    if (this.isStopped || !this.isUp || this.mustEnter || !this.unsent().length) return;
    const waited = this.firstUnsent ? performance.now() - this.firstUnsent : 0;
    const quiet = this.journal.isKept ? QUIET_MS : 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(quiet, LONGEST_MS - waited)));
  }

  // At most one request at a time; whoever calls while one runs waits for it and what came meanwhile goes next.
  async flush() {
    while (this.busy) await this.busy;
    if (!this.unsent().length) return true;
    if (this.isStopped || this.mustEnter) return false; // whoever waits for "all is sent" must not go round for ever
    this.busy = this.sendBatch().finally(() => (this.busy = null));
    return this.busy;
  }

  body(batch) {
    const saves = batch.map(([q, entry]) => ({ q, n: entry.seq % EPOCH, payload: entry.payload, at: entry.at }));
    return { epoch: this.epoch, generation: this.generation, saves, contact: { blurs: this.blurs } };
  }

  async sendBatch() {
    clearTimeout(this.timer);
    const batch = this.nextBatch();
    try {
      const answer = await send(this.urls.save, this.body(batch));
      this.acknowledge(batch, answer);
      this.firstUnsent = this.unsent().length ? performance.now() : null;
      this.reached(answer);
      return true;
    } catch (error) {
      return this.failed(error, batch);
    }
  }

  // "Saved" is said only of our own entry as the server stored it; a newer one of the server's is taken over.
  acknowledge(batch, answer) {
    for (const [question, sent] of batch) {
      const seq = answer.saved?.[question];
      const present = this.given.get(question);
      if (seq === undefined) continue;
      this.leap(seq);
      if (seq === sent.seq) Object.assign(sent, { isSaved: true, savedAt: performance.now() });
      else if (question in (answer.newer || {}) && !(present?.seq > seq)) {
        const payload = answer.newer[question];
        this.given.set(question, { seq, payload, at: 0, isSaved: true, savedAt: performance.now() });
        this.journal.write(question, seq, payload, 0);
      }
      this.told.changed(question);
    }
  }

  reached(answer) {
    this.heardAgain();
    this.hear();
    if (this.isStopped) return;
    if (answer.state === "closed") return this.finish(answer);
    this.told.clock(answer);
    if (answer.locked === false) this.unlocked();
    this.takeOpen(answer.open);
    if (this.generation && answer.generation !== this.generation) return this.reenter();
    if (answer.stored) this.compare(answer);
    this.flushSoon();
  }

  heardAgain() {
    if (!this.blockedBy) return;
    this.blockedBy = null;
    this.told.blocked?.(null, {});
  }

  hear() {
    this.failures = 0;
    this.heardAt = performance.now();
    this.setUp(true);
    this.later(POLL_MS + Math.random() * POLL_SPREAD_MS);
  }

  // The server may hold less than it once acknowledged (then it goes again) or more than we gave (then we take it over).
  compare({ stored, sentAt }) {
    for (const [question, entry] of [...this.given]) {
      if (!entry.isSaved || entry.savedAt > sentAt || (stored[question] ?? -1) >= entry.seq) continue;
      this.put(question, entry.payload, entry.at);
      this.told.changed(question);
    }
    const isNews = ([question, seq]) => seq > (this.given.get(Number(question))?.seq ?? -1);
    if (Object.entries(stored).some(isNews)) this.reenter();
  }

  setUp(isUp) {
    const isNew = isUp !== this.isUp;
    this.isUp = isUp;
    if (isNew && !this.isStopped) this.told.connection(isUp);
  }

  later(milliseconds) {
    clearTimeout(this.heartbeat);
    if (!this.isStopped) this.heartbeat = setTimeout(() => this.probe(), milliseconds);
  }

  lose() {
    this.setUp(false);
    this.later(jitter(BACK_OFF_MS[Math.min(this.failures++, BACK_OFF_MS.length - 1)]));
  }

  // Called by the page's clock: a connection that says nothing is not a connection.
  watch() {
    if (this.isUp && !this.isStopped && performance.now() - this.heardAt > SILENCE_MS) this.lose();
  }

  async failed(error, batch = []) {
    if (error instanceof Refused) return this.refused(error, batch);
    this.lose(); // also on an error of our own: the next attempt must come in any case
    if (!(error instanceof Unreachable)) throw error;
    return false;
  }

  async refused({ status, body }, batch = []) {
    const why = body.error;
    if (status === 403) return this.block(why, body);
    this.hear();
    if (why === "re_enter") return this.reenter();
    if (status === 401) return this.stop("sign_in", body);
    if (["collecting", "closed", "seat_taken", "seat_held"].includes(why)) return this.tooLate(why, body, batch);
    if (why === "not_here" || why === "section_over") return this.elsewhere(why, body, batch);
    if (why === "locked") return this.lock(body, batch);
    if (why === "invalid" && batch.length) return this.setAside(body, batch);
    if (status === 413 && batch.length) return this.setAside({ question: batch[0][0] }, batch);
    if (status === 404 || status === 409) return this.stop("gone", body);
    this.later(jitter(PATIENCE_MS));
    return false;
  }

  // What came too late is in the quarantine; the rest of the journal goes there too before this page rests.
  async tooLate(why, body, batch) {
    this.setLate(batch, body);
    if (why === "collecting") this.told.clock(body); // this page did not know yet that time is over
    if (this.unsent().length) return this.sendBatch();
    this.told.late([...this.given.values()].filter((entry) => entry.isLate).length);
    if (why !== "collecting") return this.stop(why === "closed" ? "closed" : "seat_taken", body);
    return false; // the heartbeat waits for the close, or for time given back
  }

  setLate(batch, { saved = {} }) {
    for (const [question, entry] of batch) {
      if (saved[question] === entry.seq) Object.assign(entry, { isSaved: true, savedAt: performance.now() });
      else entry.isLate = true;
      this.told.changed(question);
    }
  }

  // Another section, or the next question, is on: what was given here came too late for its own.
  elsewhere(why, body, batch) {
    this.setLate(batch, body);
    if (why === "not_here") for (const [, entry] of batch) entry.isElsewhere = entry.isLate;
    this.told.clock(body);
    this.told.moved?.(body, batch);
    this.flushSoon();
    return false;
  }

  // Kept by the server for a person; when somebody has unlocked the seat all of it is sent again and counts.
  lock(body, batch) {
    this.isLocked = true;
    this.setLate(batch, body);
    this.told.clock(body);
    this.told.locked?.(body);
    return this.unsent().length ? this.sendBatch() : false;
  }

  // A restored server may come to this section once more: then what was given there counts after all.
  takeOpen(open) {
    const [from, to] = open || [1, 0];
    for (const [question, entry] of this.given) {
      if (entry.isElsewhere && from <= question && question <= to) entry.isLate = entry.isElsewhere = false;
    }
  }

  unlocked() {
    if (!this.isLocked) return;
    this.isLocked = false;
    this.sendLate();
  }

  // The gate takes nothing from here: told once, and tried again as slowly as a lost server.
  block(why = "other", body) {
    if (this.blockedBy !== why) this.told.blocked?.(why, body);
    this.blockedBy = why;
    this.hear();
    this.later(jitter(BACK_OFF_MS[BACK_OFF_MS.length - 1]));
    return false;
  }

  // Moves on in the paper, sending along what is unsent; throws Refused or Unreachable.
  async go(to) {
    while (this.unsent().length > this.nextBatch().length && (await this.flush()));
    while (this.busy) await this.busy;
    const batch = this.nextBatch();
    if (this.mustEnter || batch.length < this.unsent().length) throw new Unreachable("not entered, or not all is sent");
    const answer = await send(this.urls.go, { ...this.body(batch), to });
    this.acknowledge(batch, answer);
    this.reached(answer);
    return answer;
  }

  finish(answer) {
    if (this.unsent().length) this.flush();
    else this.stop("closed", answer);
  }

  // Time was given back after the deadline, or the seat unlocked: what had come too late counts again.
  sendLate() {
    for (const entry of this.given.values()) if (!entry.isElsewhere) entry.isLate = false;
    this.flushSoon();
  }

  // One answer the server cannot take must not hold up the others: it stays on this machine until it is changed, which may
  // have happened while it was on its way.
  setAside({ question, message }, batch) {
    const sent = batch.find(([number]) => number === question)?.[1];
    if (!sent) {
      this.later(jitter(PATIENCE_MS));
      return false;
    }
    sent.refusal = message || word("too_long");
    if (this.given.get(question) === sent) this.told.invalid(question, sent.refusal);
    this.told.changed(question);
    this.flushSoon();
    return false;
  }

  reenter() {
    this.entering ??= this.enterAgain().finally(() => (this.entering = null));
    return this.entering;
  }

  async enterAgain() {
    try {
      const entered = await send(this.urls.enter, {});
      await this.journal.useKey(entered.journal_key);
      await this.adopt(entered);
      return true;
    } catch (error) {
      return this.failed(error);
    }
  }

  // How things stand; whoever asks while it is being asked waits for the same answer.
  probe() {
    if (!this.isStopped) this.probing ??= this.ask().finally(() => (this.probing = null));
    return this.probing;
  }

  async ask() {
    try {
      if (this.mustEnter) await this.reenter();
      else this.reached(await send(this.urls.state));
    } catch (error) {
      await this.failed(error);
    }
  }

  stop(why, body) {
    if (this.isStopped) return false;
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.heartbeat);
    this.told.ended(why, body);
    return false;
  }
}
