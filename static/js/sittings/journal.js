// The journal: everything the candidate gives is written here first, and stays until the sitting is closed.
//
// One IndexedDB database a machine. Contents are sealed with AES-GCM under the key that the server gave at entry and that
// only this tab's sessionStorage holds; without crypto.subtle (plain http) they are kept as they are, and the page says so.
// Where the browser keeps nothing at all (isKept is false) answers go to the server at once, and the page says that.
// A browser that was restarted has lost the key: until the server gives it again nothing is written (it would lie open)
// and nothing can be read.
import { openDB } from "idb";

const NAME = "exambank-room";
const ENTRIES = "entries"; // key [sitting, question]: {sitting, question, seq, at, body}
const PAGES = "pages"; // key sitting: {sitting, body}, the questions' HTML for a reload without network; see recipient, taken
const OPENING_MS = 3000;
const DURABLE = { durability: "strict" }; // on the disk itself: a browser's default loses the last seconds with the power

export const canSeal = Boolean(globalThis.crypto && crypto.subtle);

async function openDatabase() {
  const patience = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), OPENING_MS));
  const opening = openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore(ENTRIES, { keyPath: ["sitting", "question"] });
      db.createObjectStore(PAGES, { keyPath: "sitting" });
    },
  });
  return Promise.race([opening, patience]);
}

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const allOf = (sitting) => IDBKeyRange.bound([sitting, 0], [sitting, Infinity]);

const RECIPIENT = "rescue:";
const nameOfRecipient = (sitting) => RECIPIENT + sitting;
const TAKEN = "taken:";
const nameOfTaken = (sitting) => TAKEN + sitting;

async function importKey(base64) {
  return canSeal && base64 ? crypto.subtle.importKey("raw", bytesOf(base64), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
}

export class Journal {
  constructor(sitting, database, key) {
    this.sitting = sitting;
    this.database = database;
    this.key = key;
    this.isKept = Boolean(database) && !this.isKeyless;
    this.last = Promise.resolve();
    this.waiting = new Map(); // question -> what is to be written: of a text being typed only the newest
    this.lost = () => {}; // called once when the machine stops keeping
  }

  static async open(sitting, base64Key) {
    const key = await importKey(base64Key);
    let database = null;
    try {
      database = await openDatabase();
    } catch {
      // storage denied, or the browser's database is broken
    }
    return new Journal(sitting, database, key);
  }

  // Whose journals lie on this machine; null when the machine does not say.
  static async sittings() {
    try {
      const database = await openDatabase();
      const pages = (await database.getAllKeys(PAGES)).map((name) => name.replace(RECIPIENT, "").replace(TAKEN, ""));
      const keys = [...(await database.getAllKeys(ENTRIES)).map(([sitting]) => sitting), ...pages];
      database.close();
      return [...new Set(keys)];
    } catch {
      return null;
    }
  }

  get isKeyless() {
    return canSeal && !this.key;
  }

  // The server has given the key again: what waited for it is written now.
  async useKey(base64Key) {
    if (!this.isKeyless) return;
    this.key = await importKey(base64Key);
    this.isKept = Boolean(this.database) && !this.isKeyless;
    for (const [question, { seq, payload, at }] of [...this.waiting]) this.write(question, seq, payload, at);
    if (this.unwritten) await this.writePage(this.unwritten);
  }

  async seal(value) {
    const text = JSON.stringify(value);
    if (!this.key) return text;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, new TextEncoder().encode(text));
    return { iv, sealed };
  }

  async unseal(body) {
    if (typeof body === "string") return JSON.parse(body);
    if (!this.key) return null;
    try {
      const clear = await crypto.subtle.decrypt({ name: "AES-GCM", iv: body.iv }, this.key, body.sealed);
      return JSON.parse(new TextDecoder().decode(clear));
    } catch {
      return null; // sealed under another key: nothing this tab may read
    }
  }

  // One after another: sealing takes time, and an older value must not overtake a newer one. Never fails, see isKept.
  write(question, seq, payload, at) {
    this.waiting.set(question, { seq, payload, at });
    if (this.isKeyless || this.isWiped) return this.last;
    this.last = this.last.then(async () => {
      const newest = this.waiting.get(question);
      if (!newest) return;
      this.waiting.delete(question);
      try {
        const body = await this.seal(newest.payload);
        const transaction = this.database.transaction(ENTRIES, "readwrite", DURABLE);
        transaction.store.put({ sitting: this.sitting, question, seq: newest.seq, at: newest.at, body });
        await transaction.done;
      } catch {
        const wasKept = this.isKept;
        this.isKept = false;
        if (wasKept) this.lost();
      }
    });
    return this.last;
  }

  // question -> {seq, at, payload}
  async entries() {
    await this.last;
    const found = new Map();
    try {
      for (const entry of await this.database.getAll(ENTRIES, allOf(this.sitting))) {
        const payload = await this.unseal(entry.body);
        if (payload !== null) found.set(entry.question, { seq: entry.seq, at: entry.at, payload });
      }
    } catch {
      // nothing can be read; what the page itself holds still counts
    }
    return found;
  }

  // How many lie here, whoever can read them.
  async count() {
    try {
      return await this.database.count(ENTRIES, allOf(this.sitting));
    } catch {
      return Infinity;
    }
  }

  // The highest seq on this machine, whoever can read its entry: our next number must lie above it.
  async highest() {
    try {
      return Math.max(0, ...(await this.database.getAll(ENTRIES, allOf(this.sitting))).map(({ seq }) => seq));
    } catch {
      return 0;
    }
  }

  // For a reload without network; a page too big for the machine's store is simply not kept.
  async writePage(page) {
    this.unwritten = this.isKeyless ? page : null;
    if (this.isKeyless) return;
    try {
      const body = await this.seal(page);
      if (!this.isWiped) await this.database.put(PAGES, { sitting: this.sitting, body });
    } catch {
      // the answers matter, and they are small
    }
  }

  // What a rescue file can be made of where nobody can open the journal: the entries as they lie there.
  async sealedEntries() {
    try {
      return (await this.database.getAll(ENTRIES, allOf(this.sitting))).filter(({ body }) => body.sealed);
    } catch {
      return [];
    }
  }

  // {exam, key} to whom a rescue file is sealed: public, and wanted after a restart of the browser.
  async keepRecipient(recipient) {
    try {
      await this.database.put(PAGES, { sitting: nameOfRecipient(this.sitting), recipient });
    } catch {
      // nothing is kept: a rescue file can be written as long as this page is open
    }
  }

  async recipient() {
    try {
      return (await this.database.get(PAGES, nameOfRecipient(this.sitting)))?.recipient || null;
    } catch {
      return null;
    }
  }

  // Whether this entry is the first of its epoch on this machine, and none after it: two tabs must not write under the same
  // epoch, where one's number would stand for the other's answer. A machine that keeps nothing cannot tell: no.
  async takeEntry(epoch) {
    try {
      const transaction = this.database.transaction(PAGES, "readwrite");
      const name = nameOfTaken(this.sitting);
      const isFirst = !((await transaction.store.get(name))?.epoch >= epoch);
      if (isFirst) transaction.store.put({ sitting: name, epoch });
      await transaction.done;
      return isFirst;
    } catch {
      return false;
    }
  }

  async page() {
    try {
      const row = await this.database.get(PAGES, this.sitting);
      return row ? await this.unseal(row.body) : null;
    } catch {
      return null;
    }
  }

  // At the close nothing of the candidate stays on the machine; what was still on its way here does not arrive.
  async wipe() {
    this.isWiped = true;
    await this.last;
    try {
      await this.database.delete(PAGES, this.sitting);
      await this.database.delete(PAGES, nameOfRecipient(this.sitting));
      await this.database.delete(PAGES, nameOfTaken(this.sitting));
      await this.database.delete(ENTRIES, allOf(this.sitting));
    } catch {
      // nothing was kept
    }
  }
}
