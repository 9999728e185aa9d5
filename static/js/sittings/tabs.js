// Two tabs of one browser would take the seat from each other for ever: the newest works, the older one says so.

const nameOf = (sitting) => `eb-live-${sitting}`;

// Listens from the beginning; the answer is called once this tab can work. An older one then stops, and must have stopped
// when this one reads the journal. A tab that can neither enter nor open the journal takes nothing from the one that works.
export function oneLiveTab(sitting, { overtaken, ended }) {
  let isClaimed = false;
  addEventListener("storage", (event) => {
    if (event.key !== nameOf(sitting)) return;
    if (event.newValue) overtaken();
    else ended();
  });
  return () => {
    if (isClaimed) return;
    isClaimed = true;
    try {
      localStorage.setItem(nameOf(sitting), `${Date.now()}-${Math.random()}`);
    } catch {
      // storage denied: the server's epochs alone keep the order
    }
  };
}

export function forgetTabs(sitting) {
  try {
    localStorage.removeItem(nameOf(sitting));
  } catch {
    // nothing was kept
  }
}
