// Two tabs of one browser would take the seat from each other for ever: the newest works, the older one says so.

export function oneLiveTab(sitting, overtaken) {
  const name = `eb-live-${sitting}`;
  const mine = `${Date.now()}-${Math.random()}`;
  addEventListener("storage", (event) => {
    if (event.key === name && event.newValue && event.newValue !== mine) overtaken();
  });
  localStorage.setItem(name, mine);
  return mine;
}
