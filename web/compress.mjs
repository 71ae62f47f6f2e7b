// Writes what the server embeds: every file of dist/, gzipped, flat in dist-embedded/. A browser that takes no gzip
// gets it unpacked by the server.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const FROM = "dist";
const TO = "dist-embedded";
const FIRST_LOAD_MAX = 300 * 1024; // compressed

rmSync(TO, { recursive: true, force: true });
mkdirSync(TO);
let total = 0;
for (const folder of [FROM, join(FROM, "assets")]) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const packed = gzipSync(readFileSync(join(folder, entry.name)), { level: 9 });
    total += packed.length;
    writeFileSync(join(TO, `${basename(entry.name)}.gz`), packed);
  }
}
console.log(`The dashboard is ${Math.ceil(total / 1024)} kB compressed.`);
if (total > FIRST_LOAD_MAX) {
  console.error(`That is more than ${FIRST_LOAD_MAX / 1024} kB.`);
  process.exit(1);
}
