// Matches of an organization: what is going on, and for each why it is as it is.
import {
  Alert,
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  List,
  Modal,
  SimpleGrid,
  Stack,
  Switch,
  Table,
  Text,
  ThemeIcon,
  Timeline,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import { client, take, type Schemas } from "../api/client";
import { Empty, Failure, Loading, Marked, PageTitle, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";

const live = { refetchInterval: 2000 } as const;

const colors: Record<string, string> = {
  open: "green",
  opening: "blue",
  waiting: "gray",
  degraded: "red",
  closing: "orange",
};

function State({ state }: { state: string }) {
  return (
    <Badge color={colors[state] ?? "gray"} variant="dot">
      {state}
    </Badge>
  );
}

function versus(match: { id: string; teams: { name: string }[] }) {
  return match.teams.map((team) => team.name).join(" vs ") || match.id;
}

export function Matches({ organization }: { organization: OwnOrganization }) {
  const [all, setAll] = useState(false);
  const query = useQuery({
    queryKey: ["matches", organization.id, all],
    queryFn: () =>
      take(
        client.GET("/api/organizations/{organization}/matches", {
          params: { path: { organization: organization.id }, query: { all } },
        }),
      ),
    ...live,
  });
  return (
    <>
      <PageTitle title="Matches">
        <Switch
          label="Those that are over, too"
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </PageTitle>
      {query.isPending && <Loading />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && (
        <Empty title="No match is going on">
          When FACEIT says that a match of your community starts, its voice channels appear in Discord, and
          the match appears here.
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {query.data?.items.map((match) => (
          <Card
            key={match.id}
            withBorder
            component={Link}
            href={`/o/${organization.slug}/matches/${match.id}`}
          >
            <Group justify="space-between" wrap="nowrap">
              <Text fw={600} truncate>
                {versus(match)}
              </Text>
              <State state={match.state} />
            </Group>
            <Text size="sm" c="dimmed">
              {[match.competition, match.game.toUpperCase()].filter(Boolean).join(" · ")}
            </Text>
            <Group justify="space-between" mt="xs">
              <Text size="sm">
                <When at={match.opened_at} />
              </Text>
              {match.score && (
                <Text fw={700} aria-label="Score">
                  {match.score.faction1} : {match.score.faction2}
                </Text>
              )}
            </Group>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}

const checkMarks = {
  met: ["✓", "green"],
  waiting: ["…", "blue"],
  failed: ["✕", "red"],
  neutral: ["–", "gray"],
} as const;
const checkWords = { met: "Met", waiting: "Waiting", failed: "Failed", neutral: "Note" };

function CheckMark({ state }: { state: keyof typeof checkMarks }) {
  const [sign, color] = checkMarks[state];
  return (
    <ThemeIcon color={color} size={20} radius="xl" variant="light" role="img" aria-label={checkWords[state]}>
      <Text size="xs" fw={700}>
        {sign}
      </Text>
    </ThemeIcon>
  );
}

type Details = Schemas["MatchDetails"];

function useOperations(organization: OwnOrganization, id: string) {
  const queries = useQueryClient();
  const path = { organization: organization.id, match: id };
  const key = () => ({ "Idempotency-Key": crypto.randomUUID() });
  return useMutation({
    mutationFn: (operation: { kind: "close" | "recreate" | "move"; person?: string }): Promise<unknown> => {
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
    onSettled: () => queries.invalidateQueries({ queryKey: ["match", organization.id, id] }),
  });
}

function Team(props: {
  team: Details["teams"][number];
  match: Details;
  names: Map<string, string>;
  bring?: (person: string) => void;
}) {
  const { team, match, names, bring } = props;
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        {team.name}
      </Title>
      <Group gap="xs" mt={4} wrap="nowrap" align="flex-start">
        <CheckMark state={team.room.check.state} />
        <Text size="sm">
          <Marked text={team.room.check.text} server={match.server_id} names={names} />
        </Text>
      </Group>
      <Table mt="sm" verticalSpacing={4}>
        <Table.Tbody>
          {team.players.map((player) => (
            <Table.Tr key={player.faceit_id}>
              <Table.Td>{player.nickname}</Table.Td>
              <Table.Td>
                <Group gap="xs" wrap="nowrap" align="flex-start">
                  <CheckMark state={player.place.state} />
                  <Text size="sm">
                    <Marked text={player.place.text} server={match.server_id} names={names} />
                  </Text>
                </Group>
              </Table.Td>
              <Table.Td w={1}>
                {bring && player.discord_id && match.stage === "open" && player.place.state !== "met" && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => bring(player.discord_id as string)}
                    aria-label={`Move ${player.nickname}`}
                  >
                    Move
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function namesOf(match: Details) {
  const names = new Map<string, string>();
  for (const team of match.teams) {
    if (team.room.channel_id && team.room.name) names.set(team.room.channel_id, team.room.name);
    for (const player of team.players) if (player.discord_id) names.set(player.discord_id, player.nickname);
  }
  return names;
}

export function Match({ organization, id }: { organization: OwnOrganization; id: string }) {
  const [closing, { open, close }] = useDisclosure();
  const query = useQuery({
    queryKey: ["match", organization.id, id],
    queryFn: () =>
      take(
        client.GET("/api/organizations/{organization}/matches/{match}", {
          params: { path: { organization: organization.id, match: id } },
        }),
      ),
    ...live,
  });
  const operations = useOperations(organization, id);
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const match = query.data;
  const names = namesOf(match);
  const may = organization.permissions.includes("matches.operate");
  return (
    <Stack>
      <div>
        <Anchor component={Link} href={`/o/${organization.slug}/matches`} size="sm">
          ← Matches
        </Anchor>
        <PageTitle title={versus(match)}>
          <State state={match.state} />
        </PageTitle>
        <Text size="sm" c="dimmed">
          {[match.competition, match.game.toUpperCase()].filter(Boolean).join(" · ")}{" "}
          {match.url && (
            <Anchor href={match.url} target="_blank" rel="noreferrer" size="sm" underline="always">
              at FACEIT
            </Anchor>
          )}
        </Text>
      </div>
      {operations.isError && <Failure error={operations.error} />}
      {may && (
        <Group gap="xs">
          <Button
            variant="default"
            onClick={() => operations.mutate({ kind: "move" })}
            disabled={match.stage !== "open"}
          >
            Move everybody in
          </Button>
          <Button variant="default" onClick={() => operations.mutate({ kind: "recreate" })}>
            Recreate rooms
          </Button>
          <Button variant="outline" color="red" onClick={open} disabled={match.stage === "closed"}>
            Close match
          </Button>
        </Group>
      )}
      <Modal opened={closing} onClose={close} title={`Close ${versus(match)}?`} centered>
        <Stack>
          <Text size="sm">
            Everybody is moved back and the rooms go. Nothing but “Recreate rooms” opens it again.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it open
            </Button>
            <Button
              color="red"
              onClick={() => {
                close();
                operations.mutate({ kind: "close" });
              }}
            >
              Close match
            </Button>
          </Group>
        </Stack>
      </Modal>
      <Card withBorder>
        <Title order={2} size="h4" mb="xs">
          Why it is as it is
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
      <Card withBorder>
        <Title order={2} size="h4" mb="md">
          What happened
        </Title>
        {match.timeline.length === 0 && <Alert color="gray">Nothing was sent to Discord yet.</Alert>}
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
    </Stack>
  );
}
