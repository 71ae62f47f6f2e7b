// The strict validator on the command line: node contract/check_log.mjs FILE... ; ends with 1 when anything
// is wrong.

import { checkLog } from "./exchange_log.mjs";
import { SPECIFICATION, Validator, available } from "./validator.mjs";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: node contract/check_log.mjs EXCHANGE_LOG...");
  process.exit(2);
}
if (!available) {
  console.log(`skipped: no specification at ${SPECIFICATION} (set MATCHDAY_SHARED)`);
  process.exit(0);
}

const validator = new Validator();
let wrong = 0;
for (const file of files) {
  const { exchanges, operations, problems } = checkLog(file, validator);
  for (const problem of problems) console.log(problem);
  console.log(`${file}: ${exchanges} exchanges, ${operations.size} operations, ${problems.length} problems`);
  wrong += problems.length;
}
process.exit(wrong === 0 ? 0 : 1);
