// What the pages of webhooks read and change. A webhook's deliveries change by themselves: "notifications" tells of it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { client, take, type Schemas } from "../api/client";
import { fallback, hears } from "../api/live";
import type { OwnOrganization } from "../app/queries";
import { usePages } from "../app/table";

export type Webhook = Schemas["Webhook"];
export type Wanted = Required<Schemas["NewWebhook"]>;
export type Delivery = Schemas["WebhookDelivery"];
export type DeliveryState = Delivery["state"];

/** Highest: POST /webhooks in the API's document. */
export const WEBHOOKS_MAX = 10;
// How often to look at a delivery that is on its way, beside hearing of it.
const LOOK_EVERY_MS = 2000;

const base = "/api/organizations/{organization}/webhooks";
const one = `${base}/{webhook}` as const;
const heard = hears("api", "notifications");

/** All that is read here; a change of anything makes all of it old. */
const keyOf = ({ id }: OwnOrganization) => [id, "webhooks"];

/** The host alone: the path often is a secret. */
export function hostOf(url: string) {
  return URL.canParse(url) ? new URL(url).host : url;
}

export function useEvents() {
  return useQuery({
    queryKey: ["webhook-events"],
    queryFn: () => take(client.GET("/api/webhook-events")),
    staleTime: Infinity,
  });
}

export function useWebhooks(organization: OwnOrganization) {
  return useQuery({
    queryKey: [...keyOf(organization), "list"],
    queryFn: () => take(client.GET(base, { params: { path: { organization: organization.id } } })),
    ...fallback,
    ...heard,
  });
}

/** With the version that a change must name. */
export function useWebhook(organization: OwnOrganization, webhook: string, enabled: boolean) {
  return useQuery({
    queryKey: [...keyOf(organization), webhook],
    queryFn: async () => {
      const answer = client.GET(one, { params: { path: { organization: organization.id, webhook } } });
      const current = await take(answer);
      return { current, etag: (await answer).response.headers.get("ETag") ?? "" };
    },
    enabled,
    ...fallback,
    ...heard,
  });
}

export function useDeliveries(organization: OwnOrganization, webhook: string, state?: DeliveryState) {
  return usePages(
    [...keyOf(organization), webhook, "deliveries", state ?? "all"],
    (from) =>
      take(
        client.GET(`${one}/deliveries`, {
          params: {
            path: { organization: organization.id, webhook },
            query: { ...from, ...(state && { state }) },
          },
        }),
      ),
    ["api", "notifications"],
  );
}

export function useDelivery(organization: OwnOrganization, webhook: string, delivery: string) {
  return useQuery({
    queryKey: [...keyOf(organization), webhook, "delivery", delivery],
    queryFn: () =>
      take(
        client.GET(`${one}/deliveries/{delivery}`, {
          params: { path: { organization: organization.id, webhook, delivery } },
        }),
      ),
    refetchInterval: ({ state }) => state.data?.state === "pending" && LOOK_EVERY_MS,
    ...heard,
  });
}

export function useMake(organization: OwnOrganization) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Wanted) =>
      take(client.POST(base, { params: { path: { organization: organization.id } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(organization) }),
    gcTime: 0, // the secret is in it
  });
}

/** What can be done with one webhook. */
export function useActs(organization: OwnOrganization, webhook: string) {
  const queries = useQueryClient();
  const path = { organization: organization.id, webhook };
  const onSettled = () => queries.invalidateQueries({ queryKey: keyOf(organization) });
  const change = useMutation({
    mutationFn: ({ etag, ...body }: Schemas["WebhookChange"] & { etag: string }) =>
      take(client.PATCH(one, { params: { path, header: { "If-Match": etag } }, body })),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => take(client.DELETE(one, { params: { path } })),
    // Nothing of it is shown again, also not on the way back.
    onSuccess: () => queries.removeQueries({ queryKey: keyOf(organization) }),
  });
  const rotate = useMutation({
    mutationFn: () => take(client.POST(`${one}/rotate-secret`, { params: { path } })),
    onSettled,
    gcTime: 0, // as above
  });
  const test = useMutation({
    mutationFn: () => take(client.POST(`${one}/test`, { params: { path } })),
    onSettled,
  });
  const redeliver = useMutation({
    mutationFn: (delivery: string) =>
      take(
        client.POST(`${one}/deliveries/{delivery}/redeliver`, { params: { path: { ...path, delivery } } }),
      ),
    onSettled,
  });
  return { change, remove, rotate, test, redeliver };
}
