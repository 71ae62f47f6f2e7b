// Where one is signed in, and ending that everywhere else.
import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trans, useTranslation } from "react-i18next";

import { client, take } from "../api/client";
import { Failure, Waiting, When } from "../app/parts";
import { Section } from "../app/section";
import { useAgents } from "./agents";

export function Sessions() {
  const { t } = useTranslation();
  const nameOf = useAgents();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["sessions"], queryFn: () => take(client.GET("/api/me/sessions")) });
  const end = useMutation({
    mutationFn: () => take(client.DELETE("/api/me/sessions")),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  const sessions = query.data?.items ?? [];
  return (
    <Section
      title={t("account.sessions.title")}
      side={
        sessions.length > 1 && (
          <Button size="xs" variant="default" onClick={() => end.mutate()} loading={end.isPending}>
            {t("account.sessions.endOthers")}
          </Button>
        )
      }
    >
      {!query.data && <Waiting query={query} />}
      {end.isError && <Failure error={end.error} />}
      <Stack component="ul" gap="xs" mt="sm" mb={0} p={0} style={{ listStyle: "none" }}>
        {sessions.map((session) => (
          <li key={session.id}>
            <Text size="sm" truncate title={session.agent}>
              {nameOf(session.agent)}
            </Text>
            <Text size="xs" c="dimmed">
              <Trans
                i18nKey="account.sessions.seen"
                values={{ address: session.address }}
                components={{ when: <When at={session.seen_at} /> }}
              />
            </Text>
          </li>
        ))}
      </Stack>
    </Section>
  );
}
