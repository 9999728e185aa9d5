// Caches the empty room and its files, and nothing else: questions and answers live in the journal alone.
const CACHE = "eb-room";
const SHELL = "/sit/shell";
const PATIENCE_MS = 10000;
const FILES = Object.entries(self.EB_ASSETS || {})
  .filter(([name]) => name.startsWith("room.") || /^be-vietnam-(pro|digits).*(400|600)/.test(name) || name.startsWith("math."))
  .map(([, file]) => `/static/dist/${file}`);

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      await cache.addAll([SHELL, ...FILES]);
      await self.skipWaiting();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      const kept = new Set([SHELL, ...FILES]);
      for (const request of await cache.keys()) if (!kept.has(new URL(request.url).pathname)) await cache.delete(request);
      await self.clients.claim();
    })(),
  );
});

// A room's page that the network cannot bring in time becomes the empty shell; the journal fills it.
async function pageOrShell(request) {
  const patience = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS));
  try {
    const response = await Promise.race([fetch(request), patience]);
    if (response.status < 500) return response;
  } catch {
    // the shell says so
  }
  return caches.match(SHELL);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && /^\/sit\/[0-9a-f-]{36}$/.test(url.pathname)) {
    event.respondWith(pageOrShell(event.request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((found) => found || fetch(event.request)));
  }
});
