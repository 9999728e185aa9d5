// Builds static/dist/: hashed bundles, manifest.json ({"staff.css": "staff-HASH.css"}) and a .gz beside each file.
//
//     node static/build.mjs [--watch]
//
// Entries: staff, room, math, sw and every other static/js/<name>.js. python3 (with fonttools) makes the digits face.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(here, "dist");
const made = join(root, "node_modules", ".cache", "exambank-digits");
const fonts = join(root, "node_modules", "@fontsource", "be-vietnam-pro", "files");
const target = ["es2020", "chrome87", "firefox78", "safari14.1"];
const packed = new Set([".css", ".js", ".json", ".svg", ".map", ".txt"]);

function makeDigits() {
  const python = process.env.PYTHON || "python3";
  try {
    execFileSync(python, [join(here, "make_digits.py"), fonts, made], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    const why = String(error.stderr || error.message).trim().split("\n").pop();
    throw new Error(`${python} could not make the digits face: ${why}\nPut the project's environment (with fonttools and brotli) first on PATH and build again.`);
  }
}

// url("digits:400") in a style sheet is the face that make_digits.py wrote.
const digits = {
  name: "digits",
  setup(build) {
    build.onResolve({ filter: /^digits:\d+$/ }, (args) => ({ path: join(made, `be-vietnam-digits-${args.path.slice(7)}.woff2`) }));
  },
};

// The room's narrow layouts depend on the width in letters, not in pixels: html[data-size] moves their breakpoints, which a
// media query alone cannot know. Each is written once and repeated here for 100, 125, 150 and 200 %.
const widths = { "room-narrow.css": [56, 70, 90, 116], "room-phone.css": [40, 50, 60, 80] };
const narrow = {
  name: "narrow",
  setup(build) {
    build.onLoad({ filter: /room-(narrow|phone)\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const [normal, ...larger] = widths[basename(path)];
      const at = (em) => `@media (max-width: ${em}em) { ${css} }`;
      const sizes = ["125", "150", "200"].map((size, step) => `html[data-size="${size}"] { ${at(larger[step])} }`);
      const contents = [at(normal), ...sizes].join("\n");
      return { contents, loader: "css", resolveDir: dirname(path) };
    });
  },
};

// name -> the files that make it up; each is bundled by itself
async function findEntries() {
  const js = join(here, "js");
  const entries = {
    staff: [join(here, "css/staff.css"), join(js, "staff.js")],
    room: [join(here, "css/room.css"), join(js, "sittings/room.js")],
    math: [join(js, "math.js")],
  };
  for (const file of (await readdir(js)).sort()) {
    const name = file.slice(0, -3);
    if (file.endsWith(".js") && !(name in entries)) entries[name] = [join(js, file)];
  }
  const points = [];
  for (const [name, files] of Object.entries(entries)) {
    for (const file of files.filter((path) => existsSync(path))) points.push({ in: file, out: name });
  }
  return points;
}

const shared = {
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "eof",
  format: "iife",
  target,
  outdir: dist,
  absWorkingDir: root,
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty", ".svg": "dataurl" },
  plugins: [digits, narrow],
  logLevel: "warning",
};

// Script and style of one name would meet in one output path: each kind is its own build.
async function bundle() {
  const points = await findEntries();
  const manifest = {};
  for (const kind of [".css", ".js"]) {
    const entryPoints = points.filter((point) => extname(point.in) === kind);
    const result = await esbuild.build({ ...shared, entryPoints, entryNames: "[name]-[hash]", assetNames: "[name]-[hash]" });
    for (const [path, output] of Object.entries(result.metafile.outputs)) {
      const file = relative(dist, resolve(root, path));
      const plain = file.replace(/-[0-9A-Z]{8}(\.[^.]+)$/, "$1");
      if (output.entryPoint || extname(file) !== ".js") manifest[plain] = file;
    }
  }
  const worker = join(here, "js/sittings/sw.js");
  if (existsSync(worker)) {
    await esbuild.build({ ...shared, entryPoints: [{ in: worker, out: "sw" }], define: { "self.EB_ASSETS": JSON.stringify(manifest) } });
    manifest["sw.js"] = "sw.js";
  }
  const sorted = Object.fromEntries(Object.keys(manifest).sort().map((name) => [name, manifest[name]]));
  await writeFile(join(dist, "manifest.json.new"), JSON.stringify(sorted, null, 2) + "\n");
  await rename(join(dist, "manifest.json.new"), join(dist, "manifest.json"));
  return sorted;
}

async function compress() {
  const sizes = [];
  for (const file of (await readdir(dist)).sort()) {
    if (!packed.has(extname(file))) continue;
    const bytes = await readFile(join(dist, file));
    const gz = gzipSync(bytes, { level: 9 });
    await writeFile(join(dist, file + ".gz"), gz);
    sizes.push([file, bytes.length, gz.length]);
  }
  return sizes;
}

// A server that runs meanwhile keeps answering: new names first, then the manifest, then the old names go.
async function removeOld(manifest) {
  const kept = new Set(["manifest.json", ...Object.values(manifest)]);
  for (const file of await readdir(dist)) {
    if (!kept.has(file.replace(/\.gz$/, ""))) await rm(join(dist, file), { recursive: true });
  }
}

async function build() {
  const started = Date.now();
  await mkdir(dist, { recursive: true });
  makeDigits();
  await removeOld(await bundle());
  for (const [file, raw, gz] of await compress()) {
    console.log(`${file.padEnd(34)} ${(raw / 1024).toFixed(1).padStart(8)} KB ${(gz / 1024).toFixed(1).padStart(7)} KB gzip`);
  }
  console.log(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

await build();

if (process.argv.includes("--watch")) {
  const { watch } = await import("node:fs");
  let timer;
  const again = (_event, file) => {
    if (!file || file.startsWith("dist")) return;
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 120);
  };
  watch(here, { recursive: true }, again);
  console.log("watching static/ …");
}
