// Discord servers of an organization: which are connected, and connecting another.
import { Badge, Button, Card, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { useServers } from "../api/organization";
import { Confirm } from "../app/confirm";
import { Empty, Failure, PageTitle, Waiting, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";

/** Where Discord asks whoever manages that server for the bot's permissions. */
function inviting({ id, slug }: OwnOrganization, guild: string) {
  return `/auth/invite?${new URLSearchParams({ organization: id, guild, return_to: `/o/${slug}/servers` })}`;
}

function Connect({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const [guild, setGuild] = useState("");
  const valid = /^[0-9]{5,20}$/.test(guild);
  return (
    <Section title={t("organization.servers.connect")} about={t("organization.servers.needs")}>
      <Group mt="sm" align="flex-end">
        <TextInput
          label={t("organization.servers.id")}
          description={t("organization.servers.idFrom")}
          value={guild}
          onChange={(event) => setGuild(event.currentTarget.value.trim())}
          error={guild !== "" && !valid ? t("organization.servers.idWrong") : undefined}
        />
        {valid ? (
          <Button component="a" href={inviting(organization, guild)}>
            {t("organization.servers.go")}
          </Button>
        ) : (
          <Button disabled>{t("organization.servers.go")}</Button>
        )}
      </Group>
    </Section>
  );
}

type Server = Schemas["ServerList"]["items"][number];

export default function Servers({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const path = { organization: organization.id };
  const queries = useQueryClient();
  const manages = organization.permissions.includes("organization.manage");
  const query = useServers(organization);
  const [leaving, setLeaving] = useState<Server>();
  const remove = useMutation({
    mutationFn: (id: string) =>
      take(
        client.DELETE("/api/organizations/{organization}/servers/{server}", {
          params: { path: { ...path, server: id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: [organization.id] }),
  });
  return (
    <Stack>
      <PageTitle title={t("organization.servers.title")} />
      {!query.data && <Waiting query={query} />}
      {remove.isError && <Failure error={remove.error} />}
      {query.data?.items.length === 0 && (
        <Empty title={t("organization.servers.none")}>{t("organization.servers.connectBelow")}</Empty>
      )}
      {query.data?.items.map((server) => (
        <Card key={server.id} withBorder>
          <Group justify="space-between">
            <div>
              <Group gap="xs">
                <Text fw={600}>{server.name || server.id}</Text>
                {server.bot_left_at && (
                  <Badge color="red" variant="light">
                    {t("organization.servers.botLeft")}
                  </Badge>
                )}
              </Group>
              <Text size="sm" c="dimmed">
                <Trans
                  i18nKey={
                    server.linked_by
                      ? "organization.servers.connected"
                      : "organization.servers.connectedByConfiguration"
                  }
                  components={{ when: <When at={server.linked_at} /> }}
                />
              </Text>
              {server.bot_left_at && (
                <Text size="sm">
                  <Trans
                    i18nKey="organization.servers.botLeftWhen"
                    components={{ when: <When at={server.bot_left_at} /> }}
                  />
                </Text>
              )}
            </div>
            {manages && server.bot_left_at && (
              <Button component="a" size="xs" variant="default" href={inviting(organization, server.id)}>
                {t("organization.servers.connectAgain")}
              </Button>
            )}
            {manages && server.linked_by && (
              <Button size="xs" variant="outline" color="red" onClick={() => setLeaving(server)}>
                {t("organization.servers.disconnect")}
              </Button>
            )}
          </Group>
        </Card>
      ))}
      <Confirm
        title={t("organization.servers.disconnecting", { server: leaving?.name || leaving?.id || "" })}
        action={t("organization.servers.disconnect")}
        opened={leaving !== undefined}
        close={() => setLeaving(undefined)}
        confirm={() => leaving && remove.mutate(leaving.id)}
      >
        {t("organization.servers.disconnectingMeans")}
      </Confirm>
      {manages && <Connect organization={organization} />}
    </Stack>
  );
}
