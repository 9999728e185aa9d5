// The journal: everything the candidate gives is written here first, and stays until the sitting is closed.
//
// One IndexedDB database a machine. Contents are sealed with AES-GCM under the key that the server gave at entry and that
// only this tab's sessionStorage holds; without crypto.subtle (plain http) they are kept as they are, and the page says so.
// Where the browser keeps nothing at all (isKept is false) answers go to the server at once, and the page says that.
import { openDB } from "idb";

const NAME = "exambank-room";
const ENTRIES = "entries"; // key [sitting, question]: {sitting, question, seq, at, body}
const PAGES = "pages"; // key sitting: {sitting, body}; the questions' HTML for a reload without network
const OPENING_MS = 3000;

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

export class Journal {
  constructor(sitting, database, key) {
    this.sitting = sitting;
    this.database = database;
    this.key = key;
    this.isKept = Boolean(database);
    this.last = Promise.resolve();
    this.waiting = new Map(); // question -> what is to be written: of a text being typed only the newest
    this.lost = () => {}; // called once when the machine stops keeping
  }

  static async open(sitting, base64Key) {
    const key = canSeal && base64Key ? await crypto.subtle.importKey("raw", bytesOf(base64Key), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
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
      const keys = [...(await database.getAllKeys(ENTRIES)).map(([sitting]) => sitting), ...(await database.getAllKeys(PAGES))];
      database.close();
      return [...new Set(keys)];
    } catch {
      return null;
    }
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
    this.last = this.last.then(async () => {
      const newest = this.waiting.get(question);
      if (!newest) return;
      this.waiting.delete(question);
      try {
        const body = await this.seal(newest.payload);
        await this.database.put(ENTRIES, { sitting: this.sitting, question, seq: newest.seq, at: newest.at, body });
      } catch {
        if (this.isKept) this.lost();
        this.isKept = false;
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

  // For a reload without network; a page too big for the machine's store is simply not kept.
  async writePage(page) {
    try {
      await this.database.put(PAGES, { sitting: this.sitting, body: await this.seal(page) });
    } catch {
      // the answers matter, and they are small
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

  // At the close nothing of the candidate stays on the machine.
  async wipe() {
    await this.last;
    try {
      await this.database.delete(PAGES, this.sitting);
      await this.database.delete(ENTRIES, allOf(this.sitting));
    } catch {
      // nothing was kept
    }
  }
}
