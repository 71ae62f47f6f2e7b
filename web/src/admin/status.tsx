// How the server does: what it is, whether it is ready, how much work there is.
import { Anchor, Group, List, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take } from "../api/client";
import { FromServer, PageTitle, Waiting, When } from "../app/parts";
import { Section } from "../app/section";
import { CheckMark } from "../matches/marks";
import { useFormats } from "../texts/formats";
import { useNames } from "../texts/names";

const LOOK_EVERY_MS = 5000;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} size="sm" fw={500}>
        {children}
      </Text>
    </div>
  );
}

export function Status() {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { number, exact } = useFormats();
  const query = useQuery({
    queryKey: ["admin", "status"],
    queryFn: () => take(client.GET("/api/admin/status")),
    refetchInterval: LOOK_EVERY_MS,
  });
  if (!query.data) return <Waiting query={query} />;
  const { version, database, started_at: started, now, conditions, jobs } = query.data;
  return (
    <Stack maw={860}>
      <PageTitle title={t("app.admin.overview")} />
      <Section title={t("admin.status.server")}>
        <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} mt="sm" mb={0}>
          <Fact name={t("admin.status.version")}>{version}</Fact>
          <Fact name={t("admin.status.database")}>{database}</Fact>
          <Fact name={t("admin.status.started")}>
            <When at={started} />
          </Fact>
          <Fact name={t("admin.status.clock")}>{exact.format(new Date(now))}</Fact>
        </SimpleGrid>
      </Section>
      <Section title={t("admin.status.conditions")}>
        <List listStyleType="none" spacing="xs" mt="sm" size="sm">
          {conditions.map(({ name, ready, reason }) => (
            <List.Item key={name} icon={<CheckMark state={ready ? "met" : "failed"} />}>
              {nameOf("conditions", name)}
              {reason && (
                <Text size="sm" c="dimmed">
                  <FromServer>{reason}</FromServer>
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      </Section>
      <Section title={t("work.jobs.title")}>
        <Group mt="sm" gap="xl" component="dl" mb={0}>
          {(["waiting", "running", "dead"] as const).map((state) => (
            <Fact key={state} name={t(`work.jobs.states.${state}`)}>
              <Anchor
                component={Link}
                href={`/admin/jobs?state=${state}`}
                c={state === "dead" && jobs.dead > 0 ? "red" : "inherit"}
                fz="xl"
                fw={700}
                aria-label={`${t(`work.jobs.states.${state}`)}: ${number.format(jobs[state])}`}
              >
                {number.format(jobs[state])}
              </Anchor>
            </Fact>
          ))}
        </Group>
      </Section>
    </Stack>
  );
}
