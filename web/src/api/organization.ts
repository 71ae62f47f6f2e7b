// What several pages read of an organization, and which changes each hears of (live.ts).
import { useQuery } from "@tanstack/react-query";

import type { OwnOrganization } from "../app/queries";
import { client, take } from "./client";
import { fallback, hears } from "./live";

const base = "/api/organizations/{organization}";

export function useMatches({ id }: OwnOrganization, all: boolean) {
  return useQuery({
    queryKey: [id, "matches", all],
    queryFn: () =>
      take(client.GET(`${base}/matches`, { params: { path: { organization: id }, query: { all } } })),
    ...fallback,
    ...hears("match_voice", "effects"),
  });
}

export function useServers({ id }: OwnOrganization) {
  return useQuery({
    queryKey: [id, "servers"],
    queryFn: () => take(client.GET(`${base}/servers`, { params: { path: { organization: id } } })),
    ...fallback,
    ...hears("api", "server", "organizations"),
  });
}

/** Channels and roles of the server that match voice works in, once there is one. */
export function usePlaces(organization: OwnOrganization) {
  const { id, permissions } = organization;
  const connected = (useServers(organization).data?.items.length ?? 0) > 0;
  return useQuery({
    queryKey: [id, "match-voice", "places"],
    queryFn: () => take(client.GET(`${base}/match-voice/places`, { params: { path: { organization: id } } })),
    enabled: connected && permissions.includes("match_voice.manage"),
    ...hears("api"),
  });
}

/** With the version that a change must name. There are none before a server is connected. */
export function useVoiceSettings(organization: OwnOrganization, enabled = true) {
  const { id } = organization;
  const connected = (useServers(organization).data?.items.length ?? 0) > 0;
  return useQuery({
    queryKey: [id, "match-voice", "settings"],
    queryFn: async () => {
      const answer = client.GET(`${base}/match-voice/settings`, { params: { path: { organization: id } } });
      const current = await take(answer);
      return { current, etag: (await answer).response.headers.get("ETag") ?? "" };
    },
    enabled: enabled && connected,
    ...hears("api"),
  });
}

export function useFaceitWebhook({ id }: OwnOrganization, enabled = true) {
  return useQuery({
    queryKey: [id, "match-voice", "webhook"],
    queryFn: () =>
      take(client.GET(`${base}/match-voice/webhook`, { params: { path: { organization: id } } })),
    enabled,
    ...fallback,
    ...hears("api", "match_voice"),
  });
}

export function useModules({ id }: OwnOrganization) {
  return useQuery({
    queryKey: [id, "modules"],
    queryFn: () => take(client.GET(`${base}/modules`, { params: { path: { organization: id } } })),
    ...hears("api", "organizations"),
  });
}

/** Asks Discord and FACEIT, so not for every change. */
export function useDoctor({ id, permissions }: OwnOrganization) {
  return useQuery({
    queryKey: [id, "doctor"],
    queryFn: () => take(client.GET(`${base}/doctor`, { params: { path: { organization: id } } })),
    enabled: permissions.includes("match_voice.manage"),
    refetchInterval: 60_000,
    ...hears(),
  });
}
