// The rules of tools/tidy. Each takes the tree and yields findings; a rule is one function, in the order of the table
// at the end. Exceptions are listed here with their reason, never in the checked files.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const LINES_PER_FILE_MAX = 600;
const LINES_PER_FUNCTION_MAX = 90;
const COLUMNS_MAX = 120;

const PRODUCT = ['src', 'sandbox', 'sim'];  // what ships, and what simulates the world around it
const EVERYTHING = [...PRODUCT, 'tests', 'bench', 'tools', 'cmake', 'web', 'docs'];
const SKIPPED = new Set(['node_modules', 'build', 'dist', 'dist-embedded', 'generated', '.git', 'recorded',
  'fixtures']);

// Who may include whom, bottom-up as in docs/ARCHITECTURE.md. A folder may always include itself.
const BELOW_FEATURES = ['base', 'net', 'store', 'jobs', 'effects', 'platforms', 'remote', 'surfaces'];
const MAY_INCLUDE = {
  base: [],
  net: ['base'],
  store: ['base'],
  jobs: ['base', 'store'],
  effects: ['base', 'store', 'jobs'],
  platforms: ['base', 'net'],
  remote: ['base', 'store', 'effects', 'platforms'],
  surfaces: BELOW_FEATURES,
  features: BELOW_FEATURES,
  server: [...BELOW_FEATURES, 'features'],
};
// Features that other features may use, through their facade header.
const SHARED_FEATURES = ['organizations', 'accounts', 'tournaments', 'notifications'];

// ---- reading the tree ----

function* walk(root, folder) {
  const full = path.join(root, folder);
  if (!fs.existsSync(full)) return;
  for (const entry of fs.readdirSync(full, { withFileTypes: true })) {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* walk(root, file);
    if (entry.isFile()) yield file;
  }
}

// Replaces comments and the insides of literals by spaces, so that only code is searched and lines keep their numbers.
const NOT_CODE = new RegExp([
  /R"(\w*)\([\s\S]*?\)\1"/,
  /\/\/[^\n]*/,
  /\/\*[\s\S]*?\*\//,
  /"(?:\\.|[^"\\\n])*"/,
  /(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'/,  // not the ' within 16'000
].map((part) => part.source).join('|'), 'g');

function codeOf(text) {
  return text.replace(NOT_CODE, (match) => match.replace(/[^\n]/g, ' '));
}

function readTree(root) {
  const files = [];
  for (const folder of EVERYTHING) {
    for (const name of walk(root, folder)) {
      const source = /\.(cpp|hpp)$/.test(name);
      const text = /\.(cpp|hpp|cjs|mjs|js|ts|tsx|sh|sql|md|css|html|cmake|txt)$/.test(name) || name.startsWith('tools/')
        ? fs.readFileSync(path.join(root, name), 'utf8') : '';
      files.push({
        name, text, source,
        lines: text.split('\n'),
        code: source ? codeOf(text).split('\n') : [],
        top: name.split('/')[0],
      });
    }
  }
  return files;
}

function* includesOf(file) {
  for (const [i, line] of file.lines.entries()) {
    const match = /^\s*#\s*include\s+[<"]([^>"]+)[>"]/.exec(line);
    if (match) yield { line: i + 1, target: match[1] };
  }
}

function* codeMatches(file, pattern) {
  for (const [i, line] of file.code.entries()) {
    const match = pattern.exec(line);
    if (match) yield { line: i + 1, match: match[0].trim() };
  }
}

const inProduct = (file) => file.source && PRODUCT.includes(file.top);

// ---- rules ----

// Folders of src include only what lies below them; a platform knows no other platform.
function* layerWalls(files) {
  for (const file of files.filter((f) => f.source && f.top === 'src')) {
    const [, folder, slice] = file.name.split('/');
    for (const { line, target } of includesOf(file)) {
      const [to, toSlice] = target.split('/');
      // The binary has `demo` and `sandbox` as commands (docs/decisions/0003-program-includes-the-sandbox.md).
      if (file.name.startsWith('src/server/program/') && target.startsWith('sandbox/front/')) continue;
      if (['sandbox', 'sim', 'tests', 'bench'].includes(to) && target.includes('/')) {
        yield { file, line, text: `src includes nothing of ${to}` };
      }
      if (!(to in MAY_INCLUDE) || !target.includes('/')) continue;
      if (to !== folder && !(MAY_INCLUDE[folder] ?? []).includes(to)) {
        yield { file, line, text: `${folder} must not include ${to} (${target})` };
      }
      if (folder === 'platforms' && to === 'platforms' && toSlice !== slice) {
        yield { file, line, text: `${slice} must not know ${toSlice} (${target})` };
      }
    }
  }
}

// A feature is used by its facade header, and most are not used by other features at all.
function* facades(files) {
  for (const file of files.filter((f) => f.source && f.name.startsWith('src/features/'))) {
    const slice = file.name.split('/')[2];
    for (const { line, target } of includesOf(file)) {
      const [folder, other, header] = target.split('/');
      if (folder !== 'features' || header === undefined || other === slice) continue;
      if (!SHARED_FEATURES.includes(other)) {
        yield { file, line, text: `${slice} must not include the feature ${other}` };
      } else if (header !== `${other}.hpp`) {
        yield { file, line, text: `use the facade features/${other}/${other}.hpp instead of ${header}` };
      }
    }
  }
}

// A header that says "Private to x" is included from x (and from tests) only.
function* privateHeaders(files) {
  const owners = new Map();
  for (const file of files.filter((f) => f.name.startsWith('src/') && f.name.endsWith('.hpp'))) {
    const claim = /Private to (\S+?)[.:,]?(\s|$)/.exec(file.lines.slice(0, 8).join(' '));
    if (claim) owners.set(file.name.slice('src/'.length), path.dirname(file.name));
  }
  for (const file of files.filter(inProduct)) {
    for (const { line, target } of includesOf(file)) {
      const owner = owners.get(target);
      if (owner && path.dirname(file.name) !== owner) yield { file, line, text: `${target} is private to ${owner}` };
    }
  }
}

function* onlyIn(files, folder, pattern, what) {
  for (const file of files.filter(inProduct)) {
    if (file.name.startsWith(`${folder}/`)) continue;
    for (const { line, target } of includesOf(file)) {
      if (pattern.test(target)) yield { file, line, text: `${what} belong to ${folder} (${target})` };
    }
  }
}

function* sockets(files) {
  yield* onlyIn(files, 'src/net', /^(boost\/(asio\/(ip|ssl|local|posix)|beast)|curl\/|sys\/socket)/, 'sockets');
}

function* databases(files) {
  // The simulated disk is a file layer for SQLite.
  const elsewhere = files.filter((f) => !f.name.startsWith('sim/disk/'));
  yield* onlyIn(elsewhere, 'src/store', /^(sqlite3|libpq|postgresql\/)/, 'database engines');
}

// Whoever needs the time is given a Clock, or the simulator cannot hold it.
const CLOCK_READS = new RegExp([
  /\b(?:system_clock|steady_clock|high_resolution_clock)::now\b/,
  /\b(?:clock_gettime|gettimeofday)\b/,
  /(?<![\w.>:])(?:std::)?time\((?:nullptr|NULL|0|&)/,
].map((part) => part.source).join('|'));

function* clocks(files) {
  for (const file of files.filter(inProduct)) {
    if (file.name === 'src/base/time.cpp') continue;  // the one implementation that reads
    for (const { line, match } of codeMatches(file, CLOCK_READS)) yield { file, line, text: `${match}: use the Clock` };
  }
}

// The exception of a detached coroutine vanishes, and nobody can wait for it.
function* detachedWork(files) {
  for (const file of files.filter((f) => f.source)) {
    for (const { line } of codeMatches(file, /\bdetached\b|\.detach\(\)/)) {
      yield { file, line, text: 'background work belongs to a TaskGroup' };
    }
  }
}

function* fileLength(files) {
  for (const file of files.filter((f) => f.source)) {
    const count = file.lines.length - 1;
    if (count > LINES_PER_FILE_MAX) yield { file, line: count, text: `${count} lines, at most ${LINES_PER_FILE_MAX}` };
  }
}

// Where outermost function bodies begin and end. A brace opens a function when what stands before it, back to the last
// statement, has a parameter list and is no type, namespace or initialiser. Enough for formatted code.
function* functionsOf(file) {
  const code = file.code.map((line) => (line.trimStart().startsWith('#') ? '' : line)).join('\n');
  const open = [];  // true for a function's brace
  let start = 0;
  let begin = 0;
  let line = 1;
  for (let i = 0; i < code.length; ++i) {
    const c = code[i];
    if (c === '\n') ++line;
    if (c === '{') {
      const before = code.slice(start, i);
      const isFunction = !open.includes(true) && before.includes('(') &&
        !/^\s*(?:template\s*<[^{]*>\s*)?(?:inline\s+)?(?:namespace|class|struct|enum|union)\b/.test(before) &&
        !/[=,]\s*$/.test(before);
      if (isFunction) begin = line - (before.trim().split('\n').length - 1);
      open.push(isFunction);
    }
    if (c === '}' && open.pop()) yield { begin, lines: line - begin + 1 };
    if (c === ';' || c === '{' || c === '}') start = i + 1;
  }
}

function* functionLength(files) {
  for (const file of files.filter((f) => f.source)) {
    for (const { begin, lines } of functionsOf(file)) {
      if (lines > LINES_PER_FUNCTION_MAX) {
        yield { file, line: begin, text: `a function of ${lines} lines, at most ${LINES_PER_FUNCTION_MAX}` };
      }
    }
  }
}

function* lineLength(files) {
  for (const file of files.filter((f) => f.source || /\.(cjs|mjs|sh|ts|tsx)$/.test(f.name))) {
    for (const [i, line] of file.lines.entries()) {
      const columns = [...line].length;
      // An include or an address cannot be broken, nor a sentence of the dashboard: its type is its text.
      const whole = /^#include|https?:\/\//.test(line) || file.name.startsWith('web/src/texts/');
      if (columns > COLUMNS_MAX && !whole) {
        yield { file, line: i + 1, text: `${columns} columns, at most ${COLUMNS_MAX}` };
      }
    }
  }
}

function* headerComment(files) {
  for (const file of files.filter((f) => f.source)) {
    if (!file.lines[0].startsWith('// ')) yield { file, line: 1, text: 'begins without saying what it is' };
  }
}

function* readmes(files) {
  const names = new Set(files.map((f) => f.name));
  const folders = new Map();
  for (const file of files.filter(inProduct)) folders.set(path.dirname(file.name), file);
  for (const [folder, file] of folders) {
    if (!names.has(`${folder}/README.md`)) yield { file, line: 1, text: `${folder} has no README.md` };
  }
}

// Names that say nothing collect everything.
function* bannedNames(files) {
  const banned = /(^|[_\-./])(utils?|common|helpers?|manager|misc)([_\-./]|$)/;
  for (const file of files.filter((f) => !f.name.endsWith('.md'))) {
    if (banned.test(file.name)) yield { file, line: 1, text: 'a name that says nothing about its contents' };
  }
}

function* unfinished(files) {
  for (const file of files.filter((f) => !f.name.startsWith('tools/tidy_'))) {
    for (const [i, line] of file.lines.entries()) {
      if (/(?<![|(])\b(TODO|FIXME|XXX|HACK)\b(?![|)])/.test(line)) {
        yield { file, line: i + 1, text: 'finish it, or say why it is so' };
      }
    }
  }
}

// Every folder of src has tests of its own under the same name.
function* testedFolders(files) {
  const tests = files.map((f) => f.name).filter((name) => /^tests\/.*_test\.cpp$/.test(name));
  const tested = new Set(tests.map((name) => name.split('/')[1]));
  const seen = new Set();
  for (const file of files.filter((f) => /^src\/.*\.cpp$/.test(f.name))) {
    const parts = file.name.split('/');
    const area = parts[1] === 'platforms' ? parts[2] : parts[1];
    if (!tested.has(area) && !seen.has(area)) yield { file, line: 1, text: `tests/${area} has no *_test.cpp` };
    seen.add(area);
  }
}

// A test's name is a sentence: what happens, in words.
function* testNames(files) {
  for (const file of files.filter((f) => f.name.startsWith('tests/') && f.source)) {
    for (const [i, line] of file.code.entries()) {
      const match = /^TEST(?:_F|_P)?\(\s*\w+,\s*(\w+)\)/.exec(line);
      if (match && !/^[a-z0-9]+(_[a-z0-9]+){2,}$/i.test(match[1])) {
        yield { file, line: i + 1, text: `${match[1]} is no sentence` };
      }
    }
  }
}

// Every table says for how long its rows are kept, where operators read it.
function* retention(files) {
  const told = files.find((f) => f.name === 'docs/OPERATIONS.md')?.text ?? '';
  for (const file of files.filter((f) => /^src\/.*\/schema\/.*\.sql$/.test(f.name))) {
    for (const [i, line] of file.lines.entries()) {
      const table = /^create table (\w+)/.exec(line)?.[1];
      if (table && !told.includes(`\`${table}\``)) {
        yield { file, line: i + 1, text: `docs/OPERATIONS.md does not say for how long rows of ${table} are kept` };
      }
    }
  }
}

const RULES = {
  'layer-walls': layerWalls,
  facades,
  'private-headers': privateHeaders,
  sockets,
  databases,
  clocks,
  detached: detachedWork,
  'file-length': fileLength,
  'function-length': functionLength,
  'line-length': lineLength,
  'header-comment': headerComment,
  readme: readmes,
  'banned-name': bannedNames,
  unfinished,
  'tested-folder': testedFolders,
  'test-name': testNames,
  retention,
};

function check(root) {
  const files = readTree(root);
  const findings = [];
  for (const [rule, find] of Object.entries(RULES)) {
    for (const { file, line, text } of find(files)) findings.push({ rule, file: file.name, line, text });
  }
  return findings;
}

module.exports = { check, ruleNames: Object.keys(RULES) };
