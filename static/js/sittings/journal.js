// The journal: everything the candidate gives is written here first, and stays until the sitting is closed.
//
// One IndexedDB database a machine. Contents are sealed with AES-GCM under the key that the server gave at entry and that
// only this tab's sessionStorage holds; without crypto.subtle (plain http) they are kept as they are, and the page says so.
import { openDB } from "idb";

const NAME = "exambank-room";
const ENTRIES = "entries"; // key [sitting, question]: {sitting, question, seq, at, body}
const PAGES = "pages"; // key sitting: {sitting, body}; the questions' HTML for a reload without network

export const canSeal = Boolean(globalThis.crypto && crypto.subtle);

function open() {
  return openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore(ENTRIES, { keyPath: ["sitting", "question"] });
      db.createObjectStore(PAGES, { keyPath: "sitting" });
    },
  });
}

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export class Journal {
  constructor(sitting, database, key) {
    this.sitting = sitting;
    this.database = database;
    this.key = key;
  }

  static async open(sitting, base64Key) {
    const key = canSeal && base64Key ? await crypto.subtle.importKey("raw", bytesOf(base64Key), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
    return new Journal(sitting, await open(), key);
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
      return null; // sealed under another entry's key: nothing this tab may read
    }
  }

  async write(question, seq, payload, at) {
    const body = await this.seal(payload);
    await this.database.put(ENTRIES, { sitting: this.sitting, question, seq, at, body });
  }

  async entries() {
    const range = IDBKeyRange.bound([this.sitting, 0], [this.sitting, Infinity]);
    const found = new Map();
    for (const entry of await this.database.getAll(ENTRIES, range)) {
      const payload = await this.unseal(entry.body);
      if (payload !== null) found.set(entry.question, { seq: entry.seq, at: entry.at, payload });
    }
    return found;
  }

  async writePage(page) {
    await this.database.put(PAGES, { sitting: this.sitting, body: await this.seal(page) });
  }

  async page() {
    const row = await this.database.get(PAGES, this.sitting);
    return row ? this.unseal(row.body) : null;
  }

  // At the close nothing of the candidate stays on the machine.
  async wipe() {
    await this.database.delete(PAGES, this.sitting);
    await this.database.delete(ENTRIES, IDBKeyRange.bound([this.sitting, 0], [this.sitting, Infinity]));
  }
}
