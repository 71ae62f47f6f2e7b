// The Ajv keyword `union`: chooses the one branch that a value means before judging it, so that a problem is
// reported where it is ("components/0/components/1/label") and not as "must match exactly one schema". The
// branch is chosen by a discriminating property when the branches have one (components and command options by
// `type`, scheduled events by `entity_type`, callbacks by `type`), else it is the branch with the fewest
// problems.

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** The finite set of values that `schema` allows, or null. */
function finiteValues(schema, resolve) {
  const target = schema.$ref ? resolve(schema.$ref) : schema;
  if ("const" in target) return [target.const];
  return target.enum ?? null;
}

/** The property that tells the branches apart: finite in each, not the same in all; `type` if possible. */
function discriminatorOf(branches, resolve) {
  const objects = branches.map((branch) => (branch.$ref ? resolve(branch.$ref) : branch));
  if (branches.length < 2 || !objects.every((branch) => branch.properties)) return null;
  const names = Object.keys(objects[0].properties).sort((a, b) => (b === "type") - (a === "type"));
  for (const name of names) {
    const values = objects.map(({ properties }) =>
      properties[name] && finiteValues(properties[name], resolve));
    if (!values.every(Boolean)) continue;
    if (new Set(values.map((set) => JSON.stringify([...set].sort()))).size > 1) return { name, values };
  }
  return null;
}

function isNullBranch(branch) {
  return branch.type === "null";
}

function problem(context, path, message) {
  return { keyword: "union", instancePath: context.instancePath + path, message, params: {}, schemaPath: "" };
}

/** Registers the keyword. `resolve(reference)` gives the strict schema behind a `$ref`. */
export function addUnionKeyword(ajv, resolve) {
  ajv.addKeyword({
    keyword: "union",
    schemaType: "array",
    errors: "full",
    compile(all) {
      const branches = all.filter((branch) => !isNullBranch(branch));
      const nullable = branches.length < all.length;
      const discriminator = discriminatorOf(branches, resolve);
      const compiled = new Map();  // compiled on first use: the schemas refer to each other in circles
      const validatorOf = (branch) => {
        if (!compiled.has(branch)) compiled.set(branch, ajv.compile(branch));
        return compiled.get(branch);
      };

      return function validate(value, context) {
        if (value === null && nullable) return true;
        let candidates = branches;
        if (discriminator && isObject(value)) {
          const tag = value[discriminator.name];
          candidates = branches.filter((_, index) => discriminator.values[index].includes(tag));
          if (candidates.length === 0) {
            const known = [...new Set(discriminator.values.flat())].join(", ");
            validate.errors = [problem(context, `/${discriminator.name}`, `must be one of ${known}`)];
            return false;
          }
        }
        let best = null;
        for (const branch of candidates) {
          const check = validatorOf(branch);
          if (check(value, context)) return true;
          if (!best || check.errors.length < best.length) best = check.errors;
        }
        validate.errors = best;
        return false;
      };
    },
  });
}
