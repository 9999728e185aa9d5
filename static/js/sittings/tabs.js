// Two tabs of one browser would take the seat from each other for ever: the newest works, the older one says so.

const nameOf = (sitting) => `eb-live-${sitting}`;

// Called before entering, so that the older tab has stopped when the new one reads the journal.
export function oneLiveTab(sitting, { overtaken, ended }) {
  addEventListener("storage", (event) => {
    if (event.key !== nameOf(sitting)) return;
    if (event.newValue) overtaken();
    else ended();
  });
  try {
    localStorage.setItem(nameOf(sitting), `${Date.now()}-${Math.random()}`);
  } catch {
    // storage denied: the server's epochs alone keep the order
  }
}

export function forgetTabs(sitting) {
  try {
    localStorage.removeItem(nameOf(sitting));
  } catch {
    // nothing was kept
  }
}
