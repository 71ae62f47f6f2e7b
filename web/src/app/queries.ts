// What the pages read, and how often.
import { useQuery } from "@tanstack/react-query";

import { client, take, useCsrfToken } from "../api/client";

export function useMe() {
  const query = useQuery({ queryKey: ["me"], queryFn: () => take(client.GET("/api/me")) });
  useCsrfToken(query.data?.csrf_token);
  return query;
}

/** What this installation offers to everybody; it changes only when the server begins anew. */
export function useSite() {
  return useQuery({
    queryKey: ["site"],
    queryFn: () => take(client.GET("/api/site")),
    staleTime: Infinity,
  }).data;
}

export function useOrganizations(enabled: boolean) {
  return useQuery({
    queryKey: ["organizations"],
    queryFn: () => take(client.GET("/api/organizations")),
    enabled,
  });
}

export type OwnOrganization = NonNullable<ReturnType<typeof useOrganizations>["data"]>["items"][number];
