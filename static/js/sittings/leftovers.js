// Journals left behind on this machine (it died, the exam went on elsewhere): handed up when their person signs in here
// again, for a person to decide on, and wiped. Other people's stay sealed until they come.
import { Journal } from "./journal.js";
import { Kept } from "./kept.js";
import { firstPortion } from "./portions.js";
import { Refused, send, Unreachable } from "./wire.js";

const EPOCH = 2 ** 32;
const AGAIN_MS = 5000;
const MOST_TRIES = 100;

// A busy server or a slow disk must not leave them here: tried again as long as the page is open.
export async function handUpLeftovers(tries = MOST_TRIES) {
  if (await handUpAll()) return;
  if (tries > 1) setTimeout(() => handUpLeftovers(tries - 1), AGAIN_MS);
}

async function handUpAll() {
  const sittings = await Journal.sittings();
  let isDone = sittings !== null;
  for (const sitting of sittings || []) {
    try {
      await handUp(sitting);
    } catch (error) {
      if (error instanceof Refused) continue; // not theirs
      isDone = false;
      if (!(error instanceof Unreachable)) console.error(error); // whatever it is, they must not stay here for it
    }
  }
  return isDone;
}

async function handUp(sitting) {
  const place = await send(`/sit/${sitting}/journal`);
  if (place.is_seat && place.state !== "closed") return; // the exam goes on here: opening it takes the journal up
  const journal = await Journal.open(sitting, place.journal_key);
  if (!journal.isKept) throw new Unreachable("the journal does not open");
  const byEpoch = new Map();
  const readable = await journal.entries();
  for (const [q, { seq, payload, at }] of readable) {
    const epoch = Math.floor(seq / EPOCH);
    byEpoch.set(epoch, [...(byEpoch.get(epoch) || []), { q, n: seq % EPOCH, payload, at }]);
  }
  for (const [epoch, saves] of byEpoch) await keepForDecision(sitting, epoch, saves);
  if (readable.size < (await journal.count())) return; // what cannot be opened here is not thrown away
  await journal.wipe();
  new Kept(sitting).forget();
}

async function keepForDecision(sitting, epoch, saves) {
  while (saves.length) {
    const portion = firstPortion(saves, (save) => save.payload);
    try {
      await send(`/sit/${sitting}/save`, { epoch, generation: null, saves: portion });
    } catch (error) {
      // "closed" and "seat_taken" are what is expected: what the server had not seen is in the quarantine now
      if (!(error instanceof Refused && error.status === 409)) throw error;
    }
    saves = saves.slice(portion.length);
  }
}
