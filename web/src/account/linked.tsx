// One's own accounts on other platforms: what is linked, linking by logging in there, unlinking.
import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { client, take, type Schemas } from "../api/client";
import { Failure, Loading, When } from "../app/parts";
import { useOrganizations } from "../app/queries";

type Platform = Schemas["LinkedPlatformList"]["items"][number];

function useOrganizationName() {
  const query = useOrganizations(true);
  return (id: string) => query.data?.items.find((one) => one.id === id)?.name ?? "one community";
}

function PlatformCard({ platform }: { platform: Platform }) {
  const queries = useQueryClient();
  const organizationName = useOrganizationName();
  const path = { platform: platform.platform };
  const link = useMutation({
    mutationFn: () => take(client.POST("/api/me/accounts/{platform}/link", { params: { path } })),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const unlink = useMutation({
    mutationFn: (organization: string | null) =>
      take(
        client.DELETE("/api/me/accounts/{platform}", {
          params: { path, query: organization === null ? {} : { organization } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["accounts"] }),
  });
  const proved = platform.links.some((one) => one.proved);
  const failure = link.error ?? unlink.error;
  return (
    <Card withBorder>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {platform.name}
        </Title>
        {platform.linkable && !proved && (
          <Button size="xs" onClick={() => link.mutate()} loading={link.isPending}>
            Log in at {platform.name} to link
          </Button>
        )}
      </Group>
      <Stack gap="xs" mt="sm">
        {failure && <Failure error={failure} />}
        {platform.links.length === 0 && (
          <Text size="sm" c="dimmed">
            No account is linked.
          </Text>
        )}
        {platform.links.map((one) => (
          <Group key={`${one.organization} ${one.id}`} justify="space-between">
            <div>
              <Group gap="xs">
                <Text size="sm" fw={600}>
                  {one.name}
                </Text>
                <Badge size="xs" variant={one.proved ? "light" : "default"}>
                  {one.proved ? "proved" : "by name"}
                </Badge>
              </Group>
              <Text size="xs" c="dimmed">
                {one.organization === null
                  ? "Counts in every community"
                  : `In ${organizationName(one.organization)}`}
                , since <When at={one.linked_at} />
              </Text>
            </div>
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              onClick={() => unlink.mutate(one.organization)}
              aria-label={`Unlink ${one.name}`}
            >
              Unlink
            </Button>
          </Group>
        ))}
        {platform.lost.map((one) => (
          <Text key={one.organization} size="xs" c="dimmed">
            You were linked as {one.name} in {organizationName(one.organization)} until somebody proved, by
            logging in, that it is theirs (<When at={one.lost_at} />
            ).
          </Text>
        ))}
      </Stack>
    </Card>
  );
}

export function LinkedAccounts() {
  const query = useQuery({ queryKey: ["accounts"], queryFn: () => take(client.GET("/api/me/accounts")) });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} />;
  return query.data.items.map((platform) => <PlatformCard key={platform.platform} platform={platform} />);
}
