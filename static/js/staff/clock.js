// Clocks that run on between two answers of the server; the server's time counts, the browser's is only a spring.
//   [data-server-time="2026-11-24T07:41:09+07:00"]   time of day, as written: with seconds if the text has them
//   [data-countdown="2292"]                          seconds left; the text is minutes:seconds, never red, never blinking
// performance.now() is used, because a person may set the machine's clock.

const started = new WeakMap();

export function watchClocks() {
  tick();
  setInterval(tick, 500);
}

function tick() {
  document.querySelectorAll("[data-server-time], [data-countdown]").forEach(show);
}

function show(element) {
  const given = element.dataset.serverTime ?? element.dataset.countdown;
  let known = started.get(element);
  if (!known || known.given !== given) {
    known = { given, at: performance.now(), seconds: (element.textContent.match(/:/g) || []).length > 1 };
    started.set(element, known);
  }
  const passed = (performance.now() - known.at) / 1000;
  const text = element.dataset.countdown === undefined ? timeOfDay(given, passed, known.seconds) : left(Number(given) - passed);
  if (text !== null && element.textContent !== text) element.textContent = text;
}

function timeOfDay(given, passed, seconds) {
  const offset = /([+-])(\d\d):?(\d\d)$/.exec(given);
  const zone = offset ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  const moment = new Date(Date.parse(given) + passed * 1000 + zone * 60000);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString().slice(11, seconds ? 19 : 16);
}

function left(seconds) {
  if (Number.isNaN(seconds)) return null;
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60);
  return `${String(minutes).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}
