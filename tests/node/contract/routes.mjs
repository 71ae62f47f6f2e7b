// Finds the documented operation of a request: method and path (without /api/v10 and without a query).
// A literal segment beats a parameter, so `/users/@me` is never taken for a user id.

function segmentsOf(path) {
  return path.split("/").slice(1);
}

/** All operations of the specification, ready for matching. */
export function operationsOf(spec) {
  const operations = [];
  for (const [template, item] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (method === "parameters") continue;
      operations.push({
        method: method.toUpperCase(), template, segments: segmentsOf(template), id: operation.operationId,
        body: operation.requestBody ?? null, responses: operation.responses,
        parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])],
      });
    }
  }
  return operations;
}

function literalsMatched(operation, segments) {
  if (operation.segments.length !== segments.length) return -1;
  let literals = 0;
  for (const [index, segment] of operation.segments.entries()) {
    if (segment.startsWith("{")) {
      if (segments[index] === "") return -1;
      continue;
    }
    if (segment !== segments[index]) return -1;
    literals += 1;
  }
  return literals;
}

/** {operation, parameters: {name: text}} of a request, or null when the specification has no such route. */
export function findOperation(operations, method, path) {
  const segments = segmentsOf(path).map((segment) => {
    try { return decodeURIComponent(segment); } catch { return segment; }
  });
  let best = null;
  let most = -1;
  for (const operation of operations) {
    if (operation.method !== method) continue;
    const literals = literalsMatched(operation, segments);
    if (literals > most) [best, most] = [operation, literals];
  }
  if (!best) return null;
  const parameters = {};
  best.segments.forEach((segment, index) => {
    if (segment.startsWith("{")) parameters[segment.slice(1, -1)] = segments[index];
  });
  return { operation: best, parameters };
}
