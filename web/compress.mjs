// Writes what the server embeds: every file of dist/, gzipped, flat in dist-embedded/. A browser that takes no gzip
// gets it unpacked by the server. Refuses a first load that is too large: what every visitor fetches before any page,
// without the pages and languages that are fetched when somebody opens them.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const FROM = "dist";
const TO = "dist-embedded";
const FIRST_LOAD_MAX = 300 * 1024; // compressed

rmSync(TO, { recursive: true, force: true });
mkdirSync(TO);
const sizes = new Map();
for (const folder of ["", "assets"]) {
  for (const entry of readdirSync(join(FROM, folder), { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const packed = gzipSync(readFileSync(join(FROM, folder, entry.name)), { level: 9 });
    sizes.set(join(folder, entry.name), packed.length);
    writeFileSync(join(TO, `${basename(entry.name)}.gz`), packed);
  }
}

const manifest = JSON.parse(readFileSync(join(FROM, ".vite/manifest.json"), "utf8"));
const first = new Set(["index.html"]);
const add = (chunk) => {
  for (const file of [chunk.file, ...(chunk.css ?? [])]) first.add(file);
  for (const name of chunk.imports ?? []) if (!first.has(manifest[name].file)) add(manifest[name]);
};
add(manifest["index.html"]);

const total = (files) => [...files].reduce((sum, file) => sum + sizes.get(file), 0);
const kilobytes = (bytes) => `${Math.ceil(bytes / 1024)} kB`;
console.log(
  `The dashboard is ${kilobytes(total(sizes.keys()))} compressed, its first load ${kilobytes(total(first))}.`,
);
if (total(first) > FIRST_LOAD_MAX) {
  console.error(`That is more than ${kilobytes(FIRST_LOAD_MAX)}.`);
  process.exit(1);
}
