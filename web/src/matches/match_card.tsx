// A match in a list: who plays, in which state, since when.
import { Card, Group, Text } from "@mantine/core";
import { Link } from "wouter";

import type { Schemas } from "../api/client";
import { When } from "../app/parts";
import { origin, Reason, Score, State, useVersus } from "./marks";

export function MatchCard({ match, slug }: { match: Schemas["MatchSummary"]; slug: string }) {
  const versus = useVersus();
  return (
    <Card withBorder component={Link} href={`/o/${slug}/matches/${match.id}`} className="clickable-card">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text fw={600} lineClamp={3} style={{ overflowWrap: "anywhere" }}>
          {versus(match)}
        </Text>
        <State state={match.state} />
      </Group>
      <Text size="sm" c="dimmed">
        {origin(match)}
      </Text>
      <Reason state={match.state} />
      <Group justify="space-between" mt="xs">
        <Text size="sm">
          <When at={match.opened_at} />
        </Text>
        <Score score={match.score} />
      </Group>
    </Card>
  );
}
