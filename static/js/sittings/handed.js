// What the page brings along right after an entry by form: the same that /enter tells, so that nobody enters twice.
import { Journal } from "./journal.js";
import { sebHeaders, sebReady } from "./seb.js";
import { sumOf } from "./sum.js";
import { send } from "./wire.js";

// Null when the page holds no entry, or another tab of this machine has taken it, or a later one, before. Opens the journal.
export async function handedOver(room) {
  const entered = entryInPage();
  if (!entered) return null;
  room.journal = await Journal.open(room.sitting, entered.journal_key);
  if (!(await room.journal.takeEntry(entered.epoch))) return null;
  await prove(room.urls.state);
  return entered;
}

// What the browser itself fetches next, pictures above all, passes the gate because a script proved a moment ago that
// this is Safe Exam Browser.
async function prove(url) {
  await sebReady;
  if (!Object.keys(sebHeaders()).length) return;
  try {
    await send(url);
  } catch {
    // the heartbeat will find out what is wrong, and say it
  }
}

// Taken out of the page as it is read; null also when a byte of it came over wrong.
function entryInPage() {
  const node = document.getElementById("entry");
  node?.remove();
  if (!node || sumOf(node.textContent) !== node.dataset.sum) return null;
  const [loading] = performance.getEntriesByType("navigation");
  const asked = { sentAt: loading?.requestStart ?? 0, heardAt: loading?.responseStart || performance.now() };
  return { ...JSON.parse(node.textContent), ...asked };
}
