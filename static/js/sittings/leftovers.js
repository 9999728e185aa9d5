// Journals left behind on this machine (it died, the exam went on elsewhere): handed up when their person signs in here
// again, for a person to decide on, and wiped. Other people's stay sealed until they come.
import { Journal } from "./journal.js";
import { Kept } from "./kept.js";
import { Refused, send, Unreachable } from "./wire.js";

const EPOCH = 2 ** 32;
const BATCH = 50;

export async function handUpLeftovers() {
  for (const sitting of await Journal.sittings()) {
    try {
      await handUp(sitting);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error; // not theirs, or not now
    }
  }
}

async function handUp(sitting) {
  const place = await send(`/sit/${sitting}/journal`);
  if (place.is_seat && place.state !== "closed") return; // the exam goes on here: opening it takes the journal up
  const journal = await Journal.open(sitting, place.journal_key);
  const byEpoch = new Map();
  for (const [q, { seq, payload, at }] of await journal.entries()) {
    const epoch = Math.floor(seq / EPOCH);
    byEpoch.set(epoch, [...(byEpoch.get(epoch) || []), { q, n: seq % EPOCH, payload, at }]);
  }
  for (const [epoch, saves] of byEpoch) {
    for (let from = 0; from < saves.length; from += BATCH) await keepForDecision(sitting, epoch, saves.slice(from, from + BATCH));
  }
  await journal.wipe();
  new Kept(sitting).forget();
}

async function keepForDecision(sitting, epoch, saves) {
  try {
    await send(`/sit/${sitting}/save`, { epoch, generation: null, saves });
  } catch (error) {
    // "closed" and "seat_taken" are what is expected: what the server had not seen is in the quarantine now
    if (!(error instanceof Refused && error.status === 409)) throw error;
  }
}
