// What needs a human: what the doctor finds wrong, jobs that were given up, servers that the bot left. Shown only if
// there is something, to who can do something about it.
import { Alert, Anchor, List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take } from "../api/client";
import { hears } from "../api/live";
import { useDoctor, useServers } from "../api/organization";
import { Marked } from "../app/marked";
import type { OwnOrganization } from "../app/queries";

const DEAD_COUNTED_MAX = 50;

function useDead({ id, permissions }: OwnOrganization) {
  return useQuery({
    queryKey: [id, "jobs", "dead", "count"],
    queryFn: async () => {
      const page = await take(
        client.GET("/api/organizations/{organization}/jobs", {
          params: { path: { organization: id }, query: { state: "dead", limit: DEAD_COUNTED_MAX } },
        }),
      );
      return page.items.length;
    },
    enabled: permissions.includes("work.manage"),
    refetchInterval: 60_000,
    ...hears("api"),
  });
}

type Need = { key: string; page: string; text: ReactNode };

function useNeeds(organization: OwnOrganization, begun: boolean): Need[] {
  const { t } = useTranslation();
  const doctor = useDoctor(organization);
  const dead = useDead(organization);
  const servers = useServers(organization);
  const wrong = begun ? (doctor.data?.findings ?? []).filter(({ verdict }) => verdict === "wrong") : [];
  const left = doctor.data ? [] : (servers.data?.items ?? []).filter(({ bot_left_at }) => bot_left_at); // else it says
  const needs: Need[] = wrong.map(({ what }) => ({
    key: what,
    page: "doctor",
    text: <Marked text={what} />,
  }));
  for (const { id, name } of left)
    needs.push({ key: id, page: "servers", text: t("organization.home.botLeft", { server: name || id }) });
  if (dead.data)
    needs.push({
      key: "dead",
      page: "jobs?state=dead",
      text: t("organization.home.dead", { count: dead.data }),
    });
  return needs;
}

/** `begun`: what is not there yet is no fault; until then SetUp says what to do. */
export function Needs({ organization, begun }: { organization: OwnOrganization; begun: boolean }) {
  const { t } = useTranslation();
  const needs = useNeeds(organization, begun);
  if (needs.length === 0) return null;
  return (
    <Alert
      color="red"
      variant="light"
      title={t("organization.home.needs")}
      role="region"
      aria-label={t("organization.home.needs")}
    >
      <List size="sm" spacing={4}>
        {needs.map(({ key, page, text }) => (
          <List.Item key={key}>
            <Anchor
              component={Link}
              href={`/o/${organization.slug}/${page}`}
              size="sm"
              c="inherit"
              underline="always"
            >
              <Text span size="sm" style={{ overflowWrap: "anywhere" }}>
                {text}
              </Text>
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
