// The check of a machine: measures what the exam room needs and writes it, as JSON, into the form's hidden field.
// Nothing is decided here: the server judges the report (sittings/rules/machines.py).

const TRIPS = 5;
const PATIENCE = 8000;

const page = document.getElementById("check");
const form = page && page.querySelector("form");

function within(promise, fallback) {
  return Promise.race([promise.catch(() => fallback), new Promise((done) => setTimeout(() => done(fallback), PATIENCE))]);
}

// Write, read back, delete: what the journal of the room does.
function tryStorage() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("exambank-check", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("tries");
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      const database = asked.result;
      const mark = String(Math.random());
      const writing = database.transaction("tries", "readwrite");
      writing.objectStore("tries").put(mark, "mark");
      writing.onerror = writing.onabort = () => fail(writing.error);
      writing.oncomplete = () => {
        const reading = database.transaction("tries").objectStore("tries").get("mark");
        reading.onerror = () => fail(reading.error);
        reading.onsuccess = () => {
          database.close();
          indexedDB.deleteDatabase("exambank-check");
          done(reading.result === mark);
        };
      };
    };
  });
}

async function tryQuota() {
  const { quota } = await navigator.storage.estimate();
  return Math.floor(quota / 1024 / 1024);
}

// With a certificate that is not trusted but clicked through, exactly this fails.
async function tryWorker() {
  await navigator.serviceWorker.register(page.dataset.workerUrl, { scope: "/sit/" });
  return true;
}

async function tryCrypto() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array([1, 2, 3]));
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed))[2] === 3;
}

async function tryFonts() {
  const faces = await document.fonts.load('400 16px "Be Vietnam Pro"', "Ệ");
  return faces.length > 0;
}

// The middle one of some trips; the clock is compared at the shortest, where half the way is known best.
async function tryTrips() {
  const trips = [];
  for (let at = 0; at < TRIPS; at += 1) {
    const sent = performance.now();
    const answer = await fetch(page.dataset.timeUrl, { cache: "no-store", headers: { Accept: "application/json" } });
    const { server_ms: server } = await answer.json();
    const took = performance.now() - sent;
    trips.push({ took, ahead: Date.now() - took / 2 - server });
  }
  trips.sort((one, other) => one.took - other.took);
  return { round_trip_ms: Math.round(trips[TRIPS >> 1].took), clock_ms: Math.round(trips[0].ahead) };
}

async function measure() {
  const [storage, quota, worker, sealed, fonts, trips] = await Promise.all([
    within(Promise.resolve().then(tryStorage), false),
    within(Promise.resolve().then(tryQuota), null),
    within(Promise.resolve().then(tryWorker), false),
    within(Promise.resolve().then(tryCrypto), false),
    within(Promise.resolve().then(tryFonts), false),
    within(Promise.resolve().then(tryTrips), {}),
  ]);
  const report = {
    script: true, secure: window.isSecureContext, http: location.protocol === "http:", storage, worker, crypto: sealed, fonts,
    zone_minutes: -new Date().getTimezoneOffset(), width: window.innerWidth, height: window.innerHeight, ...trips,
  };
  if (quota !== null) report.quota_mb = quota;
  return report;
}

async function start() {
  const state = page.querySelector("[data-check-state]");
  const button = page.querySelector("[data-check-button]");
  state.textContent = state.dataset.sayWait;
  button.setAttribute("aria-disabled", "true");
  const report = await measure();
  form.elements.namedItem("report").value = JSON.stringify(report);
  state.textContent = state.dataset.sayReady.replace("{n}", Object.keys(report).length);
  button.removeAttribute("aria-disabled");
  page.dataset.checked = "1";
}

if (form) start();
