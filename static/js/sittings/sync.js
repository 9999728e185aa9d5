// Carries the journal to the server: batches, back-off with jitter, re-entry, and the honest state of each question.
//
// A question is "empty" (nothing given), "local" (in the journal, not yet acknowledged) or "saved" (the server holds this
// very entry). seq = epoch * 2^32 + n orders everything; the server decides by it, and so do we after a re-entry.
import { Refused, send, Unreachable } from "./wire.js";

const EPOCH = 2 ** 32;
const BATCH = 50;
const QUIET_MS = 1000; // after the last change
const LONGEST_MS = 15000; // never later than this
const POLL_MS = 9000;
const BACK_OFF_MS = [1000, 2000, 4000, 8000, 10000];

const jitter = (milliseconds) => milliseconds * (0.75 + Math.random() / 2);

export class Sync {
  // told: {changed(question), connection(isUp), clock(answer), ended(why, body)}
  constructor(urls, sitting, journal, clock, told) {
    Object.assign(this, { urls, sitting, journal, clock, told });
    this.epoch = 0;
    this.counter = 0;
    this.generation = null;
    this.given = new Map(); // question -> {seq, payload, at, isSaved}
    this.failures = 0;
    this.isUp = true;
    this.isStopped = false;
    this.busy = null;
  }

  // What /enter answered. The journal's newer entries are sent again under the new epoch; the server's newer ones are taken.
  async adopt(entered) {
    this.epoch = entered.epoch;
    this.counter = 0;
    this.generation = entered.generation;
    const kept = await this.journal.entries();
    this.given.clear();
    for (const [question, [seq, payload]] of Object.entries(entered.stored)) {
      this.given.set(Number(question), { seq, payload, at: 0, isSaved: true });
    }
    for (const [question, entry] of kept) {
      const stored = this.given.get(question);
      if (!stored || stored.seq < entry.seq) await this.put(question, entry.payload, entry.at);
    }
    this.told.clock(entered);
    this.flushSoon();
  }

  // Without network: the journal alone is what we know.
  async adoptOffline(epoch) {
    this.epoch = epoch;
    for (const [question, entry] of await this.journal.entries()) {
      this.given.set(question, { ...entry, isSaved: false });
      if (Math.floor(entry.seq / EPOCH) === epoch) this.counter = Math.max(this.counter, entry.seq % EPOCH);
    }
  }

  async put(question, payload, at = Date.now()) {
    const seq = this.epoch * EPOCH + ++this.counter;
    this.given.set(question, { seq, payload, at, isSaved: false });
    await this.journal.write(question, seq, payload, at);
  }

  async give(question, payload) {
    if (this.isStopped) return;
    this.firstUnsent ||= performance.now();
    await this.put(question, payload);
    this.told.changed(question);
    this.flushSoon();
  }

  state(question) {
    const entry = this.given.get(question);
    if (!entry) return "empty";
    if (!entry.isSaved) return "local";
    return isBlank(entry.payload) ? "empty" : "saved";
  }

  unsent() {
    return [...this.given].filter(([, entry]) => !entry.isSaved && !entry.isLate).sort((one, other) => one[1].seq - other[1].seq);
  }

  flushSoon() {
    if (this.isStopped || !this.isUp || !this.unsent().length) return;
    const waited = this.firstUnsent ? performance.now() - this.firstUnsent : 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(QUIET_MS, LONGEST_MS - waited)));
  }

  // At most one request at a time; whoever calls while one runs waits for it and what came meanwhile goes next.
  async flush() {
    while (this.busy) await this.busy;
    if (this.isStopped || !this.unsent().length) return true;
    this.busy = this.sendBatch().finally(() => (this.busy = null));
    return this.busy;
  }

  body(batch) {
    const saves = batch.map(([q, entry]) => ({ q, n: entry.seq % EPOCH, payload: entry.payload, at: entry.at }));
    return { epoch: this.epoch, generation: this.generation, saves };
  }

  async sendBatch() {
    clearTimeout(this.timer);
    const batch = this.unsent().slice(0, BATCH);
    try {
      const answer = await send(this.urls.save, this.body(batch));
      await this.acknowledge(batch, answer);
      this.reached(answer);
    } catch (error) {
      return this.failed(error);
    }
    this.firstUnsent = this.unsent().length ? performance.now() : null;
    this.flushSoon();
    return true;
  }

  // "Saved" is said only of our own entry as the server stored it; a newer one of the server's is taken over.
  async acknowledge(batch, answer) {
    const newer = answer.newer || {};
    for (const [question, sent] of batch) {
      const seq = answer.saved?.[question];
      const present = this.given.get(question);
      if (seq === undefined || present?.seq > Math.max(seq, sent.seq)) continue;
      if (seq === sent.seq) present.isSaved = true;
      else if (question in newer) {
        this.given.set(question, { seq, payload: newer[question], at: 0, isSaved: true });
        await this.journal.write(question, seq, newer[question], 0);
      }
      this.told.changed(question);
    }
  }

  reached(answer) {
    this.failures = 0;
    this.setUp(true);
    this.generation ||= answer.generation;
    this.told.clock(answer);
    if (answer.generation && answer.generation !== this.generation) this.reenter();
    else if (answer.stored) this.compare(answer.stored);
    if (answer.state === "closed") this.stop("closed", answer);
  }

  // After a restore the server may hold less than it once acknowledged: what it lacks goes again.
  compare(stored) {
    for (const [question, entry] of this.given) {
      if (entry.isSaved && (stored[question] ?? -1) < entry.seq) {
        entry.isSaved = false;
        this.told.changed(question);
      }
    }
    this.flushSoon();
  }

  setUp(isUp) {
    if (isUp !== this.isUp) this.told.connection(isUp);
    this.isUp = isUp;
  }

  async failed(error) {
    if (error instanceof Unreachable) {
      this.setUp(false);
      const wait = BACK_OFF_MS[Math.min(this.failures++, BACK_OFF_MS.length - 1)];
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.probe(), jitter(wait));
      return false;
    }
    if (!(error instanceof Refused)) throw error;
    return this.refused(error);
  }

  async refused({ status, body }) {
    this.setUp(true);
    if (body.error === "re_enter") return this.reenter();
    if (status === 401) return this.stop("sign_in", body);
    if (body.error === "seat_taken") return this.stop("seat_taken", body);
    if (body.error === "collecting" || body.error === "closed") return this.tooLate(body);
    if (body.error === "invalid") return this.setAside(body.question, body);
    if (status === 404) return this.stop("gone", body);
    this.timer = setTimeout(() => this.probe(), jitter(4000));
    return false;
  }

  // What came too late is in the quarantine; the rest of the journal goes there too before this page rests.
  async tooLate(body) {
    for (const question of body.quarantined || []) {
      const entry = this.given.get(Number(question));
      if (entry) entry.isLate = true;
    }
    if (body.quarantined?.length && this.unsent().length) return this.sendBatch();
    return this.stop(body.error, body);
  }

  // One answer the server cannot take must not hold up the others: it stays in the journal and is shown as not saved.
  setAside(question, body) {
    this.told.ended("invalid", { ...body, question });
    const entry = this.given.get(question);
    if (!entry) return false;
    this.given.delete(question);
    this.told.changed(question);
    this.flushSoon();
    return false;
  }

  async reenter() {
    try {
      await this.adopt(await send(this.urls.enter, {}));
      for (const question of this.given.keys()) this.told.changed(question);
      return true;
    } catch (error) {
      if (error instanceof Refused) return this.stop(error.body.error === "seat_held" ? "seat_taken" : error.body.error, error.body);
      return this.failed(error);
    }
  }

  async probe() {
    if (this.isStopped) return;
    try {
      const answer = await send(this.urls.state);
      this.reached(answer);
      this.flushSoon();
    } catch (error) {
      await this.failed(error);
    }
  }

  startPolling() {
    const round = async () => {
      if (this.isStopped) return;
      if (this.isUp && !this.busy) await this.probe();
      this.poll = setTimeout(round, jitter(POLL_MS));
    };
    this.poll = setTimeout(round, jitter(POLL_MS));
    addEventListener("offline", () => this.setUp(false));
    addEventListener("online", () => this.probe());
  }

  stop(why, body) {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.poll);
    this.told.ended(why, body);
    return false;
  }
}

export function isBlank(payload) {
  if (!payload) return true;
  if ("choice" in payload) return payload.choice === null;
  if ("choices" in payload) return payload.choices.length === 0;
  if ("statements" in payload) return Object.values(payload.statements).every((value) => value === null);
  return false;
}
