// The rescue file: the journal, sealed to the exam's public key, to be carried to the server by hand when it cannot be
// reached. Nobody reads it on the way; the check code shown with it is noted by the invigilator. The format and what the
// server makes of it stand in exambank/sittings/rescue. Without crypto.subtle (plain http) nothing can be sealed, and an
// open file is not written: the machine keeps the journal, and the page says so.
import { canSeal } from "./journal.js";
import { make, one, timeOf, word } from "./words.js";

const LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const PATIENCE_MS = 120000; // the server has not been heard for so long
const RELEASE_MS = 60000; // a file's bytes are held until the browser has surely taken them

const utf8 = (text) => new TextEncoder().encode(text);
const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

// In pieces: a whole journal is too long for one call's arguments.
function asBase64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

async function checkCode(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const letters = [...digest.subarray(0, 12)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return letters.match(/.{4}/g).join("-");
}

// {text, code}: the file and what the invigilator notes. ``at``: the server's time as far as this machine knows it.
export async function sealFile({ exam, key }, sitting, entries, at) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const recipient = bytesOf(key);
  const own = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const theirs = await crypto.subtle.importKey("raw", recipient, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const salt = Uint8Array.from([...point, ...recipient]);
  const sealing = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt, info: utf8("exambank-rescue-1") },
    secret,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed_ms = Math.round(at);
  const bound = utf8(JSON.stringify(["exambank-rescue", 1, exam, sitting, sealed_ms]));
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, sealing, utf8(JSON.stringify({ entries })));
  const head = { format: "exambank-rescue", version: 1, exam, sitting, sealed_ms };
  const text = JSON.stringify({ ...head, key: asBase64(point), iv: asBase64(iv), body: asBase64(body) });
  return { text, code: await checkCode(utf8(text)) };
}

function saveAs(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), RELEASE_MS);
}

// A button that writes the file and shows its code beside it; each press makes a new file of what is there then.
function rescueButton(sitting, to, entriesNow, timeNow) {
  const button = make("button", { type: "button", class: "eb-button is-small", "data-rescue": "" }, word("rescue_make"));
  const told = make("p", { role: "status", "data-rescue-code": "" });
  button.addEventListener("click", async () => {
    const at = timeNow();
    const { text, code } = await sealFile(to, sitting, await entriesNow(), at);
    const name = `bai-thi-${sitting.slice(-6)}-${code.slice(0, 4)}.exambank`;
    saveAs(name, text);
    told.replaceChildren(make("b", {}, word("rescue_code", { code })), ` ${word("rescue_file", { name, at: timeOf(at) })}`);
    told.dataset.rescueCode = code;
  });
  return [button, told];
}

const asSent = ([q, { seq, at, payload }]) => ({ q, seq, at, payload });
const asItLies = ({ question, seq, at, body }) => ({ q: question, seq, at, iv: asBase64(body.iv), sealed: asBase64(body.sealed) });

// After a restart of the browser without network: the journal cannot be opened here, but it can be carried away.
export async function offerSealed(sitting, journal) {
  const place = one("#boot");
  if (!canSeal || !place || one("[data-rescue]", place)) return;
  const to = await journal.recipient();
  if (!to || !(await journal.sealedEntries()).length || one("[data-rescue]", place)) return;
  const entriesNow = async () => (await journal.sealedEntries()).map(asItLies);
  place.append(make("p", {}, word("rescue_sealed")), ...rescueButton(sitting, to, entriesNow, () => Date.now()));
}

export class Rescue {
  constructor(parts) {
    Object.assign(this, parts); // {sitting, journal, sync, clock, banners}
    this.journal.recipient().then((to) => (this.to ??= to)); // after a reload without network: as the last entry told
  }

  // What /enter answered.
  take({ exam, rescue_key: key }) {
    if (!key || !canSeal) return;
    this.to = { exam, key };
    this.journal.keepRecipient(this.to);
  }

  // Called by the page's clock. Offered after minutes without a server, at once where time is over or handing in waits.
  tick({ isOver, isSubmitting }) {
    const { sync } = this;
    const isLost = !sync.isUp && !sync.isStopped && (this.to || !canSeal);
    const isWanted = isLost && (isOver || isSubmitting || performance.now() - sync.heardAt > PATIENCE_MS);
    if (Boolean(isWanted) === Boolean(this.isOffered)) return;
    this.isOffered = isWanted;
    if (isWanted) this.offer();
    else this.banners.hide("rescue");
  }

  offer() {
    const text = word(canSeal ? "rescue_text" : "rescue_plain");
    this.banners.show("rescue", { title: word("rescue_title"), text, role: "status" });
    if (!canSeal) return;
    const entriesNow = async () => [...this.sync.given].filter(([, entry]) => entry.seq).map(asSent);
    const words = one("div", this.banners.find("rescue"));
    words?.append(...rescueButton(this.sitting, this.to, entriesNow, () => this.clock.now()));
  }
}
