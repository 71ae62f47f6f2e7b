// One match: why its rooms and players are where they are, what happened, and what can be done.
import {
  Alert,
  Anchor,
  Button,
  Card,
  Group,
  List,
  SimpleGrid,
  Stack,
  Text,
  Timeline,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take, type Schemas } from "../api/client";
import { fallback, hears } from "../api/live";
import { usePlaces } from "../api/organization";
import { Confirm } from "../app/confirm";
import { Marked } from "../app/marked";
import { Failure, PageTitle, Waiting, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { CheckMark, origin, Score, State, useVersus } from "./marks";
import { Team } from "./team";

type Details = Schemas["MatchDetails"];
type Operation = { kind: "close" | "recreate" | "move"; person?: string };

function useOperations(organization: OwnOrganization, id: string) {
  const queries = useQueryClient();
  const path = { organization: organization.id, match: id };
  const key = () => ({ "Idempotency-Key": crypto.randomUUID() });
  return useMutation({
    mutationFn: (operation: Operation): Promise<unknown> => {
      const params = { path, header: key() };
      if (operation.kind === "close")
        return take(client.POST("/api/organizations/{organization}/matches/{match}/close", { params }));
      if (operation.kind === "recreate")
        return take(client.POST("/api/organizations/{organization}/matches/{match}/recreate", { params }));
      return take(
        client.POST("/api/organizations/{organization}/matches/{match}/move", {
          params,
          body: operation.person ? { discord_id: operation.person } : {},
        }),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [organization.id, "match", id] }),
  });
}

/** Of everything that the server's sentences point at, as far as it is known. */
function namesOf(match: Details, places: Schemas["MatchVoicePlaces"] | undefined) {
  const names = new Map<string, string>();
  for (const list of [places?.categories, places?.text_channels, places?.voice_channels])
    for (const { id, name } of list ?? []) names.set(id, name);
  for (const team of match.teams) {
    if (team.room.channel_id && team.room.name) names.set(team.room.channel_id, team.room.name);
    for (const player of team.players) if (player.discord_id) names.set(player.discord_id, player.nickname);
  }
  return names;
}

/** The buttons above a match, and the question before it is closed. */
function Operations({ match, operate }: { match: Details; operate: (operation: Operation) => void }) {
  const { t } = useTranslation();
  const versus = useVersus();
  const [closing, { open, close }] = useDisclosure();
  return (
    <>
      <Group gap="xs">
        <Button variant="default" onClick={() => operate({ kind: "move" })} disabled={match.stage !== "open"}>
          {t("matches.match.moveAll")}
        </Button>
        <Button variant="default" onClick={() => operate({ kind: "recreate" })}>
          {t("matches.match.recreate")}
        </Button>
        <Button variant="outline" color="red" onClick={open} disabled={match.stage === "closed"}>
          {t("matches.match.close")}
        </Button>
      </Group>
      <Confirm
        title={t("matches.match.closing", { match: versus(match) })}
        action={t("matches.match.close")}
        keep={t("matches.match.keep")}
        opened={closing}
        close={close}
        confirm={() => operate({ kind: "close" })}
      >
        {t("matches.match.closingMeans")}
      </Confirm>
    </>
  );
}

function Happened({ match, names }: { match: Details; names: Map<string, string> }) {
  const { t } = useTranslation();
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="md">
        {t("matches.match.happened")}
      </Title>
      {match.timeline.length === 0 && <Alert color="gray">{t("matches.match.nothing")}</Alert>}
      <Timeline bulletSize={12} lineWidth={2} styles={{ item: { marginTop: 12 } }}>
        {match.timeline.map((entry, index) => (
          <Timeline.Item key={`${entry.at}-${index}`}>
            <Text size="sm">
              <Marked text={entry.text} server={match.server_id} names={names} />
            </Text>
            <Text size="xs" c="dimmed">
              <When at={entry.at} />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Card>
  );
}

export default function Match({ organization, id }: { organization: OwnOrganization; id: string }) {
  const { t } = useTranslation();
  const versus = useVersus();
  const query = useQuery({
    queryKey: [organization.id, "match", id],
    queryFn: () =>
      take(
        client.GET("/api/organizations/{organization}/matches/{match}", {
          params: { path: { organization: organization.id, match: id } },
        }),
      ),
    ...fallback,
    ...hears("match_voice", "effects", "accounts"),
  });
  const places = usePlaces(organization);
  const operations = useOperations(organization, id);
  if (!query.data) return <Waiting query={query} />;
  const match = query.data;
  const names = namesOf(match, places.data);
  const may = organization.permissions.includes("matches.operate");
  return (
    <Stack>
      <div>
        <Anchor component={Link} href={`/o/${organization.slug}/matches`} size="sm">
          {t("matches.match.back")}
        </Anchor>
        <PageTitle title={versus(match)}>
          <Group gap="md" wrap="nowrap">
            <Score score={match.score} />
            <State state={match.state} />
          </Group>
        </PageTitle>
        <Text size="sm" c="dimmed">
          {origin(match)}{" "}
          {match.url && (
            <Anchor href={match.url} target="_blank" rel="noreferrer" size="sm" underline="always">
              {t("matches.match.atFaceit")}
            </Anchor>
          )}
        </Text>
      </div>
      {operations.isError && <Failure error={operations.error} />}
      {may && <Operations match={match} operate={(operation) => operations.mutate(operation)} />}
      <Card withBorder>
        <Title order={2} size="h4" mb="xs">
          {t("matches.match.why")}
        </Title>
        <List spacing={6} listStyleType="none" size="sm">
          {match.checks.map((check) => (
            <List.Item key={check.text} icon={<CheckMark state={check.state} />}>
              <Marked text={check.text} server={match.server_id} names={names} />
            </List.Item>
          ))}
        </List>
      </Card>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {match.teams.map((team) => (
          <Team
            key={team.faction}
            team={team}
            match={match}
            names={names}
            bring={may ? (person) => operations.mutate({ kind: "move", person }) : undefined}
          />
        ))}
      </SimpleGrid>
      <Happened match={match} names={names} />
    </Stack>
  );
}
