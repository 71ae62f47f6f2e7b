// Shows that each rule of tools/tidy catches its fault: a small good tree passes; with one fault planted, exactly the
// rule that is meant for it speaks up.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { check, ruleNames } = require('./tidy_rules.cjs');

const GOOD = {
  'src/base/README.md': '# base\n',
  'src/base/time.hpp': '// Time.\n#pragma once\n',
  'src/base/time.cpp': '// See time.hpp.\n#include "base/time.hpp"\nauto t = std::chrono::system_clock::now();\n',
  'src/net/README.md': '# net\n',
  'src/net/http.hpp': '// HTTP.\n#pragma once\n#include "base/time.hpp"\n',
  'src/net/secret.hpp': '// Insides. Private to net.\n#pragma once\n#include <boost/beast/http.hpp>\n',
  'src/store/README.md': '# store\n',
  'src/store/sqlite.hpp': '// SQLite.\n#pragma once\n#include <sqlite3.h>\n',
  'src/platforms/faceit/README.md': '# faceit\n',
  'src/platforms/faceit/client.hpp': '// FACEIT.\n#pragma once\n#include "net/http.hpp"\n',
  'src/features/leagues/README.md': '# leagues\n',
  'src/features/leagues/plan.hpp': '// Plans.\n#pragma once\n#include "features/accounts/accounts.hpp"\n',
  'src/features/accounts/README.md': '# accounts\n',
  'src/features/accounts/accounts.hpp': '// Accounts. Not detached; time(nullptr) is a comment.\n#pragma once\n',
  'src/features/leagues/schema/001_leagues.sql': '-- Leagues.\ncreate table leagues (\n  id bigint\n);\n',
  'docs/OPERATIONS.md': '| `leagues` | as long as the organization |\n',
  'tests/base/time_test.cpp': '// Tests.\nTEST(Time, a_clock_never_goes_back) {}\n',
};

const long = (count, line) => Array.from({ length: count }, () => line).join('\n');

// Rule, file, contents.
const FAULTS = [
  ['layer-walls', 'src/base/words.hpp', '// Words.\n#include "net/http.hpp"\n'],
  ['layer-walls', 'src/net/http.hpp', '// HTTP.\n#include "store/sqlite.hpp"\n'],
  ['layer-walls', 'src/platforms/faceit/client.hpp', '// FACEIT.\n#include "platforms/discord/rest.hpp"\n'],
  ['layer-walls', 'src/platforms/faceit/client.hpp', '// FACEIT.\n#include "store/sqlite.hpp"\n'],
  ['layer-walls', 'src/net/http.hpp', '// HTTP.\n#include "sandbox/discord/world.hpp"\n'],
  ['facades', 'src/features/leagues/plan.hpp', '// Plans.\n#include "features/accounts/store.hpp"\n'],
  ['facades', 'src/features/accounts/accounts.hpp', '// Accounts.\n#include "features/leagues/leagues.hpp"\n'],
  ['private-headers', 'src/platforms/faceit/client.hpp', '// FACEIT.\n#include "net/secret.hpp"\n'],
  ['sockets', 'src/store/sqlite.hpp', '// SQLite.\n#include <boost/asio/ip/tcp.hpp>\n'],
  ['sockets', 'src/platforms/faceit/client.hpp', '// FACEIT.\n#include <curl/curl.h>\n'],
  ['databases', 'src/features/leagues/plan.hpp', '// Plans.\n#include <sqlite3.h>\n'],
  ['clocks', 'src/net/http.hpp', '// HTTP.\nauto a = std::chrono::steady_clock::now();\n'],
  ['clocks', 'src/net/http.hpp', '// HTTP.\nauto a = time(nullptr);\n'],
  ['detached', 'src/net/http.hpp', '// HTTP.\nco_spawn(e, f(), asio::detached);\n'],
  ['file-length', 'src/net/http.hpp', `// HTTP.\n${long(601, '')}\n`],
  ['function-length', 'src/net/http.hpp', `// HTTP.\nvoid f(int a) {\n${long(90, '  g();')}\n}\n`],
  ['line-length', 'src/net/http.hpp', `// HTTP.\n${'x'.repeat(121)}\n`],
  ['header-comment', 'src/net/http.hpp', '#pragma once\n'],
  ['readme', 'sim/faults/fault.hpp', '// Faults.\n'],
  ['banned-name', 'src/net/http_utils.hpp', '// HTTP.\n'],
  ['banned-name', 'src/net/common/http.hpp', '// HTTP.\n', 'readme'],
  ['unfinished', 'src/net/http.hpp', '// HTTP. TODO: more\n'],
  ['tested-folder', 'src/net/http.cpp', '// See http.hpp.\n'],
  ['retention', 'src/features/leagues/schema/002_more.sql', '-- More.\ncreate table seasons (\n  id bigint\n);\n'],
  ['test-name', 'tests/base/time_test.cpp', '// Tests.\nTEST(Time, Works) {}\n'],
];

function findingsIn(tree) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'matchday-tidy-'));
  try {
    for (const [name, text] of Object.entries(tree)) {
      fs.mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    return check(root);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

function run() {
  let passed = 0;
  let failed = 0;
  const expect = (good, what) => {
    good ? ++passed : ++failed;
    if (!good) console.log(`self-test: ${what}`);
  };
  expect(findingsIn(GOOD).length === 0, `the good tree has findings: ${JSON.stringify(findingsIn(GOOD))}`);
  for (const [rule, file, text, alsoAllowed] of FAULTS) {
    const found = new Set(findingsIn({ ...GOOD, [file]: text }).map((f) => f.rule));
    const others = [...found].filter((name) => name !== rule && name !== alsoAllowed);
    expect(found.has(rule) && others.length === 0, `${rule} in ${file}: found ${[...found].join(', ') || 'nothing'}`);
  }
  const covered = new Set(FAULTS.map(([rule]) => rule));
  for (const rule of ruleNames) expect(covered.has(rule), `no fault is planted for ${rule}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

module.exports = { run };
