// A community's page for everybody: who they are, where to join, and which matches are going on.
import { Anchor, Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ApiError, client, take, type Schemas } from "../api/client";
import { Empty, PageTitle, Waiting, When } from "../app/parts";
import { origin, Score, useVersus } from "../matches/marks";

type PublicMatch = Schemas["PublicMatchList"]["items"][number];

const LOOK_EVERY_MS = 15_000;

function MatchCard({ match }: { match: PublicMatch }) {
  const { t } = useTranslation();
  const versus = useVersus();
  const title = versus({ id: match.competition, teams: match.teams.map((name) => ({ name })) });
  return (
    <Card withBorder component="article" aria-label={title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text fw={600} fz="lg" lh={1.3} style={{ overflowWrap: "anywhere" }}>
          {title}
        </Text>
        <Badge color={match.state === "waiting" ? "gray" : "red"} variant="light" flex="none">
          {t(match.state === "waiting" ? "site.soon" : "site.now")}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {origin(match)}
      </Text>
      <Group justify="space-between" mt="xs" align="flex-end">
        <Text size="sm">
          <When at={match.opened_at} />
          {match.url && (
            <>
              {" · "}
              <Anchor href={match.url} target="_blank" rel="noreferrer" size="sm" underline="always">
                {t("matches.match.atFaceit")}
              </Anchor>
            </>
          )}
        </Text>
        <Score score={match.score} />
      </Group>
    </Card>
  );
}

function Live({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["community", slug, "matches"],
    queryFn: () =>
      take(client.GET("/api/communities/{community}/matches", { params: { path: { community: slug } } })),
    refetchInterval: LOOK_EVERY_MS,
  });
  if (!query.data) return <Waiting query={query} />;
  if (query.data.items.length === 0) return <Empty title={t("matches.none")}>{t("site.noneLive")}</Empty>;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {query.data.items.map((match) => (
        <MatchCard key={match.url ?? match.opened_at} match={match} />
      ))}
    </SimpleGrid>
  );
}

export default function Community({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["community", slug],
    queryFn: () =>
      take(client.GET("/api/communities/{community}", { params: { path: { community: slug } } })),
  });
  if (!query.data) {
    if (query.error instanceof ApiError && query.error.status === 404)
      return (
        <Empty whole title={t("site.noCommunity")}>
          {t("site.noCommunityWhy")}
        </Empty>
      );
    return <Waiting query={query} />;
  }
  const { name, description, discord_invite: invite } = query.data;
  return (
    <Stack gap="xl" maw={860} mx="auto" pt="md">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap="xs" flex="1 1 300px">
          <PageTitle title={name} />
          {description && <Text style={{ whiteSpace: "pre-line" }}>{description}</Text>}
        </Stack>
        {invite && (
          <Button component="a" href={invite} target="_blank" rel="noreferrer" size="lg">
            {t("site.join")}
          </Button>
        )}
      </Group>
      <Stack component="section" gap="sm" aria-label={t("site.live")}>
        <Title order={2} size="h4">
          {t("site.live")}
        </Title>
        <Live slug={slug} />
      </Stack>
    </Stack>
  );
}
