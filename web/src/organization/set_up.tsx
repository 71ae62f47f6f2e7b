// What a new organization still lacks, step by step, each with the page where it is done. Gone when all is done, and
// only for who may do it.
import { Anchor, Group, List, Progress, Text, ThemeIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take } from "../api/client";
import { hears } from "../api/live";
import { useFaceitWebhook, useModules, useServers, useVoiceSettings } from "../api/organization";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";

type Step = { name: "server" | "lobby" | "secret" | "webhook" | "people"; page: string; done: boolean };

/** Whether somebody else belongs to it, or was invited. */
function usePeople({ id, permissions }: OwnOrganization) {
  const enabled = permissions.includes("members.manage");
  const params = { path: { organization: id } };
  return useQuery({
    queryKey: [id, "set-up", "people"],
    queryFn: async () => {
      const members = await take(
        client.GET("/api/organizations/{organization}/members", {
          params: { ...params, query: { limit: 2 } },
        }),
      );
      if (members.items.length > 1) return true;
      const invites = await take(client.GET("/api/organizations/{organization}/invites", { params }));
      return invites.items.length > 0;
    },
    enabled,
    ...hears("api", "organizations"),
  });
}

/** Nothing before all is known, so that no step shows up and goes. */
export function useSteps(organization: OwnOrganization): Step[] | undefined {
  const may = (permission: OwnOrganization["permissions"][number]) =>
    organization.permissions.includes(permission);
  const modules = useModules(organization);
  const plays = modules.data?.items.some(({ name, active }) => name === "match_voice" && active) ?? false;
  const voice = may("match_voice.manage") && plays;
  const servers = useServers(organization);
  const settings = useVoiceSettings(organization, voice);
  const webhook = useFaceitWebhook(organization, voice);
  const people = usePeople(organization);
  // Settings cannot be read before there is a server.
  if ([modules, servers, settings, webhook, people].some(({ isLoading }) => isLoading)) return undefined;
  // Hubs and championships are looked up: then no webhook is needed.
  const following = settings.data?.current.following;
  const lookedUp = (following?.hubs.length ?? 0) + (following?.championships.length ?? 0) > 0;
  const steps: Step[] = [];
  if (may("organization.manage"))
    steps.push({
      name: "server",
      page: "servers",
      done: (servers.data?.items.length ?? 0) > 0,
    });
  if (voice) {
    steps.push({ name: "lobby", page: "match-voice", done: Boolean(settings.data?.current.lobby) });
    steps.push({
      name: "secret",
      page: "match-voice#webhook",
      done: lookedUp || (webhook.data?.has_secret ?? false),
    });
    steps.push({
      name: "webhook",
      page: "match-voice#webhook",
      done: lookedUp || Boolean(webhook.data?.last_received_at),
    });
  }
  if (may("members.manage")) steps.push({ name: "people", page: "members", done: people.data ?? false });
  return steps;
}

/** Without these no match is heard of: until they are done, the doctor would say the same in red. */
export function hasBegun(steps: Step[]) {
  return steps.every(({ name, done }) => done || name === "lobby" || name === "people");
}

export function SetUp({ organization, steps }: { organization: OwnOrganization; steps: Step[] }) {
  const { t } = useTranslation();
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  const said = t("organization.setUp.done", { done, all: steps.length });
  return (
    <Section
      title={t("organization.setUp.title")}
      side={
        <Text size="sm" c="dimmed">
          {said}
        </Text>
      }
    >
      <Progress value={(100 * done) / steps.length} size="sm" my="sm" aria-label={said} />
      <List listStyleType="none" spacing="sm">
        {steps.map((step) => (
          <List.Item key={step.name}>
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <ThemeIcon
                size={22}
                radius="xl"
                variant={step.done ? "light" : "default"}
                color="green"
                role="img"
                aria-label={t(step.done ? "organization.setUp.isDone" : "organization.setUp.isOpen")}
              >
                <Text size="xs" fw={700} aria-hidden>
                  {step.done ? "✓" : ""}
                </Text>
              </ThemeIcon>
              <div>
                {step.done ? (
                  <Text size="sm" c="dimmed">
                    {t(`organization.setUp.${step.name}.title`)}
                  </Text>
                ) : (
                  <>
                    <Anchor
                      component={Link}
                      href={`/o/${organization.slug}/${step.page}`}
                      size="sm"
                      fw={500}
                      underline="always"
                    >
                      {t(`organization.setUp.${step.name}.title`)}
                    </Anchor>
                    <Text size="sm" c="dimmed">
                      {t(`organization.setUp.${step.name}.why`)}
                    </Text>
                  </>
                )}
              </div>
            </Group>
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
