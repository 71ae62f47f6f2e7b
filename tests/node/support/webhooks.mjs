// FACEIT's webhooks as this product must understand them: the seed's shape and the real service's, made from
// a match that exists in the sandbox. Sent by the tests themselves, so that each answer can be looked at. Not
// here: webhooks that the sandbox sends on its own (Sandbox.sendWebhooksTo).

import { randomUUID } from "node:crypto";

/** The match's Data API document in the sandbox. */
export async function matchDocument(sandbox, matchId) {
  const { faceit } = await sandbox.state();
  return faceit.matches.find(({ match_id: id }) => id === matchId);
}

/** The body of seeds/faceit-technical-spec.md §2. */
export function seedPayload(event, match) {
  const roster = match.teams.faction1.roster.map(({ player_id, nickname }) => ({ player_id, nickname }));
  return { event, match_id: match.match_id, organizer_id: match.organizer_id,
    entity: { teams: { faction1: { roster } } } };
}

/** The envelope of the real service, reference/faceit.md §2.1.3 and §2.1.4. */
export function realPayload(event, match, { teams = false, sequence = 1 } = {}) {
  const now = new Date().toISOString().replace(/\.\d+/, "");  // seconds, as FACEIT writes them
  const payload = { id: match.match_id, organizer_id: match.organizer_id, region: "EU", game: "cs2",
    version: sequence, entity: { id: match.competition_id, name: match.competition_name, type: "hub" },
    created_at: now, updated_at: now };
  if (teams) {
    payload.teams = ["faction1", "faction2"].map((key) => ({ id: match.teams[key].faction_id,
      name: match.teams[key].name, type: "", avatar: "", leader_id: match.teams[key].leader, co_leader_id: "",
      roster: match.teams[key].roster.map(({ player_id: player, nickname }) => ({ id: player, nickname })),
      substitutions: 0, substitutes: null }));
  }
  return { transaction_id: randomUUID(), event, event_id: randomUUID(),
    third_party_id: "5f1c7a52-0d6d-4a6e-b2a3-9a1f00c7de10", app_id: "c2b0d8f4-1111-4c3b-9e77-5a2b6c7d8e9f",
    timestamp: now, retry_count: 0, version: 1, payload };
}

/** Posts a webhook; {status, text, body (parsed, or null)}. `secret` null sends none. */
export async function postWebhook(server, body, { secret, path = "/faceit-webhook" }) {
  const headers = { "content-type": "application/json" };
  if (secret !== null) headers["x-faceit-signature"] = secret;
  const answer = await fetch(server.url + path,
    { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
  const text = await answer.text();
  let parsed = null;
  try { parsed = JSON.parse(text); } catch { /* not JSON */ }
  return { status: answer.status, text, body: parsed, type: answer.headers.get("content-type") };
}
