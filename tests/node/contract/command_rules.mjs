// The rules of application commands that no schema can say: names, order and exclusion of options, total
// length. Source: reference/discord.md §1.3.

const CHAT_INPUT = 1, SUB_COMMAND = 1, SUB_COMMAND_GROUP = 2;
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_COMMANDS = { 1: 100, 2: 15, 3: 15 };
const MAX_TOTAL_UNITS = 8000;

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const objects = (value) => (Array.isArray(value) ? value.filter(isObject) : []);
const units = (value) => (typeof value === "string" ? value.length : 0);

/** The longest of a text and its localisations: that is the one that counts towards the total. */
function longest(text, localizations) {
  return Math.max(units(text), ...Object.values(isObject(localizations) ? localizations : {}).map(units));
}

function totalUnits(node) {
  return longest(node.name, node.name_localizations) +
    longest(node.description, node.description_localizations) + units(node.value) +
    [...objects(node.options), ...objects(node.choices)].reduce((sum, child) => sum + totalUnits(child), 0);
}

function checkName(name, path, report) {
  if (typeof name !== "string") return;
  if (!NAME.test(name)) report(path, "has a character that command names can't have");
  else if (name !== name.toLowerCase()) report(path, "must be lowercase");
}

function checkUniqueNames(nodes, path, report) {
  const seen = new Set();
  nodes.forEach((node, index) => {
    const key = `${node.type ?? CHAT_INPUT} ${node.name}`;
    if (seen.has(key)) report(`${path}/${index}/name`, "is used twice");
    seen.add(key);
  });
}

function checkOption(option, path, depth, report) {
  checkName(option.name, `${path}/name`, report);
  if (option.autocomplete === true && objects(option.choices).length > 0) {
    report(`${path}/choices`, "an option has choices or autocomplete, not both");
  }
  for (const [least, most] of [["min_value", "max_value"], ["min_length", "max_length"]]) {
    if (option[least] > option[most]) report(`${path}/${least}`, `is above ${most}`);
  }
  checkOptions(option.options, `${path}/options`, depth + 1, report);
}

function checkOptions(value, path, depth, report) {
  const options = objects(value);
  checkUniqueNames(options.map(({ name }) => ({ name })), path, report);
  const nests = (option) => option.type === SUB_COMMAND || option.type === SUB_COMMAND_GROUP;
  let optionalSeen = false;
  options.forEach((option, index) => {
    const here = `${path}/${index}`;
    if (nests(option) !== nests(options[0])) {
      report(`${here}/type`, "subcommands and plain options don't mix");
    }
    if (option.type === SUB_COMMAND_GROUP && depth > 0) report(`${here}/type`, "a group inside an option");
    if (option.type === SUB_COMMAND && depth > 1) report(`${here}/type`, "a subcommand deeper than a group");
    if (!nests(option)) {
      if (option.required === true && optionalSeen) report(`${here}/required`, "comes after an optional one");
      optionalSeen ||= option.required !== true;
    }
    checkOption(option, here, depth, report);
  });
}

export function checkCommand(command, report, { partial = false } = {}) {
  if (!isObject(command)) return;
  const type = command.type ?? CHAT_INPUT;
  if (type === CHAT_INPUT) {
    checkName(command.name, "/name", report);
    if (!partial && units(command.description) === 0) report("/description", "a slash command needs one");
    checkOptions(command.options, "/options", 0, report);
  } else {
    if (units(command.description) > 0) report("/description", "only slash commands have a description");
    if (objects(command.options).length > 0) report("/options", "only slash commands have options");
  }
  const total = totalUnits(command);
  if (total > MAX_TOTAL_UNITS) report("", `texts of the command add up to ${total}, the limit is 8000`);
}

export function checkCommandSet(commands, report) {
  const all = objects(commands);
  checkUniqueNames(all, "", report);
  for (const [type, most] of Object.entries(MAX_COMMANDS)) {
    const count = all.filter((command) => (command.type ?? CHAT_INPUT) === Number(type)).length;
    if (count > most) report("", `${count} commands of type ${type}, the limit is ${most}`);
  }
  all.forEach((command, index) => {
    checkCommand(command, (path, message) => report(`/${index}${path}`, message));
  });
}
